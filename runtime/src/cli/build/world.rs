//! The world of one cog: what it asks for and listens to, and nothing else. Some languages import
//! their whole world, used or not; so the world is written from cog.toml for each cog.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::cog::manifest::Manifest;
use crate::host::grants::{CONTRACT, Interface};

/// The world's name: C's generated names begin with it.
pub const NAME: &str = "cog";

/// The contract, as this version has it.
const CONTRACT_FILES: &[(&str, &str)] = &[
    (
        "cog/exports.wit",
        include_str!("../../../../wit/exports.wit"),
    ),
    (
        "host/host.wit",
        include_str!("../../../../wit/deps/cogbox-host@0.1.0/host.wit"),
    ),
    (
        "voice/voice.wit",
        include_str!("../../../../wit/deps/cogbox-voice@0.1.0/voice.wit"),
    ),
    (
        "discord/commands.wit",
        include_str!("../../../../wit/deps/cogbox-discord@0.1.0/commands.wit"),
    ),
    (
        "discord/interactions.wit",
        include_str!("../../../../wit/deps/cogbox-discord@0.1.0/interactions.wit"),
    ),
    (
        "discord/messages.wit",
        include_str!("../../../../wit/deps/cogbox-discord@0.1.0/messages.wit"),
    ),
    (
        "discord/model.wit",
        include_str!("../../../../wit/deps/cogbox-discord@0.1.0/model.wit"),
    ),
    (
        "discord/people.wit",
        include_str!("../../../../wit/deps/cogbox-discord@0.1.0/people.wit"),
    ),
    (
        "discord/places.wit",
        include_str!("../../../../wit/deps/cogbox-discord@0.1.0/places.wit"),
    ),
];

/// Returns the folder of what a build generates. Nothing in it is the author's.
pub fn generated(cog: &Path) -> PathBuf {
    cog.join("dist/generated")
}

/// Writes a cog's world and the packages it needs, and returns the folder.
pub fn write(cog: &Path, manifest: &Manifest) -> Result<PathBuf, Failure> {
    let folder = generated(cog).join("wit");
    for (name, text) in CONTRACT_FILES {
        put(&folder.join("deps").join(name), text)?;
    }
    put(&folder.join("cog.wit"), text(manifest))?;
    Ok(folder)
}

/// Writes a generated file with its folder.
pub fn put(file: &Path, content: impl AsRef<[u8]>) -> Result<(), Failure> {
    let folder = file.parent().unwrap_or(file);
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(file, content));
    written.map_err(|error| Failure::new(format!("{}: {error}", file.display())))
}

fn text(manifest: &Manifest) -> String {
    // What every cog has costs its operator nothing, so that nobody needs to list it.
    let always = Interface::ALL.iter().filter(|ask| ask.facts().always);
    let asks = manifest.asks.iter().filter(|ask| !ask.facts().always);
    let mut text = format!("package cogbox:generated;\n\nworld {NAME} {{\n");
    for ask in always.chain(asks) {
        let _ = writeln!(text, "  import {}@{CONTRACT};", ask.full_name());
    }
    for export in &manifest.listens {
        let _ = writeln!(text, "  export cogbox:cog/{}@{CONTRACT};", export.name());
    }
    text + "}\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_contract_is_brought_along() {
        let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
        let mut files = 1;
        for package in std::fs::read_dir(wit.join("deps")).unwrap() {
            files += std::fs::read_dir(package.unwrap().path()).unwrap().count();
        }
        assert_eq!(files, CONTRACT_FILES.len());
    }

    #[test]
    fn a_world_names_what_is_asked_for_and_heard() {
        let folder = tempfile::tempdir().unwrap();
        let toml = "name = \"a\"\nversion = \"0.1.0\"\ndescription = \"A\"\nlanguage = \"python\"\n\
                    [asks]\nmessages = \"to post\"\nact-alone = \"to post by itself\"\n\
                    [listens]\nexports = [\"commands\", \"message-created\"]\n";
        std::fs::write(folder.path().join("cog.toml"), toml).unwrap();
        let manifest = Manifest::read(folder.path()).unwrap();
        let wit = write(folder.path(), &manifest).unwrap();
        insta::assert_snapshot!(std::fs::read_to_string(wit.join("cog.wit")).unwrap(), @r"
        package cogbox:generated;

        world cog {
          import cogbox:host/log@0.1.0;
          import cogbox:host/clock@0.1.0;
          import cogbox:host/random@0.1.0;
          import cogbox:host/store@0.1.0;
          import cogbox:host/settings@0.1.0;
          import cogbox:host/metrics@0.1.0;
          import cogbox:discord/interactions@0.1.0;
          import cogbox:discord/bot@0.1.0;
          import cogbox:discord/messages@0.1.0;
          export cogbox:cog/commands@0.1.0;
          export cogbox:cog/message-created@0.1.0;
        }
        ");
        // The parser that C's bindings come from takes it.
        let mut resolve = wit_bindgen_core::wit_parser::Resolve::default();
        resolve.push_dir(&wit).unwrap();
    }
}
