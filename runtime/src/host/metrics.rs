//! `cogbox:host/metrics`: a cog's own numbers, beside those the host takes anyway.

use cogbox_world::cogbox::host::metrics::{Host, Labels};

use super::Guest;
use super::grants::Interface;
use crate::telemetry::CogMetric;

impl Host for Guest {
    async fn count(&mut self, name: String, labels: Labels, by: f64) -> wasmtime::Result<()> {
        self.number(CogMetric::Count, &name, labels, by)
    }

    async fn gauge(&mut self, name: String, labels: Labels, value: f64) -> wasmtime::Result<()> {
        self.number(CogMetric::Gauge, &name, labels, value)
    }

    async fn observe(&mut self, name: String, labels: Labels, value: f64) -> wasmtime::Result<()> {
        self.number(CogMetric::Observe, &name, labels, value)
    }
}

impl Guest {
    fn number(
        &mut self,
        what: CogMetric,
        name: &str,
        labels: Labels,
        number: f64,
    ) -> wasmtime::Result<()> {
        self.require_or_trap(Interface::Metrics)?;
        // What is dropped is counted; nothing is reported back.
        self.services
            .metrics
            .cog(&self.identity.name, what, name, labels, number);
        Ok(())
    }
}
