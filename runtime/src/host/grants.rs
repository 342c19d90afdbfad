//! The one table of interfaces: what each lets a cog do, in words; whether it must be granted; what
//! it needs of Discord. A new interface does not compile without a row here.

use std::collections::BTreeSet;

use serenity::model::gateway::GatewayIntents;
use serenity::model::permissions::Permissions;

use super::powers;
use crate::cache::Keeps;
use crate::config::{Grant, check_name};

/// The contract's version, as `cogbox:*@VERSION` names it.
pub const CONTRACT: semver::Version = semver::Version::new(0, 1, 0);

macro_rules! interfaces {
    ($($variant:ident = $name:literal,)*) => {
        /// Every interface that a cog can import. What it imports is what it asks for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Interface { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        impl Interface {
            /// All of them, in the order in which an operator reads them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name with its package, without a version.
            pub fn full_name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

interfaces! {
    Log = "cogbox:host/log",
    Clock = "cogbox:host/clock",
    Random = "cogbox:host/random",
    Store = "cogbox:host/store",
    Settings = "cogbox:host/settings",
    Metrics = "cogbox:host/metrics",
    Interactions = "cogbox:discord/interactions",
    Bot = "cogbox:discord/bot",
    Guilds = "cogbox:discord/guilds",
    Members = "cogbox:discord/members",
    Roles = "cogbox:discord/roles",
    Channels = "cogbox:discord/channels",
    MessageHistory = "cogbox:discord/message-history",
    AuditLog = "cogbox:discord/audit-log",
    Messages = "cogbox:discord/messages",
    DirectMessages = "cogbox:discord/direct-messages",
    MessageAdmin = "cogbox:discord/message-admin",
    Threads = "cogbox:discord/threads",
    Invites = "cogbox:discord/invites",
    MemberRoles = "cogbox:discord/member-roles",
    MemberEdit = "cogbox:discord/member-edit",
    Moderation = "cogbox:discord/moderation",
    RoleAdmin = "cogbox:discord/role-admin",
    ChannelAdmin = "cogbox:discord/channel-admin",
    GuildCommands = "cogbox:discord/guild-commands",
    BotAccount = "cogbox:discord/bot-account",
    Player = "cogbox:voice/player",
    Schedule = "cogbox:host/schedule",
    SharedStore = "cogbox:host/shared-store",
    Http = "cogbox:host/http",
}

/// The buckets of the shared store that a cog may use. Each is granted by a name of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Buckets {
    /// Any: only `cogbox dev` gives this.
    All,
    /// These and no others.
    Only(BTreeSet<String>),
}

impl Buckets {
    /// Returns the buckets in a list of grants.
    pub fn of(grant: &Grant) -> Self {
        match grant {
            Grant::All => Self::All,
            Grant::Only(names) => {
                let buckets = names.iter().filter_map(|name| bucket(name));
                Self::Only(buckets.map(str::to_owned).collect())
            }
        }
    }

    /// Whether a bucket is among them.
    pub fn contain(&self, name: &str) -> bool {
        match self {
            Self::All => check_name(name).is_ok(),
            Self::Only(names) => names.contains(name),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Only(names) if names.is_empty())
    }
}

/// Returns the bucket that a grant such as `shared-store.bank` names. A bucket is named as a cog is.
pub fn bucket(grant: &str) -> Option<&str> {
    let name = grant.strip_prefix("shared-store.")?;
    check_name(name).is_ok().then_some(name)
}

/// Who may pin messages: Discord parted it from managing them.
pub const PIN_MESSAGES: u64 = 1 << 51;

/// Returns the names of permissions, as Discord writes them.
pub fn permission_names(all: Permissions) -> impl Iterator<Item = (&'static str, Permissions)> {
    let pins = Permissions::from_bits_retain(PIN_MESSAGES);
    let unnamed = all.contains(pins).then_some(("PIN_MESSAGES", pins));
    all.iter_names().chain(unnamed)
}

/// How much harm a cog with this interface could do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    /// None beyond the cog's own data and answers.
    None,
    /// It reads what members can see, or speaks as the bot.
    Low,
    /// It reaches people or places beyond the guild, or changes what others made.
    Medium,
    /// It can take a guild apart.
    High,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// What a cog with it can do: completes "it can ...".
    pub words: &'static str,
    /// Whether every cog has it without being granted it.
    pub always: bool,
    /// The gateway intents that follow.
    pub intents: GatewayIntents,
    /// What the host keeps of Discord's state for it.
    pub keeps: Keeps,
    /// The permissions that the bot needs in a guild.
    pub permissions: Permissions,
    /// How much harm it could do.
    pub danger: Danger,
}

impl Interface {
    /// Returns the name without its package, as a grant is written.
    pub fn name(self) -> &'static str {
        let full = self.full_name();
        full.split_once('/').map_or(full, |(_, name)| name)
    }

    /// Finds an interface by its name without the package.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|interface| interface.name() == name)
    }

    /// Whether an operator can grant something of this name. The shared store is granted bucket by
    /// bucket.
    pub fn grantable(name: &str) -> bool {
        match Self::by_name(name) {
            Some(interface) => interface != Self::SharedStore,
            None => bucket(name).is_some() || powers::words(name).is_some(),
        }
    }

    /// Finds an interface by its name with the package, without a version.
    pub fn by_full_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|interface| interface.full_name() == name)
    }

    /// Returns its row of the table.
    pub fn facts(self) -> Facts {
        use Danger::{High, Low, Medium, None as Harmless};
        let none = Permissions::empty();
        let row = |words, danger, permissions| Facts {
            words,
            always: false,
            intents: GatewayIntents::empty(),
            keeps: Keeps::default(),
            permissions,
            danger,
        };
        let always = |words| Facts {
            always: true,
            ..row(words, Harmless, none)
        };
        let keeping = |keeps, row: Facts| Facts { keeps, ..row };
        let (channels, roles) = (Keeps::CHANNELS, Keeps::ROLES);
        match self {
            Self::Log => always("write to the log"),
            Self::Clock => always("read the time"),
            Self::Random => always("make random numbers"),
            Self::Store => always("keep data of its own"),
            Self::Settings => always("read what a server's admins set for it"),
            Self::Metrics => always("count things for the operator's Prometheus"),
            Self::Interactions => always("answer those who use its commands, buttons and forms"),
            Self::Bot => always("see the bot's own name and health"),
            Self::Guilds => Facts {
                intents: GatewayIntents::GUILDS,
                keeps: Keeps::GUILDS,
                ..row("see a server's name, icon, owner and size", Low, none)
            },
            Self::Members => keeping(
                roles,
                row("look up members: names, roles, dates", Low, none),
            ),
            Self::Roles => keeping(roles, row("list a server's roles", Low, none)),
            Self::Channels => keeping(channels, row("list a server's channels", Low, none)),
            Self::MessageHistory => {
                let permissions = Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY;
                let row = row("read messages of the past", Medium, permissions);
                keeping(channels | roles, row)
            }
            Self::AuditLog => {
                let row = row("read the audit log", Medium, Permissions::VIEW_AUDIT_LOG);
                keeping(roles, row)
            }
            Self::Messages => keeping(
                channels,
                row(
                    "post messages as the bot, and change or delete its own",
                    Low,
                    Permissions::VIEW_CHANNEL
                        | Permissions::SEND_MESSAGES
                        | Permissions::EMBED_LINKS
                        | Permissions::ATTACH_FILES
                        | Permissions::ADD_REACTIONS
                        | Permissions::READ_MESSAGE_HISTORY,
                ),
            ),
            Self::DirectMessages => row("write to people directly", Medium, none),
            Self::MessageAdmin => {
                let permissions = Permissions::MANAGE_MESSAGES
                    | Permissions::READ_MESSAGE_HISTORY
                    | Permissions::from_bits_retain(PIN_MESSAGES);
                let row = row("delete and pin other people's messages", High, permissions);
                keeping(channels | roles, row)
            }
            Self::Threads => {
                let permissions = Permissions::CREATE_PUBLIC_THREADS
                    | Permissions::CREATE_PRIVATE_THREADS
                    | Permissions::SEND_MESSAGES_IN_THREADS
                    | Permissions::MANAGE_THREADS;
                let row = row("make and close threads", Medium, permissions);
                keeping(channels | roles, row)
            }
            Self::Invites => {
                let permissions = Permissions::CREATE_INSTANT_INVITE | Permissions::MANAGE_GUILD;
                let row = row("make, list and delete invites", Medium, permissions);
                keeping(channels | roles, row)
            }
            Self::MemberRoles => keeping(
                roles,
                row("give and take roles", High, Permissions::MANAGE_ROLES),
            ),
            Self::MemberEdit => {
                let permissions = Permissions::MANAGE_NICKNAMES
                    | Permissions::CHANGE_NICKNAME
                    | Permissions::MOVE_MEMBERS
                    | Permissions::MUTE_MEMBERS
                    | Permissions::DEAFEN_MEMBERS;
                let words = "rename members, and move or mute them in voice";
                keeping(channels | roles, row(words, Medium, permissions))
            }
            Self::Moderation => {
                let permissions = Permissions::KICK_MEMBERS
                    | Permissions::BAN_MEMBERS
                    | Permissions::MODERATE_MEMBERS;
                keeping(
                    roles,
                    row("kick, ban and time out members", High, permissions),
                )
            }
            Self::RoleAdmin => {
                let words = "make, change and delete roles";
                keeping(roles, row(words, High, Permissions::MANAGE_ROLES))
            }
            Self::ChannelAdmin => {
                let permissions = Permissions::MANAGE_CHANNELS | Permissions::MANAGE_ROLES;
                let row = row("make, change and delete channels", High, permissions);
                keeping(channels | roles, row)
            }
            Self::GuildCommands => row("offer commands in a single server", Low, none),
            Self::BotAccount => keeping(
                roles,
                row("set the bot's status, and leave servers", High, none),
            ),
            Self::Player => {
                let permissions =
                    Permissions::VIEW_CHANNEL | Permissions::CONNECT | Permissions::SPEAK;
                let words = "play in voice channels, and fetch what it plays from the web where \
                             `resolvers` allow it";
                let row = row(words, Low, permissions);
                Facts {
                    intents: GatewayIntents::GUILD_VOICE_STATES,
                    ..keeping(channels | roles, row)
                }
            }
            Self::Schedule => row("set timers that outlive a restart", Low, none),
            Self::SharedStore => row("keep data that other cogs share", Medium, none),
            Self::Http => row("reach web hosts that the operator names", Medium, none),
        }
    }
}

/// A set of interfaces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Interfaces(u32);

impl Interfaces {
    /// Adds one.
    pub fn insert(&mut self, interface: Interface) {
        self.0 |= 1 << interface as u8;
    }

    /// Takes one away.
    pub fn remove(&mut self, interface: Interface) {
        self.0 &= !(1 << interface as u8);
    }

    /// Whether it is in the set.
    pub fn contains(self, interface: Interface) -> bool {
        self.0 & (1 << interface as u8) != 0
    }

    /// Returns them in the table's order.
    pub fn iter(self) -> impl Iterator<Item = Interface> {
        Interface::ALL
            .iter()
            .copied()
            .filter(move |&interface| self.contains(interface))
    }
}

impl FromIterator<Interface> for Interfaces {
    fn from_iter<I: IntoIterator<Item = Interface>>(interfaces: I) -> Self {
        let mut set = Self::default();
        interfaces
            .into_iter()
            .for_each(|interface| set.insert(interface));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_contract_name_the_same_interfaces() {
        let world = include_str!("../../../wit/world.wit");
        let mut imported: Vec<_> = world
            .lines()
            .filter_map(|line| line.trim().strip_prefix("import "))
            .map(|rest| rest.trim_end_matches(';').rsplit_once('@').unwrap().0)
            .collect();
        let mut known: Vec<_> = Interface::ALL.iter().map(|i| i.full_name()).collect();
        imported.sort_unstable();
        known.sort_unstable();
        assert_eq!(imported, known);
        assert!(Interface::ALL.len() <= 32, "Interfaces is 32 bits wide");
    }

    #[test]
    fn each_bucket_is_a_grant_of_its_own() {
        for (name, can) in [
            ("messages", true),
            ("shared-store.bank", true),
            ("shared-store", false),
            ("shared-store.", false),
            ("shared-store.Bank", false),
            ("shared-store.a.b", false),
            ("telepathy", false),
        ] {
            assert_eq!(Interface::grantable(name), can, "{name}");
        }
        let granted = ["messages", "shared-store.bank"].map(str::to_owned);
        let buckets = Buckets::of(&Grant::Only(granted.into()));
        assert!(buckets.contain("bank") && !buckets.contain("other"));
        assert!(Buckets::of(&Grant::Only(Vec::new())).is_empty());
        assert!(Buckets::All.contain("other") && !Buckets::All.contain("a.b"));
    }

    #[test]
    fn a_name_finds_its_interface() {
        assert_eq!(Interface::by_name("messages"), Some(Interface::Messages));
        assert_eq!(
            Interface::by_full_name("cogbox:voice/player"),
            Some(Interface::Player)
        );
        assert_eq!(Interface::by_name("cogbox:voice/player"), None);
    }
}
