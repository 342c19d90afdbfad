# Hosting
started = 🎁 **{ $prize }** is given away { $ends }.
only-hosts = Only { $role } and those who manage the server give something away here.
only-managers = Only those who manage the server give something away here.
no-length = “{ $length }” is no length of time. Write `30 minutes`, `2 hours` or `3 days`.
odd-length = A giveaway lasts from a minute to 90 days.
no-prize = Write what there is to win.
too-many =
    { $most ->
        [one] One giveaway may run here at once, and it does.
       *[other] { $most } giveaways may run here at once, and they do.
    }
can-not-write = I may not write in this channel.
not-now = Discord does not let me post it now. Try again in a minute.
no-such = I know no giveaway “{ $name }”. Pick one that is offered while you type; those that are over can be drawn again for two weeks.
ends = **{ $prize }** ends, and its winners are drawn.
drawn-again = **{ $prize }** is drawn again.
drawn-already = Somebody has just drawn again.
is-drawn = The winners are being drawn. Try again in a minute.
runs-still = This giveaway runs still. `/giveaway end` ends it.
cancelled = **{ $prize }** is cancelled. Nobody wins.

# Joining
joined = You're in for **{ $prize }**. Good luck!
in-already = You're in already. Do you want to leave?
leave = Leave
left = You're out.
not-in = You're out already.
needs-role = Only { $role } can join this giveaway.
is-over = This giveaway is over.

# The giveaway
join = Join
ends-line = Ends { $ago } ({ $at })
winners-line =
    { $count ->
        [one] One winner
       *[other] { $count } winners
    }
role-line = For { $role }
host-line = Hosted by { $host }
won-line =
    { $count ->
        [one] 🏆 Winner: { $winners }
       *[other] 🏆 Winners: { $winners }
    }
no-winner = Nobody has won.
cancelled-line = Cancelled
joined-count =
    { $count ->
        [0] Nobody has joined
        [one] One has joined
       *[other] { $count } have joined
    }
won = 🎉 { $winners } won **{ $prize }**! Congratulations!
won-again = 🎉 Drawn again: { $winners } won **{ $prize }**! Congratulations!
nobody-won = **{ $prize }** goes to nobody: nobody joined who can win.
nobody-left = **{ $prize }** can't be drawn again: nobody is left who can win.

# The list
list-title = Giveaways
over-title = Over
none-there = There are no giveaways.
