//! JavaScript cogs, on QuickJS through `componentize-qjs`: `src/app.js`, with the modules it imports.

use std::path::Path;
use std::process::Command;

use super::{Failure, toolchains, world};
use toolchains::{JAVASCRIPT, Toolchains};

/// The helpers that every JavaScript cog can import as `cogbox`.
const SDK: &str = include_str!("../../../../cogs/sdk-javascript/cogbox.js");
const PACKAGE: &str = "{ \"name\": \"cogbox\", \"type\": \"module\", \"main\": \"cogbox.js\" }\n";

/// Builds a component from a cog's sources and its world.
pub fn build(folder: &Path, wit: &Path, tools: &Toolchains) -> Result<Vec<u8>, Failure> {
    toolchains::has_node()?;
    let tool = tools.find(&JAVASCRIPT)?;
    super::has_source(folder, "src/app.js")?;
    // Where modules of other people's are looked for too, by editors as well.
    let helpers = folder.join("node_modules/cogbox");
    world::put(&helpers.join("package.json"), PACKAGE)?;
    world::put(&helpers.join("cogbox.js"), SDK)?;
    let component = world::generated(folder).join("app.wasm");
    let mut node = Command::new("node");
    node.arg(tool.join("node_modules/componentize-qjs/bin/componentize-qjs"))
        .args(["--sync", "--world", world::NAME, "--wit"])
        .arg(wit)
        .arg("--js")
        .arg(folder.join("src/app.js"))
        .arg("--module-root")
        .arg(folder)
        .arg("--output")
        .arg(&component);
    toolchains::run(&mut node, &format!("{}: JavaScript says", folder.display()))?;
    super::read(&component)
}
