//! A cog that offers choices of every kind, good and bad.
//!
//! It is there for the host's tests. Nobody should run it on a real server.

use cogbox_sdk::prelude::*;

pub struct Typist;

/// Paints something.
#[command]
fn paint(
    ctx: &Context,
    /// The colour.
    #[option(autocomplete)]
    colour: String,
    /// How many coats.
    #[option(autocomplete)]
    coats: Option<i64>,
    /// How thick they are.
    #[option(autocomplete)]
    thick: Option<f64>,
) -> Answer {
    let coats = coats.unwrap_or(1);
    ctx.reply(format!(
        "{coats} coats of {colour}, {} mm",
        thick.unwrap_or(0.5)
    ))
}

/// Everything for painters.
#[command(subcommands(buy))]
struct Shop;

/// Buys something.
#[command]
fn buy(
    ctx: &Context,
    /// What to buy.
    #[option(autocomplete)]
    what: String,
) -> Answer {
    ctx.reply(format!("bought {what}"))
}

#[cog]
impl Cog for Typist {
    fn commands() -> Commands {
        commands![paint, Shop]
    }

    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        match (request.focused.as_str(), request.typed.as_str()) {
            ("colour", "many") => Ok((0..30).map(|n| text(&format!("many {n}"))).collect()),
            ("colour", "bad") => Ok(vec![
                text(&"x".repeat(101)),
                Choice::new("no value", ""),
                Choice::new("a number", 7i64),
                text("good"),
            ]),
            ("colour", "fail") => Err(Error::new("there is no paint")),
            ("colour", "trap") => panic!("the paint is spilt"),
            ("colour", "slow") => loop {
                std::hint::black_box(());
            },
            ("colour", _) => Ok(request.among(["red", "dark red", "green"])),
            ("coats", _) => Ok(vec![
                Choice::new("two", 2i64),
                Choice::new("too much", 1i64 << 60),
            ]),
            ("thick", _) => Ok(vec![
                Choice::new("thin", 0.1),
                Choice::new("no end", f64::NAN),
            ]),
            _ if request.is_for("shop buy", "what") => {
                let server = request.guild.is_some();
                Ok(vec![text(&format!(
                    "{} in {}, {server}",
                    request.typed, request.locale
                ))])
            }
            _ => Ok(Vec::new()),
        }
    }
}

fn text(text: &str) -> Choice {
    Choice::new(text, text)
}
