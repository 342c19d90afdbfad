//! The time, as the host tells it.
//!
//! `std::time` has no clock in a cog; this one is the host's, and tests set it.

/// Seconds since 1970-01-01 UTC, with fractions.
pub type Timestamp = f64;

/// Returns the time now.
pub fn now() -> Timestamp {
    crate::raw::cogbox::host::clock::now()
}
