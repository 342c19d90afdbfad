# What is done
kind-ban = Ban
kind-tempban = Temporary ban
kind-softban = Softban
kind-unban = Unban
kind-kick = Kick
kind-timeout = Timeout
kind-untimeout = End of a timeout
kind-voicekick = Out of voice
done-ban = 🔨 **{ $who }** is banned.
done-tempban = 🔨 **{ $who }** is banned for a time.
done-softban = 🧹 **{ $who }** is out, with their messages, and may come back.
done-unban = 🕊️ **{ $who }** is no longer banned.
done-kick = 👢 **{ $who }** is out.
done-timeout = 🔇 **{ $who }** is timed out.
done-untimeout = 🔊 **{ $who }** may write and speak again.
done-voicekick = 👋 **{ $who }** is out of voice.
told-ban = You were banned from **{ $server }**.
told-tempban = You were banned from **{ $server }** for a time.
told-softban = You were removed from **{ $server }**, with your latest messages. You may come back.
told-kick = You were kicked from **{ $server }**. You may come back.
told-timeout = You were timed out in **{ $server }**: you can neither write nor speak there.
told-untimeout = Your timeout in **{ $server }** is over.
this-server = this server
ends = It ends { $until }.
case-is = Case { $number }.
not-told = They could not be told: their direct messages are closed.
time-is-over = The time is over.
ban-stays = The ban of { $who } is over, but I can't lift it: { $why }. Use `/unban`.

# Why something can't be done
no-length = I don't understand that length of time. Write `30m`, `12h` or `7 days`.
tempban-bounds = A temporary ban lasts from one minute to five years. For good it is `/ban`.
timeout-too-long = A timeout lasts at most 28 days. `/tempban` can last longer.
banned-already = { $who } is banned already.
nobody-banned = Nobody is banned as { $who } here.
softban-stays = They are banned still, since the ban could not be lifted: { $why }. Use `/unban`.
not-timed-out = { $who } is not timed out.
not-in-voice = { $who } is in no voice channel.

# Many at once
massban-nobody = I found no ids in that. Write them one after the other, such as `123456789012345678 223456789012345678`.
massban-too-many = Those are { $count }; at most { $most } at once.
massban-late = { $who }: not any more, Discord took too long. Use the command again for the rest.
massban-done =
    { $count ->
        [0] Nobody was banned.
        [one] 🔨 One person is banned.
       *[other] 🔨 { $count } people are banned.
    }
massban-cases =
    { $count ->
        [one] Case { $first }.
       *[other] Cases { $first } to { $last }.
    }
massban-log =
    { $count ->
        [one] { $by } banned one person with `/massban`: case { $first }.
       *[other] { $by } banned { $count } people with `/massban`: cases { $first } to { $last }.
    }

# Nicknames and slow mode
renamed = **{ $who }** is called **{ $name }** here now.
unnamed = **{ $who }** has no nickname any more.
slowmode-on = 🐌 In { $channel } everybody waits { $length } between two messages.
slowmode-off = Slow mode is off in { $channel }.
slowmode-too-long = Slow mode is at most 6 hours.

# Cases
case-title = Case { $number } · { $kind }
person = Person
moderator = Moderator
by-itself = by itself
reason = Reason
until = Until
no-reason = None yet: `/reason { $number }`
person-id = ID { $id }
case-not-kept = It is done, but the case could not be kept: { $why }
case-not-written = The case is kept, but could not be written into { $channel }: { $why }. See `/cogs settings`.
no-case = There is no case { $number }.
cases-of-one =
    { $count ->
        [0] No cases
        [one] One case
       *[other] { $count } cases
    }
cases-of-all =
    { $count ->
        [0] No cases yet
        [one] One case in this server
       *[other] { $count } cases in this server
    }
no-more-moderator = You may not see cases any more.
not-your-case = Another moderator's case is for those to change who manage the server.
reason-set = Case { $number } has its reason.
