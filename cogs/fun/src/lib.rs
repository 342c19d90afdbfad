//! Dice, choices, a coin and a ball that knows everything.
//!
//! Owns the commands; the notation of dice is in `dice`. Keeps nothing.

mod dice;

use cogbox_sdk::prelude::*;
use dice::{Dice, Unclear};

/// The setting with the dice of a server.
const DICE: &str = "dice";
/// What people roll, offered while they type and to the server's admins.
const USUAL: [&str; 8] = ["1d6", "2d6", "3d6", "1d4", "1d20", "2d20", "1d100", "4d6"];
/// How many answers the ball has, numbered from 1: yes, perhaps and no, in equal parts.
const BALL: i64 = 15;
/// Characters shown of a choice or a question.
const SHOWN: usize = 200;

locales!("en-US", "de");

pub struct Fun;

#[cog]
impl Cog for Fun {
    fn commands() -> Commands {
        commands![roll, choose, eight_ball, coin]
    }

    fn settings() -> Vec<Setting> {
        vec![
            Setting::choice(DICE, "Dice", USUAL)
                .help("What /roll rolls when nothing is typed")
                .default(USUAL[0]),
        ]
    }

    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        Ok(request.among(USUAL))
    }
}

/// Rolls dice, such as 2d6+1.
#[command]
fn roll(
    ctx: &Context,
    /// What to roll, such as 2d6+1, d20 or 4d6-2+1d4; what the server chose when left out.
    #[option(max_length = 100, autocomplete)]
    dice: Option<String>,
) -> Answer {
    let dice = match (dice, ctx.guild()) {
        (Some(typed), _) => typed,
        (None, Some(guild)) => settings::guild(guild).text(DICE)?.unwrap_or_default(),
        (None, None) => USUAL[0].to_string(),
    };
    let dice: Dice = dice
        .parse()
        .map_err(|unclear: Unclear| Error::tell(unclear.told(ctx)))?;
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
        tell!(ctx, too_few);
    }
    let choice = random::pick(&options).or_tell(t!(ctx, too_few))?;
    ctx.reply(t!(ctx, chosen, choice = shown(choice)))
}

/// Asks the ball that knows everything.
#[command(name = "8ball", cooldown(per = member, uses = 3, seconds = 10))]
fn eight_ball(
    ctx: &Context,
    /// A question that can be answered with yes or no.
    #[option(max_length = 500)]
    question: String,
) -> Answer {
    let answer = t!(ctx, ball, number = random::range(1..=BALL));
    ctx.reply(format!("> {}\n🎱 {answer}", shown(&question)))
}

/// Flips a coin.
#[command]
fn coin(ctx: &Context) -> Answer {
    let side = match random::range(0..=1) {
        0 => t!(ctx, heads),
        _ => t!(ctx, tails),
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
    use std::collections::BTreeSet;

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
    fn the_ball_has_as_many_answers_in_every_language() {
        for language in ["en-US", "de"] {
            let answer = |number| t!(language, ball, number = number);
            let answers: BTreeSet<String> = (1..=BALL).map(answer).collect();
            assert_eq!(answers.len(), BALL as usize, "{language}");
            // A number that no case has is the last one.
            assert_eq!(answer(BALL + 1), answer(BALL), "{language}");
        }
    }
}
