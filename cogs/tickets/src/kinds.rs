//! Kinds of tickets: what their button says, who answers, what is asked.

use crate::rules::Rules;
use cogbox_sdk::markdown::escape;
use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

const KINDS: &str = "kinds";
/// Two rows of buttons.
const MOST: usize = 10;
/// What a form takes: inputs, and characters of a label.
const QUESTIONS: usize = 5;
const QUESTION: usize = 45;
pub const GREETING: u16 = 1_000;
/// What a question ends in that need not be answered.
const OPTIONAL: char = '*';
/// Stands for no role in the id of a form.
const NONE: &str = "0";

/// A kind of ticket. Its name is what its button says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kind {
    pub id: String,
    pub name: String,
    /// The role that answers, when it is another than the server's.
    pub staff: Option<String>,
    pub greeting: String,
    pub questions: Vec<Question>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub label: String,
    pub required: bool,
}

/// Returns a server's kinds; one that asks nothing where it made up none.
pub fn all(guild: &str, to: &dyn Audience) -> Answer<Vec<Kind>> {
    let kinds: Vec<Kind> = store::guild(guild).json(KINDS)?.unwrap_or_default();
    if !kinds.is_empty() {
        return Ok(kinds);
    }
    Ok(vec![Kind {
        id: NONE.into(),
        name: t!(to, open_a_ticket),
        ..Kind::default()
    }])
}

/// Returns a kind by its id; `None` when it is gone.
pub fn find(guild: &str, id: &str, to: &dyn Audience) -> Answer<Option<Kind>> {
    Ok(all(guild, to)?.into_iter().find(|kind| kind.id == id))
}

impl Kind {
    /// Returns the role that answers.
    pub fn staff(&self, rules: &Rules) -> Answer<Option<String>> {
        match &self.staff {
            Some(role) => Ok(Some(role.clone())),
            None => rules.staff(),
        }
    }
}

/// Makes up a kind of ticket, or changes one: a form asks what it asks.
#[command]
pub fn kind(
    ctx: &Context,
    /// What its button says, such as Billing.
    #[option(max_length = 60)]
    name: String,
    /// Who answers, when it is not the usual role.
    role: Option<Role>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let old = kept(&guild)?.into_iter().find(|kind| kind.is_called(&name));
    let old = old.unwrap_or_default();
    let role = role
        .map(|role| role.id)
        .filter(|role| *role != guild)
        .or(old.staff);
    let questions = old
        .questions
        .iter()
        .map(|question| match question.required {
            true => question.label.clone(),
            false => format!("{}{OPTIONAL}", question.label),
        });
    let questions = questions.collect::<Vec<_>>().join("\n");
    let role = role.unwrap_or_else(|| NONE.into());
    ctx.show_modal(form(ctx, &role, &name, &questions, &old.greeting))
}

/// Opens the form again with what was typed into it.
pub fn reopen_form(ctx: &Context, role: &str) -> Answer {
    crate::panel::managed(ctx)?;
    draft::reopen(ctx, form(ctx, role, "", "", ""))
}

fn form(ctx: &Context, role: &str, name: &str, questions: &str, greeting: &str) -> Modal {
    let name_input = TextInput::short("name", t!(ctx, kind_name)).length(1, 60);
    let questions_input = TextInput::paragraph("questions", t!(ctx, kind_questions))
        .length(0, 400)
        .optional()
        .placeholder(t!(ctx, kind_questions_hint));
    let greeting_input = TextInput::paragraph("greeting", t!(ctx, kind_greeting))
        .length(0, GREETING)
        .optional();
    Modal::new(format!("kind:{role}"), t!(ctx, kind_title))
        .input(name_input.filled(name))
        .input(questions_input.filled(questions))
        .input(greeting_input.filled(greeting))
}

/// Saves what was typed.
pub fn save(ctx: &Context, role: &str, inputs: &Inputs) -> Answer {
    let guild = crate::panel::managed(ctx)?;
    let questions = questions(ctx, inputs.text("questions"))?;
    let name = inputs.text("name").trim().to_string();
    if name.is_empty() {
        tell!(ctx, no_name);
    }
    let (id, mut full) = (random::id(), false);
    store::guild(&guild).update(KINDS, |old| {
        let mut kinds = read(old)?;
        let at = kinds.iter().position(|kind| kind.is_called(&name));
        let kind = Kind {
            id: at.map_or(id.clone(), |at| kinds[at].id.clone()),
            name: name.clone(),
            staff: Some(role.to_string()).filter(|role| role != NONE),
            greeting: inputs.text("greeting").trim().to_string(),
            questions: questions.clone(),
        };
        full = at.is_none() && kinds.len() >= MOST;
        match at {
            Some(at) => kinds[at] = kind,
            None if full => {}
            None => kinds.push(kind),
        }
        Ok(Some(serde_json::to_vec(&kinds)?))
    })?;
    if full {
        tell!(ctx, too_many_kinds, most = MOST);
    }
    ctx.reply_privately(t!(
        ctx,
        kind_saved,
        kind = escape(&name),
        count = questions.len()
    ))
}

/// Takes a kind of ticket away; open ones stay.
#[command]
pub fn unkind(
    ctx: &Context,
    /// Which one, by what its button says.
    #[option(max_length = 60)]
    name: String,
) -> Answer {
    let (guild, mut found) = (ctx.in_guild()?, false);
    store::guild(&guild).update(KINDS, |old| {
        let mut kinds = read(old)?;
        found = kinds.iter().any(|kind| kind.is_called(&name));
        kinds.retain(|kind| !kind.is_called(&name));
        Ok((!kinds.is_empty())
            .then(|| serde_json::to_vec(&kinds))
            .transpose()?)
    })?;
    match found {
        true => ctx.reply_privately(t!(ctx, kind_gone_now, kind = escape(&name))),
        false => {
            let names: Vec<String> = kept(&guild)?
                .iter()
                .map(|kind| escape(&kind.name))
                .collect();
            tell!(
                ctx,
                no_such_kind,
                kind = escape(&name),
                kinds = names.join(", ")
            )
        }
    }
}

impl Kind {
    fn is_called(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.trim().to_lowercase()
    }
}

fn kept(guild: &str) -> Answer<Vec<Kind>> {
    Ok(store::guild(guild).json(KINDS)?.unwrap_or_default())
}

fn read(kept: Option<&[u8]>) -> Answer<Vec<Kind>> {
    kept.map_or(Ok(Vec::new()), |kept| Ok(serde_json::from_slice(kept)?))
}

/// Reads questions, one on each line.
fn questions(to: &dyn Audience, typed: &str) -> Answer<Vec<Question>> {
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    let questions: Vec<Question> = lines
        .map(|line| Question {
            label: line.trim_end_matches(OPTIONAL).trim_end().to_string(),
            required: !line.ends_with(OPTIONAL),
        })
        .filter(|question| !question.label.is_empty())
        .collect();
    if questions.len() > QUESTIONS {
        tell!(
            to,
            too_many_questions,
            count = questions.len(),
            most = QUESTIONS
        );
    }
    for (at, question) in questions.iter().enumerate() {
        if question.label.chars().count() > QUESTION {
            tell!(to, question_too_long, number = at + 1, most = QUESTION);
        }
    }
    Ok(questions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_read_line_by_line() {
        let read = questions(&"en-US", " What?\n\nOrder number *\n*\n").unwrap();
        let shown: Vec<_> = read
            .iter()
            .map(|one| (one.label.as_str(), one.required))
            .collect();
        assert_eq!(shown, [("What?", true), ("Order number", false)]);
        assert!(questions(&"en-US", "").unwrap().is_empty());
        assert!(
            questions(&"en-US", "a\nb\nc\nd\ne\nf")
                .unwrap_err()
                .is_told()
        );
        assert!(questions(&"en-US", &"x".repeat(46)).unwrap_err().is_told());
    }
}
