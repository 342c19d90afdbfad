//! Feeds as they are found, good and bad.

use super::*;

const PAGE: &str = "https://example.org/feed";

fn feed(text: &str) -> Document {
    match read(text, PAGE) {
        Found::Feed(document) => document,
        Found::Page(link) => panic!("no feed, but a page with {link:?}"),
    }
}

/// The titles of the posts.
fn titles(text: &str) -> Vec<String> {
    feed(text)
        .items
        .into_iter()
        .map(|item| item.title)
        .collect()
}

#[test]
fn rss_is_read() {
    let document = feed(
        r#"<?xml version="1.0"?><!-- hi --><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
        <channel><title>Ann &amp; Ben</title><atom:link href="https://example.org/feed" rel="self"/>
        <link>https://example.org/</link><image><title>No</title><link>https://no.example/</link></image>
        <item><title><![CDATA[Tom & <b>Jerry</b>]]></title><link>/1</link><guid isPermaLink="false">one</guid>
        <description>&lt;p&gt;A &amp;amp; B&lt;/p&gt;&lt;img src="/a.png"&gt;</description>
        <content:encoded>all of it</content:encoded><dc:creator>Cleo</dc:creator>
        <pubDate>Thu, 01 Jan 1970 00:01:00 GMT</pubDate><category>x</category><category>y</category>
        <source><title>Elsewhere</title></source></item>
        <item><guid>https://example.org/2</guid><description>No title</description>
        <enclosure url="https://example.org/b.jpg" type="image/jpeg" length="1"/></item>
        </channel></rss>"#,
    );
    assert_eq!(document.title, "Ann & Ben");
    assert_eq!(document.site.as_deref(), Some("https://example.org/"));
    assert_eq!(
        document.items,
        [
            Item {
                id: "one".into(),
                title: "Tom & Jerry".into(),
                link: Some("https://example.org/1".into()),
                summary: "A & B".into(),
                author: "Cleo".into(),
                date: Some(60.0),
                picture: Some("https://example.org/a.png".into()),
                topics: vec!["x".into(), "y".into()],
            },
            Item {
                id: "https://example.org/2".into(),
                link: Some("https://example.org/2".into()),
                summary: "No title".into(),
                picture: Some("https://example.org/b.jpg".into()),
                ..Item::default()
            }
        ]
    );
}

#[test]
fn atom_is_read() {
    let document = feed(
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">A &lt;b&gt; C</title>
        <link rel="self" href="/feed"/><link href="/"/>
        <entry><id>urn:1</id><title type="xhtml"><div>One <i>two</i> &lt;three&gt;</div></title>
        <link rel="edit" href="/edit"/><link rel="alternate" href="/1"/><updated>1970-01-01T00:00:09Z</updated>
        <author><name>Ann</name><email>a@example.org</email></author><author><name>Ben</name></author>
        <category term="t"/><content type="html">&lt;p&gt;Text&lt;/p&gt;</content></entry>
        <entry><id>urn:2</id><title>Video</title><published>1970-01-01T00:00:05Z</published>
        <media:group><media:title>Other</media:title><media:thumbnail url="/t.jpg"/>
        <media:description>What it shows</media:description></media:group></entry></feed>"#,
    );
    assert_eq!(document.title, "A <b> C");
    assert_eq!(document.site.as_deref(), Some("https://example.org/"));
    let [first, second] = document.items.try_into().unwrap();
    assert_eq!(first.title, "One two <three>");
    assert_eq!(first.link.as_deref(), Some("https://example.org/1"));
    assert_eq!(
        (first.author.as_str(), first.summary.as_str()),
        ("Ann", "Text")
    );
    assert_eq!(
        (first.date, first.topics),
        (Some(9.0), vec!["t".to_string()])
    );
    assert_eq!(
        (second.title.as_str(), second.summary.as_str()),
        ("Video", "What it shows")
    );
    assert_eq!(second.picture.as_deref(), Some("https://example.org/t.jpg"));
}

#[test]
fn rss_1_is_read() {
    let document = feed(
        r#"<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>Old</title>
        <link>https://example.org/old</link></channel><item rdf:about="y"><title>One</title>
        <link>https://example.org/one</link><dc:date>1970-01-01</dc:date></item></rdf:RDF>"#,
    );
    assert_eq!(document.title, "Old");
    assert_eq!(document.items[0].id, "https://example.org/one");
    assert_eq!(document.items[0].date, Some(0.0));
}

#[test]
fn what_is_broken_is_read_as_far_as_it_goes() {
    let open = "<rss><channel><title>T</title><item><title>a & b &nbsp;c &lol;</title></item><item><title>cut";
    assert_eq!(titles(open), ["a & b c &lol;"]);
    assert_eq!(
        titles("<rss><channel><item><title>a</item><item><title>b</title></b></item>"),
        ["a", "b"]
    );
    assert_eq!(
        titles("<rss><channel><item><title>a</title></item><item><title x=<></title>"),
        ["a"]
    );
    assert_eq!(feed("<rss><channel>").title, "example.org");
    for none in [
        "<html><rss></rss></html>",
        "<rs",
        "<?xml version='1.0'?>",
        "text",
    ] {
        assert_eq!(read(none, PAGE), Found::Page(None), "{none}");
    }
}

#[test]
fn hostile_feeds_do_no_harm() {
    let bomb = "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>\
        <rss><channel><item><title>&b;&c;</title></item></channel></rss>";
    assert_eq!(titles(bomb), ["&b;&c;"]);
    let deep = format!(
        "<rss><channel><item><title>{}x</title></item>",
        "<a>".repeat(300_000)
    );
    assert!(titles(&deep).is_empty());
    let back = format!(
        "<rss><channel><item>{}{}<title>x</title></item>",
        "<a>".repeat(300),
        "</a>".repeat(300)
    );
    assert_eq!(titles(&back), ["x"]);
    let long = format!(
        "<rss><channel><item><title>{}</title></item>",
        "ü".repeat(500_000)
    );
    assert_eq!(titles(&long)[0].chars().count(), 250);
    let many = format!(
        "<rss><channel>{}",
        "<item><title>x</title></item>".repeat(30_000)
    );
    assert_eq!(titles(&many).len(), 1_000);
    let marks = format!("<rss><channel><item><title>{}", "&#x41;".repeat(150_000));
    assert!(titles(&marks).is_empty());
    let attributes = format!(
        "<rss><channel><item {}><title>x</title></item>",
        "a='b' ".repeat(150_000)
    );
    assert_eq!(titles(&attributes), ["x"]);
}

#[test]
fn the_newest_is_the_first_unless_dates_say_otherwise() {
    let of = |dates: &[Option<f64>]| {
        let items = dates.iter().enumerate().map(|(at, date)| Item {
            id: at.to_string(),
            date: *date,
            ..Item::default()
        });
        let document = Document {
            items: items.collect(),
            ..Document::default()
        };
        document.newest().map(|item| item.id.clone())
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[None, Some(5.0)]).as_deref(), Some("0"));
    assert_eq!(
        of(&[Some(1.0), Some(3.0), Some(2.0), None]).as_deref(),
        Some("1")
    );
}

#[test]
fn pages_lead_to_their_feeds() {
    let page = "<!doctype html><link rel=alternate type=application/rss+xml href=/rss>";
    let found = read(page, "https://example.org/a");
    assert_eq!(found, Found::Page(Some("https://example.org/rss".into())));
    assert_eq!(read("nothing", "https://example.org"), Found::Page(None));
    assert_eq!(read("", "https://example.org"), Found::Page(None));
}
