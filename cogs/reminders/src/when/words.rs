//! The words of times, in English and German: what each of them means.

use jiff::civil::Weekday;

/// What a word, or a number with its mark, says about a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Says nothing by itself.
    Filler,
    /// Again and again.
    Every,
    /// So many days from today.
    Day(i8),
    Weekday(Weekday),
    /// Monday to Friday, or Saturday and Sunday.
    Weekdays(&'static [Weekday]),
    Month(i8),
    /// A time of the day, in minutes.
    Clock(i16),
    /// `9 am`, `9 pm`.
    Meridiem(bool),
    /// `9 Uhr`, `9 o'clock`.
    Hour,
    /// Again and again, by its own name: `daily`.
    Rhythm(Unit),
    Unit(Unit),
    One,
    /// Every second one.
    Other,
}

/// What rhythms are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};

/// Monday to Friday.
pub const WORKDAYS: &[Weekday] = &[Monday, Tuesday, Wednesday, Thursday, Friday];
const WEEKEND: &[Weekday] = &[Saturday, Sunday];

const HOUR: i16 = 60;

/// Returns what a word in small letters means; `None` for one that is none of ours.
pub fn word(text: &str) -> Option<Word> {
    Some(match text {
        "at" | "on" | "the" | "of" | "and" | "next" | "this" | "coming" | "in" | "to" | "from"
        | "um" | "der" | "den" | "dem" | "des" | "und" | "nächsten" | "nächster" | "nächste"
        | "nächstes" | "kommenden" | "kommender" | "diesen" | "dieser" | "zum" | "vom" | "von"
        | "gegen" | "ab" => Word::Filler,
        "every" | "each" | "jeden" | "jede" | "jedes" | "jeder" | "alle" | "immer" => Word::Every,
        "today" | "heute" => Word::Day(0),
        "tomorrow" | "tmr" | "tmrw" => Word::Day(1),
        "übermorgen" | "overmorrow" => Word::Day(2),
        "monday" | "mon" | "montag" | "mo" | "montags" | "mondays" => Word::Weekday(Monday),
        "tuesday" | "tue" | "tues" | "dienstag" | "di" | "dienstags" | "tuesdays" => {
            Word::Weekday(Tuesday)
        }
        "wednesday" | "wed" | "mittwoch" | "mi" | "mittwochs" | "wednesdays" => {
            Word::Weekday(Wednesday)
        }
        "thursday" | "thu" | "thur" | "thurs" | "donnerstag" | "do" | "donnerstags"
        | "thursdays" => Word::Weekday(Thursday),
        "friday" | "fri" | "freitag" | "fr" | "freitags" | "fridays" => Word::Weekday(Friday),
        "saturday" | "sat" | "samstag" | "sa" | "sonnabend" | "samstags" | "saturdays" => {
            Word::Weekday(Saturday)
        }
        "sunday" | "sun" | "sonntag" | "so" | "sonntags" | "sundays" => Word::Weekday(Sunday),
        "weekday" | "weekdays" | "workday" | "workdays" | "werktag" | "werktags" | "werktage"
        | "wochentag" | "wochentags" => Word::Weekdays(WORKDAYS),
        "weekend" | "weekends" | "wochenende" | "wochenenden" => Word::Weekdays(WEEKEND),
        "january" | "jan" | "januar" | "jänner" => Word::Month(1),
        "february" | "feb" | "februar" => Word::Month(2),
        "march" | "mar" | "märz" => Word::Month(3),
        "april" | "apr" => Word::Month(4),
        "may" | "mai" => Word::Month(5),
        "june" | "jun" | "juni" => Word::Month(6),
        "july" | "jul" | "juli" => Word::Month(7),
        "august" | "aug" => Word::Month(8),
        "september" | "sep" | "sept" => Word::Month(9),
        "october" | "oct" | "oktober" | "okt" => Word::Month(10),
        "november" | "nov" => Word::Month(11),
        "december" | "dec" | "dezember" | "dez" => Word::Month(12),
        "midnight" | "mitternacht" => Word::Clock(0),
        "morning" | "früh" | "morgens" | "vormittag" | "vormittags" => Word::Clock(9 * HOUR),
        "noon" | "midday" | "mittag" | "mittags" => Word::Clock(12 * HOUR),
        "afternoon" | "nachmittag" | "nachmittags" => Word::Clock(15 * HOUR),
        "evening" | "abend" | "abends" => Word::Clock(18 * HOUR),
        "tonight" | "night" | "nachts" | "nacht" => Word::Clock(21 * HOUR),
        "am" | "a.m" | "a.m." => Word::Meridiem(false),
        "pm" | "p.m" | "p.m." => Word::Meridiem(true),
        "uhr" | "o'clock" | "oclock" => Word::Hour,
        "hourly" | "stündlich" => Word::Rhythm(Unit::Hour),
        "daily" | "täglich" => Word::Rhythm(Unit::Day),
        "weekly" | "wöchentlich" => Word::Rhythm(Unit::Week),
        "monthly" | "monatlich" => Word::Rhythm(Unit::Month),
        "yearly" | "annually" | "jährlich" => Word::Rhythm(Unit::Year),
        "minute" | "minutes" | "min" | "mins" | "minuten" => Word::Unit(Unit::Minute),
        "hour" | "hours" | "h" | "hrs" | "stunde" | "stunden" | "std" => Word::Unit(Unit::Hour),
        "day" | "days" | "tag" | "tage" | "tagen" => Word::Unit(Unit::Day),
        "week" | "weeks" | "woche" | "wochen" => Word::Unit(Unit::Week),
        "month" | "months" | "monat" | "monate" | "monaten" => Word::Unit(Unit::Month),
        "year" | "years" | "jahr" | "jahre" | "jahren" => Word::Unit(Unit::Year),
        "a" | "an" | "one" | "ein" | "eine" | "einer" | "einem" | "einen" => Word::One,
        "other" | "second" | "zweiten" | "zweite" | "zweites" => Word::Other,
        _ => return None,
    })
}
