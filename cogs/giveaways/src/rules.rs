//! What a server's admins choose, and who may host.

use cogbox_sdk::markdown::mention_role;
use cogbox_sdk::prelude::*;
use cogbox_sdk::settings::Chosen;

const HOSTS: &str = "hosts";
const MOST: &str = "most";

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::role(HOSTS, "Who gives away")
            .help("Who may start and end giveaways, beside those who manage the server"),
        Setting::number_in(1.0..=25.0, MOST, "Giveaways at once")
            .help("How many may run in the server")
            .default(10.0),
    ]
}

/// What one server chose.
pub struct Rules(Chosen);

impl Rules {
    pub fn of(guild: &str) -> Self {
        Rules(settings::guild(guild))
    }

    /// Refuses to host to those who may not.
    pub fn require_hosting(&self, ctx: &Context) -> Answer {
        if ctx.permissions().allow(Permissions::MANAGE_GUILD) {
            return Ok(());
        }
        match self.0.role(HOSTS)? {
            Some(role) if has(ctx, &role) => Ok(()),
            Some(role) => tell!(ctx, only_hosts, role = mention_role(&role)),
            None => tell!(ctx, only_managers),
        }
    }

    /// Returns how many giveaways may run at once.
    pub fn most(&self) -> Answer<usize> {
        Ok(self.0.number(MOST)?.unwrap_or(10.0) as usize)
    }
}

/// Whether somebody has a role.
pub fn has(ctx: &Context, role: &String) -> bool {
    ctx.member()
        .is_some_and(|member| member.roles.contains(role))
}
