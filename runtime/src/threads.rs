//! Threads beside the main ones: the gateway, dispatch and voice run on the process's main runtime,
//! which nothing else may keep busy.

use std::io;
use std::ops::Deref;

use tokio::runtime::{Builder, Runtime};

/// How much guests and their compiler are nicer than the bot's own threads.
const NICE: i32 = 10;

/// Makes the current thread one of those that wait first when the processor is short.
pub fn be_nice() {
    // Failing to be nice is no reason not to run.
    let _ = rustix::process::setpriority_process(None, NICE);
}

/// A runtime with threads of its own. When it is dropped, what runs on it ends, and nobody waits for
/// that.
#[derive(Debug)]
pub struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    /// Starts one.
    pub fn start(builder: &mut Builder) -> io::Result<Self> {
        builder.build().map(|runtime| Self(Some(runtime)))
    }
}

impl Deref for OwnRuntime {
    type Target = Runtime;

    fn deref(&self) -> &Runtime {
        self.0
            .as_ref()
            .expect("it is taken when it is dropped and never before")
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        // A runtime must not be dropped, and so waited for, on an async thread.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
