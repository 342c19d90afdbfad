//! An author's first minutes, in each language: a new cog, the local Discord, an answer; a change
//! that is saved, and another answer; a mistake that is saved, and a sentence about it.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::components::Folder;
use crate::process::{Process, cogbox, run};

/// Compilers have the machine to themselves in no test.
const PATIENCE: Duration = Duration::from_secs(300);

fn repository() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().unwrap()
}

/// The page of a local Discord in another process, and ann in #general.
struct Page {
    url: String,
    origin: String,
    ann: String,
    general: String,
}

impl Page {
    async fn open(url: &str) -> Self {
        let origin = url.trim_end_matches('/').to_owned();
        let url = format!("{origin}/_local");
        let state: Value = reqwest::get(format!("{url}/state"))
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let named = |list: &Value, name: &str| {
            let found = list
                .as_array()
                .unwrap()
                .iter()
                .find(|it| [&it["name"], &it["username"]].iter().any(|it| **it == name));
            let found = found.unwrap_or_else(|| panic!("no {name} in {list}"));
            found["id"].as_str().unwrap().to_owned()
        };
        let ann = named(&state["users"], "ann");
        let general = named(&state["guilds"][0]["channels"], "general");
        Self {
            url,
            origin,
            ann,
            general,
        }
    }

    async fn get(&self, path: String) -> Value {
        let url = format!("{}{path}", self.url);
        reqwest::get(url).await.unwrap().json().await.unwrap()
    }

    /// Has ann use a command, and returns what she reads.
    async fn runs(&self, name: &str) -> String {
        let Self {
            url, ann, general, ..
        } = self;
        let began = Instant::now();
        let mut asked = None;
        while began.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let Some(interaction) = &asked else {
                let offered = self
                    .get(format!("/commands?as={ann}&channel={general}"))
                    .await;
                let mut offered = offered.as_array().unwrap().iter();
                if let Some(command) = offered.find(|command| command["name"] == name) {
                    let body = json!({"as": ann, "command": command["id"], "options": []});
                    let post =
                        reqwest::Client::new().post(format!("{url}/channels/{general}/commands"));
                    // As the page itself does; others would have to show the bot's token.
                    let post = post.header("Origin", &self.origin).json(&body).send();
                    let begun: Value = post.await.unwrap().json().await.unwrap();
                    assert!(begun["interaction"].is_string(), "{begun}");
                    asked = Some(begun["interaction"].clone());
                }
                continue;
            };
            let messages = self
                .get(format!("/channels/{general}/messages?as={ann}&limit=50"))
                .await;
            let mut messages = messages.as_array().unwrap().iter();
            let answer = messages.find(|it| it["interaction_metadata"]["id"] == *interaction);
            if let Some(content) = answer
                .and_then(|answer| answer["content"].as_str())
                .filter(|it| !it.is_empty())
            {
                return content.to_owned();
            }
        }
        panic!("/{name} was not answered");
    }
}

/// Writes a new cog, runs it, changes it, breaks it. Returns what was said of the mistake.
async fn first_minutes(lang: &str, file: &str, mistake: &str) -> String {
    let folder = Folder::new();
    // Rust's own cogs compiled the SDK already.
    let cargo = format!(
        "[build]\ntarget-dir = {:?}\n",
        repository().join("cogs/target")
    );
    std::fs::create_dir(folder.file(".cargo")).unwrap();
    std::fs::write(folder.file(".cargo/config.toml"), cargo).unwrap();
    let sdk = repository().join("cogs/sdk");
    let mut arguments = vec!["new", "hello", "--lang", lang];
    if lang == "rust" {
        arguments.extend(["--sdk", sdk.to_str().unwrap()]);
    }
    let written = run(folder.path(), &arguments).await;
    assert_eq!(written.code, Some(0), "{}", written.err);
    assert!(
        written
            .out
            .starts_with("hello is written. Now:\n\n  cd hello\n  cogbox dev"),
        "{}",
        written.out
    );
    let hello = folder.file("hello");
    let tools = repository().join("target/toolchains");
    let here = [
        "dev",
        "--web",
        "127.0.0.1:0",
        "--discord",
        "127.0.0.1:0",
        // Nothing before these tests needs the compiler for C.
        "--install",
        "--toolchains",
        tools.to_str().unwrap(),
    ];
    let began = Instant::now();
    let dev = Process::start(cogbox(&hello, &here));
    let told = dev.says_within("local Discord ", PATIENCE).await;
    let page = Page::open(
        told.split_whitespace()
            .find(|word| word.starts_with("http://"))
            .unwrap(),
    )
    .await;
    assert_eq!(page.runs("hello").await, "Hello, ann!");
    let first = began.elapsed();

    // A bot that reads it meanwhile would find half of it.
    let built = hello.join("dist/hello.wasm");
    let inode = || std::fs::metadata(&built).unwrap().ino();
    let before = inode();
    let source = hello.join(file);
    let right = std::fs::read_to_string(&source).unwrap();
    let saved = save(&source, &right.replace("Hello, ", "Good morning, "));
    while page.runs("hello").await != "Good morning, ann!" {
        assert!(saved.elapsed() < PATIENCE, "the change was not seen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let anew = saved.elapsed();
    assert_ne!(inode(), before, "the component was written in place");
    println!(
        "{lang}: from `dev` to the first answer {first:.1?}, from save to the next {anew:.1?}"
    );

    save(&source, &format!("{right}\n{mistake}\n"));
    dev.says_within("hello goes on as it was", PATIENCE).await;
    assert_eq!(page.runs("hello").await, "Good morning, ann!");
    dev.terminate();
    let ended = dev.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let (_, told) = ended.err.rsplit_once("s after it was saved\n").unwrap();
    told.split("hello goes on as it was")
        .next()
        .unwrap()
        .to_owned()
}

fn save(file: &Path, text: &str) -> Instant {
    std::fs::write(file, text).unwrap();
    Instant::now()
}

#[tokio::test(flavor = "multi_thread")]
async fn first_minutes_in_rust() {
    let told = first_minutes("rust", "src/lib.rs", "fn broken() -> u8 { \"no\" }").await;
    assert!(told.contains("src/lib.rs:"), "{told}");
    assert!(told.contains("error[E0308]: mismatched types"), "{told}");
    assert!(!told.contains("Compiling"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn first_minutes_in_python() {
    let told = first_minutes("python", "src/app.py", "def broken(:").await;
    insta::assert_snapshot!(told, @r#"
    error: .: Python says
      Traceback (most recent call last):
        File "<string>", line 1, in <module>
      AssertionError:   File "src/app.py", line 9
          def broken(:
                     ^
      SyntaxError: invalid syntax
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn first_minutes_in_javascript() {
    let told = first_minutes("javascript", "src/app.js", "function broken( {").await;
    insta::assert_snapshot!(told, @r"
    error: .: JavaScript says
      Error: : Failed to evaluate user JavaScript module: Failed to declare JavaScript module: Error: invalid property name
          at /src/app.js:9:1
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn first_minutes_in_c() {
    let told = first_minutes("c", "src/app.c", "int broken(void) { return }").await;
    assert!(
        told.contains("src/app.c:") && told.contains("error: expected expression"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_t_be_made_is_told() {
    let folder = Folder::new();
    std::fs::create_dir(folder.file("taken")).unwrap();
    let mut text = String::new();
    for line in [
        "new taken",
        "new My-Cog",
        "new hello --lang cobol",
        "new hello --lang c --sdk .",
    ] {
        let ended = run(folder.path(), &line.split(' ').collect::<Vec<_>>()).await;
        text += &format!(
            "$ cogbox {line}\n{}{}(exit {})\n",
            ended.out,
            ended.err,
            ended.code.unwrap()
        );
    }
    insta::assert_snapshot!(text, @r"
    $ cogbox new taken
    error: taken is there already
      fix: choose another name, or remove it
    (exit 1)
    $ cogbox new My-Cog
    error: `My-Cog` can't be a cog's name
      fix: use 1 to 32 lower-case letters, digits and hyphens, beginning with a letter
    (exit 1)
    $ cogbox new hello --lang cobol
    error: invalid value 'cobol' for '--lang <LANG>'
      [possible values: rust, python, javascript, c]

      tip: a similar value exists: 'c'

    For more information, try '--help'.
    (exit 2)
    $ cogbox new hello --lang c --sdk .
    error: --sdk is for Rust
      fix: leave it out: `cogbox build` brings what other languages need
    (exit 1)
    ");
    assert!(!folder.file("hello").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_sdk_s_sources_rust_names_a_version() {
    let folder = Folder::new();
    let own = run(folder.path(), &["new", "hello", "--sdk", "nowhere"]).await;
    assert!(
        own.err.contains("there is no crate in nowhere"),
        "{}",
        own.err
    );
    // The program of the tests lies in a checkout, and finds the SDK there.
    let own = run(folder.path(), &["new", "hello"]).await;
    assert_eq!(own.code, Some(0), "{}", own.err);
    let cargo = std::fs::read_to_string(folder.file("hello/Cargo.toml")).unwrap();
    let sdk = repository().join("cogs/sdk");
    assert!(
        cargo.contains(&format!("cogbox-sdk = {{ path = \"{}\" }}", sdk.display())),
        "{cargo}"
    );
    // One that lies elsewhere does not.
    let elsewhere = folder.file("cogbox");
    std::fs::copy(env!("CARGO_BIN_EXE_cogbox"), &elsewhere).unwrap();
    let made = tokio::process::Command::new(elsewhere)
        .args(["new", "other"])
        .current_dir(folder.path())
        .output();
    assert!(made.await.unwrap().status.success());
    let cargo = std::fs::read_to_string(folder.file("other/Cargo.toml")).unwrap();
    let published = concat!("cogbox-sdk = \"", env!("CARGO_PKG_VERSION"), "\"");
    assert!(cargo.contains(published), "{cargo}");
}
