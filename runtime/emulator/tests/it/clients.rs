//! Foreign clients: bots written with other people's libraries, unchanged, against this Discord.
//! What they send, and what they make of what they get, nobody here had a hand in.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cogbox_emulator::{Emulator, Fault, Here, Options, Scope, Seen, Sound, voice_authority};

use crate::client::oddly;

/// How long one thing may take. Only a failing test waits for it; starting Node.js or Python on a
/// busy machine takes many seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// A client's process. What it wrote is shown when the test fails.
struct Client {
    process: Child,
    output: PathBuf,
}

impl Client {
    /// Starts a client: `program` with the bot's file, below `tests/clients`.
    fn start(discord: &Emulator, program: &Path, bot: &str) -> Client {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
        let name = bot.replace('/', "-");
        let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.log"));
        let log = File::create(&output).unwrap();
        let authority = output.with_extension("pem");
        std::fs::write(&authority, voice_authority().unwrap()).unwrap();
        let process = Command::new(program)
            .arg(here.join(bot))
            .env("DISCORD_API", discord.api_url())
            .env("DISCORD_GATEWAY", discord.gateway_url())
            .env("DISCORD_TOKEN", discord.token())
            // Python and Node.js take authorities from there.
            .env("SSL_CERT_FILE", &authority)
            .env("NODE_EXTRA_CA_CERTS", &authority)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        let process = process.unwrap_or_else(|error| {
            panic!(
                "{} cannot be run ({error}); run runtime/prerequisites.sh clients",
                program.display()
            )
        });
        Client { process, output }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            let wrote = std::fs::read_to_string(&self.output).unwrap_or_default();
            eprintln!("the client wrote:\n{wrote}");
        }
    }
}

/// Where prerequisites.sh puts tools: beside the workspace's build.
fn tool(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/tools")
        .join(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_py_works_unchanged() {
    works(&tool("discord.py/bin/python"), "discord_py/bot.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_js_works_unchanged() {
    works(Path::new("node"), "discord_js/bot.mjs").await;
}

/// Does with a bot what people do, and what Discord does to it.
async fn works(program: &Path, bot: &str) {
    let options = Options {
        patience: PATIENCE,
        answer_deadline: Duration::from_secs(30),
        // discord.js sends fields where Discord passes over them.
        ..oddly()
    };
    let discord = Emulator::start(options).await.unwrap();
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    let _client = Client::start(&discord, program, bot);
    discord.bot_ready().await;
    discord.commands_registered().await;
    interacts(&ann).await;
    writes(&discord, &ann).await;
    sings(&discord, &ann).await;
    comes_back(&discord, &ann).await;
}

/// Waits until the client says that its button or form stands. It knows what it has shown only
/// once its request is answered, and nobody's hand is as quick as a test.
async fn stands(ann: &Here, what: &str) {
    let line = format!("the {what} stands");
    eventually(&line, || said(ann, &line) == 1).await;
}

/// Commands, autocomplete, a button, a form and a menu.
async fn interacts(ann: &Here) {
    let pong = ann.runs("/ping").await;
    assert_eq!((pong.failed(), pong.text()), (None, "pong"));
    let slow = ann.runs("/slow").await;
    assert_eq!((slow.was_deferred(), slow.failed()), (true, None));
    assert_eq!(ann.types("/say word:he").await, ["hello", "hey"]);
    let said = ann.runs("/say word:hey").await;
    assert_eq!(said.text(), "hey, ann");
    let button = ann.runs("/button").await;
    assert_eq!(button.text(), "not pressed");
    stands(ann, "button").await;
    let pressed = ann.clicks(&button, "Press").await;
    assert_eq!(pressed.text(), "pressed by ann");
    let form = ann.runs("/form").await;
    assert_eq!(form.modal()["title"], "A form");
    stands(ann, "form").await;
    let submitted = ann.submits(&form, &[("colour", "green")]).await;
    assert_eq!(submitted.text(), "green it is");
    let quoted = ann.clicks_message("Quote", &submitted).await;
    assert_eq!(quoted.text(), "> green it is");
    eventually("what comes after a deferred answer", || {
        let said = ann.channel().transcript_for(ann);
        said.contains("done") && said.contains("and more") && !said.contains("almost")
    })
    .await;
}

/// Messages: sent, edited, deleted, replied to, reacted to; the first meets a 429.
async fn writes(discord: &Emulator, ann: &Here) {
    discord.clear_requests();
    discord.cause(Fault::Limit {
        method: "POST".to_owned(),
        path: "/channels/*/messages".to_owned(),
        retry_after: 0.3,
        scope: Scope::User,
        times: 1,
    });
    ann.says("!work").await;
    eventually("the work is done", || said(ann, "finished") == 1).await;
    let transcript = ann.channel().transcript_for(ann);
    assert!(transcript.contains("worked"), "{transcript}");
    assert!(!transcript.contains("working"), "{transcript}");
    assert!(!transcript.contains("too much"), "{transcript}");
    assert!(transcript.contains("👍"), "{transcript}");
    let statuses: Vec<u16> = discord.requests().iter().map(|r| r.status).collect();
    assert_eq!(statuses, [429, 200, 200, 204, 200, 204, 200]);
}

/// Voice: into the channel of who asks, a tone that is encrypted end to end, and out again.
async fn sings(discord: &Emulator, ann: &Here) {
    let lab = discord.guild("Cogbox Lab");
    let music = lab.add_voice_channel("Music", 0);
    discord.person("ann").joins_voice(&music);
    ann.says("!sing").await;
    eventually("it has sung", || said(ann, "sang") == 1).await;
    let heard = lab.heard();
    let Some((Sound::Tone { hertz, .. }, length)) = heard
        .stretches
        .iter()
        .map(|stretch| (stretch.sound, stretch.length))
        .find(|(sound, _)| matches!(sound, Sound::Tone { .. }))
    else {
        panic!("no tone: {heard}");
    };
    assert!((hertz - 440.0).abs() < 5.0, "{heard}");
    assert!((1.9..2.1).contains(&length.as_secs_f64()), "{heard}");
    assert!(heard.sealed > 90, "encrypted end to end: {heard}");
    assert!(heard.faults.is_empty(), "{heard}");
}

/// After op 7 and after a dropped connection the session goes on, and nothing is lost or doubled.
async fn comes_back(discord: &Emulator, ann: &Here) {
    let faults = [
        Fault::Reconnect { shard: None },
        Fault::Drop { shard: None },
    ];
    for (n, fault) in faults.into_iter().enumerate() {
        discord.cause(fault);
        let text = format!("missed {n}");
        ann.says(&format!("!echo {text}")).await;
        eventually("the session is resumed", || resumes(discord) == n + 1).await;
        assert_eq!(ann.runs("/ping").await.text(), "pong");
        // The line of the person, and that of the bot.
        eventually("what was missed is answered", || said(ann, &text) == 2).await;
    }
    assert_eq!(discord.identifies(), 1, "one session all along");
    discord.cause(Fault::InvalidSession {
        resumable: false,
        shard: None,
    });
    eventually("a new session is begun", || discord.identifies() == 2).await;
    assert_eq!(ann.runs("/ping").await.text(), "pong");
}

fn said(ann: &Here, text: &str) -> usize {
    ann.channel().transcript_for(ann).matches(text).count()
}

fn resumes(discord: &Emulator) -> usize {
    let log = discord.gateway_log().into_iter();
    log.filter(|seen| matches!(seen, Seen::Resumed { accepted: true, .. }))
        .count()
}

/// Waits until something is so, which a client's process brings about in its own time.
async fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
