# Where I am, and where you are
nowhere = I'm in no voice channel. `/play` brings me into yours.
join-first = Go into a voice channel first; then I come along.
come-here = I'm in { $channel }. Come there to control the music.
busy-elsewhere = I'm playing in { $channel } already. Come there, or wait until it's over.
can-not-come = I can't come into { $channel }: { $why }.
here-i-am = I'm in { $channel }.
left = I left the voice channel.

# Who may
only-djs = Only { $role } control the music here.
only-djs-add = Only { $role } add tracks here.
too-many =
    { $most ->
        [one] One track of yours may wait here, and it does.
       *[other] { $most } tracks of yours may wait here, and they do.
    }
refused = That doesn't work: { $why }.

# What plays
nothing-plays = Nothing is playing.
now-playing = Now playing
paused-state = Paused
unheard-state = Nobody hears me: let me speak on this stage
panel-over = Playback has ended. `/play` goes on.
asked-by = Asked by
volume = Volume
percent = { $percent } %
repeat = Repeat
repeat-off = off
repeat-track = the track
repeat-queue = the queue
waiting =
    { $count ->
        [0] Nothing waits
        [one] One track waits
       *[other] { $count } tracks wait
    }
pause = Pause
resume = Resume
skip = Skip
stop = Stop
quieter = Quieter
louder = Louder
failed = **{ $title }** could not be played, so I passed it over.

# Adding
plays = ▶️ **{ $title }**
added = Added **{ $title }** at place { $place }.
added-wait = Added **{ $title }** at place { $place }; it plays in about { $wait }.
added-many = Added { $count } tracks, from **{ $title }** on.
left-out =
    { $count ->
        [one] One more was left out: so many of one person's may wait here.
       *[other] { $count } more were left out: so many of one person's may wait here.
    }
nothing-there = There is nothing to play in that.
not-found = I found nothing for `{ $what }` in the media folder, and can't search the web: { $why }.

# The queue
queue-title = Queue
queue-foot = { waiting } · { $left } left
queue-foot-endless = { waiting }
page = Page { $page } of { $pages }
page-back = Back
page-on = Next
endless = live
queue-empty = Nothing waits in the queue.
no-such-place =
    { $count ->
        [one] There is no such place: one track waits.
       *[other] There is no such place: { $count } tracks wait.
    }
removed = Removed **{ $title }**.
moved = **{ $title }** is at place { $place } now.
cleared =
    { $count ->
        [one] Removed the one track that waited.
       *[other] Removed all { $count } tracks that waited.
    }
shuffled =
    { $count ->
        [one] Shuffled; with one track that changes nothing.
       *[other] Shuffled { $count } tracks.
    }

# Controlling
paused = ⏸️ Paused **{ $title }**.
resumed = ▶️ **{ $title }** goes on.
brought-back =
    { $count ->
        [one] ▶️ **{ $title }** is back.
       *[other] ▶️ { $count } tracks are back, from **{ $title }** on.
    }
paused-already = It is paused already. `/resume` goes on.
plays-already = It is playing already.
stopped = ⏹️ Stopped, and the queue is empty.
skipped = ⏭️ Skipped **{ $title }**. Now: **{ $next }**
skipped-last = ⏭️ Skipped **{ $title }**. Nothing follows.
track-over = That track is over already.
voted = { $who } wants to skip **{ $title }**: { $given } of { $needed } votes.
deaf-vote = You are deafened. Who hears the music votes on it.
no-moment = I don't understand that moment. Write `1:30`, `90`, `+15` or `-15`.
too-far = The track is only { $length } long.
sought = ⏩ Went to { $to }.
volume-is = The volume is { percent }.
volume-set = 🔊 The volume is { percent } now.
too-loud = { $most } % is the loudest here.
loop-set = 🔁 Repeat: { $mode }
