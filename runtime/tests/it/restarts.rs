//! Voice over a restart: a bot that stops leaves its channels, one that was killed is taken out of them
//! by the next process, and who is in voice is known all the same.

use std::path::Path;
use std::time::Duration;

use cogbox_emulator::{Channel, Emulator, Guild};
use serenity::model::id::{ChannelId, GuildId};
use tokio::runtime::Runtime;

use crate::harness::{Bot, Setup, eventually};
use crate::playing::Stage;
use crate::sound::trusts;

fn id(guild: &Guild) -> GuildId {
    guild.id.0.into()
}

/// The names of those who listen where the bot is.
async fn listeners(bot: &Bot, guild: &Guild) -> Vec<&'static str> {
    let voice = bot.app.services.voice.get().unwrap();
    let player = voice.player(id(guild)).await.unwrap();
    let inside = player.listeners().await;
    let people = ["ann", "ben", "cleo"];
    let is_in = |name: &&str| {
        let person = bot.discord.person(name).id.0;
        inside.iter().any(|listener| listener.user.get() == person)
    };
    people.into_iter().filter(is_in).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_stops_leaves_and_the_next_one_knows_who_is_there() {
    if !trusts("restarts::a_bot_that_stops_leaves_and_the_next_one_knows_who_is_there").await {
        return;
    }
    let stage = Stage::set().await;
    let ben = stage.bot.discord.person("ben");
    ben.joins_voice(&stage.music);
    stage.joins_among(3).await;
    stage.says("play long.wav").await;
    assert_eq!(listeners(&stage.bot, &stage.lab).await, ["ann", "ben"]);
    let Stage {
        bot,
        lab,
        music,
        ann,
        ..
    } = stage;
    let (discord, data) = bot.stop().await;
    assert_eq!(lab.bot_voice(), None, "it left before its connection ended");
    // What happens while it is away it is told when it is back, and nothing else.
    ben.leaves_voice(&lab);
    discord.person("cleo").joins_voice(&music);
    let mut setup = Setup::with(&["radio"]);
    setup.voice.alone = Duration::from_millis(300);
    let bot = setup.start_on(discord, data).await;
    bot.counts("cogbox_ready", 1.0).await;
    assert_eq!(bot.discord.identifies(), 1, "the session goes on");
    let join = format!("/radio what:join {}", music.id);
    assert_eq!(bot.here("ann").runs(&join).await.text(), "ok");
    assert_eq!(listeners(&bot, &lab).await, ["ann", "cleo"]);
    // It knows when it is alone.
    ann.leaves_voice(&lab);
    bot.discord.person("cleo").leaves_voice(&lab);
    assert!(eventually(|| lab.bot_voice().is_none()).await);
}

/// A bot that goes into a channel and is killed there: nothing of it is left but its data.
async fn killed(discord: &Emulator, data: &Path, lab: &Guild, music: &Channel) {
    let runtime = Runtime::new().unwrap();
    let starting = {
        let (place, data) = (crate::harness::Place::of(discord), data.to_owned());
        async move { Setup::with(&["radio"]).app_at(place, &data).await }
    };
    let (app, _) = runtime.spawn(starting).await.unwrap();
    discord.bot_ready().await;
    let knows_itself = || app.services.cache.me().is_some();
    assert!(eventually(knows_itself).await);
    let voice = app.services.voice.get().unwrap().clone();
    let (guild, channel) = (
        id(lab),
        std::num::NonZeroU64::from(ChannelId::new(music.id.0)),
    );
    let joining = async move {
        let call = voice.call(guild).unwrap();
        let asked = call.lock().await.join_gateway(channel).await.unwrap();
        asked.await.unwrap();
    };
    runtime.spawn(joining).await.unwrap();
    assert_eq!(lab.bot_voice(), Some(music.id));
    let kept = || {
        let sessions = std::fs::read_to_string(data.join("sessions/0-of-1"));
        sessions.unwrap().contains(&music.id.to_string())
    };
    assert!(eventually(kept).await, "it does not write down where it is");
    runtime.shutdown_background();
    discord.bot_gone().await;
    assert_eq!(lab.bot_voice(), Some(music.id), "its session waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_killed_bot_was_the_next_one_leaves() {
    for forgotten in [false, true] {
        let setup = Setup::with(&["radio"]);
        let discord = Emulator::start(setup.discord.clone()).await.unwrap();
        let data = tempfile::tempdir().unwrap();
        let lab = discord.guild("Cogbox Lab");
        let music = lab.add_voice_channel("Music", 0);
        discord.person("ann").joins_voice(&music);
        killed(&discord, data.path(), &lab, &music).await;
        if forgotten {
            // It begins anew, while Discord still waits for the old session.
            std::fs::remove_dir_all(data.path().join("sessions")).unwrap();
        }
        let bot = setup.start_on(discord, data).await;
        bot.counts("cogbox_ready", 1.0).await;
        assert_eq!(bot.discord.identifies(), 1 + u64::from(forgotten));
        assert!(eventually(|| lab.bot_voice().is_none()).await);
        // It is free to come again.
        let voice = bot.app.services.voice.get().unwrap();
        let call = voice.call(id(&lab)).unwrap();
        let channel = std::num::NonZeroU64::from(ChannelId::new(music.id.0));
        let asked = call.lock().await.join_gateway(channel).await.unwrap();
        asked.await.unwrap();
        assert_eq!(lab.bot_voice(), Some(music.id));
    }
}
