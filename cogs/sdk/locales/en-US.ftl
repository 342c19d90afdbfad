# What the SDK itself tells members.
only-in-servers = This works only in a server, not in direct messages.
not-a-member = That person is not a member of this server.
seconds =
    { $number ->
        [one] { $number } second
       *[other] { $number } seconds
    }
minutes =
    { $number ->
        [one] { $number } minute
       *[other] { $number } minutes
    }
hours =
    { $number ->
        [one] { $number } hour
       *[other] { $number } hours
    }
days =
    { $number ->
        [one] { $number } day
       *[other] { $number } days
    }
two-lengths = { $larger } and { $smaller }
unknown-placeholder = There is no placeholder { $name }. There are { $known }. For a brace itself, write { $brace }.
open-placeholder = The placeholder that begins with { $rest } has no end. For a brace itself, write { $brace }.
placeholders-too-deep = There are choices within choices too deep. Write it simpler.
go-on-writing = Go on writing
draft-is-gone = What you typed is not kept any more. Begin again with the command.
page-back = Back
page-on = Next
page = Page { $page } of { $pages }
role-above = I need the permission Manage Roles, and a role above it.
role-gone = The role is gone.
channel-closed = I may not write there.
channel-gone = The channel is gone.
refused = That doesn't work: { $why }.
busy = Somebody else is punishing them right now. Look again in a moment.
not-yourself = That's you. Choose somebody else.
not-me = That's me. Ask an admin to remove me from the server.
above-you = { $who } stands as high as you or higher.
above-me = { $who } stands as high as I or higher. Put my role above theirs in the server's settings.
administrator = { $who } is an administrator, and Discord times no administrators out.
i-lack = I may not do that: I lack the permission **{ $permission }**.
permission-ban = Ban Members
permission-kick = Kick Members
permission-moderate = Time Out Members
permission-nicknames = Manage Nicknames
permission-move = Move Members
permission-messages = Manage Messages
sanction-timeout = timeout of { $length }
sanction-kick = kick
sanction-ban = ban
sanction-tempban = ban of { $length }
you-lack = You may not do that yourself, so it can't be a rule of yours: you lack the permission **{ $permission }**.
no-length = I don't understand that length of time. Write `30m`, `12h` or `7 days`.
timeout-needs-length = Say for how long the timeout is, such as `30m`.
timeout-too-long = A timeout lasts at most 28 days.
kick-has-no-length = A kick has no length.
ban-bounds = A ban for a time lasts from one minute to five years. Without a length it is for good.
