//! A poll as its message shows it.
//!
//! Asks the host nothing.

use crate::keep::{Poll, Votes};
use cogbox_sdk::markdown::{TimeStyle, escape, mention_user, shorten, time};
use cogbox_sdk::prelude::*;

/// What Discord takes.
const TITLE: usize = 256;
const MESSAGE: usize = 2_000;
const BAR: usize = 12;
const ROW: usize = 5;
/// Characters of an answer on a button.
const LABEL: usize = 40;
/// How many voters of an answer are named.
const NAMED: usize = 18;
const BLURPLE: u32 = 0x58_65_f2;
const GREY: u32 = 0x80_84_8e;
const DIGITS: [&str; 10] = ["1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣", "🔟"];

/// Returns a poll that runs, with its buttons.
pub fn running(id: &str, author: &str, poll: &Poll, votes: &Votes) -> OutgoingMessage {
    let to = &poll.locale;
    let ends = time(poll.ends as f64, TimeStyle::Relative);
    let foot = t!(to, runs, ends = ends, author = mention_user(author));
    let mut view = OutgoingMessage::from(embed(poll, votes, &foot).color(BLURPLE));
    for (row, options) in poll.options.chunks(ROW).enumerate() {
        view = view.row(options.iter().enumerate().map(|(at, option)| {
            let number = row * ROW + at;
            let label = shorten(option, LABEL);
            Button::secondary(format!("vote:{id}:{number}"), label).emoji(digit(number))
        }));
    }
    let mut controls = Vec::new();
    if !poll.anonymous {
        controls.push(Button::secondary(format!("who:{id}"), t!(to, who)).emoji("👥"));
    }
    controls.push(Button::danger(format!("end:{id}"), t!(to, end)));
    view.row(controls)
}

/// Returns a poll that is over, without buttons.
pub fn over(author: &str, poll: &Poll, votes: &Votes) -> OutgoingMessage {
    let foot = t!(&poll.locale, over, author = mention_user(author));
    embed(poll, votes, &foot).color(GREY).into()
}

/// Returns the result in a sentence.
pub fn result(poll: &Poll, votes: &Votes) -> String {
    let to = &poll.locale;
    let question = escape(&poll.question);
    let best = most(votes);
    if best == 0 {
        return t!(to, nobody_voted, question = question);
    }
    let winners: Vec<String> = winners(votes)
        .filter_map(|at| poll.options.get(at))
        .map(|option| format!("**{}**", escape(option)))
        .collect();
    let (best, all) = (best as i64, votes.voters as i64);
    let percent = percent(best as usize, votes.voters);
    let told = match winners.as_slice() {
        [winner] => t!(
            to,
            won,
            question = question,
            winner = winner,
            votes = best,
            all = all,
            percent = percent
        ),
        many => {
            let winners = many.join(", ");
            t!(
                to,
                tie,
                question = question,
                winners = winners,
                votes = best,
                all = all
            )
        }
    };
    shorten(&told, MESSAGE)
}

/// Returns who voted for what.
pub fn voters(to: &dyn Audience, poll: &Poll, votes: &Votes) -> OutgoingMessage {
    let mut embed = Embed::titled(title(poll));
    for (at, option) in poll.options.iter().enumerate() {
        let voters = votes
            .by_option
            .get(at)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut names: Vec<String> = voters
            .iter()
            .take(NAMED)
            .map(|id| mention_user(id))
            .collect();
        if voters.len() > NAMED {
            names.push(t!(to, and_more, count = voters.len() - NAMED));
        }
        let names = match names.as_slice() {
            [] => t!(to, nobody),
            names => names.join(" "),
        };
        let name = format!("{} {option} ({})", digit(at), voters.len());
        embed = embed.field(name, names);
    }
    embed.into()
}

fn embed(poll: &Poll, votes: &Votes, foot: &str) -> Embed {
    let to = &poll.locale;
    let best = most(votes);
    let line = |(at, option): (usize, &String)| {
        let count = votes.by_option.get(at).map_or(0, Vec::len);
        let crown = if poll.closed && count == best && best > 0 {
            " 🏆"
        } else {
            ""
        };
        let percent = percent(count, votes.voters);
        let share = t!(to, share, percent = percent, count = count);
        format!(
            "{} **{}**{crown}\n{} {share}",
            digit(at),
            escape(option),
            bar(percent)
        )
    };
    let lines: Vec<String> = poll.options.iter().enumerate().map(line).collect();
    let mut notes = vec![t!(to, voters, count = votes.voters)];
    if poll.multiple {
        notes.push(t!(to, several));
    }
    if poll.anonymous {
        notes.push(t!(to, anonymous));
    }
    Embed::titled(title(poll))
        .description(format!("{}\n\n{foot}", lines.join("\n")))
        .footer(notes.join(" · "))
}

fn title(poll: &Poll) -> String {
    shorten(&escape(&poll.question), TITLE)
}

fn digit(at: usize) -> &'static str {
    DIGITS.get(at).copied().unwrap_or("▫️")
}

fn most(votes: &Votes) -> usize {
    votes.by_option.iter().map(Vec::len).max().unwrap_or(0)
}

fn winners(votes: &Votes) -> impl Iterator<Item = usize> {
    let best = most(votes);
    let all = votes.by_option.iter().enumerate();
    all.filter(move |(_, voters)| voters.len() == best)
        .map(|(at, _)| at)
}

/// Returns a share of those who voted, in whole percent.
fn percent(count: usize, voters: usize) -> u8 {
    match voters {
        0 => 0,
        _ => ((count * 200 + voters) / (voters * 2)).min(100) as u8,
    }
}

fn bar(percent: u8) -> String {
    let full = (usize::from(percent) * BAR + 50) / 100;
    format!("{}{}", "▰".repeat(full), "▱".repeat(BAR - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(closed: bool) -> Poll {
        Poll {
            question: "What *now*?".into(),
            options: vec!["Tea".into(), "Coffee".into(), "Soup".into()],
            multiple: false,
            anonymous: true,
            ends: 60,
            channel: "1".into(),
            message: "2".into(),
            locale: "en-US".into(),
            closed,
        }
    }

    fn votes(counts: [usize; 3]) -> Votes {
        Votes {
            by_option: counts.map(|count| vec!["7".to_string(); count]).to_vec(),
            voters: counts.iter().sum(),
        }
    }

    #[test]
    fn bars_and_shares_add_up() {
        assert_eq!([percent(1, 3), percent(2, 3), percent(0, 0)], [33, 67, 0]);
        assert_eq!(bar(0), "▱".repeat(12));
        assert_eq!(bar(100), "▰".repeat(12));
        assert_eq!(bar(50).matches('▰').count(), 6);
    }

    #[test]
    fn the_best_answers_are_told_also_when_they_are_several() {
        let result = |counts| result(&poll(true), &votes(counts));
        assert_eq!(
            result([0, 0, 0]),
            "📊 **What \\*now\\*?** has ended. Nobody voted."
        );
        assert_eq!(
            result([3, 1, 0]),
            "📊 **What \\*now\\*?** has ended: 🏆 **Tea**, with 3 of 4 votes (75 %)."
        );
        assert_eq!(
            result([2, 0, 2]),
            "📊 **What \\*now\\*?** has ended in a tie: **Tea**, **Soup**, with 2 of 4 votes each."
        );
    }

    #[test]
    fn ten_long_answers_fit_into_a_message() {
        let long = Poll {
            question: "*".repeat(250),
            options: (0..10).map(|n| format!("{n}{}", "_".repeat(74))).collect(),
            ..poll(false)
        };
        let shown = running("0123abcd", "123456789012345678", &long, &votes([9, 9, 9]));
        let embed = &shown.embeds[0];
        let length = |text: &Option<String>| text.as_ref().unwrap().chars().count();
        assert!(length(&embed.description) <= 4_096 && length(&embed.title) <= 256);
        assert!(result(&long, &votes([1, 1, 1])).chars().count() <= 2_000);
        let crowd = Votes {
            by_option: vec![vec!["123456789012345678901".to_string(); 50]; 10],
            voters: 500,
        };
        let shown_voters = &voters(&"en-US", &long, &crowd).embeds[0];
        let fields = shown_voters.fields.iter();
        let all: usize = fields
            .map(|field| field.name.chars().count() + field.value.len())
            .sum();
        assert!(all + length(&shown_voters.title) <= 6_000, "{all}");
        assert!(length(&embed.description) + length(&embed.title) < 5_900);
        assert_eq!(shown.rows.len(), 3);
    }
}
