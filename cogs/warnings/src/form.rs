//! **Warn** in a person's menu: the same by form.

use cogbox_sdk::discord::members;
use cogbox_sdk::hierarchy::{self, told};
use cogbox_sdk::markdown::shorten;
use cogbox_sdk::prelude::*;

use crate::rules::MOST_POINTS;
use crate::warn::warns;

const FORM: &str = "warn:";
const REASON: &str = "reason";
const POINTS: &str = "points";

/// Asks for the reason.
#[user_command(name = "Warn", needs(MODERATE_MEMBERS))]
pub fn warn_by_form(ctx: &Context, whom: Member) -> Answer {
    let guild = ctx.in_guild()?;
    hierarchy::require_below_you(ctx, &guild, &whom.user.id, true)?;
    ctx.show_modal(form(ctx, &whom.user))
}

/// Opens the form again with what was typed into it.
pub fn reopen(ctx: &Context, id: &str) -> Answer {
    let member = whom(ctx, id)?;
    draft::reopen(ctx, form(ctx, &member.user))
}

fn form(ctx: &Context, whom: &User) -> Modal {
    let title = t!(ctx, form_title, who = shorten(&whom.name, 30));
    Modal::new(format!("{FORM}{}", whom.id), title)
        .input(
            TextInput::paragraph(REASON, t!(ctx, form_reason))
                .length(1, 400)
                .placeholder(t!(ctx, form_reason_help)),
        )
        .input(
            TextInput::short(POINTS, t!(ctx, form_points))
                .length(0, 3)
                .placeholder(t!(ctx, form_points_help))
                .optional(),
        )
}

/// Takes the form.
pub fn sent(ctx: &Context, id: &str, inputs: &Inputs) -> Answer {
    let points = match inputs.text(POINTS).trim() {
        "" => None,
        typed => match typed.parse() {
            Ok(points) if points <= MOST_POINTS => Some(points),
            _ => tell!(ctx, bad_points, most = MOST_POINTS),
        },
    };
    let member = whom(ctx, id)?;
    warns(ctx, &member.user, inputs.text(REASON), points)
}

/// Returns whom a form is about, or tells that they left meanwhile.
fn whom(ctx: &Context, id: &str) -> Answer<Member> {
    let Some(user) = id.strip_prefix(FORM) else {
        fail!("the form `{id}` is none of ours");
    };
    told(ctx, members::get(&ctx.in_guild()?, user))
}
