//! `#[cog]`: which hooks are written, and the exports that follow.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;
use syn::parse::Parser;
use syn::{Error, ImplItem, Item, Result};

/// The hooks of the trait `Cog`, and the interface that each needs exported.
const HOOKS: &[(&str, &str)] = &[
    ("commands", "commands"),
    ("guild_command", "commands"),
    ("autocomplete", "autocomplete"),
    ("pressed", "components"),
    ("selected", "components"),
    ("submitted", "components"),
    ("settings", "settings_form"),
    ("timer", "timers"),
    ("message_created", "message_created"),
    ("message_edited", "message_edited"),
    ("message_deleted", "message_deleted"),
    ("reaction_added", "reaction_added"),
    ("reaction_removed", "reaction_removed"),
    ("member_joined", "member_joined"),
    ("member_updated", "member_updated"),
    ("member_left", "member_left"),
    ("banned", "bans"),
    ("unbanned", "bans"),
    ("guild_joined", "guild_joined"),
    ("guild_left", "guild_left"),
    ("guild_updated", "guild_updated"),
    ("channel_created", "channel_events"),
    ("channel_updated", "channel_events"),
    ("channel_deleted", "channel_events"),
    ("thread_created", "thread_events"),
    ("thread_updated", "thread_events"),
    ("thread_deleted", "thread_events"),
    ("role_created", "role_events"),
    ("role_updated", "role_events"),
    ("role_deleted", "role_events"),
    ("invite_created", "invite_events"),
    ("invite_deleted", "invite_events"),
    ("audit_log_written", "audit_log_entries"),
    ("voice_changed", "voice_changed"),
    ("track_started", "player_events"),
    ("track_ended", "player_events"),
    ("player_idle", "player_events"),
    ("player_left", "player_events"),
];

pub fn expand(args: TokenStream, item: Item) -> Result<TokenStream> {
    let wants_content = wants_content(args)?;
    let implementation = match item {
        Item::Impl(implementation) if is_of_cog(&implementation) => implementation,
        other => {
            return Err(Error::new_spanned(
                other,
                "#[cog] goes above `impl Cog for ...`",
            ));
        }
    };
    let written: Vec<&Ident> = implementation
        .items
        .iter()
        .filter_map(|item| match item {
            ImplItem::Fn(function) => Some(&function.sig.ident),
            _ => None,
        })
        .collect();
    let mut interfaces: BTreeSet<&str> = HOOKS
        .iter()
        .filter(|(hook, _)| written.iter().any(|name| *name == hook))
        .map(|(_, interface)| *interface)
        .collect();
    if written.is_empty() {
        return Err(Error::new_spanned(
            &implementation.self_ty,
            "this cog listens to nothing: write `fn commands() -> Commands { commands![...] }`, or another hook of the trait `Cog`",
        ));
    }
    if wants_content {
        interfaces.insert("message_content");
    }

    let cog = &implementation.self_ty;
    let exports = interfaces.iter().map(|interface| {
        let module = format_ident!("{interface}");
        let export = format_ident!("export_{interface}");
        quote! { ::cogbox_sdk::exports::bindings::#module::#export!(Exports); }
    });
    Ok(quote! {
        #implementation

        // Exports exist in the sandbox alone, so that unit tests link anywhere.
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exports = ::cogbox_sdk::exports::Exported<#cog>;
            #(#exports)*
        };
    })
}

fn wants_content(args: TokenStream) -> Result<bool> {
    let mut wants = false;
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("message_content") {
            wants = true;
            return Ok(());
        }
        Err(meta.error("#[cog] takes `message_content` and nothing else"))
    });
    parser.parse2(args)?;
    Ok(wants)
}

fn is_of_cog(implementation: &syn::ItemImpl) -> bool {
    implementation
        .trait_
        .as_ref()
        .and_then(|(_, path, _)| path.segments.last())
        .is_some_and(|last| last.ident == "Cog")
}
