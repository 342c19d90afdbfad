//! Members choose roles from a panel.

use crate::hands::{moderates, told};
use crate::panel::{Change, Kept};
use crate::view::{self, Names};
use cogbox_sdk::claim::Claim;
use cogbox_sdk::discord::{member_roles, members};
use cogbox_sdk::markdown::mention_role;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;
use cogbox_sdk::trouble::Why;

const REASON: Option<&str> = Some("chosen from a panel");

/// A role's button was pressed.
pub fn toggled(ctx: &Context, guild: &str, panel: &str, role: &str) -> Answer {
    let kept = find(ctx, guild, panel)?;
    if kept.panel.offer(role).is_none() {
        tell!(ctx, no_more_offered, role = mention_role(role));
    }
    let choosing = Choosing::of(ctx, guild)?;
    let has = choosing.has()?;
    match kept.panel.choosing(role, &has) {
        Change::Take => {
            choosing.take(role).map_err(Error::tell)?;
            choosing.answers(vec![t!(ctx, taken, role = mention_role(role))])
        }
        Change::Full => tell!(ctx, full, most = kept.panel.most),
        Change::Give { also_take } => {
            choosing.give(role).map_err(Error::tell)?;
            let mut lines = vec![t!(ctx, given, role = mention_role(role))];
            for other in &also_take {
                lines.push(match choosing.take(other) {
                    Ok(()) => t!(ctx, taken, role = mention_role(other)),
                    Err(why) => why,
                });
            }
            choosing.answers(lines)
        }
    }
}

/// Shows the menu of a panel, in which one's roles are picked.
pub fn opened(ctx: &Context, guild: &str, panel: &str) -> Answer {
    let kept = find(ctx, guild, panel)?;
    let has = ctx.member().map(|member| member.roles).unwrap_or_default();
    let names = told(ctx, Names::of(guild))?;
    let menu = view::menu(&kept, &names, &has);
    ctx.reply_privately(OutgoingMessage::text(t!(ctx, choose_here)).menu(menu))
}

/// What is picked in the menu is what one has.
pub fn picked(ctx: &Context, guild: &str, panel: &str, values: &[SelectedValue]) -> Answer {
    let kept = find(ctx, guild, panel)?;
    let wanted = values.iter().filter_map(|value| match value {
        SelectedValue::Text(role) => Some(role),
        _ => None,
    });
    let wanted: Vec<&String> = wanted
        .filter(|role| kept.panel.offer(role).is_some())
        .collect();
    // The panel may have changed since the menu was shown.
    if kept.panel.most > 0 && wanted.len() > kept.panel.most {
        tell!(ctx, full, most = kept.panel.most);
    }
    let choosing = Choosing::of(ctx, guild)?;
    let mut has = choosing.has()?;
    let mut lines = Vec::new();
    for role in kept.panel.offers.iter().map(|offer| &offer.role) {
        let change = match (wanted.contains(&role), has.contains(role)) {
            (true, false) => choosing.give(role).map(|()| {
                has.push(role.clone());
                t!(ctx, given, role = mention_role(role))
            }),
            (false, true) => choosing.take(role).map(|()| {
                has.retain(|one| one != role);
                t!(ctx, taken, role = mention_role(role))
            }),
            _ => continue,
        };
        lines.push(change.unwrap_or_else(|why| why));
    }
    if lines.is_empty() {
        lines.push(t!(ctx, nothing_changed));
    }
    let menu = view::menu(&kept, &told(ctx, Names::of(guild))?, &has);
    drop(choosing);
    ctx.update(OutgoingMessage::text(lines.join("\n")).menu(menu))
}

fn find(ctx: &Context, guild: &str, panel: &str) -> Answer<Kept> {
    Kept::find(guild, panel)?.or_tell(t!(ctx, panel_gone))
}

/// Somebody choosing, one thing at a time: two presses at once would both see no role.
struct Choosing<'a> {
    ctx: &'a Context,
    guild: &'a str,
    user: String,
    _claim: Claim,
}

impl<'a> Choosing<'a> {
    fn of(ctx: &'a Context, guild: &'a str) -> Answer<Self> {
        let user = ctx.user().id;
        let claim = Claim::on(store::member(guild, &user), "choosing")?;
        let claim = claim.or_tell(t!(ctx, one_at_a_time))?;
        Ok(Choosing {
            ctx,
            guild,
            user,
            _claim: claim,
        })
    }

    /// The roles that they have now, which may be others than when they pressed.
    fn has(&self) -> Answer<Vec<String>> {
        Ok(told(self.ctx, members::get(self.guild, &self.user))?.roles)
    }

    /// Gives them a role, or says why it can't be given.
    fn give(&self, role: &str) -> Result<(), String> {
        // It may have become one that moderates since it was offered.
        let names = Names::of(self.guild).map_err(|refused| refused.message)?;
        if let Some(why) = names.role(role).and_then(|role| moderates(self.ctx, role)) {
            return Err(why);
        }
        let given = member_roles::add(self.guild, &self.user, role, REASON);
        given.map_err(|refused| self.told(role, &refused))
    }

    fn take(&self, role: &str) -> Result<(), String> {
        let taken = member_roles::remove(self.guild, &self.user, role, REASON);
        taken.map_err(|refused| self.told(role, &refused))
    }

    fn told(&self, role: &str, refused: &Refused) -> String {
        let (ctx, role) = (self.ctx, mention_role(role));
        match Why::of_role(refused) {
            Some(why) => {
                let why = why.told(ctx);
                let why = why.trim_end_matches('.');
                let sentence = t!(ctx, can_not_give, role = role, why = why);
                format!("{sentence} {}", t!(ctx, tell_managers))
            }
            None => t!(ctx, not_now, role = role),
        }
    }

    fn answers(self, lines: Vec<String>) -> Answer {
        let ctx = self.ctx;
        // Before the answer: who reads it may go on at once.
        drop(self);
        ctx.reply_privately(lines.join("\n"))
    }
}
