//! `cogbox backup`: the database, the configuration, the lock and the components in one archive.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::archive::{self, Digesting, Manifest};
use super::terminal::Progress;
use super::{DATABASE, Failure};
use crate::config::edit::Edit;
use crate::config::{Config, Environment, units};
use crate::files;
use crate::host::grants::Interface;
use crate::store::copy;
use crate::web::status::Timestamp;

/// Put the database, cogbox.toml, cogbox.lock and the components into one archive; safe while the
/// bot runs.
#[derive(clap::Args)]
pub struct Args {
    /// The archive, such as `cogbox.tar.gz`.
    file: PathBuf,
    /// Replace an archive that is there already.
    #[arg(long)]
    force: bool,
    /// The configuration file.
    #[arg(long, env = "COGBOX_CONFIG", default_value = "cogbox.toml")]
    config: PathBuf,
}

/// One file that goes into the archive.
struct Member {
    name: String,
    content: Content,
}

enum Content {
    Bytes(Vec<u8>),
    File(PathBuf),
}

/// A file that is in the way until the end, and gone after it.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

pub async fn run(args: Args, env: Environment) -> Result<(), Failure> {
    let to = &args.file;
    if to.exists() && !args.force {
        return Err(Failure::new(format!(
            "{}: there is a file already\n  fix: choose another name, or add --force to replace it",
            to.display()
        )));
    }
    let config = Config::load(&args.config, &env, Interface::grantable)?;
    if !config.store.exists() {
        return Err(Failure {
            code: DATABASE,
            message: format!(
                "{}: there is no database\n  fix: check `[store] path`, or start the bot once",
                config.store.display()
            ),
        });
    }
    let mut members = files_of(&args.config, &config)?;
    // Only this user may read what members entrusted to the bot.
    let part = Part(copy::beside(to, "part"));
    let mut out = private(&part.0).map_err(|error| fails(&part.0, error))?;
    let database = Part(copy::beside(to, "db.part"));
    private(&database.0).map_err(|error| fails(&database.0, error))?;
    let schema = {
        let _progress = Progress::of("copying the database", None);
        let used = copy::InUse::shared(&config.store);
        let copied = async {
            let _used = used?;
            copy::copy(&config.store, &database.0).await?;
            copy::check(&database.0).await
        };
        copied.await.map_err(|error| Failure {
            code: DATABASE,
            message: format!(
                "{}: {error}\n  fix: check the free space",
                config.store.display()
            ),
        })?
    };
    members.push(Member {
        name: archive::DATABASE.to_owned(),
        content: Content::File(database.0.clone()),
    });
    let manifest = manifest(&members, schema)?;
    let total = manifest.files.iter().map(|file| file.size).sum();
    write(&mut out, &manifest, &members, total).map_err(|error| fails(&part.0, error))?;
    std::fs::rename(&part.0, to).map_err(|error| fails(to, error))?;
    let size = std::fs::metadata(to).map_or(0, |file| file.len());
    println!(
        "{}: {} of {} files, with {} of database",
        to.display(),
        units::show_size(size),
        members.len(),
        units::show_size(manifest.files.last().map_or(0, |file| file.size)),
    );
    println!("It holds everything that members entrusted to the bot; the token is not in it.");
    Ok(())
}

fn fails(path: &Path, error: std::io::Error) -> Failure {
    Failure::new(format!(
        "{}: {error}\n  fix: check the folder's permissions and the free space",
        path.display()
    ))
}

/// Makes a file for this user alone; one that an earlier try left behind goes.
fn private(path: &Path) -> std::io::Result<File> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    files::private(path)
}

/// Returns the configuration, the lock and the components. A component from elsewhere gets a place
/// beside the configuration, so that it has one wherever the archive is restored.
fn files_of(path: &Path, config: &Config) -> Result<Vec<Member>, Failure> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut edit = Edit::open(path)?;
    let (mut components, mut taken) = (Vec::new(), BTreeSet::new());
    let (near, far): (Vec<_>, Vec<_>) = config
        .cogs
        .iter()
        .map(|(name, cog)| {
            let own = cog
                .source
                .strip_prefix(folder)
                .ok()
                .and_then(archive::inside);
            (name, cog, own)
        })
        .partition(|(_, _, own)| own.is_some());
    for (name, cog, own) in near.into_iter().chain(far) {
        let place = own.clone().unwrap_or_else(|| {
            let numbered = |n: usize| match n {
                1 => PathBuf::from(format!("cogs/{name}.wasm")),
                n => PathBuf::from(format!("cogs/{name}-{n}.wasm")),
            };
            let mut free = (1..).map(numbered).filter(|place| !taken.contains(place));
            // There are more numbers than cogs.
            free.next().unwrap_or_default()
        });
        if own.is_none() {
            edit.set_source(name, &place.display().to_string());
            println!(
                "{name}: {} becomes {}",
                cog.source.display(),
                place.display()
            );
        }
        // Two cogs may share one file.
        if taken.insert(place.clone()) {
            std::fs::metadata(&cog.source).map_err(|error| {
                let source = cog.source.display();
                Failure::new(format!(
                    "{source}: {error}\n  fix: check its path in `source`"
                ))
            })?;
            components.push(Member {
                name: archive::name_of(&place),
                content: Content::File(cog.source.clone()),
            });
        }
    }
    let mut members = vec![Member {
        name: archive::CONFIG.to_owned(),
        content: Content::Bytes(edit.text().into_bytes()),
    }];
    if config.lock.exists() {
        members.push(Member {
            name: archive::LOCK.to_owned(),
            content: Content::File(config.lock.clone()),
        });
    }
    members.extend(components);
    Ok(members)
}

fn manifest(members: &[Member], schema: usize) -> Result<Manifest, Failure> {
    let files = members.iter().map(|member| {
        let mut from = Digesting::new(member.open()?);
        std::io::copy(&mut from, &mut std::io::sink()).map_err(|error| member.fails(error))?;
        let (size, sha256) = from.end();
        let name = member.name.clone();
        Ok(archive::File { name, size, sha256 })
    });
    Ok(Manifest {
        format: archive::FORMAT,
        cogbox: env!("CARGO_PKG_VERSION").to_owned(),
        made: Timestamp(SystemTime::now()).to_string(),
        schema,
        files: files.collect::<Result<_, Failure>>()?,
    })
}

impl Member {
    fn open(&self) -> Result<Box<dyn Read + '_>, Failure> {
        Ok(match &self.content {
            Content::Bytes(bytes) => Box::new(bytes.as_slice()),
            Content::File(path) => Box::new(File::open(path).map_err(|e| self.fails(e))?),
        })
    }

    fn fails(&self, error: std::io::Error) -> Failure {
        match &self.content {
            Content::Bytes(_) => Failure::new(error.to_string()),
            Content::File(path) => fails(path, error),
        }
    }
}

fn write(
    out: &mut File,
    manifest: &Manifest,
    members: &[Member],
    total: u64,
) -> std::io::Result<()> {
    let mut progress = Progress::of("writing the archive", Some(total));
    let packed = GzEncoder::new(std::io::BufWriter::new(&mut *out), Compression::fast());
    let mut tar = tar::Builder::new(packed);
    let head = |size: u64| {
        let mut head = tar::Header::new_gnu();
        head.set_size(size);
        head.set_mode(0o600);
        head
    };
    let text = serde_json::to_vec_pretty(manifest)?;
    tar.append_data(&mut head(text.len() as u64), archive::MANIFEST, &*text)?;
    for (file, member) in manifest.files.iter().zip(members) {
        let from = member
            .open()
            .map_err(|failure| std::io::Error::other(failure.message))?;
        // What grew since it was digested must not spill into the next file.
        let mut from = Digesting::new(progress.reading(from.take(file.size)));
        tar.append_data(&mut head(file.size), &file.name, &mut from)?;
        if from.end() != (file.size, file.sha256.clone()) {
            return Err(std::io::Error::other(format!(
                "{} changed meanwhile",
                file.name
            )));
        }
    }
    tar.into_inner()?.finish()?.flush()?;
    out.sync_all()
}
