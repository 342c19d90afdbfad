//! The folder `locales/` of a cog: one file of Fluent for each language.
//!
//! Owns reading the files, and the place of what is wrong in them.

use fluent_syntax::ast::{Attribute, Entry, Pattern};
use fluent_syntax::parser;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// The folder's name, beside `Cargo.toml`.
pub const FOLDER: &str = "locales";
/// The language of a cog's source, to which everything falls back.
pub const ENGLISH: &str = "en-US";

/// Discord's documentation, "Locales".
const LOCALES: &[&str] = &[
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl",
    "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th",
    "zh-CN", "ja", "zh-TW", "ko",
];

/// Something wrong, by file, line and key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fault(String);

/// One language's texts.
pub struct File {
    /// Discord's name for the language.
    pub language: String,
    pub path: PathBuf,
    pub messages: BTreeMap<String, Message>,
    pub terms: BTreeMap<String, Message>,
}

/// A message, or a term.
pub struct Message {
    pub line: usize,
    pub value: Option<Pattern<String>>,
    pub attributes: BTreeMap<String, (usize, Pattern<String>)>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Fault {
    pub fn new(text: impl Into<String>) -> Self {
        Fault(text.into())
    }
}

impl File {
    /// Returns the file as people call it.
    pub fn name(&self) -> String {
        format!("{FOLDER}/{}.ftl", self.language)
    }

    /// A fault at a line, about a key.
    pub fn fault(&self, line: usize, key: &str, wrong: impl fmt::Display) -> Fault {
        Fault(format!("{}:{line}: `{key}` {wrong}", self.name()))
    }

    /// Reads a file's text. What is right of it is there, whatever is wrong with the rest.
    pub fn parse(language: &str, path: &Path, text: &str) -> (File, Vec<Fault>) {
        let mut file = File {
            language: language.to_string(),
            path: path.to_path_buf(),
            messages: BTreeMap::new(),
            terms: BTreeMap::new(),
        };
        let (resource, errors) = match parser::parse(text.to_string()) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, errors)) => (resource, errors),
        };
        let mut faults: Vec<Fault> = errors
            .iter()
            .map(|error| {
                let line = line_of(text, error.pos.start);
                let near = text.lines().nth(line - 1).unwrap_or_default().trim();
                Fault(format!("{}:{line}: {error}, near `{near}`", file.name()))
            })
            .collect();
        let mut lines = Lines::of(text);
        for entry in resource.body {
            let (id, sign, value, attributes) = match entry {
                Entry::Message(message) => (message.id.name, "", message.value, message.attributes),
                Entry::Term(term) => (term.id.name, "-", Some(term.value), term.attributes),
                _ => continue,
            };
            let line = lines.next(&format!("{sign}{id}"));
            let attributes = with_lines(&mut lines, attributes);
            let message = Message {
                line,
                value,
                attributes,
            };
            let all = match sign {
                "" => &mut file.messages,
                _ => &mut file.terms,
            };
            if let Some(first) = all.get(&id) {
                let again = format!("was on line {} already", first.line);
                faults.push(file.fault(line, &format!("{sign}{id}"), again));
            } else {
                all.insert(id, message);
            }
        }
        (file, faults)
    }
}

fn with_lines(
    lines: &mut Lines,
    attributes: Vec<Attribute<String>>,
) -> BTreeMap<String, (usize, Pattern<String>)> {
    let one = |attribute: Attribute<String>| {
        let name = attribute.id.name;
        let line = lines.next(&format!(".{name}"));
        (name, (line, attribute.value))
    };
    attributes.into_iter().map(one).collect()
}

/// Finds on which lines things stand, in their order: the parser does not say.
struct Lines<'a> {
    left: std::iter::Enumerate<std::str::Lines<'a>>,
    last: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Lines {
            left: text.lines().enumerate(),
            last: 1,
        }
    }

    /// Returns the next line that begins so, before the equals sign.
    fn next(&mut self, name: &str) -> usize {
        let mut left = self.left.clone();
        let stands = |line: &str| {
            let rest = line.trim_start().strip_prefix(name);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        if let Some((at, _)) = left.find(|(_, line)| stands(line)) {
            (self.left, self.last) = (left, at + 1);
        }
        self.last
    }
}

fn line_of(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    // At the end of a line is still that line.
    1 + before.matches('\n').count()
}

/// Reads all files of a cog's folder, English first; none when there is no folder.
pub fn read(root: &Path) -> (Vec<File>, Vec<Fault>) {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    let Ok(entries) = std::fs::read_dir(root.join(FOLDER)) else {
        return (files, faults);
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "ftl"));
    paths.sort();
    for path in paths {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if !LOCALES.contains(&&*stem) {
            faults.push(Fault(format!(
                "{FOLDER}/{stem}.ftl: Discord has no language `{stem}`; it has {}",
                LOCALES.join(", ")
            )));
            continue;
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let (file, more) = File::parse(&stem, &path, &text);
                files.push(file);
                faults.extend(more);
            }
            Err(error) => faults.push(Fault(format!("{FOLDER}/{stem}.ftl: {error}"))),
        }
    }
    files.sort_by_key(|file| file.language != ENGLISH);
    (files, faults)
}
