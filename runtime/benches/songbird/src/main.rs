//! A bot that plays: each line of its input is a guild's id, a voice channel's id and a file, which it
//! plays there in place of what it played.

use std::num::NonZeroU64;
use std::sync::Arc;

use serenity::all::{ClientBuilder, GatewayIntents, HttpBuilder};
use songbird::input::File;
use songbird::{SerenityInit, Songbird};
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main]
async fn main() {
    let variable = |name: &str| std::env::var(name).expect(name);
    let http = HttpBuilder::new(variable("DISCORD_TOKEN"))
        .proxy(variable("DISCORD_BASE"))
        .ratelimiter_disabled(true)
        .build();
    let intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_VOICE_STATES;
    let calls = Songbird::serenity();
    let client = ClientBuilder::new_with_http(http, intents).register_songbird_with(calls.clone());
    let mut client = client.await.expect("a client");
    tokio::spawn(listen(calls));
    client.start_autosharded().await.expect("a bot that runs");
}

async fn listen(calls: Arc<Songbird>) {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let mut words = line.splitn(3, ' ');
        let mut word = || words.next().expect("a guild, a channel and a file");
        let id = |word: &str| word.parse::<NonZeroU64>().expect("an id");
        let (guild, channel, file) = (id(word()), id(word()), word().to_owned());
        let calls = Arc::clone(&calls);
        tokio::spawn(async move {
            let call = calls.join(guild, channel).await.expect("a voice channel");
            let mut call = call.lock().await;
            call.stop();
            call.play_input(File::new(file).into());
        });
    }
}
