//! What a cog prints: Python's and JavaScript's own way to say something. It goes into the log, line
//! by line, out of the same bytes that a call may log.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};
use wasmtime_wasi::{WasiCtx, async_trait};

use super::{Guest, log};

/// Random bytes at a time: what browsers give as well. They are made outside of the guest's memory.
const RANDOM_MAX: u64 = 64 << 10;

/// A guest's WASI: clock, random numbers, and what it prints. No files, no sockets, no environment.
pub(super) struct Wasi {
    pub(super) ctx: WasiCtx,
    printed: Printed,
}

/// What was printed since it was logged last. What is too much for the log is forgotten: printing is
/// never an error.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Wasi {
    pub(super) fn new() -> Self {
        let printed = Printed::default();
        let mut ctx = WasiCtx::builder();
        ctx.stdout(printed.clone()).stderr(printed.clone());
        ctx.max_random_size(RANDOM_MAX);
        Self {
            ctx: ctx.build(),
            printed,
        }
    }
}

impl Guest {
    /// Writes what the call printed into the log.
    pub(super) fn log_printed(&mut self) {
        let Some(wasi) = &self.wasi else { return };
        let printed = wasi.printed.take();
        for line in String::from_utf8_lossy(&printed).lines() {
            self.log_line(log::Level::Info, line);
        }
    }
}

impl Printed {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(|broken| broken.into_inner()))
    }
}

impl IsTerminal for Printed {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Printed {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    /// Of a WASI that guests are not given.
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }
}

impl OutputStream for Printed {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut kept = self.0.lock().unwrap_or_else(|broken| broken.into_inner());
        // A little more than the budget, so that the log says that there was more.
        let room = (log::BUDGET + 64).saturating_sub(kept.len());
        kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}

#[async_trait]
impl Pollable for Printed {
    async fn ready(&mut self) {}
}
