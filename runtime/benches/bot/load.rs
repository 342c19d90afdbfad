//! People who use a cog, and how long its answers take.

use std::time::Duration;

use cogbox_emulator::Here;
use futures_util::future::join_all;

/// Uses the cog `fun` so often, one command in flight for each person, and returns the answers' p99 in
/// milliseconds.
pub async fn load(people: &[Here], pause: Duration, count: usize) -> f64 {
    let each = count / people.len();
    let guilds = people.iter().map(async |person| {
        let call = person.prepares("/coin");
        let mut times = Vec::with_capacity(each);
        for _ in 0..each {
            tokio::time::sleep(pause).await;
            times.push(person.invokes(&call).await);
        }
        times
    });
    let mut times = join_all(guilds).await.concat();
    times.sort_unstable();
    times[(times.len() - 1) * 99 / 100].as_secs_f64() * 1e3
}

/// Returns the one in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
