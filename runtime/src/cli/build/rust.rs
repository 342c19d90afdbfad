//! Rust cogs: which toolchain can build for `wasm32-unknown-unknown` here, and the build itself.
//!
//! Where rustup has the target, that is all. Where it can't be had, a distribution's own compiler
//! builds the standard library from its own sources; the two must be of one version.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::Failure;

const TARGET: &str = "wasm32-unknown-unknown";
/// Where Debian and its children put the compiler and the library's sources.
const SYSTEM: &str = "/usr/bin";

/// A way to compile for the target.
enum Toolchain {
    /// `cargo build` as it is.
    Plain,
    /// The system's compiler, which builds the standard library first.
    System { linker: PathBuf },
}

/// Builds a cog's crate and returns its module.
pub fn build(folder: &Path, quiet: bool) -> Result<PathBuf, Failure> {
    let mut cargo = match Toolchain::find(folder)? {
        Toolchain::Plain => Command::new("cargo"),
        Toolchain::System { linker } => {
            let mut cargo = Command::new(format!("{SYSTEM}/cargo"));
            cargo
                .env("RUSTC", format!("{SYSTEM}/rustc"))
                // The library's sources use what is not stable outside of it.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .env_remove("RUSTUP_TOOLCHAIN")
                .arg("-Zbuild-std=std,panic_abort");
            cargo
        }
    };
    // A cog's own .cargo/config.toml counts, and these would override it.
    cargo
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET");
    cargo.env_remove("CARGO").env_remove("CARGO_TARGET_DIR");
    if quiet {
        cargo.arg("--quiet");
    }
    let output = cargo
        .args(["build", "--release", "--target", TARGET])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(folder)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| {
            Failure::new(format!(
                "cargo can't be started: {error}\n  fix: install Rust from rustup.rs"
            ))
        })?;
    if !output.status.success() {
        return Err(Failure::new(format!(
            "{}: the build failed; see above",
            folder.display()
        )));
    }
    module(folder, &output.stdout)
}

/// Finds the module that belongs to this folder among cargo's messages.
fn module(folder: &Path, messages: &[u8]) -> Result<PathBuf, Failure> {
    #[derive(Deserialize)]
    struct Message {
        reason: String,
        manifest_path: Option<PathBuf>,
        #[serde(default)]
        filenames: Vec<PathBuf>,
    }
    let own = folder.join("Cargo.toml").canonicalize().ok();
    let found = messages
        .split(|&byte| byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Message>(line).ok())
        .filter(|message| message.reason == "compiler-artifact" && message.manifest_path == own)
        .flat_map(|message| message.filenames)
        .find(|file| {
            file.extension()
                .is_some_and(|extension| extension == "wasm")
        });
    found.ok_or_else(|| {
        Failure::new(format!(
            "{}: the crate makes no module\n  fix: write in its Cargo.toml: [lib] crate-type = [\"cdylib\"]",
            folder.display()
        ))
    })
}

impl Toolchain {
    fn find(folder: &Path) -> Result<Self, Failure> {
        let ask = |program: &str, arguments: &[&str]| -> Option<PathBuf> {
            let output = Command::new(program)
                .args(arguments)
                .current_dir(folder)
                .output()
                .ok()?;
            let text = String::from_utf8(output.stdout).ok()?;
            output.status.success().then(|| PathBuf::from(text.trim()))
        };
        let library = ask("rustc", &["--print", "target-libdir", "--target", TARGET]);
        if library.is_some_and(|library| library.is_dir()) {
            return Ok(Self::Plain);
        }
        let system = format!("{SYSTEM}/rustc");
        let root = ask(&system, &["--print", "sysroot"]);
        let sources = root.map(|root| root.join("lib/rustlib/src/rust/library/std"));
        let linker = rust_lld(ask("rustc", &["--print", "sysroot"])).or_else(system_lld);
        match (sources.filter(|sources| sources.is_dir()), linker) {
            (Some(_), Some(linker)) => Ok(Self::System { linker }),
            _ => Err(Failure::new(format!(
                "this Rust can't compile for {TARGET}\n  fix: run `rustup target add {TARGET}`; on Debian, where rustup can't: \
                 apt-get install rustc-web cargo-web rust-web-src lld"
            ))),
        }
    }
}

/// The linker that a rustup toolchain brings along; it is as new as any compiler here.
fn rust_lld(root: Option<PathBuf>) -> Option<PathBuf> {
    let targets = std::fs::read_dir(root?.join("lib/rustlib")).ok()?;
    targets
        .filter_map(|entry| Some(entry.ok()?.path().join("bin/rust-lld")))
        .find(|lld| lld.is_file())
}

fn system_lld() -> Option<PathBuf> {
    let candidates = ["/usr/bin/rust-lld", "/usr/bin/wasm-ld"];
    candidates
        .iter()
        .map(PathBuf::from)
        .find(|lld| lld.exists())
}
