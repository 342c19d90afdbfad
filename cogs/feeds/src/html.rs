//! As much of HTML as feeds need: its text, its first picture, and the feeds that a page links to.
//!
//! It goes through a page once, whatever is written there.

use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::BytesStart;

/// What begins a new line, so that words on both sides stay apart.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];
/// What holds no text for people.
const SILENT: &[&str] = &["script", "style", "title", "iframe", "noscript", "svg"];
/// Longest name of a character, such as `CounterClockwiseContourIntegral`.
const LONGEST_NAME: usize = 32;

/// Returns the text, on one line.
pub fn text(html: &str) -> String {
    let mut text = String::new();
    for piece in Pieces::of(html) {
        match piece {
            Piece::Text(raw) => text.push_str(&unescape(raw)),
            Piece::Tag(tag) if BLOCKS.contains(&name(&tag).as_str()) => text.push(' '),
            Piece::Tag(_) => {}
        }
    }
    tidy(&text)
}

/// Returns the address of the first picture, as it is written.
pub fn picture(html: &str) -> Option<String> {
    Pieces::of(html).find_map(|piece| match piece {
        Piece::Tag(tag) if name(&tag) == "img" => attribute(&tag, "src"),
        _ => None,
    })
}

/// Returns the address of the first feed that a page says it has, as it is written.
pub fn feed(page: &str) -> Option<String> {
    Pieces::of(page).find_map(|piece| match piece {
        Piece::Tag(tag) if name(&tag) == "link" => {
            let rel = attribute(&tag, "rel")?.to_lowercase();
            let kind = attribute(&tag, "type")?.to_lowercase();
            let is_feed = ["rss", "atom", "feed+json"]
                .iter()
                .any(|feed| kind.contains(feed));
            let there = rel.split_whitespace().any(|rel| rel == "alternate") && is_feed;
            attribute(&tag, "href").filter(|_| there)
        }
        _ => None,
    })
}

/// Returns a text on one line, without what can't be seen or turns the order of letters around.
pub fn tidy(text: &str) -> String {
    let seen = text.chars().filter(|letter| {
        let unseen = matches!(letter, '\u{ad}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        !unseen && (letter.is_whitespace() || !letter.is_control())
    });
    let seen: String = seen.collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the value of an attribute.
pub fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.html_attributes();
    let mut all = attributes.with_checks(false).flatten();
    let found = all.find(|attribute| attribute.key.0.eq_ignore_ascii_case(name))?;
    Some(unescape(&found.value).trim().to_string())
}

/// Returns the name of a tag, in small letters.
pub fn name(tag: &BytesStart<'_>) -> String {
    tag.name().0.to_ascii_lowercase()
}

/// Returns what stands for a character, by the name between `&` and `;`.
pub fn character(name: &str) -> Option<String> {
    let number = match name.strip_prefix('#') {
        Some(hex) if hex.starts_with(['x', 'X']) => u32::from_str_radix(&hex[1..], 16).ok()?,
        Some(decimal) => decimal.parse().ok()?,
        None => return resolve_html5_entity(name).map(str::to_string),
    };
    char::from_u32(number).map(String::from)
}

fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest
            .bytes()
            .take(LONGEST_NAME)
            .position(|byte| byte == b';');
        match end.and_then(|end| Some((end, character(&rest[..end])?))) {
            Some((end, character)) => {
                text.push_str(&character);
                rest = &rest[end + 1..];
            }
            None => text.push('&'),
        }
    }
    text.push_str(rest);
    text
}

/// Returns where a tag ends that begins a text: at a `>` that is in no value, or at the end. A quotation
/// mark without another one quotes nothing; of those there are two in a text at most.
fn end_of_tag(text: &str) -> usize {
    let (mut quote, mut before) = (None, b' ');
    for (at, byte) in text.bytes().enumerate() {
        match quote {
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if byte == b'>' => return at,
            None if before == b'=' && matches!(byte, b'"' | b'\'') => quote = Some(byte),
            None => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    let first = quote.and_then(|_| text.find('>'));
    first.unwrap_or(text.len())
}

enum Piece<'a> {
    Text(&'a str),
    Tag(BytesStart<'a>),
}

/// Goes through HTML. Each step looks only at what it leaves behind: no page takes it long.
struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    fn of(html: &'a str) -> Self {
        Pieces { rest: html }
    }

    /// Leaves behind what comes before a text and the text itself, or everything.
    fn skip_past(&mut self, text: &str) {
        self.rest = self.rest.split_once(text).map_or("", |(_, rest)| rest);
    }

    /// Leaves behind an element of which nothing is for people.
    fn skip_element(&mut self, name: &str) {
        while let Some(at) = self.rest.find("</") {
            self.rest = &self.rest[at + 2..];
            let end = self.rest.get(..name.len());
            if end.is_some_and(|end| end.eq_ignore_ascii_case(name)) {
                return self.skip_past(">");
            }
        }
        self.rest = "";
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(after) = self.rest.strip_prefix('<') else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at(end);
                self.rest = rest;
                return Some(Piece::Text(text));
            };
            if after.starts_with("!--") {
                self.skip_past("-->");
                continue;
            }
            if !after.starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next)) {
                // A `<` that is meant as one.
                self.rest = after;
                return Some(Piece::Text("<"));
            }
            let (tag, rest) = after.split_at(end_of_tag(after));
            self.rest = rest.strip_prefix('>').unwrap_or(rest);
            let is_whole = tag.ends_with('/');
            let tag = tag.trim_end_matches('/');
            let end = tag.find(|letter: char| letter.is_whitespace() || letter == '/');
            if let Some(end) = tag.strip_prefix('/') {
                // The end of a block parts words as its beginning does.
                let name = end.split_whitespace().next().unwrap_or_default();
                return Some(Piece::Tag(BytesStart::from_content(name, name.len())));
            }
            let tag = BytesStart::from_content(tag, end.unwrap_or(tag.len()));
            let name = name(&tag);
            if SILENT.contains(&name.as_str()) && !is_whole {
                self.skip_element(&name);
                continue;
            }
            return Some(Piece::Tag(tag));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_people_read() {
        for (html, read) in [
            ("plain", "plain"),
            ("<p>One</p><p>two<br/>three</p>", "One two three"),
            (
                "a<b>b</b>c &amp; d &#39;e&#x27; &hellip; &euro;&nbsp;5",
                "abc & d 'e' … € 5",
            ),
            ("1 < 2 && 3 > 2 &nope; &", "1 < 2 && 3 > 2 &nope; &"),
            (
                "x<script>alert('</b>')</script>y<STYLE>p{}</style >z",
                "xyz",
            ),
            ("a<!-- <p>hidden -->b", "ab"),
            ("cut <a href=\"x", "cut"),
            ("a\u{202e}b\u{0}c\n\t d", "abc d"),
            ("<", "<"),
            ("<p class=it's>a</p>it's", "a it's"),
            ("<a title='never closed>b", "b"),
            ("&#1114112;&#xD800;&;", "&#1114112;&#xD800;&;"),
        ] {
            assert_eq!(text(html), read, "{html}");
        }
    }

    #[test]
    fn pictures_and_feeds_are_found() {
        let html = "<p><IMG alt='a' SRC=\"/a.png?b=1&amp;c=2\"><img src=b.png>";
        assert_eq!(picture(html).as_deref(), Some("/a.png?b=1&c=2"));
        assert_eq!(picture("<img alt=x><p>"), None);
        let page = "<html><head><link rel=stylesheet href=a.css>\
            <link rel='alternate' hreflang=de href='/de'>\
            <link href='/feed' type='application/rss+xml' title=\"News > all\" rel='Alternate'></head>";
        assert_eq!(feed(page).as_deref(), Some("/feed"));
        assert_eq!(
            feed("<link rel=alternate type=application/atom+xml href=a>").as_deref(),
            Some("a")
        );
        assert_eq!(feed("<p>nothing"), None);
    }

    #[test]
    fn hostile_pages_take_no_time() {
        for part in [
            "<",
            "<a",
            "<a \"",
            "&",
            "<!--",
            "<script>",
            "</",
            "<script></",
            "&#",
            "<p>",
        ] {
            let page = part.repeat((1 << 18) / part.len());
            text(&page);
            feed(&page);
            picture(&page);
        }
    }
}
