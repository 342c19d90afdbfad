//! What happens to what was found: it goes at once, or after a question when it is much.

use cogbox_sdk::discord::{bot, members, message_admin};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

use crate::search::{Found, MOST, Search};

/// More than so many are deleted only after a question.
const ASKED: usize = 100;
/// How long the question stands, in seconds.
const STANDS: f64 = 300.0;
const BUTTON: &str = "go";
const WAITING: &str = "waiting";

/// Looks for messages in this channel and deletes them.
pub fn sweep(ctx: &Context, search: Search) -> Answer {
    let channel = ctx.channel();
    require_own(ctx, &channel)?;
    ctx.defer_privately()?;
    let found = told(ctx, search.goes(&channel))?;
    if found.ids.len() > ASKED {
        return ask(ctx, &channel, &found);
    }
    delete(ctx, &channel, &found.ids)?;
    let done = t!(ctx, deleted, count = found.ids.len());
    say(ctx, done, &found)
}

/// Says what was done, and why it was not more.
fn say(ctx: &Context, first: String, found: &Found) -> Answer {
    let mut lines = vec![first];
    if found.too_old {
        lines.push(t!(ctx, too_old));
    }
    if found.tired {
        lines.push(t!(ctx, tired));
    }
    ctx.edit_reply(lines.join("\n").as_str()).map(drop)
}

fn ask(ctx: &Context, channel: &str, found: &Found) -> Answer {
    let kept = store::member(ctx.in_guild()?, ctx.user().id);
    let ids = found.ids.join(" ");
    kept.set(WAITING, format!("{} {channel} {ids}", clock::now()))?;
    let count = found.ids.len();
    let mut lines = vec![t!(ctx, really, count = count)];
    if count == MOST {
        lines.push(t!(ctx, at_most, count = MOST));
    }
    if found.too_old {
        lines.push(t!(ctx, too_old));
    }
    let question = OutgoingMessage::text(lines.join("\n"))
        .row([Button::danger(BUTTON, t!(ctx, delete, count = count))]);
    ctx.edit_reply(question).map(drop)
}

/// Deletes what was asked about.
pub fn pressed(ctx: &Context, id: &str) -> Answer {
    if id != BUTTON {
        fail!("the button `{id}` is none of ours");
    }
    let channel = ctx.channel();
    if !ctx.permissions().allow(Permissions::MANAGE_MESSAGES) {
        tell!(ctx, not_any_more);
    }
    require_own(ctx, &channel)?;
    let kept = store::member(ctx.in_guild()?, ctx.user().id);
    let waiting = kept.text(WAITING)?.unwrap_or_default();
    kept.delete(WAITING)?;
    let mut words = waiting.split(' ');
    let asked: f64 = words
        .next()
        .and_then(|asked| asked.parse().ok())
        .unwrap_or_default();
    if clock::now() - asked > STANDS || words.next() != Some(channel.as_str()) {
        tell!(ctx, too_late);
    }
    let ids: Vec<String> = words.map(str::to_owned).collect();
    let plain = |text: String| OutgoingMessage::text(text);
    ctx.update(plain(t!(ctx, deleting, count = ids.len())))?;
    delete(ctx, &channel, &ids)?;
    ctx.edit_reply(plain(t!(ctx, deleted, count = ids.len())))
        .map(drop)
}

fn delete(ctx: &Context, channel: &str, ids: &[String]) -> Answer {
    if ids.is_empty() {
        return Ok(());
    }
    told(ctx, message_admin::delete(channel, ids, Some("cleanup")))
}

/// Refuses what the bot itself may not do here.
fn require_own(ctx: &Context, channel: &str) -> Answer {
    let (guild, me) = (ctx.in_guild()?, told(ctx, bot::me())?.id);
    let own = told(ctx, members::permissions_of(&guild, &me, Some(channel)))?;
    let own = Permissions::read(&own);
    let needs = [
        (Permissions::VIEW_CHANNEL, t!(ctx, permission_view)),
        (
            Permissions::READ_MESSAGE_HISTORY,
            t!(ctx, permission_history),
        ),
        (Permissions::MANAGE_MESSAGES, t!(ctx, permission_manage)),
    ];
    for (need, permission) in needs {
        if !own.allow(need) {
            tell!(ctx, i_lack, permission = permission);
        }
    }
    Ok(())
}

fn told<T>(to: &dyn Audience, result: Result<T, Refused>) -> Answer<T> {
    result.map_err(|refused| {
        let why = refused.message.trim_end_matches('.').to_owned();
        Error::tell(t!(to, refused, why = why))
    })
}
