//! The real `cogbox` program, started as an operator starts it: what it says, and how it ends.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How long a test waits for the program, which also compiles cogs.
const PATIENCE: Duration = Duration::from_secs(30);

/// A started program. Dropping it kills it.
pub struct Process {
    child: Child,
    heard: Arc<Heard>,
    readers: [JoinHandle<()>; 2],
}

/// What it said so far.
#[derive(Default)]
struct Heard {
    text: Mutex<[String; 2]>,
    more: Notify,
}

/// How it ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// What it wrote on its standard output.
    pub out: String,
    /// What it wrote on its standard error.
    pub err: String,
}

/// Returns the program with these arguments, in a folder, without what this test's own environment
/// would tell it.
pub fn cogbox(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cogbox"));
    command.args(args).current_dir(folder);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("COGBOX_") || name.starts_with("DISCORD_") {
            command.env_remove(&*name);
        }
    }
    command
}

/// Runs the program to its end.
pub async fn run(folder: &Path, args: &[&str]) -> Ended {
    Process::start(cogbox(folder, args)).ended().await
}

impl Process {
    /// Starts it.
    pub fn start(mut command: Command) -> Self {
        let command = command.stdin(Stdio::null()).kill_on_drop(true);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let heard = Arc::new(Heard::default());
        let out = child.stdout.take().unwrap();
        let err = child.stderr.take().unwrap();
        let readers = [
            tokio::spawn(listen(out, Arc::clone(&heard), 0)),
            tokio::spawn(listen(err, Arc::clone(&heard), 1)),
        ];
        Self {
            child,
            heard,
            readers,
        }
    }

    /// Waits until it has said something, and returns the line.
    pub async fn says(&self, part: &str) -> String {
        self.says_within(part, PATIENCE).await
    }

    /// The same, for what takes longer.
    pub async fn says_within(&self, part: &str, patience: Duration) -> String {
        let found = async {
            loop {
                let more = self.heard.more.notified();
                let text = self.heard.text.lock().unwrap().concat();
                if let Some(line) = text.lines().find(|line| line.contains(part)) {
                    return line.to_owned();
                }
                more.await;
            }
        };
        match tokio::time::timeout(patience, found).await {
            Ok(line) => line,
            Err(_) => panic!(
                "it did not say `{part}`:\n{}",
                self.heard.text.lock().unwrap().concat()
            ),
        }
    }

    /// Returns its process id.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it has not ended")
    }

    /// Asks it to end, as a service manager does.
    pub fn terminate(&self) {
        self.signal(rustix::process::Signal::TERM);
    }

    /// Ends it as a machine without memory does.
    pub fn kill(&self) {
        self.signal(rustix::process::Signal::KILL);
    }

    /// Sends it any signal.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_raw(self.id() as i32).unwrap();
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// Waits until it has ended.
    pub async fn ended(mut self) -> Ended {
        let Ok(status) = tokio::time::timeout(PATIENCE, self.child.wait()).await else {
            panic!(
                "it did not end:\n{}",
                self.heard.text.lock().unwrap().concat()
            );
        };
        for reader in self.readers {
            reader.await.unwrap();
        }
        let [out, err] = std::mem::take(&mut *self.heard.text.lock().unwrap());
        let code = status.unwrap().code();
        Ended { code, out, err }
    }
}

async fn listen(stream: impl AsyncRead + Unpin, heard: Arc<Heard>, which: usize) {
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let text = &mut heard.text.lock().unwrap()[which];
        text.push_str(&line);
        text.push('\n');
        heard.more.notify_waiters();
    }
}
