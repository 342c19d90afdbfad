role-not-given = { $role } can't be given to anybody: it belongs to everyone, to a bot or to boosters.
role-above-you = You can't hand out { $role }: for that you need the permission Manage Roles and a role above it.
role-above-me = I can't give { $role }: it stands above my own roles. Drag one of mine above it in the server's settings.
i-lack-manage-roles = I need the permission Manage Roles for that.
role-moderates = { $role } moderates ({ $permissions }). Such a role is not for everybody who wants it.
refused = That did not work: { $why }.
only-managers = For this you need the permission Manage Roles.

choose-roles = Choose roles
one-of-them = You may have one of them.
at-most = You may have up to { $most } of them.
given = You have { $role } now.
taken = You don't have { $role } any more.
full =
    { $most ->
        [one] You may have one of these roles. Take it off first.
       *[other] You may have up to { $most } of these roles. Take one off first.
    }
nothing-changed = Nothing has changed.
choose-here = Which roles would you like? What is picked is what you have.
panel-gone = This panel is not there any more.
no-more-offered = { $role } is not offered here any more.
one-at-a-time = One thing at a time: I am still at what you chose before.
can-not-give = { $role } did not work: { $why }.
tell-managers = Tell those who manage this server.
not-now = { $role } did not work just now: Discord can't be reached. Try again in a moment.

which-roles = Which roles? The panel is posted in { $channel } once you have chosen.
changed = That is changed. The roles are these:
roles-placeholder = Choose up to 25 roles
is-there = The panel is here: { $link }
without-roles = The panel has no roles, so it is not posted. `/roles panel edit` shows the menu for them.
old-stays = The message of before could not be deleted: { $link }
deleted = The panel “{ $title }” is deleted. Who has its roles keeps them.
panels = Panels
not-posted = not posted: it has no roles
no-panels = There are no panels yet. `/roles panel create` makes one.
no-panel = There is no such panel. `/roles panel list` shows them all.
no-emoji = “{ $typed }” is no emoji. Choose one from the list, or one of this server.
no-title = A panel needs a title.
title-taken = There is a panel “{ $title }” already.
too-many-panels = A server has up to { $most } panels. Delete one first.
too-many-roles = A panel has up to { $most } roles.
somebody-edits = Somebody else is changing this panel. Try again in a moment.
can-not-write = I can't write in { $channel }. Let me see it and send messages with embeds, or post the panel elsewhere with `/roles panel post`.
discord-rests = Discord can't be reached just now. Nothing is changed; try again in a moment.

auto-title = Roles at joining
auto-how = `/roles auto add` and `/roles auto remove` change them. Where new members agree to rules first, they get them then.
auto-people = People get
auto-bots = Bots get
none = none
auto-added = Whoever joins from now on gets { $role }.
auto-added-bots = Bots that join from now on get { $role }.
auto-already = { $role } is given at joining already.
auto-removed = { $role } is not given at joining any more. Who has it keeps it.
not-auto = { $role } is not given at joining.
too-many-auto = Up to { $most } roles are given at joining.

no-length = Write how long as a number with a unit, such as 12h, 3 days or 2 weeks.
odd-length = A role is for at least a minute and at most five years.
has = { $who } has { $role } now.
has-for-a-time = { $who } has { $role } now. I take it back { $until }.
has-not = { $who } does not have { $role }.
lost = { $who } does not have { $role } any more.
has-left = That member is not here any more.
timed-title = Roles for a time
timed-line = { $who } has { $role }, which ends { $until }
nobody-timed = Nobody has a role for a time. `/roles give` with a length gives one.
too-many-timed = This server has as many roles for a time as I can keep. Wait until one is over, or take one.
