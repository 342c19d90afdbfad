//! A feed as it was read, of whatever format it is.

mod json;
#[cfg(test)]
mod tests;
mod xml;

use crate::{address, html};
use cogbox_sdk::markdown::shorten;

/// Posts that are looked at; a feed with more has its newest first, and they come first.
const ITEMS: usize = 1_000;
/// Characters that are kept of a title and of a summary.
const TITLE: usize = 250;
const SUMMARY: usize = 1_000;
const NAME: usize = 100;

/// A feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    pub title: String,
    /// The page that it is about.
    pub site: Option<String>,
    /// In the order in which it lists them, which is the newest first as a rule.
    pub items: Vec<Item>,
}

/// A post. Its texts are on one line, without markup, and not escaped.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Item {
    pub id: String,
    pub title: String,
    pub link: Option<String>,
    pub summary: String,
    pub author: String,
    /// In seconds since 1970.
    pub date: Option<f64>,
    pub picture: Option<String>,
    pub topics: Vec<String>,
}

/// What an address led to.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    Feed(Document),
    /// A page, and the address of the feed that it says it has.
    Page(Option<String>),
}

/// Reads what came from an address. Of a feed that breaks off, what came before is taken.
pub fn read(text: &str, page: &str) -> Found {
    let start =
        text.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    let read = match start.starts_with('{') {
        true => json::read(start, page),
        false => xml::read(start, page),
    };
    match read {
        Some(document) => Found::Feed(document),
        None => Found::Page(html::feed(text).and_then(|link| address::join(page, &link))),
    }
}

impl Document {
    /// Returns the newest post, by its date or its place.
    pub fn newest(&self) -> Option<&Item> {
        let first = self.items.first()?;
        Some(self.items.iter().fold(first, |newest, item| {
            match item.date > newest.date && newest.date.is_some() {
                true => item,
                false => newest,
            }
        }))
    }

    /// Adds a post, unless there is nothing in it; `false` when there is no more room.
    fn push(&mut self, mut item: Item) -> bool {
        if item.id.is_empty() {
            item.id = match (&item.link, item.title.as_str()) {
                (Some(link), _) => link.clone(),
                (None, title) => format!("{title} {:?}", item.date),
            };
        }
        item.title = shorten(&item.title, TITLE);
        item.summary = shorten(&item.summary, SUMMARY);
        item.author = shorten(&item.author, NAME);
        if !item.title.is_empty() || !item.summary.is_empty() || item.link.is_some() {
            self.items.push(item);
        }
        self.items.len() < ITEMS
    }

    /// Names itself after its host where it has no title.
    fn finished(mut self, page: &str) -> Self {
        if self.title.is_empty() {
            self.title = address::host(page).to_string();
        }
        self.title = shorten(&self.title, NAME);
        self
    }
}
