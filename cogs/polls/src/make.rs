//! Making a poll: `/poll`, and its form.

use crate::keep::{self, Poll};
use crate::rules::Rules;
use crate::{end, view};
use cogbox_sdk::discord::messages;
use cogbox_sdk::prelude::*;

/// Longest question and answer, in characters: what a title and a button take.
const QUESTION: u16 = 250;
const OPTION: usize = 75;
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=10;
/// Longest length that is typed.
const LENGTH: u16 = 30;
/// What the form's id begins with; the poll's kind follows.
const FORM: &str = "form:";

/// Asks everybody; without answers a form opens.
#[command(contexts(guild))]
pub fn poll(
    ctx: &Context,
    /// The question.
    #[option(max_length = 250)]
    question: String,
    /// The answers, with | between: pizza | pasta | soup. Left out, a form asks for them.
    #[option(max_length = 1000)]
    answers: Option<String>,
    /// Whether one may choose several.
    multiple: Option<bool>,
    /// Whether nobody can see who voted for what.
    anonymous: Option<bool>,
    /// When it ends, such as 2 hours or 3 days.
    #[option(name = "length", max_length = 30)]
    lasts: Option<String>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let seconds = checked(ctx, &guild, lasts.as_deref())?;
    let kind = Kind {
        multiple: multiple.unwrap_or(false),
        anonymous: anonymous.unwrap_or(false),
    };
    let Some(answers) = answers else {
        let lasts = lasts.unwrap_or_default();
        return ctx.show_modal(form(ctx, &question, kind, &lasts));
    };
    let options = options(ctx, answers.split('|'))?;
    start(ctx, &guild, &question, options, kind, seconds)
}

/// Opens the form again with what was typed into it.
pub fn reopen(ctx: &Context, id: &str) -> Answer {
    draft::reopen(ctx, form(ctx, "", Kind::of_form(id)?, ""))
}

/// Makes the poll of a form.
pub fn submitted(ctx: &Context, id: &str, inputs: &Inputs) -> Answer {
    let guild = ctx.in_guild()?;
    let kind = Kind::of_form(id)?;
    let seconds = checked(ctx, &guild, Some(inputs.text("length")))?;
    let question = inputs.text("question").trim();
    if question.is_empty() {
        tell!(ctx, no_question);
    }
    let options = options(ctx, inputs.text("answers").lines())?;
    start(ctx, &guild, question, options, kind, seconds)
}

/// What kind of poll it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    multiple: bool,
    anonymous: bool,
}

impl Kind {
    /// Returns what [`read`](Self::read) reads.
    fn written(self) -> String {
        let flag = |on: bool| if on { '1' } else { '0' };
        format!("{}{}", flag(self.multiple), flag(self.anonymous))
    }

    fn of_form(id: &str) -> Answer<Self> {
        match id.strip_prefix(FORM).and_then(Kind::read) {
            Some(kind) => Ok(kind),
            None => fail!("the form `{id}` is none of ours"),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut flags = text.chars().map(|letter| letter == '1');
        Some(Kind {
            multiple: flags.next()?,
            anonymous: flags.next()?,
        })
    }
}

fn form(ctx: &Context, question: &str, kind: Kind, lasts: &str) -> Modal {
    let length = TextInput::short("length", t!(ctx, form_length))
        .length(0, LENGTH)
        .placeholder(t!(ctx, form_length_hint))
        .optional()
        .filled(lasts);
    Modal::new(format!("{FORM}{}", kind.written()), t!(ctx, form_title))
        .input(
            TextInput::short("question", t!(ctx, form_question))
                .length(1, QUESTION)
                .filled(question),
        )
        .input(
            TextInput::paragraph("answers", t!(ctx, form_answers))
                .length(1, 1_000)
                .placeholder(t!(ctx, form_answers_hint)),
        )
        .input(length)
}

/// Checks whether somebody may make a poll that lasts so long, and returns its seconds.
fn checked(ctx: &Context, guild: &str, lasts: Option<&str>) -> Answer<u64> {
    let rules = Rules::of(guild);
    rules.require_making(ctx)?;
    let running = keep::running(guild, &ctx.user().id)?;
    if let Some(most) = rules.most(ctx)?.filter(|most| running >= *most) {
        tell!(ctx, too_many, most = most);
    }
    rules.length(ctx, lasts)
}

fn options<'a>(ctx: &Context, typed: impl Iterator<Item = &'a str>) -> Answer<Vec<String>> {
    let options: Vec<String> = typed
        .map(str::trim)
        .filter(|option| !option.is_empty())
        .map(str::to_string)
        .collect();
    if !OPTIONS.contains(&options.len()) {
        tell!(ctx, odd_count, count = options.len());
    }
    for (at, option) in options.iter().enumerate() {
        if option.chars().count() > OPTION {
            tell!(ctx, too_long, number = at + 1, most = OPTION);
        }
        let same = |other: &String| other.to_lowercase() == option.to_lowercase();
        if options[..at].iter().any(same) {
            tell!(ctx, twice, option = markdown::escape(option));
        }
    }
    Ok(options)
}

fn start(
    ctx: &Context,
    guild: &str,
    question: &str,
    options: Vec<String>,
    kind: Kind,
    seconds: u64,
) -> Answer {
    let (author, locale) = (ctx.user().id, ctx.guild_locale().unwrap_or_default());
    let id = random::id();
    let mut poll = Poll {
        question: question.to_string(),
        options,
        multiple: kind.multiple,
        anonymous: kind.anonymous,
        ends: clock::now() as i64 + seconds as i64,
        channel: ctx.channel(),
        message: String::new(),
        locale,
        closed: false,
    };
    let view = view::running(&id, &author, &poll, &Default::default());
    let sent = messages::send(&poll.channel, &view).map_err(|refused| match refused.kind {
        ErrorKind::Forbidden | ErrorKind::NotFound => Error::tell(t!(ctx, can_not_write)),
        _ if refused.may_pass() => Error::tell(t!(ctx, not_now)),
        _ => refused.into(),
    })?;
    poll.message = sent.id;
    keep::keep(guild, &author, &id, &poll)?;
    end::plan(guild, &id, schedule::at(poll.ends as f64))?;
    let ends = markdown::time(poll.ends as f64, markdown::TimeStyle::Relative);
    ctx.reply_privately(t!(ctx, made, ends = ends))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_as_it_was_written() {
        for (multiple, anonymous) in [(false, true), (true, false)] {
            let kind = Kind {
                multiple,
                anonymous,
            };
            assert_eq!(Kind::read(&kind.written()), Some(kind));
        }
        assert_eq!(Kind::read("1"), None);
    }
}
