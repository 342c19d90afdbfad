//! Opening a ticket: the button, the questions, the thread.

use crate::keep::{self, Kept, Ticket};
use crate::kinds::{self, Kind};
use crate::log;
use crate::rules::Rules;
use cogbox_sdk::claim::Claim;
use cogbox_sdk::discord::{messages, roles, threads};
use cogbox_sdk::markdown::{escape, mention_channel, mention_role, mention_user, shorten};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

/// Marks that a ticket of somebody is being opened.
const OPENING: &str = "opening";
/// Longest answer, in characters: five of them fit into a card.
const ANSWER: u16 = 1_000;
const FIELD: usize = 1_024;
/// Longest name of a thread.
const NAME: usize = 100;
const GREEN: u32 = 0x57_f2_87;

/// Opens a ticket, or asks its questions first.
pub fn pressed(ctx: &Context, id: &str) -> Answer {
    let (_, kind) = allowed(ctx, id)?;
    match kind.questions.is_empty() {
        true => open(ctx, id, &[]),
        false => ctx.show_modal(form(id, &kind)),
    }
}

/// Opens the form again with what was typed into it.
pub fn reopen_form(ctx: &Context, id: &str) -> Answer {
    let (_, kind) = allowed(ctx, id)?;
    draft::reopen(ctx, form(id, &kind))
}

fn form(id: &str, kind: &Kind) -> Modal {
    let mut form = Modal::new(format!("answers:{id}"), shorten(&kind.name, 45));
    for (at, question) in kind.questions.iter().enumerate() {
        let input = TextInput::paragraph(at.to_string(), &*question.label).length(0, ANSWER);
        form = form.input(match question.required {
            true => input.length(1, ANSWER),
            false => input.optional(),
        });
    }
    form
}

/// Opens a ticket with the answers of a form.
pub fn answered(ctx: &Context, id: &str, inputs: &Inputs) -> Answer {
    let (_, kind) = allowed(ctx, id)?;
    let answers = kind.questions.iter().enumerate().map(|(at, question)| {
        let answer = inputs.text(&at.to_string()).trim().to_string();
        (question.label.clone(), answer)
    });
    let answers: Vec<_> = answers.filter(|(_, answer)| !answer.is_empty()).collect();
    open(ctx, id, &answers)
}

/// Returns the kind of ticket, if whoever asks may open one.
fn allowed(ctx: &Context, id: &str) -> Answer<(String, Kind)> {
    let guild = ctx.in_guild()?;
    let kind = kinds::find(&guild, id, &ctx.guild_locale())?.or_tell(t!(ctx, kind_is_gone))?;
    let user = ctx.user().id;
    if keep::is_blocked(&guild, &user)? {
        tell!(ctx, you_are_blocked);
    }
    let most = Rules::of(&guild).most()?;
    if keep::open(&guild, &user)? >= most {
        let threads = keep::all(&guild)?.into_iter();
        let own = threads.filter(|kept| kept.owner == user && kept.ticket.closed.is_none());
        let own: Vec<String> = own.map(|kept| mention_channel(&kept.thread)).collect();
        tell!(ctx, too_many, most = most, threads = own.join(", "));
    }
    Ok((guild, kind))
}

/// Opens it. Of two clicks at once one opens a ticket, and the other is told.
fn open(ctx: &Context, id: &str, answers: &[(String, String)]) -> Answer {
    let (guild, user) = (ctx.in_guild()?, ctx.user());
    let claim = Claim::on(store::member(&guild, &user.id), OPENING)?;
    let claim = claim.or_tell(t!(ctx, being_opened))?;
    // Looked at again: the one that was being opened a moment ago counts by now.
    let (guild, kind) = allowed(ctx, id)?;
    let kept = make(ctx, &guild, &user, &kind, answers)?;
    drop(claim);
    ctx.reply_privately(t!(ctx, opened, thread = mention_channel(&kept.thread)))
}

fn make(
    ctx: &Context,
    guild: &str,
    user: &User,
    kind: &Kind,
    answers: &[(String, String)],
) -> Answer<Kept> {
    let number = keep::number(guild)?;
    let name = shorten(
        &format!("{number:04} · {} · {}", kind.name, user.display_name),
        NAME,
    );
    let thread = threads::create(&ctx.channel(), None, &name, true);
    let thread = thread.map_err(|refused| can_not(ctx, refused))?.id;
    let mut kept = Kept {
        thread: thread.clone(),
        owner: user.id.clone(),
        ticket: Ticket {
            number,
            kind: kind.name.clone(),
            kind_id: kind.id.clone(),
            opened: clock::now(),
            claimed: None,
            closed: None,
            logged: None,
            locale: ctx.guild_locale().unwrap_or_default(),
        },
    };
    // Kept before anybody is let in: a thread that is there is known.
    kept.keep(guild)?;
    let rules = Rules::of(guild);
    let staff = kind.staff(&rules)?;
    // A role that was deleted calls nobody: the log says so, and moderators see the thread all the same.
    let there =
        |role: &String| roles::all(guild).is_ok_and(|all| all.iter().any(|one| one.id == *role));
    let is_gone = staff.as_ref().is_some_and(|role| !there(role));
    let staff = staff.filter(|_| !is_gone);
    let welcomed = threads::add_member(&thread, &user.id)
        .and_then(|()| messages::send(&thread, &greeting(&kept, kind, staff.as_deref(), answers)));
    if let Err(refused) = welcomed {
        kept.forget(guild)?;
        if let Err(refused) = threads::set_archived(&thread, true, true) {
            info!("a thread that nobody is in stays open: {}", refused.message);
        }
        return Err(can_not(ctx, refused));
    }
    log::opened(guild, &mut kept, staff.as_deref(), is_gone)?;
    Ok(kept)
}

/// What a ticket begins with. Its ping brings in whoever opened it and those who answer.
fn greeting(
    kept: &Kept,
    kind: &Kind,
    staff: Option<&str>,
    answers: &[(String, String)],
) -> OutgoingMessage {
    let (to, owner) = (&kept.ticket.locale, mention_user(&kept.owner));
    let mut called = vec![owner.clone()];
    called.extend(staff.map(mention_role));
    let text = match kind.greeting.as_str() {
        "" => t!(to, greeting),
        greeting => greeting.to_string(),
    };
    let mut embed = Embed::titled(t!(
        to,
        ticket,
        number = kept.ticket.number.to_string(),
        kind = escape(&kind.name)
    ))
    .description(text)
    .color(GREEN);
    for (question, answer) in answers {
        embed = embed.field(escape(question), shorten(&escape(answer), FIELD));
    }
    let thread = &kept.thread;
    let message = OutgoingMessage::text(called.join(" "))
        .embed(embed)
        .ping_user(&kept.owner)
        .row([
            Button::success(format!("claim:{thread}"), t!(to, claim)).emoji("🙋"),
            Button::danger(format!("close:{thread}"), t!(to, close)).emoji("🔒"),
        ]);
    match staff {
        Some(role) => message.ping_role(role),
        None => message,
    }
}

fn can_not(ctx: &Context, refused: Refused) -> Error {
    match refused.kind {
        ErrorKind::Forbidden | ErrorKind::NotFound => Error::tell(t!(ctx, can_not_open)),
        ErrorKind::Invalid => Error::tell(t!(ctx, no_threads_here)),
        _ if refused.may_pass() => Error::tell(t!(ctx, not_now)),
        _ => refused.into(),
    }
}
