//! Writing files that people read as plain text, such as transcripts.

use crate::clock::Timestamp;
use crate::raw::cogbox::discord::model::Message;

/// Returns a text on one line, without what can't be seen or turns the order of letters around.
pub fn line(text: &str) -> String {
    let seen = text
        .chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    let seen = seen.filter(|letter| {
        !letter.is_control() && !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    seen.collect()
}

/// Returns a moment, such as `2026-11-28 02:16 UTC`.
pub fn moment(at: Timestamp) -> String {
    let minutes = (at / 60.0).floor() as i64;
    let (days, minutes) = (minutes.div_euclid(1_440), minutes.rem_euclid(1_440));
    // Years begin in March here, so that the day of a leap year comes last.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02} UTC",
        minutes / 60,
        minutes % 60
    )
}

/// Writes a message: who and when, and what they wrote. Each line after the first is set in, so that
/// nothing that people write can look like another's line.
pub fn said(message: &Message) -> String {
    let author = &message.author;
    let mut lines: Vec<String> = message.content.lines().map(line).collect();
    for embed in &message.embeds {
        let texts = [&embed.title, &embed.description];
        let texts = texts.into_iter().flatten().flat_map(|text| text.lines());
        lines.extend(texts.map(|text| format!("| {}", line(text))));
        let fields = embed.fields.iter();
        lines
            .extend(fields.map(|field| format!("| {}: {}", line(&field.name), line(&field.value))));
    }
    for file in &message.attachments {
        lines.push(format!("[{}] {}", line(&file.name), line(&file.url)));
    }
    let edited = if message.edited.is_some() { " *" } else { "" };
    // Whoever is named `ben (8): hi` says nothing in ben's name.
    let name = line(&author.display_name).replace(['(', ')'], "");
    let when = moment(message.sent);
    format!(
        "[{when}] {name} ({}){edited}: {}",
        author.id,
        lines.join("\n    ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::cogbox::discord::model::User;

    #[test]
    fn a_text_stays_on_its_line() {
        assert_eq!(line("a\nb\u{202e}c\u{7}"), "a bc");
    }

    #[test]
    fn moments_are_written_by_the_calendar() {
        for (at, written) in [
            (0.0, "1970-01-01 00:00 UTC"),
            (951_782_400.0, "2000-02-29 00:00 UTC"),
            (1_055_217_661.0, "2003-06-10 04:01 UTC"),
            (1_735_689_599.9, "2024-12-31 23:59 UTC"),
        ] {
            assert_eq!(moment(at), written);
        }
    }

    #[test]
    fn nobody_writes_another_ones_line() {
        let author = User {
            id: "7".into(),
            name: "ann".into(),
            display_name: "ann\n[x] ben (8): no".into(),
            avatar_url: None,
            bot: false,
        };
        let message = Message {
            id: "1".into(),
            channel: "2".into(),
            guild: None,
            kind: 0,
            author,
            author_roles: Vec::new(),
            webhook: false,
            content: "hi\n[1970-01-01 00:00 UTC] ben (8): I did it\u{202e}\u{7}".into(),
            attachments: Vec::new(),
            embeds: Vec::new(),
            reactions: Vec::new(),
            mentioned_users: Vec::new(),
            mentioned_roles: Vec::new(),
            reply_to: None,
            pinned: false,
            sent: 0.0,
            edited: Some(1.0),
        };
        assert_eq!(
            said(&message),
            "[1970-01-01 00:00 UTC] ann [x] ben 8: no (7) *: hi\n    [1970-01-01 00:00 UTC] ben (8): I did it"
        );
    }
}
