//! Which tags are commands of their own in a server: the oldest, as many as there is room for, without
//! those whose name is taken.

use crate::answer::GIVEN_MAX;
use crate::kept::{self, ARGS, Tag};
use cogbox_sdk::command::{CommandOption, Contexts, OptionKind, Target, TextBounds, Visibility};
use cogbox_sdk::discord::guild_commands;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::command_types::Command;
use std::collections::BTreeMap;

/// Commands that one cog may have in a server.
const MOST: usize = 50;
/// How often it looks whether somebody else changed the tags meanwhile.
const TRIES: usize = 5;
/// Where it is kept why a tag is no command.
const REFUSED: &str = "refused";

/// Why tags are no commands, by name; an empty sentence where there is no room.
type Refused = BTreeMap<String, String>;

/// Offers the tags of a server as they are now.
pub fn renew(ctx: &Context, guild: &str) -> Answer {
    let mut tags = oldest_first(guild)?;
    for _ in 0..TRIES {
        let refused = set(ctx, guild, &tags);
        store::guild(guild).set_json(REFUSED, &refused)?;
        let now = oldest_first(guild)?;
        if now == tags {
            return Ok(());
        }
        tags = now;
    }
    Ok(())
}

/// Returns why a tag is no command of its own; `None` when it is one.
pub fn refused(ctx: &Context, guild: &str, name: &str) -> Answer<Option<String>> {
    let refused: Refused = store::guild(guild).json(REFUSED)?.unwrap_or_default();
    Ok(refused.get(name).map(|why| match why.is_empty() {
        true => t!(ctx, no_room, most = MOST),
        false => why.clone(),
    }))
}

/// Returns the names of the tags that are no commands.
pub fn all_refused(guild: &str) -> Answer<Vec<String>> {
    let refused: Refused = store::guild(guild).json(REFUSED)?.unwrap_or_default();
    Ok(refused.into_keys().collect())
}

fn oldest_first(guild: &str) -> Answer<Vec<(String, Tag)>> {
    let mut tags = kept::all(guild)?;
    tags.sort_by(|(_, a), (_, b)| a.made.total_cmp(&b.made));
    Ok(tags)
}

/// Sets the commands, and returns which tags are none and why.
fn set(ctx: &Context, guild: &str, tags: &[(String, Tag)]) -> Refused {
    let to = ctx.guild_locale();
    let mut refused = Refused::new();
    let mut fit: Vec<Command> = Vec::new();
    for tag in tags {
        if fit.len() == MOST {
            refused.insert(tag.0.clone(), String::new());
            continue;
        }
        fit.push(command(&to, tag));
        if let Err(error) = guild_commands::check(guild, &fit) {
            fit.pop();
            refused.insert(tag.0.clone(), error.message);
        }
    }
    if let Err(error) = guild_commands::set(guild, &fit) {
        let why = error.message;
        refused.extend(tags.iter().map(|(name, _)| (name.clone(), why.clone())));
    }
    refused
}

fn command(to: &dyn Audience, (name, tag): &(String, Tag)) -> Command {
    let description = match tag.description.is_empty() {
        true => t!(to, default_description),
        false => tag.description.clone(),
    };
    Command {
        name: name.clone(),
        description,
        target: Target::Chat,
        options: tag.options().iter().map(|name| option(to, name)).collect(),
        subcommands: Vec::new(),
        needs: None,
        contexts: Contexts::GUILD,
        nsfw: false,
        cooldown: None,
        concurrency: None,
        defer_as: Visibility::Everyone,
        names: Vec::new(),
        descriptions: Vec::new(),
    }
}

fn option(to: &dyn Audience, name: &str) -> CommandOption {
    let bounds = TextBounds {
        min_length: None,
        max_length: Some(GIVEN_MAX),
    };
    CommandOption {
        name: name.to_string(),
        description: match name == ARGS {
            true => t!(to, args_description),
            false => name.to_string(),
        },
        kind: OptionKind::Text(bounds),
        required: name != ARGS,
        autocomplete: false,
        names: Vec::new(),
        descriptions: Vec::new(),
    }
}
