//! `/roles panel`: panels are made and changed.

use crate::hands::{Hands, require_manager};
use crate::panel::{self, Kept, Look, Panel};
use crate::view;
use cogbox_sdk::claim::Claim;
use cogbox_sdk::component::Emoji;
use cogbox_sdk::markdown::{mention_channel, mention_role, shorten};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

const BLURPLE: u32 = 0x58_65_f2;
/// Choices that are offered while somebody types.
const CHOICES: usize = 25;

/// Messages with roles to choose from.
#[command(name = "panel", subcommands(create, edit, role, post, delete, list))]
pub struct Panels;

/// Makes a panel, whose roles you choose then.
#[command]
fn create(
    ctx: &Context,
    /// Its title.
    #[option(max_length = 100)]
    title: String,
    /// What stands above the roles.
    #[option(max_length = 1000)]
    text: Option<String>,
    /// Where it is posted; here when left out.
    #[option(channels(text, announcement))]
    channel: Option<Channel>,
    /// How roles are chosen; by buttons when left out.
    look: Option<Look>,
    /// How many of the roles one may have; any number when left out.
    #[option(min = 1, max = 25)]
    most: Option<u32>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let all = panel::all(&guild)?;
    if all.len() >= panel::PANELS {
        tell!(ctx, too_many_panels, most = panel::PANELS);
    }
    let title = titled(ctx, &all, &title)?;
    let kept = Kept {
        id: random::id(),
        panel: Panel {
            title,
            about: text.and_then(filled),
            look: look.unwrap_or(Look::Buttons),
            most: most.unwrap_or_default() as usize,
            offers: Vec::new(),
            channel: channel.map_or_else(|| ctx.channel(), |channel| channel.id),
            message: None,
            locale: ctx.guild_locale().unwrap_or_default(),
        },
    };
    kept.save(&guild)?;
    let channel = mention_channel(&kept.panel.channel);
    asks(ctx, &kept, t!(ctx, which_roles, channel = channel))
}

/// Changes a panel; what you leave out stays.
#[command]
fn edit(
    ctx: &Context,
    /// Which one.
    #[option(autocomplete, max_length = 100)]
    panel: String,
    /// Its title.
    #[option(max_length = 100)]
    title: Option<String>,
    /// What stands above the roles; a single - for nothing.
    #[option(max_length = 1000)]
    text: Option<String>,
    /// How roles are chosen.
    look: Option<Look>,
    /// How many of the roles one may have; 0 for any number.
    #[option(min = 0, max = 25)]
    most: Option<u32>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let (mut kept, claim) = open(ctx, &guild, &panel)?;
    let panel = &mut kept.panel;
    if let Some(title) = title {
        let others: Vec<Kept> = panel::all(&guild)?
            .into_iter()
            .filter(|other| other.id != kept.id)
            .collect();
        panel.title = titled(ctx, &others, &title)?;
    }
    if let Some(text) = text {
        panel.about = filled(text);
    }
    panel.look = look.unwrap_or(panel.look);
    panel.most = most.map_or(panel.most, |most| most as usize);
    show(ctx, &guild, &mut kept)?;
    drop(claim);
    asks(ctx, &kept, t!(ctx, changed))
}

/// Says how a role of a panel looks; what you leave out goes.
#[command]
fn role(
    ctx: &Context,
    /// Which panel.
    #[option(autocomplete, max_length = 100)]
    panel: String,
    /// The role; one that is new is added.
    role: Role,
    /// An emoji before it.
    #[option(max_length = 60)]
    emoji: Option<String>,
    /// What stands on its button; its name when left out.
    #[option(max_length = 80)]
    label: Option<String>,
    /// What stands behind it.
    #[option(max_length = 100)]
    about: Option<String>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let emoji = emoji.and_then(filled);
    if let Some(typed) = emoji.as_ref().filter(|typed| Emoji::read(typed).is_none()) {
        tell!(ctx, no_emoji, typed = markdown::escape(typed));
    }
    let (mut kept, claim) = open(ctx, &guild, &panel)?;
    if kept.panel.offer(&role.id).is_none() {
        if kept.panel.offers.len() >= panel::ROLES {
            tell!(ctx, too_many_roles, most = panel::ROLES);
        }
        if let Some(why) = Hands::of(ctx, &guild)?.why_not_for_all(&role) {
            return Err(Error::tell(why));
        }
        kept.panel.offers.push(panel::Offer {
            role: role.id.clone(),
            ..Default::default()
        });
    }
    let of_role = |offer: &&mut panel::Offer| offer.role == role.id;
    if let Some(offer) = kept.panel.offers.iter_mut().find(of_role) {
        offer.emoji = emoji;
        offer.label = label.and_then(filled);
        offer.about = about.and_then(filled);
    }
    show(ctx, &guild, &mut kept)?;
    drop(claim);
    ctx.reply_privately(shown(ctx, &guild, &kept))
}

/// Posts a panel anew, here or elsewhere, and deletes its message of before.
#[command]
fn post(
    ctx: &Context,
    /// Which one.
    #[option(autocomplete, max_length = 100)]
    panel: String,
    /// Where; here when left out.
    #[option(channels(text, announcement))]
    channel: Option<Channel>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let (mut kept, claim) = open(ctx, &guild, &panel)?;
    if kept.panel.offers.is_empty() {
        tell!(ctx, without_roles);
    }
    let mut before = kept.clone();
    kept.panel.message = None;
    kept.panel.channel = channel.map_or_else(|| ctx.channel(), |channel| channel.id);
    show(ctx, &guild, &mut kept)?;
    drop(claim);
    let mut lines = vec![shown(ctx, &guild, &kept)];
    if let Err(refused) = view::take_down(&mut before) {
        debug!("a panel's old message stays: {}", refused.message);
        lines.extend(
            before
                .link(&guild)
                .map(|link| t!(ctx, old_stays, link = link)),
        );
    }
    ctx.reply_privately(lines.join("\n"))
}

/// Deletes a panel and its message; who has roles keeps them.
#[command]
fn delete(
    ctx: &Context,
    /// Which one.
    #[option(autocomplete, max_length = 100)]
    panel: String,
) -> Answer {
    let guild = ctx.in_guild()?;
    let (mut kept, _claim) = open(ctx, &guild, &panel)?;
    let link = kept.link(&guild);
    let gone = view::take_down(&mut kept);
    kept.forget(&guild)?;
    let title = markdown::escape(&kept.panel.title);
    let mut lines = vec![t!(ctx, deleted, title = title)];
    if let Err(refused) = gone {
        debug!("a panel's message stays: {}", refused.message);
        lines.extend(link.map(|link| t!(ctx, old_stays, link = link)));
    }
    ctx.reply_privately(lines.join("\n"))
}

/// Lists the panels and their roles.
#[command]
fn list(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let all = panel::all(&guild)?;
    if all.is_empty() {
        tell!(ctx, no_panels);
    }
    let mut embed = Embed::titled(t!(ctx, panels)).color(BLURPLE);
    for kept in &all {
        let place = match kept.link(&guild) {
            Some(link) => link,
            None => t!(ctx, not_posted),
        };
        let offers = kept.panel.offers.iter();
        let roles: Vec<String> = offers.map(|offer| mention_role(&offer.role)).collect();
        let lines = format!("{place}\n{}", roles.join(" "));
        embed = embed.field(shorten(&kept.panel.title, 100), shorten(&lines, 1_024));
    }
    ctx.reply_privately(embed)
}

/// Offers the panels while somebody types.
pub fn offer(request: &Request) -> Answer<Vec<Choice>> {
    let Some(guild) = &request.guild else {
        return Ok(Vec::new());
    };
    let typed = request.typed.to_lowercase();
    let fits = panel::all(guild)?
        .into_iter()
        .filter(|kept| kept.panel.title.to_lowercase().contains(&typed));
    let choices = fits.map(|kept| Choice::new(kept.panel.title, kept.id));
    Ok(choices.take(CHOICES).collect())
}

/// Takes the roles that were chosen for a panel, without those that can't be handed out, and shows it.
pub fn offered(ctx: &Context, guild: &str, id: &str, values: Vec<SelectedValue>) -> Answer {
    require_manager(ctx)?;
    let (mut kept, claim) = open(ctx, guild, id)?;
    let hands = Hands::of(ctx, guild)?;
    let mut lines = Vec::new();
    let roles = values.into_iter().filter_map(|value| match value {
        SelectedValue::Role(role) => Some(role),
        _ => None,
    });
    let before = kept.panel.clone();
    let good = roles.filter(|role| {
        // Who edits a panel need not be able to give what somebody else offered there.
        let why = match before.offer(&role.id) {
            Some(_) => None,
            None => hands.why_not_for_all(role),
        };
        lines.extend(why.clone());
        why.is_none()
    });
    let good: Vec<String> = good.map(|role| role.id).collect();
    kept.panel.offer_only(good);
    show(ctx, guild, &mut kept)?;
    drop(claim);
    lines.push(shown(ctx, guild, &kept));
    ctx.update(MessageEdit::from(lines.join("\n")).without_components())
}

/// Answers with the menu of roles for a panel.
fn asks(ctx: &Context, kept: &Kept, text: String) -> Answer {
    let offers = kept.panel.offers.iter().map(|offer| offer.role.clone());
    let menu = SelectMenu::roles(format!("offer:{}", kept.id))
        .picks(0, panel::ROLES as u8)
        .placeholder(t!(ctx, roles_placeholder))
        .picked(offers);
    ctx.reply_privately(OutgoingMessage::text(text).menu(menu))
}

/// Finds a panel by its id or its title, to be changed by nobody else meanwhile.
fn open(ctx: &Context, guild: &str, typed: &str) -> Answer<(Kept, Claim)> {
    let typed = typed.trim().to_lowercase();
    let fits = |kept: &Kept| kept.id == typed || kept.panel.title.to_lowercase() == typed;
    let found = panel::all(guild)?.into_iter().find(fits);
    let id = found.or_tell(t!(ctx, no_panel))?.id;
    let claim = Claim::on(store::guild(guild), &format!("editing:{id}"))?;
    let claim = claim.or_tell(t!(ctx, somebody_edits))?;
    // Anew: somebody may have changed it before the claim.
    let kept = Kept::find(guild, &id)?.or_tell(t!(ctx, no_panel))?;
    Ok((kept, claim))
}

/// Shows a panel and keeps it, unless Discord refuses.
fn show(ctx: &Context, guild: &str, kept: &mut Kept) -> Answer {
    if let Err(refused) = view::show(guild, kept) {
        return Err(Error::tell(not_shown(ctx, kept, &refused)));
    }
    kept.save(guild)
}

fn not_shown(ctx: &Context, kept: &Kept, refused: &Refused) -> String {
    let channel = mention_channel(&kept.panel.channel);
    match refused.kind {
        ErrorKind::Forbidden | ErrorKind::NotFound => t!(ctx, can_not_write, channel = channel),
        _ if refused.may_pass() => t!(ctx, discord_rests),
        _ => {
            let why = refused.message.trim_end_matches('.');
            t!(ctx, refused, why = why)
        }
    }
}

fn shown(ctx: &Context, guild: &str, kept: &Kept) -> String {
    match kept.link(guild) {
        Some(link) => t!(ctx, is_there, link = link),
        None => t!(ctx, without_roles),
    }
}

/// Returns a title, which no other panel may have.
fn titled(ctx: &Context, others: &[Kept], title: &str) -> Answer<String> {
    let title = title.trim();
    if title.is_empty() {
        tell!(ctx, no_title);
    }
    let same = |other: &Kept| other.panel.title.to_lowercase() == title.to_lowercase();
    if others.iter().any(same) {
        tell!(ctx, title_taken, title = markdown::escape(title));
    }
    Ok(title.to_string())
}

fn filled(text: String) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text != "-").then(|| text.to_string())
}
