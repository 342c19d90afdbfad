# Das Panel und die Arten
open-a-ticket = Ticket eröffnen
panel-form = Ein Panel für diesen Kanal
panel-title-label = Titel
panel-text-label = Text
panel-title = Brauchst du Hilfe?
panel-text = Drück einen Knopf. Dann öffnet sich ein Thread, den nur du und das Team sehen.
panel-posted = Das Panel ist da. Tickets hängen an diesem Kanal: Wer eines eröffnen soll, muss ihn sehen.
only-managers = Das darf nur, wer den Server verwaltet.
kind-title = Eine Art von Ticket
kind-name = Was auf dem Knopf steht
kind-questions = Fragen, eine je Zeile, höchstens fünf
kind-questions-hint = Worum geht es?  (was mit * endet, darf leer bleiben)
kind-greeting = Womit das Ticket beginnt
no-name = Schreib, was auf dem Knopf steht.
kind-saved =
    { $count ->
        [0] **{ $kind }** ist gespeichert und fragt nichts. `/tickets panel` postet eine Nachricht damit.
        [one] **{ $kind }** ist gespeichert und stellt eine Frage. `/tickets panel` postet eine Nachricht damit.
       *[other] **{ $kind }** ist gespeichert und stellt { $count } Fragen. `/tickets panel` postet eine Nachricht damit.
    }
too-many-kinds = Es gibt schon { $most } Arten, so viele passen auf ein Panel.
kind-gone-now = **{ $kind }** ist weg. Die Knöpfe dafür öffnen nichts mehr, die Tickets bleiben.
no-such-kind = Die Art „{ $kind }“ gibt es nicht. Es gibt: { $kinds }
too-many-questions = Ein Formular hat Platz für { $most } Fragen, hier sind { $count }.
question-too-long = Frage { $number } ist zu lang: Platz ist für { $most } Zeichen.

# Eröffnen
kind-is-gone = Diese Art von Ticket gibt es nicht mehr. Frag nach einem neueren Panel.
you-are-blocked = Du kannst hier keine Tickets eröffnen.
too-many =
    { $most ->
        [one] Du hast ein offenes Ticket: { $threads }
       *[other] Von dir dürfen { $most } Tickets offen sein, und die sind es: { $threads }
    }
being-opened = Dein Ticket wird gerade eröffnet.
opened = 🎫 Dein Ticket: { $thread }
can-not-open = Ich kann hier keinen Thread öffnen. Sag dem Team: Ich brauche in diesem Kanal die Rechte „Private Threads erstellen“, „Nachrichten in Threads senden“ und „Threads verwalten“.
no-threads-here = In diesem Kanal gibt es keine privaten Threads. Sag dem Team: Ein Panel gehört in einen Textkanal.
can-not-write = In diesem Kanal darf ich nicht schreiben.
not-now = Discord lässt mich das gerade nicht tun. Versuch es in einer Minute noch einmal.
ticket = Ticket { $number } · { $kind }
greeting = Schreib uns, worum es geht. Bald ist jemand für dich da.
claim = Übernehmen
close = Schließen

# Beantworten
no-ticket = Hier ist kein Ticket, oder es ist nicht mehr bekannt.
only-staff = Das dürfen nur die, die Tickets beantworten.
is-closed = Dieses Ticket ist geschlossen.
is-open = Dieses Ticket ist offen: { $thread }
claimed = 🙋 { $who } kümmert sich um dieses Ticket.
handed-back = { $who } gibt dieses Ticket zurück.
claimed-already = { $who } kümmert sich um dieses Ticket.
added = ➕ { $who } ist jetzt in diesem Ticket.
can-not-add = Ich kann { $who } nicht hereinlassen: Dazu muss man den Kanal darüber sehen.
removed = ➖ { $who } ist aus diesem Ticket.
not-the-owner = Das ist das Ticket von { $who }.
not-in-it = { $who } ist nicht in diesem Ticket.
came-in = 🚪 { $who } ist hereingekommen.
you-are-in = Du bist drin: { $thread }

# Schließen
close-form = Dieses Ticket schließen
reason-label = Warum?
closed-now = 🔒 { $who } hat dieses Ticket geschlossen.
reason-was = Grund: { $reason }
open-again = 🔓 { $who } hat dieses Ticket wieder geöffnet, { $owner }.
opened-again = Wieder offen: { $thread }

# Das Protokoll
opened-by = Eröffnet von { $who } { $when }
claimed-by = Übernommen von { $who }
closed-by = Geschlossen von { $who } { $when }
closed-by-hand = Von Hand geschlossen { $when }
role-is-gone = ⚠️ Die Rolle, die antwortet, gibt es nicht mehr, also wurde niemand gerufen. Wähl mit `/cogs settings cog:tickets` oder `/tickets art` eine andere.
thread-deleted = Der Thread ist gelöscht.
join = Beitreten
reopen = Wieder öffnen
transcript-of = Protokoll von Ticket { $number } · { $kind } von { $who }
your-transcript = Das Protokoll deines Tickets { $number } · { $kind }
transcript-title = Ticket { $number } · { $kind }
transcript-opened = Eröffnet { $when } von { $who }
transcript-closed = Geschlossen { $when } von { $who }: { $reason }
transcript-cut = [Was davor war, ist ausgelassen.]

# Listen
list-title = Offene Tickets
none-open = Kein Ticket ist offen.
no-such = Ein Ticket { $number } gibt es nicht, oder es ist seit mehr als 90 Tagen geschlossen.
blocked = { $who } eröffnet keine Tickets mehr.
blocked-already = { $who } kann ohnehin keine Tickets eröffnen.
unblocked = { $who } kann wieder Tickets eröffnen.
not-blocked = { $who } kann ohnehin Tickets eröffnen.

command-manage = tickets
    .description = Tickets dieses Servers.
command-panel = panel
    .description = Postet hier eine Nachricht mit Knöpfen für Tickets; ein Formular fragt, was darin steht.
command-kind = art
    .description = Denkt sich eine Art von Ticket aus oder ändert sie; ein Formular fragt, was sie fragt.
    .name-name = name
    .name-description = Was auf dem Knopf steht, etwa Rechnungen.
    .role-name = rolle
    .role-description = Wer antwortet, wenn es nicht die übliche Rolle ist.
command-unkind = art-entfernen
    .description = Nimmt eine Art von Ticket weg; offene bleiben.
    .name-name = name
    .name-description = Welche, nach dem, was auf dem Knopf steht.
command-list = liste
    .description = Zeigt die offenen Tickets.
command-reopen = wieder-öffnen
    .description = Öffnet ein geschlossenes Ticket wieder.
    .number-name = nummer
    .number-description = Seine Nummer.
command-block = sperren
    .description = Lässt jemanden keine Tickets eröffnen.
    .who-name = wen
    .who-description = Wen.
command-unblock = entsperren
    .description = Lässt jemanden wieder Tickets eröffnen.
    .who-name = wen
    .who-description = Wen.
command-here = ticket
    .description = Das Ticket dieses Threads.
command-claim = übernehmen
    .description = Übernimmt dieses Ticket oder gibt es zurück.
command-add = hinzufügen
    .description = Lässt jemanden in dieses Ticket.
    .who-name = wen
    .who-description = Wen.
command-remove = entfernen
    .description = Nimmt jemanden aus diesem Ticket.
    .who-name = wen
    .who-description = Wen.
command-shut = schließen
    .description = Schließt dieses Ticket.
    .reason-name = grund
    .reason-description = Warum.
