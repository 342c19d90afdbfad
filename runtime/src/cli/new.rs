//! `cogbox new`: a folder with a cog that says hello, in the author's language.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Failure;
use crate::config::check_name;

/// Write a new cog that says hello, to begin with.
#[derive(clap::Args)]
pub struct Args {
    /// The cog's name, and its folder's: 1 to 32 lower-case letters, digits and hyphens.
    name: String,
    /// The language to write it in.
    #[arg(long, value_enum, default_value = "rust")]
    lang: Lang,
    /// For Rust: the folder of the SDK, when it is not in a checkout of Cogbox around here.
    #[arg(long, value_name = "FOLDER")]
    sdk: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Lang {
    /// Needs Rust with the target wasm32-unknown-unknown
    Rust,
    /// Needs Python 3.10 or newer with pip
    Python,
    /// Needs Node.js 18 or newer with npm
    #[value(name = "javascript")]
    JavaScript,
    /// Needs Python with pip, which fetches the compiler
    C,
}

/// A template's files: where each goes, and its text. Those that would mean something to git or
/// cargo in this repository have other names here.
type Template = &'static [(&'static str, &'static str)];

macro_rules! template {
    ($lang:literal: $($to:literal = $from:literal),* $(,)?) => {
        &[$(($to, include_str!(concat!("../../templates/", $lang, "/", $from)))),*]
    };
}

impl Lang {
    fn template(self) -> Template {
        match self {
            Self::Rust => template!("rust":
                "Cargo.toml" = "Cargo.toml.txt",
                ".cargo/config.toml" = "config.toml",
                "cog.toml" = "cog.toml",
                "src/lib.rs" = "lib.rs",
                "README.md" = "README.md",
                ".gitignore" = "gitignore",
            ),
            Self::Python => template!("python":
                "cog.toml" = "cog.toml",
                "src/app.py" = "app.py",
                "README.md" = "README.md",
                ".gitignore" = "gitignore",
            ),
            Self::JavaScript => template!("javascript":
                "cog.toml" = "cog.toml",
                "src/app.js" = "app.js",
                "package.json" = "package.json",
                "README.md" = "README.md",
                ".gitignore" = "gitignore",
            ),
            Self::C => template!("c":
                "cog.toml" = "cog.toml",
                "src/app.c" = "app.c",
                "README.md" = "README.md",
                ".gitignore" = "gitignore",
            ),
        }
    }

    /// What `cogbox dev` needs to be told the first time.
    fn first(self) -> &'static str {
        match self {
            Self::Rust => "cogbox dev",
            _ => "cogbox dev --install",
        }
    }
}

pub fn run(args: Args) -> Result<(), Failure> {
    let name = args.name.as_str();
    check_name(name).map_err(|(what, fix)| Failure::new(format!("{what}\n  fix: {fix}")))?;
    let sdk = match args.lang {
        Lang::Rust => dependency(args.sdk.as_deref())?,
        _ if args.sdk.is_some() => {
            let fix = "leave it out: `cogbox build` brings what other languages need";
            return Err(Failure::new(format!("--sdk is for Rust\n  fix: {fix}")));
        }
        _ => String::new(),
    };
    let folder = Path::new(name);
    // Making it fails when anything is there, which is never overwritten.
    std::fs::create_dir(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::new(format!(
            "{name} is there already\n  fix: choose another name, or remove it"
        )),
        _ => Failure::new(format!("{name}: {error}")),
    })?;
    for (to, text) in args.lang.template() {
        let file = folder.join(to);
        let text = text.replace("{{name}}", name).replace("{{sdk}}", &sdk);
        let text = text.replace("{{first}}", args.lang.first());
        let parent = file.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&file, text))
            .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    }
    println!(
        "{name} is written. Now:\n\n  cd {name}\n  {}",
        args.lang.first()
    );
    Ok(())
}

/// What Cargo.toml says of the SDK: a path where its sources are at hand, else a version.
fn dependency(given: Option<&Path>) -> Result<String, Failure> {
    let found = match given {
        Some(folder) => {
            if !folder.join("Cargo.toml").is_file() {
                return Err(Failure::new(format!(
                    "--sdk: there is no crate in {}\n  fix: name the folder cogs/sdk of a checkout of Cogbox",
                    folder.display()
                )));
            }
            folder.canonicalize().ok()
        }
        None => checkout(),
    };
    Ok(match found {
        // Quoted as TOML wants it.
        Some(folder) => format!(
            "{{ path = {} }}",
            toml::Value::from(folder.display().to_string())
        ),
        None => format!("\"{}\"", env!("CARGO_PKG_VERSION")),
    })
}

/// The SDK in the checkout that this folder is in, or that the program was built in.
fn checkout() -> Option<PathBuf> {
    let places = [std::env::current_dir().ok(), std::env::current_exe().ok()];
    let roots = places.iter().flatten().flat_map(|place| place.ancestors());
    let mut sdks = roots
        .filter(|root| root.join("wit/world.wit").is_file())
        .map(|root| root.join("cogs/sdk"));
    sdks.find(|sdk| sdk.join("Cargo.toml").is_file())
}
