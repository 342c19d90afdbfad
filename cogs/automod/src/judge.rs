//! Which rules a message breaks by itself, whatever was written before it.

use cogbox_sdk::discord::invites;
use cogbox_sdk::prelude::*;
use regex_lite::{Regex, RegexBuilder};

use crate::kept::Book;
use crate::phrases::Text;
use crate::rule::{Rule, What};
use crate::{addresses, shape};

/// What a pattern may become, in bytes. Looking for it takes the text's length times this, whatever the
/// pattern, so that as many as a server may have fit into the second that a call has.
const PATTERN_BYTES: usize = 16 * 1024;
/// What is shown of what was found, in characters.
const FOUND: usize = 100;

/// A rule that a message breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit<'a> {
    pub name: &'a str,
    pub rule: &'a Rule,
    /// What broke it.
    pub found: String,
}

/// What of a message is judged.
pub struct Writing<'a> {
    pub guild: &'a str,
    pub content: &'a str,
    /// People and roles that it mentions.
    pub mentions: u32,
}

impl<'a> Writing<'a> {
    pub fn of(guild: &'a str, message: &'a Message) -> Self {
        let mentions = message.mentioned_users.len() + message.mentioned_roles.len();
        Writing {
            guild,
            content: &message.content,
            mentions: mentions as u32,
        }
    }
}

/// Returns the rules that a message breaks.
pub fn hits<'a>(book: &'a Book, writing: &Writing) -> Vec<Hit<'a>> {
    let text = Text::read(writing.content);
    let all = book.rules.iter().filter_map(|(name, rule)| {
        let found = found(&rule.what, writing, &text)?;
        let found = markdown::shorten(&found, FOUND);
        Some(Hit { name, rule, found })
    });
    all.collect()
}

fn found(what: &What, writing: &Writing, text: &Text) -> Option<String> {
    let content = writing.content;
    let over = |count: u32, most: u32| (count > most).then(|| count.to_string());
    match what {
        What::Words(words) => words.iter().find_map(|word| text.find(word)),
        What::Pattern(pattern) => {
            let pattern = pattern_of(pattern).ok()?;
            let found = pattern.find(content)?;
            Some(found.as_str().to_owned())
        }
        What::Invites(allowed) => foreign_invite(writing.guild, content, allowed),
        What::Links(allowed) => {
            let mut hosts = addresses::hosts(content).into_iter();
            hosts.find(|host| !addresses::is_among(host, allowed))
        }
        What::Mentions(most) => over(writing.mentions, *most),
        What::Capitals(percent) => {
            let capitals = shape::capitals(content);
            (capitals >= *percent).then(|| format!("{capitals} %"))
        }
        What::Emoji(most) => over(shape::emoji(content), *most),
        What::Repeats(..) | What::Flood(..) => None,
    }
}

/// Returns an invite that leads elsewhere. Where the bot may not see the server's own, each that is not
/// allowed by its code counts as one of another server.
fn foreign_invite(guild: &str, content: &str, allowed: &[String]) -> Option<String> {
    let mut codes = addresses::invites(content);
    codes.retain(|code| !allowed.contains(code));
    if codes.is_empty() {
        return None;
    }
    match invites::all(guild) {
        Ok(own) => codes.retain(|code| own.iter().all(|invite| invite.code != *code)),
        Err(refused) => warn!("own invites can't be told from others: {}", refused.message),
    }
    codes.into_iter().next()
}

/// Reads a pattern; large and small letters are the same, of ASCII's.
pub fn pattern_of(pattern: &str) -> Result<Regex, regex_lite::Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(PATTERN_BYTES)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Then;

    fn broken(what: What, content: &str) -> Option<String> {
        let mut book = Book::default();
        let then = Then::default();
        book.rules.insert("x".into(), Rule { what, then });
        let writing = Writing {
            guild: "1",
            content,
            mentions: 3,
        };
        let mut hits = hits(&book, &writing);
        hits.pop().map(|hit| hit.found)
    }

    #[test]
    fn each_kind_says_what_it_found() {
        let of = |what, content| broken(what, content);
        let words = What::Words(vec!["ok".into(), "*bad*".into()]);
        assert_eq!(of(words, "so Badly").as_deref(), Some("badly"));
        let pattern = What::Pattern(r"b[a4]d\d+".into());
        assert_eq!(of(pattern.clone(), "so B4D12!").as_deref(), Some("B4D12"));
        assert_eq!(of(pattern, "bad"), None);
        let links = What::Links(vec!["example.org".into()]);
        let two = "https://example.org and https://evil.org";
        assert_eq!(of(links, two).as_deref(), Some("evil.org"));
        assert_eq!(of(What::Mentions(2), "x").as_deref(), Some("3"));
        assert_eq!(of(What::Mentions(3), "x"), None);
        assert_eq!(of(What::Emoji(1), "🎲🎲").as_deref(), Some("2"));
        let capitals = of(What::Capitals(70), "LOOK AT ME NOW");
        assert_eq!(capitals.as_deref(), Some("100 %"));
        // Judged by what was written before.
        assert_eq!(of(What::Flood(1, 1), "x"), None);
    }

    #[test]
    fn a_pattern_has_a_bound() {
        assert!(pattern_of(r"\bfree\s+nitro\b").is_ok());
        assert!(pattern_of("(").is_err());
        assert!(pattern_of("((a{100}){100}){100}").is_err());
        // What is exponential elsewhere takes no time here.
        let evil = pattern_of("(a|a|b)*(a|aa)*c").unwrap();
        assert!(!evil.is_match(&"a".repeat(4_000)));
    }
}
