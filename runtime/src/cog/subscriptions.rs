//! What a cog can listen to: one row for each interface that it may export.

use serenity::model::gateway::GatewayIntents;

macro_rules! subscriptions {
    ($($variant:ident = $name:literal, $delivered:literal, $intents:expr, $words:literal;)*) => {
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

            /// Whether this host delivers it.
            pub fn delivered(self) -> bool {
                match self { $(Self::$variant => $delivered,)* }
            }

            /// Returns the gateway intents that follow.
            pub fn intents(self) -> GatewayIntents {
                match self { $(Self::$variant => $intents,)* }
            }

            /// Returns what it listens to, in words: completes "it listens to ...".
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }
        }
    };
}

const NONE: GatewayIntents = GatewayIntents::empty();
const MESSAGES: GatewayIntents =
    GatewayIntents::GUILD_MESSAGES.union(GatewayIntents::DIRECT_MESSAGES);
const REACTIONS: GatewayIntents =
    GatewayIntents::GUILD_MESSAGE_REACTIONS.union(GatewayIntents::DIRECT_MESSAGE_REACTIONS);

subscriptions! {
    Commands = "commands", true, NONE, "its own commands";
    Autocomplete = "autocomplete", true, NONE, "what people type into its commands' options";
    Components = "components", true, NONE, "its own buttons, menus and forms";
    SettingsForm = "settings-form", true, NONE, "nothing more, and has settings for a server's admins";
    Timers = "timers", true, NONE, "its own timers";
    MessageCreated = "message-created", true, MESSAGES, "new messages";
    MessageContent = "message-content", true, GatewayIntents::MESSAGE_CONTENT, "what messages say (a privileged intent)";
    MessageEdited = "message-edited", true, MESSAGES, "edited messages";
    MessageDeleted = "message-deleted", true, MESSAGES, "deleted messages";
    ReactionAdded = "reaction-added", true, REACTIONS, "new reactions";
    ReactionRemoved = "reaction-removed", true, REACTIONS, "removed reactions";
    MemberJoined = "member-joined", true, GatewayIntents::GUILD_MEMBERS, "joining members (a privileged intent)";
    MemberUpdated = "member-updated", true, GatewayIntents::GUILD_MEMBERS, "changes of members (a privileged intent)";
    MemberLeft = "member-left", true, GatewayIntents::GUILD_MEMBERS, "leaving members (a privileged intent)";
    Bans = "bans", true, GatewayIntents::GUILD_MODERATION, "bans";
    GuildJoined = "guild-joined", true, GatewayIntents::GUILDS, "servers the bot joins";
    GuildLeft = "guild-left", true, GatewayIntents::GUILDS, "servers the bot leaves";
    ChannelEvents = "channel-events", true, GatewayIntents::GUILDS, "changes of channels";
    ThreadEvents = "thread-events", true, GatewayIntents::GUILDS, "changes of threads";
    RoleEvents = "role-events", true, GatewayIntents::GUILDS, "changes of roles";
    InviteEvents = "invite-events", true, GatewayIntents::GUILD_INVITES, "new and deleted invites";
    AuditLogEntries = "audit-log-entries", true, GatewayIntents::GUILD_MODERATION, "new entries of the audit log";
    VoiceChanged = "voice-changed", true, GatewayIntents::GUILD_VOICE_STATES, "who is in voice";
    PlayerEvents = "player-events", false, NONE, "what the player plays";
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
