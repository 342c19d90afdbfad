//! What turns other languages than Rust into components: pinned packages from PyPI and npm, in a
//! folder of their own. They are fetched only when someone asks for it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Failure;
use crate::config;

/// Where the tools are, and whether missing ones may be fetched.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Toolchains {
    /// Fetch what a cog's language needs from PyPI or npm, when it is missing.
    #[arg(long)]
    pub install: bool,
    /// The folder for what is fetched; `cogbox/toolchains` in the user's cache when not given.
    #[arg(long, value_name = "FOLDER")]
    pub toolchains: Option<PathBuf>,
    /// Whether tools say only what is wrong.
    #[arg(skip)]
    pub quiet: bool,
}

/// A pinned package.
pub struct Tool {
    name: &'static str,
    version: &'static str,
    registry: Registry,
    /// About how much is downloaded.
    size: &'static str,
}

enum Registry {
    PyPi,
    Npm,
}

/// Python into components.
pub const PYTHON: Tool = Tool {
    name: "componentize-py",
    version: "0.25.1",
    registry: Registry::PyPi,
    size: "40 MB",
};
/// JavaScript into components, on QuickJS.
pub const JAVASCRIPT: Tool = Tool {
    name: "componentize-qjs",
    version: "0.4.5",
    registry: Registry::Npm,
    size: "10 MB",
};
/// A C compiler that brings a C library for WebAssembly along.
pub const C: Tool = Tool {
    name: "ziglang",
    version: "0.16.0",
    registry: Registry::PyPi,
    size: "100 MB",
};

impl Toolchains {
    /// Returns the folder of a tool, fetching it when it is missing and that is allowed.
    pub fn find(&self, tool: &Tool) -> Result<PathBuf, Failure> {
        let root = self.root()?;
        let folder = root.join(format!("{}-{}", tool.name, tool.version));
        if folder.is_dir() {
            return Ok(folder);
        }
        if !self.install {
            return Err(Failure::new(format!(
                "{} {} is missing\n  fix: add --install, which fetches it from {} ({}) into {}",
                tool.name,
                tool.version,
                tool.registry.name(),
                tool.size,
                root.display()
            )));
        }
        tool.fetch(&folder)?;
        Ok(folder)
    }

    /// Returns the folder of all tools.
    pub fn root(&self) -> Result<PathBuf, Failure> {
        // Tools run in other folders than this one.
        let root = self.toolchains.clone().or_else(config::cache_folder);
        root.and_then(|root| std::path::absolute(root).ok())
            .ok_or_else(|| {
                Failure::new(
                    "there is no home folder to keep tools in\n  fix: name one with --toolchains",
                )
            })
    }
}

impl Registry {
    fn name(&self) -> &'static str {
        match self {
            Self::PyPi => "PyPI",
            Self::Npm => "npm",
        }
    }
}

impl Tool {
    fn fetch(&self, folder: &Path) -> Result<(), Failure> {
        let (name, version) = (self.name, self.version);
        eprintln!("fetching {name} {version} from {}", self.registry.name());
        // A folder under its own name is complete: what was broken off is not found again.
        let part = folder.with_file_name(format!("{name}-{version}.{}.part", std::process::id()));
        let fails = |error: std::io::Error| Failure::new(format!("{}: {error}", part.display()));
        std::fs::create_dir_all(&part).map_err(fails)?;
        let mut command = match self.registry {
            Registry::PyPi => {
                has_pip()?;
                let mut pip = Command::new("python3");
                pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"]);
                pip.arg(&part);
                pip.args(["--disable-pip-version-check", "--root-user-action=ignore"]);
                pip.arg(format!("{name}=={version}"));
                pip
            }
            Registry::Npm => {
                has_node()?;
                let mut npm = Command::new("npm");
                npm.args([
                    "install",
                    "--silent",
                    "--no-audit",
                    "--no-fund",
                    "--no-save",
                    "--prefix",
                ]);
                npm.arg(&part).arg(format!("{name}@{version}"));
                npm
            }
        };
        let fetched = run(&mut command, &format!("{name} {version} can't be fetched"));
        let placed = fetched.and_then(|_| match std::fs::rename(&part, folder) {
            // Another process may have been faster.
            Err(_) if folder.is_dir() => Ok(()),
            placed => placed.map_err(fails),
        });
        // Nothing is left of it after a rename, and it is of no use after a failure.
        let _ = std::fs::remove_dir_all(&part);
        placed
    }
}

/// Says clearly when Python is missing.
pub fn has_python() -> Result<(), Failure> {
    has(
        "python3",
        &["--version"],
        "Python is missing",
        "install Python 3.10 or newer, such as with: apt-get install python3 python3-pip",
    )
}

fn has_pip() -> Result<(), Failure> {
    has_python()?;
    has(
        "python3",
        &["-m", "pip", "--version"],
        "Python has no pip",
        "install it, such as with: apt-get install python3-pip",
    )
}

/// Says clearly when Node.js is missing.
pub fn has_node() -> Result<(), Failure> {
    has(
        "node",
        &["--version"],
        "Node.js is missing",
        "install Node.js 18 or newer with npm, such as with: apt-get install nodejs npm",
    )?;
    has(
        "npm",
        &["--version"],
        "npm is missing",
        "install it, such as with: apt-get install npm",
    )
}

fn has(program: &str, arguments: &[&str], what: &str, fix: &str) -> Result<(), Failure> {
    let mut command = Command::new(program);
    let asked = command.args(arguments).stdin(Stdio::null()).output();
    match asked {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err(Failure::new(format!("{what}\n  fix: {fix}"))),
    }
}

/// Runs a tool to its end; when it fails, what it said follows `what`.
pub fn run(command: &mut Command, what: &str) -> Result<(), Failure> {
    let fails = |error| Failure::new(format!("{what}: {error}"));
    let output = command.stdin(Stdio::null()).output().map_err(fails)?;
    if output.status.success() {
        return Ok(());
    }
    // What goes wrong is told on the standard error; the other one has greetings.
    let said = match output.stderr.is_empty() {
        true => output.stdout,
        false => output.stderr,
    };
    Err(Failure::new(format!(
        "{what}\n{}",
        short(&String::from_utf8_lossy(&said))
    )))
}

/// Most lines of a tool's own words: the first say where, the last say what.
const LINES: usize = 24;

fn short(said: &str) -> String {
    let lines: Vec<_> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let indented = |lines: &[&str]| {
        let lines: Vec<_> = lines.iter().map(|line| format!("  {line}")).collect();
        lines.join("\n")
    };
    match lines.len() > LINES {
        true => format!(
            "{}\n  ...\n{}",
            indented(&lines[..LINES / 2]),
            indented(&lines[lines.len() - LINES / 2..])
        ),
        false => indented(&lines),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_fetched_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let toolchains = Toolchains {
            install: false,
            toolchains: Some(folder.path().to_owned()),
            quiet: true,
        };
        let told = toolchains.find(&PYTHON).unwrap_err().message;
        let told = told.replace(&folder.path().display().to_string(), "FOLDER");
        insta::assert_snapshot!(told, @r"
        componentize-py 0.25.1 is missing
          fix: add --install, which fetches it from PyPI (40 MB) into FOLDER
        ");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_tool_s_words_are_kept_short() {
        let said: String = (0..100).map(|line| format!("line {line}\n\n")).collect();
        let told = short(&said);
        assert_eq!(told.lines().count(), LINES + 1);
        assert!(
            told.starts_with("  line 0\n") && told.ends_with("  line 99"),
            "{told}"
        );
    }
}
