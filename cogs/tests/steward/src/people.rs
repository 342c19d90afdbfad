//! Members, their roles, and what moderators do to them.

use crate::{Done, Order, lines, quiet};
use cogbox_sdk::discord::{
    audit_log, bot, bot_account, member_edit, member_roles, members, moderation, role_admin, roles,
};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::role_admin::RoleEdit;

pub fn done(order: &Order) -> Option<Done> {
    let guild = order.guild.as_str();
    let (first, second) = (order.word(0), order.word(1));
    Some(match order.verb.as_str() {
        "leave" => bot_account::leave(guild).map(quiet),
        "status" => bot_account::set_status(order.rest(0).as_deref()).map(quiet),
        "me" => bot::me().map(|me| me.name),
        "member" => members::get(guild, first).map(member),
        "user" => members::get_user(first).map(|user| user.name),
        "search" => members::search(guild, first, 10).map(|found| lines(found, member)),
        "members" => {
            members::page(guild, order.or_none(0).as_deref(), 3).map(|found| lines(found, member))
        }
        "rights" => members::permissions_of(guild, first, order.or_none(1).as_deref())
            .map(|bits| names(&bits)),
        "outranks" => members::outranks(guild, first, second).map(|above| above.to_string()),
        "voice" => members::voice(guild, first).map(|state| match state {
            Some(state) => format!("in {:?}, muted {}", state.channel, state.muted),
            None => "not in voice".to_owned(),
        }),
        "give" => member_roles::add(guild, first, second, order.rest(2).as_deref()).map(quiet),
        "take" => member_roles::remove(guild, first, second, order.rest(2).as_deref()).map(quiet),
        "nick" => {
            let name = order.or_none(1);
            let reason = order.rest(2);
            member_edit::set_nickname(guild, first, name.as_deref(), reason.as_deref()).map(quiet)
        }
        "move" => {
            member_edit::move_voice(guild, first, order.or_none(1).as_deref(), None).map(quiet)
        }
        "mute" => {
            member_edit::set_voice_muted(guild, first, Some(second != "off"), None, None).map(quiet)
        }
        "kick" => moderation::kick(guild, first, order.rest(1).as_deref()).map(quiet),
        "ban" => {
            moderation::ban(guild, first, order.number(1), order.rest(2).as_deref()).map(quiet)
        }
        "unban" => moderation::unban(guild, first, order.rest(1).as_deref()).map(quiet),
        "is-banned" => moderation::get_ban(guild, first).map(|ban| match ban {
            Some(ban) => format!("{} for {:?}", ban.user.name, ban.reason),
            None => "no".to_owned(),
        }),
        "bans" => moderation::bans(guild, None, 10).map(|bans| {
            lines(bans, |ban| {
                format!("{} for {:?}", ban.user.name, ban.reason)
            })
        }),
        "timeout" => {
            let until = clock::now() + order.number::<f64>(1);
            moderation::set_timeout(guild, first, Some(until), order.rest(2).as_deref()).map(quiet)
        }
        "forgive" => moderation::set_timeout(guild, first, None, None).map(quiet),
        "log" => audit_log::page(guild, order.word(0).parse().ok(), 5).map(|entries| {
            lines(entries, |entry| {
                format!("{} {:?} {:?}", entry.action, entry.target, entry.reason)
            })
        }),
        "roles" => roles::all(guild).map(|mut all| {
            all.sort_by_key(|role| (role.position, role.id.clone()));
            lines(all, |role| format!("{} {}", role.position, role.name))
        }),
        "make-role" => {
            role_admin::create(guild, &role(first, order.or_none(1)), None).map(|made| made.name)
        }
        "change-role" => {
            let edit = role(second, order.or_none(2));
            role_admin::edit(guild, first, &edit, Some("because")).map(|made| made.name)
        }
        "drop-role" => role_admin::delete(guild, first, None).map(quiet),
        _ => return None,
    })
}

fn member(member: Member) -> String {
    let name = member.nickname.unwrap_or(member.user.name);
    format!("{name} with {} roles", member.roles.len())
}

fn names(bits: &str) -> String {
    let names: Vec<_> = Permissions::read(bits).names().collect();
    names.join(" ")
}

fn role(name: &str, permissions: Option<String>) -> RoleEdit {
    RoleEdit {
        name: Some(name.to_owned()),
        color: None,
        permissions,
        hoist: None,
        mentionable: None,
    }
}
