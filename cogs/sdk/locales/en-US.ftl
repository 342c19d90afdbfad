# What the SDK itself tells members.
only-in-servers = This works only in a server, not in direct messages.
not-a-member = That person is not a member of this server.
