//! Links and invites in a text.

/// Where Discord's invites are, in small letters.
const INVITES: [&str; 4] = [
    "discord.gg/",
    "discord.com/invite/",
    "discordapp.com/invite/",
    "discord.me/",
];
/// Discord's own hosts, with all below: links to messages and files, and invites, which have a rule of
/// their own.
const DISCORD: [&str; 4] = [
    "discord.com",
    "discord.gg",
    "discordapp.com",
    "discordapp.net",
];

/// Returns the codes of the invites in a text.
pub fn invites(content: &str) -> Vec<String> {
    // In ASCII alone, so that places are the same in both.
    let small = content.to_ascii_lowercase();
    let mut codes = Vec::new();
    for place in INVITES {
        for (at, _) in small.match_indices(place) {
            let rest = &content[at + place.len()..];
            let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
            let code = &rest[..end.unwrap_or(rest.len())];
            if !code.is_empty() && !codes.iter().any(|one| one == code) {
                codes.push(code.to_owned());
            }
        }
    }
    codes
}

/// Returns the hosts that a text links to, but for Discord's own.
pub fn hosts(content: &str) -> Vec<String> {
    let small = content.to_ascii_lowercase();
    let mut hosts = Vec::new();
    for scheme in ["https://", "http://"] {
        for (at, _) in small.match_indices(scheme) {
            let host = host(&small[at + scheme.len()..]);
            let is_new = !host.is_empty() && !hosts.contains(&host);
            if is_new && !is_among(&host, &DISCORD) {
                hosts.push(host);
            }
        }
    }
    hosts
}

/// Returns the host at the beginning of what follows a scheme, as browsers read it.
fn host(rest: &str) -> String {
    let ends = |letter: char| letter.is_whitespace() || "/\\?#<>()[]\"'|*,".contains(letter);
    let authority = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    host.trim_end_matches('.').to_owned()
}

/// Whether a host is one of these, or below one.
pub fn is_among<T: AsRef<str>>(host: &str, hosts: &[T]) -> bool {
    hosts.iter().any(|one| {
        let rest = host.strip_suffix(one.as_ref());
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Reads hosts as an admin writes them, with spaces or commas between; a whole link will do.
pub fn read_hosts(typed: &str) -> Result<Vec<String>, String> {
    read(typed, |one| {
        let one = one.to_ascii_lowercase();
        let rest = one.split_once("://").map_or(one.as_str(), |(_, rest)| rest);
        let host = host(rest.trim_start_matches("*."));
        host.contains('.').then_some(host)
    })
}

/// Reads codes of invites; a whole link will do.
pub fn read_codes(typed: &str) -> Result<Vec<String>, String> {
    read(typed, |one| match invites(one).pop() {
        Some(code) => Some(code),
        None => {
            let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
            one.chars().all(fits).then(|| one.to_owned())
        }
    })
}

/// Reads each part of a list, and returns what is none as the mistake.
fn read(typed: &str, one: impl Fn(&str) -> Option<String>) -> Result<Vec<String>, String> {
    let parts = typed
        .split([',', ' ', '\n'])
        .filter(|part| !part.is_empty());
    parts
        .map(|part| one(part).ok_or_else(|| part.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invites_are_found_however_they_are_written() {
        let text =
            "come: DISCORD.gg/AbC-1, https://discord.com/invite/xyz?x and discordapp.com/invite/q";
        assert_eq!(invites(text), ["AbC-1", "xyz", "q"]);
        assert!(invites("discord.gg/ and discord.gg").is_empty());
    }

    #[test]
    fn hosts_are_those_that_a_browser_goes_to() {
        for (text, host) in [
            ("see https://Example.org/a?b", "example.org"),
            ("<http://a.example.org:8080>", "a.example.org"),
            ("https://good.org@evil.org/x", "evil.org"),
            ("https://good.org\\@evil.org", "good.org"),
            ("[x](https://evil.org)", "evil.org"),
            ("https://evil.org.", "evil.org"),
        ] {
            assert_eq!(hosts(text), [host], "{text}");
        }
        assert!(hosts("https://cdn.discordapp.com/x https:// example.org").is_empty());
    }

    #[test]
    fn a_host_stands_for_what_is_below_and_for_nothing_beside() {
        assert!(is_among("a.example.org", &["example.org"]));
        assert!(is_among("example.org", &["example.org"]));
        assert!(!is_among("badexample.org", &["example.org"]));
        assert!(!is_among("example.org.evil.com", &["example.org"]));
    }

    #[test]
    fn lists_are_read_as_they_are_pasted() {
        let hosts = read_hosts("Example.org, https://a.b.org/x *.c.org").unwrap();
        assert_eq!(hosts, ["example.org", "a.b.org", "c.org"]);
        assert_eq!(read_hosts("nothing"), Err("nothing".into()));
        assert_eq!(
            read_codes("abc https://discord.gg/XyZ").unwrap(),
            ["abc", "XyZ"]
        );
        assert_eq!(read_codes("a/b"), Err("a/b".into()));
        assert!(read_codes("").unwrap().is_empty());
    }
}
