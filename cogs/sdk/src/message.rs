//! Building messages: [`OutgoingMessage`], [`MessageEdit`] and [`Embed`].
//!
//! The contract's records have no defaults in Rust, so each gets one here, with methods that
//! fill it in. A text, an embed or a whole message fits wherever a message is wanted.
#![expect(
    clippy::derivable_impls,
    reason = "the records are generated, and can't derive here"
)]

use crate::clock::Timestamp;
use crate::component::{Component, SelectMenu};
pub use crate::raw::cogbox::discord::model::{
    Embed, EmbedAuthor, EmbedField, EmbedFooter, File, Mentions, MessageEdit, OutgoingMessage,
};

impl Default for Mentions {
    /// Pings nobody.
    fn default() -> Self {
        Mentions {
            everyone: false,
            all_users: false,
            all_roles: false,
            users: Vec::new(),
            roles: Vec::new(),
            replied_user: false,
        }
    }
}

impl Default for OutgoingMessage {
    fn default() -> Self {
        OutgoingMessage {
            content: String::new(),
            embeds: Vec::new(),
            rows: Vec::new(),
            files: Vec::new(),
            reply_to: None,
            mentions: Mentions::default(),
            suppress_embeds: false,
            silent: false,
        }
    }
}

/// Up to 2,000 characters of text, 10 embeds, 5 rows of components, 10 files.
impl OutgoingMessage {
    /// A message with this text.
    pub fn text(content: impl Into<String>) -> Self {
        OutgoingMessage {
            content: content.into(),
            ..Default::default()
        }
    }

    /// Adds an embed.
    pub fn embed(mut self, embed: Embed) -> Self {
        self.embeds.push(embed);
        self
    }

    /// Adds a row of up to five buttons.
    pub fn row<C: Into<Component>>(mut self, buttons: impl IntoIterator<Item = C>) -> Self {
        self.rows
            .push(buttons.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a row with one menu.
    pub fn menu(self, menu: SelectMenu) -> Self {
        self.row([menu])
    }

    /// Attaches a file.
    pub fn file(mut self, name: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        self.files.push(File {
            name: name.into(),
            description: None,
            data: data.into(),
        });
        self
    }

    /// Makes it an answer to another message of the same channel.
    pub fn reply_to(mut self, message: impl Into<String>) -> Self {
        self.reply_to = Some(message.into());
        self
    }

    /// Lets the text ping this user.
    pub fn ping_user(mut self, user: impl Into<String>) -> Self {
        self.mentions.users.push(user.into());
        self
    }

    /// Lets the text ping this role.
    pub fn ping_role(mut self, role: impl Into<String>) -> Self {
        self.mentions.roles.push(role.into());
        self
    }

    /// Says who may be pinged by the text; nobody, unless this is called.
    pub fn mentions(mut self, mentions: Mentions) -> Self {
        self.mentions = mentions;
        self
    }

    /// Sends without a notification.
    pub fn silent(mut self) -> Self {
        self.silent = true;
        self
    }
}

impl From<&str> for OutgoingMessage {
    fn from(text: &str) -> Self {
        OutgoingMessage::text(text)
    }
}

impl From<String> for OutgoingMessage {
    fn from(text: String) -> Self {
        OutgoingMessage::text(text)
    }
}

impl From<Embed> for OutgoingMessage {
    fn from(embed: Embed) -> Self {
        OutgoingMessage::default().embed(embed)
    }
}

impl Default for MessageEdit {
    /// Leaves everything as it is.
    fn default() -> Self {
        MessageEdit {
            content: None,
            embeds: None,
            rows: None,
            files: None,
            mentions: None,
        }
    }
}

/// Parts that are not named stay as they are.
impl MessageEdit {
    /// Replaces the text.
    pub fn text(mut self, content: impl Into<String>) -> Self {
        self.content = Some(content.into());
        self
    }

    /// Replaces the embeds.
    pub fn embeds(mut self, embeds: impl IntoIterator<Item = Embed>) -> Self {
        self.embeds = Some(embeds.into_iter().collect());
        self
    }

    /// Takes buttons and menus away.
    pub fn without_components(mut self) -> Self {
        self.rows = Some(Vec::new());
        self
    }
}

/// The text alone changes.
impl From<&str> for MessageEdit {
    fn from(text: &str) -> Self {
        MessageEdit::default().text(text)
    }
}

/// The text alone changes.
impl From<String> for MessageEdit {
    fn from(text: String) -> Self {
        MessageEdit::default().text(text)
    }
}

/// The embeds alone change.
impl From<Embed> for MessageEdit {
    fn from(embed: Embed) -> Self {
        MessageEdit::default().embeds([embed])
    }
}

/// Everything changes to what the message says; files only if it has some.
impl From<OutgoingMessage> for MessageEdit {
    fn from(message: OutgoingMessage) -> Self {
        MessageEdit {
            content: Some(message.content),
            embeds: Some(message.embeds),
            rows: Some(message.rows),
            files: (!message.files.is_empty()).then_some(message.files),
            mentions: Some(message.mentions),
        }
    }
}

impl Default for Embed {
    fn default() -> Self {
        Embed {
            title: None,
            description: None,
            url: None,
            color: None,
            author: None,
            footer: None,
            image_url: None,
            thumbnail_url: None,
            timestamp: None,
            fields: Vec::new(),
        }
    }
}

/// Discord's limits: title 256 characters, description 4,096, 25 fields (name 256, value
/// 1,024), footer 2,048, author 256, and 6,000 over all embeds of a message.
impl Embed {
    /// An embed with this title.
    pub fn titled(title: impl Into<String>) -> Self {
        Embed {
            title: Some(title.into()),
            ..Default::default()
        }
    }

    /// An embed with this text and no title.
    pub fn text(text: impl Into<String>) -> Self {
        Embed::default().description(text)
    }

    /// Sets the text under the title.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Makes the title a link.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Sets the colour of the bar, such as `0x5865f2`.
    pub fn color(mut self, rgb: u32) -> Self {
        self.color = Some(rgb);
        self
    }

    /// Adds a field on a line of its own.
    pub fn field(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.push_field(name.into(), value.into(), false)
    }

    /// Adds a field beside its neighbours, up to three on a line.
    pub fn inline(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.push_field(name.into(), value.into(), true)
    }

    /// Sets the line above the title.
    pub fn author(mut self, name: impl Into<String>, icon_url: Option<String>) -> Self {
        self.author = Some(EmbedAuthor {
            name: name.into(),
            url: None,
            icon_url,
        });
        self
    }

    /// Sets the line at the foot.
    pub fn footer(mut self, text: impl Into<String>) -> Self {
        self.footer = Some(EmbedFooter {
            text: text.into(),
            icon_url: None,
        });
        self
    }

    /// Sets the large picture. `None` leaves it out.
    pub fn image(mut self, url: impl Into<Option<String>>) -> Self {
        self.image_url = url.into();
        self
    }

    /// Sets the small picture in the corner. `None` leaves it out.
    pub fn thumbnail(mut self, url: impl Into<Option<String>>) -> Self {
        self.thumbnail_url = url.into();
        self
    }

    /// Sets the time at the foot, which each reader sees in their own time zone.
    pub fn timestamp(mut self, at: Timestamp) -> Self {
        self.timestamp = Some(at);
        self
    }

    fn push_field(mut self, name: String, value: String, inline: bool) -> Self {
        self.fields.push(EmbedField {
            name,
            value,
            inline,
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::component::Button;

    #[test]
    fn nobody_is_pinged_unless_it_is_said() {
        let quiet = OutgoingMessage::from("hello @everyone <@1>");
        assert_eq!(quiet.mentions, Mentions::default());
        let loud = OutgoingMessage::text("hello <@1>").ping_user("1");
        assert_eq!(loud.mentions.users, ["1"]);
        assert!(!loud.mentions.all_users && !loud.mentions.everyone);
    }

    #[test]
    fn a_text_edit_leaves_the_buttons() {
        assert_eq!(MessageEdit::from("new").rows, None);
        let whole = MessageEdit::from(OutgoingMessage::text("new"));
        assert_eq!(whole.rows, Some(vec![]));
        assert_eq!(whole.files, None, "no new files is not the same as none");
    }

    #[test]
    fn a_row_holds_what_was_put_in_it() {
        let message = OutgoingMessage::text("Vote")
            .row([Button::primary("yes", "Yes"), Button::danger("no", "No")]);
        assert_eq!(message.rows.len(), 1);
        assert_eq!(message.rows[0].len(), 2);
    }
}
