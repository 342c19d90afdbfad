//! One module for each interface that a cog can export, as generated from `wit/`.
//!
//! Each is bound in a world of its own, because the bindings of a world export all of it. The
//! types come from [`raw`](crate::raw), so that a message is the same type everywhere.
#![allow(clippy::all, missing_docs)]

macro_rules! bind {
    ($module:ident, $world:literal, $export:literal, $path:literal, $($interface:literal: $($types:ident)::+,)*) => {
        pub mod $module {
            wit_bindgen::generate!({
                path: ["contract", "wit"],
                world: $world,
                generate_all,
                with: { $($interface: crate::raw::$($types)::+,)* },
                additional_derives: [PartialEq],
                pub_export_macro: true,
                export_macro_name: $export,
                default_bindings_module: $path,
                runtime_path: "::cogbox_sdk::rt",
            });
        }
    };
}

bind! { commands, "cogbox:sdk/with-commands", "export_commands", "cogbox_sdk::exports::bindings::commands",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
    "cogbox:discord/command-types@0.1.0": cogbox::discord::command_types,
    "cogbox:discord/interactions@0.1.0": cogbox::discord::interactions,
    "cogbox:cog/invocations@0.1.0": cogbox::cog::invocations,
}
bind! { autocomplete, "cogbox:sdk/with-autocomplete", "export_autocomplete", "cogbox_sdk::exports::bindings::autocomplete",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
    "cogbox:discord/command-types@0.1.0": cogbox::discord::command_types,
    "cogbox:cog/invocations@0.1.0": cogbox::cog::invocations,
}
bind! { components, "cogbox:sdk/with-components", "export_components", "cogbox_sdk::exports::bindings::components",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
    "cogbox:discord/command-types@0.1.0": cogbox::discord::command_types,
    "cogbox:discord/interactions@0.1.0": cogbox::discord::interactions,
}
bind! { settings_form, "cogbox:sdk/with-settings-form", "export_settings_form", "cogbox_sdk::exports::bindings::settings_form",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
}
bind! { timers, "cogbox:sdk/with-timers", "export_timers", "cogbox_sdk::exports::bindings::timers",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
}
bind! { message_created, "cogbox:sdk/with-message-created", "export_message_created", "cogbox_sdk::exports::bindings::message_created",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { message_content, "cogbox:sdk/with-message-content", "export_message_content", "cogbox_sdk::exports::bindings::message_content",
}
bind! { message_edited, "cogbox:sdk/with-message-edited", "export_message_edited", "cogbox_sdk::exports::bindings::message_edited",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { message_deleted, "cogbox:sdk/with-message-deleted", "export_message_deleted", "cogbox_sdk::exports::bindings::message_deleted",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { reaction_added, "cogbox:sdk/with-reaction-added", "export_reaction_added", "cogbox_sdk::exports::bindings::reaction_added",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { reaction_removed, "cogbox:sdk/with-reaction-removed", "export_reaction_removed", "cogbox_sdk::exports::bindings::reaction_removed",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { member_joined, "cogbox:sdk/with-member-joined", "export_member_joined", "cogbox_sdk::exports::bindings::member_joined",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { member_updated, "cogbox:sdk/with-member-updated", "export_member_updated", "cogbox_sdk::exports::bindings::member_updated",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { member_left, "cogbox:sdk/with-member-left", "export_member_left", "cogbox_sdk::exports::bindings::member_left",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { bans, "cogbox:sdk/with-bans", "export_bans", "cogbox_sdk::exports::bindings::bans",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { guild_joined, "cogbox:sdk/with-guild-joined", "export_guild_joined", "cogbox_sdk::exports::bindings::guild_joined",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { guild_left, "cogbox:sdk/with-guild-left", "export_guild_left", "cogbox_sdk::exports::bindings::guild_left",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { guild_updated, "cogbox:sdk/with-guild-updated", "export_guild_updated", "cogbox_sdk::exports::bindings::guild_updated",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { channel_events, "cogbox:sdk/with-channel-events", "export_channel_events", "cogbox_sdk::exports::bindings::channel_events",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { thread_events, "cogbox:sdk/with-thread-events", "export_thread_events", "cogbox_sdk::exports::bindings::thread_events",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { role_events, "cogbox:sdk/with-role-events", "export_role_events", "cogbox_sdk::exports::bindings::role_events",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { invite_events, "cogbox:sdk/with-invite-events", "export_invite_events", "cogbox_sdk::exports::bindings::invite_events",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { audit_log_entries, "cogbox:sdk/with-audit-log-entries", "export_audit_log_entries", "cogbox_sdk::exports::bindings::audit_log_entries",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { voice_changed, "cogbox:sdk/with-voice-changed", "export_voice_changed", "cogbox_sdk::exports::bindings::voice_changed",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:discord/model@0.1.0": cogbox::discord::model,
}
bind! { player_events, "cogbox:sdk/with-player-events", "export_player_events", "cogbox_sdk::exports::bindings::player_events",
    "cogbox:host/basics@0.1.0": cogbox::host::basics,
    "cogbox:voice/tracks@0.1.0": cogbox::voice::tracks,
}
