//! What an operator can grant beyond interfaces: each of these lifts one of the host's rules for a
//! cog. An author asks for them in `cog.toml` like for an interface; a cog that is not given one
//! loads all the same, and is told `denied` where the rule bites.

use serenity::model::permissions::Permissions;

/// Acting in servers other than the one a call came from.
pub const ACROSS_GUILDS: &str = "across-guilds";
/// Acting by itself, or for a member beyond what that member may do.
pub const ACT_ALONE: &str = "act-alone";
/// Pinging everyone.
pub const EVERYONE: &str = "everyone";
/// Before a permission's name: giving it to people, by a role or in a channel.
const HAND_OUT: &str = "hand-out.";

/// Permissions with which a member can take a server apart or silence others. A cog gives them to
/// nobody without a grant that names them.
pub const DANGEROUS: Permissions = Permissions::ADMINISTRATOR
    .union(Permissions::KICK_MEMBERS)
    .union(Permissions::BAN_MEMBERS)
    .union(Permissions::MODERATE_MEMBERS)
    .union(Permissions::MANAGE_GUILD)
    .union(Permissions::MANAGE_CHANNELS)
    .union(Permissions::MANAGE_ROLES)
    .union(Permissions::MANAGE_MESSAGES)
    .union(Permissions::MANAGE_THREADS)
    .union(Permissions::MANAGE_WEBHOOKS)
    .union(Permissions::MANAGE_GUILD_EXPRESSIONS)
    .union(Permissions::MANAGE_EVENTS)
    .union(Permissions::MANAGE_NICKNAMES)
    .union(Permissions::MUTE_MEMBERS)
    .union(Permissions::DEAFEN_MEMBERS)
    .union(Permissions::MOVE_MEMBERS)
    .union(Permissions::MENTION_EVERYONE)
    .union(Permissions::VIEW_AUDIT_LOG);

/// The powers that a cog was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Powers {
    /// It may act in servers other than the one a call came from.
    pub across_guilds: bool,
    /// It may act by itself, or for a member beyond what that member may do.
    pub act_alone: bool,
    /// It may ping everyone.
    pub everyone: bool,
    /// What of [`DANGEROUS`] it may give to people.
    pub hand_out: Permissions,
}

impl Powers {
    /// Returns the powers among the names of grants.
    pub fn of<'a>(grants: impl IntoIterator<Item = &'a str>) -> Self {
        let mut powers = Self::default();
        for grant in grants {
            match grant {
                ACROSS_GUILDS => powers.across_guilds = true,
                ACT_ALONE => powers.act_alone = true,
                EVERYONE => powers.everyone = true,
                other => powers.hand_out |= handed_out(other).unwrap_or_default(),
            }
        }
        powers
    }

    /// Returns the names with which they are granted.
    pub fn names(&self) -> Vec<String> {
        let flags = [
            (self.across_guilds, ACROSS_GUILDS),
            (self.act_alone, ACT_ALONE),
            (self.everyone, EVERYONE),
        ];
        let flags = flags.into_iter().filter(|(has, _)| *has);
        let handed = self.hand_out.iter_names().map(|(name, _)| hand_out(name));
        flags
            .map(|(_, name)| name.to_owned())
            .chain(handed)
            .collect()
    }

    /// Returns what of some permissions it may not give to people.
    pub fn withheld(&self, permissions: Permissions) -> Permissions {
        match self.hand_out.contains(Permissions::ADMINISTRATOR) {
            true => Permissions::empty(),
            false => permissions & DANGEROUS & !self.hand_out,
        }
    }
}

/// Returns what a power lets a cog do, in words that complete "it can ..."; `None` for another name.
pub fn words(name: &str) -> Option<String> {
    Some(match name {
        ACROSS_GUILDS => "act in servers other than the one it is used in".into(),
        ACT_ALONE => "act by itself, and for members beyond what they may do themselves".into(),
        EVERYONE => "ping everyone".into(),
        other => {
            let (permission, _) = handed_out(other)?.iter_names().next()?;
            format!("give people the permission {permission}")
        }
    })
}

/// Returns the permissions that the bot itself needs for a power: nobody can give what they don't
/// have.
pub fn needs(name: &str) -> Permissions {
    match name {
        EVERYONE => Permissions::MENTION_EVERYONE,
        other => handed_out(other).unwrap_or_default(),
    }
}

/// Returns the name of the grant with which a permission can be given to people.
pub fn hand_out(permission: &str) -> String {
    format!("{HAND_OUT}{}", permission.to_lowercase().replace('_', "-"))
}

fn handed_out(name: &str) -> Option<Permissions> {
    name.starts_with(HAND_OUT)
        .then(|| {
            let mut all = DANGEROUS.iter_names();
            all.find(|(permission, _)| hand_out(permission) == name)
        })?
        .map(|(_, permission)| permission)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_names_each_permission_that_is_given() {
        let none = Powers::default();
        let both = Permissions::BAN_MEMBERS | Permissions::SEND_MESSAGES;
        assert_eq!(none.withheld(both), Permissions::BAN_MEMBERS);
        let banning = Powers::of(["messages", "hand-out.ban-members"]);
        assert_eq!(banning.withheld(both), Permissions::empty());
        assert_eq!(
            banning.withheld(Permissions::ADMINISTRATOR),
            Permissions::ADMINISTRATOR
        );
        let all = Powers::of(["hand-out.administrator"]);
        assert_eq!(all.withheld(DANGEROUS), Permissions::empty());
        assert_eq!(needs("hand-out.ban-members"), Permissions::BAN_MEMBERS);
        assert_eq!(needs("everyone"), Permissions::MENTION_EVERYONE);
        assert_eq!(needs("messages"), Permissions::empty());
    }

    #[test]
    fn every_power_has_words_and_nothing_else_has() {
        for name in [ACROSS_GUILDS, ACT_ALONE, EVERYONE, "hand-out.ban-members"] {
            assert!(words(name).is_some(), "{name}");
        }
        for name in ["messages", "hand-out.send-messages", "hand-out.", ""] {
            assert_eq!(words(name), None, "{name}");
        }
    }
}
