//! Adds every host interface to the linker: the one list.

use cogbox_world::cogbox::{discord, host, voice};
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Engine, Result};

use crate::host::Guest;
use crate::host::grants::{Interface, Interfaces};

/// Returns a linker with all that a component asks for. All of WASI p2 is there with nothing in it,
/// and `wasi:http` where it is imported.
pub fn linker(engine: &Engine, component: &Component, asks: Interfaces) -> Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    let shape = component.component_type();
    if shape
        .imports(engine)
        .any(|(name, _)| name.starts_with("wasi:http/"))
    {
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    }
    for interface in asks.iter() {
        add(&mut linker, interface)?;
    }
    types(&mut linker)?;
    Ok(linker)
}

fn add(linker: &mut Linker<Guest>, interface: Interface) -> Result<()> {
    macro_rules! serve {
        ($($interface:tt)+) => { $($interface)+::add_to_linker::<_, HasSelf<Guest>>(linker, |guest| guest) };
    }
    match interface {
        Interface::Log => serve!(host::log),
        Interface::Clock => serve!(host::clock),
        Interface::Random => serve!(host::random),
        Interface::Store => serve!(host::store),
        Interface::Settings => serve!(host::settings),
        Interface::Metrics => serve!(host::metrics),
        Interface::Interactions => serve!(discord::interactions),
        Interface::Bot => serve!(discord::bot),
        Interface::Guilds => serve!(discord::guilds),
        Interface::Members => serve!(discord::members),
        Interface::Messages => serve!(discord::messages),
        Interface::BotAccount => serve!(discord::bot_account),
        Interface::GuildCommands => serve!(discord::guild_commands),
        Interface::Schedule => serve!(host::schedule),
        Interface::SharedStore => serve!(host::shared_store),
        Interface::Http => serve!(host::http),
        Interface::ChannelAdmin => serve!(discord::channel_admin),
        Interface::RoleAdmin => serve!(discord::role_admin),
        Interface::Moderation => serve!(discord::moderation),
        Interface::MemberEdit => serve!(discord::member_edit),
        Interface::MemberRoles => serve!(discord::member_roles),
        Interface::Invites => serve!(discord::invites),
        Interface::Threads => serve!(discord::threads),
        Interface::MessageAdmin => serve!(discord::message_admin),
        Interface::DirectMessages => serve!(discord::direct_messages),
        Interface::AuditLog => serve!(discord::audit_log),
        Interface::MessageHistory => serve!(discord::message_history),
        Interface::Channels => serve!(discord::channels),
        Interface::Roles => serve!(discord::roles),
        Interface::Player => serve!(voice::player),
    }
}

/// Interfaces of types alone.
fn types(linker: &mut Linker<Guest>) -> Result<()> {
    host::basics::add_to_linker::<_, HasSelf<Guest>>(linker, |guest| guest)?;
    for name in [
        "cogbox:discord/model",
        "cogbox:discord/command-types",
        "cogbox:voice/tracks",
        "cogbox:cog/invocations",
    ] {
        linker.instance(&format!("{name}@{}", crate::host::grants::CONTRACT))?;
    }
    Ok(())
}
