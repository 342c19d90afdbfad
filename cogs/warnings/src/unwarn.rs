//! `/unwarn`.

use cogbox_sdk::discord::direct_messages;
use cogbox_sdk::markdown::{escape, shorten};
use cogbox_sdk::prelude::*;

use crate::kept::{self, Filed};
use crate::warn::server;
use crate::{journal, rules};

/// Takes a warning back.
#[command(needs(MODERATE_MEMBERS))]
pub fn unwarn(
    ctx: &Context,
    /// The warning's number.
    #[option(min = 1, autocomplete)]
    number: u32,
    /// Why.
    #[option(max_length = 400)]
    reason: Option<String>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    let filed = kept::find(ctx, guild, number)?;
    if filed.user == ctx.user().id {
        tell!(ctx, your_own);
    }
    if !kept::remove(guild, &filed)? {
        tell!(ctx, no_warning, number = number.to_string());
    }
    let unheard = tells(ctx, guild, &filed, reason.as_deref())?;
    let (everybody, by) = (ctx.guild_locale(), ctx.user().id);
    let embed = journal::taken_back(&everybody, &filed, &by, reason.as_deref());
    let unwritten = journal::write(ctx, guild, embed);
    let done = t!(
        ctx,
        taken_back,
        number = filed.number.to_string(),
        who = escape(&filed.value.name)
    );
    let lines: Vec<String> = [Some(done), unheard, unwritten]
        .into_iter()
        .flatten()
        .collect();
    ctx.reply(lines.join("\n"))
}

fn tells(ctx: &Context, guild: &str, filed: &Filed, why: Option<&str>) -> Answer<Option<String>> {
    if !rules::tells(guild)? {
        return Ok(None);
    }
    let everybody = &ctx.guild_locale();
    let mut lines = vec![
        t!(
            everybody,
            yours_was_taken_back,
            server = server(everybody, guild)
        ),
        format!("> {}", escape(&filed.value.reason)),
    ];
    lines.extend(why.map(escape));
    let sent = direct_messages::send(&filed.user, &lines.join("\n").into());
    Ok(sent.err().map(|refused| {
        debug!("somebody can't be told: {}", refused.message);
        t!(ctx, not_told)
    }))
}

/// Offers the newest warnings whose number, name or reason has what was typed.
pub fn offer(request: &Request, guild: &str) -> Answer<Vec<Choice>> {
    let typed = request.typed.to_lowercase();
    let fits = |filed: &Filed| {
        let warning = &filed.value;
        filed.number.to_string().starts_with(&typed)
            || warning.name.to_lowercase().contains(&typed)
            || warning.reason.to_lowercase().contains(&typed)
    };
    let choice = |filed: Filed| {
        let warning = filed.value;
        let shown = format!("{} {}: {}", filed.number, warning.name, warning.reason);
        Choice::new(shorten(&shown, 100), filed.number)
    };
    let all = kept::all(guild, None)?.into_iter().filter(fits);
    Ok(all.take(25).map(choice).collect())
}
