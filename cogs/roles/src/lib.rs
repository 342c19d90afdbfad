//! Roles that members choose, roles at joining, and roles for a time.
//!
//! Owns the list of commands and hooks. The cog gives roles with the bot's permissions to people who
//! have none, so [`hands`] looks at each role before anybody may offer it or give it.

mod at_joining;
mod choose;
mod hands;
mod joined;
mod manage;
mod panel;
mod temporary;
mod view;

use cogbox_sdk::prelude::*;

locales!("en-US", "de");

pub struct Roles;

#[cog]
impl Cog for Roles {
    fn commands() -> Commands {
        commands![HandOut]
    }

    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        manage::offer(&request)
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        let guild = ctx.in_guild()?;
        let mut parts = id.split(':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("role"), Some(panel), Some(role)) => choose::toggled(ctx, &guild, panel, role),
            (Some("choose"), Some(panel), None) => choose::opened(ctx, &guild, panel),
            (Some("timed"), Some(page), None) => temporary::turned(ctx, page),
            _ => fail!("the button `{id}` is none of ours"),
        }
    }

    fn selected(ctx: &Context, id: &str, values: Vec<SelectedValue>) -> Answer {
        let guild = ctx.in_guild()?;
        match id.split_once(':') {
            Some(("pick", panel)) => choose::picked(ctx, &guild, panel, &values),
            Some(("offer", panel)) => manage::offered(ctx, &guild, panel, values),
            _ => fail!("the menu `{id}` is none of ours"),
        }
    }

    fn member_joined(member: Member) -> Answer {
        joined::joined(&member)
    }

    fn member_updated(_before: Option<Member>, after: Member) -> Answer {
        joined::updated(&after)
    }

    fn role_updated(before: Option<Role>, after: Role) -> Answer {
        match before {
            Some(before) if before.name == after.name => Ok(()),
            _ => view::renamed(&after.guild, &after.id),
        }
    }

    fn role_deleted(guild: String, role: String) -> Answer {
        at_joining::role_deleted(&guild, &role)?;
        view::role_deleted(&guild, &role)
    }

    fn timer(timer: Timer) -> Answer {
        let (Some(guild), Some((what, rest))) = (&timer.guild, timer.name.split_once(':')) else {
            fail!("the timer `{}` is none of ours", timer.name);
        };
        match what {
            joined::TIMER => joined::again(guild, rest, &timer),
            _ => temporary::over(guild, &timer),
        }
    }
}

/// Roles that members choose, at joining, and for a time.
#[command(
    name = "roles",
    subcommands(
        temporary::give,
        temporary::take,
        temporary::timed,
        manage::Panels,
        at_joining::Joining
    ),
    needs(MANAGE_ROLES)
)]
struct HandOut;
