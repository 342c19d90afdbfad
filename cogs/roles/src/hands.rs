//! Which roles somebody may have this cog hand out.

use cogbox_sdk::discord::{bot, members};
use cogbox_sdk::markdown::mention_role;
use cogbox_sdk::prelude::*;
use cogbox_sdk::ranks::Ranks;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

/// Whoever asks and the bot, as far as they may give roles.
pub struct Hands<'a> {
    ctx: &'a Context,
    ranks: Ranks,
    me: Member,
}

impl<'a> Hands<'a> {
    pub fn of(ctx: &'a Context, guild: &str) -> Answer<Self> {
        let me = told(ctx, bot::me())?.id;
        Ok(Hands {
            ctx,
            ranks: Ranks::of(guild)?,
            me: told(ctx, members::get(guild, &me))?,
        })
    }

    /// Why a role can't be handed out by whoever asks, in a sentence.
    pub fn why_not(&self, role: &Role) -> Option<String> {
        let (ctx, name) = (self.ctx, mention_role(&role.id));
        let own = self.ranks.permissions(&self.me.roles);
        match () {
            () if !self.ranks.is_given(role) => Some(t!(ctx, role_not_given, role = name)),
            () if !self.ranks.lets_give(ctx, role) => Some(t!(ctx, role_above_you, role = name)),
            () if !own.allow(Permissions::MANAGE_ROLES) => Some(t!(ctx, i_lack_manage_roles)),
            () if !self
                .ranks
                .stands_above(&self.me.user.id, &self.me.roles, role) =>
            {
                Some(t!(ctx, role_above_me, role = name))
            }
            () => None,
        }
    }

    /// The same for what anybody may get, who chooses it or joins: then it may not moderate.
    pub fn why_not_for_all(&self, role: &Role) -> Option<String> {
        self.why_not(role).or_else(|| moderates(self.ctx, role))
    }
}

/// Says which of a role's permissions keep it from being given to whoever wants it.
pub fn moderates(to: &dyn Audience, role: &Role) -> Option<String> {
    let dangerous = Permissions::read(&role.permissions).among(Permissions::DANGEROUS);
    let names: Vec<&str> = dangerous.names().collect();
    (!names.is_empty()).then(|| {
        let names = format!("`{}`", names.join("`, `"));
        t!(
            to,
            role_moderates,
            role = mention_role(&role.id),
            permissions = names
        )
    })
}

/// Turns a refusal of the host's or of Discord's into a sentence for whoever asked.
pub fn told<T>(to: &dyn Audience, result: Result<T, Refused>) -> Answer<T> {
    result.map_err(|refused| {
        let why = refused.message.trim_end_matches('.').to_owned();
        Error::tell(t!(to, refused, why = why))
    })
}

/// Refuses those who may not manage roles any more, such as with a menu that they were shown before.
pub fn require_manager(ctx: &Context) -> Answer {
    match ctx.permissions().allow(Permissions::MANAGE_ROLES) {
        true => Ok(()),
        false => tell!(ctx, only_managers),
    }
}
