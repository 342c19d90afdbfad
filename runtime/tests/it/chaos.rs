//! Random faults, one after the other, while people go on: whatever they say and do reaches the
//! cogs once, and is answered once.
//!
//! Each sequence follows from its number. `CHAOS=17 cargo test --test it chaos` plays number 17
//! alone, `CHAOS=0..1000` a thousand of them.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cogbox::config::Shards;
use cogbox_emulator::{Emulator, Fault, Here, Pending, Scope};
use serde_json::json;

use crate::events::echoes;
use crate::harness::{Bot, Setup, eventually};

/// How many sequences a run of all tests plays.
const SEQUENCES: u64 = 250;
/// Bots that play at the same time, each on a Discord of its own.
const BOTS: usize = 4;
/// A line of its own for each bot, with few enough sequences that the transcripts stay short.
const PER_BOT: u64 = 25;

/// Numbers that follow from a seed: SplitMix64, which is all that is needed here.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, sides: u64) -> u64 {
        self.next() % sides
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}

/// One bot, and what it should have heard and done.
struct Play {
    bot: Option<Bot>,
    said: Vec<String>,
    counted: u64,
    /// Counts whose answers have not been looked at.
    answers: Vec<Pending>,
    /// Faults of requests in this sequence. Discord that fails four times is given up, rightly.
    failures: u32,
}

fn setup() -> Setup {
    let mut setup = Setup::with(&["rogue", "counter"]);
    // Nobody waits for the next identify: the day would be over before the sequences are.
    setup.discord.max_concurrency = 0;
    setup.discord.identifies = 100_000;
    setup.discord.kept_requests = 10;
    setup.shards = Shards::parse("0-1/2").unwrap();
    setup
}

fn ann(discord: &Emulator) -> Here {
    let general = discord.guild("Cogbox Lab").channel("general");
    discord.person("ann").in_channel(&general)
}

/// Counts where nobody echoes.
fn ben(discord: &Emulator) -> Here {
    let bots = discord.guild("Cogbox Lab").channel("bots");
    discord.person("ben").in_channel(&bots)
}

impl Play {
    async fn new() -> Self {
        let bot = setup().start().await;
        bot.counts("cogbox_ready", 1.0).await;
        Self {
            bot: Some(bot),
            said: Vec::new(),
            counted: 0,
            answers: Vec::new(),
            failures: 0,
        }
    }

    fn discord(&self) -> &Emulator {
        &self.bot.as_ref().expect("the bot is there").discord
    }

    /// Plays a sequence, and tells what went wrong.
    async fn sequence(&mut self, number: u64) -> Result<(), String> {
        let mut dice = Dice(number);
        let mut story = Vec::new();
        self.failures = 0;
        for _ in 0..4 + dice.below(8) {
            match dice.below(10) {
                0..4 => {
                    let text = format!("{number}, {}", self.said.len());
                    ann(self.discord()).says(&format!("rogue: {text}")).await;
                    story.push(format!("says {text}"));
                    self.said.push(text);
                }
                4 | 5 => {
                    story.push("counts".to_owned());
                    let answer = ben(self.discord()).starts("/count").await;
                    self.answers.push(answer);
                    self.counted += 1;
                }
                6..9 => {
                    let fault = self.fault(&mut dice);
                    story.push(format!("{fault:?}"));
                    self.discord().cause(fault);
                }
                _ => {
                    let what = dice.below(2);
                    story.push(["starts again", "loses its session"][what as usize].to_owned());
                    match what {
                        0 => self.starts_again().await,
                        _ => self
                            .loses_its_session()
                            .await
                            .map_err(|what| format!("{what}; {story:#?}"))?,
                    }
                }
            }
        }
        self.is_whole()
            .await
            .map_err(|what| format!("{what}; {story:#?}"))
    }

    /// Whether everything was heard and done once, and in its order.
    async fn is_whole(&mut self) -> Result<(), String> {
        for answer in std::mem::take(&mut self.answers) {
            if let Some(failed) = answer.answered().await.failed() {
                return Err(format!("/count: {failed}"));
            }
        }
        let ann = ann(self.discord());
        if !eventually(|| echoes(&ann).len() >= self.said.len()).await || echoes(&ann) != self.said
        {
            let (heard, said) = (echoes(&ann), &self.said);
            return Err(format!("heard {heard:?} of {said:?}"));
        }
        let shown = ben(self.discord()).runs("/count-show").await;
        let expected = match self.counted {
            0 => return Ok(()),
            counted => format!("This server has counted to **{counted}**."),
        };
        match shown.failed() {
            None if shown.text() == expected => Ok(()),
            None => Err(format!("{}, and not {expected}", shown.text())),
            Some(failed) => Err(format!("/count-show: {failed}")),
        }
    }

    /// Picks a fault that nothing may be lost by.
    fn fault(&mut self, dice: &mut Dice) -> Fault {
        let shard = dice.one_of(&[None, Some(0), Some(1)]);
        let (method, path) = dice.one_of(&[
            ("POST", "/channels/*/messages"),
            ("POST", "/interactions/*/*/callback"),
        ]);
        let (method, path) = (method.to_owned(), path.to_owned());
        let event = dice.one_of(&["MESSAGE_CREATE", "INTERACTION_CREATE", "*"]);
        let event = event.to_owned();
        let of_requests = self.failures < 3;
        let kind = dice.below(if of_requests { 14 } else { 10 });
        if kind >= 10 {
            self.failures += 1;
        }
        match kind {
            0 => Fault::Reconnect { shard },
            1 => Fault::InvalidSession {
                resumable: true,
                shard,
            },
            2 => Fault::Drop { shard },
            3 => Fault::Close {
                code: dice.one_of(&[None, Some(1000), Some(1001), Some(4000), Some(4008)]),
                shard,
            },
            4 => Fault::ReconnectAtHello {
                times: 1 + dice.below(3) as u32,
            },
            5 => Fault::ReplayAgain {
                dispatches: 1 + dice.below(20),
            },
            6 => Fault::Repeat {
                event,
                more: 1,
                times: 1,
            },
            7 => Fault::AskHeartbeat { shard },
            8 => Fault::Payload {
                payload: json!({ "op": 99, "d": null }),
                shard,
            },
            9 => Fault::Dispatch {
                name: "SOMETHING_NEW".to_owned(),
                data: json!({ "guild_id": "1" }),
            },
            10 => Fault::Answer {
                method,
                path,
                status: dice.one_of(&[500, 502, 503]),
                body: json!("<html>Bad gateway</html>"),
                times: 1,
            },
            11 => Fault::Reset {
                method,
                path,
                times: 1,
            },
            12 => Fault::Cut {
                method,
                path,
                keep: 10,
                times: 1,
            },
            _ => Fault::Limit {
                method: "POST".to_owned(),
                path: "/channels/*/messages".to_owned(),
                retry_after: 0.05,
                scope: dice.one_of(&[Scope::User, Scope::Shared, Scope::Global]),
                times: 1,
            },
        }
    }

    async fn starts_again(&mut self) {
        let bot = self.bot.take().expect("the bot is there");
        let (discord, data) = bot.stop().await;
        let text = format!("nobody was there, {}", self.said.len());
        ann(&discord).says(&format!("rogue: {text}")).await;
        self.said.push(text);
        self.bot = Some(setup().start_on(discord, data).await);
    }

    /// What happens without a session nobody hears of; so all waits until there is one.
    async fn loses_its_session(&mut self) -> Result<(), String> {
        let all_connected = |discord: &Emulator| {
            let sessions = discord.gateway_sessions().into_iter();
            sessions.filter(|session| session.connected).count() == 2
        };
        if !eventually(|| all_connected(self.discord())).await {
            return Err("not connected before".to_owned());
        }
        self.is_whole().await?;
        // Sessions that the bot has been told of; the other ones it can't know.
        let begun = || {
            let bot = self.bot.as_ref().expect("the bot is there");
            [0, 1].map(|shard| {
                bot.metric(&format!(
                    "cogbox_gateway_reconnects_total{{kind=\"identify\",shard=\"{shard}\"}}"
                ))
            })
        };
        let before = begun();
        self.discord().cause(Fault::LoseSessions { shard: None });
        let anew = || {
            begun()
                .iter()
                .zip(&before)
                .all(|(now, before)| now > before)
        };
        match eventually(|| anew() && all_connected(self.discord())).await {
            true => Ok(()),
            false => Err("not connected again".to_owned()),
        }
    }
}

/// The sequences that are asked for.
fn asked() -> Range<u64> {
    let Ok(text) = std::env::var("CHAOS") else {
        return 0..SEQUENCES;
    };
    let (from, to) = text.split_once("..").unwrap_or((&text, ""));
    let from: u64 = from
        .parse()
        .expect("CHAOS is a number, or a range such as 0..1000");
    from..to.parse().unwrap_or(from + 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_whatever_breaks() {
    let range = asked();
    let next = Arc::new(AtomicU64::new(range.start));
    let mut players = tokio::task::JoinSet::new();
    for _ in 0..BOTS {
        let (next, end) = (Arc::clone(&next), range.end);
        players.spawn(async move {
            loop {
                let first = next.fetch_add(PER_BOT, Ordering::Relaxed);
                if first >= end {
                    return;
                }
                let mut play = Play::new().await;
                for number in first..end.min(first + PER_BOT) {
                    if let Err(what) = play.sequence(number).await {
                        panic!("sequence {number} (the first of this bot was {first}): {what}");
                    }
                }
                let bot = play.bot.take().expect("the bot is there");
                bot.stop().await;
            }
        });
    }
    while let Some(ended) = players.join_next().await {
        ended.unwrap();
    }
}
