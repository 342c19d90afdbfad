//! The routes of Discord's REST interface that the host uses, in one table: method, path, where each
//! counts for Discord's limits, and what else sets it apart.

use reqwest::Method;
use serenity::model::id::{
    ApplicationId, ChannelId, CommandId, GuildId, InteractionId, MessageId, RoleId, UserId,
};

use super::retry::Twice;
use super::turns::Place;

/// A secret in the path, which lets whoever has it answer an interaction.
type Token = String;
/// An emoji as Discord writes it in a path: percent-encoded, or `name:id`.
type Emoji = String;
/// What follows the question mark, without it; empty for nothing.
type Query = String;

macro_rules! routes {
    ($(
        $name:ident($($field:ident: $type:ty),*) = $method:ident $path:literal
        $(? $query:expr)? $(=> $resource:ident)? $(, $mark:ident)*;
    )*) => {
        /// One route with its ids.
        #[derive(Debug, Clone)]
        pub enum Route { $($name($($type),*),)* }

        impl Route {
            /// Returns the HTTP method.
            pub fn method(&self) -> Method {
                match self { $(Self::$name(..) => Method::$method,)* }
            }

            /// Returns the path below the API's base.
            #[allow(unused_variables, reason = "a field may be there for the query alone")]
            pub fn path(&self) -> String {
                match self {
                    $(Self::$name($($field),*) => {
                        let path = format!($path);
                        $(let path = with(path, &$query);)?
                        path
                    })*
                }
            }

            /// Returns method and path without ids: a bounded set, fit for a label.
            pub fn template(&self) -> &'static str {
                match self { $(Self::$name(..) => concat!(stringify!($method), " ", $path),)* }
            }

            /// Returns the channel, guild or token that it counts against.
            #[allow(unused_variables, reason = "of most routes one field matters")]
            fn resource(&self) -> String {
                match self {
                    $(Self::$name($($field),*) => {
                        let resource = String::new();
                        $(let resource = $resource.to_string();)?
                        resource
                    })*
                }
            }

            /// Whether a mark of the table stands at it.
            fn is(&self, mark: &str) -> bool {
                match self { $(Self::$name(..) => [$(stringify!($mark)),*].contains(&mark),)* }
            }
        }
    };
}

routes! {
    // The bot itself.
    GatewayBot() = GET "/gateway/bot";
    Me() = GET "/users/@me";
    Application() = GET "/applications/@me";
    User(user: UserId) = GET "/users/{user}";
    OpenDirect() = POST "/users/@me/channels";
    OwnGuilds(query: Query) = GET "/users/@me/guilds" ? query;
    LeaveGuild(guild: GuildId) = DELETE "/users/@me/guilds/{guild}";

    // Commands. Without the query Discord leaves translations out of the list.
    Commands(app: ApplicationId) = GET "/applications/{app}/commands" ? "with_localizations=true";
    BulkCommands(app: ApplicationId) = PUT "/applications/{app}/commands";
    DeleteCommand(app: ApplicationId, command: CommandId) = DELETE "/applications/{app}/commands/{command}";
    GuildCommands(app: ApplicationId, guild: GuildId) = GET "/applications/{app}/guilds/{guild}/commands" ? "with_localizations=true" => guild;
    BulkGuildCommands(app: ApplicationId, guild: GuildId) = PUT "/applications/{app}/guilds/{guild}/commands" => guild;

    // Answers to interactions. They carry a token of their own, and Discord leaves them out of the
    // limit of the whole bot.
    Callback(interaction: InteractionId, token: Token) = POST "/interactions/{interaction}/{token}/callback" ? "with_response=true" => token, answer, refused_twice;
    EditOriginal(app: ApplicationId, token: Token) = PATCH "/webhooks/{app}/{token}/messages/@original" => token, answer;
    DeleteOriginal(app: ApplicationId, token: Token) = DELETE "/webhooks/{app}/{token}/messages/@original" => token, answer;
    Followup(app: ApplicationId, token: Token) = POST "/webhooks/{app}/{token}" ? "wait=true" => token, answer, doubles;
    EditFollowup(app: ApplicationId, token: Token, message: MessageId) = PATCH "/webhooks/{app}/{token}/messages/{message}" => token, answer;
    DeleteFollowup(app: ApplicationId, token: Token, message: MessageId) = DELETE "/webhooks/{app}/{token}/messages/{message}" => token, answer;

    // Messages. A new one has a nonce that Discord enforces.
    SendMessage(channel: ChannelId) = POST "/channels/{channel}/messages" => channel;
    Message(channel: ChannelId, message: MessageId) = GET "/channels/{channel}/messages/{message}" => channel;
    Messages(channel: ChannelId, query: Query) = GET "/channels/{channel}/messages" ? query => channel;
    EditMessage(channel: ChannelId, message: MessageId) = PATCH "/channels/{channel}/messages/{message}" => channel;
    DeleteMessage(channel: ChannelId, message: MessageId) = DELETE "/channels/{channel}/messages/{message}" => channel, audited;
    BulkDelete(channel: ChannelId) = POST "/channels/{channel}/messages/bulk-delete" => channel, audited;
    Typing(channel: ChannelId) = POST "/channels/{channel}/typing" => channel;
    Pin(channel: ChannelId, message: MessageId) = PUT "/channels/{channel}/messages/pins/{message}" => channel, audited;
    Unpin(channel: ChannelId, message: MessageId) = DELETE "/channels/{channel}/messages/pins/{message}" => channel, audited;
    React(channel: ChannelId, message: MessageId, emoji: Emoji) = PUT "/channels/{channel}/messages/{message}/reactions/{emoji}/@me" => channel;
    Unreact(channel: ChannelId, message: MessageId, emoji: Emoji) = DELETE "/channels/{channel}/messages/{message}/reactions/{emoji}/@me" => channel;
    Reactions(channel: ChannelId, message: MessageId, emoji: Emoji, query: Query) = GET "/channels/{channel}/messages/{message}/reactions/{emoji}" ? query => channel;
    ClearReaction(channel: ChannelId, message: MessageId, emoji: Emoji, user: UserId) = DELETE "/channels/{channel}/messages/{message}/reactions/{emoji}/{user}" => channel;
    ClearEmoji(channel: ChannelId, message: MessageId, emoji: Emoji) = DELETE "/channels/{channel}/messages/{message}/reactions/{emoji}" => channel;
    ClearReactions(channel: ChannelId, message: MessageId) = DELETE "/channels/{channel}/messages/{message}/reactions" => channel;

    // Channels, threads and invites.
    Channel(channel: ChannelId) = GET "/channels/{channel}" => channel;
    EditChannel(channel: ChannelId) = PATCH "/channels/{channel}" => channel, audited;
    DeleteChannel(channel: ChannelId) = DELETE "/channels/{channel}" => channel, audited;
    Channels(guild: GuildId) = GET "/guilds/{guild}/channels" => guild;
    CreateChannel(guild: GuildId) = POST "/guilds/{guild}/channels" => guild, audited, doubles;
    SetOverwrite(channel: ChannelId, target: u64) = PUT "/channels/{channel}/permissions/{target}" => channel, audited;
    ClearOverwrite(channel: ChannelId, target: u64) = DELETE "/channels/{channel}/permissions/{target}" => channel, audited;
    ActiveThreads(guild: GuildId) = GET "/guilds/{guild}/threads/active" => guild;
    CreateThread(channel: ChannelId) = POST "/channels/{channel}/threads" => channel, doubles;
    CreateThreadOn(channel: ChannelId, message: MessageId) = POST "/channels/{channel}/messages/{message}/threads" => channel, doubles;
    AddThreadMember(channel: ChannelId, user: UserId) = PUT "/channels/{channel}/thread-members/{user}" => channel;
    RemoveThreadMember(channel: ChannelId, user: UserId) = DELETE "/channels/{channel}/thread-members/{user}" => channel;
    CreateInvite(channel: ChannelId) = POST "/channels/{channel}/invites" => channel, audited, doubles;
    Invite(code: String) = GET "/invites/{code}";
    DeleteInvite(code: String) = DELETE "/invites/{code}", audited;
    Invites(guild: GuildId) = GET "/guilds/{guild}/invites" => guild;

    // Guilds and their members.
    Guild(guild: GuildId) = GET "/guilds/{guild}" ? "with_counts=true" => guild;
    Member(guild: GuildId, user: UserId) = GET "/guilds/{guild}/members/{user}" => guild;
    Members(guild: GuildId, query: Query) = GET "/guilds/{guild}/members" ? query => guild;
    SearchMembers(guild: GuildId, query: Query) = GET "/guilds/{guild}/members/search" ? query => guild;
    OwnVoiceState(guild: GuildId) = PATCH "/guilds/{guild}/voice-states/@me" => guild;
    EditMember(guild: GuildId, user: UserId) = PATCH "/guilds/{guild}/members/{user}" => guild, audited;
    EditMe(guild: GuildId) = PATCH "/guilds/{guild}/members/@me" => guild, audited;
    Kick(guild: GuildId, user: UserId) = DELETE "/guilds/{guild}/members/{user}" => guild, audited;
    VoiceState(guild: GuildId, user: UserId) = GET "/guilds/{guild}/voice-states/{user}" => guild;
    Ban(guild: GuildId, user: UserId) = PUT "/guilds/{guild}/bans/{user}" => guild, audited;
    Unban(guild: GuildId, user: UserId) = DELETE "/guilds/{guild}/bans/{user}" => guild, audited;
    GetBan(guild: GuildId, user: UserId) = GET "/guilds/{guild}/bans/{user}" => guild;
    Bans(guild: GuildId, query: Query) = GET "/guilds/{guild}/bans" ? query => guild;
    AuditLog(guild: GuildId, query: Query) = GET "/guilds/{guild}/audit-logs" ? query => guild;
    GiveRole(guild: GuildId, user: UserId, role: RoleId) = PUT "/guilds/{guild}/members/{user}/roles/{role}" => guild, audited;
    TakeRole(guild: GuildId, user: UserId, role: RoleId) = DELETE "/guilds/{guild}/members/{user}/roles/{role}" => guild, audited;
    CreateRole(guild: GuildId) = POST "/guilds/{guild}/roles" => guild, audited, doubles;
    EditRole(guild: GuildId, role: RoleId) = PATCH "/guilds/{guild}/roles/{role}" => guild, audited;
    DeleteRole(guild: GuildId, role: RoleId) = DELETE "/guilds/{guild}/roles/{role}" => guild, audited;
}

fn with(path: String, query: &str) -> String {
    match query {
        "" => path,
        query => format!("{path}?{query}"),
    }
}

impl Route {
    /// Where it counts, as far as Discord's limits are concerned: apart for each channel, guild and
    /// webhook.
    pub(super) fn place(&self) -> Place {
        Place {
            template: self.template(),
            resource: self.resource(),
            counted: self.authorized(),
        }
    }

    /// How it takes being sent twice.
    pub(super) fn twice(&self) -> Twice {
        match () {
            () if self.is("refused_twice") => Twice::Refused,
            () if self.is("doubles") => Twice::Doubles,
            // A new message has its nonce; the others say how things shall be.
            () => Twice::Harmless,
        }
    }

    /// Whether Discord writes it, with its reason, into a guild's audit log.
    pub(super) fn is_audited(&self) -> bool {
        self.is("audited")
    }

    /// Whether it is the first answer to an interaction.
    pub(super) fn is_callback(&self) -> bool {
        matches!(self, Self::Callback(..))
    }

    /// Whether the bot's token goes along. Answers carry their own in the path.
    pub fn authorized(&self) -> bool {
        !self.is("answer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_the_table_is_a_route() {
        let take = Route::TakeRole(7.into(), 8.into(), 9.into());
        assert_eq!(take.method(), Method::DELETE);
        assert_eq!(take.path(), "/guilds/7/members/8/roles/9");
        assert_eq!(
            take.template(),
            "DELETE /guilds/{guild}/members/{user}/roles/{role}"
        );
        assert_eq!(take.place().resource, "7");
        assert!(take.is_audited() && take.authorized());
        assert_eq!(take.twice(), Twice::Harmless);
        let page = |query: &str| Route::Bans(7.into(), query.into()).path();
        assert_eq!(page(""), "/guilds/7/bans");
        assert_eq!(page("limit=5"), "/guilds/7/bans?limit=5");
    }

    #[test]
    fn answers_carry_their_own_token() {
        let followup = Route::Followup(1.into(), "secret".into());
        assert!(!followup.authorized() && !followup.is_audited());
        assert_eq!(followup.path(), "/webhooks/1/secret?wait=true");
        assert_eq!(followup.twice(), Twice::Doubles);
        assert!(!followup.template().contains("secret"));
    }
}
