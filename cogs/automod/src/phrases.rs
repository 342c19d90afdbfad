//! Words and phrases: a plain one is a whole word, and a `*` stands for any letters, so that `*part*` is
//! found within words.

/// What people put between letters so that a word is not found: nobody sees it.
const INVISIBLE: [char; 7] = [
    '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{fe0f}', '\u{feff}',
];
/// Discord's marks of bold, struck through and hidden text.
const MARKS: [char; 5] = ['*', '~', '|', '`', '\\'];

/// A message in small letters, parted into words; any other character is one of its own.
pub struct Text(Vec<String>);

impl Text {
    /// Reads what somebody wrote.
    pub fn read(content: &str) -> Self {
        let seen = |letter: &char| !INVISIBLE.contains(letter) && !MARKS.contains(letter);
        Text(part(content.chars().filter(seen)))
    }

    /// Whether a word or phrase occurs in it, and as what.
    pub fn find(&self, phrase: &str) -> Option<String> {
        let seen = |letter: &char| !INVISIBLE.contains(letter);
        let wanted = part(phrase.chars().filter(seen));
        let length = wanted.len();
        if length == 0 {
            return None;
        }
        let fits = |words: &&[String]| {
            let mut pairs = wanted.iter().zip(words.iter());
            pairs.all(|(wanted, word)| is_like(wanted, word))
        };
        let found = self.0.windows(length).find(fits)?;
        Some(found.join(" "))
    }
}

/// Parts a text into words. A `*` belongs to its word.
fn part(letters: impl Iterator<Item = char>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for letter in letters.flat_map(char::to_lowercase) {
        let belongs = letter.is_alphanumeric() || letter == '*';
        match words.last_mut() {
            Some(word) if open && belongs => word.push(letter),
            _ if letter.is_whitespace() => {}
            _ => words.push(letter.to_string()),
        }
        open = belongs;
    }
    words
}

/// Whether a word is like another one that may have a `*`. Linear but for the number of `*`: after each
/// of them the first place that fits is the right one.
fn is_like(wanted: &str, word: &str) -> bool {
    let mut parts = wanted.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = word.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Reads what an admin wrote: one word or phrase on each line, each once. What has nothing but `*` in one
/// of its words would be found in every message, and comes back as the mistake.
pub fn list(typed: &str) -> Result<Vec<String>, String> {
    let mut all: Vec<String> = Vec::new();
    for line in typed.lines() {
        let phrase = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let phrase = phrase.to_lowercase();
        if phrase.is_empty() || all.contains(&phrase) {
            continue;
        }
        if phrase
            .split(' ')
            .any(|word| word.chars().all(|one| one == '*'))
        {
            return Err(phrase);
        }
        all.push(phrase);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(content: &str, phrase: &str) -> bool {
        Text::read(content).find(phrase).is_some()
    }

    #[test]
    fn a_plain_word_is_a_whole_one() {
        assert!(found("What an ASS!", "ass"));
        assert!(!found("first class", "ass"));
        assert!(found("first class", "*ass*"));
        assert!(found("assassin", "ass*") && !found("class", "ass*"));
        assert!(found("class", "*ass") && found("a-class", "class"));
        assert!(found("GRÖSSE", "grösse"));
        assert!(!found("", "ass") && !found("x", ""));
    }

    #[test]
    fn phrases_and_marks_are_words_one_after_the_other() {
        assert!(found("buy   CHEAP\ngold now", "cheap gold"));
        assert!(!found("cheap old gold", "cheap gold"));
        assert!(found("I like c++", "c++") && !found("I like c", "c++"));
        assert!(found("well, don't", "don't"));
        assert!(found("look 🖕🏽", "🖕"));
    }

    #[test]
    fn what_nobody_sees_hides_nothing() {
        assert!(found("b\u{200b}a\u{ad}d", "bad"));
        assert!(found("**b**a~~d~~ and ||bad||", "bad"));
    }

    #[test]
    fn stars_are_any_letters() {
        for (wanted, word, like) in [
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "acb", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*ab*ab", "ab", false),
            ("*ab*ab", "abab", true),
            ("a*a", "a", false),
            ("**a", "a", true),
        ] {
            assert_eq!(is_like(wanted, word), like, "{wanted} {word}");
        }
    }

    #[test]
    fn a_list_has_each_once_and_nothing_that_fits_all() {
        let all = list("Bad\n\n  bad \nvery   BAD*\n").unwrap();
        assert_eq!(all, ["bad", "very bad*"]);
        assert_eq!(list("ok\n**"), Err("**".into()));
        assert_eq!(list("very *"), Err("very *".into()));
    }
}
