//! `/ticket`, in the thread of one: who takes care of it, and who is let in.

use crate::keep::{self, Kept};
use crate::rules::Rules;
use crate::{close, kinds, log};
use cogbox_sdk::discord::{messages, threads};
use cogbox_sdk::markdown::{mention_channel, mention_user};
use cogbox_sdk::prelude::*;

/// The ticket of this thread.
#[command(
    name = "ticket",
    subcommands(claim, add, remove, shut),
    contexts(guild)
)]
pub struct Here;

/// Takes care of this ticket, or hands it back.
#[command]
fn claim(ctx: &Context) -> Answer {
    claimed(ctx, &ctx.channel())
}

/// Lets somebody into this ticket.
#[command]
fn add(
    ctx: &Context,
    /// Whom.
    who: Member,
) -> Answer {
    let (_, kept) = open_for_staff(ctx, &ctx.channel())?;
    let added = threads::add_member(&kept.thread, &who.user.id);
    let somebody = mention_user(&who.user.id);
    added.map_err(|refused| match refused.kind {
        ErrorKind::Forbidden | ErrorKind::NotFound => {
            Error::tell(t!(ctx, can_not_add, who = &*somebody))
        }
        _ if refused.may_pass() => Error::tell(t!(ctx, not_now)),
        _ => refused.into(),
    })?;
    ctx.reply(t!(&kept.ticket.locale, added, who = somebody))
}

/// Takes somebody out of this ticket.
#[command]
fn remove(
    ctx: &Context,
    /// Whom.
    who: User,
) -> Answer {
    let (_, kept) = open_for_staff(ctx, &ctx.channel())?;
    let somebody = mention_user(&who.id);
    if who.id == kept.owner {
        tell!(ctx, not_the_owner, who = somebody);
    }
    threads::remove_member(&kept.thread, &who.id).map_err(|refused| match refused.kind {
        ErrorKind::NotFound => Error::tell(t!(ctx, not_in_it, who = &*somebody)),
        _ if refused.may_pass() => Error::tell(t!(ctx, not_now)),
        _ => refused.into(),
    })?;
    ctx.reply(t!(&kept.ticket.locale, removed, who = somebody))
}

/// Closes this ticket.
#[command(name = "close")]
fn shut(
    ctx: &Context,
    /// Why.
    #[option(max_length = 500)]
    reason: Option<String>,
) -> Answer {
    let thread = ctx.channel();
    match reason {
        Some(reason) => close::confirmed(ctx, &thread, &reason),
        None => close::asked(ctx, &thread),
    }
}

/// Notes who takes care of a ticket; pressed again it is handed back.
pub fn claimed(ctx: &Context, thread: &str) -> Answer {
    let (guild, mut kept) = open_for_staff(ctx, thread)?;
    let me = ctx.user().id;
    let done = kept.change(&guild, |ticket| {
        let mine = ticket.claimed.as_ref() == Some(&me);
        let free = ticket.claimed.is_none();
        ticket.claimed = (!mine).then(|| {
            if free {
                me.clone()
            } else {
                ticket.claimed.clone().unwrap_or_default()
            }
        });
        mine || free
    })?;
    if !done {
        let who = kept
            .ticket
            .claimed
            .as_deref()
            .map(mention_user)
            .unwrap_or_default();
        tell!(ctx, claimed_already, who = who);
    }
    log::changed(&kept);
    let to = &kept.ticket.locale;
    let told = match kept.ticket.claimed {
        Some(_) => t!(to, claimed, who = mention_user(&me)),
        None => t!(to, handed_back, who = mention_user(&me)),
    };
    ctx.reply(told)
}

/// Lets staff into a ticket from the log.
pub fn joined(ctx: &Context, thread: &str) -> Answer {
    let (_, kept) = open_for_staff(ctx, thread)?;
    // Who is in it already stays in it.
    threads::add_member(thread, &ctx.user().id).map_err(|refused| match refused.kind {
        ErrorKind::Forbidden | ErrorKind::NotFound => Error::tell(t!(ctx, no_ticket)),
        _ if refused.may_pass() => Error::tell(t!(ctx, not_now)),
        _ => refused.into(),
    })?;
    // In a thread that was archived by silence only a message helps.
    let told = t!(
        &kept.ticket.locale,
        came_in,
        who = mention_user(&ctx.user().id)
    );
    if let Err(refused) = messages::send(thread, &OutgoingMessage::text(told)) {
        info!("that staff came in can't be told: {}", refused.message);
    }
    ctx.reply_privately(t!(ctx, you_are_in, thread = mention_channel(thread)))
}

/// Returns an open ticket, for those who answer such.
fn open_for_staff(ctx: &Context, thread: &str) -> Answer<(String, Kept)> {
    let (guild, kept) = found(ctx, thread)?;
    require(ctx, &guild, &kept)?;
    match kept.ticket.closed {
        None => Ok((guild, kept)),
        Some(_) => tell!(ctx, is_closed),
    }
}

/// Returns the ticket of a thread.
pub fn found(ctx: &Context, thread: &str) -> Answer<(String, Kept)> {
    let guild = ctx.in_guild()?;
    let kept = keep::find(&guild, thread)?.or_tell(t!(ctx, no_ticket))?;
    Ok((guild, kept))
}

/// Refuses what only staff does.
pub fn require(ctx: &Context, guild: &str, kept: &Kept) -> Answer {
    match is_staff(ctx, guild, kept)? {
        true => Ok(()),
        false => tell!(ctx, only_staff),
    }
}

/// Whether somebody answers such tickets: by their role, or because they manage threads.
pub fn is_staff(ctx: &Context, guild: &str, kept: &Kept) -> Answer<bool> {
    let rights = ctx.permissions();
    if rights.allow(Permissions::MANAGE_THREADS) || rights.allow(Permissions::MANAGE_GUILD) {
        return Ok(true);
    }
    let rules = Rules::of(guild);
    let kind = kinds::find(guild, &kept.ticket.kind_id, ctx)?;
    let role = match kind {
        Some(kind) => kind.staff(&rules)?,
        None => rules.staff()?,
    };
    let has = |role: String| {
        ctx.member()
            .is_some_and(|member| member.roles.contains(&role))
    };
    Ok(role.is_some_and(has))
}
