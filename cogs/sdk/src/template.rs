//! Texts that a server's admins write, with placeholders: `Hello {user}, {random:hi|welcome}!`
//!
//! A text is read when it is saved, so that whoever wrote a placeholder that there is not hears of it,
//! and filled in when it is used. There is no code in it, and what comes out has a bound.

use crate::locale::Audience;
use crate::markdown;
use crate::raw::cogbox::discord::model::User;
use crate::{Answer, Error, random, t};

/// How deep `{random:...}` may be within each other.
const DEEPEST: usize = 8;
/// What begins a choice at random.
const RANDOM: &str = "random:";

/// A text that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Plain(String),
    Placeholder(String),
    Random(Vec<Template>),
}

#[derive(Debug, PartialEq, Eq)]
enum Mistake {
    Unknown(String),
    Open(String),
    TooDeep,
}

impl Template {
    /// Reads a text, or tells `audience` what is wrong with it. `known` names the placeholders beside
    /// `{random:a|b}`; one that ends in `:` takes a name, as `option:` is for `{option:colour}`. A brace
    /// itself is written twice.
    pub fn read(audience: &dyn Audience, text: &str, known: &[&str]) -> Answer<Self> {
        let mut reader = Reader { rest: text, known };
        reader.text(0).map_err(|mistake| {
            let brace = "`{{`";
            Error::tell(match mistake {
                Mistake::Unknown(name) => t!(
                    audience,
                    unknown_placeholder,
                    name = format!("`{{{name}}}`"),
                    known = listed(known),
                    brace = brace
                ),
                Mistake::Open(rest) => t!(
                    audience,
                    open_placeholder,
                    rest = format!("`{rest}`"),
                    brace = brace
                ),
                Mistake::TooDeep => t!(audience, placeholders_too_deep),
            })
        })
    }

    /// Returns the placeholders in it, in their order, also those that chance leaves out.
    pub fn placeholders(&self) -> Vec<&str> {
        let mut all = Vec::new();
        for part in &self.0 {
            match part {
                Part::Plain(_) => {}
                Part::Placeholder(name) => all.push(name.as_str()),
                Part::Random(choices) => all.extend(choices.iter().flat_map(Self::placeholders)),
            }
        }
        all
    }

    /// Fills it in. `value` is asked for each placeholder by what stands between its braces. What is
    /// longer than `most` characters is cut.
    pub fn fill(&self, most: usize, mut value: impl FnMut(&str) -> String) -> String {
        let mut filled = String::new();
        let chance = &mut |count| random::range(0..=count as i64 - 1) as usize;
        self.fill_into(&mut filled, most, &mut value, chance);
        markdown::shorten(&filled, most)
    }

    fn fill_into(
        &self,
        filled: &mut String,
        most: usize,
        value: &mut dyn FnMut(&str) -> String,
        chance: &mut dyn FnMut(usize) -> usize,
    ) {
        for part in &self.0 {
            // A character has up to four bytes: past this there are more than enough.
            if filled.len() > 4 * most {
                return;
            }
            match part {
                Part::Plain(text) => filled.push_str(text),
                Part::Placeholder(name) => filled.push_str(&value(name)),
                Part::Random(choices) => {
                    if let Some(choice) = choices.get(chance(choices.len())) {
                        choice.fill_into(filled, most, value, chance);
                    }
                }
            }
        }
    }
}

/// Returns what the placeholders `user`, `user.name` and `user.id` stand for; `None` for any other.
pub fn user(placeholder: &str, user: &User) -> Option<String> {
    match placeholder {
        "user" => Some(markdown::mention_user(&user.id)),
        "user.name" => Some(markdown::escape(&user.display_name)),
        "user.id" => Some(user.id.clone()),
        _ => None,
    }
}

/// Returns placeholders as people write them, for a text that lists them.
pub fn listed(known: &[&str]) -> String {
    let written = known.iter().map(|name| match name.ends_with(':') {
        true => format!("`{{{name}…}}`"),
        false => format!("`{{{name}}}`"),
    });
    let random = std::iter::once("`{random:a|b|c}`".to_string());
    written.chain(random).collect::<Vec<_>>().join(", ")
}

/// What a line consists of that stands between two texts.
const BETWEEN: &str = "---";

/// Returns the texts that were written with a line `---` between them. Empty ones are left out.
pub fn split(text: &str) -> Vec<String> {
    let mut texts = vec![String::new()];
    for line in text.lines() {
        match texts.last_mut() {
            Some(text) if line.trim() != BETWEEN => {
                text.push_str(line);
                text.push('\n');
            }
            _ => texts.push(String::new()),
        }
    }
    let texts = texts.iter().map(|text| text.trim().to_string());
    texts.filter(|text| !text.is_empty()).collect()
}

/// Returns texts as [`split`] reads them.
pub fn join(texts: &[String]) -> String {
    texts.join(&format!("\n{BETWEEN}\n"))
}

struct Reader<'a> {
    rest: &'a str,
    known: &'a [&'a str],
}

impl Reader<'_> {
    /// Reads up to the end, or up to what ends a choice.
    fn text(&mut self, depth: usize) -> Result<Template, Mistake> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        while let Some(letter) = self.rest.chars().next() {
            let twice = self.rest.starts_with("{{") || self.rest.starts_with("}}");
            match letter {
                // A `}` that ends a placeholder may be followed by one that ends a choice.
                '{' | '}' if twice && (letter == '{' || depth == 0) => {
                    plain.push(letter);
                    self.skip(2);
                }
                '}' | '|' if depth > 0 => break,
                '{' => {
                    if !plain.is_empty() {
                        parts.push(Part::Plain(std::mem::take(&mut plain)));
                    }
                    parts.push(self.placeholder(depth)?);
                }
                _ => {
                    plain.push(letter);
                    self.skip(letter.len_utf8());
                }
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Plain(plain));
        }
        Ok(Template(parts))
    }

    fn placeholder(&mut self, depth: usize) -> Result<Part, Mistake> {
        let start = self.rest;
        self.skip(1);
        if self.rest.starts_with(RANDOM) {
            self.skip(RANDOM.len());
            return self.choices(start, depth + 1);
        }
        let end = self.rest.find(['{', '}', '\n']);
        let Some(end) = end.filter(|end| self.rest[*end..].starts_with('}')) else {
            return Err(Mistake::Open(beginning(start)));
        };
        let name = self.rest[..end].trim().to_string();
        self.skip(end + 1);
        let known = self.known.iter().any(|known| match known.ends_with(':') {
            true => name.len() > known.len() && name.starts_with(known),
            false => name == *known,
        });
        match known {
            true => Ok(Part::Placeholder(name)),
            false => Err(Mistake::Unknown(markdown::shorten(&name, 50))),
        }
    }

    fn choices(&mut self, start: &str, depth: usize) -> Result<Part, Mistake> {
        if depth > DEEPEST {
            return Err(Mistake::TooDeep);
        }
        let mut choices = Vec::new();
        loop {
            choices.push(self.text(depth)?);
            let end = self.rest.chars().next();
            self.skip(1);
            match end {
                Some('|') => {}
                Some(_) => return Ok(Part::Random(choices)),
                None => return Err(Mistake::Open(beginning(start))),
            }
        }
    }

    /// Leaves so many bytes behind, which are whole characters.
    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }
}

/// The first characters of where something is open, to be found again.
fn beginning(text: &str) -> String {
    markdown::shorten(text.lines().next().unwrap_or_default(), 20).replace('`', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["user", "user.name", "option:"];

    fn read(text: &str) -> Answer<Template> {
        Template::read(&"en-US", text, KNOWN)
    }

    /// Fills in, with always the choice at a place.
    fn filled(text: &str, choice: usize) -> String {
        let mut filled = String::new();
        let value = &mut |name: &str| format!("<{name}>");
        let template = read(text).unwrap();
        template.fill_into(&mut filled, 2_000, value, &mut |count| {
            choice.min(count - 1)
        });
        filled
    }

    #[test]
    fn placeholders_are_filled_in_and_the_rest_stays() {
        for (text, expected) in [
            ("", ""),
            ("Hello!", "Hello!"),
            ("Hello {user}, {user.name}", "Hello <user>, <user.name>"),
            ("{ user }{option:colour}", "<user><option:colour>"),
            ("{{user}} } | }}", "{user} } | }"),
            ("{random:a|b {user}|{random:c|d}}!", "b <user>!"),
            ("{random:x|{user}}{user}", "<user><user>"),
            ("{random:{{|{{}", "{"),
            ("{random:only}{random:}", "only"),
        ] {
            assert_eq!(filled(text, 1), expected, "{text}");
        }
        assert_eq!(filled("{random:a|{random:c|d}}", 9), "d");
        assert_eq!(
            read("{user}{random:a|{option:x}}").unwrap().placeholders(),
            ["user", "option:x"]
        );
    }

    #[test]
    fn mistakes_are_named_with_what_there_is() {
        let told = |text: &str| {
            let error = read(text).unwrap_err();
            assert!(error.is_told());
            error.sentence().to_string()
        };
        assert_eq!(
            told("Hi {usr}!"),
            "There is no placeholder `{usr}`. There are `{user}`, `{user.name}`, `{option:…}`, \
             `{random:a|b|c}`. For a brace itself, write `{{`."
        );
        for (text, named) in [
            ("{}", "`{}`"),
            ("{random}", "`{random}`"),
            ("{option:}", "`{option:}`"),
            ("{User}", "`{User}`"),
            ("{random:a|{nope}}", "`{nope}`"),
        ] {
            assert!(told(text).starts_with(&format!("There is no placeholder {named}.")));
        }
        for open in ["a {user", "{user\n}", "{user {user}", "{random:a|b", "{"] {
            assert!(told(open).contains("has no end"), "{open}");
        }
        let deep = "{random:".repeat(2_000);
        assert!(told(&deep).contains("too deep"));
        let german = Template::read(&"de", "{x}", KNOWN).unwrap_err();
        assert!(
            german
                .sentence()
                .starts_with("Den Platzhalter `{x}` gibt es nicht.")
        );
    }

    #[test]
    fn texts_are_parted_by_a_line_and_come_back_the_same() {
        let texts = split("one\n\ntwo\n---\n\n ---  \nthree --- four\n---");
        assert_eq!(texts, ["one\n\ntwo", "three --- four"]);
        assert_eq!(split(&join(&texts)), texts);
    }

    #[test]
    fn what_comes_out_has_a_bound() {
        let text = "{user}".repeat(300);
        let mut asked = 0;
        let shown = read(&text).unwrap().fill(2_000, |_| {
            asked += 1;
            "ü".repeat(1_000)
        });
        assert_eq!(shown.chars().count(), 2_000);
        assert!(asked < 10, "{asked}");
    }
}
