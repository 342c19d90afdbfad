number = { $number }
level = Level { $level }
progress = { $points } of { $step } points to level { $next }
place = Place
place-of = { $place } of { $count }
points = Points
leaderboard = Leaderboard
line = `{ $place }.` { $user } · level { $level } · { $points } points
own-place = You are { $place } of { $count }
nobody = Nobody has points yet. They come with messages.
no-points = { $name } has no points yet. They come with messages, once a minute.
bots-earn-nothing = Bots earn no points.

reached = 🎉 { $whom } has reached level **{ $level }**!
reached-directly = 🎉 You have reached level **{ $level }** on { $server }!

title = Levels
how-to-change = Points and announcements: `/cogs settings cog:levels`. Rewards: `/levels reward`. Channels: `/levels ignore`.
rewards = Rewards
without-points = Channels without points
none = None
reward-line = Level { $level }: { $role }
role-not-given = { $role } can't be given to anybody: it belongs to everyone, to a bot or to boosters.
role-too-high = You can't make { $role } a reward: for that you need the permission Manage Roles and a higher role.
too-many-rewards = A server has up to { $most } rewards. End one with `/levels unreward` first.
rewarded = Whoever reaches level { $level } gets { $role }. Whoever is there already gets it with their next message.
unrewarded = Level { $level } does not bring { $role } any more. Whoever has it keeps it.
no-reward = Level { $level } has no reward.
choose-channels = In which channels is nothing earned?
ignored = Nothing is earned in { $channels }.
all-channels = Points are earned in all channels.
was-set = { $user } has { $points } points now, which is level { $level }.
was-reset = { $user } begins again without points.
nothing-to-reset = { $user } has no points.
reset-question =
    { $count ->
        [0] Nobody has points. Begin anew all the same?
        [one] One member has points. They are lost for good.
       *[other] { $count } members have points. They are lost for good.
    }
reset-everybody = Reset everybody
all-reset = Everybody begins again without points. Roles stay as they are.
only-managers = For this you need the permission Manage Server.
