//! Dice, choices, a coin and a ball that knows everything.
//!
//! Owns the commands; the notation of dice is in `dice`. Keeps nothing.

mod dice;

use cogbox_sdk::prelude::*;
use dice::Dice;

/// What the ball says: yes, perhaps and no, in equal parts.
const ANSWERS: &[&str] = &[
    "Yes, and sooner than you think.",
    "Everything points that way.",
    "I would bet on it.",
    "Without a doubt in my liquid heart.",
    "The stars nod.",
    "Shake me again after lunch.",
    "That depends on who is asking.",
    "The mist has not lifted yet.",
    "I know, but it would spoil the fun.",
    "Ask your other ball.",
    "Not this year.",
    "My sources laughed.",
    "I would not build on it.",
    "Only in another universe.",
    "No, and you knew that.",
];
/// Characters shown of a choice or a question.
const SHOWN: usize = 200;

pub struct Fun;

#[cog]
impl Cog for Fun {
    fn commands() -> Commands {
        commands![roll, choose, eight_ball, coin]
    }
}

/// Rolls dice, such as 2d6+1.
#[command]
fn roll(
    ctx: &Context,
    /// What to roll, such as 2d6+1, d20 or 4d6-2+1d4; one die with six sides when left out.
    #[option(max_length = 100)]
    dice: Option<String>,
) -> Answer {
    let dice: Dice = dice
        .as_deref()
        .unwrap_or("1d6")
        .parse()
        .map_err(Error::tell)?;
    let rolled = dice.roll(|sides| random::range(1..=sides.into()));
    ctx.reply(format!("🎲 {rolled}"))
}

/// Chooses one of several things for you.
#[command]
fn choose(
    ctx: &Context,
    /// What to choose from, with commas between: tea, coffee, water.
    #[option(max_length = 1000)]
    options: String,
) -> Answer {
    let options = choices(&options);
    if options.len() < 2 {
        tell!("Give me at least two things with a comma between them, such as `tea, coffee`.");
    }
    let choice = random::pick(&options).or_tell("There is nothing to choose from.")?;
    ctx.reply(format!("I choose **{}**.", shown(choice)))
}

/// Asks the ball that knows everything.
#[command(name = "8ball")]
fn eight_ball(
    ctx: &Context,
    /// A question that can be answered with yes or no.
    #[option(max_length = 500)]
    question: String,
) -> Answer {
    let answer = random::pick(ANSWERS).copied().unwrap_or_default();
    ctx.reply(format!("> {}\n🎱 {answer}", shown(&question)))
}

/// Flips a coin.
#[command]
fn coin(ctx: &Context) -> Answer {
    let side = if random::range(0..=1) == 0 {
        "Heads"
    } else {
        "Tails"
    };
    ctx.reply(format!("🪙 **{side}**"))
}

/// Returns what stands between the commas, without what is empty.
fn choices(text: &str) -> Vec<&str> {
    let parts = text.split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

/// Returns what someone typed, on one line and harmless.
fn shown(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    markdown::escape(&markdown::shorten(&line.join(" "), SHOWN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_stand_between_commas() {
        assert_eq!(
            choices("tea, green tea ,,coffee,"),
            ["tea", "green tea", "coffee"]
        );
        assert_eq!(choices(" , "), Vec::<&str>::new());
    }

    #[test]
    fn what_people_type_can_not_break_out_of_the_line() {
        assert_eq!(shown("will\n> it *rain*?"), r"will \> it \*rain\*?");
        assert_eq!(shown(&"a".repeat(500)).chars().count(), SHOWN);
    }

    #[test]
    fn the_ball_has_no_favourite() {
        assert_eq!(ANSWERS.len() % 3, 0, "yes, perhaps and no in equal parts");
    }
}
