//! Voice at the main gateway: a call asks by the shard of its guild, is told where its voice server
//! is, and keeps its place over reconnects and new shards.

use std::sync::Arc;
use std::time::Duration;

use cogbox::voice::{SharedCall, Voice};
use cogbox_emulator::{Channel, Emulator, Guild, Seen};
use serenity::model::id::{ChannelId, GuildId};
use songbird::error::JoinError;
use songbird::{Call, ConnectionInfo};

use crate::harness::{Bot, Setup, eventually};

const RESUMES: &str = r#"cogbox_gateway_reconnects_total{kind="resume",shard="0"}"#;

/// A bot of so many shards that has a cog which plays.
fn playing(shards: u64) -> Setup {
    let mut setup = Setup::with(&["radio"]);
    (setup.discord.shards, setup.discord.max_concurrency) = (shards, 0);
    setup
}

async fn start(setup: Setup) -> (Bot, Arc<Voice>) {
    let bot = setup.start().await;
    bot.counts("cogbox_ready", 1.0).await;
    let voice = bot.app.services.voice.get();
    let voice = Arc::clone(voice.expect("a cog asks for the player"));
    (bot, voice)
}

fn id(guild: &Guild) -> GuildId {
    GuildId::new(guild.id.0)
}

/// Joins a channel as far as the main gateway goes.
async fn join(
    voice: &Voice,
    guild: &Guild,
    channel: &Channel,
) -> Result<ConnectionInfo, JoinError> {
    let call = voice.call(id(guild))?;
    let channel: std::num::NonZeroU64 = ChannelId::new(channel.id.0).into();
    let asked = call.lock().await.join_gateway(channel).await?;
    asked.await
}

async fn leave(voice: &Voice, guild: &Guild) {
    let call = voice.call(id(guild)).unwrap();
    call.lock().await.leave().await.unwrap();
}

/// Waits until a call is so; tells whether it became so within five seconds.
async fn becomes(call: &SharedCall, so: impl Fn(&Call) -> bool) -> bool {
    for _ in 0..5_000 {
        if so(&*call.lock().await) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    false
}

/// What the bot asked by op 4: the shard, the guild and the channel.
fn asked(discord: &Emulator) -> Vec<((u64, u64), u64, Option<u64>)> {
    let log = discord.gateway_log().into_iter();
    log.filter_map(|seen| match seen {
        Seen::VoiceAsked {
            shard,
            guild,
            channel,
            ..
        } => Some((shard, guild.0, channel.map(|id| id.0))),
        _ => None,
    })
    .collect()
}

/// The session of the shard that serves a guild.
fn session(discord: &Emulator, guild: &Guild) -> String {
    let sessions = discord.gateway_sessions().into_iter();
    let mut own = sessions.filter(|s| guild.id.shard(s.shard.1) == s.shard.0);
    own.next_back().unwrap().id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_asks_by_the_shard_of_its_guild_and_is_told_its_server() {
    let (bot, voice) = start(playing(2)).await;
    let mut expected = Vec::new();
    let mut shards = std::collections::BTreeSet::new();
    for n in 0..4 {
        let guild = bot.discord.add_guild(&format!("Guild {n}"), &[], &["cleo"]);
        let music = guild.add_voice_channel("Music", 0);
        let shard = (guild.id.shard(2), 2);
        shards.insert(shard);
        let info = join(&voice, &guild, &music).await.unwrap();
        assert_eq!(info.guild_id.0.get(), guild.id.0);
        assert_eq!(info.channel_id.0.get(), music.id.0);
        assert_eq!(info.session_id, session(&bot.discord, &guild));
        assert!(info.endpoint.contains(':') && !info.endpoint.contains('/'));
        assert!(!info.token.is_empty());
        assert_eq!(guild.bot_voice(), Some(music.id));
        leave(&voice, &guild).await;
        assert!(eventually(|| guild.bot_voice().is_none()).await);
        expected.push((shard, guild.id.0, Some(music.id.0)));
        expected.push((shard, guild.id.0, None));
    }
    assert_eq!(asked(&bot.discord), expected);
    assert_eq!(shards.len(), 2, "one shard had all guilds");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_while_the_bot_is_away_is_asked_when_it_is_back() {
    let (bot, voice) = start(playing(1)).await;
    let lab = bot.discord.guild("Cogbox Lab");
    let music = lab.add_voice_channel("Music", 0);
    for times in 1..4 {
        bot.discord.reconnect_at_hello(u32::MAX);
        bot.discord.drop_bot();
        assert!(eventually(|| !bot.discord.bot_connected()).await);
        let (info, ()) = tokio::join!(join(&voice, &lab, &music), async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert_eq!(lab.bot_voice(), None);
            bot.discord.reconnect_at_hello(0);
        });
        assert_eq!(info.unwrap().session_id, session(&bot.discord, &lab));
        bot.counts(RESUMES, f64::from(times)).await;
        leave(&voice, &lab).await;
        assert!(eventually(|| lab.bot_voice().is_none()).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_session_is_asked_for_the_channels_of_the_old_one() {
    let (bot, voice) = start(playing(1)).await;
    let lab = bot.discord.guild("Cogbox Lab");
    let elsewhere = bot.discord.add_guild("Elsewhere", &[], &["cleo"]);
    let music = lab.add_voice_channel("Music", 0);
    let other = elsewhere.add_voice_channel("Music", 0);
    let before = join(&voice, &lab, &music).await.unwrap();
    join(&voice, &elsewhere, &other).await.unwrap();
    leave(&voice, &elsewhere).await;
    bot.discord.send_op9(false);
    assert!(eventually(|| bot.discord.identifies() == 2).await);
    assert!(eventually(|| lab.bot_voice() == Some(music.id)).await);
    let call = voice.call(id(&lab)).unwrap();
    let told = |call: &Call| {
        let now = call.current_connection();
        now.is_some_and(|now| now.token != before.token)
    };
    assert!(becomes(&call, told).await, "no new token");
    let now = call.lock().await.current_connection().cloned();
    assert_eq!(now.unwrap().session_id, session(&bot.discord, &lab));
    assert_eq!(elsewhere.bot_voice(), None, "what was left stays left");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_go_over_to_new_shards() {
    let mut setup = playing(1);
    setup.discord.guilds_per_shard = 3;
    setup.deadlines.reshard = Duration::from_millis(50);
    let (bot, voice) = start(setup).await;
    let mut places = Vec::new();
    for n in 0..3 {
        let guild = bot.discord.add_guild(&format!("Guild {n}"), &[], &["cleo"]);
        let music = guild.add_voice_channel("Music", 0);
        if n < 2 {
            join(&voice, &guild, &music).await.unwrap();
        }
        places.push((guild, music));
    }
    let cache = &bot.app.services.cache;
    assert!(eventually(|| cache.shards() == 2).await);
    let old_are_gone = || bot.discord.gateway_sessions().len() == 2;
    assert!(eventually(old_are_gone).await);
    for (guild, music) in &places[..2] {
        assert_eq!(guild.bot_voice(), Some(music.id));
    }
    let (guild, music) = &places[2];
    let info = join(&voice, guild, music).await.unwrap();
    assert_eq!(info.session_id, session(&bot.discord, guild));
    let newest = asked(&bot.discord).pop().unwrap();
    assert_eq!(
        newest,
        ((guild.id.shard(2), 2), guild.id.0, Some(music.id.0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn x37_a_bot_that_is_disconnected_or_removed_does_not_come_back_by_itself() {
    let (bot, voice) = start(playing(1)).await;
    let lab = bot.discord.add_guild("Elsewhere", &[], &["cleo"]);
    let (music, talk) = (
        lab.add_voice_channel("Music", 0),
        lab.add_voice_channel("Talk", 0),
    );
    join(&voice, &lab, &music).await.unwrap();
    let call = voice.call(id(&lab)).unwrap();
    let nowhere = |call: &Call| call.current_channel().is_none();
    let there = |call: &Call| call.current_channel().map(|id| id.0.get()) == Some(talk.id.0);
    lab.move_bot(Some(&talk));
    assert!(becomes(&call, there).await, "it was not told of the move");
    lab.move_bot(None);
    assert!(becomes(&call, nowhere).await, "it was not disconnected");
    join(&voice, &lab, &music).await.unwrap();
    lab.remove_bot();
    assert!(becomes(&call, nowhere).await, "it was not removed");
    bot.discord.send_op9(false);
    assert!(eventually(|| bot.discord.identifies() == 2).await);
    bot.counts("cogbox_ready", 1.0).await;
    assert_eq!(asked(&bot.discord).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_cog_that_plays_there_are_no_calls() {
    let bot = Bot::with(&["counter"]).await;
    assert!(bot.app.services.voice.get().is_none());
}
