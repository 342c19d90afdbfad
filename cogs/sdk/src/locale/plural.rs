//! Which form of a word goes with a number, in Discord's languages.
//!
//! The rules are Unicode's (CLDR, "Language Plural Rules", cardinals), in its letters: `n` is the
//! number, `i` its whole part, `v` how many digits are shown behind the point, `f` those digits,
//! `t` the same without zeros at the end. One function for each kind of language, so that a cog
//! holds the rules of its own languages and no others.

use super::number::Shown;

/// A form, by Unicode's and Fluent's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

use Form::{Few, Many, One, Other};

/// A rule.
pub type Rule = fn(&Shown) -> Form;

pub fn none(_: &Shown) -> Form {
    Other
}

/// English, German, Dutch, Swedish, Finnish: one apple, 1.0 apples.
pub fn one(number: &Shown) -> Form {
    one_if(number.i == 1 && number.v == 0)
}

/// Norwegian, Hungarian, Turkish, Greek, Bulgarian: the number one, however it is written.
pub fn exactly_one(number: &Shown) -> Form {
    one_if(number.is(1))
}

pub fn danish(number: &Shown) -> Form {
    one_if(number.is(1) || (number.t() != 0 && number.i <= 1))
}

pub fn hindi(number: &Shown) -> Form {
    one_if(number.i == 0 || number.is(1))
}

pub fn italian(number: &Shown) -> Form {
    or_millions(number, number.i == 1 && number.v == 0)
}

pub fn spanish(number: &Shown) -> Form {
    or_millions(number, number.is(1))
}

/// French and Brazilian Portuguese.
pub fn french(number: &Shown) -> Form {
    or_millions(number, number.i <= 1)
}

pub fn romanian(number: &Shown) -> Form {
    match number {
        Shown { i: 1, v: 0, .. } => One,
        _ if number.v != 0 || number.is(0) || (1..=19).contains(&(number.i % 100)) => Few,
        _ => Other,
    }
}

pub fn czech(number: &Shown) -> Form {
    match number {
        Shown { i: 1, v: 0, .. } => One,
        Shown { i: 2..=4, v: 0, .. } => Few,
        Shown { v: 0, .. } => Other,
        _ => Many,
    }
}

pub fn polish(number: &Shown) -> Form {
    match number {
        Shown { i: 1, v: 0, .. } => One,
        Shown { v: 0, .. } if few(number.i) => Few,
        Shown { v: 0, .. } => Many,
        _ => Other,
    }
}

/// Russian and Ukrainian.
pub fn russian(number: &Shown) -> Form {
    match number {
        Shown { v: 0, .. } if one_of_ten(number.i) => One,
        Shown { v: 0, .. } if few(number.i) => Few,
        Shown { v: 0, .. } => Many,
        _ => Other,
    }
}

pub fn croatian(number: &Shown) -> Form {
    let counted = match number.v {
        0 => number.i,
        _ => number.f.into(),
    };
    match counted {
        _ if one_of_ten(counted) => One,
        _ if few(counted) => Few,
        _ => Other,
    }
}

pub fn lithuanian(number: &Shown) -> Form {
    let teens = (11..=19).contains(&(number.i % 100));
    match number.i % 10 {
        _ if number.t() != 0 => Many,
        1 if !teens => One,
        2..=9 if !teens => Few,
        _ => Other,
    }
}

fn one_if(so: bool) -> Form {
    if so { One } else { Other }
}

fn or_millions(number: &Shown, one: bool) -> Form {
    match number {
        _ if one => One,
        Shown { i, v: 0, .. } if *i != 0 && i.is_multiple_of(1_000_000) => Many,
        _ => Other,
    }
}

/// 1, 21, 31 and so on, and not 11.
fn one_of_ten(number: u64) -> bool {
    number % 10 == 1 && number % 100 != 11
}

/// 2 to 4, 22 to 24 and so on, and not 12 to 14.
fn few(number: u64) -> bool {
    (2..=4).contains(&(number % 10)) && !(12..=14).contains(&(number % 100))
}
