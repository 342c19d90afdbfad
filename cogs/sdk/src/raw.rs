//! Everything the contract lets a cog import, as generated from `wit/`.
//!
//! Owns the bindings of imports and types, once for the whole SDK. A cog imports only the
//! functions that it calls: the rest disappears when it is linked. Never wraps anything; the
//! modules beside it do that.
#![allow(clippy::all, missing_docs)]

wit_bindgen::generate!({
    path: ["contract", "wit"],
    world: "cogbox:sdk/raw",
    generate_all,
    additional_derives: [PartialEq],
    pub_export_macro: true,
    runtime_path: "::cogbox_sdk::rt",
});
