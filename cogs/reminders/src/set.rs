//! Setting a reminder: `/remind me`, and the menu of a message with its form.

use crate::keep::{Place, Reminder};
use crate::rules::{self, Rules};
use crate::when::{self, When};
use crate::{words, zones};
use cogbox_sdk::markdown::{TimeStyle, escape, shorten, time};
use cogbox_sdk::prelude::*;

/// Longest text, in characters: with what stands around it, it fits into a message.
const TEXT: u16 = 1_000;
/// What a form shows of a message.
const EXCERPT: usize = 200;
/// Most characters of a choice of autocomplete.
const CHOICE: usize = 100;
/// What the form's id begins with; the message's channel and id follow.
const FORM: &str = "of:";

/// Where a reminder comes.
#[derive(Choice, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// In the channel.
    #[choice(name = "In this channel")]
    Channel,
    /// By direct message.
    #[choice(name = "By direct message")]
    Direct,
}

/// Reminds you of something.
#[command]
pub fn me(
    ctx: &Context,
    /// Such as: in 2 hours, tomorrow 9:00, friday 18:30, 2027-01-05 14:00, every monday at 9.
    #[option(max_length = 100, autocomplete)]
    when: String,
    /// What to remind you of.
    #[option(max_length = 1000)]
    what: String,
    /// Where you are reminded.
    #[option(name = "where")]
    place: Option<Where>,
) -> Answer {
    let wish = Wish {
        when: &when,
        what: &what,
        place,
        link: None,
    };
    wish.set(ctx)
}

/// Sets a reminder about a message.
#[message_command(name = "Remind me of this")]
pub fn remind_of_this(ctx: &Context, message: Message) -> Answer {
    let about = format!("{FORM}{}:{}", message.channel, message.id);
    let excerpt = shorten(message.content.trim(), EXCERPT);
    ctx.show_modal(form(ctx, &about, excerpt))
}

/// Opens the form again with what was typed into it.
pub fn reopen(ctx: &Context, id: &str) -> Answer {
    draft::reopen(ctx, form(ctx, id, String::new()))
}

fn form(ctx: &Context, id: &str, text: String) -> Modal {
    let when = TextInput::short("when", t!(ctx, form_when))
        .length(1, 100)
        .placeholder(t!(ctx, form_when_hint))
        .value(t!(ctx, example_length));
    let what = TextInput::paragraph("what", t!(ctx, form_what))
        .length(0, TEXT)
        .optional()
        .filled(text);
    Modal::new(id, t!(ctx, form_title)).input(when).input(what)
}

/// Sets the reminder of a form.
pub fn submitted(ctx: &Context, id: &str, inputs: &Inputs) -> Answer {
    let message = id
        .strip_prefix(FORM)
        .and_then(|about| about.split_once(':'));
    let Some((channel, message)) = message else {
        fail!("the form `{id}` is none of ours");
    };
    let guild = ctx.guild().unwrap_or_else(|| "@me".to_string());
    let wish = Wish {
        when: inputs.text("when"),
        what: inputs.text("what"),
        place: None,
        link: Some(format!(
            "https://discord.com/channels/{guild}/{channel}/{message}"
        )),
    };
    wish.set(ctx)
}

/// Takes back what was set just now.
pub fn dropped(ctx: &Context, id: &str) -> Answer {
    match Place::of(ctx).remove(&ctx.user().id, id)? {
        true => ctx.update(MessageEdit::from(t!(ctx, removed, count = 1)).without_components()),
        false => ctx.update(MessageEdit::from(t!(ctx, gone)).without_components()),
    }
}

/// Offers what was understood of a time, and times to begin with.
pub fn offer(request: &Request) -> Answer<Vec<Choice>> {
    let typed = request.typed.trim();
    let zone = zones::of(&request.user, request.guild.as_deref())?.zone;
    let now = clock::now() as i64;
    let shown = |text: &str, when: &When| {
        let name = format!("{text} → {}", words::when(request, when, &zone));
        Choice::new(shorten(&name, CHOICE), text)
    };
    let examples = words::examples(request);
    let begun = examples.iter().filter(|example| {
        example.to_lowercase().starts_with(&typed.to_lowercase()) && *example != typed
    });
    let read = |text: &String| Some(shown(text, &when::read(text, now, &zone).ok()?));
    let mut choices: Vec<Choice> = begun.filter_map(read).collect();
    match when::read(typed, now, &zone) {
        Ok(when) => choices.insert(0, shown(typed, &when)),
        Err(problem) if choices.is_empty() => {
            let sentence = words::problem(request, &problem);
            choices.push(Choice::new(shorten(&sentence, CHOICE), typed));
        }
        Err(_) => {}
    }
    Ok(choices)
}

/// What somebody would like to be reminded of.
struct Wish<'a> {
    when: &'a str,
    what: &'a str,
    place: Option<Where>,
    link: Option<String>,
}

impl Wish<'_> {
    fn set(self, ctx: &Context) -> Answer {
        let (user, guild) = (ctx.user().id, ctx.guild());
        let guild = guild.as_deref();
        let counting = zones::of(&user, guild)?;
        let when = when::read(self.when, clock::now() as i64, &counting.zone)
            .map_err(|problem| Error::tell(words::problem(ctx, &problem)))?;
        let shortest = rules::shortest(guild)?;
        if let Some(repeat) = &when.repeat
            && repeat.shortest() < shortest
        {
            let least = duration::words(ctx, shortest as u64);
            tell!(ctx, too_often, least = least);
        }
        let (place, most) = (Place::of(ctx), rules::most(guild)?);
        if place.of_user(&user)?.len() >= most {
            tell!(ctx, too_many, most = most);
        }
        let (direct, note) = self.way(ctx)?;
        let what = self.what.trim();
        if what.is_empty() && self.link.is_none() {
            tell!(ctx, no_text);
        }
        let reminder = Reminder {
            due: when.due,
            text: what.to_string(),
            channel: guild.map(|_| ctx.channel()),
            direct,
            link: self.link,
            repeat: when.repeat.clone(),
            zone: counting.name.clone(),
            locale: ctx.locale(),
            tries: 0,
        };
        let id = place.add(&user, &reminder)?;
        let mut lines = vec![confirmed(ctx, &reminder)];
        lines.extend(note);
        if when.by_clock && !counting.own {
            lines.push(t!(ctx, zone_hint, zone = counting.name));
        }
        let remove = Button::secondary(format!("drop:{id}"), t!(ctx, remove));
        ctx.reply_privately(OutgoingMessage::text(lines.join("\n")).row([remove]))
    }

    /// Returns whether it comes by direct message, and a sentence where that is not as it was meant.
    fn way(&self, ctx: &Context) -> Answer<(bool, Option<String>)> {
        let Some(guild) = ctx.guild() else {
            return Ok((true, None));
        };
        let rules = Rules::of(&guild);
        let direct = match self.place {
            Some(place) => place == Where::Direct,
            None => rules.direct()?,
        };
        if direct {
            return Ok((true, None));
        }
        if !rules.channels()? {
            return Ok((true, Some(t!(ctx, no_channels))));
        }
        let speaks = ctx.permissions().allow(Permissions::SEND_MESSAGES);
        Ok((!speaks, (!speaks).then(|| t!(ctx, no_speaking))))
    }
}

fn confirmed(ctx: &Context, reminder: &Reminder) -> String {
    let due = reminder.due as f64;
    let (at, ago) = (
        time(due, TimeStyle::DateTime),
        time(due, TimeStyle::Relative),
    );
    let what = match reminder.text.as_str() {
        "" => t!(ctx, this_message),
        text => escape(&shorten(text, EXCERPT)),
    };
    let place = match &reminder.channel {
        Some(channel) if !reminder.direct => markdown::mention_channel(channel),
        _ => t!(ctx, direct),
    };
    let mut text = t!(
        ctx,
        confirmed,
        at = at,
        ago = ago,
        place = place,
        what = what
    );
    if let Some(repeat) = &reminder.repeat {
        text += &format!(
            "\n{}",
            t!(ctx, repeats, rhythm = words::repeat(ctx, repeat))
        );
    }
    text
}
