//! Texts in the languages of those who read them: what [`locales!`](crate::locales) makes of a
//! cog's `locales/*.ftl`, and [`t!`](crate::t) that fills one in.
//!
//! Owns Discord's languages, and which of a cog's own somebody gets. The files are read by the
//! macros when the cog is compiled, and nothing of Fluent's syntax is left in the component.

pub mod languages;
mod number;
mod pattern;
mod plural;

pub use number::{Arg, Number, Shown};
pub use pattern::{Key, Part, Select};
pub use plural::Form;

use crate::cog::Request;
use crate::context::Context;
use crate::raw::cogbox::discord::command_types::Localized;
use crate::raw::cogbox::discord::model::Guild;

/// One of Discord's languages.
pub struct Language {
    /// Discord's name for it, such as `de` or `pt-BR`.
    pub name: &'static str,
    plural: plural::Rule,
    forms: &'static [Form],
    decimal: &'static str,
    group: &'static str,
    /// From so many digits on, the whole part is written in groups.
    grouped_from: usize,
    minus: &'static str,
    indian: bool,
}

impl Language {
    /// Whether words have this form in it. `locales!` asks, so that no case is in vain.
    pub const fn has(&self, form: Form) -> bool {
        let mut at = 0;
        while at < self.forms.len() {
            if self.forms[at] as u8 == form as u8 {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// Whom a text is for: a [`Context`] is whoever used the command, then the server; a locale's name
/// is itself. Whoever speaks none of the cog's languages gets its first, which is English.
pub trait Audience {
    /// Returns which of the languages to speak.
    fn language(&self, spoken: &[Language]) -> usize;
}

impl Audience for Context {
    fn language(&self, spoken: &[Language]) -> usize {
        let own = find(&self.locale(), spoken);
        own.unwrap_or_else(|| self.guild_locale().language(spoken))
    }
}

impl Audience for Request {
    fn language(&self, spoken: &[Language]) -> usize {
        self.locale.language(spoken)
    }
}

impl Audience for Guild {
    fn language(&self, spoken: &[Language]) -> usize {
        self.locale.language(spoken)
    }
}

impl Audience for str {
    fn language(&self, spoken: &[Language]) -> usize {
        find(self, spoken).unwrap_or(0)
    }
}

impl Audience for String {
    fn language(&self, spoken: &[Language]) -> usize {
        self.as_str().language(spoken)
    }
}

impl<T: Audience> Audience for Option<T> {
    fn language(&self, spoken: &[Language]) -> usize {
        self.as_ref().map_or(0, |one| one.language(spoken))
    }
}

impl<T: Audience + ?Sized> Audience for &T {
    fn language(&self, spoken: &[Language]) -> usize {
        (**self).language(spoken)
    }
}

/// Finds a language or the one next to it, as Discord does for the names of commands.
fn find(locale: &str, spoken: &[Language]) -> Option<usize> {
    let named = |name: &str| spoken.iter().position(|language| language.name == name);
    let neighbour = match locale {
        "en-US" => "en-GB",
        "en-GB" => "en-US",
        "es-419" => "es-ES",
        _ => locale,
    };
    named(locale).or_else(|| named(neighbour))
}

/// Returns texts as the contract has them, from pairs of a locale and a text.
pub fn localized(texts: &[(&str, &str)]) -> Vec<Localized> {
    let text = |(locale, text): &(&str, &str)| Localized {
        locale: locale.to_string(),
        text: text.to_string(),
    };
    texts.iter().map(text).collect()
}

/// Returns a text of `locales/*.ftl` in the language of those who read it, filled in:
/// `t!(ctx, rolled, dice = "2d6", total = 7)`.
///
/// First comes whom it is for, an [`Audience`]; then the key, with `_` for `-`; then the variables.
/// A key that is not there and a variable that is missing are errors of the compiler's.
#[macro_export]
#[expect(
    clippy::crate_in_macro_def,
    reason = "the texts are those of the crate that calls, where `locales!` put them"
)]
macro_rules! t {
    ($audience:expr, $key:ident $(, $name:ident = $value:expr)* $(,)?) => {
        crate::text::$key {
            $($name: $crate::locale::Arg::from($value)),*
        }
        .to(&$audience)
    };
}

#[cfg(test)]
mod tests;
