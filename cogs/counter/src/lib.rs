//! Counts together: one number per server, and a button that adds one.
//!
//! The number lives in the host's store, where adding is one step: however many people count
//! at once, each of them is counted.

use cogbox_sdk::prelude::*;
use cogbox_sdk::store::Scope;

/// The key of the number, in each guild's own scope.
const TOTAL: &str = "total";
/// The id of the button.
const PLUS_ONE: &str = "plus-one";

locales!("en-US", "de");

pub struct Counter;

#[cog]
impl Cog for Counter {
    fn commands() -> Commands {
        commands![count, count_show, count_reset]
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        if id != PLUS_ONE {
            fail!("the button `{id}` is none of ours");
        }
        let total = here(ctx)?.add(TOTAL, 1)?;
        ctx.update(face(ctx, total))
    }
}

/// Adds one to this server's number, with a button to go on.
#[command(contexts(guild))]
fn count(ctx: &Context) -> Answer {
    let total = here(ctx)?.add(TOTAL, 1)?;
    ctx.reply(face(ctx, total))
}

/// Shows this server's number without changing it.
#[command(contexts(guild))]
fn count_show(ctx: &Context) -> Answer {
    let total = here(ctx)?.number(TOTAL)?;
    ctx.reply(t!(ctx, counted, total = total))
}

/// Sets this server's number back to zero.
#[command(needs(MANAGE_GUILD))]
fn count_reset(ctx: &Context) -> Answer {
    here(ctx)?.delete(TOTAL)?;
    ctx.reply(t!(ctx, starts_again))
}

fn here(ctx: &Context) -> Answer<Scope> {
    Ok(store::guild(ctx.in_guild()?))
}

fn face(ctx: &dyn Audience, total: i64) -> OutgoingMessage {
    let text = t!(ctx, counted, total = total);
    OutgoingMessage::text(text).row([Button::primary(PLUS_ONE, "+1")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_face_shows_the_number_and_one_button() {
        let face = face(&"de", 1041);
        assert_eq!(face.content, "Dieser Server hat bis **1.041** gezählt.");
        assert_eq!(face.rows.len(), 1);
        let [Component::Button(button)] = face.rows[0].as_slice() else {
            panic!("one button was expected: {:?}", face.rows);
        };
        assert_eq!((button.id.as_str(), button.disabled), (PLUS_ONE, false));
    }

    #[test]
    fn nothing_counted_reads_as_a_sentence() {
        assert_eq!(t!("en-US", counted, total = 0), "Nobody has counted yet.");
    }
}
