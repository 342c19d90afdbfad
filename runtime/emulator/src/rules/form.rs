//! Reading a JSON body field by field, and the tree of faults that a refused form brings back.
//! Shape: Discord's documentation, "Reference", error messages.

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use super::Refusal;
use crate::clock::Time;
use crate::snowflake::Id;

pub const REQUIRED: &str = "BASE_TYPE_REQUIRED";
pub const BAD_LENGTH: &str = "BASE_TYPE_BAD_LENGTH";
pub const BAD_CHOICE: &str = "BASE_TYPE_CHOICES";
pub const BAD_TYPE: &str = "BASE_TYPE_BAD_TYPE";
pub const OUT_OF_RANGE: &str = "NUMBER_TYPE_OUT_OF_RANGE";

/// The faults of one form, as the nested `errors` object.
#[derive(Debug, Default)]
pub struct Faults {
    tree: Map<String, Value>,
}

impl Faults {
    /// Notes a fault. `path` names the field, steps joined by dots, list places as numbers; an
    /// empty path is the form as a whole.
    pub fn add(&mut self, path: &str, code: &str, message: impl Into<String>) {
        let mut place = &mut self.tree;
        for step in path.split('.').filter(|step| !step.is_empty()) {
            let below = place.entry(step).or_insert_with(|| json!({}));
            // Steps are only ever inserted as objects.
            let Value::Object(below) = below else { return };
            place = below;
        }
        let leaves = place.entry("_errors").or_insert_with(|| json!([]));
        if let Value::Array(leaves) = leaves {
            leaves.push(json!({"code": code, "message": message.into()}));
        }
    }

    /// Returns an error if anything was noted.
    pub fn check(self) -> Result<(), Refusal> {
        if self.tree.is_empty() {
            Ok(())
        } else {
            Err(Refusal::form(Value::Object(self.tree)))
        }
    }
}

/// One object of a body, and where in the body it stands.
#[derive(Clone, Debug)]
pub struct Form<'a> {
    pub value: &'a Value,
    pub path: String,
}

impl<'a> Form<'a> {
    /// Reads an object, noting a fault when it is something else.
    pub fn new(value: &'a Value, path: impl Into<String>, faults: &mut Faults) -> Self {
        let path = path.into();
        if !value.is_object() {
            faults.add(
                &path,
                "MODEL_TYPE_CONVERT",
                "Only dictionaries may be used here.",
            );
        }
        Form { value, path }
    }

    /// Returns the path of one of its fields.
    pub fn at(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Returns a field, unless it is missing or null.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.value.get(key).filter(|value| !value.is_null())
    }

    /// Tells whether the field is there at all, even as null.
    pub fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    /// Notes a fault of one field.
    pub fn fault(&self, faults: &mut Faults, key: &str, code: &str, message: impl Into<String>) {
        faults.add(&self.at(key), code, message);
    }

    /// Reads a text whose length in characters lies in `length`.
    pub fn text(
        &self,
        key: &str,
        length: RangeInclusive<usize>,
        faults: &mut Faults,
    ) -> Option<String> {
        let Value::String(text) = self.get(key)? else {
            self.fault(
                faults,
                key,
                "STRING_TYPE_CONVERT",
                "This field must be a string.",
            );
            return None;
        };
        if !length.contains(&text.chars().count()) {
            self.fault(faults, key, BAD_LENGTH, length_message(&length));
        }
        Some(text.clone())
    }

    /// Reads a text that has to be there.
    pub fn required_text(
        &self,
        key: &str,
        length: RangeInclusive<usize>,
        faults: &mut Faults,
    ) -> Option<String> {
        self.require(key, faults);
        self.text(key, length, faults)
    }

    /// Notes a fault when the field is missing.
    pub fn require(&self, key: &str, faults: &mut Faults) {
        if self.get(key).is_none() {
            self.fault(faults, key, REQUIRED, "This field is required");
        }
    }

    /// Reads a whole number within `range`. A text of digits passes too, as on Discord.
    pub fn number(
        &self,
        key: &str,
        range: RangeInclusive<u64>,
        faults: &mut Faults,
    ) -> Option<u64> {
        let value = self.get(key)?;
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        if number.is_none() && !value.is_i64() {
            self.fault(
                faults,
                key,
                "NUMBER_TYPE_COERCE",
                "This field must be an integer.",
            );
            return None;
        }
        let fits = number.filter(|number| range.contains(number));
        if fits.is_none() {
            let (low, high) = (range.start(), range.end());
            let message = format!("This value must lie between {low} and {high}.");
            self.fault(faults, key, OUT_OF_RANGE, message);
        }
        fits
    }

    /// Reads a number that is one of the known ones.
    pub fn choice(&self, key: &str, known: &[u64], faults: &mut Faults) -> Option<u64> {
        let number = self.number(key, 0..=u64::MAX, faults)?;
        if !known.contains(&number) {
            self.fault(
                faults,
                key,
                BAD_CHOICE,
                "This is not one of the known values.",
            );
        }
        Some(number)
    }

    /// Reads an id.
    pub fn id(&self, key: &str, faults: &mut Faults) -> Option<Id> {
        let id = Id::from_json(self.get(key)?);
        if id.is_none() {
            self.fault(
                faults,
                key,
                "NUMBER_TYPE_COERCE",
                "This is not a snowflake.",
            );
        }
        id
    }

    /// Reads an ISO 8601 time.
    pub fn time(&self, key: &str, faults: &mut Faults) -> Option<Time> {
        let time = self.get(key)?.as_str().and_then(Time::parse);
        if time.is_none() {
            self.fault(
                faults,
                key,
                "DATE_TIME_TYPE_PARSE",
                "This is not an ISO 8601 time.",
            );
        }
        time
    }

    /// Reads a field that null takes away: None when it is missing, `Some(None)` when it is null.
    pub fn nullable<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Self, &str) -> Option<T>,
    ) -> Option<Option<T>> {
        self.has(key).then(|| read(self, key))
    }

    /// Reads a boolean.
    pub fn flag(&self, key: &str, faults: &mut Faults) -> Option<bool> {
        let value = self.get(key)?;
        if !value.is_boolean() {
            self.fault(
                faults,
                key,
                "BOOLEAN_TYPE_CONVERT",
                "This field must be true or false.",
            );
        }
        value.as_bool()
    }

    /// Reads a list of at most `most` things, each with its own path. None when it is missing.
    pub fn list(
        &self,
        key: &str,
        length: RangeInclusive<usize>,
        faults: &mut Faults,
    ) -> Option<Vec<Form<'a>>> {
        let Value::Array(items) = self.get(key)? else {
            self.fault(
                faults,
                key,
                "LIST_TYPE_CONVERT",
                "Only lists may be used here.",
            );
            return None;
        };
        if !length.contains(&items.len()) {
            self.fault(faults, key, BAD_LENGTH, length_message(&length));
        }
        let path = self.at(key);
        let item = |(n, value)| Form {
            value,
            path: format!("{path}.{n}"),
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// Reads a list of ids. None when it is missing.
    pub fn ids(
        &self,
        key: &str,
        length: RangeInclusive<usize>,
        faults: &mut Faults,
    ) -> Option<Vec<Id>> {
        let items = self.list(key, length, faults)?.into_iter();
        let id = |item: Form<'_>| {
            let id = Id::from_json(item.value);
            if id.is_none() {
                let message = "This is not a snowflake.";
                faults.add(&item.path, "NUMBER_TYPE_COERCE", message);
            }
            id
        };
        Some(items.filter_map(id).collect())
    }

    /// Reads a list of objects as [`Form::list`] does, leaving out what is none and noting it.
    pub fn forms(
        &self,
        key: &str,
        length: RangeInclusive<usize>,
        faults: &mut Faults,
    ) -> Option<Vec<Form<'a>>> {
        let items = self.list(key, length, faults)?.into_iter();
        let forms = items.map(|item| Form::new(item.value, item.path, faults));
        Some(forms.filter(|form| form.value.is_object()).collect())
    }

    /// Reads a list of numbers that are all among the known ones. None when it is missing.
    pub fn numbers(&self, key: &str, known: &[u64], faults: &mut Faults) -> Option<Vec<u64>> {
        let items = self.list(key, 0..=25, faults)?;
        let number = |item: Form<'_>| {
            let number = item.value.as_u64().filter(|number| known.contains(number));
            if number.is_none() {
                faults.add(
                    &item.path,
                    BAD_CHOICE,
                    "This is not one of the known values.",
                );
            }
            number
        };
        Some(items.into_iter().filter_map(number).collect())
    }
}

fn length_message(length: &RangeInclusive<usize>) -> String {
    match (length.start(), length.end()) {
        (0, most) => format!("Must be {most} or fewer in length."),
        (least, most) => format!("Must be between {least} and {most} in length."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b06_faults_nest_by_field_and_by_place_in_a_list() {
        let mut faults = Faults::default();
        faults.add("options.0.name", REQUIRED, "This field is required");
        faults.add("", BAD_TYPE, "all wrong");
        let refusal = faults.check().unwrap_err();
        assert_eq!((refusal.status, refusal.code), (400, 50035));
        let errors = refusal.errors.unwrap();
        assert_eq!(
            errors["options"]["0"]["name"]["_errors"][0]["code"],
            REQUIRED
        );
        assert_eq!(errors["_errors"][0]["code"], BAD_TYPE);
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let value = json!({"name": "äöü"});
        let mut faults = Faults::default();
        let form = Form::new(&value, "", &mut faults);
        assert_eq!(form.text("name", 1..=3, &mut faults).unwrap(), "äöü");
        faults.check().unwrap();
    }
}
