//! A reminder as its message shows it, and the buttons under it.

use crate::keep::{self, Kept, Place, Reminder};
use crate::rules;
use crate::words;
use cogbox_sdk::markdown::{TimeStyle, mention_user, time};
use cogbox_sdk::prelude::*;

/// For how many seconds the buttons put a reminder off.
const TEN_MINUTES: i64 = 600;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// Returns the message of a reminder; in a channel it names whose it is.
pub fn message(kept: &Kept, in_channel: bool, late: Option<i64>) -> OutgoingMessage {
    let (reminder, to) = (&kept.reminder, &kept.reminder.locale);
    let about = |what: &str| format!("{what}:{}:{}", kept.user, kept.id);
    let snooze = |seconds: i64, label: String| {
        Button::secondary(format!("{}:{seconds}", about("snooze")), label)
    };
    let last = match reminder.repeat {
        Some(_) => Button::danger(about("end"), t!(to, end)),
        None => Button::success(about("done"), t!(to, done)),
    };
    OutgoingMessage::text(text(&kept.user, reminder, in_channel, late)).row([
        snooze(TEN_MINUTES, t!(to, ten_minutes)),
        snooze(HOUR, t!(to, one_hour)),
        snooze(DAY, t!(to, one_day)),
        last,
    ])
}

/// Returns a message that says whose reminder is due, and shows it to them alone.
pub fn notice(kept: &Kept) -> OutgoingMessage {
    let to = &kept.reminder.locale;
    let show = Button::primary(format!("show:{}:{}", kept.user, kept.id), t!(to, show));
    let who = mention_user(&kept.user);
    OutgoingMessage::text(t!(to, closed, who = who)).row([show])
}

fn text(user: &str, reminder: &Reminder, in_channel: bool, late: Option<i64>) -> String {
    let to = &reminder.locale;
    let mut first = "⏰".to_string();
    if in_channel {
        first += &format!(" {}", mention_user(user));
    }
    first += &match reminder.text.as_str() {
        "" => format!(" {}", t!(to, this_message)),
        text => format!(" {text}"),
    };
    let mut lines = vec![first];
    lines.extend(reminder.link.clone());
    if let Some(due) = late {
        lines.push(t!(to, late, ago = time(due as f64, TimeStyle::Relative)));
    }
    if let Some(repeat) = &reminder.repeat {
        lines.push(format!(
            "-# {}",
            t!(to, repeats, rhythm = words::repeat(to, repeat))
        ));
    }
    lines.join("\n")
}

/// Does what a button under a reminder says, for whom it reminds.
pub fn pressed(ctx: &Context, what: &str, about: &str) -> Answer {
    let mut parts = about.split(':');
    let (Some(user), Some(id)) = (parts.next(), parts.next()) else {
        fail!("the button `{what}:{about}` is none of ours");
    };
    if ctx.user().id != user {
        tell!(ctx, not_yours);
    }
    match what {
        "snooze" => {
            let seconds = parts.next().and_then(|seconds| seconds.parse().ok());
            snooze(ctx, user, id, seconds.unwrap_or(HOUR))
        }
        "done" => {
            keep::take_told(user, id)?;
            finished(ctx, t!(ctx, is_done))
        }
        "end" => {
            Place::of(ctx).end(user, id)?;
            finished(ctx, t!(ctx, ended))
        }
        "show" => {
            let reminder = keep::told(user, id)?.or_tell(t!(ctx, forgotten))?;
            ctx.reply_privately(text(user, &reminder, false, None))
        }
        _ => fail!("the button `{what}:{about}` is none of ours"),
    }
}

fn snooze(ctx: &Context, user: &str, id: &str, seconds: i64) -> Answer {
    let guild = ctx.guild();
    let (place, most) = (Place::of(ctx), rules::most(guild.as_deref())?);
    if place.of_user(user)?.len() >= most {
        tell!(ctx, too_many, most = most);
    }
    let reminder = keep::take_told(user, id)?.or_tell(t!(ctx, forgotten))?;
    let due = clock::now() as i64 + seconds;
    let again = Reminder {
        due,
        channel: guild.as_ref().map(|_| ctx.channel()),
        direct: guild.is_none(),
        repeat: None,
        tries: 0,
        ..reminder
    };
    place.add(user, &again)?;
    let at = time(due as f64, TimeStyle::DateTime);
    finished(ctx, t!(ctx, snoozed, at = at))
}

/// Takes the buttons from a reminder and says what became of it.
fn finished(ctx: &Context, line: String) -> Answer {
    let before = ctx.message().map(|message| message.content);
    let text = format!("{}\n{line}", before.unwrap_or_default());
    ctx.update(MessageEdit::from(text).without_components())
}
