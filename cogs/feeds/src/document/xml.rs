//! RSS 0.9 to 2.0, RSS 1.0 and Atom, also where they are not quite well-formed.
//!
//! Nothing in a feed makes this take long or much: what a document defines as entities of its own is
//! left as it stands, elements are followed to a certain depth, and long texts are cut.

use super::{Document, Item};
use crate::{address, dates, html};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How deep elements may be within each other; what is deeper is passed over.
const DEEPEST: usize = 32;
/// What is kept of the text of one element, in bytes.
const TEXT: usize = 20_000;

/// Reads a feed; `None` for what is none.
pub fn read(text: &str, page: &str) -> Option<Document> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut feed = Feed {
        page,
        document: Document::default(),
        path: Vec::new(),
        deeper: 0,
        item: None,
        text: None,
    };
    loop {
        let goes_on = match reader.read_event() {
            Ok(Event::Start(tag)) => feed.begin(&tag),
            Ok(Event::Empty(tag)) => feed.begin(&tag) && feed.end(&name(tag.name().0)),
            Ok(Event::End(tag)) => feed.end(&name(tag.name().0)),
            Ok(Event::Text(text)) => feed.add(&text),
            Ok(Event::CData(text)) => feed.add(&text),
            Ok(Event::GeneralRef(name)) => feed.refer(&name),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => true,
        };
        if !goes_on {
            break;
        }
    }
    // What began as one and broke off is one still.
    (!feed.path.is_empty()).then(|| feed.document.finished(page))
}

/// What has been read so far.
struct Feed<'a> {
    page: &'a str,
    document: Document,
    /// The elements around, outermost first.
    path: Vec<String>,
    /// How many more there are, too deep to be followed.
    deeper: usize,
    /// The post that is being read, and how many elements are around its parts.
    item: Option<(usize, Item, Parts)>,
    text: Option<Text>,
}

/// A text that is being read.
struct Text {
    /// How many elements are around it.
    depth: usize,
    part: Part,
    /// Whether markup in it is elements of its own, as in XHTML.
    is_markup: bool,
    /// Whether it is no HTML.
    is_plain: bool,
    text: String,
}

/// Parts of a post that are weighed against each other at its end.
#[derive(Default)]
struct Parts {
    content: String,
    updated: Option<f64>,
    picture_in_text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    FeedTitle,
    FeedLink,
    Title,
    Link,
    Id,
    /// An id that is an address as well.
    Permalink,
    Summary,
    Content,
    Published,
    Updated,
    Author,
    Topic,
}

impl Feed<'_> {
    /// Goes into an element; `false` where nothing more is to be read.
    fn begin(&mut self, tag: &BytesStart<'_>) -> bool {
        let name = name(tag.name().0);
        if self.path.len() >= DEEPEST {
            self.deeper += 1;
            return true;
        }
        if let Some(text) = &mut self.text {
            text.push("<");
            text.push(tag);
            text.push(">");
        } else if self.path.is_empty()
            && !matches!(name.as_str(), "rss" | "feed" | "rdf:rdf" | "channel")
        {
            return false;
        } else if matches!(name.as_str(), "item" | "entry") && self.item.is_none() {
            self.item = Some((self.path.len() + 1, Item::default(), Parts::default()));
        } else if self.item.is_some() {
            self.part_of_item(&name, tag);
        } else if matches!(
            self.path.last().map(String::as_str),
            Some("channel" | "feed")
        ) {
            match name.as_str() {
                "title" => self.take(Part::FeedTitle, tag),
                "link" => match link_of(tag) {
                    Some(link) if self.document.site.is_none() => {
                        self.document.site = address::join(self.page, &link);
                    }
                    None if html::attribute(tag, "href").is_none() => {
                        self.take(Part::FeedLink, tag)
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        self.path.push(name);
        true
    }

    fn part_of_item(&mut self, name: &str, tag: &BytesStart<'_>) {
        let Some((depth, item, _)) = &mut self.item else {
            return;
        };
        let picture = match name {
            "media:thumbnail" => html::attribute(tag, "url"),
            "itunes:image" => html::attribute(tag, "href"),
            "enclosure" | "media:content" => {
                let told = ["type", "medium"].map(|key| html::attribute(tag, key));
                let is_image = told.iter().flatten().any(|kind| kind.starts_with("image"));
                html::attribute(tag, "url").filter(|_| is_image)
            }
            _ => None,
        };
        if let Some(picture) = picture
            && item.picture.is_none()
        {
            item.picture = address::join(self.page, &picture);
        }
        let is_direct = self.path.len() == *depth;
        let within = |parent: &str| self.path.last().is_some_and(|last| last == parent);
        let part = match name {
            "media:description" if within("media:group") => Part::Content,
            "name" if within("author") => Part::Author,
            _ if !is_direct => return,
            "title" => Part::Title,
            "link" => match link_of(tag) {
                Some(link) => {
                    let link = address::join(self.page, &link);
                    item.link = item.link.take().or(link);
                    return;
                }
                None if html::attribute(tag, "href").is_some() => return,
                None => Part::Link,
            },
            "guid" if html::attribute(tag, "isPermaLink").is_none_or(|is| is != "false") => {
                Part::Permalink
            }
            "guid" | "id" => Part::Id,
            "description" | "summary" | "itunes:summary" => Part::Summary,
            "content" | "content:encoded" => Part::Content,
            "pubdate" | "published" | "dc:date" | "issued" => Part::Published,
            "updated" | "modified" => Part::Updated,
            "dc:creator" | "itunes:author" => Part::Author,
            // In Atom the name is an element in it.
            "author" if !within("entry") => Part::Author,
            "category" | "dc:subject" => match html::attribute(tag, "term") {
                Some(topic) => {
                    item.topics.push(html::tidy(&topic));
                    return;
                }
                None => Part::Topic,
            },
            _ => return,
        };
        self.take(part, tag);
    }

    /// Begins to read a text.
    fn take(&mut self, part: Part, tag: &BytesStart<'_>) {
        let kind = html::attribute(tag, "type").unwrap_or_default();
        // In Atom a text without a word on its type is none of HTML; in RSS everything may be HTML.
        let is_atom = self.path.iter().any(|name| name == "feed");
        self.text = Some(Text {
            depth: self.path.len(),
            part,
            is_markup: kind.contains("xhtml"),
            is_plain: is_atom && matches!(kind.as_str(), "" | "text" | "text/plain"),
            text: String::new(),
        });
    }

    fn add(&mut self, more: &str) -> bool {
        if let Some(text) = &mut self.text {
            text.push(more);
        }
        true
    }

    /// Adds what `&name;` stands for. What the document itself defines is left as it stands.
    fn refer(&mut self, name: &str) -> bool {
        if let Some(text) = &mut self.text {
            match html::character(name).filter(|_| !text.is_markup) {
                Some(character) => text.push(&character),
                None => text.push(&format!("&{name};")),
            }
        }
        true
    }

    /// Goes out of an element; `false` where nothing more is to be read.
    fn end(&mut self, name: &str) -> bool {
        if self.deeper > 0 {
            self.deeper -= 1;
            return true;
        }
        // An end that fits nothing is passed over, one that was forgotten is made up for.
        let Some(at) = self.path.iter().rposition(|open| open == name) else {
            return true;
        };
        while self.path.len() > at {
            // The outermost stays: it says that this is a feed.
            if self.path.len() == 1 {
                return false;
            }
            self.path.pop();
            if self
                .text
                .as_ref()
                .is_some_and(|text| text.depth >= self.path.len())
            {
                self.keep();
            }
            if self
                .item
                .as_ref()
                .is_some_and(|(depth, ..)| *depth > self.path.len())
                && !self.finish_item()
            {
                return false;
            }
        }
        true
    }

    /// Puts a text that is read to its end where it belongs.
    fn keep(&mut self) {
        let Some(Text {
            part,
            is_plain,
            text,
            ..
        }) = self.text.take()
        else {
            return;
        };
        let words = || match is_plain {
            true => html::tidy(&text),
            false => html::text(&text),
        };
        let link = || address::join(self.page, &text);
        match (part, &mut self.item) {
            (Part::FeedTitle, _) => self.document.title = words(),
            (Part::FeedLink, _) => self.document.site = link(),
            (_, None) => {}
            (Part::Title, Some((_, item, _))) => item.title = words(),
            (Part::Link, Some((_, item, _))) => item.link = link().or(item.link.take()),
            (Part::Id, Some((_, item, _))) => item.id = text.trim().to_string(),
            (Part::Permalink, Some((_, item, _))) => {
                item.id = text.trim().to_string();
                // What is no whole address is no address at all here.
                let link = text.trim().starts_with("http").then(link).flatten();
                item.link = item.link.take().or(link);
            }
            (Part::Summary, Some((_, item, parts))) => {
                item.summary = words();
                parts.note_picture(&text);
            }
            (Part::Content, Some((_, _, parts))) => {
                parts.content = words();
                parts.note_picture(&text);
            }
            (Part::Published, Some((_, item, _))) => item.date = dates::read(&text).or(item.date),
            (Part::Updated, Some((_, _, parts))) => parts.updated = dates::read(&text),
            (Part::Author, Some((_, item, _))) if item.author.is_empty() => item.author = words(),
            (Part::Author, Some(_)) => {}
            (Part::Topic, Some((_, item, _))) => item.topics.push(words()),
        }
    }

    /// Adds the post that is read to its end; `false` where there is no room for another.
    fn finish_item(&mut self) -> bool {
        let Some((_, mut item, parts)) = self.item.take() else {
            return true;
        };
        if item.summary.is_empty() {
            item.summary = parts.content;
        }
        item.date = item.date.or(parts.updated);
        let in_text = || {
            parts
                .picture_in_text
                .and_then(|picture| address::join(self.page, &picture))
        };
        item.picture = item.picture.take().or_else(in_text);
        self.document.push(item)
    }
}

impl Text {
    /// Adds to the text, as long as there is room.
    fn push(&mut self, more: &str) {
        let room = TEXT.saturating_sub(self.text.len());
        let cut = (0..=room.min(more.len()))
            .rev()
            .find(|at| more.is_char_boundary(*at));
        self.text.push_str(&more[..cut.unwrap_or(0)]);
    }
}

impl Parts {
    fn note_picture(&mut self, html: &str) {
        self.picture_in_text = self.picture_in_text.take().or_else(|| html::picture(html));
    }
}

/// Returns where an Atom link leads that is the post itself; `None` for any other, and for RSS's.
fn link_of(tag: &BytesStart<'_>) -> Option<String> {
    let rel = html::attribute(tag, "rel");
    let is_itself = rel.is_none_or(|rel| rel == "alternate");
    html::attribute(tag, "href").filter(|_| is_itself)
}

/// Returns the name of an element in small letters; Atom's own prefix is left out.
fn name(written: &str) -> String {
    let name = written.to_ascii_lowercase();
    match name.strip_prefix("atom:") {
        Some(name) => name.to_string(),
        None => name,
    }
}
