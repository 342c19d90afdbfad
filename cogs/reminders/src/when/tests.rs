use super::*;
use jiff::civil::date;

/// Friday the 27th of November 2026, 10:00 in Berlin.
fn now(zone: &Zone) -> i64 {
    zone.at(date(2026, 11, 27), 10 * 60).unwrap()
}

fn berlin() -> Zone {
    Zone(TimeZone::get("Europe/Berlin").unwrap())
}

/// What a text is read as, on Berlin's clocks; a rhythm with its next three times.
fn shown(text: &str) -> String {
    let zone = berlin();
    let now = now(&zone);
    let clock = |due: i64| {
        zone.local(due)
            .unwrap()
            .strftime("%a %Y-%m-%d %H:%M")
            .to_string()
    };
    match read(text, now, &zone) {
        Err(problem) => format!("{problem:?}"),
        Ok(When {
            due, repeat: None, ..
        }) => clock(due),
        Ok(When {
            due,
            repeat: Some(repeat),
            ..
        }) => {
            let second = repeat.next(due, due, &zone).unwrap();
            let third = repeat.next(second, second, &zone).unwrap();
            format!("{}, {}, {}", clock(due), clock(second), clock(third))
        }
    }
}

#[track_caller]
fn reads(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(shown(text), *expected, "{text}");
    }
}

#[test]
fn lengths() {
    reads(&[
        ("in 2 hours", "Fri 2026-11-27 12:00"),
        ("2h", "Fri 2026-11-27 12:00"),
        ("In 1h30m", "Fri 2026-11-27 11:30"),
        ("in an hour", "Fri 2026-11-27 11:00"),
        ("in einer Stunde", "Fri 2026-11-27 11:00"),
        ("in einer halben Stunde", "Fri 2026-11-27 10:30"),
        ("in 3 Tagen", "Mon 2026-11-30 10:00"),
        ("in 3 days at 8", "Mon 2026-11-30 08:00"),
        ("in einer Woche um 18 Uhr", "Fri 2026-12-04 18:00"),
        ("in 1 month at 9:00", "Sun 2026-12-27 09:00"),
        ("<t:1795820400:R>", "Sat 2026-11-28 00:00"),
    ]);
}

#[test]
fn days_and_times_of_the_day() {
    reads(&[
        ("tomorrow", "Sat 2026-11-28 09:00"),
        ("tomorrow 9:30", "Sat 2026-11-28 09:30"),
        ("tomorrow at 9", "Sat 2026-11-28 09:00"),
        ("tomorrow 9", "Sat 2026-11-28 09:00"),
        ("at 9 pm tomorrow", "Sat 2026-11-28 21:00"),
        ("9pm", "Fri 2026-11-27 21:00"),
        ("12 am", "Sat 2026-11-28 00:00"),
        ("12pm", "Fri 2026-11-27 12:00"),
        ("9:30", "Sat 2026-11-28 09:30"),
        ("morgen", "Sat 2026-11-28 09:00"),
        ("morgen um 8 Uhr", "Sat 2026-11-28 08:00"),
        ("morgen früh", "Sat 2026-11-28 09:00"),
        ("morgen früh um 7", "Sat 2026-11-28 07:00"),
        ("heute abend", "Fri 2026-11-27 18:00"),
        ("tonight", "Fri 2026-11-27 21:00"),
        ("8 in the evening", "Number(\"8\")"),
        ("at 8 in the evening", "Fri 2026-11-27 20:00"),
        ("übermorgen 18 Uhr 30", "Sun 2026-11-29 18:30"),
        ("day after tomorrow, 18:30", "Sun 2026-11-29 18:30"),
        ("um 18.30 Uhr", "Fri 2026-11-27 18:30"),
    ]);
}

#[test]
fn weekdays() {
    reads(&[
        ("friday 18:30", "Fri 2026-11-27 18:30"),
        ("friday 9:00", "Fri 2026-12-04 09:00"),
        ("next friday 18:30", "Fri 2026-12-04 18:30"),
        ("on monday", "Mon 2026-11-30 09:00"),
        ("am Montag um 9", "Mon 2026-11-30 09:00"),
        ("Montag morgen", "Mon 2026-11-30 09:00"),
        ("Mo 7:15", "Mon 2026-11-30 07:15"),
        ("nächsten Dienstag um 18 Uhr", "Tue 2026-12-01 18:00"),
    ]);
}

#[test]
fn dates() {
    reads(&[
        ("2027-01-05 14:00", "Tue 2027-01-05 14:00"),
        ("2027-01-05T14:00", "Tue 2027-01-05 14:00"),
        ("5.1.2027 14:00", "Tue 2027-01-05 14:00"),
        ("5.1.27 um 14 Uhr", "Tue 2027-01-05 14:00"),
        ("am 5.1.", "Tue 2027-01-05 09:00"),
        ("24. Dezember", "Thu 2026-12-24 09:00"),
        ("24 december 2028 at 6pm", "Sun 2028-12-24 18:00"),
        ("December 24", "Thu 2026-12-24 09:00"),
        ("on the 5th", "Sat 2026-12-05 09:00"),
        ("on the 31st", "Thu 2026-12-31 09:00"),
        ("27.11. 9:00", "Sat 2027-11-27 09:00"),
        ("29.2. 9:00", "Tue 2028-02-29 09:00"),
    ]);
}

#[test]
fn rhythms() {
    let nine = "Sat 2026-11-28 09:00, Sun 2026-11-29 09:00, Mon 2026-11-30 09:00";
    let mondays = "Mon 2026-11-30 09:00, Mon 2026-12-07 09:00, Mon 2026-12-14 09:00";
    reads(&[
        ("every day at 9", nine),
        ("every morning", nine),
        ("jeden Morgen", nine),
        ("jeden Tag um 9 Uhr", nine),
        ("daily 9:00", nine),
        ("täglich um 9", nine),
        ("every monday", mondays),
        ("montags", mondays),
        ("jeden Montag um 9", mondays),
        ("every week on monday", mondays),
        (
            "every weekday 8:00",
            "Mon 2026-11-30 08:00, Tue 2026-12-01 08:00, Wed 2026-12-02 08:00",
        ),
        (
            "every monday and thursday at 18:00",
            "Mon 2026-11-30 18:00, Thu 2026-12-03 18:00, Mon 2026-12-07 18:00",
        ),
        (
            "every 2 weeks on friday 11:00",
            "Fri 2026-11-27 11:00, Fri 2026-12-11 11:00, Fri 2026-12-25 11:00",
        ),
        (
            "jeden zweiten Montag",
            "Mon 2026-11-30 09:00, Mon 2026-12-14 09:00, Mon 2026-12-28 09:00",
        ),
        (
            "every other day at 8pm",
            "Fri 2026-11-27 20:00, Sun 2026-11-29 20:00, Tue 2026-12-01 20:00",
        ),
        (
            "alle 2 Stunden",
            "Fri 2026-11-27 12:00, Fri 2026-11-27 14:00, Fri 2026-11-27 16:00",
        ),
        (
            "every month on the 31st",
            "Mon 2026-11-30 09:00, Thu 2026-12-31 09:00, Sun 2027-01-31 09:00",
        ),
        (
            "every 24 december",
            "Thu 2026-12-24 09:00, Fri 2027-12-24 09:00, Sun 2028-12-24 09:00",
        ),
    ]);
}

#[test]
fn what_is_no_time_is_told_by_its_word() {
    reads(&[
        ("", "Nothing"),
        ("on", "Nothing"),
        ("every", "Nothing"),
        ("soon", "Unknown(\"soon\")"),
        ("tomorow 9:00", "Unknown(\"tomorow\")"),
        ("25:00", "Unknown(\"25:00\")"),
        ("9:5", "Unknown(\"9:5\")"),
        ("13pm", "Unknown(\"13pm\")"),
        ("in 10", "Number(\"10\")"),
        ("5/6", "Slashes(\"5/6\")"),
        ("monday tuesday", "Unclear"),
        ("tomorrow monday", "Unclear"),
        ("9:00 10:00", "Unclear"),
        ("every 2 hours at 9", "Unclear"),
        ("every day on monday", "Unclear"),
        ("january", "Unclear"),
        ("31.2.", "NoSuchDate"),
        ("31.2.2027", "NoSuchDate"),
        ("2027-13-01", "NoSuchDate"),
        ("every 31 june", "NoSuchDate"),
        ("every 9999 days", "TooFar"),
        ("today 9:00", "Past"),
        ("2020-01-01", "Past"),
        ("<t:0>", "Past"),
        ("2099-01-01", "TooFar"),
        ("99999999999999 days", "TooFar"),
        ("in 9 years", "TooFar"),
        ("99999-01-01", "Unknown(\"99999-01-01\")"),
    ]);
}

#[test]
fn a_rhythm_keeps_its_time_when_the_clocks_change() {
    let zone = berlin();
    let saturday = zone.at(date(2027, 3, 27), 9 * 60).unwrap();
    let daily = Repeat::Days {
        every: 1,
        at: 9 * 60,
    };
    let sunday = daily.next(saturday, saturday, &zone).unwrap();
    assert_eq!(sunday - saturday, 23 * 3_600);
    // 2:30 does not exist on that Sunday, and is past the gap.
    assert_eq!(
        zone.local(zone.at(date(2027, 3, 28), 150).unwrap())
            .unwrap()
            .hour(),
        3
    );
}

#[test]
fn what_was_missed_is_passed_over_in_its_rhythm() {
    let zone = berlin();
    let due = now(&zone);
    let hours = Repeat::Seconds(3_600);
    assert_eq!(hours.next(due, due + 10_000, &zone), Some(due + 3 * 3_600));
    let other = Repeat::Days { every: 2, at: 600 };
    let after = |days: i64| other.next(due, due + days * DAY, &zone).unwrap() - due;
    assert_eq!(
        [after(0), after(3), after(4)].map(|time| time / DAY),
        [2, 4, 6]
    );
}

#[test]
fn any_text_is_read_or_refused() {
    let zone = Zone(TimeZone::get("Pacific/Apia").unwrap());
    let words = [
        "every",
        "9",
        "31",
        "5.",
        "monday",
        "in",
        "am",
        "uhr",
        "0",
        "-",
        "999999999999999999999",
        "t",
        "1t1",
        "ä",
        "2-2",
        ".",
        "1.1.1.1",
        "jeden",
        "week",
        "am9",
        "other",
        "<t:>",
        "12:00am",
    ];
    for one in words {
        for two in words {
            for three in words {
                let _ = read(&format!("{one} {two} {three}"), now(&zone), &zone);
            }
        }
    }
}
