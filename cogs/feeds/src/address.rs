//! Addresses of the web, as people type them and pages link to them.

/// Longest address that is kept or posted, in bytes.
const LONGEST: usize = 1_500;

/// Reads what somebody typed; `https://` may be left out.
pub fn typed(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['<', '>']);
    let text = text.strip_prefix("feed://").unwrap_or(text);
    let text = text.strip_prefix("feed:").unwrap_or(text);
    match text.contains("://") {
        true => absolute(text),
        false => absolute(&format!("https://{text}")),
    }
}

/// Returns where a link on a page leads to; `None` unless that is on the web.
pub fn join(page: &str, link: &str) -> Option<String> {
    let link: String = link
        .trim()
        .chars()
        .filter(|letter| !letter.is_control())
        .collect();
    if link.is_empty() {
        return None;
    }
    if let Some((scheme, _)) = link.split_once(':')
        && scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
    {
        return absolute(&link);
    }
    let (scheme, rest) = page.split_once("://")?;
    if let Some(host) = link.strip_prefix("//") {
        return absolute(&format!("{scheme}://{host}"));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let folder = match link.chars().next() {
        Some('/') => "",
        Some('?' | '#') => path,
        _ => path.rsplit_once('/').map_or("/", |(folder, _)| folder),
    };
    let between = if link.starts_with(['/', '?', '#']) || folder.ends_with('/') {
        ""
    } else {
        "/"
    };
    absolute(&format!("{scheme}://{host}{folder}{between}{link}"))
}

/// Returns the name of an address's host.
pub fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// Checks a whole address, and writes it so that neither Discord nor its markdown stumbles over it.
fn absolute(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let odd =
        |letter: char| letter.is_whitespace() || letter.is_control() || "@<>\\\"".contains(letter);
    if host.is_empty() || !host.contains('.') || host.contains(odd) {
        return None;
    }
    let mut address = format!("{scheme}://{}", host.to_lowercase());
    for letter in path.chars() {
        match letter.is_ascii_graphic() && !"()<>\"`{}|\\^".contains(letter) {
            true => address.push(letter),
            false => {
                for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                    address.push_str(&format!("%{byte:02X}"));
                }
            }
        }
    }
    (address.len() <= LONGEST).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_where_browsers_go() {
        let page = "https://example.org/blog/index.html?page=1#top";
        for (link, address) in [
            ("https://A.example/x", Some("https://a.example/x")),
            ("//a.example/x", Some("https://a.example/x")),
            ("/feed.xml", Some("https://example.org/feed.xml")),
            ("feed.xml", Some("https://example.org/blog/feed.xml")),
            (
                "?feed=rss",
                Some("https://example.org/blog/index.html?feed=rss"),
            ),
            (" /a b(c)\n", Some("https://example.org/a%20b%28c%29")),
            ("/ü", Some("https://example.org/%C3%BC")),
            ("a:b/c", None),
            ("javascript:alert(1)", None),
            ("mailto:ann@example.org", None),
            ("https://discord.com@evil.example/", None),
            ("https://", None),
            ("https://localhost/", None),
            ("", None),
        ] {
            assert_eq!(join(page, link).as_deref(), address, "{link}");
        }
        assert_eq!(
            join("https://example.org", "feed").as_deref(),
            Some("https://example.org/feed")
        );
        assert_eq!(join("https://example.org/", &"x".repeat(2_000)), None);
        assert_eq!(host(page), "example.org");
    }

    #[test]
    fn what_people_type_is_completed() {
        for (text, address) in [
            ("example.org", "https://example.org"),
            (" <http://example.org/feed> ", "http://example.org/feed"),
            ("feed://example.org/rss", "https://example.org/rss"),
            ("feed:https://example.org/rss", "https://example.org/rss"),
        ] {
            assert_eq!(typed(text).as_deref(), Some(address), "{text}");
        }
        for odd in ["", "the news", "ftp://example.org", "news"] {
            assert_eq!(typed(odd), None, "{odd}");
        }
    }
}
