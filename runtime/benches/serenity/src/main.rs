//! A bot that serves nothing: serenity's client with its default cache. It says `ready` once it
//! knows as many guilds as it should.

use std::sync::Arc;
use std::time::Duration;

use serenity::all::{ClientBuilder, GatewayIntents, HttpBuilder};

#[tokio::main]
async fn main() {
    let variable = |name: &str| std::env::var(name).expect(name);
    let guilds: usize = variable("GUILDS").parse().expect("a number of guilds");
    let http = HttpBuilder::new(variable("DISCORD_TOKEN"))
        .proxy(variable("DISCORD_BASE"))
        .ratelimiter_disabled(true)
        .build();
    let client = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS);
    let mut client = client.await.expect("a client");
    let cache = Arc::clone(&client.cache);
    tokio::spawn(async move {
        while cache.guild_count() < guilds {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        println!("ready");
    });
    client.start_autosharded().await.expect("a bot that runs");
}
