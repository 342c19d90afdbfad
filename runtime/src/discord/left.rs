//! Guilds that the bot is no longer in: what cogs keep of one stays for some time, and is deleted
//! when the bot has not returned.
//!
//! No event is waited for. What the bot missed while it was away counts as well, so the guilds under
//! which something lies are compared with those that the bot is in.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serenity::model::id::GuildId;
use tokio::sync::watch;

use crate::cache::{Cache, shard_of};
use crate::host::Services;
use crate::store::StoreError;
use crate::store::subjects::Subject;

/// How often is looked.
const EVERY: Duration = Duration::from_secs(3_600);

/// Looks once the bot is ready and every hour after that, until it stops.
pub async fn run(services: Arc<Services>, keep: Duration, mut stop: watch::Receiver<bool>) {
    loop {
        let pause = match services.cache.ready() {
            false => Duration::from_secs(1),
            true => {
                if let Err(error) = look(&services, keep, SystemTime::now()).await {
                    let error = error.to_string();
                    tracing::error!(error, "what lies under guilds could not be looked through");
                }
                EVERY
            }
        };
        tokio::select! {
            _ = stop.wait_for(|&stop| stop) => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Notes which guilds the bot is no longer in, takes the note back of those it is in again, and
/// deletes what is older than it is kept.
pub async fn look(services: &Services, keep: Duration, now: SystemTime) -> Result<(), StoreError> {
    let (cache, store) = (&services.cache, &services.store);
    let left = store.left_guilds().await?;
    let noted = |guild: u64| left.iter().any(|(left, _)| *left == guild);
    for (guild, at) in &left {
        if cache.is_in(GuildId::new(*guild)) {
            store.clear_left(*guild).await?;
            tracing::info!(guild, "the bot is in a guild again, whose data were kept");
            continue;
        }
        let age = now.duration_since(*at).unwrap_or_default();
        if age < keep || !sees(cache, *guild) {
            continue;
        }
        let gone = store.delete_of(&Subject::guild(*guild), now).await?;
        store.clear_left(*guild).await?;
        let rows: u64 = gone.iter().map(|rows| rows.count).sum();
        tracing::info!(
            guild,
            rows,
            "the bot left this guild, and its data are deleted"
        );
    }
    for guild in store.guilds_with_data().await? {
        if !cache.is_in(GuildId::new(guild)) && sees(cache, guild) && !noted(guild) {
            store.note_left(guild, now).await?;
            let days = keep.as_secs() / 86_400;
            tracing::info!(
                guild,
                "the bot is no longer in this guild; its data are deleted after {days} days"
            );
        }
    }
    Ok(())
}

/// Whether this process would know of a guild that the bot is in it: a shard of its own serves it,
/// and is connected.
fn sees(cache: &Cache, guild: u64) -> bool {
    let total = cache.shards();
    total > 0 && cache.connected(shard_of(GuildId::new(guild), total))
}
