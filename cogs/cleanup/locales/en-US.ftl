deleted =
    { $count ->
        [0] There was nothing to delete.
        [one] 🧹 One message is gone.
       *[other] 🧹 { $count } messages are gone.
    }
deleting = 🧹 Deleting { $count } messages…
really = Those are { $count } messages. Delete them?
delete = Delete { $count }
at-most = At most { $count } go at once.
too-old = What is older than 14 days stays: Discord deletes that only one by one.
tired = I looked through the latest 2,000 messages, and no further.
too-late = That question was too long ago, or about another channel. Use the command again.
not-any-more = You may not delete messages here any more.
no-text = Write a text to look for.
no-message = That is no message. Choose “Copy Message Link” in a message's menu, and paste it.
other-channel = That message is in another channel. Use the command there.
refused = That doesn't work: { $why }.
i-lack = I can't do that in this channel: I lack the permission **{ $permission }**.
permission-view = View Channel
permission-history = Read Message History
permission-manage = Manage Messages
