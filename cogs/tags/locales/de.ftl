bad-name = `{ $name }` kann kein Befehl heißen. Nimm 1 bis 32 Buchstaben, Ziffern, `-` und `_`.
no-such-tag = Hier gibt es keinen Tag `{ $name }`. `/tags liste` zeigt, welche es gibt.
name-taken = Den Tag `{ $name }` gibt es schon. Ändere ihn mit `/tags ändern`.
store-full = Die Tags dieses Servers brauchen schon allen Platz. Entferne erst welche.
nothing-to-say = `{ $name }` hat ohne weitere Wörter nichts zu sagen.

only-managers = Um Tags zu ändern, brauchst du die Berechtigung „Server verwalten“. Wer sie hat, kann mit `/cogs settings` auch eine Rolle dafür wählen.
only-editors = Um Tags zu ändern, brauchst du die Rolle { $role } oder die Berechtigung „Server verwalten“.

form-title = Tag { $name }
answers-label = Antworten; zwischen mehreren eine Zeile ---
answers-placeholder = Was er sagt. Du kannst { $example } und mehr verwenden.
description-label = Was neben dem Befehl steht
saved = Der Tag `{ $name }` ist gespeichert.
removed = Der Tag `{ $name }` ist entfernt. Er sagte:
not-a-command = `/{ $name }` ist kein eigener Befehl: { $why }. `/tag name:{ $name }` antwortet damit.
no-room = ein Server hat Platz für { $most }
no-answer = Darin steht keine Antwort. Schreib, was der Tag sagt.
too-many-answers = Das sind { $count } Antworten; ein Tag hat bis zu { $most }.
answer-too-long = Eine Antwort hat { $length } Zeichen; eine Nachricht hat bis zu { $most }.
bad-option = `{ $name }` kann keine Option heißen. Nimm 1 bis 32 Kleinbuchstaben, Ziffern, `-` und `_`, und ein anderes Wort als `args`.
too-many-options = Das sind { $count } Optionen; ein Tag hat bis zu { $most }.

default-description = Ein Tag dieses Servers.
args-description = Worum es in der Antwort geht.

list-title = Tags dieses Servers
no-tags = Es gibt noch keine Tags. `/tags hinzufügen` macht einen.
tag-count =
    { $count ->
        [one] { $count } Tag
       *[other] { $count } Tags
    }
uses =
    { $count ->
        [0] noch nicht benutzt
        [one] einmal benutzt
       *[other] { $count }-mal benutzt
    }
number = { $number }
unknown = unbekannt
made-by = Von
made = Gemacht
used = Benutzungen
answers = Antworten
asks-for = Fragt nach
used-as = Befehl
raw-text = Der Tag `{ $name }` ist so geschrieben:

command-tag =
    .description = Antwortet mit einem Tag dieses Servers.
    .name-description = Welcher.
    .args-description = Was der Tag für args einsetzt.
command-tags =
    .description = Macht Befehle für diesen Server.
command-add = hinzufügen
    .description = Fügt einen Tag hinzu: Ein Formular fragt, was er sagt.
    .name-description = Der Befehl, der er wird, etwa regeln.
command-edit = ändern
    .description = Ändert, was ein Tag sagt.
    .name-description = Welcher.
command-remove = entfernen
    .description = Entfernt einen Tag und seinen Befehl.
    .name-description = Welcher.
command-list = liste
    .description = Listet die Tags dieses Servers auf.
command-info = info
    .description = Zeigt, wer einen Tag gemacht hat und wie oft er benutzt wurde.
    .name-description = Welcher.
command-raw = text
    .description = Zeigt den Text eines Tags, wie er geschrieben ist.
    .name-description = Welcher.
