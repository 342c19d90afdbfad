//! A bot that serves nothing: serenity's client with its default cache, and the intents of the
//! stock cogs. It says `ready` when it has been shown all of its guilds.

use std::sync::Arc;

use serenity::all::{
    Client, Context, EventHandler, GatewayIntents, GuildId, HttpBuilder, async_trait,
};

struct Says;

#[async_trait]
impl EventHandler for Says {
    async fn cache_ready(&self, _: Context, guilds: Vec<GuildId>) {
        println!("ready {}", guilds.len());
    }
}

#[tokio::main]
async fn main() {
    let variable = |name: &str| std::env::var(name).expect(name);
    let http = HttpBuilder::new(variable("DISCORD_TOKEN"))
        .proxy(variable("DISCORD_BASE"))
        .ratelimiter_disabled(true)
        .build();
    let intents = GatewayIntents::GUILDS;
    let mut client = Client::builder(&variable("DISCORD_TOKEN"), intents)
        .event_handler_arc(Arc::new(Says))
        .await
        .expect("a client");
    client.http = Arc::new(http);
    client.start_autosharded().await.expect("a bot that runs");
}
