bad-name = `{ $name }` can't be a command's name. Use 1 to 32 letters, digits, `-` and `_`.
no-such-tag = There is no tag `{ $name }` here. `/tags list` shows those that there are.
name-taken = There is a tag `{ $name }` already. Change it with `/tags edit`.
store-full = The tags of this server take all the room that there is. Remove some first.
nothing-to-say = `{ $name }` has nothing to say without more words.

only-managers = To change tags, you need the permission Manage Server. Whoever has it can also choose a role for this with `/cogs settings`.
only-editors = To change tags, you need the role { $role } or the permission Manage Server.

form-title = Tag { $name }
answers-label = Answers, with a line --- between several
answers-placeholder = What it says. You can use { $example } and more.
description-label = What people read beside the command
saved = The tag `{ $name }` is saved.
removed = The tag `{ $name }` is removed. It said:
not-a-command = `/{ $name }` is no command of its own: { $why }. `/tag name:{ $name }` answers with it.
no-room = a server has room for { $most } of them
no-answer = There is no answer in that. Write what the tag says.
too-many-answers = These are { $count } answers; a tag has up to { $most }.
answer-too-long = One answer has { $length } characters; a message has up to { $most }.
bad-option = `{ $name }` can't be an option's name. Use 1 to 32 small letters, digits, `-` and `_`, and another word than `args`.
too-many-options = These are { $count } options; a tag has up to { $most }.

default-description = A tag of this server.
args-description = What the answer is about.

list-title = Tags of this server
no-tags = There are no tags yet. `/tags add` makes one.
tag-count =
    { $count ->
        [one] { $count } tag
       *[other] { $count } tags
    }
uses =
    { $count ->
        [0] not used yet
        [one] used once
       *[other] used { $count } times
    }
number = { $number }
unknown = unknown
made-by = Made by
made = Made
used = Uses
answers = Answers
asks-for = Asks for
used-as = Command
raw-text = The tag `{ $name }` is written so:
