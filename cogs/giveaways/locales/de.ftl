# Veranstalten
started = 🎁 **{ $prize }** wird { $ends } verlost.
only-hosts = Nur { $role } und wer den Server verwaltet, verlosen hier etwas.
only-managers = Nur wer den Server verwaltet, verlost hier etwas.
no-length = „{ $length }“ ist keine Dauer. Schreib `30 Minuten`, `2 Stunden` oder `3 Tage`.
odd-length = Eine Verlosung dauert zwischen einer Minute und 90 Tagen.
no-prize = Schreib, was es zu gewinnen gibt.
too-many =
    { $most ->
        [one] Hier darf eine Verlosung laufen, und die läuft.
       *[other] Hier dürfen { $most } Verlosungen zugleich laufen, und die laufen.
    }
can-not-write = In diesem Kanal darf ich nicht schreiben.
not-now = Discord lässt mich das gerade nicht posten. Versuch es in einer Minute noch einmal.
no-such = Eine Verlosung „{ $name }“ kenne ich nicht. Nimm eine, die beim Tippen angeboten wird; nach dem Ende kann zwei Wochen lang neu gelost werden.
ends = **{ $prize }** endet und wird ausgelost.
drawn-again = **{ $prize }** wird neu ausgelost.
drawn-already = Gerade hat schon jemand neu gelost.
is-drawn = Die Gewinner werden gerade gelost. Versuch es in einer Minute noch einmal.
runs-still = Diese Verlosung läuft noch. `/verlosung beenden` beendet sie.
cancelled = **{ $prize }** ist abgesagt. Niemand gewinnt.

# Mitmachen
joined = Du bist bei **{ $prize }** dabei. Viel Glück!
in-already = Du bist schon dabei. Möchtest du aussteigen?
leave = Aussteigen
left = Du bist nicht mehr dabei.
not-in = Du bist schon nicht mehr dabei.
needs-role = Nur { $role } können bei dieser Verlosung mitmachen.
is-over = Diese Verlosung ist vorbei.

# Die Verlosung
join = Mitmachen
ends-line = Endet { $ago } ({ $at })
winners-line =
    { $count ->
        [one] Eine Person gewinnt
       *[other] { $count } Personen gewinnen
    }
role-line = Für { $role }
host-line = Veranstaltet von { $host }
won-line =
    { $count ->
        [one] 🏆 Gewonnen hat: { $winners }
       *[other] 🏆 Gewonnen haben: { $winners }
    }
no-winner = Niemand hat gewonnen.
cancelled-line = Abgesagt
joined-count =
    { $count ->
        [0] Niemand macht mit
        [one] Eine Person macht mit
       *[other] { $count } machen mit
    }
won = 🎉 { $winners } gewinnt **{ $prize }**! Herzlichen Glückwunsch!
won-again = 🎉 Neu gelost: { $winners } gewinnt **{ $prize }**! Herzlichen Glückwunsch!
nobody-won = **{ $prize }** bekommt niemand: Niemand hat mitgemacht, der gewinnen kann.
nobody-left = **{ $prize }** kann nicht neu gelost werden: Niemand ist übrig, der gewinnen kann.

# Die Liste
list-title = Verlosungen
over-title = Vorbei
none-there = Es gibt keine Verlosungen.

command-giveaway = verlosung
    .description = Verlosungen: starten, beenden, neu losen.
command-start = starten
    .description = Startet eine Verlosung in diesem Kanal.
    .prize-name = preis
    .prize-description = Was es zu gewinnen gibt.
    .lasts-name = dauer
    .lasts-description = Wie lange man mitmachen kann, etwa 2 Stunden oder 3 Tage.
    .winners-name = gewinner
    .winners-description = Wie viele gewinnen; ohne Angabe eine Person.
    .role-name = rolle
    .role-description = Die Rolle, die man zum Mitmachen braucht.
command-end = beenden
    .description = Beendet eine Verlosung jetzt und lost aus.
    .giveaway-name = verlosung
    .giveaway-description = Welche.
command-reroll = neu-losen
    .description = Lost neu unter allen, die noch nicht gewonnen haben, wenn sich jemand nicht meldet.
    .giveaway-name = verlosung
    .giveaway-description = Welche.
    .winners-name = gewinner
    .winners-description = Wie viele gelost werden; ohne Angabe eine Person.
command-cancel = absagen
    .description = Nimmt eine Verlosung zurück: Niemand gewinnt.
    .giveaway-name = verlosung
    .giveaway-description = Welche.
command-list = liste
    .description = Zeigt die Verlosungen, die laufen, und die neu gelost werden können.
