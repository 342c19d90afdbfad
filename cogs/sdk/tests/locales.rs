//! What an author reads when a file of `locales/` is wrong: the compiler's words, in a cog of its own,
//! because the macros read the files of the crate that they stand in.

use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCE: &str = r#"
use cogbox_sdk::prelude::*;

locales!("en-US", "de");

pub struct Baker;

#[cog]
impl Cog for Baker {
    fn commands() -> Commands {
        commands![bake]
    }
}

#[derive(Choice)]
enum Kind {
    Rye,
    Wheat,
}

/// Bakes bread.
#[command]
fn bake(
    ctx: &Context,
    /// Which bread.
    kind: Kind,
) -> Answer {
    match kind {
        Kind::Rye => ctx.reply(t!(ctx, baked, loaves = 2)),
        Kind::Wheat => tell!(ctx, sold_out),
    }
}
"#;
const ENGLISH: &str = "\
baked =
    { $loaves ->
        [one] One loaf.
       *[other] { $loaves } loaves.
    }
sold-out = Sold out.
";
const GERMAN: &str = "\
baked =
    { $loaves ->
        [one] Ein Brot.
       *[other] { $loaves } Brote.
    }
sold-out = Ausverkauft.
command-bake = backen
    .description = Bäckt Brot.
    .kind-name = sorte
    .kind-description = Welches Brot.
choice-kind =
    .rye = Roggen
    .wheat = Weizen
";

/// A cog in a folder of its own, and what the compiler says of it.
struct Cog(PathBuf);

impl Cog {
    fn new() -> Self {
        let sdk = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = sdk.join("../target/tests/locales");
        let cog = Cog(folder);
        // What an earlier run left.
        let _ = std::fs::remove_dir_all(cog.0.join("locales"));
        cog.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"baker\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
                 [dependencies]\ncogbox-sdk = {{ path = {sdk:?} }}\n[workspace]\n"
            ),
        );
        let lock = std::fs::read_to_string(sdk.join("../Cargo.lock")).unwrap();
        cog.write("Cargo.lock", &lock);
        cog.write("src/lib.rs", SOURCE);
        cog.write("locales/en-US.ftl", ENGLISH);
        cog.write("locales/de.ftl", GERMAN);
        cog
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The errors and warnings of the compiler, each in its first lines.
    fn check(&self) -> String {
        let output = Command::new(env!("CARGO"))
            .args(["check", "--quiet", "--offline", "--message-format=short"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", self.0.join("target"))
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let lines = said
            .lines()
            .filter(|line| !line.starts_with("error: could not compile"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn what_is_wrong_with_a_file_is_an_error_of_the_compiler_s() {
    let cog = Cog::new();
    assert_eq!(cog.check(), "", "the right one compiles");

    // A change of a text is noticed without one of the source.
    for (file, right, from, to, wanted) in [
        (
            "locales/de.ftl",
            GERMAN,
            "sold-out = Ausverkauft.\n",
            "",
            "src/lib.rs:4:1: error: locales/de.ftl: `sold-out` is missing, which is in locales/en-US.ftl:6",
        ),
        (
            "locales/de.ftl",
            GERMAN,
            "[one]",
            "[few]",
            "src/lib.rs:4:1: error[E0080]: evaluation panicked: locales/de.ftl:1: `baked` has a case [few], a form that words don't have in this language: evaluation of `_` failed here",
        ),
        (
            "locales/de.ftl",
            GERMAN,
            "backen",
            "Backen",
            "src/lib.rs:23:4: error: locales/de.ftl:7: `command-bake` is wrong: a command needs a name in lower case without spaces: `backen` instead of `Backen`",
        ),
        (
            "locales/de.ftl",
            GERMAN,
            "    .wheat = Weizen\n",
            "",
            "src/lib.rs:16:6: error: locales/de.ftl:11: `choice-kind` lacks `.wheat`, which is \"Wheat\" in English",
        ),
        (
            "locales/en-US.ftl",
            ENGLISH,
            "$loaves ->",
            "$loafs ->",
            "src/lib.rs:29:32: error[E0063]: missing field `loafs` in initializer of `baked<'_>`: missing `loafs`",
        ),
        (
            "src/lib.rs",
            SOURCE,
            "sold_out",
            "sold_off",
            "src/lib.rs:30:35: error[E0422]: cannot find struct, variant or union type `sold_off` in module `crate::text`",
        ),
    ] {
        cog.write(file, &right.replace(from, to));
        let said = cog.check();
        assert!(said.contains(wanted), "{from} -> {to}:\n{said}");
        cog.write(file, right);
    }

    // Cargo looks at a new file when a source has changed.
    cog.write("locales/fr.ftl", "");
    cog.write("src/lib.rs", &format!("{SOURCE}\n"));
    let said = cog.check();
    let wanted = "locales/fr.ftl is not listed: add \"fr\" to locales!(...)";
    assert!(said.contains(wanted), "{said}");
}
