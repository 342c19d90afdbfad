//! `/clearwarnings`: all of somebody's, after a question.

use cogbox_sdk::markdown::mention_user;
use cogbox_sdk::prelude::*;

use crate::{journal, kept};

/// What the button's id begins with.
pub const BUTTON: &str = "clear";

/// Takes all warnings of somebody back.
#[command(needs(MODERATE_MEMBERS), defer_as(invoker))]
pub fn clearwarnings(
    ctx: &Context,
    /// Whose; somebody who left too.
    who: User,
) -> Answer {
    let guild = ctx.in_guild()?;
    let mentioned = mention_user(&who.id);
    if who.id == ctx.user().id {
        tell!(ctx, your_own);
    }
    let count = kept::all(&guild, Some(&who.id))?.len();
    if count == 0 {
        tell!(ctx, none_to_clear, who = mentioned);
    }
    let question = t!(ctx, clear_question, who = mentioned, count = count);
    let button = Button::danger(format!("{BUTTON}:{}", who.id), t!(ctx, clear_all));
    ctx.reply_privately(OutgoingMessage::text(question).row([button]))
}

/// Does so.
pub fn confirmed(ctx: &Context, user: &str) -> Answer {
    let guild = ctx.in_guild()?;
    if !ctx.permissions().allow(Permissions::MODERATE_MEMBERS) {
        tell!(ctx, no_more_moderator);
    }
    let mut count = 0;
    for filed in kept::all(&guild, Some(user))? {
        count += usize::from(kept::remove(&guild, &filed)?);
    }
    let who = mention_user(user);
    let everybody = ctx.guild_locale();
    let by = mention_user(&ctx.user().id);
    let line = t!(
        &everybody,
        cleared_log,
        by = by,
        who = who.as_str(),
        count = count
    );
    let unwritten = journal::write(ctx, &guild, Embed::text(line));
    let done = t!(ctx, cleared, who = who, count = count);
    let lines: Vec<String> = [Some(done), unwritten].into_iter().flatten().collect();
    ctx.update(MessageEdit::from(lines.join("\n")).without_components())
}
