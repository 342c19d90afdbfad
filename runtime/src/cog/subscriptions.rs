//! What a cog can listen to: one row for each interface that it may export.

use serenity::model::gateway::GatewayIntents;
use serenity::model::permissions::Permissions;

macro_rules! subscriptions {
    ($($variant:ident = $name:literal, $intents:expr, $permissions:expr, $words:literal;)*) => {
        /// An interface of `wit/exports.wit`. What a cog exports is what it listens to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Subscription { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        impl Subscription {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name without the package.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns the gateway intents that follow.
            pub fn intents(self) -> GatewayIntents {
                match self { $(Self::$variant => $intents,)* }
            }

            /// Returns the permissions without which Discord sends a bot nothing of it.
            pub fn permissions(self) -> Permissions {
                match self { $(Self::$variant => $permissions,)* }
            }

            /// Returns what it listens to, in words: completes "it listens to ...".
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }
        }
    };
}

const NONE: GatewayIntents = GatewayIntents::empty();
const FREE: Permissions = Permissions::empty();
/// What happens in a channel is sent to those who see it.
const SEEN: Permissions = Permissions::VIEW_CHANNEL;
const MESSAGES: GatewayIntents =
    GatewayIntents::GUILD_MESSAGES.union(GatewayIntents::DIRECT_MESSAGES);
const REACTIONS: GatewayIntents =
    GatewayIntents::GUILD_MESSAGE_REACTIONS.union(GatewayIntents::DIRECT_MESSAGE_REACTIONS);

subscriptions! {
    Commands = "commands", NONE, FREE, "its own commands";
    Autocomplete = "autocomplete", NONE, FREE, "what people type into its commands' options";
    Components = "components", NONE, FREE, "its own buttons, menus and forms";
    SettingsForm = "settings-form", NONE, FREE, "nothing more, and has settings for a server's admins";
    Timers = "timers", NONE, FREE, "its own timers";
    MessageCreated = "message-created", MESSAGES, SEEN, "new messages";
    MessageContent = "message-content", GatewayIntents::MESSAGE_CONTENT, SEEN, "what messages say (a privileged intent)";
    MessageEdited = "message-edited", MESSAGES, SEEN, "edited messages";
    MessageDeleted = "message-deleted", MESSAGES, SEEN, "deleted messages";
    ReactionAdded = "reaction-added", REACTIONS, SEEN, "new reactions";
    ReactionRemoved = "reaction-removed", REACTIONS, SEEN, "removed reactions";
    MemberJoined = "member-joined", GatewayIntents::GUILD_MEMBERS, FREE, "joining members (a privileged intent)";
    MemberUpdated = "member-updated", GatewayIntents::GUILD_MEMBERS, FREE, "changes of members (a privileged intent)";
    MemberLeft = "member-left", GatewayIntents::GUILD_MEMBERS, FREE, "leaving members (a privileged intent)";
    Bans = "bans", GatewayIntents::GUILD_MODERATION, Permissions::VIEW_AUDIT_LOG, "bans";
    GuildJoined = "guild-joined", GatewayIntents::GUILDS, FREE, "servers the bot joins";
    GuildLeft = "guild-left", GatewayIntents::GUILDS, FREE, "servers the bot leaves";
    GuildUpdated = "guild-updated", GatewayIntents::GUILDS, FREE, "changes of servers";
    ChannelEvents = "channel-events", GatewayIntents::GUILDS, FREE, "changes of channels";
    ThreadEvents = "thread-events", GatewayIntents::GUILDS, FREE, "changes of threads";
    RoleEvents = "role-events", GatewayIntents::GUILDS, FREE, "changes of roles";
    InviteEvents = "invite-events", GatewayIntents::GUILD_INVITES, Permissions::MANAGE_CHANNELS, "new and deleted invites";
    AuditLogEntries = "audit-log-entries", GatewayIntents::GUILD_MODERATION, Permissions::VIEW_AUDIT_LOG, "new entries of the audit log";
    VoiceChanged = "voice-changed", GatewayIntents::GUILD_VOICE_STATES, FREE, "who is in voice";
    PlayerEvents = "player-events", NONE, FREE, "what the player plays";
}

impl Subscription {
    /// Finds one by its name without the package.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|subscription| subscription.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_contract_name_the_same_interfaces() {
        let wit = include_str!("../../../wit/exports.wit");
        let declared = wit.lines().filter_map(|line| {
            let name = line.strip_prefix("interface ")?.split_whitespace().next()?;
            (name != "invocations").then_some(name)
        });
        let known: Vec<_> = Subscription::ALL.iter().map(|s| s.name()).collect();
        assert_eq!(declared.collect::<Vec<_>>(), known);
    }
}
