//! How a text looks: capitals and emoji.

/// Texts with fewer letters than this are in no case too loud: `OK`, `LOL`.
const LETTERS: usize = 10;

/// Returns how many of a text's letters are capitals, in percent; 0 where there are few. What Discord
/// shows as something else, such as mentions and emoji of servers, and links don't count.
pub fn capitals(content: &str) -> u32 {
    let plain = without_tags(content).0;
    let words = plain
        .split_whitespace()
        .filter(|word| !word.contains("://"));
    let letters = words.flat_map(str::chars);
    let (mut all, mut large) = (0, 0);
    for letter in letters.filter(|letter| letter.is_lowercase() || letter.is_uppercase()) {
        all += 1;
        large += usize::from(letter.is_uppercase());
    }
    match all {
        0..LETTERS => 0,
        _ => (large * 100 / all) as u32,
    }
}

/// Returns how many emoji are in a text, Discord's own and a server's.
pub fn emoji(content: &str) -> u32 {
    let (plain, custom) = without_tags(content);
    let (mut count, mut joined, mut flag) = (custom, false, false);
    for letter in plain.chars() {
        match letter {
            // Joins the next one to the one before.
            '\u{200d}' => {
                joined = true;
                continue;
            }
            // How it looks, and colours of skin.
            '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => continue,
            // Two of these are one flag.
            '\u{1f1e6}'..='\u{1f1ff}' => {
                flag = !flag;
                count += u32::from(flag);
            }
            '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => {
                count += u32::from(!joined);
                flag = false;
            }
            _ => flag = false,
        }
        joined = false;
    }
    count
}

/// Returns a text without mentions, times and emoji of servers, and how many of the latter there were.
fn without_tags(content: &str) -> (String, u32) {
    let (mut plain, mut emoji, mut rest) = (String::with_capacity(content.len()), 0, content);
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let tag = rest.find('>').map(|end| &rest[..=end]);
        match tag.filter(|tag| is_tag(tag)) {
            Some(tag) => {
                emoji += u32::from(tag.starts_with("<:") || tag.starts_with("<a:"));
                plain.push(' ');
                rest = &rest[tag.len()..];
            }
            None => {
                plain.push('<');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    (plain, emoji)
}

fn is_tag(tag: &str) -> bool {
    let begins = ["<:", "<a:", "<@", "<#", "<t:", "</"];
    begins.iter().any(|begin| tag.starts_with(begin)) && !tag.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_a_part_of_the_letters() {
        assert_eq!(capitals("LOOK AT ME NOW"), 100);
        assert_eq!(capitals("LOOK at me now"), 36);
        assert_eq!(capitals("LOL OK 12345678"), 0);
        assert_eq!(
            capitals("hello there, my friend <:POGGERS:1> https://X.ORG/ABCDEFGHIJ"),
            0
        );
        assert_eq!(capitals("ÄRGERLICHES"), 100);
        assert_eq!(capitals(""), 0);
    }

    #[test]
    fn emoji_count_as_people_see_them() {
        for (text, count) in [
            ("hello", 0),
            ("🎲🎲 x 🎲", 3),
            ("<:blob:12><a:dance:13> <@1>", 2),
            ("👩‍👩‍👧", 1),
            ("👍🏽 ❤️", 2),
            ("🇩🇪🇫🇷", 2),
            ("1 < 2 > 0 <", 0),
        ] {
            assert_eq!(emoji(text), count, "{text}");
        }
    }
}
