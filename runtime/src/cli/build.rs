//! `cogbox build`: from a cog's sources to a component that says what it is.

mod c;
mod javascript;
mod python;
mod rust;
pub mod toolchains;
mod world;

use std::path::{Path, PathBuf};

use wit_component::ComponentEncoder;

use super::Failure;
use crate::cog::manifest::{Language, Manifest};
use crate::cog::shape::Shape;
use crate::config::units;
use crate::files;
use crate::host::grants::Interface;
use toolchains::Toolchains;

/// Build cogs from their sources into components.
#[derive(clap::Args)]
pub struct Args {
    /// Folders with a cog.toml.
    #[arg(default_value = ".")]
    folders: Vec<PathBuf>,
    /// The folder for the components; a cog's own `dist` when not given.
    #[arg(long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    toolchains: Toolchains,
}

pub fn run(args: Args) -> Result<(), Failure> {
    for folder in &args.folders {
        let file = build(folder, args.out.as_deref(), &args.toolchains)?;
        println!("{}", file.display());
    }
    Ok(())
}

/// Builds one cog and returns the component's file.
pub fn build(
    folder: &Path,
    out: Option<&Path>,
    toolchains: &Toolchains,
) -> Result<PathBuf, Failure> {
    let manifest = Manifest::read(folder)?;
    let name = &manifest.metadata.name;
    let world = || world::write(folder, &manifest);
    let mut component = match manifest.language {
        Language::Rust => componentize(name, &read(&rust::build(folder, toolchains.quiet)?)?)?,
        Language::C => componentize(name, &read(&c::build(folder, &world()?, toolchains)?)?)?,
        Language::Python => python::build(folder, &world()?, toolchains)?,
        Language::JavaScript => javascript::build(folder, &world()?, toolchains)?,
    };
    manifest
        .metadata
        .embed(&mut component)
        .map_err(|error| Failure::new(format!("{name}: its metadata can't be written: {error}")))?;
    // The loader's own eyes: what it would refuse is refused here.
    let shape =
        Shape::read(&component).map_err(|refusal| Failure::new(format!("{name}: {refusal}")))?;
    compare(&manifest, &shape)?;
    let out = out.map_or_else(|| folder.join("dist"), Path::to_owned);
    let file = out.join(format!("{name}.wasm"));
    let written = std::fs::create_dir_all(&out).and_then(|()| files::put(&file, &component));
    written.map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    eprintln!(
        "built {name} {}: {}",
        manifest.metadata.version,
        units::show_size(component.len() as u64)
    );
    Ok(file)
}

/// Makes a core module a component. What it wants of WASI's first version is translated.
fn componentize(name: &str, module: &[u8]) -> Result<Vec<u8>, Failure> {
    use wasi_preview1_component_adapter_provider as wasi;
    let component = ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|encoder| {
            encoder.adapter(
                wasi::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME,
                wasi::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
            )
        })
        .and_then(|encoder| encoder.encode());
    component.map_err(|error| {
        Failure::new(format!(
            "{name}: the module does not become a component: {error:#}\n  fix: in Rust, use the SDK's macros; see cogs/sdk/README.md"
        ))
    })
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| Failure::new(format!("{}: {error}", file.display())))
}

/// Says where a cog's code is expected when it is not there.
fn has_source(folder: &Path, file: &str) -> Result<(), Failure> {
    match folder.join(file).is_file() {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "{}: there is no {file}\n  fix: write it; `cogbox new NAME --lang LANGUAGE` makes an example",
            folder.display()
        ))),
    }
}

/// What the component imports and exports must be what cog.toml says, both ways: the operator
/// reads the reasons before granting.
fn compare(manifest: &Manifest, shape: &Shape) -> Result<(), Failure> {
    let name = &manifest.metadata.name;
    let needs: Vec<Interface> = shape.named_asks().collect();
    let told =
        |what: String, fix: String| Err(Failure::new(format!("{name}: {what}\n  fix: {fix}")));
    for ask in &needs {
        if !manifest.asks.contains(ask) {
            let fix = format!(
                "write under [asks] in cog.toml: {} = \"what for\"",
                ask.name()
            );
            return told(
                format!("it uses `{}` and does not ask for it", ask.name()),
                fix,
            );
        }
    }
    for ask in &manifest.asks {
        if !needs.contains(ask) {
            let fix = format!("remove `{}` from [asks] in cog.toml", ask.name());
            return told(
                format!("it asks for `{}` and does not use it", ask.name()),
                fix,
            );
        }
    }
    for export in &shape.listens {
        if !manifest.listens.contains(export) {
            let fix = format!(
                "add \"{}\" to exports under [listens] in cog.toml",
                export.name()
            );
            return told(
                format!("it listens with `{}` and does not say so", export.name()),
                fix,
            );
        }
    }
    for export in &manifest.listens {
        if !shape.listens.contains(export) {
            let fix = format!(
                "write the hook, or remove \"{}\" from [listens]",
                export.name()
            );
            return told(
                format!(
                    "it says that it listens with `{}`, and does not",
                    export.name()
                ),
                fix,
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a component with one ask and one subscription, for a manifest that says this.
    fn compared(asks: &str, listens: &str) -> String {
        let component = wat::parse_str(
            r#"(component
                (import "cogbox:discord/messages@0.1.0" (instance $i))
                (import "cogbox:host/log@0.1.0" (instance))
                (export "cogbox:cog/commands@0.1.0" (instance $i)))"#,
        );
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "name = \"greeter\"\nversion = \"0.1.0\"\ndescription = \"Greets\"\n\
             language = \"rust\"\n[asks]\n{asks}\n[listens]\nexports = [{listens}]\n"
        );
        std::fs::write(folder.path().join("cog.toml"), text).unwrap();
        let manifest = Manifest::read(folder.path()).unwrap();
        let shape = Shape::read(&component.unwrap()).unwrap();
        match compare(&manifest, &shape) {
            Ok(()) => "well".to_owned(),
            Err(failure) => failure.message,
        }
    }

    #[test]
    fn the_manifest_and_the_component_say_the_same() {
        let (asks, listens) = ("messages = \"to greet\"", "\"commands\"");
        let more = format!("{asks}\nmembers = \"to know them\"");
        let told = [
            compared(asks, listens),
            compared("", listens),
            compared(&more, listens),
            compared(asks, ""),
            compared(asks, "\"commands\", \"message-created\""),
        ];
        insta::assert_snapshot!(told.join("\n"), @r#"
        well
        greeter: it uses `messages` and does not ask for it
          fix: write under [asks] in cog.toml: messages = "what for"
        greeter: it asks for `members` and does not use it
          fix: remove `members` from [asks] in cog.toml
        greeter: it listens with `commands` and does not say so
          fix: add "commands" to exports under [listens] in cog.toml
        greeter: it says that it listens with `message-created`, and does not
          fix: write the hook, or remove "message-created" from [listens]
        "#);
    }
}
