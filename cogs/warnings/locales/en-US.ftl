# Warning
points =
    { $count ->
        [one] { $count } point
       *[other] { $count } points
    }
warned = ⚠️ **{ $who }** is warned: { $points }, { $total } in all. Warning { $number }.
led = With { $points }: { $what }.
led-not = With { $points }: { $what }. It could not be done: { $why }
audit = { $points }: { $reason }
you-were-warned = You were warned in **{ $server }**: { $points }, { $total } in all.
points-expire = The points expire { $until }.
warned-by = By { $who }.
leads = This leads to: { $what }.
this-server = this server
not-told = They could not be told: their direct messages are closed.
yours-was-taken-back = A warning of yours in **{ $server }** was taken back:
taken-back = Warning { $number } of **{ $who }** is taken back.

# The form
form-title = Warn { $who }
form-reason = Why
form-reason-help = They read it too. The name of one of your reasons will do.
form-points = Points
form-points-help = The reason's own when left empty

# Clearing
clear-question =
    { $count ->
        [one] Take the one warning of { $who } back? It can't be undone.
       *[other] Take all { $count } warnings of { $who } back? It can't be undone.
    }
clear-all = Take them back
cleared =
    { $count ->
        [0] { $who } had no warnings any more.
        [one] A warning of { $who } is taken back.
       *[other] { $count } warnings of { $who } are taken back.
    }
cleared-log =
    { $count ->
        [0] { $by } wanted to take back the warnings of { $who }; there were none any more.
        [one] { $by } took back the only warning of { $who }.
       *[other] { $by } took back all { $count } warnings of { $who }.
    }

# The log channel
warning-title = Warning { $number }
taken-back-title = Warning { $number } taken back
person = Person
moderator = Moderator
points-title = Points
points-of = { $points }, { $total } in all
expires-title = Expire
reason = Reason
was-for = Was for
led-to = Led to
person-id = ID { $id }
not-written = It is done, but could not be written into { $channel }: { $why }. See `/cogs settings`.
time-is-over = The time is over.
ban-over = The ban of { $who } is over.
ban-stays = The ban of { $who } is over, but I can't lift it: { $why }. Lift it by hand.

# Lists
warnings-of-one =
    { $count ->
        [0] No warnings
        [one] One warning, { $points }
       *[other] { $count } warnings, { $points }
    }
warnings-of-all =
    { $count ->
        [0] No warnings yet
        [one] One warning in this server
       *[other] { $count } warnings in this server
    }
expires = expires { $until }
expired = expired { $until }
next = At { $points }

# Rules
rules-title = Rules for warnings
how-to-change = Change them with `/warnrules reason`, `unreason`, `action` and `unaction`; the rest is in `/cogs settings`.
actions-title = What points lead to
reasons-title = Reasons
none-yet = None yet.
reason-kept = The reason `{ $name }` is kept, with { $points }.
reason-forgotten = The reason `{ $name }` is forgotten.
action-set = At { $points } from now on: { $what }.
action-gone = At { $points } nothing happens any more.

# Why something can't be done
bots-are-not-warned = Bots read no warnings. Choose a member.
no-reason = Say why.
no-reasons-yet = This server takes its own reasons alone, and has none yet. Whoever manages it adds some with `/warnrules reason`.
only-reasons = This server takes these reasons alone: { $names }.
bad-points = Write a whole number of points from 0 to { $most }.
no-warning = There is no warning { $number }.
your-own = Your own warnings are for others to take back.
none-to-clear = { $who } has no warnings.
no-more-moderator = You may not do that any more.
store-full = There is no more room for warnings. Clear some with `/clearwarnings`.
too-many-reasons = A server keeps at most { $most } reasons. Forget one with `/warnrules unreason`.
empty-reason = A reason has a name and a text.
no-such-reason = There is no reason `{ $name }`.
too-many-actions = A server has at most { $most } actions. End one with `/warnrules unaction`.
no-such-action = At { $points } nothing happens.
