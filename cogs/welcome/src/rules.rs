//! What a server's admins choose.

use cogbox_sdk::prelude::*;
use cogbox_sdk::settings::Chosen;

const JOIN_CHANNEL: &str = "join-channel";
const LEAVE_CHANNEL: &str = "leave-channel";
const DIRECT: &str = "direct";
const LOOK: &str = "look";
const PING: &str = "ping";
const BOTS: &str = "bots";

/// How messages look.
const LOOKS: [&str; 2] = ["text", "embed"];

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::channel(JOIN_CHANNEL, "Greet in")
            .help("When not set, nobody is greeted in a channel"),
        Setting::channel(LEAVE_CHANNEL, "Say goodbye in").help("When not set, nothing is said"),
        Setting::toggle(DIRECT, "Greet by direct message")
            .help("Also, or only; those who take no direct messages get none")
            .default(false),
        Setting::choice(LOOK, "Look", LOOKS)
            .help("An embed has a coloured bar and the person's picture")
            .default(LOOKS[0]),
        Setting::toggle(PING, "Ping who joins")
            .help("Whether {user} in the greeting notifies them")
            .default(true),
        Setting::toggle(BOTS, "Bots too")
            .help("Whether bots that come and go are told of")
            .default(false),
    ]
}

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Kind {
    /// In a channel, when somebody joins.
    #[choice(name = "Joining")]
    Join,
    /// In a channel, when somebody leaves.
    #[choice(name = "Leaving")]
    Leave,
    /// By direct message, when somebody joins.
    #[choice(name = "Direct message")]
    Direct,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Join, Kind::Leave, Kind::Direct];

    /// Returns the name under which it is kept, and which the ids of its form have.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Join => "join",
            Kind::Leave => "leave",
            Kind::Direct => "direct",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub fn title(self, to: &dyn Audience) -> String {
        match self {
            Kind::Join => t!(to, joining),
            Kind::Leave => t!(to, leaving),
            Kind::Direct => t!(to, direct_message),
        }
    }
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    Channel(String),
    Direct,
}

/// What one server chose.
pub struct Rules(Chosen);

impl Rules {
    pub fn of(guild: &str) -> Self {
        Rules(settings::guild(guild))
    }

    /// Returns where messages of a kind go; `None` where there are none.
    pub fn place(&self, kind: Kind) -> Answer<Option<Place>> {
        let key = match kind {
            Kind::Join => JOIN_CHANNEL,
            Kind::Leave => LEAVE_CHANNEL,
            Kind::Direct => return Ok(self.0.is_on(DIRECT)?.then_some(Place::Direct)),
        };
        Ok(self.0.channel(key)?.map(Place::Channel))
    }

    pub fn embeds(&self) -> Answer<bool> {
        Ok(self.0.text(LOOK)?.as_deref() == Some(LOOKS[1]))
    }

    pub fn pings(&self) -> Answer<bool> {
        self.0.is_on(PING)
    }

    /// Whether somebody is told of.
    pub fn tells_of(&self, user: &User) -> Answer<bool> {
        Ok(!user.bot || self.0.is_on(BOTS)?)
    }
}
