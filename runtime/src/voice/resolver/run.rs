//! One run of a program of others: what it gets, how much it may say, and that it ends.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group, setpriority_pgrp};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

/// What it may answer, and tell of what went wrong, in bytes.
const ANSWER_MAX: u64 = 1 << 20;
const TOLD_MAX: u64 = 64 << 10;
/// How nice it is: sound comes first.
const NICE: i32 = 10;

/// A run.
pub(super) struct Run<'a> {
    pub program: &'a Path,
    /// Where programs are looked for.
    pub path: &'a OsStr,
    pub arguments: &'a [&'a str],
    /// What it reads.
    pub input: &'a str,
}

/// How it ended.
pub(super) struct Ended {
    /// What it answered.
    pub answer: Vec<u8>,
    /// What it told beside, from the begin.
    pub told: String,
    /// Whether it was content.
    pub well: bool,
}

/// Why there is no end of its own.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    /// It is not there.
    #[error(
        "yt-dlp is not installed where the bot runs; the operator gets it with \
         `pip install yt-dlp yt-dlp-ejs`, or names it as `yt-dlp` under [voice]"
    )]
    Missing,
    /// It is there, and does not start.
    #[error("yt-dlp can't be started: {0}")]
    Start(io::Error),
    /// It says too much.
    #[error("yt-dlp answered with more than 1 MiB")]
    Flood,
}

/// The program and whatever it starts. Dropping it ends all of them.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // It fails when nobody is left in it.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Run<'_> {
    /// Runs it to its end. Dropping the future ends it at once, with all its children.
    pub(super) async fn to_end(&self) -> Result<Ended, Failed> {
        // It keeps nothing: its home is gone with the run.
        let home = tempfile::tempdir().map_err(Failed::Start)?;
        let spawned = Command::new(self.program)
            .args(self.arguments)
            .env_clear()
            .env("PATH", self.path)
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .env("LC_ALL", "C.UTF-8")
            .current_dir(home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let mut child = spawned.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Failed::Missing,
            _ => Failed::Start(error),
        })?;
        let leader = child.id().and_then(|id| Pid::from_raw(id as i32));
        let _group = Group(leader);
        if leader.is_some() {
            // Failing to be nice is no reason not to run.
            let _ = setpriority_pgrp(leader, NICE);
        }
        let (input, answer, told) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let write = async {
            if let Some(mut input) = input {
                // It may not want to read.
                let _ = input.write_all(self.input.as_bytes()).await;
            }
        };
        let read = async { tokio::try_join!(capped(answer, ANSWER_MAX), all(told, TOLD_MAX)) };
        let ((), read) = tokio::join!(write, read);
        let (answer, told) = read?;
        let status = child.wait().await.map_err(Failed::Start)?;
        Ok(Ended {
            answer,
            told: String::from_utf8_lossy(&told).into_owned(),
            well: status.success(),
        })
    }
}

/// Reads to the end, which comes early enough.
async fn capped(from: Option<impl AsyncRead + Unpin>, most: u64) -> Result<Vec<u8>, Failed> {
    let mut read = Vec::new();
    if let Some(from) = from {
        let mut from = from.take(most + 1);
        from.read_to_end(&mut read).await.map_err(Failed::Start)?;
    }
    match read.len() as u64 > most {
        true => Err(Failed::Flood),
        false => Ok(read),
    }
}

/// Reads to the end, and keeps the begin.
async fn all(from: Option<impl AsyncRead + Unpin>, most: u64) -> Result<Vec<u8>, Failed> {
    let mut read = Vec::new();
    if let Some(mut from) = from {
        let kept = (&mut from).take(most).read_to_end(&mut read).await;
        kept.map_err(Failed::Start)?;
        let rest = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
        rest.map_err(Failed::Start)?;
    }
    Ok(read)
}
