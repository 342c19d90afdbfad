//! What the machine has: the database and the room for it, ports, what sound takes, open files.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use rustix::fs::{StatVfsMountFlags, statvfs};
use rustix::process::{Resource, getrlimit};

use super::Report;
use crate::cli::{DATABASE, Failure, bind, health};
use crate::config::{Resolver, VoiceConfig, WebConfig, units};
use crate::store::Store;
use crate::voice::decoder::{self, Confined};
use crate::voice::resolver;

/// Room beside the database below which to warn, and below which a bot can't go on for long.
const ROOM: u64 = 1 << 30;
const ROOM_LEAST: u64 = 64 << 20;
/// Open files that a bot of some size needs.
const FILES: u64 = 4_096;

/// The programs that run YouTube's scripts for yt-dlp.
const SCRIPTS: [&str; 4] = ["deno", "qjs", "quickjs", "qjs-ng"];

pub(super) async fn database(path: &Path, report: &mut Report) {
    let place = path.display();
    let unusable = |message| Failure {
        code: DATABASE,
        message,
    };
    if path.exists()
        && let Err(error) = Store::examine(path).await
    {
        return report.fail("database", unusable(error.with_fix()));
    }
    // Beside it lie its log, compiled cogs and sessions.
    let folder = nearest(path);
    let (what, tried) = match path.exists() {
        true => (
            "whole",
            std::fs::OpenOptions::new()
                .append(true)
                .open(path)
                .map(drop),
        ),
        false => ("it will be made", Ok(())),
    };
    let tried = tried.and_then(|()| tempfile::NamedTempFile::new_in(&folder).map(drop));
    match tried {
        Ok(()) => report.ok("database", format!("{place}: {what}")),
        Err(error) => report.fail(
            "database",
            unusable(format!(
                "{place}: nothing can be written there: {error}\n  fix: give {} to the user that the bot runs as",
                folder.display()
            )),
        ),
    }
}

/// Returns the folder of a file, or the one that is there and in which it would be made.
fn nearest(path: &Path) -> PathBuf {
    let mut folders = path.ancestors().skip(1);
    let folder = folders.find(|folder| folder.is_dir());
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.map_or_else(|| ".".into(), Path::to_owned)
}

pub(super) fn disk(path: &Path, report: &mut Report) {
    let folder = nearest(path);
    let place = folder.display();
    let about = match statvfs(&folder) {
        Ok(about) => about,
        Err(error) => {
            let text = format!("{place}: {error}\n  fix: check the path in [store]");
            return report.fail("disk", Failure::new(text));
        }
    };
    if about.f_flag.contains(StatVfsMountFlags::NOEXEC) {
        return report.fail(
            "disk",
            Failure::new(format!(
                "{place} is mounted noexec, and compiled cogs are kept and run from there\n  fix: mount it without noexec"
            )),
        );
    }
    let free = about.f_bavail.saturating_mul(about.f_frsize);
    let text = format!("{place}: {} free", units::show_size(free));
    match free {
        free if free < ROOM_LEAST => {
            report.fail(
                "disk",
                Failure::new(format!(
                    "{text}\n  fix: make room: writes are refused on a full disk"
                )),
            );
        }
        free if free < ROOM => report.warn("disk", &text, "make room before it is full"),
        _ => report.ok("disk", text),
    }
}

/// Whether what `run` listens on is free, or a bot is there already.
pub(super) fn ports(web: &WebConfig, report: &mut Report) {
    let listens = |address: SocketAddr, what: &str, report: &mut Report| {
        let bound: Result<TcpListener, Failure> = bind(
            address,
            what,
            &format!("{what} in cogbox.toml or the environment"),
        );
        match bound {
            Ok(_) => report.ok("port", format!("{address} is free for {what}")),
            Err(_) if health::answers(address) => {
                report.ok("port", format!("a bot runs at {address}"));
            }
            Err(failure) => report.fail("port", failure),
        }
    };
    listens(web.bind, "web.bind", report);
    if let Some(address) = web.metrics.bind {
        listens(address, "web.metrics.bind", report);
    }
}

/// What only cogs that play need.
pub(super) async fn sound(config: &VoiceConfig, report: &mut Report) {
    let program = config.decoder.clone();
    // It waits for another process.
    let tried = tokio::task::spawn_blocking(move || decoder::try_out(program)).await;
    match tried.unwrap_or_else(|error| Err(error.to_string())) {
        Ok(Confined::Wholly) => report.ok("decoder", "decodes, confined"),
        Ok(Confined::Partly) => report.warn(
            "decoder",
            "decodes, and the kernel does not filter its calls",
            "run it where the kernel has seccomp filters (CONFIG_SECCOMP_FILTER), as every distribution's has",
        ),
        Err(why) => report.fail(
            "decoder",
            Failure::new(format!(
                "it does not work, so nothing can be played: {why}\n  fix: let the bot start processes and read /proc, \
                 and allow the call seccomp in the container's own filter"
            )),
        ),
    }
    if !config.resolvers.contains(&Resolver::YtDlp) {
        return;
    }
    match resolver::version(&config.yt_dlp).await {
        Ok(version) => report.ok("yt-dlp", version),
        Err(why) => report.warn(
            "yt-dlp",
            &format!("it is allowed under [voice], and {why}"),
            "make it run, or take it out of `resolvers`",
        ),
    }
    let youtube = config
        .yt_dlp
        .sites
        .iter()
        .any(|site| site.name == "youtube");
    let mut folders = std::env::split_paths(&config.yt_dlp.path);
    let script = |folder: PathBuf| SCRIPTS.iter().any(|name| folder.join(name).is_file());
    if youtube && !folders.any(script) {
        report.warn(
            "yt-dlp",
            "YouTube's scripts can't be run: there is neither QuickJS nor Deno",
            "install one, such as by `apt-get install quickjs`",
        );
    }
}

pub(super) fn files(report: &mut Report) {
    match getrlimit(Resource::Nofile).current {
        Some(limit) if limit < FILES => report.warn(
            "open files",
            &format!("{limit} at most"),
            "raise it to 65536 (LimitNOFILE in a systemd unit, `ulimits` in Compose): each connection is one",
        ),
        _ => report.ok("open files", "enough"),
    }
}
