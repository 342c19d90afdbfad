//! A message as the starboard shows it.

use crate::keep::Kept;
use cogbox_sdk::component::Emoji;
use cogbox_sdk::discord::{guilds, messages};
use cogbox_sdk::markdown::{escape, mention_channel, shorten};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::model::Attachment;

const GOLD: u32 = 0xff_ac_33;
/// Characters of the text; what Discord takes has room for links then.
const TEXT: usize = 3_000;
/// Pictures that stand together, and other files that are listed.
const PICTURES: usize = 4;
const FILES: usize = 8;

/// Returns a message's post.
pub fn post(guild: &str, message: &Message, count: usize, emoji: &Emoji) -> OutgoingMessage {
    let locale = guilds::get(guild).map(|guild| guild.locale).ok();
    let link = link(guild, &message.channel, &message.id);
    let head = format!(
        "{} **{count}** · {}",
        emoji.written(),
        mention_channel(&message.channel)
    );
    let (pictures, files): (Vec<&Attachment>, Vec<&Attachment>) =
        message.attachments.iter().partition(|one| is_picture(one));
    let mut lines = vec![shorten(&message.content, TEXT)];
    lines.extend(files.iter().take(FILES).map(|file| listed(file)));
    lines.retain(|line| !line.is_empty());
    let author = &message.author;
    let mut first = Embed::text(lines.join("\n"))
        .color(GOLD)
        .author(&author.display_name, author.avatar_url.clone())
        .url(&link)
        .timestamp(message.sent);
    // A link to a picture, or what a bot showed.
    let shown = message.embeds.iter();
    let mut shown = shown.filter_map(|embed| {
        let picture = embed.image_url.clone();
        picture.or_else(|| embed.thumbnail_url.clone())
    });
    let mut urls = pictures.iter().map(|picture| picture.url.clone());
    first = first.image(urls.next().or_else(|| shown.next()));
    if lines.is_empty() && first.image_url.is_none() {
        let text = message.embeds.iter().find_map(|embed| {
            let title = embed.title.clone();
            embed.description.clone().or(title)
        });
        let nothing = || t!(&locale, no_text);
        first = first.description(text.map_or_else(nothing, |text| shorten(&text, TEXT)));
    }
    let mut view = OutgoingMessage::text(head).embed(first);
    // Embeds with one link stand together as a gallery.
    for url in urls.take(PICTURES - 1) {
        view = view.embed(Embed::default().url(&link).image(Some(url)));
    }
    view.row([LinkButton::new(link, t!(&locale, jump))])
}

/// Returns the link to a message.
pub fn link(guild: &str, channel: &str, message: &str) -> String {
    format!("https://discord.com/channels/{guild}/{channel}/{message}")
}

fn is_picture(file: &Attachment) -> bool {
    let kind = file.content_type.as_deref().unwrap_or_default();
    kind.starts_with("image/") && !hides(file)
}

/// Whether whoever sent a file wants it shown only to those who click.
fn hides(file: &Attachment) -> bool {
    file.name.starts_with("SPOILER_")
}

fn listed(file: &Attachment) -> String {
    let link = format!("[{}]({})", escape(&file.name), file.url);
    match hides(file) {
        true => format!("📎 ||{link}||"),
        false => format!("📎 {link}"),
    }
}

/// Deletes a post and forgets it.
pub fn take_down(guild: &str, kept: &Kept) -> Answer {
    if let Some((channel, post)) = &kept.starred.post
        && let Err(refused) = messages::delete(channel, post)
        && refused.kind != ErrorKind::NotFound
    {
        if refused.may_pass() {
            return crate::count::soon(guild, &kept.starred.channel, &kept.message);
        }
        info!("a post stays: {}", refused.message);
    }
    kept.forget(guild)
}
