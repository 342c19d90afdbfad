//! What people are offered while they type a value.

use crate::cog::Request;
use crate::command::{Choice, ChoiceValue};

/// Most choices that Discord shows.
const MOST: usize = 25;

impl Choice {
    /// A choice that reads `name` and stands for `value`.
    pub fn new(name: impl Into<String>, value: impl Into<ChoiceValue>) -> Self {
        Choice {
            name: name.into(),
            names: Vec::new(),
            value: value.into(),
        }
    }
}

impl From<&str> for ChoiceValue {
    fn from(text: &str) -> Self {
        ChoiceValue::Text(text.to_string())
    }
}

impl From<String> for ChoiceValue {
    fn from(text: String) -> Self {
        ChoiceValue::Text(text)
    }
}

impl From<i64> for ChoiceValue {
    fn from(number: i64) -> Self {
        ChoiceValue::Integer(number)
    }
}

impl From<f64> for ChoiceValue {
    fn from(number: f64) -> Self {
        ChoiceValue::Number(number)
    }
}

impl Request {
    /// Whether this is about an option of a command; a subcommand is written with spaces, such as
    /// `"tag show"`.
    pub fn is_for(&self, command: &str, option: &str) -> bool {
        self.invocation.path.join(" ") == command && self.focused == option
    }

    /// Offers the texts in which the typed one occurs, in any case: the first 25 of them.
    pub fn among<T: AsRef<str>>(&self, texts: impl IntoIterator<Item = T>) -> Vec<Choice> {
        let typed = self.typed.to_lowercase();
        let texts = texts.into_iter();
        let fits = texts.filter(|text| text.as_ref().to_lowercase().contains(&typed));
        let choice = |text: T| Choice::new(text.as_ref(), text.as_ref());
        fits.take(MOST).map(choice).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::cogbox::cog::invocations::Invocation;

    #[test]
    fn a_request_offers_what_fits() {
        let request = Request {
            invocation: Invocation {
                path: vec!["tag".to_string(), "show".to_string()],
                arguments: Vec::new(),
            },
            focused: "name".to_string(),
            typed: "AR".to_string(),
            user: "1".to_string(),
            guild: None,
            locale: "de".to_string(),
        };
        assert!(request.is_for("tag show", "name"));
        assert!(!request.is_for("tag", "name") && !request.is_for("tag show", "text"));
        let offered = request.among(["Hard", "soft", "art"]);
        assert_eq!(offered, ["Hard", "art"].map(|text| Choice::new(text, text)));
        assert_eq!(request.among((0..99).map(|n| format!("ar{n}"))).len(), MOST);
    }
}
