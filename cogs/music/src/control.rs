//! Commands that control what plays, and the panel's buttons.

use crate::encore::{self, Encore};
use crate::rules::Rules;
use crate::session::{Call, Session, come, told};
use crate::votes::{self, Skip};
use crate::words::Moment;
use crate::{home, idle, panel, words};
use cogbox_sdk::host::player::{self, Repeat};
use cogbox_sdk::markdown::{mention_channel, mention_user};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::voice::tracks::Track;

/// How much louder or quieter a button makes it, in percent.
const STEP: u8 = 10;

/// What is played again.
#[derive(Choice)]
pub enum Mode {
    Off,
    Track,
    Queue,
}

/// Calls me into your voice channel.
#[command(contexts(guild))]
pub fn join(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let channel = come(ctx, &guild, Call::Come)?;
    home::note(ctx, &guild)?;
    if player::status(&guild)?.is_some_and(|now| now.playing.is_none()) {
        idle::begin(&guild)?;
    }
    ctx.reply(t!(ctx, here_i_am, channel = mention_channel(&channel)))
}

/// Sends me out of the voice channel; the queue is forgotten.
#[command(contexts(guild))]
pub fn leave(ctx: &Context) -> Answer {
    let session = Session::controlled(ctx)?;
    told(ctx, player::leave(&session.guild))?;
    encore::forget_all(&session.guild, false)?;
    ctx.reply(t!(ctx, left))
}

/// Shows what plays, with buttons.
#[command(contexts(guild))]
pub fn nowplaying(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    home::note(ctx, &guild)?;
    let Some(now) = player::status(&guild)?.filter(|now| now.playing.is_some()) else {
        tell!(ctx, nothing_plays);
    };
    // Only a deferred answer tells its id, by which the panel is found again.
    ctx.defer()?;
    let message = ctx.edit_reply(panel::view(&ctx.guild_locale(), &now))?;
    panel::set(&guild, &ctx.channel(), &message, &now)
}

/// Pauses what plays.
#[command(contexts(guild))]
pub fn pause(ctx: &Context) -> Answer {
    let session = Session::controlled(ctx)?;
    let title = words::title(session.playing(ctx)?);
    if session.now.paused {
        tell!(ctx, paused_already);
    }
    told(ctx, player::set_paused(&session.guild, true))?;
    ctx.reply(t!(ctx, paused, title = title))?;
    panel::refresh(&session.guild)
}

/// Goes on with what was paused, or with what a restart of mine broke off.
#[command(contexts(guild))]
pub fn resume(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let silent = player::status(&guild)?.is_none_or(|now| now.playing.is_none());
    if silent && let Some(encore) = Encore::of(&guild)? {
        Rules::of(&guild).require_adding(ctx)?;
        come(ctx, &guild, Call::Play)?;
        home::note(ctx, &guild)?;
        let back = encore.bring_back(&guild)?;
        let first = back.first().or_tell(t!(ctx, nothing_plays))?;
        let title = words::title(first);
        return ctx.reply(t!(ctx, brought_back, count = back.len(), title = title));
    }
    let session = Session::controlled(ctx)?;
    let title = words::title(session.playing(ctx)?);
    if !session.now.paused {
        tell!(ctx, plays_already);
    }
    told(ctx, player::set_paused(&session.guild, false))?;
    ctx.reply(t!(ctx, resumed, title = title))?;
    panel::refresh(&session.guild)
}

/// Ends what plays and empties the queue; I stay in the channel.
#[command(contexts(guild))]
pub fn stop(ctx: &Context) -> Answer {
    let session = Session::controlled(ctx)?;
    session.playing(ctx)?;
    told(ctx, player::stop(&session.guild))?;
    ctx.reply(t!(ctx, stopped))
}

/// Skips what plays, or votes to skip it.
#[command(contexts(guild))]
pub fn skip(ctx: &Context) -> Answer {
    let session = Session::of(ctx)?;
    let track = session.playing(ctx)?;
    let wish = votes::wish(ctx, &session, track)?;
    if !wish.is_due() {
        return ctx.reply(voted(ctx, track, &wish));
    }
    let next = votes::skip(ctx, &session.guild, track.id)?;
    let title = words::title(track);
    ctx.reply(match next {
        Some(next) => t!(ctx, skipped, title = title, next = words::title(&next)),
        None => t!(ctx, skipped_last, title = title),
    })
}

/// Goes to another moment of what plays.
#[command(contexts(guild))]
pub fn seek(
    ctx: &Context,
    /// Such as 1:30, 90, +15 or -15.
    #[option(max_length = 20)]
    to: String,
) -> Answer {
    let session = Session::controlled(ctx)?;
    let track = session.playing(ctx)?;
    let moment = Moment::read(&to).or_tell(t!(ctx, no_moment))?;
    let to = moment.of(session.now.position);
    if let Some(duration) = track.duration.filter(|duration| to >= *duration) {
        let length = words::time(duration.into());
        tell!(ctx, too_far, length = length);
    }
    told(ctx, player::seek(&session.guild, to))?;
    ctx.reply(t!(ctx, sought, to = words::time(to.into())))?;
    panel::refresh(&session.guild)
}

/// Sets how loud I am, or tells.
#[command(contexts(guild))]
pub fn volume(
    ctx: &Context,
    /// In percent.
    #[option(min = 0, max = 200)]
    percent: Option<u8>,
) -> Answer {
    let Some(percent) = percent else {
        let session = Session::of(ctx)?;
        return ctx.reply_privately(t!(ctx, volume_is, percent = session.now.volume));
    };
    let session = Session::controlled(ctx)?;
    let loudest = Rules::of(&session.guild).loudest()?;
    if percent > loudest {
        tell!(ctx, too_loud, most = loudest);
    }
    told(ctx, player::set_volume(&session.guild, percent))?;
    ctx.reply(t!(ctx, volume_set, percent = percent))?;
    panel::refresh(&session.guild)
}

/// Plays the track or the queue again and again, or not.
#[command(name = "loop", key = "loop", contexts(guild))]
pub fn loop_mode(
    ctx: &Context,
    /// What is played again.
    mode: Mode,
) -> Answer {
    let session = Session::controlled(ctx)?;
    let mode = match mode {
        Mode::Off => Repeat::Off,
        Mode::Track => Repeat::Track,
        Mode::Queue => Repeat::Queue,
    };
    told(ctx, player::set_repeat(&session.guild, mode))?;
    let mode = panel::repeat(ctx, mode);
    ctx.reply(t!(ctx, loop_set, mode = mode))?;
    panel::refresh(&session.guild)
}

/// Does what a button of a panel says. Whichever panel it is on becomes the server's.
pub fn pressed(ctx: &Context, id: &str) -> Answer {
    let guild = ctx.in_guild()?;
    // A panel of an earlier run, or of one that ended just now.
    let now = player::status(&guild)?;
    if now.is_none_or(|now| now.playing.is_none()) {
        return ctx.update(panel::over(&ctx.guild_locale()));
    }
    let (what, about) = id.split_once(':').unwrap_or((id, ""));
    match what {
        "skip" => return press_skip(ctx, about.parse().unwrap_or_default()),
        "stop" => return press_stop(ctx),
        _ => {}
    }
    let session = Session::controlled(ctx)?;
    session.playing(ctx)?;
    let (guild, volume) = (&session.guild, session.now.volume);
    told(
        ctx,
        match what {
            "pause" => player::set_paused(guild, true),
            "resume" => player::set_paused(guild, false),
            "repeat" => player::set_repeat(guild, panel::mode(about)),
            "quieter" => player::set_volume(guild, volume.saturating_sub(STEP)),
            "louder" => {
                let loudest = Rules::of(guild).loudest()?;
                if volume >= loudest {
                    tell!(ctx, too_loud, most = loudest);
                }
                player::set_volume(guild, volume.saturating_add(STEP).min(loudest))
            }
            _ => fail!("the button `{id}` is none of ours"),
        },
    )?;
    update(ctx, guild)
}

/// Answers before it skips: what the player tells then may put another panel into this one's place.
fn press_skip(ctx: &Context, id: u32) -> Answer {
    let session = Session::of(ctx)?;
    let track = session.playing(ctx)?;
    if track.id != id {
        tell!(ctx, track_over);
    }
    let wish = votes::wish(ctx, &session, track)?;
    if let Skip::Votes { .. } = wish {
        ctx.reply(voted(ctx, track, &wish))?;
    } else {
        update(ctx, &session.guild)?;
    }
    if wish.is_due() {
        votes::skip(ctx, &session.guild, id)?;
    }
    Ok(())
}

fn press_stop(ctx: &Context) -> Answer {
    let session = Session::controlled(ctx)?;
    update(ctx, &session.guild)?;
    told(ctx, player::stop(&session.guild))
}

/// Shows on the pressed panel what plays now.
fn update(ctx: &Context, guild: &str) -> Answer {
    let to = ctx.guild_locale();
    match player::status(guild)? {
        Some(now) => {
            ctx.update(panel::view(&to, &now))?;
            panel::adopt(ctx, guild, &now)
        }
        None => ctx.update(panel::over(&to)),
    }
}

fn voted(ctx: &Context, track: &Track, wish: &Skip) -> String {
    let Skip::Votes { given, needed } = wish else {
        return String::new();
    };
    let (who, title) = (mention_user(&ctx.user().id), words::title(track));
    t!(
        ctx,
        voted,
        who = who,
        title = title,
        given = *given,
        needed = *needed
    )
}
