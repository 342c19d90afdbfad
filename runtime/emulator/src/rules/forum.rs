//! What the body of a channel says about the posts of a forum.

use super::form::{BAD_CHOICE, Faults, Form};
use crate::model::thread::REQUIRE_TAG;
use crate::model::{DefaultReaction, FORUM_CHANNEL, ForumTag, MEDIA_CHANNEL};
use crate::rules::channel::LONGEST_SLOW_MODE;
use crate::world::ForumEdit;

const MOST_TAGS: usize = 20;

/// The longest name of a tag, in characters.
const LONGEST_NAME: usize = 50;

/// Reads what concerns posts. Of channels that are no forums only the slow mode of new threads
/// counts.
pub fn read(form: &Form<'_>, kind: u8, faults: &mut Faults) -> ForumEdit {
    let key = "default_thread_rate_limit_per_user";
    let thread_slow_mode = form.number(key, 0..=LONGEST_SLOW_MODE, faults);
    if !matches!(kind, FORUM_CHANNEL | MEDIA_CHANNEL) {
        return ForumEdit {
            thread_slow_mode,
            ..ForumEdit::default()
        };
    }
    let flags = form.number("flags", 0..=u64::from(u32::MAX), faults);
    let tags = form.forms("available_tags", 0..=MOST_TAGS, faults);
    ForumEdit {
        tags: tags.map(|tags| tags.iter().map(|item| tag(item, faults)).collect()),
        tag_required: flags.map(|flags| flags & REQUIRE_TAG != 0),
        thread_slow_mode,
        reaction: form.nullable("default_reaction_emoji", |form, key| {
            let emoji = Form::new(form.get(key)?, form.at(key), faults);
            let (emoji_id, emoji_name) = emoji_of(&emoji, faults);
            Some(DefaultReaction {
                emoji_id,
                emoji_name,
            })
        }),
        sort_order: form.nullable("default_sort_order", |form, key| {
            form.choice(key, &[0, 1], faults)
        }),
        layout: form.choice("default_forum_layout", &[0, 1, 2], faults),
        tag_setting: form.nullable("default_tag_setting", |form, key| {
            let setting = form.text(key, 0..=20, faults)?;
            if !matches!(setting.as_str(), "match_all" | "match_some") {
                let message = "Value must be one of match_all, match_some.";
                form.fault(faults, key, BAD_CHOICE, message);
            }
            Some(setting)
        }),
    }
}

/// Reads a tag. One without an id is new.
fn tag(form: &Form<'_>, faults: &mut Faults) -> ForumTag {
    let (emoji_id, emoji_name) = emoji_of(form, faults);
    ForumTag {
        id: form.id("id", faults).unwrap_or_default(),
        name: form
            .required_text("name", 0..=LONGEST_NAME, faults)
            .unwrap_or_default(),
        moderated: form.flag("moderated", faults).unwrap_or(false),
        emoji_id,
        emoji_name,
    }
}

/// Reads an emoji, which is named by an id or by a name and not by both.
fn emoji_of(
    form: &Form<'_>,
    faults: &mut Faults,
) -> (Option<crate::snowflake::Id>, Option<String>) {
    let (id, name) = (
        form.id("emoji_id", faults),
        form.text("emoji_name", 0..=100, faults),
    );
    if id.is_some() && name.is_some() {
        let message = "An emoji has an id or a name here, and not both.";
        form.fault(faults, "emoji_name", BAD_CHOICE, message);
    }
    (id, name)
}
