//! The database when something is wrong with it: at the start, and while the bot runs.

use std::io::Write;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cogbox::store::{Scope, Store};
use rustix::process::{Pid, Resource, Rlimit, Signal};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};
use tokio::process::Command;

use crate::lifecycle::{Place, discord, error};
use crate::process::Process;

/// How long the bot may take to be well, or to notice that it is again.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a disk is made to have no room.
enum Disk {
    /// A file system of its own, which is filled. It needs namespaces of the kernel.
    Filled,
    /// No file may grow: what a quota or a limit of the service does. It needs nothing.
    Limited,
}

impl Disk {
    fn starts(&self, place: &Place) -> Process {
        let command = place.command("info");
        if matches!(self, Self::Limited) {
            return Process::start(command);
        }
        std::fs::create_dir(place.folder.file("data")).unwrap();
        let mount = "mount -t tmpfs -o size=24m,mode=700 tmpfs data && exec \"$0\" \"$@\"";
        let own = ["unshare", "-Urm", "sh", "-c", mount];
        Process::start(through(&own, command))
    }

    /// Returns the folder of the bot's data, as the bot sees it.
    fn data(&self, place: &Place, program: &Process) -> PathBuf {
        let data = place.folder.file("data");
        match self {
            Self::Limited => data,
            Self::Filled => {
                let root = format!("/proc/{}/root", program.id());
                Path::new(&root).join(data.strip_prefix("/").unwrap())
            }
        }
    }

    fn fills(&self, data: &Path, program: &Process) {
        match self {
            Self::Limited => {
                let wal = data.join("cogbox.db-wal");
                limit(program, Some(std::fs::metadata(wal).unwrap().len()));
            }
            Self::Filled => {
                let mut filler = std::fs::File::create(data.join("filler")).unwrap();
                while filler.write_all(&[0; 4_096]).is_ok() {}
            }
        }
    }

    fn makes_room(&self, data: &Path, program: &Process) {
        match self {
            Self::Limited => limit(program, None),
            Self::Filled => std::fs::remove_file(data.join("filler")).unwrap(),
        }
    }
}

/// Returns a command that another one runs.
fn through(other: &[&str], command: Command) -> Command {
    let inner = command.as_std();
    let mut outer = Command::new(other[0]);
    outer
        .args(&other[1..])
        .arg(inner.get_program())
        .args(inner.get_args());
    outer.current_dir(inner.get_current_dir().unwrap());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    outer
}

/// Limits the size of the files that a program writes.
fn limit(program: &Process, bytes: Option<u64>) {
    let id = Pid::from_raw(program.id() as i32).unwrap();
    let most = rustix::process::getrlimit(Resource::Fsize).maximum;
    let limit = Rlimit {
        current: bytes.or(most),
        maximum: most,
    };
    rustix::process::prlimit(Some(id), Resource::Fsize, limit).unwrap();
}

/// Returns the number in the counter's answer, if it counted.
fn number(text: &str) -> Option<u64> {
    let text = text.strip_prefix("This server has counted to **")?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Asks the dashboard of a program.
async fn get(program: &Process, path: &str) -> String {
    let line = program.says("the dashboard is at ").await;
    let at = line.split("http://").nth(1).unwrap();
    let address: String = at.chars().take_while(|c| *c != '"' && *c != ' ').collect();
    let url = format!("http://{}{path}", address.trim_end_matches('/'));
    reqwest::get(url).await.unwrap().text().await.unwrap()
}

/// Waits until the bot is ready and has nothing to say about its database.
async fn is_well(program: &Process) {
    let began = Instant::now();
    while get(program, "/readyz").await != "ready\n" {
        assert!(began.elapsed() < PATIENCE, "it is not well");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn metric(program: &Process, series: &str) -> String {
    let text = get(program, "/metrics").await;
    let found = text.lines().find(|line| line.starts_with(series));
    found.unwrap_or("nothing").to_owned()
}

/// Checks a database while its bot stands still: a copy of it, since SQLite would look for a path of
/// another process's in its own place.
async fn is_whole(data: &Path, program: &Process) {
    let copy = tempfile::tempdir().unwrap();
    program.signal(Signal::STOP);
    for name in ["cogbox.db", "cogbox.db-wal"] {
        std::fs::copy(data.join(name), copy.path().join(name)).unwrap();
    }
    program.signal(Signal::CONT);
    let options = SqliteConnectOptions::new().filename(copy.path().join("cogbox.db"));
    let mut db: SqliteConnection = options.connect().await.unwrap();
    let told = sqlx::query("PRAGMA integrity_check")
        .fetch_all(&mut db)
        .await;
    let told: Vec<String> = told.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(told, ["ok"]);
    db.close().await.unwrap();
}

/// Has people count until there is no room, and again once there is. Returns what is told of it.
async fn out_of_room(disk: Disk) -> String {
    let place = Place::with(&["counter"], discord()).await;
    let program = disk.starts(&place);
    place.discord.bot_ready().await;
    place.discord.commands_registered().await;
    // That they are is also written down.
    is_well(&program).await;
    let general = place.discord.guild("Cogbox Lab").channel("general");
    let ann = place.discord.person("ann").in_channel(&general);
    let data = disk.data(&place, &program);
    assert_eq!(number(ann.runs("/count").await.text()), Some(1));
    assert_eq!(get(&program, "/healthz").await, "ok\n");

    disk.fills(&data, &program);
    let mut counted = 1;
    let refused = loop {
        let answer = ann.runs("/count").await;
        match number(answer.text()) {
            Some(number) => counted = number,
            None => break answer,
        }
        assert!(counted < 5_000, "it is never full");
    };
    let mut told = format!("/count -> {}\n", refused.text());
    // What is read is read, as often as anybody likes, and nothing was counted in part.
    for _ in 0..3 {
        let shown = ann.runs("/count-show").await;
        assert_eq!(number(shown.text()), Some(counted));
    }
    let status: serde_json::Value =
        serde_json::from_str(&get(&program, "/api/status").await).unwrap();
    let mut trouble = status["database_trouble"].clone();
    assert!(trouble["since"].take().is_string());
    assert_eq!(status["ready"], true);
    for path in ["/healthz", "/readyz"] {
        told += &format!("{path} -> {}\n", get(&program, path).await.trim_end());
    }
    told += &format!("/api/status -> {trouble}\n");
    told += &format!("/metrics -> {}\n", metric(&program, "cogbox_db_up").await);
    let overview = get(&program, "/").await;
    assert!(overview.contains("The database fails: "), "{overview}");
    // It is logged once, not with each write.
    let kind = trouble["kind"].as_str().unwrap();
    for _ in 0..5 {
        ann.runs("/count").await;
    }
    let errors = format!("cogbox_db_errors_total{{kind=\"{kind}\"}}");
    let errors = metric(&program, &errors).await;
    let errors: f64 = errors.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(errors >= 2.0, "{errors}");

    disk.makes_room(&data, &program);
    is_well(&program).await;
    let after = number(ann.runs("/count-show").await.text()).unwrap();
    assert!(after >= counted);
    let next = ann.runs("/count").await;
    assert_eq!(number(next.text()), Some(after + 1));
    told += &format!("/metrics -> {}", metric(&program, "cogbox_db_up").await);
    is_whole(&data, &program).await;
    program.terminate();
    let ended = program.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let logged = ended.err.matches("the database fails: ").count();
    assert!((1..=3).contains(&logged), "{}", ended.err);
    assert!(ended.err.contains("the database works again"));
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_what_is_written_until_there_is_room() {
    // Some containers allow no namespaces; the test below needs none.
    let allowed = std::process::Command::new("unshare")
        .args(["-Urm", "true"])
        .status();
    if !allowed.is_ok_and(|status| status.success()) {
        eprintln!("no namespaces here: not tried with a file system that is full");
        return;
    }
    insta::assert_snapshot!(out_of_room(Disk::Filled).await, @r#"
    /count -> Something went wrong with that. The bot's operator can see what.
    /healthz -> ok, but the database fails: the disk is full
    /readyz -> ready, but the database fails: the disk is full
    fix: make room on the disk; after that the bot goes on by itself
    /api/status -> {"fix":"make room on the disk; after that the bot goes on by itself","kind":"full","since":null,"what":"the database fails: the disk is full"}
    /metrics -> cogbox_db_up 0
    /metrics -> cogbox_db_up 1
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_on_files_refuses_what_is_written_until_it_is_lifted() {
    insta::assert_snapshot!(out_of_room(Disk::Limited).await, @r#"
    /count -> Something went wrong with that. The bot's operator can see what.
    /healthz -> ok, but the database fails: its files can't be read or written
    /readyz -> ready, but the database fails: its files can't be read or written
    fix: look for a full disk or quota, a limit on the size of files, a folder that is gone, or a failing disk (`dmesg`); after that the bot goes on by itself
    /api/status -> {"fix":"look for a full disk or quota, a limit on the size of files, a folder that is gone, or a failing disk (`dmesg`); after that the bot goes on by itself","kind":"disk","since":null,"what":"the database fails: its files can't be read or written"}
    /metrics -> cogbox_db_up 0
    /metrics -> cogbox_db_up 1
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_another_program_holds_the_database_people_read_and_are_told() {
    let place = Place::with(&["counter"], discord()).await;
    let program = place.run("info");
    place.discord.bot_ready().await;
    place.discord.commands_registered().await;
    // That they are is also written down.
    is_well(&program).await;
    let general = place.discord.guild("Cogbox Lab").channel("general");
    let (ann, ben) = (place.discord.person("ann"), place.discord.person("ben"));
    let (ann, ben) = (ann.in_channel(&general), ben.in_channel(&general));
    assert_eq!(number(ann.runs("/count").await.text()), Some(1));
    let mut other = hold(&place.folder.file("data/cogbox.db")).await;

    let began = Instant::now();
    let waits = ann.starts("/count").await;
    let shown = ben.runs("/count-show").await;
    assert_eq!(number(shown.text()), Some(1));
    assert!(began.elapsed() < Duration::from_secs(4), "reads wait");
    let refused = waits.answered().await;
    assert_eq!(number(refused.text()), None);
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "it waits too long"
    );
    assert!(place.discord.bot_connected());
    insta::assert_snapshot!(get(&program, "/readyz").await, @r"
    ready, but the database fails: another program keeps it locked
    fix: end what holds it, such as a shell of sqlite3 with an open transaction; after that the bot goes on by itself
    ");

    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    let counted = ann.runs("/count").await;
    assert_eq!(number(counted.text()), Some(2));
    program.terminate();
    assert_eq!(program.ended().await.code, Some(0));
}

/// Holds a database, as a shell does in which somebody began to write and went for lunch.
async fn hold(database: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(database);
    let mut other = options.connect().await.unwrap();
    let begin = sqlx::raw_sql("BEGIN IMMEDIATE");
    begin.execute(&mut other).await.unwrap();
    other
}

/// A bot that does not start, again and again.
struct Refusals {
    place: Place,
    told: String,
}

impl Refusals {
    async fn new() -> Self {
        let place = Place::with(&[], discord()).await;
        let told = String::new();
        Self { place, told }
    }

    fn database(&self) -> PathBuf {
        self.place.folder.file("data/cogbox.db")
    }

    /// Makes a database with something in it.
    async fn makes(&self) {
        let _ = std::fs::remove_dir_all(self.place.folder.file("data"));
        let store = Store::open(&self.database()).await.unwrap();
        let here = Scope { guild: 7, user: 0 };
        for n in 0..100 {
            let (key, value) = (format!("{n:03}"), vec![b'x'; 3_000]);
            store.set("a", here, &key, &value, 1 << 20).await.unwrap();
        }
        store.close().await;
    }

    fn command(&self) -> Command {
        self.place.command("info")
    }

    /// Starts it, and has it end.
    async fn ends(&mut self, why: &str, command: Command) {
        let ended = Process::start(command).ended().await;
        assert_eq!(ended.code, Some(6), "{why}: {}", ended.err);
        self.told += &format!("{why}:\n{}\n", error(&ended));
    }

    /// Starts it, and has it end without having changed the database.
    async fn refuses(&mut self, why: &str, command: Command) {
        let before = std::fs::read(self.database()).ok();
        self.ends(why, command).await;
        assert!(std::fs::read(self.database()).ok() == before, "{why}");
    }

    fn told(self) -> String {
        assert!(self.place.discord.requests().is_empty());
        let folder = self.place.folder.path().display().to_string();
        self.told.replace(&folder, "FOLDER")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_whole_database_is_refused_and_left_as_it_is() {
    let mut bot = Refusals::new().await;
    let database = bot.database();
    std::fs::create_dir_all(&database).unwrap();
    bot.refuses("a folder", bot.command()).await;
    std::fs::remove_dir(&database).unwrap();
    std::fs::write(&database, "this is no database at all\n".repeat(1_000)).unwrap();
    bot.refuses("another file", bot.command()).await;

    bot.makes().await;
    let file = std::fs::File::options().write(true).open(&database);
    file.unwrap().write_all_at(&[0; 100], 0).unwrap();
    bot.refuses("without its beginning", bot.command()).await;
    bot.makes().await;
    let file = std::fs::File::options().write(true).open(&database);
    file.unwrap()
        .write_all_at(&[0xaa; 8_192], 50 * 4_096)
        .unwrap();
    bot.refuses("with a hole", bot.command()).await;
    bot.makes().await;
    let file = std::fs::File::options().write(true).open(&database);
    file.unwrap().set_len(40 * 4_096).unwrap();
    bot.refuses("cut off", bot.command()).await;

    bot.makes().await;
    let mut db = SqliteConnectOptions::new()
        .filename(&database)
        .connect()
        .await
        .unwrap();
    let newer = sqlx::raw_sql("PRAGMA user_version = 1000");
    newer.execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    bot.refuses("of a newer Cogbox", bot.command()).await;

    bot.makes().await;
    std::fs::remove_file(&database).unwrap();
    std::fs::write(
        database.with_file_name("cogbox.db-wal"),
        "what was written last",
    )
    .unwrap();
    bot.refuses("gone, and its WAL is not", bot.command()).await;

    bot.makes().await;
    std::fs::write(bot.place.folder.file("data/cache"), "in the way").unwrap();
    bot.ends("without its cache", bot.command()).await;
    insta::assert_snapshot!(bot.told(), @r"
    a folder:
    error: the database can't be used: data/cogbox.db: it is not a file
      fix: name the database in `[store] path`; if this was one, keep a copy of the file and put the last backup in its place: `cogbox restore BACKUP --force`
    another file:
    error: the database can't be used: data/cogbox.db: it is no database, or its beginning is destroyed
      fix: name the database in `[store] path`; if this was one, keep a copy of the file and put the last backup in its place: `cogbox restore BACKUP --force`
    without its beginning:
    error: the database can't be used: data/cogbox.db: it is no database, or its beginning is destroyed
      fix: name the database in `[store] path`; if this was one, keep a copy of the file and put the last backup in its place: `cogbox restore BACKUP --force`
    with a hole:
    error: the database can't be used: data/cogbox.db: it is damaged: Tree 2 page 47 cell 6: invalid page number 2863311530
      fix: stop the bot, keep a copy of the file, and put the last backup in its place: `cogbox restore BACKUP --force`
    cut off:
    error: the database can't be used: data/cogbox.db: it is damaged (error returned from database: (code: 11) database disk image is malformed)
      fix: stop the bot, keep a copy of the file, and put the last backup in its place: `cogbox restore BACKUP --force`
    of a newer Cogbox:
    error: the database can't be used: data/cogbox.db: it is at schema 1000, made by a newer Cogbox; this one knows 12
      fix: run that version or a newer one, or put a backup of this version in its place: `cogbox restore BACKUP --force`
    gone, and its WAL is not:
    error: the database can't be used: data/cogbox.db: it is gone or empty, and data/cogbox.db-wal, which belongs to it, is not
      fix: put the database back beside that file, or a backup in the place of both: `cogbox restore BACKUP --force`
    without its cache:
    error: the database can't be used: data/cache: File exists (os error 17)
      fix: remove what is in the way, and check the permissions and the free space
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_t_be_written_is_refused_at_the_start() {
    let mut bot = Refusals::new().await;
    let (folder, database) = (bot.place.folder.path().to_owned(), bot.database());
    let data = folder.join("data");
    std::fs::write(&data, "in the way").unwrap();
    bot.refuses("a file in the folder's place", bot.command())
        .await;
    std::fs::remove_file(&data).unwrap();

    // Root may write everywhere, unless it has given up its powers.
    let is_root = rustix::process::geteuid().is_root();
    let plain = |command| match is_root {
        true => through(&["setpriv", "--bounding-set=-all"], command),
        false => command,
    };
    let allow = |path: &Path, mode| {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    };
    let command = plain(bot.command());
    allow(&folder, 0o500);
    bot.refuses("a folder that can't be made", command).await;
    allow(&folder, 0o700);
    bot.makes().await;
    let command = plain(bot.command());
    std::fs::remove_file(data.join("cogbox.db.in-use")).unwrap();
    allow(&data, 0o500);
    bot.refuses("a folder that can't be written", command).await;
    allow(&data, 0o700);
    allow(&database, 0o400);
    let command = plain(bot.command());
    bot.refuses("a file that can't be written", command).await;

    bot.makes().await;
    let other = hold(&database).await;
    bot.refuses("another program holds it", bot.command()).await;
    drop(other);
    insta::assert_snapshot!(bot.told(), @r"
    a file in the folder's place:
    error: the database can't be used: data: the database's folder is none
      fix: move away what is in its place, or name another one in `[store] path`
    a folder that can't be made:
    error: the database can't be used: data: the database's folder can't be made: Permission denied (os error 13)
      fix: make the file, its folder and its disk writable for the user that the bot runs as
    a folder that can't be written:
    error: the database can't be used: data: nothing can be written into the folder: Permission denied (os error 13)
      fix: make the file, its folder and its disk writable for the user that the bot runs as
    a file that can't be written:
    error: the database can't be used: data/cogbox.db: it can't be written (error returned from database: (code: 8) attempt to write a readonly database)
      fix: make the file, its folder and its disk writable for the user that the bot runs as
    another program holds it:
    error: the database can't be used: data/cogbox.db: another program keeps it locked (error returned from database: (code: 5) database is locked)
      fix: end what holds it, such as a shell of sqlite3 with an open transaction
    ");
}
