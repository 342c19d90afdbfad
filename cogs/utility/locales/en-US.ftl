number = { $number }
milliseconds = { $number } ms
not-measured = not measured yet
unknown = unknown

# How fast the bot answers.
pong = 🏓 Pong!
gateway = Gateway
rest = REST

# Since when the bot runs.
uptime = ⏱️ Uptime
up-for = Up for **{ $duration }**, since { $start }.
servers = Servers
shard = Shard
shard-of = { $shard } of { $shards }
version = Version

# Lengths of time.
days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
no-time = less than a second

# A server.
owner = Owner
members = Members
boosts = Boosts
created = Created
language = Language

# A person.
name = Name
account-made = Account made
kind = Kind
bot = Bot
joined = Joined
boosting = Boosting
timed-out-until = Timed out until
roles = Roles ({ $count })
no-roles = none
more-roles = { $shown } and { $count } more
avatar-of = { $name }'s avatar
