//! The form in which a tag is written. What was mistyped is kept, so that nobody writes it twice.

use crate::kept::{self, ARGS, KNOWN, OPTION, OPTIONS_MAX, Tag, is_name};
use crate::{manage, offer};
use cogbox_sdk::prelude::*;
use cogbox_sdk::template::Template;
use serde::{Deserialize, Serialize};

/// Answers of one tag, and the longest of them and of all together, in characters.
const ANSWERS_MAX: usize = 10;
const ANSWER_MAX: usize = 2_000;
const ALL_MAX: u16 = 4_000;
/// Longest description of a command, in characters.
const DESCRIPTION_MAX: u16 = 100;
/// The key under a member of what they typed last and could not be saved.
const DRAFT: &str = "draft";

/// What somebody typed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Typed {
    /// The form's id: `add:NAME` or `edit:NAME`.
    id: String,
    answers: String,
    description: String,
}

/// Opens the form for a new tag.
pub fn open_new(ctx: &Context, name: &str) -> Answer {
    let id = format!("add:{name}");
    open(
        ctx,
        &Typed {
            id,
            ..Typed::default()
        },
    )
}

/// Opens the form with what a tag says now.
pub fn open_old(ctx: &Context, name: &str, tag: Tag) -> Answer {
    let typed = Typed {
        id: format!("edit:{name}"),
        answers: template::join(&tag.answers),
        description: tag.description,
    };
    open(ctx, &typed)
}

/// Opens the form again with what was typed into it.
pub fn reopen(ctx: &Context, id: &str) -> Answer {
    let guild = manage::guild(ctx)?;
    let draft: Option<Typed> = store::member(guild, ctx.user().id).json(DRAFT)?;
    let draft = draft.filter(|draft| draft.id == id);
    open(ctx, &draft.or_tell(t!(ctx, draft_gone))?)
}

fn open(ctx: &Context, typed: &Typed) -> Answer {
    let (_, name) = typed.id.split_once(':').unwrap_or_default();
    let answers = TextInput::paragraph("answers", t!(ctx, answers_label))
        .length(1, ALL_MAX)
        .placeholder(t!(
            ctx,
            answers_placeholder,
            example = "{user} {random:a|b}"
        ));
    let description = TextInput::short("description", t!(ctx, description_label))
        .length(0, DESCRIPTION_MAX)
        .optional();
    let filled = |input: TextInput, text: &str| match text.is_empty() {
        true => input,
        false => input.value(text),
    };
    ctx.show_modal(
        Modal::new(&typed.id, t!(ctx, form_title, name = name))
            .input(filled(answers, &typed.answers))
            .input(filled(description, &typed.description)),
    )
}

/// Saves what was typed, or tells what is wrong with it and offers to go on with it.
pub fn save(ctx: &Context, id: &str, inputs: &Inputs) -> Answer {
    let guild = manage::guild(ctx)?;
    let typed = Typed {
        id: id.to_string(),
        answers: inputs.text("answers").to_string(),
        description: inputs.text("description").trim().to_string(),
    };
    let kept = store::member(&guild, ctx.user().id);
    let name = match written(ctx, &guild, &typed) {
        Ok(name) => name,
        Err(mistake) if mistake.is_told() => {
            let correct = Button::primary(format!("draft:{id}"), t!(ctx, correct));
            let told = OutgoingMessage::text(mistake.sentence());
            return match kept.set_json(DRAFT, &typed) {
                Ok(()) => ctx.reply_privately(told.row([correct])),
                Err(_) => ctx.reply_privately(told),
            };
        }
        Err(fault) => return Err(fault),
    };
    kept.delete(DRAFT)?;
    offer::renew(ctx, &guild)?;
    let saved = t!(ctx, saved, name = &name);
    ctx.reply_privately(match offer::refused(ctx, &guild, &name)? {
        None => saved,
        Some(why) => format!(
            "{saved}\n{}",
            t!(ctx, not_a_command, name = &name, why = why)
        ),
    })
}

fn written(ctx: &Context, guild: &str, typed: &Typed) -> Answer<String> {
    let Some((form, name)) = typed.id.split_once(':') else {
        fail!("the form `{}` is none of ours", typed.id);
    };
    let tag = Tag {
        answers: answers(ctx, &typed.answers)?,
        description: typed.description.clone(),
        made: clock::now(),
    };
    match form {
        "add" => kept::add(ctx, guild, name, &tag)?,
        _ => kept::change(ctx, guild, name, &tag)?,
    }
    Ok(name.to_string())
}

/// Returns the answers in a text, or tells what is wrong with them.
fn answers(ctx: &dyn Audience, text: &str) -> Answer<Vec<String>> {
    let answers = template::split(text);
    if answers.is_empty() {
        tell!(ctx, no_answer);
    }
    if answers.len() > ANSWERS_MAX {
        tell!(
            ctx,
            too_many_answers,
            count = answers.len(),
            most = ANSWERS_MAX
        );
    }
    for answer in &answers {
        let length = answer.chars().count();
        if length > ANSWER_MAX {
            tell!(ctx, answer_too_long, length = length, most = ANSWER_MAX);
        }
        let template = Template::read(ctx, answer, KNOWN)?;
        let placeholders = template.placeholders();
        let named = placeholders
            .iter()
            .filter_map(|name| name.strip_prefix(OPTION));
        for name in named {
            if !is_name(name) || name == ARGS {
                tell!(
                    ctx,
                    bad_option,
                    name = markdown::shorten(name, 50).replace('`', "'")
                );
            }
        }
    }
    let tag = Tag {
        answers,
        description: String::new(),
        made: 0.0,
    };
    match tag.options().len() {
        0..=OPTIONS_MAX => Ok(tag.answers),
        count => tell!(ctx, too_many_options, count = count, most = OPTIONS_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: &dyn Audience = &"en-US";

    #[test]
    fn each_mistake_has_its_sentence() {
        let told = |text: &str| {
            let error = answers(EN, text).unwrap_err();
            assert!(error.is_told(), "{error}");
            error.sentence().to_string()
        };
        assert!(told("---\n").contains("no answer"));
        assert!(told(&"x\n---\n".repeat(11)).contains("11"));
        assert!(told(&"x".repeat(2_001)).contains("2,001"));
        assert!(told("{option:Big}").contains("Big"));
        assert!(told("{option:args}").contains("args"));
        assert!(told("{usr}").contains("{usr}"));
        let six: String = (0..6).map(|n| format!("{{option:o{n}}}")).collect();
        assert!(told(&six).contains('6'));
        assert_eq!(answers(EN, "{args} {option:a}").unwrap().len(), 1);
    }
}
