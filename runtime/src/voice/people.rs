//! Who is in which voice channel, as far as the gateway tells.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use serenity::model::id::{ChannelId, GuildId, UserId};

/// The people, for all who have to know.
pub type SharedPeople = Arc<Mutex<People>>;

/// Who is in which voice channel.
#[derive(Debug, Default)]
pub struct People {
    guilds: HashMap<GuildId, HashMap<UserId, Place>>,
    /// Guilds of which it was told who is there: in a session that goes on after a restart, only those
    /// who move are told of.
    whole: HashSet<GuildId>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    channel: ChannelId,
    bot: bool,
    deafened: bool,
}

/// Somebody who is no bot, in a voice channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// Who.
    pub user: UserId,
    /// Whether they hear nothing, by their own choice or a moderator's.
    pub deafened: bool,
}

#[derive(Deserialize)]
struct State {
    guild_id: Option<GuildId>,
    channel_id: Option<ChannelId>,
    user_id: UserId,
    #[serde(default)]
    deaf: bool,
    #[serde(default)]
    self_deaf: bool,
    member: Option<Member>,
}

impl State {
    /// Returns where somebody is, if anywhere.
    fn place(&self, bot: bool) -> Option<Place> {
        Some(Place {
            channel: self.channel_id?,
            bot,
            deafened: self.deaf || self.self_deaf,
        })
    }
}

#[derive(Deserialize)]
struct Member {
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    id: UserId,
    #[serde(default)]
    bot: bool,
}

#[derive(Deserialize)]
struct Guild {
    id: GuildId,
    #[serde(default)]
    voice_states: Vec<State>,
    #[serde(default)]
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Gone {
    id: GuildId,
}

/// Takes the lock. What is inside stays whole at every point where a panic could strike.
pub fn lock(people: &SharedPeople) -> MutexGuard<'_, People> {
    people.lock().unwrap_or_else(PoisonError::into_inner)
}

impl People {
    /// Takes in one dispatch, and returns the guild in which something changed.
    pub(super) fn apply(
        &mut self,
        kind: &str,
        raw: &str,
    ) -> Result<Option<GuildId>, serde_json::Error> {
        match kind {
            "GUILD_CREATE" => {
                let guild: Guild = serde_json::from_str(raw)?;
                let users = guild.members.into_iter().filter_map(|member| member.user);
                let bots: HashSet<_> = users.filter(|user| user.bot).map(|user| user.id).collect();
                let states = guild.voice_states.into_iter().filter_map(|state| {
                    let place = state.place(bots.contains(&state.user_id))?;
                    Some((state.user_id, place))
                });
                let inside: HashMap<_, _> = states.collect();
                self.whole.insert(guild.id);
                match inside.is_empty() {
                    true => drop(self.guilds.remove(&guild.id)),
                    false => drop(self.guilds.insert(guild.id, inside)),
                }
                Ok(Some(guild.id))
            }
            "GUILD_DELETE" => {
                let gone: Gone = serde_json::from_str(raw)?;
                self.guilds.remove(&gone.id);
                self.whole.remove(&gone.id);
                Ok(Some(gone.id))
            }
            "VOICE_STATE_UPDATE" => {
                let state: State = serde_json::from_str(raw)?;
                let Some(guild) = state.guild_id else {
                    return Ok(None);
                };
                let user = state
                    .member
                    .as_ref()
                    .and_then(|member| member.user.as_ref());
                let place = state.place(user.is_some_and(|user| user.bot));
                let inside = self.guilds.entry(guild).or_default();
                match place {
                    Some(place) => drop(inside.insert(state.user_id, place)),
                    None => drop(inside.remove(&state.user_id)),
                }
                if inside.is_empty() {
                    self.guilds.remove(&guild);
                }
                Ok(Some(guild))
            }
            _ => Ok(None),
        }
    }

    /// Returns how many are in a channel, bots among them.
    pub fn count(&self, guild: GuildId, channel: ChannelId) -> usize {
        self.inside(guild, channel).count()
    }

    /// Whether anybody is in a channel who is no bot, or may be.
    pub fn any(&self, guild: GuildId, channel: ChannelId) -> bool {
        self.inside(guild, channel).any(|(_, place)| !place.bot) || !self.whole.contains(&guild)
    }

    /// Returns who is in a channel and no bot, by id.
    pub fn listeners(&self, guild: GuildId, channel: ChannelId) -> Vec<Listener> {
        let people = self.inside(guild, channel).filter(|(_, place)| !place.bot);
        let listener = |(user, place): (&UserId, &Place)| Listener {
            user: *user,
            deafened: place.deafened,
        };
        let mut listeners: Vec<_> = people.map(listener).collect();
        listeners.sort_unstable_by_key(|listener| listener.user);
        listeners
    }

    fn inside(
        &self,
        guild: GuildId,
        channel: ChannelId,
    ) -> impl Iterator<Item = (&UserId, &Place)> {
        let all = self.guilds.get(&guild).into_iter().flatten();
        all.filter(move |(_, place)| place.channel == channel)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_come_move_and_go() {
        let mut people = People::default();
        assert!(people.any(7.into(), 70.into()), "nobody said who is there");
        let guild = json!({
            "id": "7",
            "voice_states": [
                { "user_id": "1", "channel_id": "70", "session_id": "a" },
                { "user_id": "2", "channel_id": "70", "session_id": "b" },
            ],
            "members": [{ "user": { "id": "2", "bot": true } }, { "user": { "id": "1" } }],
        });
        let apply = |people: &mut People, kind, raw: serde_json::Value| {
            people.apply(kind, &raw.to_string()).unwrap()
        };
        assert_eq!(apply(&mut people, "GUILD_CREATE", guild), Some(7.into()));
        let seen = |people: &People, channel: u64| {
            let channel = channel.into();
            (
                people.count(7.into(), channel),
                people.any(7.into(), channel),
            )
        };
        assert_eq!(seen(&people, 70), (2, true));
        let moved = |channel: Option<&str>| {
            json!({ "guild_id": "7", "user_id": "1", "channel_id": channel, "session_id": "a",
                    "member": { "user": { "id": "1" } } })
        };
        apply(&mut people, "VOICE_STATE_UPDATE", moved(Some("71")));
        assert_eq!(seen(&people, 70), (1, false), "a bot is no company");
        assert_eq!(seen(&people, 71), (1, true));
        let hears = |deafened| {
            let user = 1.into();
            [Listener { user, deafened }]
        };
        assert_eq!(people.listeners(7.into(), 71.into()), hears(false));
        assert!(people.listeners(7.into(), 70.into()).is_empty());
        let mut deaf = moved(Some("71"));
        deaf["self_deaf"] = json!(true);
        apply(&mut people, "VOICE_STATE_UPDATE", deaf);
        assert_eq!(people.listeners(7.into(), 71.into()), hears(true));
        apply(&mut people, "VOICE_STATE_UPDATE", moved(None));
        assert_eq!(seen(&people, 71), (0, false));
        apply(
            &mut people,
            "GUILD_DELETE",
            json!({ "id": "7", "unavailable": true }),
        );
        assert!(people.guilds.is_empty());
    }
}
