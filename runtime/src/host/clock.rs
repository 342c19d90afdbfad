//! `cogbox:host/clock`.

use cogbox_world::cogbox::host::clock::Host;

use super::Guest;
use super::grants::Interface;

impl Host for Guest {
    async fn now(&mut self) -> wasmtime::Result<f64> {
        self.require_or_trap(Interface::Clock)?;
        Ok(super::timestamp(self.services.clock.now()))
    }
}
