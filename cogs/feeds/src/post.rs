//! A post as a message.

use crate::document::Item;
use crate::keep::Feed;
use cogbox_sdk::discord::messages;
use cogbox_sdk::markdown::{TimeStyle, escape, mention_role, shorten, time};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;
use cogbox_sdk::template::Template;

/// The placeholders of a text.
pub const KNOWN: &[&str] = &[
    "title", "link", "summary", "author", "date", "feed", "site", "picture",
];
/// What is written where there is neither a text nor a card.
const PLAIN: &str = "**{title}**\n{link}";
/// What Discord takes of a text, a title and an author, and how much of a summary is shown.
const TEXT: usize = 1_900;
const TITLE: usize = 256;
const SUMMARY: usize = 350;
const ORANGE: u32 = 0xee_80_2f;

/// Posts a post. Where Discord stumbles over its links or pictures, it goes without a card.
pub fn send(feed: &Feed, item: &Item) -> Result<(), Refused> {
    let sent = messages::send(&feed.channel, &message(feed, item));
    match sent {
        Err(refused) if refused.kind == ErrorKind::Invalid && feed.card => {
            debug!("a card of {} was refused: {}", feed.url, refused.message);
            let plain = Feed {
                card: false,
                ..feed.clone()
            };
            messages::send(&feed.channel, &message(&plain, item)).map(drop)
        }
        sent => sent.map(drop),
    }
}

/// Returns the message. It pings the feed's role, and nobody else, whatever the post says.
pub fn message(feed: &Feed, item: &Item) -> OutgoingMessage {
    let mut lines = Vec::new();
    lines.extend(feed.role.as_deref().map(mention_role));
    let text = match feed.text.as_str() {
        "" if feed.card => "",
        "" => PLAIN,
        text => text,
    };
    if !text.is_empty() {
        lines.push(filled(feed, item, text));
    }
    let mut message = OutgoingMessage::text(lines.join("\n"));
    if feed.card {
        message = message.embed(card(feed, item));
    }
    match &feed.role {
        Some(role) => message.ping_role(role),
        None => message,
    }
}

fn card(feed: &Feed, item: &Item) -> Embed {
    let title = match item.title.as_str() {
        "" => t!(&feed.locale, without_title),
        title => escape(title),
    };
    let mut author = feed.name.clone();
    if !item.author.is_empty() {
        author = format!("{author} · {}", item.author);
    }
    let card = Embed {
        url: item.link.clone(),
        timestamp: item.date,
        ..Embed::titled(shorten(&title, TITLE))
    };
    let card = card
        .author(shorten(&author, TITLE), None)
        .image(item.picture.clone())
        .color(ORANGE);
    match item.summary.as_str() {
        "" => card,
        summary => card.description(escape(&shorten(summary, SUMMARY))),
    }
}

/// Fills a text in. What it says was read when it was saved; should it not be readable any more, the
/// plain one takes its place.
fn filled(feed: &Feed, item: &Item, text: &str) -> String {
    let to = &feed.locale;
    let template = Template::read(to, text, KNOWN).or_else(|_| Template::read(to, PLAIN, KNOWN));
    let link = item.link.clone().unwrap_or_default();
    let Ok(template) = template else {
        return link;
    };
    let filled = template.fill(TEXT, |placeholder| match placeholder {
        "title" if item.title.is_empty() => t!(to, without_title),
        "title" => escape(&item.title),
        "link" => link.clone(),
        "summary" => escape(&shorten(&item.summary, SUMMARY)),
        "author" => escape(&item.author),
        "date" => item
            .date
            .map_or_else(String::new, |date| time(date, TimeStyle::DateTime)),
        "feed" => escape(&feed.name),
        "site" => feed.site.clone().unwrap_or_default(),
        _ => item.picture.clone().unwrap_or_default(),
    });
    // An empty message would be refused.
    match filled.trim() {
        "" => link,
        filled => filled.to_string(),
    }
}

/// Whether a post has one of the words that a feed is narrowed to.
pub fn is_wanted(only: &[String], item: &Item) -> bool {
    let topics = item.topics.join("\n");
    let all = format!("{}\n{}\n{topics}", item.title, item.summary).to_lowercase();
    only.is_empty() || only.iter().any(|word| all.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(text: &str, card: bool) -> Feed {
        Feed {
            name: "News".into(),
            url: "https://example.org/feed".into(),
            site: None,
            channel: "1".into(),
            role: Some("7".into()),
            text: text.into(),
            card,
            only: Vec::new(),
            locale: "en-US".into(),
            since: 0.0,
            minutes: 15,
            marks: Default::default(),
            posted: None,
            trouble: None,
        }
    }

    fn item() -> Item {
        Item {
            title: "**Hi** @everyone <@1> [x](y)".into(),
            link: Some("https://example.org/1".into()),
            summary: "`S`".into(),
            date: Some(60.0),
            ..Item::default()
        }
    }

    #[test]
    fn a_post_pings_the_role_and_nobody_else_and_shows_as_it_was_written() {
        let message = message(&feed("{title}: {link} {date}{author}", true), &item());
        assert_eq!(
            message.content,
            "<@&7>\n\\*\\*Hi\\*\\* @everyone \\<@1\\> \\[x\\]\\(y\\): https://example.org/1 <t:60:f>"
        );
        let mentions = &message.mentions;
        assert_eq!(mentions.roles, ["7"]);
        assert!(!mentions.everyone && !mentions.all_users && !mentions.all_roles);
        assert_eq!(message.embeds[0].description.as_deref(), Some("\\`S\\`"));
    }

    #[test]
    fn there_is_always_something_to_send_and_it_fits() {
        let bare = Item::default();
        assert_eq!(
            message(&feed("", false), &bare).content,
            "<@&7>\n**Untitled**"
        );
        assert_eq!(
            message(&feed("{author}", false), &item()).content,
            "<@&7>\nhttps://example.org/1"
        );
        let long = Item {
            title: "*".repeat(250),
            summary: "*".repeat(1_000),
            author: "a".repeat(100),
            ..item()
        };
        let message = message(&feed(&"{summary}".repeat(20), true), &long);
        assert!(message.content.chars().count() <= 2_000);
        let card = &message.embeds[0];
        assert!(card.title.as_ref().unwrap().chars().count() <= 256);
        assert!(card.description.as_ref().unwrap().chars().count() <= 4_096);
    }

    #[test]
    fn words_narrow_a_feed() {
        let only = |words: &[&str]| {
            words
                .iter()
                .map(|word| word.to_string())
                .collect::<Vec<_>>()
        };
        let item = Item {
            title: "New Release".into(),
            topics: vec!["Rust".into()],
            ..Item::default()
        };
        assert!(is_wanted(&[], &item));
        assert!(is_wanted(&only(&["python", "rust"]), &item));
        assert!(is_wanted(&only(&["new rel"]), &item));
        assert!(!is_wanted(&only(&["python"]), &item));
    }
}
