//! The texts of a server, and the message that one of them becomes.

use crate::rules::{Kind, Rules};
use cogbox_sdk::markdown::{escape, mention_user};
use cogbox_sdk::prelude::*;
use cogbox_sdk::template::Template;

/// The placeholders of a text.
const KNOWN: &[&str] = &["user", "user.name", "user.id", "server", "count"];
/// Texts of one kind, and the longest, in characters: what a message holds.
const TEXTS_MAX: usize = 10;
const TEXT_MAX: usize = 2_000;

const GREEN: u32 = 0x57_f2_87;
const GREY: u32 = 0x80_84_8e;

/// Returns a server's texts of a kind, in its language where it wrote none.
pub fn texts(guild: &Guild, kind: Kind) -> Answer<Vec<String>> {
    let own: Option<Vec<String>> = store::guild(&guild.id).json(&key(kind))?;
    Ok(own.unwrap_or_else(|| {
        let (user, name) = ("{user}", "{user.name}");
        let (server, count) = ("{server}", "{count}");
        vec![match kind {
            Kind::Join => t!(
                guild,
                default_join,
                user = user,
                server = server,
                count = count
            ),
            Kind::Leave => t!(guild, default_leave, name = name),
            Kind::Direct => t!(guild, default_direct, name = name, server = server),
        }]
    }))
}

/// Keeps a server's texts of a kind; none brings back the first ones.
pub fn keep(guild: &str, kind: Kind, texts: &[String]) -> Answer {
    match texts.is_empty() {
        true => store::guild(guild).delete(&key(kind)),
        false => store::guild(guild).set_json(&key(kind), &texts),
    }
}

/// Returns the texts in what somebody typed, or tells what is wrong with them.
pub fn read(to: &dyn Audience, typed: &str) -> Answer<Vec<String>> {
    let texts = template::split(typed);
    if texts.len() > TEXTS_MAX {
        tell!(to, too_many_texts, count = texts.len(), most = TEXTS_MAX);
    }
    for text in &texts {
        let length = text.chars().count();
        if length > TEXT_MAX {
            tell!(to, text_too_long, length = length, most = TEXT_MAX);
        }
        Template::read(to, text, KNOWN)?;
    }
    Ok(texts)
}

/// Returns the message for somebody.
pub fn message(guild: &Guild, kind: Kind, user: &User) -> Answer<OutgoingMessage> {
    let texts = texts(guild, kind)?;
    let text = random::pick(&texts).map_or("", String::as_str);
    let template = Template::read(guild, text, KNOWN)?;
    let text = template.fill(TEXT_MAX, |placeholder| match placeholder {
        "server" => escape(&guild.name),
        "count" => t!(guild, number, number = guild.member_count),
        _ => template::user(placeholder, user).unwrap_or_default(),
    });
    let rules = Rules::of(&guild.id);
    let pings = kind == Kind::Join && rules.pings()?;
    let message = match rules.embeds()? {
        false => OutgoingMessage::text(text),
        true => {
            let color = if kind == Kind::Leave { GREY } else { GREEN };
            let embed = Embed::text(text)
                .color(color)
                .thumbnail(user.avatar_url.clone());
            // What stands in an embed pings nobody.
            let above = if pings {
                mention_user(&user.id)
            } else {
                String::new()
            };
            OutgoingMessage::text(above).embed(embed)
        }
    };
    Ok(match pings {
        true => message.ping_user(&user.id),
        false => message,
    })
}

fn key(kind: Kind) -> String {
    format!("texts:{}", kind.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_or_told_what_is_wrong() {
        let en: &dyn Audience = &"en-US";
        assert_eq!(read(en, "Hi {user}\n---\nHello").unwrap().len(), 2);
        assert_eq!(read(en, " \n").unwrap(), [""; 0]);
        for (typed, named) in [
            ("{members}", "{members}"),
            (&"x\n---\n".repeat(11), "11"),
            (&"x".repeat(2_001), "2,001"),
        ] {
            let error = read(en, typed).unwrap_err();
            assert!(
                error.is_told() && error.sentence().contains(named),
                "{error}"
            );
        }
    }
}
