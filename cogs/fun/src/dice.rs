//! The notation of dice: `2d6+1`, `d20`, `4d6-2+1d4`.
//!
//! Owns reading it, its limits, and how a roll is written. Draws nothing itself: whoever
//! rolls hands in the die.

use cogbox_sdk::prelude::*;
use std::fmt;
use std::str::FromStr;

/// Dice in one roll; more would not fit the message.
const MOST_DICE: u32 = 100;
/// Sides of one die.
const MOST_SIDES: u16 = 1000;
/// Parts with a plus or a minus between them.
const MOST_TERMS: usize = 10;
/// The greatest number that can be added or taken away.
const MOST_ADDED: u32 = 1_000_000;

/// What to roll.
#[derive(Debug, PartialEq)]
pub struct Dice(Vec<Term>);

#[derive(Debug, PartialEq)]
struct Term {
    minus: bool,
    part: Part,
}

#[derive(Debug, PartialEq)]
enum Part {
    Dice { count: u32, sides: u16 },
    Number(u32),
}

/// What was rolled. Displays as `2d6+1: 3 + 5 + 1 = **9**`.
#[derive(Debug)]
pub struct Rolled<'a> {
    dice: &'a Dice,
    /// The faces of each term; a number counts as one face.
    faces: Vec<Vec<i64>>,
    pub total: i64,
}

impl Dice {
    /// Rolls each die with `die`, which gets the number of sides and returns a face.
    pub fn roll(&self, mut die: impl FnMut(u16) -> i64) -> Rolled<'_> {
        let mut throw = |part: &Part| match part {
            Part::Dice { count, sides } => (0..*count).map(|_| die(*sides)).collect(),
            Part::Number(number) => vec![i64::from(*number)],
        };
        let faces: Vec<Vec<i64>> = self.0.iter().map(|term| throw(&term.part)).collect();
        let sums = self.0.iter().zip(&faces).map(|(term, faces)| {
            let sum: i64 = faces.iter().sum();
            if term.minus { -sum } else { sum }
        });
        Rolled {
            total: sums.sum(),
            dice: self,
            faces,
        }
    }
}

/// Why something is no dice, with what of it.
#[derive(Debug, PartialEq)]
pub enum Unclear {
    Unreadable(String),
    Incomplete,
    TooMuchAdded(String),
    NoDieOf(String),
    WrongSides(String, u32),
    Uncountable(String),
    TooManyParts(usize),
    NoDie,
    TooManyDice(u64),
}

impl Unclear {
    /// Returns it as a sentence for whoever wrote it.
    pub fn told(&self, to: &dyn Audience) -> String {
        match self {
            Unclear::Unreadable(part) => t!(to, unreadable, part = part),
            Unclear::Incomplete => t!(to, incomplete),
            Unclear::TooMuchAdded(part) => t!(to, too_much_added, part = part, most = MOST_ADDED),
            Unclear::NoDieOf(part) => t!(to, no_die_of, part = part),
            Unclear::WrongSides(part, sides) => {
                t!(
                    to,
                    wrong_sides,
                    part = part,
                    sides = *sides,
                    most = MOST_SIDES
                )
            }
            Unclear::Uncountable(part) => t!(to, uncountable, part = part),
            Unclear::TooManyParts(count) => {
                t!(to, too_many_parts, count = *count, most = MOST_TERMS)
            }
            Unclear::NoDie => t!(to, no_die),
            Unclear::TooManyDice(count) => t!(to, too_many_dice, count = *count, most = MOST_DICE),
        }
    }
}

impl FromStr for Dice {
    type Err = Unclear;

    fn from_str(text: &str) -> Result<Self, Unclear> {
        let text: String = text.split_whitespace().collect::<String>().to_lowercase();
        let mut terms = Vec::new();
        let mut rest = text.as_str();
        while !rest.is_empty() || terms.is_empty() {
            let minus = rest.starts_with('-');
            // Only the first term may go without a sign.
            match rest.strip_prefix(['+', '-']) {
                Some(after) => rest = after,
                None if terms.is_empty() => {}
                None => return Err(confusing(rest)),
            }
            let end = rest.find(['+', '-']).unwrap_or(rest.len());
            let (term, after) = rest.split_at(end);
            terms.push(Term {
                minus,
                part: part(term)?,
            });
            rest = after;
        }
        within_limits(&terms)?;
        Ok(Dice(terms))
    }
}

fn part(text: &str) -> Result<Part, Unclear> {
    let Some((count, sides)) = text.split_once('d') else {
        let number = number(text)?;
        if number > MOST_ADDED {
            return Err(Unclear::TooMuchAdded(text.to_string()));
        }
        return Ok(Part::Number(number));
    };
    let count = if count.is_empty() { 1 } else { number(count)? };
    let sides = if sides == "%" { 100 } else { number(sides)? };
    if count == 0 {
        return Err(Unclear::NoDieOf(text.to_string()));
    }
    match u16::try_from(sides) {
        Ok(sides @ 2..=MOST_SIDES) => Ok(Part::Dice { count, sides }),
        _ => Err(Unclear::WrongSides(text.to_string(), sides)),
    }
}

fn number(text: &str) -> Result<u32, Unclear> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(confusing(text));
    }
    text.parse()
        .map_err(|_| Unclear::Uncountable(text.to_string()))
}

fn confusing(part: &str) -> Unclear {
    let part: String = part
        .chars()
        .filter(|letter| *letter != '`')
        .take(30)
        .collect();
    match part.is_empty() {
        true => Unclear::Incomplete,
        false => Unclear::Unreadable(part),
    }
}

fn within_limits(terms: &[Term]) -> Result<(), Unclear> {
    if terms.len() > MOST_TERMS {
        return Err(Unclear::TooManyParts(terms.len()));
    }
    let dice = terms.iter().map(|term| match term.part {
        Part::Dice { count, .. } => u64::from(count),
        Part::Number(_) => 0,
    });
    match dice.sum::<u64>() {
        0 => Err(Unclear::NoDie),
        sum if sum > u64::from(MOST_DICE) => Err(Unclear::TooManyDice(sum)),
        _ => Ok(()),
    }
}

impl fmt::Display for Dice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, term) in self.0.iter().enumerate() {
            match (term.minus, at) {
                (true, _) => f.write_str("-")?,
                (false, 0) => {}
                (false, _) => f.write_str("+")?,
            }
            match term.part {
                Part::Dice { count, sides } => write!(f, "{count}d{sides}")?,
                Part::Number(number) => write!(f, "{number}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Rolled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.dice)?;
        let single = matches!(self.faces.as_slice(), [faces] if faces.len() == 1);
        if !single || self.dice.0[0].minus {
            for (at, (term, faces)) in self.dice.0.iter().zip(&self.faces).enumerate() {
                match (term.minus, at) {
                    (true, 0) => f.write_str("-")?,
                    (true, _) => f.write_str(" - ")?,
                    (false, 0) => {}
                    (false, _) => f.write_str(" + ")?,
                }
                let faces: Vec<String> = faces.iter().map(i64::to_string).collect();
                match faces.as_slice() {
                    [face] => f.write_str(face)?,
                    _ => write!(f, "({})", faces.join(" + "))?,
                }
            }
            f.write_str(" = ")?;
        }
        write!(f, "**{}**", self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rolls with a die that always shows its highest face.
    fn highest(text: &str) -> String {
        let dice: Dice = text.parse().unwrap();
        dice.roll(i64::from).to_string()
    }

    fn refusal(text: &str) -> String {
        text.parse::<Dice>().unwrap_err().told(&"en-US")
    }

    #[test]
    fn dice_and_numbers_add_up() {
        assert_eq!(highest("2d6+1"), "2d6+1: (6 + 6) + 1 = **13**");
        assert_eq!(highest("d20"), "1d20: **20**");
        assert_eq!(
            highest("4d6-2+1d4"),
            "4d6-2+1d4: (6 + 6 + 6 + 6) - 2 + 4 = **26**"
        );
        assert_eq!(highest("10-1d4"), "10-1d4: 10 - 4 = **6**");
        assert_eq!(highest("-d4"), "-1d4: -4 = **-4**");
    }

    #[test]
    fn spaces_and_capitals_do_not_matter() {
        assert_eq!(highest(" 2D6 + 1 "), highest("2d6+1"));
        assert_eq!(highest("d%"), "1d100: **100**");
    }

    #[test]
    fn each_die_is_rolled_by_itself() {
        let dice: Dice = "3d6+2d10".parse().unwrap();
        let mut asked = Vec::new();
        let mut next = 0;
        let rolled = dice.roll(|sides| {
            asked.push(sides);
            next += 1;
            next
        });
        assert_eq!(rolled.total, 1 + 2 + 3 + 4 + 5);
        assert_eq!(asked, [6, 6, 6, 10, 10]);
    }

    #[test]
    fn limits_are_told_in_sentences() {
        assert_eq!(
            refusal("101d6"),
            "That is 101 dice; I roll at most 100 at once."
        );
        assert_eq!(
            refusal("60d6+60d6"),
            "That is 120 dice; I roll at most 100 at once."
        );
        assert_eq!(
            refusal("d1"),
            "A die has 2 to 1,000 sides, and `d1` asks for 1."
        );
        assert_eq!(
            refusal("d1001"),
            "A die has 2 to 1,000 sides, and `d1001` asks for 1,001."
        );
        assert_eq!(refusal("0d6"), "`0d6` rolls no die at all.");
        assert_eq!(
            refusal("d6+1000001"),
            "I add at most 1,000,000, and `1000001` is more."
        );
        assert_eq!(
            refusal("7"),
            "There is no die in that. Write dice such as `2d6+1`, `d20` or `4d6-2+1d4`."
        );
        assert_eq!(
            refusal("99999999999d6"),
            "`99999999999` is more than I can count."
        );
        assert!(refusal(&["d6"; 11].join("+")).starts_with("That has 11 parts"));
        assert!(["d6"; 10].join("+").parse::<Dice>().is_ok());
        assert!("100d1000".parse::<Dice>().is_ok());
    }

    #[test]
    fn nonsense_is_named() {
        assert!(refusal("two dice").starts_with("I don't understand `two`"));
        assert!(refusal("2d6d4").starts_with("I don't understand `6d4`"));
        assert!(refusal("2x6").starts_with("I don't understand `2x6`"));
        assert!(refusal("d6``` @everyone").contains("`6@everyone`"));
        for incomplete in ["", "+", "2d", "d", "2d6+", "2d6++1", "--d6"] {
            assert!(
                refusal(incomplete).starts_with("Something is missing"),
                "{incomplete}"
            );
        }
    }

    #[test]
    fn the_longest_roll_fits_a_message() {
        assert!(highest("100d1000").len() < 2000);
    }
}
