//! A text taken apart: which day, which time of it, which rhythm it names.

use super::Problem;
use super::words::{Unit, Word, word};
use jiff::civil::Weekday;

/// Longest rhythm, in any unit: what is longer is a slip.
const LONGEST: i64 = 1_000;

/// What a text says of a time.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Days from today.
    pub ahead: Option<i8>,
    /// `in 2 weeks`, with a time of the day.
    pub offset: Option<(i64, Unit)>,
    pub weekdays: Vec<Weekday>,
    /// The weekday is not today.
    pub not_today: bool,
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
    pub rhythm: Option<Rhythm>,
    /// A time in figures, in minutes.
    figures: Option<i16>,
    /// A time in words, such as `evening`.
    part: Option<i16>,
}

/// How often something recurs: every so many units. The unit may follow from what else is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rhythm {
    pub count: i64,
    pub unit: Option<Unit>,
}

impl Parts {
    /// Takes a text in small letters apart.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let text = text
            .replace("day after tomorrow", "overmorrow")
            .replace([',', ';', '@'], " ");
        let tokens: Vec<&str> = text.split_whitespace().collect();
        let mut parts = Parts::default();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let before = at.checked_sub(1).map(|before| tokens[before]);
            let rest = &tokens[at + 1..];
            at += 1;
            at += if token.starts_with(|letter: char| letter.is_ascii_digit()) {
                parts.number(token, before, rest)?
            } else {
                parts.word(token, rest)?
            };
        }
        Ok(parts)
    }

    /// Returns the time of the day, in minutes. `8 in the evening` is 20:00.
    pub fn clock(&self) -> Option<i16> {
        const NOON: i16 = 12 * 60;
        match (self.figures, self.part) {
            (Some(early), Some(part)) if early < NOON && part > NOON => Some(early + NOON),
            (figures, part) => figures.or(part),
        }
    }

    /// Whether a day is named already.
    fn has_day(&self) -> bool {
        self.ahead.is_some() || !self.weekdays.is_empty() || self.day.is_some()
    }

    /// Takes a word in, and returns how many of those after it belong to it.
    fn word(&mut self, token: &str, rest: &[&str]) -> Result<usize, Problem> {
        if token == "morgen" {
            // Both `tomorrow` and `morning`; after a day it is the morning.
            let every = self.rhythm.is_some();
            return match self.has_day() || every {
                true => self.word("morning", rest),
                false => once(&mut self.ahead, 1),
            };
        }
        match word(token).ok_or_else(|| Problem::Unknown(token.to_string()))? {
            // `am Freitag`; after a number it was read with that.
            Word::Filler | Word::Meridiem(false) => {
                self.not_today |= ["next", "nächsten", "nächster", "nächste"].contains(&token);
                Ok(0)
            }
            Word::Every => self.rhythm(1, None).map(|_| 0),
            Word::Rhythm(unit) => self.rhythm(1, Some(unit)).map(|_| 0),
            Word::Other => match &mut self.rhythm {
                Some(rhythm) => {
                    rhythm.count = 2;
                    Ok(0)
                }
                None => Err(Problem::Unknown(token.to_string())),
            },
            Word::Unit(unit) => match &self.rhythm {
                Some(_) => self.rhythm(1, Some(unit)).map(|_| 0),
                None => Err(Problem::Unclear),
            },
            Word::One => match (rest.first().and_then(|next| word(next)), &self.rhythm) {
                (Some(Word::Unit(unit)), None) => self.offset(1, unit).map(|_| 1),
                _ => Ok(0),
            },
            Word::Day(days) => once(&mut self.ahead, days),
            Word::Weekday(day) => {
                self.weekdays.push(day);
                let each =
                    token.ends_with("tags") || token.ends_with("days") || token == "mittwochs";
                if each && self.rhythm.is_none() {
                    self.rhythm(1, None)?;
                }
                Ok(0)
            }
            Word::Weekdays(days) => {
                self.weekdays.extend(days);
                self.rhythm(1, None).map(|_| 0)
            }
            Word::Month(month) => once(&mut self.month, month),
            Word::Clock(at) => once(&mut self.part, at),
            Word::Meridiem(true) | Word::Hour => Err(Problem::Unknown(token.to_string())),
        }
    }

    /// Takes what begins with a digit in, and returns how many of the words after it belong to it.
    fn number(
        &mut self,
        token: &str,
        before: Option<&str>,
        rest: &[&str],
    ) -> Result<usize, Problem> {
        let unknown = || Problem::Unknown(token.to_string());
        let next = rest.first().and_then(|next| word(next));
        if token.contains('/') {
            return Err(Problem::Slashes(token.to_string()));
        }
        if let Some((date, time)) = token.split_once('t').filter(|(date, _)| date.contains('-')) {
            self.date(date, '-').ok_or_else(unknown)??;
            return self.number(time, None, rest);
        }
        if token.contains('-') {
            return self.date(token, '-').ok_or_else(unknown)?.map(|_| 0);
        }
        if let (Some(at), 1..) = (
            clock(&token.replace('.', ":")),
            usize::from(next == Some(Word::Hour)),
        ) {
            // `18 Uhr 30`
            let minutes = rest.get(1).and_then(|minutes| minutes.parse::<i16>().ok());
            let minutes = minutes.filter(|minutes| (1..60).contains(minutes) && at % 60 == 0);
            let taken = 1 + usize::from(minutes.is_some());
            return once(&mut self.figures, at + minutes.unwrap_or(0)).map(|_| taken);
        }
        if token.contains('.') && !token.ends_with('m') {
            return self.date(token, '.').ok_or_else(unknown)?.map(|_| 0);
        }
        if let (Some(at), Some(Word::Meridiem(later))) = (clock(token), next) {
            let at = meridiem(at, later).ok_or_else(unknown)?;
            return once(&mut self.figures, at).map(|_| 1);
        }
        let digits = token.find(|letter: char| !letter.is_ascii_digit());
        let (figures, mark) = token.split_at(digits.unwrap_or(token.len()));
        let number: i64 = figures.parse().map_err(|_| unknown())?;
        match mark {
            "" => self.bare(token, number, before, next),
            "st" | "nd" | "rd" | "th" => {
                let day = i8::try_from(number).map_err(|_| Problem::NoSuchDate)?;
                once(&mut self.day, day)
            }
            "h" | "uhr" => {
                let at = clock(figures).ok_or_else(unknown)?;
                once(&mut self.figures, at)
            }
            _ => {
                let at = clock(token).ok_or_else(unknown)?;
                once(&mut self.figures, at)
            }
        }
    }

    /// Takes a number in that has no mark.
    fn bare(
        &mut self,
        token: &str,
        number: i64,
        before: Option<&str>,
        next: Option<Word>,
    ) -> Result<usize, Problem> {
        let small = i8::try_from(number).ok();
        match (next, &self.rhythm) {
            (Some(Word::Unit(unit)), Some(_)) => return self.rhythm(number, Some(unit)).map(|_| 1),
            (Some(Word::Unit(unit)), None) => return self.offset(number, unit).map(|_| 1),
            (Some(Word::Month(_)), _) if self.day.is_none() => {
                return once(&mut self.day, small.ok_or(Problem::NoSuchDate)?);
            }
            _ => {}
        }
        let last = before.and_then(word);
        if let (Some(Word::Month(_)), None, Some(day)) = (last, self.day, small) {
            return once(&mut self.day, day);
        }
        if self.month.is_some() && (2_000..10_000).contains(&number) {
            return once(&mut self.year, number as i16);
        }
        let named = matches!(before, Some("at" | "um" | "gegen" | "ab"));
        let day_known = self.has_day() || self.rhythm.is_some() || self.part.is_some();
        match clock(token).filter(|_| named || day_known || self.offset.is_some()) {
            Some(at) => once(&mut self.figures, at),
            None => Err(Problem::Number(token.to_string())),
        }
    }

    /// Takes `2027-01-05`, `5.1.2027`, `5.1.` or `5.` in; `None` for what has another form.
    fn date(&mut self, token: &str, mark: char) -> Option<Result<(), Problem>> {
        let figures = token.strip_suffix(mark).unwrap_or(token).split(mark);
        let figures: Vec<i16> = figures
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        let (year, month, day) = match (mark, figures.as_slice()) {
            ('-', [year @ 1_000..=i16::MAX, month, day]) => (Some(*year), Some(*month), *day),
            ('.', [day, month, year @ ..=99]) => (Some(2_000 + year), Some(*month), *day),
            ('.', [day, month, year]) => (Some(*year), Some(*month), *day),
            ('.', [day, month]) => (None, Some(*month), *day),
            ('.', [day]) => (None, None, *day),
            _ => return None,
        };
        Some(self.set_date(year, month, day))
    }

    fn set_date(&mut self, year: Option<i16>, month: Option<i16>, day: i16) -> Result<(), Problem> {
        let small = |number: i16| i8::try_from(number).map_err(|_| Problem::NoSuchDate);
        once(&mut self.day, small(day)?)?;
        if let Some(month) = month {
            once(&mut self.month, small(month)?)?;
        }
        if let Some(year) = year {
            once(&mut self.year, year)?;
        }
        Ok(())
    }

    fn rhythm(&mut self, count: i64, unit: Option<Unit>) -> Result<(), Problem> {
        if !(1..=LONGEST).contains(&count) {
            return Err(Problem::TooFar);
        }
        let known = self.rhythm.get_or_insert(Rhythm {
            count: 1,
            unit: None,
        });
        if known.unit.is_some() && unit.is_some() {
            return Err(Problem::Unclear);
        }
        known.count = known.count.max(count);
        known.unit = known.unit.or(unit);
        Ok(())
    }

    fn offset(&mut self, count: i64, unit: Unit) -> Result<(), Problem> {
        once(&mut self.offset, (count, unit)).map(drop)
    }
}

/// Notes what was said, and refuses to hear it twice.
fn once<T>(place: &mut Option<T>, value: T) -> Result<usize, Problem> {
    match place.replace(value) {
        None => Ok(0),
        Some(_) => Err(Problem::Unclear),
    }
}

/// Returns the minutes of `9`, `9:30`, `9am`, `9:30pm` or `18h30`.
fn clock(text: &str) -> Option<i16> {
    for (mark, later) in [("am", false), ("pm", true)] {
        if let Some(figures) = text.strip_suffix(mark) {
            return meridiem(clock(figures)?, later);
        }
    }
    let (hours, minutes) = match text.split_once([':', 'h']) {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None => (text, "0"),
    };
    let figures = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i16>().ok()).flatten()
    };
    let (hours, minutes) = (figures(hours)?, figures(minutes)?);
    (hours < 24 && minutes < 60).then(|| hours * 60 + minutes)
}

/// Returns the minutes of a time on a clock with twelve hours.
fn meridiem(at: i16, later: bool) -> Option<i16> {
    let (hours, minutes) = (at / 60, at % 60);
    let half = if later { 12 } else { 0 };
    (1..=12)
        .contains(&hours)
        .then_some((hours % 12 + half) * 60 + minutes)
}
