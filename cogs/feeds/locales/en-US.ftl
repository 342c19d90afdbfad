# Following
followed =
    { $minutes ->
        [one] 📡 I look at **{ $feed }** every minute and post what is new in { $channel }.
       *[other] 📡 I look at **{ $feed }** every { $minutes } minutes and post what is new in { $channel }.
    }
newest-is = Its latest: { $title }
there-are =
    { $count ->
        [one] It has one post so far.
       *[other] It has { $count } posts so far.
    }
nothing-yet = It has no posts yet.
there-already = **{ $feed }** is posted in { $channel } already.
too-many =
    { $most ->
        [one] This server may follow one feed, and does. `/feeds remove` makes room, and `/cogs settings cog:feeds` allows more.
       *[other] This server may follow { $most } feeds, and does. `/feeds remove` makes room, and `/cogs settings cog:feeds` allows more.
    }
being-added = Somebody else is about to follow a site here. Try again in a moment.
no-address = “{ $url }” is no address. Write one such as `https://example.org/feed`.
removed = **{ $feed }** is followed no more.
changed = Changed: { $state }
nothing-to-change = There is nothing to change: name a channel, a role, words or a name.
too-many-words = At most { $most } words.
runs-well = **{ $feed }** is well: there is nothing to take up again.
no-such = There is no feed “{ $feed }” here. Choose one from those that are offered while you type.
none-there = This server follows no feed yet: `/feeds add`.
you-may-not-write = You may not write in { $channel } yourself.
i-may-not-write = I may not write in { $channel }. I need the permissions View Channel and Send Messages there, and Embed Links for cards.
you-may-not-ping = You may not ping { $role } yourself: it takes the permission Mention Everyone, or a role that anyone may mention.
refused = I can't find out who may do what there: { $why }

# Lists and tests
list-title = Feeds of this server
pings = pings { $role }
as-card = as a card
as-card-and-text = as a card with a text
as-text = as a text
narrowed = only { $words }
posted-last = Posted { $when }
nothing-since = Nothing new since { $when }
nothing-there = **{ $feed }** has no posts.
not-wanted = This one would not be posted: it has none of the words that the feed is narrowed to.
without-title = Untitled
and-more =
    { $count ->
        [one] … and one more of **{ $feed }**: { $site }
       *[other] … and { $count } more of **{ $feed }**: { $site }
    }

# The text
text-title = The text with each post
text-label = Text; empty for none
text-placeholder = { $title } { $link }
text-saved = The text is saved. `/feeds test` shows how **{ $feed }** looks now.
text-off = **{ $feed }** comes as a card alone.
text-plain = **{ $feed }** comes with its title and its link.
feed-gone = This feed is not followed any more.
only-managers = Only who may manage the server changes feeds.

# Troubles
busy = I ask the web too much at this moment. Try again in a minute.
not-found = There is nothing at this address (404).
gone = The site says that this is gone for good (410).
closed = The site does not let me read it.
odd-status = The site answered with an error ({ $status }).
silent = The site gives no answer.
no-feed = There is no feed, and no page that names one. Look on the site for RSS or Atom.
denied = I can't go there: { $why }
channel-gone = The channel is gone; choose another one with `/feeds edit`.
channel-closed = I may not write in the channel.
not-sent = Discord does not take it: { $why }
in-trouble = ⚠️ { $why } ({ $since })
stands-still = ⛔ { $why } ({ $since }) I look no more; `/feeds resume` takes it up again.
stopped = 📡 I stop looking at **{ $feed }**. { $why } (since { $since }) Who manages the server can take it up again with `/feeds resume`.
