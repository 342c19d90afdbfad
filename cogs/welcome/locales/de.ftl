joining = Beitritt
leaving = Abschied
direct-message = Direktnachricht

default-join = Willkommen auf { $server }, { $user }! Du bist Mitglied Nummer { $count }.
default-leave = { $name } hat uns verlassen.
default-direct = Willkommen auf { $server }, { $name }!

title = Kommen und Gehen
how-to-change = Wo: `/cogs settings cog:welcome`. Was: `/willkommen text`. Eine Probe: `/willkommen probe`.
in-channel = In { $channel }
on = An
off = Aus
number = { $number }
sent = Es steht in { $channel }.
sent-directly = Du hast es als Direktnachricht.
switched-off = { $what } ist aus: Wähl mit `/cogs settings cog:welcome`, wo, oder schalte es dort an.
only-managers = Dafür brauchst du die Berechtigung „Server verwalten“.

channel-gone = Den Kanal gibt es nicht mehr. Wähl mit `/cogs settings cog:welcome` einen anderen.
channel-closed = In { $channel } darf ich nicht schreiben. Ich brauche dort die Berechtigungen „Kanal anzeigen“ und „Nachrichten senden“, und für Embeds „Links einbetten“.
enough-direct = Ich habe heute so viele Direktnachrichten geschickt, wie ich darf.
not-sent = Es lässt sich nicht senden: { $why }
not-sent-now = Das ließ sich nicht senden: { $why }

texts-label = Texte; zwischen mehreren eine Zeile ---
texts-placeholder = Leer für den ersten Text
saved =
    { $count ->
        [one] Der Text ist gespeichert.
       *[other] { $count } Texte sind gespeichert; einer davon wird zufällig gesagt.
    }
saved-default = Der erste Text ist wieder da.
too-many-texts = Das sind { $count } Texte; es gibt höchstens { $most }.
text-too-long = Ein Text hat { $length } Zeichen; eine Nachricht hat bis zu { $most }.

command-welcome = willkommen
    .description = Begrüßt, wer kommt, und verabschiedet, wer geht.
command-text = text
    .description = Ändert, was gesagt wird.
    .when-name = wann
    .when-description = Wann es gesagt wird.
command-show = anzeigen
    .description = Zeigt, was eingestellt ist und was schiefging.
command-test = probe
    .description = Sagt es jetzt, als wärst du gemeint.
    .when-name = wann
    .when-description = Was gesagt wird.
choice-kind =
    .join = Beitritt
    .leave = Abschied
    .direct = Direktnachricht
