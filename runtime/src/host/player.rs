//! `cogbox:voice/player`: one player for each guild.

use std::sync::Arc;
use std::time::Duration;

use cogbox_world::Fault;
use cogbox_world::cogbox::host::basics::ErrorKind;
use cogbox_world::cogbox::voice::player::{Found, Host, Listener, Playback, Repeat, Source};
use cogbox_world::cogbox::voice::tracks::Track;
use serenity::model::id::{self as discord, GuildId};
use serenity::model::permissions::Permissions;

use super::convert::{self, Place};
use super::grants::Interface;
use super::player_sites::enqueue_found;
use super::{Guest, error, id, invalid, told};
use crate::rest::Route;
use crate::voice::player::{Item, Player, PlayerError, VOLUME_MAX};
use crate::voice::sound::{self, Sound};
use crate::voice::{Voice, people};

/// Most that one search returns.
const FOUND_MAX: u8 = 25;

impl Host for Guest {
    async fn join(&mut self, guild: String, channel: String) -> Result<(), Fault> {
        let (voice, guild) = self.player_of(&guild)?;
        let channel: discord::ChannelId = id("channel", &channel)?.into();
        let own = self
            .require_guild_channel(Interface::Player, channel)
            .await?;
        if own != guild {
            return Err(invalid("that channel is in another server"));
        }
        let needed = Permissions::CONNECT;
        self.require_right(Interface::Player, guild, Some(channel), needed)
            .await?;
        self.require_way_in(&voice, guild, channel).await?;
        let work = {
            let voice = Arc::clone(&voice);
            async move { voice.player_for(guild).await?.join(channel).await }
        };
        ran(voice.run(work).await)
    }

    async fn leave(&mut self, guild: String) -> Result<(), Fault> {
        self.play(&guild, async |player| player.leave().await).await
    }

    async fn find(&mut self, source: Source, limit: u8) -> Result<Vec<Found>, Fault> {
        self.require(Interface::Player)?;
        let voice = self.voice()?;
        let limit = limit.clamp(1, FOUND_MAX).into();
        let words = match source {
            Source::Media(words) => words,
            other => return self.found(&voice, other, limit).await,
        };
        let Some(media) = voice.media().cloned() else {
            return Ok(Vec::new());
        };
        // A folder may be large, and a disk slow.
        let found = tokio::task::spawn_blocking(move || media.find(&words, limit)).await;
        let found = found.unwrap_or_default().into_iter().map(|name| Found {
            title: title_of(&name),
            source: Source::Media(name),
            duration: None,
        });
        Ok(found.collect())
    }

    async fn enqueue(
        &mut self,
        guild: String,
        source: Source,
        title: Option<String>,
        requested_by: Option<String>,
    ) -> Result<Vec<Track>, Fault> {
        let (voice, guild) = self.player_of(&guild)?;
        let requested_by = match requested_by {
            Some(user) => Some(id("user", &user)?.into()),
            None => None,
        };
        let title = title.map(|title| sound::shown(&title));
        if let Some(found) = self.resolved(&voice, guild, &source).await? {
            return enqueue_found(&voice, guild, found, title, requested_by).await;
        }
        let mut at = None;
        let (sound, name) = match source {
            Source::Media(name) => {
                let media = voice.media().ok_or_else(|| {
                    let sentence = "the operator has no media folder: it is `media` under [voice]";
                    Fault::Told(error(ErrorKind::Unavailable, sentence))
                })?;
                let path = media.file(&name).map_err(|missing| {
                    Fault::Told(error(ErrorKind::NotFound, missing.to_string()))
                })?;
                (Sound::File(path), title_of(&name))
            }
            Source::Bytes(bytes) => (Sound::Bytes(bytes.into()), String::new()),
            Source::Url(url) => {
                let found = self.at_url(&voice, &url).await?;
                at = Some(url);
                found
            }
            // Taken above.
            Source::Search(_) => return super::unsupported("searching for tracks"),
        };
        let item = Item {
            title: title.filter(|title| !title.is_empty()).unwrap_or_default(),
            name,
            url: at,
            duration: None,
            requested_by,
            sound,
        };
        let enqueued = with_player(&voice, guild, async move |player| {
            player.enqueue(item).await
        });
        Ok(vec![convert::voice::track(&enqueued.await?)])
    }

    async fn queue(&mut self, guild: String) -> Result<Vec<Track>, Fault> {
        let waiting = self.play(&guild, async |player| Ok(player.waiting().await));
        Ok(waiting.await?.iter().map(convert::voice::track).collect())
    }

    async fn remove(&mut self, guild: String, track: u32) -> Result<(), Fault> {
        self.play(&guild, async move |player| player.remove(track).await)
            .await
    }

    async fn put(&mut self, guild: String, track: u32, place: u32) -> Result<(), Fault> {
        let put = async move |player: Arc<Player>| player.put(track, place as usize).await;
        self.play(&guild, put).await
    }

    async fn clear(&mut self, guild: String) -> Result<(), Fault> {
        self.play(&guild, async |player| {
            player.clear().await;
            Ok(())
        })
        .await
    }

    async fn shuffle(&mut self, guild: String) -> Result<(), Fault> {
        self.play(&guild, async |player| {
            player.shuffle().await;
            Ok(())
        })
        .await
    }

    async fn skip(&mut self, guild: String) -> Result<Option<Track>, Fault> {
        let next = self.play(&guild, async |player| player.skip(None).await);
        Ok(next.await?.as_ref().map(convert::voice::track))
    }

    async fn skip_track(&mut self, guild: String, track: u32) -> Result<Option<Track>, Fault> {
        let skip = async move |player: Arc<Player>| player.skip(Some(track)).await;
        let next = self.play(&guild, skip).await?;
        Ok(next.as_ref().map(convert::voice::track))
    }

    async fn stop(&mut self, guild: String) -> Result<(), Fault> {
        self.play(&guild, async |player| player.stop().await).await
    }

    async fn set_paused(&mut self, guild: String, paused: bool) -> Result<(), Fault> {
        self.play(&guild, async move |player| player.set_paused(paused).await)
            .await
    }

    async fn seek(&mut self, guild: String, to: u32) -> Result<(), Fault> {
        let to = Duration::from_millis(to.into());
        self.play(&guild, async move |player| player.seek(to).await)
            .await
    }

    async fn set_volume(&mut self, guild: String, percent: u8) -> Result<(), Fault> {
        if percent > VOLUME_MAX {
            let sentence = format!("the volume is a percentage from 0 to {VOLUME_MAX}");
            return Err(invalid(sentence));
        }
        let (voice, guild) = self.player_of(&guild)?;
        let kept = self.services.store.set_volume(guild, percent).await;
        kept.map_err(|failed| {
            let sentence = format!("the volume can't be kept: {failed}");
            Fault::Told(error(ErrorKind::Unavailable, sentence))
        })?;
        with_player(&voice, guild, async move |player| {
            player.set_volume(percent).await;
            Ok(())
        })
        .await
    }

    async fn set_repeat(&mut self, guild: String, repeat: Repeat) -> Result<(), Fault> {
        let repeat = convert::voice::repeat(repeat);
        self.play(&guild, async move |player| {
            player.set_repeat(repeat).await;
            Ok(())
        })
        .await
    }

    async fn status(&mut self, guild: String) -> Result<Option<Playback>, Fault> {
        let (voice, guild) = self.player_of(&guild)?;
        let Some(player) = voice.player(guild).await else {
            return Ok(None);
        };
        let playback = player.playback().await;
        let suppressed = voice.is_suppressed(guild);
        Ok(playback.map(|playback| convert::voice::playback(&playback, suppressed)))
    }

    async fn listeners(&mut self, guild: String) -> Result<Vec<Listener>, Fault> {
        let inside = self.play(&guild, async |player| Ok(player.listeners().await));
        Ok(inside.await?.iter().map(convert::voice::listener).collect())
    }
}

impl Guest {
    /// Returns the calls, where a cog may play at all.
    fn voice(&self) -> Result<Arc<Voice>, Fault> {
        let voice = self.services.voice.get().cloned();
        voice.ok_or_else(|| {
            let sentence = "voice is not ready: no cog played anything when the bot started";
            Fault::Told(error(ErrorKind::Unavailable, sentence))
        })
    }

    /// Checks that the cog may use the player of a guild.
    fn player_of(&mut self, guild: &str) -> Result<(Arc<Voice>, GuildId), Fault> {
        self.require(Interface::Player)?;
        let guild = id("guild", guild)?.into();
        self.require_guild(Interface::Player, guild)?;
        Ok((self.voice()?, guild))
    }

    /// Does something with the player of a guild.
    async fn play<T, F, W>(&mut self, guild: &str, what: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(Arc<Player>) -> W + Send + 'static,
        W: Future<Output = Result<T, PlayerError>> + Send + 'static,
    {
        let (voice, guild) = self.player_of(guild)?;
        with_player(&voice, guild, what).await
    }

    /// Says why the bot can't go into a channel: Discord would only be silent.
    async fn require_way_in(
        &mut self,
        voice: &Voice,
        guild: GuildId,
        channel: discord::ChannelId,
    ) -> Result<(), Fault> {
        let place: Place = self
            .rest()
            .ask(Route::Channel(channel))
            .await
            .map_err(told)?;
        if !place.is_voice() {
            return Err(invalid("that is not a voice channel"));
        }
        let Some(me) = self.services.cache.me() else {
            let sentence = "the bot is not connected yet";
            return Err(Fault::Told(error(ErrorKind::Unavailable, sentence)));
        };
        let has = self.permissions_of(guild, me.id, Some(channel)).await?;
        let needed = Permissions::VIEW_CHANNEL | Permissions::CONNECT | Permissions::SPEAK;
        let lacking = needed - has;
        if !has.contains(Permissions::ADMINISTRATOR) && !lacking.is_empty() {
            let names: Vec<_> = lacking.iter_names().map(|(name, _)| name).collect();
            let names = names.join(", ");
            let sentence = format!("the bot lacks the permission {names} in that channel");
            return Err(Fault::Told(error(ErrorKind::Forbidden, sentence)));
        }
        let most = place.user_limit.unwrap_or(0) as usize;
        let passes = has.intersects(Permissions::MOVE_MEMBERS | Permissions::ADMINISTRATOR);
        let inside = people::lock(voice.people()).count(guild, channel);
        if most > 0 && inside >= most && !passes {
            return Err(Fault::Told(error(
                ErrorKind::Forbidden,
                format!("that channel is full: it has room for {most}"),
            )));
        }
        Ok(())
    }
}

/// Does something with the player of a guild, for a call that is checked.
pub(super) async fn with_player<T, F, W>(voice: &Voice, guild: GuildId, what: F) -> Result<T, Fault>
where
    T: Send + 'static,
    F: FnOnce(Arc<Player>) -> W + Send + 'static,
    W: Future<Output = Result<T, PlayerError>> + Send + 'static,
{
    let Some(player) = voice.player(guild).await else {
        return Err(failed(PlayerError::NoChannel));
    };
    ran(voice.run(what(player)).await)
}

fn ran<T>(done: Option<Result<T, PlayerError>>) -> Result<T, Fault> {
    ended(done)?.map_err(failed)
}

/// Takes what came of work on the host's runtime; nothing when that broke off.
pub(super) fn ended<T>(done: Option<T>) -> Result<T, Fault> {
    let sentence = "the host failed at that";
    done.ok_or_else(|| Fault::Told(error(ErrorKind::Unavailable, sentence)))
}

fn failed(failed: PlayerError) -> Fault {
    let kind = match &failed {
        PlayerError::NoChannel
        | PlayerError::Silent
        | PlayerError::NoTrack(_)
        | PlayerError::Over(_) => ErrorKind::NotFound,
        PlayerError::Full(_) => ErrorKind::Quota,
        PlayerError::Unheard(_) | PlayerError::Seek(_) => ErrorKind::Invalid,
        PlayerError::Join(_) => ErrorKind::Unavailable,
    };
    Fault::Told(error(kind, failed.to_string()))
}

/// What a file is called, for people.
fn title_of(name: &str) -> String {
    let own = name.rsplit('/').next().unwrap_or(name);
    let own = own.rsplit_once('.').map_or(own, |(own, _)| own);
    sound::shown(own)
}
