# Verwarnen
points =
    { $count ->
        [one] { $count } Punkt
       *[other] { $count } Punkte
    }
warned = ⚠️ **{ $who }** ist verwarnt: { $points }, insgesamt { $total }. Verwarnung { $number }.
led = Bei { $points }: { $what }.
led-not = Bei { $points }: { $what }. Es ging aber nicht: { $why }
audit = { $points }: { $reason }
you-were-warned = Du wurdest auf **{ $server }** verwarnt: { $points }, insgesamt { $total }.
points-expire = Die Punkte verfallen { $until }.
warned-by = Von { $who }.
leads = Das führt zu: { $what }.
this-server = diesem Server
not-told = Mitteilen konnte ich es nicht: keine Direktnachrichten erlaubt.
yours-was-taken-back = Eine deiner Verwarnungen auf **{ $server }** wurde zurückgenommen:
taken-back = Verwarnung { $number } von **{ $who }** ist zurückgenommen.

# Das Formular
form-title = { $who } verwarnen
form-reason = Warum
form-reason-help = Die Person liest es auch. Der Name eines eurer Gründe genügt.
form-points = Punkte
form-points-help = Leer gelassen die des Grundes

# Alle zurücknehmen
clear-question =
    { $count ->
        [one] Die eine Verwarnung von { $who } zurücknehmen? Das lässt sich nicht rückgängig machen.
       *[other] Alle { $count } Verwarnungen von { $who } zurücknehmen? Das lässt sich nicht rückgängig machen.
    }
clear-all = Zurücknehmen
cleared =
    { $count ->
        [0] { $who } hatte keine Verwarnungen mehr.
        [one] Eine Verwarnung von { $who } ist zurückgenommen.
       *[other] { $count } Verwarnungen von { $who } sind zurückgenommen.
    }
cleared-log =
    { $count ->
        [0] { $by } wollte die Verwarnungen von { $who } zurücknehmen; es gab keine mehr.
        [one] { $by } hat die einzige Verwarnung von { $who } zurückgenommen.
       *[other] { $by } hat alle { $count } Verwarnungen von { $who } zurückgenommen.
    }

# Der Kanal für Verwarnungen
warning-title = Verwarnung { $number }
taken-back-title = Verwarnung { $number } zurückgenommen
person = Person
moderator = Moderation
points-title = Punkte
points-of = { $points }, insgesamt { $total }
expires-title = Verfallen
reason = Grund
was-for = War für
led-to = Führte zu
person-id = ID { $id }
not-written = Es ist getan, ließ sich aber nicht in { $channel } schreiben: { $why }. Siehe `/cogs settings`.
time-is-over = Die Zeit ist um.
ban-over = Der Bann von { $who } ist um.
ban-stays = Der Bann von { $who } ist um, aber ich kann ihn nicht aufheben: { $why }. Heb ihn von Hand auf.

# Listen
warnings-of-one =
    { $count ->
        [0] Keine Verwarnungen
        [one] Eine Verwarnung, { $points }
       *[other] { $count } Verwarnungen, { $points }
    }
warnings-of-all =
    { $count ->
        [0] Noch keine Verwarnungen
        [one] Eine Verwarnung auf diesem Server
       *[other] { $count } Verwarnungen auf diesem Server
    }
expires = verfällt { $until }
expired = verfallen { $until }
next = Bei { $points }

# Regeln
rules-title = Regeln für Verwarnungen
how-to-change = Ändern mit `/warnregeln grund`, `kein-grund`, `folge` und `keine-folge`; das Übrige steht in `/cogs settings`.
actions-title = Wozu Punkte führen
reasons-title = Gründe
none-yet = Noch keine.
reason-kept = Der Grund `{ $name }` ist aufgehoben, mit { $points }.
reason-forgotten = Der Grund `{ $name }` ist vergessen.
action-set = Von jetzt an bei { $points }: { $what }.
action-gone = Bei { $points } geschieht nichts mehr.

# Warum etwas nicht geht
bots-are-not-warned = Bots lesen keine Verwarnungen. Wähle ein Mitglied.
no-reason = Sag, warum.
no-reasons-yet = Dieser Server nimmt nur eigene Gründe und hat noch keine. Wer ihn verwaltet, legt welche an mit `/warnregeln grund`.
only-reasons = Dieser Server nimmt nur diese Gründe: { $names }.
bad-points = Schreib eine ganze Zahl von Punkten, 0 bis { $most }.
no-warning = Eine Verwarnung { $number } gibt es nicht.
your-own = Deine eigenen Verwarnungen nehmen andere zurück.
none-to-clear = { $who } hat keine Verwarnungen.
no-more-moderator = Das darfst du nicht mehr.
store-full = Für weitere Verwarnungen ist kein Platz. Nimm welche zurück mit `/verwarnungen-löschen`.
too-many-reasons = Ein Server hebt höchstens { $most } Gründe auf. Vergiss einen mit `/warnregeln kein-grund`.
empty-reason = Ein Grund hat einen Namen und einen Text.
no-such-reason = Den Grund `{ $name }` gibt es nicht.
too-many-actions = Ein Server hat höchstens { $most } Folgen. Beende eine mit `/warnregeln keine-folge`.
no-such-action = Bei { $points } geschieht nichts.

# Befehle
command-warn = verwarnen
    .description = Verwarnt jemanden.
    .who-name = wen
    .who-description = Wen.
    .reason-name = grund
    .reason-description = Warum, oder der Name eines eurer Gründe. Die Person liest es auch.
    .points-name = punkte
    .points-description = Wie viele Punkte; sonst die des Grundes.
command-warn-by-form = Verwarnen
command-warnings = verwarnungen
    .description = Zeigt Verwarnungen, die neuesten zuerst.
    .who-name = wessen
    .who-description = Wessen; sonst die von allen.
command-warnings-of = Verwarnungen
command-mywarnings = meine-verwarnungen
    .description = Zeigt deine eigenen Verwarnungen.
command-unwarn = verwarnung-zurück
    .description = Nimmt eine Verwarnung zurück.
    .number-name = nummer
    .number-description = Die Nummer der Verwarnung.
    .reason-name = grund
    .reason-description = Warum.
command-clearwarnings = verwarnungen-löschen
    .description = Nimmt alle Verwarnungen einer Person zurück.
    .who-name = wessen
    .who-description = Wessen; auch wer schon weg ist.
command-warnrules = warnregeln
    .description = Gründe, und wozu Punkte führen.
command-show = zeigen
    .description = Zeigt Gründe und Folgen dieses Servers.
command-reason = grund
    .description = Hebt einen Grund auf, damit ihn niemand jedes Mal schreibt.
    .name-name = name
    .name-description = Ein kurzer Name dafür, etwa Spam.
    .points-name = punkte
    .points-description = Wie viele Punkte.
    .text-name = text
    .text-description = Was die lesen, die verwarnt werden.
command-unreason = kein-grund
    .description = Vergisst einen Grund; Verwarnungen dafür bleiben.
    .name-name = name
    .name-description = Sein Name.
command-action = folge
    .description = Sagt, was mit denen geschieht, die so viele Punkte erreichen.
    .points-name = punkte
    .points-description = Bei wie vielen Punkten.
    .what-name = was
    .what-description = Was geschieht.
    .length-name = dauer
    .length-description = Wie lange, etwa 12h oder 7 Tage; ein Bann ohne Dauer gilt für immer.
command-unaction = keine-folge
    .description = Beendet eine Folge.
    .points-name = punkte
    .points-description = Bei wie vielen Punkten.
choice-what =
    .timeout = Auszeit
    .kick = Rauswurf
    .ban = Bann
