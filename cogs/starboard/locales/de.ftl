no-text = *Kein Text*
jump = Zur Nachricht
nothing-yet = Noch hat hier nichts genug Sterne bekommen.
top-messages = Nachrichten mit den meisten Sternen
top-people = Wer die meisten Sterne hat
person =
    { $count ->
        [one] { $author } · **{ $stars }** für eine Nachricht
       *[other] { $author } · **{ $stars }** für { $count } Nachrichten
    }

title = Sternetafel
is-on =
    { $count ->
        [one] An: Was von einer Person { $emoji } bekommt, steht in { $channel }.
       *[other] An: Was von { $count } Leuten { $emoji } bekommt, steht in { $channel }.
    }
is-off = Aus: Es ist kein Kanal dafür eingestellt.
no-emoji = Was als Emoji eingestellt ist, ist keines; deshalb gilt { $emoji }.
how-to-change = Kanal, Anzahl und Emoji: `/cogs settings cog:starboard`. Kanäle ohne Sternetafel: `/sternetafel ohne`. Kanäle, die nicht alle sehen, die die Sternetafel sehen, bleiben immer außen vor.
left-out = Außen vor
choose-channels = Welche Kanäle bleiben außen vor?
leaves-out = Nachrichten aus { $channels } werden nicht mehr gezeigt. Was schon dort ist, bleibt.
all-channels = Kein Kanal bleibt außen vor.
only-managers = Dafür brauchst du die Berechtigung „Server verwalten“.

command-stars = sterne
    .description = Was hier Sterne bekommen hat.
command-top = beste
    .description = Zeigt, was die meisten Sterne hat, oder wer.
    .what-name = was
    .what-description = Nachrichten oder Leute; Nachrichten ohne Angabe.
command-random-one = zufall
    .description = Zeigt etwas, das einmal Sterne bekommen hat.
command-board = sternetafel
    .description = Die Sternetafel dieses Servers.
command-show = anzeigen
    .description = Zeigt, was eingestellt ist und was schiefging.
command-ignore = ohne
    .description = Wählt Kanäle, deren Nachrichten nicht gezeigt werden.
choice-what =
    .messages = Nachrichten
    .people = Leute
