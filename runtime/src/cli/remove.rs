//! `cogbox remove`: takes a cog out of cogbox.toml and cogbox.lock, and keeps its data.

use std::path::PathBuf;

use super::Failure;
use super::project::Project;
use crate::config::Environment;

/// Remove a cog; its data are kept.
#[derive(clap::Args)]
pub struct Args {
    /// The cog's name in cogbox.toml.
    name: String,
    /// The configuration file.
    #[arg(long, env = "COGBOX_CONFIG", default_value = "cogbox.toml")]
    config: PathBuf,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let name = &args.name;
    let mut project = Project::open(&args.config, &Environment::read()?)?;
    let removed = project.remove(name)?;
    println!(
        "{name} is removed from {} and cogbox.lock",
        args.config.display()
    );
    if let Some(file) = removed {
        println!("{} is deleted", file.display());
    }
    println!("what it kept stays in the database: `cogbox data delete --cog {name}` deletes that");
    Ok(())
}
