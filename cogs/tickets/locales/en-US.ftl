# The panel and its kinds
open-a-ticket = Open a ticket
panel-form = A panel for this channel
panel-title-label = Title
panel-text-label = Text
panel-title = Do you need help?
panel-text = Press a button. A thread opens that only you and the team see.
panel-posted = The panel is here. Tickets hang on this channel, so everybody who may open one must see it.
only-managers = Only who may manage the server does this.
kind-title = A kind of ticket
kind-name = What its button says
kind-questions = Questions, one on each line; up to five
kind-questions-hint = What is it about?  (one that ends in * may be left out)
kind-greeting = What the ticket begins with
no-name = Write what its button says.
kind-saved =
    { $count ->
        [0] **{ $kind }** is saved and asks nothing. `/tickets panel` posts a message with it.
        [one] **{ $kind }** is saved and asks one question. `/tickets panel` posts a message with it.
       *[other] **{ $kind }** is saved and asks { $count } questions. `/tickets panel` posts a message with it.
    }
too-many-kinds = There are { $most } kinds already, as many as fit on a panel.
kind-gone-now = **{ $kind }** is gone. Its buttons open nothing any more, and its tickets stay.
no-such-kind = There is no kind “{ $kind }”. There are: { $kinds }
too-many-questions = A form has room for { $most } questions; there are { $count }.
question-too-long = Question { $number } is too long: there is room for { $most } characters.

# Opening
kind-is-gone = This kind of ticket is gone. Ask for a newer panel.
you-are-blocked = You can't open tickets here.
too-many =
    { $most ->
        [one] You have an open ticket: { $threads }
       *[other] { $most } tickets of yours may be open, and are: { $threads }
    }
being-opened = Your ticket is being opened.
opened = 🎫 Your ticket: { $thread }
can-not-open = I can't open a thread here. Tell the team: I need the permissions Create Private Threads, Send Messages in Threads and Manage Threads in this channel.
no-threads-here = In this channel there are no private threads. Tell the team: a panel belongs into a text channel.
can-not-write = I may not write in this channel.
not-now = Discord does not let me do it now. Try again in a minute.
ticket = Ticket { $number } · { $kind }
greeting = Tell us what it is about. Somebody will be with you soon.
claim = Claim
close = Close

# Answering
no-ticket = Here is no ticket, or it is not known any more.
only-staff = That is for those who answer tickets.
is-closed = This ticket is closed.
is-open = This ticket is open: { $thread }
claimed = 🙋 { $who } takes care of this ticket.
handed-back = { $who } hands this ticket back.
claimed-already = { $who } takes care of this ticket.
added = ➕ { $who } is in this ticket now.
can-not-add = I can't let { $who } in: they must see the channel above.
removed = ➖ { $who } is out of this ticket.
not-the-owner = This is { $who }'s ticket.
not-in-it = { $who } is not in this ticket.
came-in = 🚪 { $who } has come in.
you-are-in = You are in: { $thread }

# Closing
close-form = Close this ticket
reason-label = Why?
closed-now = 🔒 { $who } has closed this ticket.
reason-was = Reason: { $reason }
open-again = 🔓 { $who } has opened this ticket again, { $owner }.
opened-again = Open again: { $thread }

# The log
opened-by = Opened by { $who } { $when }
claimed-by = Claimed by { $who }
closed-by = Closed by { $who } { $when }
closed-by-hand = Closed by hand { $when }
role-is-gone = ⚠️ The role that answers is gone, so nobody was called. Choose another one with `/cogs settings cog:tickets` or `/tickets kind`.
thread-deleted = Its thread is deleted.
join = Join
reopen = Open again
transcript-of = Transcript of ticket { $number } · { $kind } of { $who }
your-transcript = The transcript of your ticket { $number } · { $kind }
transcript-title = Ticket { $number } · { $kind }
transcript-opened = Opened { $when } by { $who }
transcript-closed = Closed { $when } by { $who }: { $reason }
transcript-cut = [What came before is left out.]

# Lists
list-title = Open tickets
none-open = No ticket is open.
no-such = There is no ticket { $number }, or it was closed more than 90 days ago.
blocked = { $who } opens no tickets any more.
blocked-already = { $who } can't open tickets anyway.
unblocked = { $who } can open tickets again.
not-blocked = { $who } can open tickets anyway.
