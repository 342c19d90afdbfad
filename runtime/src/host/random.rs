//! `cogbox:host/random`: bytes from the operating system, fit for keys.

use cogbox_world::cogbox::host::random::Host;

use super::Guest;
use super::grants::Interface;

/// Most bytes at a time.
const MAX: u32 = 4096;

impl Host for Guest {
    async fn bytes(&mut self, count: u32) -> wasmtime::Result<Vec<u8>> {
        self.require_or_trap(Interface::Random)?;
        if count > MAX {
            wasmtime::bail!("random.bytes gives at most {MAX} bytes at a time, not {count}");
        }
        let mut bytes = vec![0; count as usize];
        getrandom::fill(&mut bytes)
            .map_err(|error| wasmtime::format_err!("no randomness: {error}"))?;
        Ok(bytes)
    }
}
