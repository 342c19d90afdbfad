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

#[derive(Debug)]
struct Place {
    channel: ChannelId,
    /// What they are called.
    name: String,
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
    fn place(&self, who: Option<&Member>) -> Option<Place> {
        Some(Place {
            channel: self.channel_id?,
            name: who.map(Member::name).unwrap_or_default(),
            bot: who.is_some_and(Member::is_bot),
            deafened: self.deaf || self.self_deaf,
        })
    }
}

#[derive(Deserialize)]
struct Member {
    user: Option<User>,
    nick: Option<String>,
}

impl Member {
    /// Returns what the server calls them; empty when it does not say.
    fn name(&self) -> String {
        let user = self.user.as_ref();
        let own = || user.and_then(|user| user.global_name.as_ref().or(user.username.as_ref()));
        self.nick.as_ref().or_else(own).cloned().unwrap_or_default()
    }

    fn is_bot(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.bot)
    }
}

#[derive(Deserialize)]
struct User {
    id: UserId,
    username: Option<String>,
    global_name: Option<String>,
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
                let members = guild.members.iter();
                let members = members.filter_map(|member| Some((member.user.as_ref()?.id, member)));
                let members: HashMap<_, _> = members.collect();
                let states = guild.voice_states.iter().filter_map(|state| {
                    let place = state.place(members.get(&state.user_id).copied())?;
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
                let place = state.place(state.member.as_ref());
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

    /// Returns what somebody is called who is in voice in a guild.
    pub fn name(&self, guild: GuildId, user: UserId) -> Option<&str> {
        let name = &self.guilds.get(&guild)?.get(&user)?.name;
        (!name.is_empty()).then_some(name)
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
            "members": [
                { "user": { "id": "2", "bot": true } },
                { "user": { "id": "1", "username": "ann", "global_name": "Ann" } },
            ],
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
        assert_eq!(people.name(7.into(), 1.into()), Some("Ann"));
        assert_eq!(people.name(7.into(), 2.into()), None);
        let moved = |channel: Option<&str>| {
            json!({ "guild_id": "7", "user_id": "1", "channel_id": channel, "session_id": "a",
                    "member": { "nick": "Annie", "user": { "id": "1", "username": "ann" } } })
        };
        apply(&mut people, "VOICE_STATE_UPDATE", moved(Some("71")));
        assert_eq!(seen(&people, 70), (1, false), "a bot is no company");
        assert_eq!(seen(&people, 71), (1, true));
        assert_eq!(people.name(7.into(), 1.into()), Some("Annie"));
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
