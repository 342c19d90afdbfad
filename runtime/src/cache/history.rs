//! What things were before they changed, for cogs that hear of changes. Bounded: what is left out
//! is told as not known.
//!
//! Dispatch feeds it, in the order in which cogs are told, and only with what some cog listens to.
//! Nothing of it outlasts the process.

use std::collections::{HashMap, HashSet, VecDeque};

use cogbox_world::cogbox::discord::model::{Channel, Guild, Member, Message, Role, VoiceState};
use serenity::model::id::{ChannelId, GuildId};

/// Messages that are kept of one channel, and in all. One takes about a kilobyte.
const MESSAGES_OF_CHANNEL: usize = 100;
const MESSAGES: usize = 10_000;
/// Members, guilds, channels, threads, roles and states in voice that are kept, of each.
const OTHERS: usize = 50_000;

/// All that is kept.
pub struct History {
    pub messages: ByChannel<Message>,
    pub members: Kept<Member>,
    pub guilds: Kept<Guild>,
    pub channels: Kept<Channel>,
    pub threads: Kept<Channel>,
    pub roles: Kept<Role>,
    pub voice: Kept<VoiceState>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            messages: ByChannel::new(MESSAGES_OF_CHANNEL, MESSAGES),
            members: Kept::new(OTHERS),
            guilds: Kept::new(OTHERS),
            channels: Kept::new(OTHERS),
            threads: Kept::new(OTHERS),
            roles: Kept::new(OTHERS),
            voice: Kept::new(OTHERS),
        }
    }
}

impl History {
    /// Forgets what is of some guilds; `None` stands for direct messages.
    pub fn forget(&mut self, of: impl Fn(Option<GuildId>) -> bool) {
        self.messages.forget(&of);
        self.members.forget(&of);
        self.guilds.forget(&of);
        self.channels.forget(&of);
        self.threads.forget(&of);
        self.roles.forget(&of);
        self.voice.forget(&of);
    }
}

/// Values by guild and id, of which the one that came first goes first.
pub struct Kept<V> {
    values: HashMap<Key, (u64, V)>,
    /// With the turn in which each came; one that was taken since is skipped.
    order: VecDeque<(u64, Key)>,
    turn: u64,
    most: usize,
}

type Key = (Option<GuildId>, u64);

impl<V> Kept<V> {
    fn new(most: usize) -> Self {
        Self {
            values: HashMap::new(),
            order: VecDeque::new(),
            turn: 0,
            most,
        }
    }

    /// Keeps a value, and returns what was there before.
    pub fn put(&mut self, guild: Option<GuildId>, id: u64, value: V) -> Option<V> {
        self.keep((guild, id), value).0
    }

    /// Takes a value out.
    pub fn take(&mut self, guild: Option<GuildId>, id: u64) -> Option<V> {
        self.values.remove(&(guild, id)).map(|(_, value)| value)
    }

    /// Forgets what is of some guilds.
    pub fn forget(&mut self, of: impl Fn(Option<GuildId>) -> bool) {
        self.values.retain(|(guild, _), _| !of(*guild));
    }

    /// Returns what was there before, and what had to go for it.
    fn keep(&mut self, key: Key, value: V) -> (Option<V>, Option<V>) {
        if let Some((_, there)) = self.values.get_mut(&key) {
            return (Some(std::mem::replace(there, value)), None);
        }
        self.turn += 1;
        self.values.insert(key, (self.turn, value));
        self.order.push_back((self.turn, key));
        if self.order.len() > 2 * self.most {
            let values = &self.values;
            let there = |(turn, key): &(u64, Key)| values.get(key).is_some_and(|(t, _)| t == turn);
            self.order.retain(there);
        }
        if self.values.len() <= self.most {
            return (None, None);
        }
        while let Some((turn, key)) = self.order.pop_front() {
            if self.values.get(&key).is_some_and(|(t, _)| *t == turn) {
                return (None, self.take(key.0, key.1));
            }
        }
        (None, None)
    }
}

/// Values bounded in each channel as well, so that a busy one does not push out the others.
pub struct ByChannel<V> {
    kept: Kept<(ChannelId, u64, V)>,
    /// The ids of each channel, oldest first.
    of_channel: HashMap<ChannelId, VecDeque<u64>>,
    most_of_channel: usize,
}

impl<V> ByChannel<V> {
    fn new(most_of_channel: usize, most: usize) -> Self {
        Self {
            kept: Kept::new(most),
            of_channel: HashMap::new(),
            most_of_channel,
        }
    }

    /// Keeps a value, and returns what was there before.
    pub fn put(
        &mut self,
        guild: Option<GuildId>,
        channel: ChannelId,
        id: u64,
        value: V,
    ) -> Option<V> {
        if !self.kept.values.contains_key(&(guild, id)) {
            let ids = self.of_channel.entry(channel).or_default();
            // A full channel makes room of its own first, so that no other's has to go for it.
            if ids.len() >= self.most_of_channel
                && let Some(oldest) = ids.pop_front()
            {
                self.kept.take(guild, oldest);
            }
            ids.push_back(id);
        }
        let (before, gone) = self.kept.keep((guild, id), (channel, id, value));
        if let Some((channel, id, _)) = gone {
            self.remove(channel, id);
        }
        before.map(|(_, _, value)| value)
    }

    /// Takes a value out.
    pub fn take(&mut self, guild: Option<GuildId>, id: u64) -> Option<V> {
        let (channel, id, value) = self.kept.take(guild, id)?;
        self.remove(channel, id);
        Some(value)
    }

    fn forget(&mut self, of: impl Fn(Option<GuildId>) -> bool) {
        self.kept.forget(of);
        let there: HashSet<_> = self
            .kept
            .values
            .values()
            .map(|(_, (_, id, _))| *id)
            .collect();
        self.of_channel.retain(|_, ids| {
            ids.retain(|id| there.contains(id));
            !ids.is_empty()
        });
    }

    fn remove(&mut self, channel: ChannelId, id: u64) {
        if let Some(ids) = self.of_channel.get_mut(&channel) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.of_channel.remove(&channel);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAB: Option<GuildId> = Some(GuildId::new(7));

    #[test]
    fn the_first_goes_first_and_what_came_anew_is_new() {
        let mut kept = Kept::new(2);
        assert_eq!(kept.put(LAB, 1, "a"), None);
        assert_eq!(kept.put(LAB, 1, "b"), Some("a"));
        assert_eq!(kept.put(LAB, 2, "c"), None);
        assert_eq!(kept.take(LAB, 1), Some("b"));
        assert_eq!(kept.put(LAB, 1, "d"), None);
        assert_eq!(kept.put(None, 1, "e"), None);
        assert_eq!(kept.take(LAB, 2), None, "it came before the others");
        assert_eq!(kept.take(LAB, 1), Some("d"));
        kept.forget(|guild| guild.is_none());
        assert_eq!(kept.take(None, 1), None);
        for id in 0..1_000 {
            kept.put(LAB, id, "f");
            kept.take(LAB, id);
        }
        assert!(
            kept.order.len() <= 4,
            "what was taken leaves nothing behind"
        );
    }

    #[test]
    fn a_busy_channel_pushes_out_its_own_messages_alone() {
        let mut messages = ByChannel::new(2, 3);
        let (busy, calm) = (ChannelId::new(1), ChannelId::new(2));
        let mut put = |channel, id| messages.put(LAB, channel, id, "hi");
        put(calm, 1);
        for id in 2..9 {
            assert_eq!(put(busy, id), None);
        }
        assert_eq!(put(calm, 1), Some("hi"));
        put(calm, 9);
        put(calm, 10);
        let there: Vec<_> = (0..11)
            .filter(|id| messages.kept.values.contains_key(&(LAB, *id)))
            .collect();
        assert_eq!(there, [8, 9, 10], "two of a channel, three in all");
        assert!(messages.take(LAB, 8).is_some());
        messages.forget(|guild| guild == LAB);
        assert!(messages.of_channel.is_empty());
    }
}
