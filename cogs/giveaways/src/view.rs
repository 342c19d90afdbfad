//! A giveaway as its message shows it, and its announcement.
//!
//! Asks the host nothing.

use crate::keep::Giveaway;
use cogbox_sdk::markdown::{TimeStyle, escape, mention_role, mention_user, time};
use cogbox_sdk::prelude::*;

const PINK: u32 = 0xeb_45_9e;
const GREY: u32 = 0x80_84_8e;

/// Returns a giveaway that runs, with its button.
pub fn running(id: &str, host: &str, giveaway: &Giveaway, joined: usize) -> OutgoingMessage {
    let to = &giveaway.locale;
    let ends = giveaway.ends as f64;
    let mut lines = vec![
        t!(
            to,
            ends_line,
            ago = time(ends, TimeStyle::Relative),
            at = time(ends, TimeStyle::DateTime)
        ),
        t!(to, winners_line, count = giveaway.winners),
    ];
    if let Some(role) = &giveaway.role {
        lines.push(t!(to, role_line, role = mention_role(role)));
    }
    lines.push(t!(to, host_line, host = mention_user(host)));
    let embed = title(giveaway)
        .description(lines.join("\n"))
        .color(PINK)
        .footer(t!(to, joined_count, count = joined));
    let join = Button::primary(format!("join:{id}"), t!(to, join)).emoji("🎉");
    OutgoingMessage::from(embed).row([join])
}

/// Returns one that is over, with everybody who won.
pub fn over(host: &str, giveaway: &Giveaway, joined: usize, winners: &[String]) -> OutgoingMessage {
    let to = &giveaway.locale;
    let names = names(winners);
    let won = match winners.len() {
        0 => t!(to, no_winner),
        count => t!(to, won_line, count = count, winners = names),
    };
    let host = t!(to, host_line, host = mention_user(host));
    title(giveaway)
        .description(format!("{won}\n{host}"))
        .color(GREY)
        .footer(t!(to, joined_count, count = joined))
        .into()
}

/// Returns one that was taken back.
pub fn cancelled(host: &str, giveaway: &Giveaway) -> OutgoingMessage {
    let to = &giveaway.locale;
    let host = t!(to, host_line, host = mention_user(host));
    let text = format!("{}\n{host}", t!(to, cancelled_line));
    title(giveaway).description(text).color(GREY).into()
}

/// Returns the message that tells who won, which pings them.
pub fn announcement(giveaway: &Giveaway, winners: &[String]) -> OutgoingMessage {
    let (to, prize) = (&giveaway.locale, escape(&giveaway.prize));
    let text = match (winners.len(), giveaway.round) {
        (0, 1) => t!(to, nobody_won, prize = prize),
        (0, _) => t!(to, nobody_left, prize = prize),
        (_, 1) => t!(to, won, winners = names(winners), prize = prize),
        _ => t!(to, won_again, winners = names(winners), prize = prize),
    };
    let mut message = OutgoingMessage::text(text);
    for winner in winners {
        message = message.ping_user(winner);
    }
    message
}

fn title(giveaway: &Giveaway) -> Embed {
    Embed::titled(
        format!("🎁 {}", escape(&giveaway.prize))
            .chars()
            .take(256)
            .collect::<String>(),
    )
}

fn names(winners: &[String]) -> String {
    let names: Vec<String> = winners.iter().map(|id| mention_user(id)).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keep::Stage;

    fn giveaway(round: u32) -> Giveaway {
        Giveaway {
            prize: "A *mug*".into(),
            winners: 2,
            role: None,
            ends: 60,
            channel: "1".into(),
            message: "2".into(),
            locale: "en-US".into(),
            stage: Stage::Over,
            round,
        }
    }

    #[test]
    fn winners_are_pinged_and_nobody_else() {
        let told = announcement(&giveaway(1), &["7".to_string(), "8".to_string()]);
        assert_eq!(
            told.content,
            "🎉 <@7>, <@8> won **A \\*mug\\***! Congratulations!"
        );
        assert_eq!(told.mentions.users, ["7", "8"]);
        let nobody = announcement(&giveaway(1), &[]);
        assert_eq!(
            nobody.content,
            "**A \\*mug\\*** goes to nobody: nobody joined who can win."
        );
        assert!(nobody.mentions.users.is_empty());
    }

    #[test]
    fn a_prize_of_marks_fits_into_a_title() {
        let long = Giveaway {
            prize: "*".repeat(200),
            ..giveaway(1)
        };
        let shown = running("0123abcd", "7", &long, 3);
        assert!(shown.embeds[0].title.as_ref().unwrap().chars().count() <= 256);
    }
}
