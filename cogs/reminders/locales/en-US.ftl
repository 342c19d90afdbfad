# Times that can't be read
no-time = That says no time. Write `in 2 hours`, `tomorrow 9:00`, `friday 18:30`, `2027-01-05 14:00` or `every monday at 9`.
unknown-word = I don't understand “{ $word }” in that time. Write `in 2 hours`, `tomorrow 9:00`, `friday 18:30`, `2027-01-05 14:00` or `every monday at 9`.
unclear-number = What is “{ $number }” in that time? Write `{ $number } minutes`, `{ $number } hours`, or `at 9:00`.
slashes = “{ $date }” is another day in other countries. Write `2027-01-05` or `5 january`.
unclear = Those times don't go together. Name one day and one time of it, such as `friday 18:30`; or `every monday and thursday at 9`.
no-such-date = There is no such day.
past = That is in the past.
too-far = That is too far away: I look ahead five years.
example-length = in 1 hour
example-tomorrow = tomorrow 9:00
example-weekday = friday 18:30
example-date = 31 december 20:00
example-daily = every day at 9:00
example-weekly = every monday at 9:00

# Setting a reminder
confirmed = ⏰ { $at } ({ $ago }), { $place }: { $what }
repeats = 🔁 { $rhythm }
direct = by direct message
this-message = About this message
zone-hint = Your time zone is not known, so I took { $zone }. `/timezone` changes that.
no-channels = Reminders come by direct message in this server.
no-speaking = You may not write here, so it comes by direct message.
too-often = That is too often: at least { $least } lies between two times here.
too-many =
    { $most ->
        [one] You may have one reminder here, and have it. `/remind list` removes it.
       *[other] You may have { $most } reminders here, and have them. `/remind list` removes some.
    }
no-text = Write what to remind you of.
remove = Remove
removed =
    { $count ->
        [one] The reminder is removed.
       *[other] { $count } reminders are removed.
    }
gone = That reminder is not there any more.
form-title = Remind me of this
form-when = When
form-when-hint = in 2 hours, tomorrow 9:00, friday 18:30
form-what = What to remind you of

# A reminder
ten-minutes = 10 min
one-hour = 1 h
one-day = 1 day
done = Done
end = No more
show = Show
closed = ⏰ { $who }, a reminder of yours is due. It was for you alone, but I can't write to you.
late = I was not there in time: this was due { $ago }.
not-yours = That is somebody else's reminder. `/remind me` sets one of yours.
is-done = ✅ Done
ended = 🔕 This was the last time.
snoozed = 💤 Again { $at }
forgotten = I don't know that reminder any more.

# The list
list-title = Your reminders
none-wait = No reminders of yours wait here. `/remind me` sets one.
waiting =
    { $count ->
        [one] One reminder
       *[other] { $count } reminders
    }
page = Page { $page } of { $pages }
page-back = Back
page-on = On
remove-some = Remove…

# Time zones
zone-is = Your time zone is **{ $zone }**, where it is { $time }.
zone-of-server = You have chosen no time zone, so this server's counts: **{ $zone }**, where it is { $time }. `/timezone zone:` chooses yours.
zone-of-nobody = You have chosen no time zone, so **{ $zone }** counts, where it is { $time }. `/timezone zone:` chooses yours.
no-zone = I know no time zone “{ $zone }”. Type your city or one near you and pick what is offered, such as `Europe/Berlin`.

# Times in words
moment = { $weekday }, { $year }-{ $month }-{ $day }, { $time }
from-then = { $rhythm }, first { $first }
every-length = every { $length }
every-days =
    { $count ->
        [one] every day at { $time }
       *[other] every { $count } days at { $time }
    }
every-weeks =
    { $count ->
        [one] every { $days } at { $time }
       *[other] every { $count } weeks on { $days } at { $time }
    }
every-months =
    { $count ->
        [one] every month on day { $day } at { $time }
       *[other] every { $count } months on day { $day } at { $time }
    }
every-year = every year on { $date } at { $time }
day-and-month =
    { $month ->
        [1] { $day } January
        [2] { $day } February
        [3] { $day } March
        [4] { $day } April
        [5] { $day } May
        [6] { $day } June
        [7] { $day } July
        [8] { $day } August
        [9] { $day } September
        [10] { $day } October
        [11] { $day } November
       *[other] { $day } December
    }
workdays = weekday
monday = Monday
tuesday = Tuesday
wednesday = Wednesday
thursday = Thursday
friday = Friday
saturday = Saturday
sunday = Sunday
