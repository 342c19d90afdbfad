chosen = I choose **{ $choice }**.
too-few = Give me at least two things with a comma between them, such as `tea, coffee`.
heads = Heads
tails = Tails

# What the ball says: five times yes, five times perhaps, five times no.
ball =
    { $number ->
        [1] Yes, and sooner than you think.
        [2] Everything points that way.
        [3] I would bet on it.
        [4] Without a doubt in my liquid heart.
        [5] The stars nod.
        [6] Shake me again after lunch.
        [7] That depends on who is asking.
        [8] The mist has not lifted yet.
        [9] I know, but it would spoil the fun.
        [10] Ask your other ball.
        [11] Not this year.
        [12] My sources laughed.
        [13] I would not build on it.
        [14] Only in another universe.
       *[15] No, and you knew that.
    }

# What is wrong with dice.
-for-example = Write dice such as `2d6+1`, `d20` or `4d6-2+1d4`.
unreadable = I don't understand `{ $part }`. { -for-example }
incomplete = Something is missing there. { -for-example }
too-much-added = I add at most { $most }, and `{ $part }` is more.
no-die-of = `{ $part }` rolls no die at all.
wrong-sides = A die has 2 to { $most } sides, and `{ $part }` asks for { $sides }.
uncountable = `{ $part }` is more than I can count.
too-many-parts = That has { $count } parts; I take at most { $most }.
no-die = There is no die in that. { -for-example }
too-many-dice = That is { $count } dice; I roll at most { $most } at once.
