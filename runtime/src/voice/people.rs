//! Who is in which voice channel, the bot among them, as far as the gateway tells.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serenity::model::id::{ChannelId, GuildId, UserId};

/// The people, for all who have to know.
pub type SharedPeople = Arc<Mutex<People>>;

/// Who is in which voice channel.
#[derive(Debug, Default)]
pub struct People {
    guilds: HashMap<GuildId, HashMap<UserId, Place>>,
    /// Guilds of which it was told who is there: in a session that goes on after the process was
    /// killed, only those who move are told of.
    whole: HashSet<GuildId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    channel: ChannelId,
    /// What they are called. It is written nowhere.
    #[serde(skip)]
    name: String,
    bot: bool,
    deafened: bool,
    /// Whether they are only the audience of a stage.
    suppressed: bool,
}

/// Who is in voice in guilds of which that is known: what one process leaves for the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roll(BTreeMap<GuildId, BTreeMap<UserId, Place>>);

/// What a dispatch changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Changed {
    /// Where.
    pub guild: GuildId,
    /// Who came into the audience of a stage by it, and of which.
    pub audience: Option<(UserId, ChannelId)>,
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
    #[serde(default)]
    suppress: bool,
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
            suppressed: self.suppress,
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
    /// Takes in one dispatch, and returns what changed.
    pub(super) fn apply(
        &mut self,
        kind: &str,
        raw: &str,
    ) -> Result<Option<Changed>, serde_json::Error> {
        let changed = |guild| Changed {
            guild,
            audience: None,
        };
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
                Ok(Some(changed(guild.id)))
            }
            "GUILD_DELETE" => {
                let gone: Gone = serde_json::from_str(raw)?;
                self.guilds.remove(&gone.id);
                self.whole.remove(&gone.id);
                Ok(Some(changed(gone.id)))
            }
            "VOICE_STATE_UPDATE" => {
                let state: State = serde_json::from_str(raw)?;
                let Some(guild) = state.guild_id else {
                    return Ok(None);
                };
                let (user, place) = (state.user_id, state.place(state.member.as_ref()));
                let inside = self.guilds.entry(guild).or_default();
                let before = inside.get(&user).map(|place| place.channel);
                let audience = place
                    .as_ref()
                    .filter(|place| place.suppressed && before != Some(place.channel))
                    .map(|place| (user, place.channel));
                match place {
                    Some(place) => drop(inside.insert(user, place)),
                    None => drop(inside.remove(&user)),
                }
                if inside.is_empty() {
                    self.guilds.remove(&guild);
                }
                Ok(Some(Changed { guild, audience }))
            }
            _ => Ok(None),
        }
    }

    /// Returns who is in voice in the guilds that `serves` names.
    pub(super) fn roll(&self, serves: impl Fn(GuildId) -> bool) -> Roll {
        let guilds = self.whole.iter().filter(|guild| serves(**guild));
        let inside = |guild| {
            let inside = self.guilds.get(guild).into_iter().flatten();
            inside.map(|(user, place)| (*user, place.clone())).collect()
        };
        Roll(guilds.map(|guild| (*guild, inside(guild))).collect())
    }

    /// Takes in what an earlier process left.
    pub(super) fn restore(&mut self, roll: Roll) {
        for (guild, inside) in roll.0 {
            self.whole.insert(guild);
            self.guilds.insert(guild, inside.into_iter().collect());
        }
    }

    /// Notes that a bot is in a channel, of which nothing else is known.
    pub(super) fn is_in(&mut self, guild: GuildId, bot: UserId, channel: ChannelId) {
        let place = Place {
            channel,
            name: String::new(),
            bot: true,
            deafened: false,
            suppressed: false,
        };
        let inside = self.guilds.entry(guild).or_default();
        inside.entry(bot).or_insert(place);
    }

    /// Forgets some guilds, of which all is told anew.
    pub(super) fn forget(&mut self, serves: impl Fn(GuildId) -> bool) {
        self.guilds.retain(|guild, _| !serves(*guild));
        self.whole.retain(|guild| !serves(*guild));
    }

    /// Returns the channel that somebody is in.
    pub fn place(&self, guild: GuildId, user: UserId) -> Option<ChannelId> {
        Some(self.guilds.get(&guild)?.get(&user)?.channel)
    }

    /// Returns the guilds in which somebody is in voice.
    pub(super) fn guilds_of(&self, user: UserId) -> Vec<GuildId> {
        let guilds = self.guilds.iter();
        let inside = guilds.filter(|(_, inside)| inside.contains_key(&user));
        inside.map(|(guild, _)| *guild).collect()
    }

    /// Whether somebody is only the audience of a stage.
    pub fn is_suppressed(&self, guild: GuildId, user: UserId) -> bool {
        let place = self.guilds.get(&guild).and_then(|guild| guild.get(&user));
        place.is_some_and(|place| place.suppressed)
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
        let changed = apply(&mut people, "GUILD_CREATE", guild);
        assert_eq!(changed.unwrap().guild, GuildId::from(7));
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

    /// Takes in where the bot is on a stage, and returns the stage whose audience it came into.
    fn placed(people: &mut People, channel: Option<&str>, suppress: bool) -> Option<u64> {
        let state = json!({ "guild_id": "7", "user_id": "9", "channel_id": channel,
                            "session_id": "a", "suppress": suppress });
        let changed = people.apply("VOICE_STATE_UPDATE", &state.to_string());
        let (user, channel) = changed.unwrap().unwrap().audience?;
        assert_eq!(user, UserId::from(9));
        Some(channel.get())
    }

    #[test]
    fn whoever_comes_into_an_audience_is_told_of_and_whoever_is_put_back_is_not() {
        let mut people = People::default();
        let (guild, bot) = (7.into(), 9.into());
        assert_eq!(placed(&mut people, Some("70"), false), None);
        assert_eq!(placed(&mut people, Some("80"), true), Some(80));
        assert_eq!(placed(&mut people, Some("80"), true), None, "told twice");
        assert!(people.is_suppressed(guild, bot));
        assert_eq!(placed(&mut people, Some("80"), false), None);
        assert!(!people.is_suppressed(guild, bot));
        assert_eq!(placed(&mut people, Some("80"), true), None, "put back");
        placed(&mut people, None, false);
        assert!(!people.is_suppressed(guild, bot));
        assert_eq!(placed(&mut people, Some("80"), true), Some(80));
    }

    #[test]
    fn what_one_process_knows_the_next_one_is_told() {
        let mut people = People::default();
        for (guild, user) in [("7", "1"), ("8", "2")] {
            let guild = json!({
                "id": guild,
                "voice_states": [{ "user_id": user, "channel_id": "70", "session_id": "a" }],
                "members": [{ "user": { "id": user, "username": "ann" } }],
            });
            people.apply("GUILD_CREATE", &guild.to_string()).unwrap();
        }
        let roll = serde_json::to_string(&people.roll(|guild| guild == 7)).unwrap();
        assert!(!roll.contains("\"ann\""), "{roll}");
        let mut next = People::default();
        next.restore(serde_json::from_str(&roll).unwrap());
        assert_eq!(next.listeners(7.into(), 70.into()).len(), 1);
        assert!(!next.any(7.into(), 71.into()), "it is known who is there");
        assert!(
            next.any(8.into(), 71.into()),
            "it is not known who is there"
        );
        next.is_in(8.into(), 9.into(), 80.into());
        assert_eq!(next.place(8.into(), 9.into()), Some(80.into()));
        assert_eq!(next.guilds_of(9.into()), [GuildId::from(8)]);
        next.forget(|guild| guild == 8);
        assert!(next.guilds_of(9.into()).is_empty());
    }
}
