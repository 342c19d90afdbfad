//! What texts are filled with, and how a language writes a number.
//!
//! Numbers have at most three digits behind the point, as JavaScript's `Intl` shows them, so that
//! none of it takes the machinery that prints floats, which is larger than everything here.

use super::Language;
use super::plural::Form;
use std::borrow::Cow;

/// The most digits behind the point.
pub const DIGITS: u8 = 3;

/// What stands for a variable of a text. Anything that `t!` takes becomes one.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg<'a> {
    /// A text, as it is.
    Text(Cow<'a, str>),
    /// A number, written as the language does.
    Number(Number),
}

/// A number: its sign, its whole part and its thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    negative: bool,
    whole: u64,
    thousandths: u16,
}

/// A number as it is shown, which is what plural rules ask about.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    pub(super) negative: bool,
    /// The whole part.
    pub i: u64,
    /// How many digits are shown behind the point.
    pub v: u8,
    /// Those digits.
    pub f: u16,
}

impl Shown {
    /// The digits behind the point without zeros at the end, or zero.
    pub fn t(&self) -> u16 {
        let mut digits = self.f;
        while digits != 0 && digits.is_multiple_of(10) {
            digits /= 10;
        }
        digits
    }

    /// Whether it is this whole number, however many zeros are shown.
    pub fn is(&self, whole: u64) -> bool {
        self.i == whole && self.f == 0
    }
}

impl Number {
    /// Rounds to at most so many digits behind the point, and shows at least so many.
    pub(super) fn shown(self, min: u8, max: u8) -> Shown {
        let mut v = max.min(DIGITS);
        let unit = 10u16.pow((DIGITS - v).into());
        let (mut i, mut f) = (self.whole, (self.thousandths + unit / 2) / unit);
        if f == 10u16.pow(v.into()) {
            (i, f) = (i.saturating_add(1), 0);
        }
        while v > min && f.is_multiple_of(10) {
            (f, v) = (f / 10, v - 1);
        }
        Shown {
            negative: self.negative && (i, f) != (0, 0),
            i,
            v,
            f,
        }
    }

    /// Whether it is exactly this many thousandths.
    pub(super) fn is(self, thousandths: i64) -> bool {
        let size = thousandths.unsigned_abs();
        let same = self.whole == size / 1000 && u64::from(self.thousandths) == size % 1000;
        same && (size == 0 || self.negative == (thousandths < 0))
    }
}

impl Language {
    /// Writes a number as this language does.
    pub(super) fn number(&self, number: &Shown, out: &mut String) {
        if number.negative {
            out.push_str(self.minus);
        }
        let digits = number.i.to_string();
        let groups = digits.len() >= self.grouped_from;
        for (at, digit) in digits.chars().enumerate() {
            let left = digits.len() - at;
            // In India, groups above the first thousand have two digits.
            let starts = match self.indian && left > 3 {
                true => left % 2 == 1,
                false => left.is_multiple_of(3),
            };
            if groups && starts && at > 0 {
                out.push_str(self.group);
            }
            out.push(digit);
        }
        if number.v > 0 {
            out.push_str(self.decimal);
            let digits = number.f.to_string();
            (digits.len()..number.v.into()).for_each(|_| out.push('0'));
            out.push_str(&digits);
        }
    }

    /// Which form of a word goes with a number.
    pub(super) fn form(&self, number: &Shown) -> Form {
        (self.plural)(number)
    }
}

macro_rules! whole {
    ($($kind:ty)+) => {$(
        impl From<$kind> for Arg<'_> {
            #[allow(unused_comparisons)]
            fn from(number: $kind) -> Self {
                Arg::Number(Number {
                    negative: number < 0,
                    whole: (number as i128).unsigned_abs() as u64,
                    thousandths: 0,
                })
            }
        }
    )+};
}

whole! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize }

impl From<f64> for Arg<'_> {
    fn from(number: f64) -> Self {
        if !number.is_finite() {
            let text = if number.is_nan() { "NaN" } else { "∞" };
            return text.into();
        }
        let whole = number.abs().trunc();
        let thousandths = ((number.abs() - whole) * 1000.0).round() as u16;
        Arg::Number(Number {
            negative: number < 0.0,
            whole: (whole as u64).saturating_add((thousandths / 1000).into()),
            thousandths: thousandths % 1000,
        })
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Arg::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Arg::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Arg::Text(Cow::Owned(text))
    }
}
