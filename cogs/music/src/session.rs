//! Where the bot is and who is with it: who may come to it, and where it comes to.

use crate::rules::Rules;
use cogbox_sdk::discord::members;
use cogbox_sdk::host::player::{self, Listener, Playback};
use cogbox_sdk::markdown::mention_channel;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::voice::tracks::Track;

/// The bot in a voice channel, and a person who is there too.
pub struct Session {
    pub guild: String,
    pub now: Playback,
    pub listeners: Vec<Listener>,
}

impl Session {
    /// Returns the session that somebody is in, or tells them why there is none.
    pub fn of(ctx: &Context) -> Answer<Self> {
        let guild = ctx.in_guild()?;
        let Some(now) = player::status(&guild)? else {
            tell!(ctx, nowhere);
        };
        let mut listeners = listeners(&guild)?;
        let user = ctx.user().id;
        if !has(&listeners, &user) {
            // After a restart the host knows only who moved since: Discord knows of the others.
            let state = members::voice(&guild, &user)?;
            match state.filter(|state| state.channel.as_ref() == Some(&now.channel)) {
                Some(state) => listeners.push(Listener {
                    user,
                    deafened: state.deafened || state.self_deafened,
                }),
                None => tell!(ctx, come_here, channel = mention_channel(&now.channel)),
            }
        }
        Ok(Session {
            guild,
            now,
            listeners,
        })
    }

    /// The same for somebody who may control the music.
    pub fn controlled(ctx: &Context) -> Answer<Self> {
        let session = Session::of(ctx)?;
        Rules::of(&session.guild).require_control(ctx)?;
        Ok(session)
    }

    /// Returns what plays, or tells that nothing does.
    pub fn playing(&self, ctx: &Context) -> Answer<&Track> {
        let playing = self.now.playing.as_ref();
        playing.or_tell(t!(ctx, nothing_plays))
    }
}

/// How the bot comes to somebody.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// To play something, when it has nothing to do elsewhere.
    Play,
    /// On request; DJs call it away from others.
    Come,
}

/// Brings the bot into the voice channel of whoever calls it, or tells them why it does not come.
pub fn come(ctx: &Context, guild: &str, call: Call) -> Answer<String> {
    let user = ctx.user().id;
    if let Some(now) = player::status(guild)? {
        let listeners = listeners(guild)?;
        if has(&listeners, &user) {
            return Ok(now.channel);
        }
        let works = now.playing.is_some() && !listeners.is_empty();
        if works && !(call == Call::Come && Rules::of(guild).is_dj(ctx)?) {
            tell!(ctx, busy_elsewhere, channel = mention_channel(&now.channel));
        }
    }
    let channel = members::voice(guild, &user)?.and_then(|state| state.channel);
    let channel = channel.or_tell(t!(ctx, join_first))?;
    player::join(guild, &channel).map_err(|refused| {
        let why = refused.message;
        let channel = mention_channel(&channel);
        Error::tell(t!(ctx, can_not_come, channel = channel, why = why))
    })?;
    Ok(channel)
}

/// Turns what the host does not do into its own sentence for whoever asked.
pub fn told<T>(
    ctx: &Context,
    done: Result<T, cogbox_sdk::raw::cogbox::host::basics::Error>,
) -> Answer<T> {
    done.map_err(|refused| match refused.kind {
        ErrorKind::Other => Error::from(refused),
        _ => Error::tell(t!(ctx, refused, why = refused.message)),
    })
}

/// Returns who is in the bot's channel; nobody when it has just left.
fn listeners(guild: &str) -> Answer<Vec<Listener>> {
    match player::listeners(guild) {
        Err(gone) if gone.kind == ErrorKind::NotFound => Ok(Vec::new()),
        listeners => Ok(listeners?),
    }
}

fn has(listeners: &[Listener], user: &str) -> bool {
    listeners.iter().any(|listener| listener.user == user)
}
