//! Which channels are for the eyes of everybody who sees the starboard: a private channel's messages
//! are shown nowhere else, and those of an age-restricted one only where that is restricted too.
//!
//! [`is_open`] asks the host nothing.

use cogbox_sdk::component::ChannelKind;
use cogbox_sdk::discord::{channels, roles};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::model::{Overwrite, OverwriteTarget};
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

/// A channel that a message may come from.
pub struct Place {
    pub channel: Channel,
    /// The one above a thread, whose permissions hold in it.
    pub above: Option<Channel>,
}

impl Place {
    pub fn of(channel: &str) -> Result<Self, Refused> {
        let channel = channels::get(channel)?;
        let above = match (&channel.thread, &channel.parent) {
            (Some(_), Some(parent)) => Some(channels::get(parent)?),
            _ => None,
        };
        Ok(Place { channel, above })
    }

    /// Whether it is among these channels, or a thread of one.
    pub fn is_among(&self, ids: &[String]) -> bool {
        let above = self.above.as_ref().map(|above| &above.id);
        ids.contains(&self.channel.id) || above.is_some_and(|above| ids.contains(above))
    }

    /// Whether whoever sees the starboard may see its messages.
    pub fn is_shown_on(&self, guild: &str, board: &str) -> Result<bool, Refused> {
        if matches!(self.channel.kind, ChannelKind::PrivateThread) {
            return Ok(false);
        }
        let own = self.above.as_ref().unwrap_or(&self.channel);
        if own.nsfw && !channels::get(board)?.nsfw {
            return Ok(false);
        }
        let (here, there) = (channels::overwrites(&own.id)?, channels::overwrites(board)?);
        Ok(is_open(guild, &roles::all(guild)?, &here, &there))
    }
}

/// Whether every role that sees the starboard sees a channel with these overwrites.
fn is_open(guild: &str, roles: &[Role], here: &[Overwrite], there: &[Overwrite]) -> bool {
    let everyone = roles.iter().find(|role| role.id == guild);
    let everyone = everyone.map_or(Permissions::NONE, |role| {
        Permissions::read(&role.permissions)
    });
    let sees = |role: &Role, overwrites: &[Overwrite]| {
        let has = everyone | Permissions::read(&role.permissions);
        if has.allow(Permissions::ADMINISTRATOR) {
            return true;
        }
        let mut sees = has.allow(Permissions::VIEW_CHANNEL);
        for id in [guild, &role.id] {
            let of_role = |overwrite: &&Overwrite| matches!(&overwrite.target, OverwriteTarget::Role(role) if role == id);
            if let Some(overwrite) = overwrites.iter().find(of_role) {
                let names =
                    |digits: &str| Permissions::read(digits).allow(Permissions::VIEW_CHANNEL);
                sees = (sees && !names(&overwrite.deny)) || names(&overwrite.allow);
            }
        }
        sees
    };
    roles
        .iter()
        .all(|role| sees(role, here) || !sees(role, there))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(id: &str, permissions: Permissions) -> Role {
        Role {
            id: id.into(),
            guild: "1".into(),
            name: String::new(),
            color: 0,
            position: 0,
            permissions: permissions.to_string(),
            hoist: false,
            mentionable: false,
            managed: false,
        }
    }

    fn overwrite(role: &str, allows: bool) -> Overwrite {
        let view = Permissions::VIEW_CHANNEL.to_string();
        let none = Permissions::NONE.to_string();
        Overwrite {
            target: OverwriteTarget::Role(role.into()),
            allow: if allows { view.clone() } else { none.clone() },
            deny: if allows { none } else { view },
        }
    }

    #[test]
    fn a_channel_is_open_when_all_who_see_the_board_see_it() {
        let view = Permissions::VIEW_CHANNEL;
        let roles = [
            role("1", view),
            role("2", Permissions::NONE),
            role("3", Permissions::ADMINISTRATOR),
        ];
        let (hidden, shown) = (overwrite("1", false), overwrite("2", true));
        let members = [hidden.clone(), shown.clone()];
        let nobody = [hidden.clone()];
        assert!(is_open("1", &roles, &[], &[]));
        assert!(
            !is_open("1", &roles, &nobody, &[]),
            "a channel of the team's"
        );
        // Members alone see both, after they have agreed to rules.
        assert!(is_open("1", &roles, &members, &members));
        assert!(!is_open("1", &roles, &members, &[]));
        assert!(is_open("1", &roles, &[], &members));
        assert!(is_open("1", &roles, &nobody, &nobody));
    }
}
