//! JSON Feed, versions 1 and 1.1. What is missing or of another kind is left out.

use super::{Document, Item};
use crate::{address, dates, html};
use serde_json::Value;

/// Reads a feed; `None` for what is none.
pub fn read(text: &str, page: &str) -> Option<Document> {
    let feed: Value = serde_json::from_str(text).ok()?;
    if !word(&feed, "version").contains("jsonfeed.org") {
        return None;
    }
    let mut document = Document {
        title: html::tidy(word(&feed, "title")),
        site: link(&feed, "home_page_url", page),
        items: Vec::new(),
    };
    for entry in feed["items"].as_array()? {
        if !document.push(item(entry, page)) {
            break;
        }
    }
    Some(document.finished(page))
}

fn item(entry: &Value, page: &str) -> Item {
    let content = word(entry, "content_html");
    let summary = match (word(entry, "summary"), word(entry, "content_text")) {
        ("", "") => html::text(content),
        ("", text) => html::tidy(text),
        (summary, _) => html::tidy(summary),
    };
    let author = match &entry["authors"][0] {
        Value::Null => &entry["author"],
        author => author,
    };
    let picture = link(entry, "image", page).or_else(|| link(entry, "banner_image", page));
    let in_text = || html::picture(content).and_then(|picture| address::join(page, &picture));
    let tags = entry["tags"].as_array();
    Item {
        id: match &entry["id"] {
            Value::String(id) => id.clone(),
            Value::Number(id) => id.to_string(),
            _ => String::new(),
        },
        title: html::tidy(word(entry, "title")),
        link: link(entry, "url", page).or_else(|| link(entry, "external_url", page)),
        summary,
        author: html::tidy(word(author, "name")),
        date: dates::read(word(entry, "date_published"))
            .or_else(|| dates::read(word(entry, "date_modified"))),
        picture: picture.or_else(in_text),
        topics: tags.map_or_else(Vec::new, |tags| {
            let words = tags.iter().filter_map(Value::as_str);
            words.map(html::tidy).collect()
        }),
    }
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn link(value: &Value, key: &str, page: &str) -> Option<String> {
    address::join(page, word(value, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_read_and_the_rest_left_out() {
        let text = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "News",
            "home_page_url": "https://example.org/", "items": [
            {"id": 7, "url": "/7", "content_html": "<p>Long <img src='/p.png'>text</p>",
             "date_published": "1970-01-01T00:00:07Z", "authors": [{"name": "Ann"}], "tags": ["a", 1]},
            {"id": [], "title": 5}, "x"]}"#;
        let document = read(text, "https://example.org/feed.json").unwrap();
        assert_eq!(document.title, "News");
        assert_eq!(
            document.items,
            [Item {
                id: "7".into(),
                link: Some("https://example.org/7".into()),
                summary: "Long text".into(),
                author: "Ann".into(),
                date: Some(7.0),
                picture: Some("https://example.org/p.png".into()),
                topics: vec!["a".into()],
                ..Item::default()
            }]
        );
        for odd in ["{}", "{\"items\": []}", "{", &"{\"a\":[".repeat(100_000)] {
            assert_eq!(read(odd, "https://example.org"), None);
        }
    }
}
