//! `/tickets`, for those who manage the server, and the message with the buttons.

use crate::kinds::{self, kind, unkind};
use crate::list::{block, list, reopen, unblock};
use cogbox_sdk::discord::messages;
use cogbox_sdk::prelude::*;

/// Longest title and text of a panel, in characters.
const TITLE: u16 = 200;
const TEXT: u16 = 2_000;
const ROW: usize = 5;
const BLURPLE: u32 = 0x58_65_f2;

/// Tickets of this server.
#[command(
    name = "tickets",
    subcommands(panel, kind, unkind, list, reopen, block, unblock),
    needs(MANAGE_GUILD)
)]
pub struct Manage;

/// Posts a message here with buttons that open tickets: a form asks what it says.
#[command]
fn panel(ctx: &Context) -> Answer {
    ctx.show_modal(form(ctx))
}

/// Opens the form again with what was typed into it.
pub fn reopen_form(ctx: &Context) -> Answer {
    managed(ctx)?;
    draft::reopen(ctx, form(ctx))
}

fn form(ctx: &Context) -> Modal {
    Modal::new("panel:", t!(ctx, panel_form))
        .input(
            TextInput::short("title", t!(ctx, panel_title_label))
                .length(1, TITLE)
                .value(t!(ctx.guild_locale(), panel_title)),
        )
        .input(
            TextInput::paragraph("text", t!(ctx, panel_text_label))
                .length(1, TEXT)
                .value(t!(ctx.guild_locale(), panel_text)),
        )
}

/// Posts the panel of a form.
pub fn post(ctx: &Context, inputs: &Inputs) -> Answer {
    let guild = managed(ctx)?;
    let embed = Embed::titled(inputs.text("title"))
        .description(inputs.text("text"))
        .color(BLURPLE);
    let mut panel = OutgoingMessage::from(embed);
    let kinds = kinds::all(&guild, &ctx.guild_locale())?;
    for kinds in kinds.chunks(ROW) {
        panel = panel.row(
            kinds
                .iter()
                .map(|kind| Button::primary(format!("open:{}", kind.id), &*kind.name).emoji("🎫")),
        );
    }
    let posted = messages::send(&ctx.channel(), &panel);
    posted.map_err(|refused| match refused.kind {
        ErrorKind::Forbidden | ErrorKind::NotFound => Error::tell(t!(ctx, can_not_write)),
        _ if refused.may_pass() => Error::tell(t!(ctx, not_now)),
        _ => refused.into(),
    })?;
    ctx.reply_privately(t!(ctx, panel_posted))
}

/// Returns the server of somebody who manages it, also after they opened a form.
pub fn managed(ctx: &Context) -> Answer<String> {
    ctx.in_guild_with(Permissions::MANAGE_GUILD, || t!(ctx, only_managers))
}
