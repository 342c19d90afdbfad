# Kinds
kind-messages-deleted = Deleted messages
kind-messages-purged = Messages deleted together
kind-messages-edited = Edited messages
kind-joined = Who joins
kind-left = Who leaves
kind-names = Names of members
kind-member-roles = Roles of members
kind-kicked = Kicks
kind-banned = Bans
kind-unbanned = Lifted bans
kind-timed-out = Timeouts
kind-voice = Voice channels
kind-channels = Channels
kind-threads = Threads
kind-roles = Roles
kind-emojis = Emoji and stickers
kind-invites = Invites
kind-webhooks = Webhooks
kind-server = Settings of the server

# What happened
message-edited = ✏️ Message edited
message-deleted = 🗑️ Message deleted
messages-purged =
    { $count ->
        [one] 🗑️ One message deleted
       *[other] 🗑️ { $count } messages deleted together
    }
member-joined = 📥 Joined
bot-joined = 🤖 Bot added
member-left = 📤 Left
member-kicked = 👢 Kicked
member-banned = 🔨 Banned
member-unbanned = 🕊️ Ban lifted
member-timed-out = 🔇 Timed out
timeout-lifted = 🔊 Timeout ended
name-changed = 📝 Name changed
roles-changed = 🏷️ Roles changed
voice-joined = 🎙️ Came into voice
voice-left = 🎙️ Left voice
voice-moved = 🎙️ Changed the voice channel
voice-moderated = 🎙️ Muted or deafened
channel-made = 📁 Channel made
channel-changed = 📁 Channel changed
channel-gone = 📁 Channel deleted
thread-made = 🧵 Thread started
thread-changed = 🧵 Thread changed
thread-gone = 🧵 Thread deleted
role-made = 🏷️ Role made
role-changed = 🏷️ Role changed
role-gone = 🏷️ Role deleted
emoji-made = 😀 Emoji added
emoji-changed = 😀 Emoji changed
emoji-gone = 😀 Emoji deleted
sticker-made = 🖼️ Sticker added
sticker-changed = 🖼️ Sticker changed
sticker-gone = 🖼️ Sticker deleted
invite-made = ✉️ Invite made
invite-gone = ✉️ Invite deleted
webhook-made = 🪝 Webhook made
webhook-changed = 🪝 Webhook changed
webhook-gone = 🪝 Webhook deleted
server-changed = ⚙️ Server changed
many-at-once = 📚 { $count } things at once
lost =
    { $count ->
        [one] One more thing found no room.
       *[other] { $count } more things found no room.
    }
log-gone = ⚠️ A log channel is gone
log-gone-what = The log channel { $name } is gone. What went there is off: { $what }.

# What of it
author = Author
member = Member
members = Members
channel = Channel
sent = Sent
files = Files
content = Content
before = Before
after = After
known = Known of them
account-made = Account made
nickname = Nickname
account-name = Account
display-name = Display name
roles-added = Added
roles-removed = Removed
until = Until
muted = Muted
deafened = Deafened
name = Name
within = In
topic = Topic
description = Description
slowmode = Slow mode
user-limit = Room for
bitrate = Bitrate
age-restricted = Age-restricted
archived = Archived
locked = Locked
colour = Colour
shown-apart = Shown apart
mentionable = Mentionable
role = Role
number-of-it = Id
allowed = Allowed
no-longer = No longer allowed
allowed-no-longer = No longer allowed
denied = Denied
denied-no-longer = No longer denied
permissions-of = Permissions of
code = Code
uses = Uses
icon = Picture
banner = Banner
splash = Invite picture
owner = Owner
language = Language
boosts = Boosts
verification = Verification level
two-factor = Two-factor authentication of moderators
media-filter = Media filter
notifications = Notifications
afk-channel = AFK channel
afk-timeout = AFK after
system-channel = System messages
rules-channel = Rules
updates-channel = News of Discord's
vanity = Own link
widget = Widget
by = By
reason = Reason

# Values
number = { $number }
nothing = *none*
no-text = *No text*
not-known = *Not known any more*
another = another one
yes = yes
no = no
off = off
young = { $when } · ⚠️ new
whole-in =
    { $beginning }
    📎 { $file }
level-none = none
level-low = low
level-medium = medium
level-high = high
level-highest = highest
all-messages = all messages
only-mentions = mentions alone
of-nobody = off
without-roles = of members without roles
of-everybody = of everybody
no-files-here = I may not attach files here, so what was too long or too much is missing.

# Managing
title = Server log
all-off = Nothing is written down yet.
these-off = Off: { $what }
how-to-change = Where: `/serverlog set`. No more: `/serverlog off`. Leave out: `/serverlog ignore channels` and `people`. Bots and new accounts: `/cogs settings cog:serverlog`.
left-out = Left out
goes-there = { $what }: in { $channel } from now on.
is-off-now = Off now: { $what }.
was-off = That was off already.
i-need-there = In { $channel } I lack { $permissions }.
permission-view = View Channel
permission-send = Send Messages
permission-embed = Embed Links
permission-attach = Attach Files
no-audit-log = I lack **View Audit Log**: without it I can't say who did something, and why.
no-audit-log-at-all = I lack **View Audit Log**: without it I can't say who did something, and hear nothing of: { $what }.
no-invites = I lack **Manage Channels**: without it I hear of invites by the audit log alone.
choose-channels = Which channels are left out, with what is in them?
choose-people = Of which members and roles are messages, names, roles and voice left out?
choose-people-anew = Left out now: { $who }. Whom you choose here takes their place.
leaves-out = Left out from now on: { $what }
nothing-left-out = Nothing of that is left out.
only-managers = For that you need the permission Manage Server.
