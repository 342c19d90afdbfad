//! Discord's rules on names, descriptions and order, and names made from Rust's.
//!
//! The rules: Discord's documentation, "Application Commands".

use proc_macro2::Span;
use syn::{Attribute, Error, Expr, Lit, Meta, Result};

/// Commands, subcommands and options have at most this many characters in their names.
const NAME: usize = 32;
/// Descriptions of commands, subcommands and options, and names of choices.
pub const TEXT: usize = 100;
/// Options of a command, choices of an option, subcommands of a group.
const ITEMS: usize = 25;

/// Checks the name of a slash command or an option; `what` says which, with its article.
pub fn name(name: &str, what: &str, span: Span) -> Result<()> {
    let length = name.chars().count();
    if !(1..=NAME).contains(&length) {
        return Err(Error::new(
            span,
            format!("{what} needs a name of 1 to {NAME} characters; `{name}` has {length}"),
        ));
    }
    let better = name.to_lowercase().replace(' ', "-");
    if better != name {
        return Err(Error::new(
            span,
            format!(
                "{what} needs a name in lower case without spaces: `{better}` instead of `{name}`"
            ),
        ));
    }
    match name.chars().find(|letter| !allowed(*letter)) {
        Some(letter) => Err(Error::new(
            span,
            format!(
                "{what} can't have `{letter}` in its name, only letters, digits, `-`, `_` and `'`"
            ),
        )),
        None => Ok(()),
    }
}

/// Checks the name of a user or message command, or of a choice.
pub fn label(name: &str, what: &str, most: Option<usize>, span: Span) -> Result<()> {
    let length = name.chars().count();
    let most = most.unwrap_or(NAME);
    if (1..=most).contains(&length) {
        return Ok(());
    }
    Err(Error::new(
        span,
        format!("{what} needs a name of 1 to {most} characters; this one has {length}"),
    ))
}

/// Checks a description.
pub fn description(text: &str, what: &str, span: Span) -> Result<()> {
    let length = text.chars().count();
    if length <= TEXT {
        return Ok(());
    }
    Err(Error::new(
        span,
        format!(
            "the description of {what} has {length} characters, and Discord shows {TEXT}: shorten the first paragraph of the doc comment, or write `description = \"...\"`"
        ),
    ))
}

/// Checks a description in another language.
pub fn length(text: &str, span: Span) -> Result<()> {
    let length = text.chars().count();
    if (1..=TEXT).contains(&length) {
        return Ok(());
    }
    let wrong = format!("it has {length} characters, and Discord takes 1 to {TEXT}");
    Err(Error::new(span, wrong))
}

/// Checks how many there are of something.
pub fn count(count: usize, what: &str, span: Span) -> Result<()> {
    if count <= ITEMS {
        return Ok(());
    }
    Err(Error::new(
        span,
        format!("{count} {what}, and Discord takes at most {ITEMS}"),
    ))
}

/// Returns the first paragraph of a doc comment on one line; `None` when there is none.
pub fn doc(attributes: &[Attribute]) -> Option<String> {
    let lines = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                Expr::Lit(text) => match &text.lit {
                    Lit::Str(text) => Some(text.value().trim().to_string()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        });
    let paragraph: Vec<String> = lines
        .skip_while(String::is_empty)
        .take_while(|line| !line.is_empty())
        .collect();
    (!paragraph.is_empty()).then(|| paragraph.join(" "))
}

/// Returns a Rust name as Discord writes it: `set_color` and `SetColor` become `set-color`.
pub fn kebab(name: &str) -> String {
    words(name).join("-")
}

/// Returns a Rust name as a sentence: `WhoIs` and `who_is` become `Who is`.
pub fn sentence(name: &str) -> String {
    let text = words(name).join(" ");
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = '_';
    for letter in name.trim_start_matches("r#").trim_matches('_').chars() {
        let starts = letter.is_uppercase() && before.is_lowercase();
        if letter == '_' || starts {
            words.push(String::new());
        }
        if letter != '_'
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words
}

/// Letters and digits of any script, with the marks of those two that Discord names.
fn allowed(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(letter, '-' | '_' | '\'')
        || matches!(letter, '\u{0900}'..='\u{097f}' | '\u{0e00}'..='\u{0e7f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(wrong: &str) -> String {
        name(wrong, "a command", Span::call_site())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn names_follow_discords_rule() {
        for good in ["roll", "8ball", "set-color", "würfeln", "don't", "สวัสดี"] {
            assert!(name(good, "a command", Span::call_site()).is_ok(), "{good}");
        }
        assert_eq!(
            refusal("Roll"),
            "a command needs a name in lower case without spaces: `roll` instead of `Roll`"
        );
        assert!(refusal("Roll it").contains("`roll-it` instead of `Roll it`"));
        assert!(refusal("roll!").contains("can't have `!`"));
        assert!(refusal("").contains("1 to 32"));
        assert!(refusal(&"x".repeat(33)).contains("has 33"));
    }

    #[test]
    fn rust_names_become_discords() {
        assert_eq!(kebab("set_color"), "set-color");
        assert_eq!(kebab("SetColor"), "set-color");
        assert_eq!(kebab("r#type"), "type");
        assert_eq!(kebab("_unused"), "unused");
        assert_eq!(sentence("who_is"), "Who is");
        assert_eq!(sentence("VeryLong"), "Very long");
    }

    #[test]
    fn the_first_paragraph_describes() {
        let item: syn::ItemFn = syn::parse_quote! {
            /// Rolls dice,
            /// such as 2d6.
            ///
            /// For developers.
            fn roll() {}
        };
        assert_eq!(
            doc(&item.attrs).as_deref(),
            Some("Rolls dice, such as 2d6.")
        );
        assert_eq!(doc(&[]), None);
    }
}
