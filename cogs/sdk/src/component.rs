//! Buttons, menus and modals.
//!
//! Owns the builders. The `id` given to one comes back to the same cog, and to no other, as
//! [`Cog::pressed`](crate::Cog::pressed), [`selected`](crate::Cog::selected) or
//! [`submitted`](crate::Cog::submitted); it has up to 90 characters, survives restarts, and is
//! where a cog keeps what the press is about, such as `vote:3`.

use crate::cog::SelectedValue;
pub use crate::raw::cogbox::discord::interactions::{InputStyle, Modal, TextInput};
pub use crate::raw::cogbox::discord::model::{
    Button, ButtonStyle, ChannelKind, Component, CustomEmoji, Emoji, Entities, EntityKind,
    LinkButton, SelectChoice, SelectMenu, SelectSource,
};

/// Up to 80 characters of label.
impl Button {
    /// A blurple button, for what most people want.
    pub fn primary(id: impl Into<String>, label: impl Into<String>) -> Self {
        Button::styled(ButtonStyle::Primary, id, label)
    }

    /// A grey button.
    pub fn secondary(id: impl Into<String>, label: impl Into<String>) -> Self {
        Button::styled(ButtonStyle::Secondary, id, label)
    }

    /// A green button.
    pub fn success(id: impl Into<String>, label: impl Into<String>) -> Self {
        Button::styled(ButtonStyle::Success, id, label)
    }

    /// A red button, for what can't be undone.
    pub fn danger(id: impl Into<String>, label: impl Into<String>) -> Self {
        Button::styled(ButtonStyle::Danger, id, label)
    }

    /// Puts an emoji before the label.
    pub fn emoji(mut self, emoji: impl Into<Emoji>) -> Self {
        self.emoji = Some(emoji.into());
        self
    }

    /// Shows it, but lets nobody press it.
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    fn styled(style: ButtonStyle, id: impl Into<String>, label: impl Into<String>) -> Self {
        Button {
            id: id.into(),
            label: Some(label.into()),
            emoji: None,
            style,
            disabled: false,
        }
    }
}

impl LinkButton {
    /// A button that opens a page; the cog is not told.
    pub fn new(url: impl Into<String>, label: impl Into<String>) -> Self {
        LinkButton {
            url: url.into(),
            label: Some(label.into()),
            emoji: None,
        }
    }
}

/// One choice, unless [`picks`](Self::picks) says otherwise.
impl SelectMenu {
    /// A menu with choices of its own, up to 25.
    pub fn choices(id: impl Into<String>, choices: impl IntoIterator<Item = SelectChoice>) -> Self {
        SelectMenu::of(id, SelectSource::Choices(choices.into_iter().collect()))
    }

    /// A menu of people.
    pub fn users(id: impl Into<String>) -> Self {
        SelectMenu::of_entities(id, EntityKind::User, Vec::new())
    }

    /// A menu of roles.
    pub fn roles(id: impl Into<String>) -> Self {
        SelectMenu::of_entities(id, EntityKind::Role, Vec::new())
    }

    /// A menu of people and roles.
    pub fn mentionables(id: impl Into<String>) -> Self {
        SelectMenu::of_entities(id, EntityKind::Mentionable, Vec::new())
    }

    /// A menu of channels of these kinds; of every kind when none is named.
    pub fn channels(id: impl Into<String>, kinds: impl IntoIterator<Item = ChannelKind>) -> Self {
        SelectMenu::of_entities(id, EntityKind::Channel, kinds.into_iter().collect())
    }

    /// A menu of every kind of channel that a guild has for its members, categories and forums too:
    /// all but private threads.
    pub fn public_channels(id: impl Into<String>) -> Self {
        let kinds = [
            ChannelKind::Text,
            ChannelKind::Voice,
            ChannelKind::Category,
            ChannelKind::Announcement,
            ChannelKind::Stage,
            ChannelKind::Forum,
            ChannelKind::PublicThread,
        ];
        SelectMenu::channels(id, kinds)
    }

    /// Says how many may be picked at once.
    pub fn picks(mut self, min: u8, max: u8) -> Self {
        self.min = min;
        self.max = max;
        self
    }

    /// Sets the grey text shown while nothing is picked.
    pub fn placeholder(mut self, text: impl Into<String>) -> Self {
        self.placeholder = Some(text.into());
        self
    }

    /// Marks people, roles or channels as picked from the start, by their ids.
    pub fn picked<I: Into<String>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        if let SelectSource::Entities(entities) = &mut self.source {
            entities.defaults = ids.into_iter().map(Into::into).collect();
        }
        self
    }

    fn of_entities(
        id: impl Into<String>,
        kind: EntityKind,
        channel_kinds: Vec<ChannelKind>,
    ) -> Self {
        let entities = Entities {
            kind,
            channel_kinds,
            defaults: Vec::new(),
        };
        SelectMenu::of(id, SelectSource::Entities(entities))
    }

    fn of(id: impl Into<String>, source: SelectSource) -> Self {
        SelectMenu {
            id: id.into(),
            placeholder: None,
            min: 1,
            max: 1,
            disabled: false,
            source,
        }
    }
}

impl SelectedValue {
    /// Returns the ids of the people, roles and channels that were picked, in order.
    pub fn ids(values: Vec<Self>) -> Vec<String> {
        let id = |value| match value {
            SelectedValue::User(user) => Some(user.id),
            SelectedValue::Role(role) => Some(role.id),
            SelectedValue::Channel(channel) => Some(channel.id),
            SelectedValue::Text(_) => None,
        };
        values.into_iter().filter_map(id).collect()
    }
}

impl SelectChoice {
    /// A choice that reads `label` and comes back as `value`.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        SelectChoice {
            label: label.into(),
            value: value.into(),
            description: None,
            emoji: None,
            default: false,
        }
    }

    /// Sets the small text under the label.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Marks it as picked from the start.
    pub fn selected(mut self) -> Self {
        self.default = true;
        self
    }
}

/// One to five inputs.
impl Modal {
    /// A window with this title, up to 45 characters.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Modal {
            id: id.into(),
            title: title.into(),
            inputs: Vec::new(),
        }
    }

    /// Adds an input.
    pub fn input(mut self, input: TextInput) -> Self {
        self.inputs.push(input);
        self
    }
}

/// Required, up to 4,000 characters, unless said otherwise.
impl TextInput {
    /// One line.
    pub fn short(id: impl Into<String>, label: impl Into<String>) -> Self {
        TextInput::styled(InputStyle::Short, id, label)
    }

    /// Several lines.
    pub fn paragraph(id: impl Into<String>, label: impl Into<String>) -> Self {
        TextInput::styled(InputStyle::Paragraph, id, label)
    }

    /// May be left empty.
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Bounds the number of characters.
    pub fn length(mut self, min: u16, max: u16) -> Self {
        self.min_length = min;
        self.max_length = max;
        self
    }

    /// Fills it in beforehand.
    pub fn value(mut self, text: impl Into<String>) -> Self {
        self.value = Some(text.into());
        self
    }

    /// Fills it in beforehand, unless the text is empty.
    pub fn filled(mut self, text: impl Into<String>) -> Self {
        self.value = Some(text.into()).filter(|text| !text.is_empty());
        self
    }

    /// Sets the grey text shown while it is empty.
    pub fn placeholder(mut self, text: impl Into<String>) -> Self {
        self.placeholder = Some(text.into());
        self
    }

    fn styled(style: InputStyle, id: impl Into<String>, label: impl Into<String>) -> Self {
        TextInput {
            id: id.into(),
            label: label.into(),
            style,
            required: true,
            min_length: 0,
            max_length: 4000,
            value: None,
            placeholder: None,
        }
    }
}

impl From<Button> for Component {
    fn from(button: Button) -> Self {
        Component::Button(button)
    }
}

impl From<LinkButton> for Component {
    fn from(link: LinkButton) -> Self {
        Component::Link(link)
    }
}

impl From<SelectMenu> for Component {
    fn from(menu: SelectMenu) -> Self {
        Component::Select(menu)
    }
}

/// Takes an emoji itself, or a guild's own one as Discord writes it: `<:name:id>`, and
/// `<a:name:id>` for one that moves.
impl From<&str> for Emoji {
    fn from(text: &str) -> Self {
        custom_emoji(text).map_or_else(|| Emoji::Unicode(text.to_string()), Emoji::Custom)
    }
}

impl Emoji {
    /// Reads what somebody typed: an emoji itself, or a guild's own one as Discord writes it. `None`
    /// for words and numbers.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let emoji = Emoji::from(text);
        if let Emoji::Custom(_) = emoji {
            return Some(emoji);
        }
        // The longest have some ten parts, which are joined.
        let short = (1..=16).contains(&text.chars().count());
        let keycap = text.ends_with('\u{20e3}');
        let plain = |letter: char| letter.is_ascii() || letter.is_alphanumeric();
        (short && (keycap || !text.chars().any(plain))).then_some(emoji)
    }

    /// Returns it as Discord writes it in a text.
    pub fn written(&self) -> String {
        match self {
            Emoji::Unicode(text) => text.clone(),
            Emoji::Custom(own) => {
                let mark = if own.animated { "a" } else { "" };
                format!("<{mark}:{}:{}>", own.name, own.id)
            }
        }
    }
}

fn custom_emoji(text: &str) -> Option<CustomEmoji> {
    let inner = text.strip_prefix('<')?.strip_suffix('>')?;
    let (mark, rest) = inner.split_once(':')?;
    let (name, id) = rest.split_once(':')?;
    let known_mark = matches!(mark, "" | "a");
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    (known_mark && is_id && !name.is_empty()).then(|| CustomEmoji {
        id: id.to_string(),
        name: name.to_string(),
        animated: mark == "a",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_read_as_discord_writes_them() {
        let custom = |id: &str, name: &str, animated| {
            Emoji::Custom(CustomEmoji {
                id: id.into(),
                name: name.into(),
                animated,
            })
        };
        assert_eq!(Emoji::from("🎲"), Emoji::Unicode("🎲".into()));
        assert_eq!(Emoji::from("<:blob:12>"), custom("12", "blob", false));
        assert_eq!(Emoji::from("<a:blob:12>"), custom("12", "blob", true));
        for emoji in ["⭐", "❤️", "1️⃣", "🇩🇪", "👩‍👩‍👧‍👦", "<:blob:12>", "<a:blob:12>"]
        {
            let read = Emoji::read(&format!(" {emoji} "));
            assert_eq!(read.unwrap().written(), emoji);
        }
        for word in ["", "star", ":star:", "1", "Größe", "<:blob:>", "⭐ star"] {
            assert_eq!(Emoji::read(word), None, "{word}");
        }
        for odd in ["<b:blob:12>", "<:blob:>", "<::12>", "<:blob:1x>", "<@12>"] {
            assert_eq!(Emoji::from(odd), Emoji::Unicode(odd.into()));
        }
    }
}
