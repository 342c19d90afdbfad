no-text = *No text*
jump = Go to the message
nothing-yet = Nothing has got its stars here yet.
top-messages = Messages with the most stars
top-people = People with the most stars
person =
    { $count ->
        [one] { $author } · **{ $stars }** for one message
       *[other] { $author } · **{ $stars }** for { $count } messages
    }

title = Starboard
is-on =
    { $count ->
        [one] On: a message that one person gives { $emoji } is shown in { $channel }.
       *[other] On: a message that { $count } people give { $emoji } is shown in { $channel }.
    }
is-off = Off: no channel is set for it.
no-emoji = What is set as the emoji is none, so it is { $emoji }.
how-to-change = Channel, number and emoji: `/cogs settings cog:starboard`. Channels that are left out: `/starboard ignore`. Channels that not everybody sees who sees the starboard are always left out.
left-out = Left out
choose-channels = Which channels are left out?
leaves-out = Messages in { $channels } are not shown any more. What is there already stays.
all-channels = No channel is left out.
only-managers = For this you need the permission Manage Server.
