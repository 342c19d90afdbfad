# Rules
title-words = Words: { $name }
title-pattern = Pattern: { $name }
title-invites = Invites
title-links = Links
title-repeats = Repeats
title-flood = Flood
title-mentions = Mentions
title-capitals = Capitals
title-emoji = Emoji
nothing = nothing
shown-words =
    { $count ->
        [one] one word or phrase
       *[other] { $count } words and phrases
    }
shown-allowed = welcome: { $allowed }
shown-repeats = { $times } times the same within { $seconds } seconds
shown-flood = { $messages } messages within { $seconds } seconds
shown-more-than = more than { $most }
shown-capitals = from { $percent } % of the letters on
then-delete = delete
then-notice = notice
then-log = only the log channel
after-hits = { $what } at hit { $hits } of an hour

# What the channel reads
notice-words = { $who } ⚠️ That is not welcome here.
notice-invites = { $who } ⚠️ Invites to other servers are not welcome here.
notice-links = { $who } ⚠️ Such links are not welcome here.
notice-repeats = { $who } ⚠️ Once is enough.
notice-flood = { $who } ⚠️ Slow down, please.
notice-mentions = { $who } ⚠️ Those are too many mentions.
notice-capitals = { $who } ⚠️ Please don't write in capitals.
notice-emoji = { $who } ⚠️ Those are too many emoji.

# The log channel
log-title = A message broke a rule
person = Person
channel = Channel
done = Done
message = Message
nothing-done = nothing
deleted =
    { $count ->
        [one] message deleted
       *[other] { $count } messages deleted
    }
not-deleted = it could not be deleted: { $why }
person-id = ID { $id }
time-is-over = The time is over.
ban-over = The ban of { $who } is over.
ban-stays = The ban of { $who } is over, but I can't lift it: { $why }. Lift it by hand.

# Raids
raid-seen = A raid: { $count } have joined within seconds.
raid-by-hand = { $by } started raid mode.
raid-action = Who joins: { $what }.
raid-no-action = Nothing is done to those who join; see `/cogs settings`.
raid-does-nothing = Raid mode is on, but does nothing to those who join: choose that in `/cogs settings`.
raid-ends = It ends { $until }, later when more join.
raid-end = End raid mode
raid-ended = Raid mode is over.
raid-over = The raid is over.
raid-over-by = { $by } ended raid mode.
raid-count = Joined: { $joined }, dealt with: { $done }, spared: { $spared }.
raid-reason = a raid
raid-too-many = too many joined at once; the rest is yours to deal with
raid-already = Raid mode is on already.
raid-under-way = 🚨 Raid mode is on.
no-raid = Raid mode is not on.

# Commands' answers
rules-title = Rules
how-to-change = /automod action changes what happens, /automod remove ends a rule. Moderators and bots are exempt.
no-rules = There are no rules yet. Make one, such as `/automod invites`.
saved = **{ $rule }** · { $what }
    → { $then }
action-set = **{ $rule }** → { $then }
removed = The rule **{ $rule }** is gone.
exempt-question = Where and for whom does no rule hold? Moderators and bots are exempt anyway.
exempt-channels = Channels without rules
exempt-roles = Roles without rules
exempted = No rule holds for { $all }.
no-exempt = The rules hold everywhere, and for all but moderators and bots.
test-nothing = ✅ No rule has anything against that.
test-note = Floods and repeats depend on what was written before, and are not tested.

# Forms
words-title = Words: { $name }
words-label = One word or phrase on each line
words-help = bad finds bad alone; *bad* also what it is a part of; * is any letters
invites-label = Invites that are welcome all the same
invites-help = Codes or links. This server's own are welcome anyway, but not its own link by name.
links-label = Hosts that are welcome
links-help = example.org also stands for what is below it. Discord's own are welcome anyway.

# Why something can't be done
too-much = That is more than there is room for. Remove a rule or words.
too-many-rules = A server has at most { $most } rules. Remove one with `/automod remove`.
too-many-patterns = A server has at most { $most } patterns. Remove one with `/automod remove`.
no-name = A rule needs a name.
name-taken = `{ $name }` is the name of another rule. Choose one of your own.
other-kind = `{ $name }` is a rule of another kind. Choose another name, or remove it with `/automod remove`.
bad-pattern = That is no pattern: { $why }
pattern-fits-all = That pattern is found in every message. Make it say more.
word-fits-all = `{ $word }` is found in every message. Write more than `*`.
no-words = There is no word in that.
no-code = `{ $code }` is no invite. Write codes or links, one on each line.
no-host = `{ $host }` is no host. Write such as `example.org`, one on each line.
no-such-rule = There is no rule `{ $name }`. See `/automod show`.
length-of-what = The length is that of a timeout or a ban. Choose one under `punish`.
only-managers = You may not manage this server any more.
only-moderators = That is for moderators.
