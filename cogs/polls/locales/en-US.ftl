# Making one
form-title = A new poll
form-question = Question
form-answers = Answers, one on each line
form-answers-hint = Two to ten of them
form-length = When it ends
form-length-hint = 2 hours, 3 days
made = 📊 The poll runs and ends { $ends }.
only-makers = Only { $role } make polls here.
too-many =
    { $most ->
        [one] One poll of yours may run here, and it does.
       *[other] { $most } polls of yours may run here, and they do.
    }
no-length = “{ $length }” is no length of time. Write `30 minutes`, `2 hours` or `3 days`.
odd-length = A poll lasts from a minute to 60 days.
no-question = Write a question.
odd-count =
    { $count ->
        [0] A poll takes 2 to 10 answers; there are none. Put `|` between them: `pizza | pasta`.
        [one] A poll takes 2 to 10 answers; there is one. Put `|` between them: `pizza | pasta`.
       *[other] A poll takes 2 to 10 answers; there are { $count }.
    }
too-long = Answer { $number } is too long: an answer has { $most } characters at most.
twice = “{ $option }” is there twice.
can-not-write = I may not write in this channel.
not-now = Discord does not let me post it now. Try again in a minute.

# Voting
voted = You vote for { $answers }. Press again to withdraw.
withdrawn = You have withdrawn your vote.
is-over = This poll is over.
is-anonymous = This poll is anonymous.

# Ending
really = End **{ $question }** now?
end-now = End it now
ended = The poll ends.
not-yours = This is { $author }'s poll. They end it, or a moderator.

# The poll
who = Who
end = End
runs = Ends { $ends } · by { $author }
over = Ended · by { $author }
share = { $percent } % · { $count }
voters =
    { $count ->
        [0] Nobody has voted
        [one] One person has voted
       *[other] { $count } people have voted
    }
several = several answers
anonymous = anonymous
nobody = nobody
and-more = and { $count } more
nobody-voted = 📊 **{ $question }** has ended. Nobody voted.
won =
    { $all ->
        [one] 📊 **{ $question }** has ended: 🏆 { $winner }, with the one vote.
       *[other] 📊 **{ $question }** has ended: 🏆 { $winner }, with { $votes } of { $all } votes ({ $percent } %).
    }
tie =
    { $all ->
        [one] 📊 **{ $question }** has ended in a tie: { $winners }, all by the one voter.
       *[other] 📊 **{ $question }** has ended in a tie: { $winners }, with { $votes } of { $all } votes each.
    }
