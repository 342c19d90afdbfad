//! Python cogs, through `componentize-py`: `src/app.py`, with what it imports beside it.

use std::path::Path;
use std::process::Command;

use super::{Failure, toolchains, world};
use toolchains::{PYTHON, Toolchains};

/// The helpers that every Python cog can import as `cogbox`.
const SDK: &str = include_str!("../../../../cogs/sdk-python/cogbox.py");

/// Builds a component from a cog's sources and its world.
pub fn build(folder: &Path, wit: &Path, tools: &Toolchains) -> Result<Vec<u8>, Failure> {
    toolchains::has_python()?;
    let tool = tools.find(&PYTHON)?;
    super::has_source(folder, "src/app.py")?;
    let generated = world::generated(folder);
    let helpers = generated.join("python");
    world::put(&helpers.join("cogbox.py"), SDK)?;
    let component = generated.join("app.wasm");
    let mut python = Command::new("python3");
    python
        .args(["-c", "from componentize_py import script; script()"])
        .env("PYTHONPATH", &tool)
        .args(["--quiet", "--world", world::NAME, "--wit-path"])
        .arg(wit)
        .args(["componentize", "app", "--python-path"])
        .arg(folder.join("src"))
        .arg("--python-path")
        .arg(&helpers)
        .arg("--output")
        .arg(&component);
    let what = format!("{}: Python says", folder.display());
    toolchains::run(&mut python, &what).map_err(pythons_own)?;
    super::read(&component)
}

/// Of a failed build an author needs Python's own words, not those of the tool around it.
fn pythons_own(mut failure: Failure) -> Failure {
    if let Some((what, said)) = failure.message.clone().split_once('\n') {
        let own: Vec<_> = said
            .lines()
            .skip_while(|line| !line.contains("Traceback (most recent call last)"))
            .take_while(|line| !line.trim_start().starts_with("Caused by"))
            .collect();
        if !own.is_empty() {
            // The sources' folder has another name while they are built.
            failure.message = format!("{what}\n{}", own.join("\n")).replace("\"/0/", "\"src/");
        }
    }
    failure
}
