//! What was played of late in a server, so that people find it again while they type.
//!
//! It says nothing of who asked.

use cogbox_sdk::host::player::Source;
use cogbox_sdk::prelude::*;

const KEY: &str = "recent";
/// How many are kept.
const MOST: usize = 50;
/// What stands before the number in a choice of autocomplete, where a URL may be too long.
const MARK: &str = "recent:";

/// Something that was played.
#[derive(Debug, Clone, PartialEq)]
pub struct Recent {
    number: u32,
    pub source: Source,
    pub title: String,
}

impl Recent {
    /// Returns what stands for it in a choice.
    pub fn value(&self) -> String {
        format!("{MARK}{}", self.number)
    }
}

/// Returns them all, the newest first.
pub fn all(guild: &str) -> Answer<Vec<Recent>> {
    let kept = store::guild(guild).text(KEY)?;
    Ok(read(kept.as_deref().unwrap_or_default()))
}

/// Returns the one that a choice stands for; `None` for any other text.
pub fn chosen(guild: &str, text: &str) -> Answer<Option<Recent>> {
    let Some(number) = text
        .strip_prefix(MARK)
        .and_then(|text| text.parse::<u32>().ok())
    else {
        return Ok(None);
    };
    Ok(all(guild)?.into_iter().find(|one| one.number == number))
}

/// Puts something first.
pub fn add(guild: &str, source: &Source, title: &str) -> Answer {
    if line(source).is_none() {
        return Ok(());
    }
    store::guild(guild).update(KEY, |old| {
        let old = String::from_utf8_lossy(old.unwrap_or_default());
        Ok(Some(with(read(&old), source, title).into_bytes()))
    })?;
    Ok(())
}

/// Returns a list with something first and nothing twice, as it is kept: a line for each.
fn with(mut list: Vec<Recent>, source: &Source, title: &str) -> String {
    let next = list.iter().map(|one| one.number).max().unwrap_or(0);
    list.retain(|one| one.source != *source);
    list.insert(
        0,
        Recent {
            number: next.wrapping_add(1),
            source: source.clone(),
            title: title.split(char::is_control).collect(),
        },
    );
    list.truncate(MOST);
    let lines = list.iter().filter_map(|one| {
        let (kind, text) = line(&one.source)?;
        Some(format!("{}\t{kind}\t{text}\t{}\n", one.number, one.title))
    });
    lines.collect()
}

/// Returns how a source is kept; `None` for one that can't be.
pub fn line(source: &Source) -> Option<(&'static str, &str)> {
    let (kind, text) = match source {
        Source::Media(name) => ("media", name),
        Source::Url(url) => ("url", url),
        Source::Search(words) => ("search", words),
        Source::Bytes(_) => return None,
    };
    (!text.contains(char::is_control)).then_some((kind, text.as_str()))
}

/// Returns the source that is kept so.
pub fn source(kind: &str, text: &str) -> Source {
    let text = text.to_string();
    match kind {
        "media" => Source::Media(text),
        "url" => Source::Url(text),
        _ => Source::Search(text),
    }
}

fn read(kept: &str) -> Vec<Recent> {
    let one = |line: &str| {
        let mut parts = line.splitn(4, '\t');
        let number = parts.next()?.parse().ok()?;
        let source = source(parts.next()?, parts.next()?);
        let title = parts.next()?.to_string();
        Some(Recent {
            number,
            source,
            title,
        })
    };
    kept.lines().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(name: &str) -> Source {
        Source::Media(name.to_string())
    }

    #[test]
    fn the_newest_is_first_and_nothing_is_there_twice() {
        let mut kept = with(Vec::new(), &media("a.ogg"), "A");
        kept = with(read(&kept), &Source::Url("https://b.example/".into()), "B");
        kept = with(read(&kept), &media("a.ogg"), "A\tgain\n");
        let list = read(&kept);
        let titles: Vec<&str> = list.iter().map(|one| one.title.as_str()).collect();
        assert_eq!(titles, ["Again", "B"]);
        assert_eq!(list[0].value(), "recent:3");
        for number in 0..99 {
            kept = with(read(&kept), &media(&format!("{number}.ogg")), "x");
        }
        assert_eq!(read(&kept).len(), MOST);
    }

    #[test]
    fn what_can_not_be_kept_is_left_out() {
        assert_eq!(line(&Source::Bytes(vec![1])), None);
        assert_eq!(line(&media("a\nb.ogg")), None);
        assert!(read("nonsense\n7\tmedia\n").is_empty());
    }
}
