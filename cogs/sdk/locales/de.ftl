only-in-servers = Das geht nur auf einem Server, nicht in Direktnachrichten.
not-a-member = Diese Person ist kein Mitglied dieses Servers.
seconds =
    { $number ->
        [one] { $number } Sekunde
       *[other] { $number } Sekunden
    }
minutes =
    { $number ->
        [one] { $number } Minute
       *[other] { $number } Minuten
    }
hours =
    { $number ->
        [one] { $number } Stunde
       *[other] { $number } Stunden
    }
days =
    { $number ->
        [one] { $number } Tag
       *[other] { $number } Tage
    }
two-lengths = { $larger } und { $smaller }
unknown-placeholder = Den Platzhalter { $name } gibt es nicht. Es gibt { $known }. Eine Klammer selbst schreibt man { $brace }.
open-placeholder = Der Platzhalter, der mit { $rest } anfängt, hat kein Ende. Eine Klammer selbst schreibt man { $brace }.
placeholders-too-deep = Hier steht Zufall zu tief in anderem Zufall. Schreib es einfacher.
go-on-writing = Weiterschreiben
draft-is-gone = Was du geschrieben hast, ist nicht mehr da. Fang mit dem Befehl neu an.
page-back = Zurück
page-on = Weiter
page = Seite { $page } von { $pages }
role-above = Ich brauche die Berechtigung „Rollen verwalten“ und eine Rolle darüber.
role-gone = Die Rolle gibt es nicht mehr.
channel-closed = Dort darf ich nicht schreiben.
channel-gone = Den Kanal gibt es nicht mehr.
refused = Das geht nicht: { $why }.
busy = Jemand anders ist gerade dabei. Sieh gleich noch einmal nach.
not-yourself = Das bist du. Wähle jemand anderen.
not-me = Das bin ich. Bitte jemanden, der den Server verwaltet, mich zu entfernen.
above-you = { $who } steht so hoch wie du oder höher.
above-me = { $who } steht so hoch wie ich oder höher. Zieh meine Rolle in den Servereinstellungen darüber.
administrator = { $who } ist Administrator, und denen gibt Discord keine Auszeit.
i-lack = Das darf ich nicht: mir fehlt das Recht **{ $permission }**.
permission-ban = Mitglieder bannen
permission-kick = Mitglieder kicken
permission-moderate = Mitgliedern eine Auszeit geben
permission-nicknames = Nicknamen verwalten
permission-move = Mitglieder verschieben
permission-messages = Nachrichten verwalten
sanction-timeout = Auszeit ({ $length })
sanction-kick = Rauswurf
sanction-ban = Bann
sanction-tempban = Bann ({ $length })
you-lack = Das darfst du selbst nicht, also kann es keine Regel von dir sein: dir fehlt das Recht **{ $permission }**.
no-length = Diese Dauer verstehe ich nicht. Schreib `30m`, `12h` oder `7 Tage`.
timeout-needs-length = Sag, wie lange die Auszeit dauert, etwa `30m`.
timeout-too-long = Eine Auszeit dauert höchstens 28 Tage.
kick-has-no-length = Ein Rauswurf hat keine Dauer.
ban-bounds = Ein Bann auf Zeit dauert von einer Minute bis fünf Jahre. Ohne Dauer gilt er für immer.
