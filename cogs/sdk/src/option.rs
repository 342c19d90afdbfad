//! What a command's options can be: the types between Discord's options and Rust's.
//!
//! Owns the traits that `#[command]` and `#[derive(Choice)]` write against. The rules about
//! names and order are checked by the macros, before anything runs.

use crate::error::{Answer, Error};
use crate::locale::Audience;
use crate::raw::cogbox::cog::invocations::Argument;
pub use crate::raw::cogbox::cog::invocations::Value;
use crate::raw::cogbox::discord::command_types::{
    IntegerBounds, NumberBounds, OptionKind, TextBounds,
};
use crate::raw::cogbox::discord::model::{
    Attachment, Channel, ChannelKind, Member, Message, Role, User,
};
use crate::t;

/// The greatest whole number that Discord sends, 2^53 - 1, and its negative.
const SAFE: u64 = (1 << 53) - 1;

/// A type that an option of a command can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be an option of a command",
    label = "not a type that Discord can ask for",
    note = "options are String, whole numbers up to i64, f64, bool, User, Member, Person, Role, Channel, Attachment, Mentionable, \
            an enum with #[derive(Choice)], or an Option<_> of one of these"
)]
pub trait OptionType: Sized {
    /// How Discord asks for it.
    fn kind() -> OptionKind;
    /// Takes it out of what Discord sent; `None` when that is something else.
    fn read(value: Value) -> Option<Self>;
}

/// An option with `min` and `max`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `min` and `max`",
    label = "these bounds are for numbers",
    note = "a String has `min_length` and `max_length`"
)]
pub trait Ranged: OptionType {
    /// What the bounds are written in.
    type Bound;
    /// How Discord asks for a number within these bounds.
    fn between(min: Option<Self::Bound>, max: Option<Self::Bound>) -> OptionKind;
}

/// An option with `min_length` and `max_length`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `min_length` and `max_length`",
    label = "these bounds are for String",
    note = "a number has `min` and `max`"
)]
pub trait OfLength: OptionType {
    /// How Discord asks for a text of this length, in characters.
    fn of_length(min: Option<u16>, max: Option<u16>) -> OptionKind;
}

/// An option with `channels(...)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no kinds of channel",
    label = "`channels(...)` is for Channel"
)]
pub trait OfChannels: OptionType {
    /// How Discord asks for a channel of one of these kinds.
    fn of_kinds(kinds: Vec<ChannelKind>) -> OptionKind;
}

/// What a `#[user_command]` was used on.
#[diagnostic::on_unimplemented(
    message = "a user command can't be used on `{Self}`",
    label = "expected User, Member or Person"
)]
pub trait UserTarget: OptionType {}
impl UserTarget for User {}
impl UserTarget for Member {}
impl UserTarget for Person {}

/// A user, and the same as a member of this server if they are one.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The account.
    pub user: User,
    /// `None` in direct messages, and for people who are not in the server.
    pub member: Option<Member>,
}

/// A person or a role.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one lives for one call, and a Box is in the author's way"
)]
pub enum Mentionable {
    /// Someone.
    Person(Person),
    /// Everyone with this role.
    Role(Role),
}

/// What the SDK knows of an option's type, once it is known to be one.
pub struct Known<T> {
    /// How Discord asks for it.
    pub kind: fn() -> OptionKind,
    /// Takes it out of what Discord sent.
    pub read: fn(Value) -> Option<T>,
}

/// An option as its type has it.
pub fn known<T: OptionType>() -> Known<T> {
    narrowed(T::kind)
}

/// An option with bounds, or with kinds of channel.
pub fn narrowed<T: OptionType>(kind: fn() -> OptionKind) -> Known<T> {
    Known {
        kind,
        read: T::read,
    }
}

/// What was given for the options, by name.
pub struct Arguments(Vec<Argument>);

impl Arguments {
    /// Takes over what Discord sent.
    pub fn new(arguments: Vec<Argument>) -> Self {
        Arguments(arguments)
    }

    /// Returns the value of a required option.
    pub fn required<T>(&mut self, from: &dyn Audience, name: &str, known: Known<T>) -> Answer<T> {
        self.optional(from, name, known)?
            .ok_or_else(|| Error::new(format!("the option `{name}` is missing")))
    }

    /// Returns the value of an option, `None` when it was left out.
    pub fn optional<T>(
        &mut self,
        from: &dyn Audience,
        name: &str,
        known: Known<T>,
    ) -> Answer<Option<T>> {
        let Some(at) = self.0.iter().position(|argument| argument.name == name) else {
            return Ok(None);
        };
        let value = self.0.swap_remove(at).value;
        // A member is asked for, and someone from elsewhere was named: the user's mistake.
        let outsider = matches!(&value, Value::User(_));
        (known.read)(value).map(Some).ok_or_else(|| {
            if outsider {
                Error::tell(t!(from, not_a_member))
            } else {
                Error::new(format!(
                    "the option `{name}` came with a value of another type"
                ))
            }
        })
    }
}

macro_rules! plain {
    ($($type:ty: $kind:expr, $value:pat => $read:expr;)+) => {$(
        impl OptionType for $type {
            fn kind() -> OptionKind {
                $kind
            }

            fn read(value: Value) -> Option<Self> {
                match value {
                    $value => $read,
                    _ => None,
                }
            }
        }
    )+};
}

plain! {
    bool: OptionKind::Toggle, Value::Toggle(it) => Some(it);
    String: <String as OfLength>::of_length(None, None), Value::Text(it) => Some(it);
    f64: <f64 as Ranged>::between(None, None), Value::Number(it) => Some(it);
    Role: OptionKind::Role, Value::Role(it) => Some(it);
    Channel: <Channel as OfChannels>::of_kinds(Vec::new()), Value::Channel(it) => Some(it);
    Attachment: OptionKind::Attachment, Value::Attachment(it) => Some(it);
    Member: OptionKind::User, Value::Member(it) => Some(it);
}

impl OptionType for User {
    fn kind() -> OptionKind {
        OptionKind::User
    }

    fn read(value: Value) -> Option<Self> {
        Person::read(value).map(|person| person.user)
    }
}

impl OptionType for Person {
    fn kind() -> OptionKind {
        OptionKind::User
    }

    fn read(value: Value) -> Option<Self> {
        match value {
            Value::User(user) => Some(Person { user, member: None }),
            Value::Member(member) => Some(Person {
                user: member.user.clone(),
                member: Some(member),
            }),
            _ => None,
        }
    }
}

impl OptionType for Mentionable {
    fn kind() -> OptionKind {
        OptionKind::Mentionable
    }

    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Role(role) => Some(Mentionable::Role(role)),
            other => Person::read(other).map(Mentionable::Person),
        }
    }
}

impl OfLength for String {
    fn of_length(min_length: Option<u16>, max_length: Option<u16>) -> OptionKind {
        OptionKind::Text(TextBounds {
            min_length,
            max_length,
        })
    }
}

impl Ranged for f64 {
    type Bound = f64;

    fn between(min: Option<f64>, max: Option<f64>) -> OptionKind {
        OptionKind::Number(NumberBounds { min, max })
    }
}

impl OfChannels for Channel {
    fn of_kinds(kinds: Vec<ChannelKind>) -> OptionKind {
        OptionKind::Channel(kinds)
    }
}

macro_rules! whole_numbers {
    ($($type:ty)+) => {$(
        impl OptionType for $type {
            fn kind() -> OptionKind {
                <$type as Ranged>::between(None, None)
            }

            fn read(value: Value) -> Option<Self> {
                match value {
                    Value::Integer(number) => number.try_into().ok(),
                    _ => None,
                }
            }
        }

        impl Ranged for $type {
            type Bound = $type;

            /// The type's own bounds hold as well, so that every value that Discord lets
            /// through fits.
            fn between(min: Option<$type>, max: Option<$type>) -> OptionKind {
                let bound = |given: Option<$type>, own: $type| {
                    let own = i64::try_from(own).ok().filter(|own| own.unsigned_abs() < SAFE);
                    given.map_or(own, |given| i64::try_from(given).ok())
                };
                OptionKind::Integer(IntegerBounds {
                    min: bound(min, <$type>::MIN),
                    max: bound(max, <$type>::MAX),
                })
            }
        }
    )+};
}

whole_numbers! { i8 i16 i32 i64 u8 u16 u32 u64 }

/// Takes whom a user command was used on.
pub fn target<T: UserTarget>(from: &dyn Audience, arguments: &mut Arguments) -> Answer<T> {
    arguments.required(from, "target", known())
}

/// Takes the message that a message command was used on.
pub fn target_message(arguments: &mut Arguments) -> Answer<Message> {
    match arguments.0.pop().map(|argument| argument.value) {
        Some(Value::Message(message)) => Ok(message),
        _ => Err(Error::new(
            "the message that the command was used on is missing",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str, value: Value) -> Arguments {
        Arguments::new(vec![Argument {
            name: name.into(),
            value,
        }])
    }

    fn user() -> User {
        User {
            id: "1".into(),
            name: "ann".into(),
            display_name: "Ann".into(),
            avatar_url: None,
            bot: false,
        }
    }

    #[test]
    fn options_come_by_name_and_may_be_left_out() {
        let mut arguments = given("sides", Value::Integer(6));
        assert_eq!(
            arguments.optional::<String>(&"de", "label", known()),
            Ok(None)
        );
        assert_eq!(arguments.required::<u8>(&"de", "sides", known()), Ok(6));
        assert_eq!(
            arguments
                .required::<u8>(&"de", "sides", known())
                .unwrap_err()
                .sentence(),
            "the option `sides` is missing"
        );
    }

    #[test]
    fn a_value_of_another_type_is_a_fault() {
        let error = given("sides", Value::Text("six".into()))
            .required::<u8>(&"de", "sides", known())
            .unwrap_err();
        assert!(!error.is_told());
        assert!(
            given("sides", Value::Integer(256))
                .required::<u8>(&"de", "sides", known())
                .is_err()
        );
    }

    #[test]
    fn someone_from_elsewhere_is_a_person_but_no_member() {
        let person: Person = given("who", Value::User(user()))
            .required(&"de", "who", known())
            .unwrap();
        assert_eq!(person.member, None);
        let error = given("who", Value::User(user()))
            .required::<Member>(&"de", "who", known())
            .unwrap_err();
        assert!(error.is_told());
        assert_eq!(
            error.sentence(),
            "Diese Person ist kein Mitglied dieses Servers."
        );
    }

    #[test]
    fn discord_is_told_the_bounds_that_the_type_has() {
        let bounds = |min, max| OptionKind::Integer(IntegerBounds { min, max });
        assert_eq!(u8::kind(), bounds(Some(0), Some(255)));
        assert_eq!(u8::between(Some(1), None), bounds(Some(1), Some(255)));
        assert_eq!(i64::kind(), bounds(None, None));
        assert_eq!(u64::kind(), bounds(Some(0), None));
    }
}
