//! `/tags`, and who may do what with it.

use crate::{form, kept, offer, show};
use cogbox_sdk::markdown::mention_role;
use cogbox_sdk::prelude::*;
use show::{info, list, raw};

/// The setting of who else may manage tags.
const EDITORS: &str = "editors";

/// Returns what admins can choose.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::role(EDITORS, "Who may manage tags")
            .help("Beside those who may manage the server"),
    ]
}

/// Makes up commands for this server.
#[command(subcommands(add, edit, remove, list, info, raw), contexts(guild))]
pub struct Tags;

/// Adds a tag: a form asks what it says.
#[command]
fn add(
    ctx: &Context,
    /// The command that it becomes, such as rules.
    #[option(max_length = 100)]
    name: String,
) -> Answer {
    let guild = guild(ctx)?;
    let name = kept::name(ctx, &name)?;
    if kept::get(ctx, &guild, &name).is_ok() {
        tell!(ctx, name_taken, name = &name);
    }
    form::open_new(ctx, &name)
}

/// Changes what a tag says.
#[command]
fn edit(
    ctx: &Context,
    /// Which one.
    #[option(max_length = 100, autocomplete)]
    name: String,
) -> Answer {
    let guild = guild(ctx)?;
    let name = kept::name(ctx, &name)?;
    form::open_old(ctx, &name, &kept::get(ctx, &guild, &name)?)
}

/// Removes a tag and its command.
#[command]
fn remove(
    ctx: &Context,
    /// Which one.
    #[option(max_length = 100, autocomplete)]
    name: String,
) -> Answer {
    let guild = guild(ctx)?;
    let name = kept::name(ctx, &name)?;
    let gone = kept::get(ctx, &guild, &name)?;
    kept::remove(&guild, &name)?;
    offer::renew(ctx, &guild)?;
    // What it said is shown a last time, should that have been a slip.
    let text = t!(ctx, removed, name = &name);
    ctx.reply_privately(show::with_text(text, &name, &gone))
}

/// Returns the server of somebody who may manage its tags, and tells others that they may not.
pub fn guild(ctx: &Context) -> Answer<String> {
    let guild = ctx.in_guild()?;
    if ctx.permissions().allow(Permissions::MANAGE_GUILD) {
        return Ok(guild);
    }
    match settings::guild(&guild).role(EDITORS)? {
        Some(role) => {
            let member = ctx.member();
            match member.is_some_and(|member| member.roles.contains(&role)) {
                true => Ok(guild),
                false => tell!(ctx, only_editors, role = mention_role(&role)),
            }
        }
        None => tell!(ctx, only_managers),
    }
}
