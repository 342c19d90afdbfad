//! The host's typed view of the cog contract in `wit/`: what `bindgen!` makes of it, and nothing
//! else, so that an edit of the host never expands it again.
//!
//! One world names every interface that a cog may import and every one that it may export. The host
//! never instantiates that world as a whole: it links the interfaces one by one, and asks each
//! export's own `GuestIndices` whether a component has it and has it with the right types.

/// Why a host function did not return its value.
#[derive(Debug)]
pub enum Fault {
    /// The guest gets this error as the `err` of the function's result.
    Told(cogbox::host::basics::Error),
    /// The call ends: the guest broke a rule that no result can express, or the host failed.
    Trap(wasmtime::Error),
}

impl From<wasmtime::Error> for Fault {
    fn from(error: wasmtime::Error) -> Self {
        Self::Trap(error)
    }
}

impl From<wasmtime::component::ResourceTableError> for Fault {
    fn from(error: wasmtime::component::ResourceTableError) -> Self {
        Self::Trap(error.into())
    }
}

impl From<cogbox::host::basics::Error> for Fault {
    fn from(error: cogbox::host::basics::Error) -> Self {
        Self::Told(error)
    }
}

wasmtime::component::bindgen!({
    path: "../../wit",
    inline: "
        package cogbox:runtime;
        world cogs {
            import cogbox:host/log@0.1.0;
            import cogbox:host/clock@0.1.0;
            import cogbox:host/random@0.1.0;
            import cogbox:host/store@0.1.0;
            import cogbox:host/settings@0.1.0;
            import cogbox:host/metrics@0.1.0;
            import cogbox:discord/interactions@0.1.0;
            import cogbox:discord/bot@0.1.0;
            import cogbox:discord/guilds@0.1.0;
            import cogbox:discord/members@0.1.0;
            import cogbox:discord/roles@0.1.0;
            import cogbox:discord/channels@0.1.0;
            import cogbox:discord/message-history@0.1.0;
            import cogbox:discord/audit-log@0.1.0;
            import cogbox:discord/messages@0.1.0;
            import cogbox:discord/direct-messages@0.1.0;
            import cogbox:discord/message-admin@0.1.0;
            import cogbox:discord/threads@0.1.0;
            import cogbox:discord/invites@0.1.0;
            import cogbox:discord/member-roles@0.1.0;
            import cogbox:discord/member-edit@0.1.0;
            import cogbox:discord/moderation@0.1.0;
            import cogbox:discord/role-admin@0.1.0;
            import cogbox:discord/channel-admin@0.1.0;
            import cogbox:discord/guild-commands@0.1.0;
            import cogbox:discord/bot-account@0.1.0;
            import cogbox:voice/player@0.1.0;
            import cogbox:host/schedule@0.1.0;
            import cogbox:host/shared-store@0.1.0;
            import cogbox:host/http@0.1.0;
            export cogbox:cog/commands@0.1.0;
            export cogbox:cog/autocomplete@0.1.0;
            export cogbox:cog/components@0.1.0;
            export cogbox:cog/settings-form@0.1.0;
            export cogbox:cog/timers@0.1.0;
            export cogbox:cog/message-created@0.1.0;
            export cogbox:cog/message-content@0.1.0;
            export cogbox:cog/message-edited@0.1.0;
            export cogbox:cog/message-deleted@0.1.0;
            export cogbox:cog/reaction-added@0.1.0;
            export cogbox:cog/reaction-removed@0.1.0;
            export cogbox:cog/member-joined@0.1.0;
            export cogbox:cog/member-updated@0.1.0;
            export cogbox:cog/member-left@0.1.0;
            export cogbox:cog/bans@0.1.0;
            export cogbox:cog/guild-joined@0.1.0;
            export cogbox:cog/guild-left@0.1.0;
            export cogbox:cog/guild-updated@0.1.0;
            export cogbox:cog/channel-events@0.1.0;
            export cogbox:cog/thread-events@0.1.0;
            export cogbox:cog/role-events@0.1.0;
            export cogbox:cog/invite-events@0.1.0;
            export cogbox:cog/audit-log-entries@0.1.0;
            export cogbox:cog/voice-changed@0.1.0;
            export cogbox:cog/player-events@0.1.0;
        }
    ",
    world: "cogbox:runtime/cogs",
    imports: { default: async | trappable },
    exports: { default: async },
    trappable_error_type: { "cogbox:host/basics@0.1.0.error" => crate::Fault },
    additional_derives: [PartialEq],
});
