//! The form in which a tag is written. What was mistyped is kept, so that nobody writes it twice.

use crate::kept::{self, ARGS, KNOWN, OPTION, OPTIONS_MAX, Tag, is_name};
use crate::{manage, offer};
use cogbox_sdk::prelude::*;
use cogbox_sdk::template::Template;

/// Answers of one tag, and the longest of them and of all together, in characters.
const ANSWERS_MAX: usize = 10;
const ANSWER_MAX: usize = 2_000;
const ALL_MAX: u16 = 4_000;
/// Longest description of a command, in characters.
const DESCRIPTION_MAX: u16 = 100;
/// Opens the form for a new tag.
pub fn open_new(ctx: &Context, name: &str) -> Answer {
    ctx.show_modal(form(ctx, &format!("add:{name}"), "", ""))
}

/// Opens the form with what a tag says now.
pub fn open_old(ctx: &Context, name: &str, tag: &Tag) -> Answer {
    let answers = template::join(&tag.answers);
    let form = form(ctx, &format!("edit:{name}"), &answers, &tag.description);
    ctx.show_modal(form)
}

/// Opens the form again with what was typed into it.
pub fn reopen(ctx: &Context, id: &str) -> Answer {
    manage::guild(ctx)?;
    draft::reopen(ctx, form(ctx, id, "", ""))
}

/// Returns the form with an id: `add:NAME` or `edit:NAME`.
fn form(ctx: &Context, id: &str, answers: &str, description: &str) -> Modal {
    let (_, name) = id.split_once(':').unwrap_or_default();
    let answers_input = TextInput::paragraph("answers", t!(ctx, answers_label))
        .length(1, ALL_MAX)
        .placeholder(t!(
            ctx,
            answers_placeholder,
            example = "{user} {random:a|b}"
        ));
    let description_input = TextInput::short("description", t!(ctx, description_label))
        .length(0, DESCRIPTION_MAX)
        .optional();
    Modal::new(id, t!(ctx, form_title, name = name))
        .input(answers_input.filled(answers))
        .input(description_input.filled(description))
}

/// Saves what was typed.
pub fn save(ctx: &Context, id: &str, inputs: &Inputs) -> Answer {
    let guild = manage::guild(ctx)?;
    let Some((form, name)) = id.split_once(':') else {
        fail!("the form `{id}` is none of ours");
    };
    let tag = Tag {
        answers: answers(ctx, inputs.text("answers"))?,
        description: inputs.text("description").trim().to_string(),
        made: clock::now(),
    };
    match form {
        "add" => kept::add(ctx, &guild, name, &tag)?,
        _ => kept::change(ctx, &guild, name, &tag)?,
    }
    offer::renew(ctx, &guild)?;
    let saved = t!(ctx, saved, name = name);
    ctx.reply_privately(match offer::refused(ctx, &guild, name)? {
        None => saved,
        Some(why) => format!(
            "{saved}\n{}",
            t!(ctx, not_a_command, name = name, why = why)
        ),
    })
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
