//! The web hosts that a cog may reach, as an operator or an author writes them.

use toml::Spanned;

use super::{Problem, Source};

/// Reads a cog's `http` list. It is the grant of `http` as well, so `grant` need not name it.
pub(super) fn granted(
    source: &Source,
    http: &[Spanned<String>],
    grant: &[Spanned<String>],
) -> Result<Hosts, Problem> {
    let mut hosts = Hosts::default();
    for host in http {
        hosts
            .add(host.get_ref())
            .map_err(|(what, fix)| source.at(Some(host.span()), what, fix))?;
    }
    match grant.iter().find(|grant| grant.get_ref() == "http") {
        Some(named) if hosts.is_empty() => Err(source.at(
            Some(named.span()),
            "`http` is granted by naming the hosts that the cog may reach",
            "write them beside it: http = [\"api.example.org\"]",
        )),
        _ => Ok(hosts),
    }
}

/// A list of host names. `*.example.org` stands for everything below `example.org`, and not for
/// `example.org` itself; `*` alone stands for every host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts(Vec<String>);

/// What stands for every host, for cogs that go where people send them.
pub const ANY: &str = "*";

impl Hosts {
    /// Adds what was written. The error is what is wrong and how to mend it.
    pub fn add(&mut self, written: &str) -> Result<(), (String, String)> {
        let pattern = written.to_ascii_lowercase();
        if pattern == ANY {
            self.push(pattern);
            return Ok(());
        }
        let name = pattern.strip_prefix("*.").unwrap_or(&pattern);
        let fix = || "write names such as \"api.example.org\" or \"*.example.org\"".to_owned();
        if written.contains('/') || written.contains(':') {
            return Err((format!("`{written}` is more than a host's name"), fix()));
        }
        if name.contains('*') {
            let what = format!("`{written}` has a `*` that is not its whole first part");
            return Err((what, fix()));
        }
        let parsed = reqwest::Url::parse(&format!("https://{name}/"));
        let host = parsed.ok().and_then(|url| Some(url.host()?.to_owned()));
        match host {
            // What the URL parser would change is not what a URL's host is compared with.
            Some(url::Host::Domain(host)) if host == name && !name.ends_with('.') => {}
            Some(url::Host::Ipv4(_)) => {
                let what = format!("`{written}` is an address; cogs reach hosts by their names");
                return Err((what, fix()));
            }
            Some(url::Host::Domain(host)) if !host.is_ascii() || !name.is_ascii() => {
                let what = format!("`{written}` has letters beyond ASCII");
                return Err((what, format!("write it as it is looked up: \"{host}\"")));
            }
            _ => return Err((format!("`{written}` is not a host's name"), fix())),
        }
        if pattern.starts_with("*.") && !name.contains('.') {
            let what = format!("`{written}` stands for everything below a top-level domain");
            return Err((what, fix()));
        }
        self.push(pattern);
        Ok(())
    }

    fn push(&mut self, pattern: String) {
        if !self.0.contains(&pattern) {
            self.0.push(pattern);
        }
    }

    /// Reads a whole list.
    pub fn parse<'a>(written: impl IntoIterator<Item = &'a str>) -> Result<Self, (String, String)> {
        let mut hosts = Self::default();
        written.into_iter().try_for_each(|name| hosts.add(name))?;
        Ok(hosts)
    }

    /// Whether a host is among them. It is in the URL parser's form: lower case, ASCII.
    pub fn contains(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        self.0
            .iter()
            .any(|pattern| match pattern.strip_prefix('*') {
                Some(below) => host.len() > below.len() && host.ends_with(below),
                None => host == pattern,
            })
    }

    /// Returns them as they are written.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the list as it stands in a configuration file, with these added.
    pub fn written_with<'a>(&'a self, more: impl IntoIterator<Item = &'a str>) -> String {
        let all = self.0.iter().map(String::as_str).chain(more);
        let quoted: Vec<_> = all.map(|host| format!("\"{host}\"")).collect();
        format!("[{}]", quoted.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_what_is_below() {
        let hosts = Hosts::parse(["API.example.org", "*.example.net"]).unwrap();
        for inside in [
            "api.example.org",
            "api.example.org.",
            "a.example.net",
            "a.b.example.net",
        ] {
            assert!(hosts.contains(inside), "{inside}");
        }
        for outside in [
            "example.org",
            "x.api.example.org",
            "example.net",
            ".example.net",
            "badexample.net",
            "api.example.org.evil.example",
            "",
        ] {
            assert!(!hosts.contains(outside), "{outside}");
        }
        assert_eq!(
            hosts.written_with(["x.example"]),
            r#"["api.example.org", "*.example.net", "x.example"]"#
        );
        assert!(!Hosts::default().contains("api.example.org"));
        let any = Hosts::parse(["*"]).unwrap();
        assert!(any.contains("api.example.org") && any.contains("example.net."));
        assert_eq!(any.written_with([]), r#"["*"]"#);
    }

    #[test]
    fn mistakes_say_what_is_wrong() {
        for (written, part) in [
            ("", "is not a host's name"),
            ("https://example.org", "more than a host's name"),
            ("example.org:443", "more than a host's name"),
            ("example.org/path", "more than a host's name"),
            ("[::1]", "more than a host's name"),
            ("127.0.0.1", "is an address"),
            ("0x7f.1", "is an address"),
            ("2130706433", "is an address"),
            ("**", "has a `*`"),
            ("*.*", "has a `*`"),
            ("api.*.org", "has a `*`"),
            ("*example.org", "has a `*`"),
            ("*.org", "top-level domain"),
            ("bücher.example", "beyond ASCII"),
            ("a b.example", "is not a host's name"),
            ("user@example.org", "is not a host's name"),
            ("example.org.", "is not a host's name"),
            ("example.org?x", "is not a host's name"),
        ] {
            let (what, fix) = Hosts::parse([written]).unwrap_err();
            assert!(what.contains(part), "{written}: {what}");
            assert!(fix.contains("write"), "{fix}");
        }
        let (_, fix) = Hosts::parse(["bücher.example"]).unwrap_err();
        assert!(fix.contains("xn--bcher-kva.example"), "{fix}");
    }
}
