joining = Joining
leaving = Leaving
direct-message = Direct message

default-join = Welcome to { $server }, { $user }! You are member number { $count }.
default-leave = { $name } has left us.
default-direct = Welcome to { $server }, { $name }!

title = Coming and going
how-to-change = Where: `/cogs settings cog:welcome`. What: `/welcome text`. A try: `/welcome test`.
in-channel = In { $channel }
on = On
off = Off
number = { $number }
sent = It is in { $channel }.
sent-directly = You have it as a direct message.
switched-off = { $what } is off: choose where or switch it on with `/cogs settings cog:welcome`.
only-managers = For this you need the permission Manage Server.

channel-gone = The channel is gone. Choose another one with `/cogs settings cog:welcome`.
channel-closed = I may not write in { $channel }. I need the permissions View Channel and Send Messages there, and Embed Links for embeds.
enough-direct = I sent as many direct messages today as I may.
not-sent = It can't be sent: { $why }
not-sent-now = That could not be sent: { $why }

texts-label = Texts, with a line --- between several
texts-placeholder = Empty for the first text
saved =
    { $count ->
        [one] The text is saved.
       *[other] { $count } texts are saved; one of them is said by chance.
    }
saved-default = The first text is back.
too-many-texts = These are { $count } texts; there can be up to { $most }.
text-too-long = One text has { $length } characters; a message has up to { $most }.
