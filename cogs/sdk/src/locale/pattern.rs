//! A text as `locales!` writes it into a cog, and how it is filled in.

use super::Language;
use super::number::{Arg, DIGITS, Number};
use super::plural::Form;

/// A piece of a text.
pub enum Part {
    Text(&'static str),
    /// The argument at this place.
    Arg(u8),
    /// The same, a number with at least and at most so many digits behind the point.
    Number(u8, u8, u8),
    Select(Select),
}

/// What depends on an argument.
pub struct Select {
    pub arg: u8,
    /// At least and at most so many digits behind the point.
    pub digits: (u8, u8),
    pub cases: &'static [(Key, &'static [Part])],
    /// What holds when no case does.
    pub other: &'static [Part],
}

/// When a case holds.
pub enum Key {
    /// For a number it goes with this form, or for a text equal to the form's name.
    Form(Form, &'static str),
    /// For this text.
    Text(&'static str),
    /// For exactly this number, in thousandths.
    Exactly(i64),
}

impl Language {
    /// Fills a text in.
    pub fn fill(&self, parts: &[Part], args: &[Arg]) -> String {
        let mut out = String::new();
        self.write(parts, args, &mut out);
        out
    }

    fn write(&self, parts: &[Part], args: &[Arg], out: &mut String) {
        for part in parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Arg(at) => self.arg(args, *at, (0, DIGITS), out),
                Part::Number(at, min, max) => self.arg(args, *at, (*min, *max), out),
                Part::Select(select) => {
                    let holds = |(key, _): &&(Key, _)| self.holds(key, select, args);
                    let case = select.cases.iter().find(holds);
                    self.write(case.map_or(select.other, |(_, parts)| parts), args, out);
                }
            }
        }
    }

    fn arg(&self, args: &[Arg], at: u8, (min, max): (u8, u8), out: &mut String) {
        match args.get(usize::from(at)) {
            Some(Arg::Text(text)) => out.push_str(text),
            Some(Arg::Number(number)) => self.number(&number.shown(min, max), out),
            None => {}
        }
    }

    fn holds(&self, key: &Key, select: &Select, args: &[Arg]) -> bool {
        let (min, max) = select.digits;
        let form = |number: &Number| self.form(&number.shown(min, max));
        match (key, args.get(usize::from(select.arg))) {
            (Key::Form(wanted, _), Some(Arg::Number(number))) => form(number) == *wanted,
            (Key::Form(_, wanted) | Key::Text(wanted), Some(Arg::Text(text))) => text == wanted,
            (Key::Exactly(thousandths), Some(Arg::Number(number))) => number.is(*thousandths),
            _ => false,
        }
    }
}
