//! C cogs: every `.c` file of `src/`, with bindings made from the cog's world as `cog.h`.

use std::path::{Path, PathBuf};
use std::process::Command;

use wit_bindgen_core::Files;
use wit_bindgen_core::wit_parser::Resolve;

use super::{Failure, toolchains, world};
use toolchains::{C, Toolchains};

/// Builds a core module from a cog's sources and its world.
pub fn build(folder: &Path, wit: &Path, tools: &Toolchains) -> Result<PathBuf, Failure> {
    let tool = tools.find(&C)?;
    let sources = sources(folder)?;
    let bindings = world::generated(folder).join("c");
    bind(wit, &bindings)?;
    let module = bindings.join("cog.wasm");
    // The C library is compiled once, into a folder beside the tool.
    let cache = tools.root()?.join("zig-cache");
    let mut zig = Command::new(tool.join("ziglang/zig"));
    zig.env("ZIG_GLOBAL_CACHE_DIR", &cache)
        .env("ZIG_LOCAL_CACHE_DIR", &cache)
        .args([
            "cc",
            "-target",
            "wasm32-wasi",
            "-mexec-model=reactor",
            "-Os",
            "-I",
        ])
        .arg(&bindings)
        .args(&sources)
        .arg(bindings.join("cog.c"))
        .arg(bindings.join("cog_component_type.o"))
        .arg("-o")
        .arg(&module);
    toolchains::run(
        &mut zig,
        &format!("{}: the compiler says", folder.display()),
    )?;
    Ok(module)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder.join("src"));
    let files = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()));
    let mut sources: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|extension| extension == "c"))
        .collect();
    sources.sort();
    match sources.is_empty() {
        true => Err(Failure::new(format!(
            "{}: there is no .c file in src\n  fix: write src/app.c; `cogbox new NAME --lang c` makes an example",
            folder.display()
        ))),
        false => Ok(sources),
    }
}

/// Writes `cog.h`, `cog.c` and the object file that carries the world's types.
fn bind(wit: &Path, into: &Path) -> Result<(), Failure> {
    let fails = |error: anyhow::Error| Failure::new(format!("no bindings for C: {error:#}"));
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit).map_err(fails)?;
    let world = resolve
        .select_world(&[package], Some(world::NAME))
        .map_err(fails)?;
    let mut files = Files::default();
    let mut generator = wit_bindgen_c::Opts::default().build();
    generator
        .generate(&mut resolve, world, &mut files)
        .map_err(fails)?;
    for (name, content) in files.iter() {
        world::put(&into.join(name), content)?;
    }
    Ok(())
}
