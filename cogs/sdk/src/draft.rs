//! What somebody typed into a form and can't be taken as it is: kept, so that they go on writing instead
//! of typing it again.
//!
//! [`keep`] goes around what a form does, and [`reopen`] belongs to the button that it shows:
//!
//! ```no_run
//! # use cogbox_sdk::prelude::*;
//! # struct Notes;
//! # fn save(ctx: &Context, text: &str) -> Answer { ctx.reply_privately(text) }
//! # fn form(ctx: &Context) -> Modal { Modal::new("note", "A note") }
//! # impl Cog for Notes {
//! fn submitted(ctx: &Context, id: &str, inputs: Inputs) -> Answer {
//!     draft::keep(ctx, id, &inputs, || save(ctx, inputs.text("text")))
//! }
//!
//! fn pressed(ctx: &Context, id: &str) -> Answer {
//!     match draft::form(id) {
//!         Some("note") => draft::reopen(ctx, form(ctx)),
//!         _ => fail!("the button `{id}` is none of ours"),
//!     }
//! }
//! # }
//! ```
//!
//! Each person has one draft, the last one, until they send that form without a mistake. It lies under
//! them in the server, or under them alone in direct messages, by the key `draft`.

use serde::{Deserialize, Serialize};

use crate::cog::Inputs;
use crate::component::{Button, Modal, TextInput};
use crate::context::Context;
use crate::error::{Answer, OrTell};
use crate::message::OutgoingMessage;
use crate::store::{self, Scope};
use crate::{t, warn};

/// What the button's id begins with; the form's id follows, which has up to 84 characters therefore.
const BUTTON: &str = "draft:";
const KEY: &str = "draft";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Draft {
    form: String,
    inputs: Vec<(String, String)>,
}

/// Does what a form asks for. Where a member is told of a mistake, what they typed is kept, and the
/// sentence has a button that opens the form again.
pub fn keep(ctx: &Context, form: &str, inputs: &Inputs, then: impl FnOnce() -> Answer) -> Answer {
    let scope = scope(ctx);
    // Before the answer, so that who reads it finds no draft any more.
    forget(&scope, form)?;
    let Err(error) = then() else { return Ok(()) };
    let draft = Draft {
        form: form.to_owned(),
        inputs: inputs.texts(),
    };
    if let Err(why) = scope.set_json(KEY, &draft) {
        warn!("what was typed is not kept: {why}");
        return Err(error);
    }
    if !error.is_told() {
        return Err(error);
    }
    let go_on = Button::primary(format!("{BUTTON}{form}"), t!(ctx, go_on_writing));
    ctx.tell(OutgoingMessage::text(error.sentence()).row([go_on]))
}

/// Returns the id of the form that a button opens again; `None` for other buttons.
pub fn form(button: &str) -> Option<&str> {
    button.strip_prefix(BUTTON)
}

/// Opens a form with what was typed into it.
pub fn reopen(ctx: &Context, form: Modal) -> Answer {
    let draft: Option<Draft> = scope(ctx).json(KEY)?;
    let draft = draft.filter(|draft| draft.form == form.id);
    let draft = draft.or_tell(t!(ctx, draft_is_gone))?;
    ctx.show_modal(filled(form, &draft))
}

/// Drops the draft of a form that was sent; one of another form stays.
fn forget(scope: &Scope, form: &str) -> Answer {
    let draft: Option<Draft> = scope.json(KEY)?;
    match draft.is_some_and(|draft| draft.form == form) {
        true => scope.delete(KEY),
        false => Ok(()),
    }
}

fn filled(mut form: Modal, draft: &Draft) -> Modal {
    let fill = |input: TextInput| {
        let typed = draft.inputs.iter().find(|(id, _)| *id == input.id);
        let Some((_, text)) = typed else { return input };
        // An input may have become shorter since.
        let text: String = text.chars().take(input.max_length.into()).collect();
        input.filled(text)
    };
    form.inputs = form.inputs.into_iter().map(fill).collect();
    form
}

fn scope(ctx: &Context) -> Scope {
    let user = ctx.user().id;
    match ctx.guild() {
        Some(guild) => store::member(guild, user),
        None => store::user(user),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_filled_with_what_was_typed() {
        let inputs = [
            ("name", "Ann"),
            ("text", "too long"),
            ("gone", "x"),
            ("note", ""),
        ];
        let draft = Draft {
            form: "f".into(),
            inputs: inputs.map(|(id, text)| (id.into(), text.into())).into(),
        };
        let form = Modal::new("f", "A form")
            .input(TextInput::short("name", "Name"))
            .input(TextInput::short("text", "Text").length(0, 3))
            .input(TextInput::short("note", "Note").value("as it was"))
            .input(TextInput::short("new", "New").value("as it is"));
        let form = filled(form, &draft);
        let values: Vec<_> = form
            .inputs
            .iter()
            .map(|input| input.value.as_deref())
            .collect();
        assert_eq!(values, [Some("Ann"), Some("too"), None, Some("as it is")]);
    }

    #[test]
    fn the_button_names_its_form() {
        assert_eq!(form("draft:kind:3"), Some("kind:3"));
        assert_eq!(form("page:3"), None);
    }
}
