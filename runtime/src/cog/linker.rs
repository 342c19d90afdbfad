//! Adds every host interface to the linker: the one list.

use cogbox_world::cogbox::{discord, host, voice};
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, HasSelf, Linker, ResourceType, Val};
use wasmtime::{Engine, Result};

use crate::host::Guest;
use crate::host::grants::{Interface, Interfaces};

/// Returns a linker with all that a component asks for. What this host does not serve answers
/// `unsupported`; all of WASI p2 is there with nothing in it, and `wasi:http` where it is imported.
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
    unserved(&mut linker, engine, component, asks)?;
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

/// Gives every function of an interface that this host does not serve the answer `unsupported`, by
/// the component's own types.
fn unserved(
    linker: &mut Linker<Guest>,
    engine: &Engine,
    component: &Component,
    asks: Interfaces,
) -> Result<()> {
    for (name, item) in component.component_type().imports(engine) {
        let interface = name.split('@').next().and_then(Interface::by_full_name);
        let Some(interface) = interface.filter(|&i| asks.contains(i) && !i.facts().served) else {
            continue;
        };
        let ComponentItem::ComponentInstance(instance) = item.ty else {
            continue;
        };
        let mut root = linker.instance(name)?;
        for (function, item) in instance.exports(engine) {
            match item.ty {
                ComponentItem::ComponentFunc(_) => {
                    let full = format!("{}.{function}", interface.name());
                    root.func_new_async(function, move |mut store, _, _, results| {
                        let allowed = store.data_mut().require(interface);
                        let full = full.clone();
                        Box::new(async move { answer(allowed, &full, results) })
                    })?;
                }
                ComponentItem::Resource(_) => {
                    root.resource(function, ResourceType::host::<()>(), |_, _| Ok(()))?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Answers `err` with the reason; a function that can't return an error ends the call.
fn answer(
    allowed: std::result::Result<(), cogbox_world::Fault>,
    function: &str,
    results: &mut [Val],
) -> Result<()> {
    use cogbox_world::Fault;
    let (kind, message) = match allowed {
        Ok(()) => (
            "unsupported",
            format!("this host does not serve {function}"),
        ),
        Err(Fault::Told(error)) => ("denied", error.message),
        Err(Fault::Trap(error)) => return Err(error),
    };
    match results {
        [result] => {
            let field = |name: &str, value| (name.to_owned(), value);
            let error = Val::Record(vec![
                field("kind", Val::Enum(kind.to_owned())),
                field("message", Val::String(message)),
                field("discord-code", Val::Option(None)),
                field("retry-after-ms", Val::Option(None)),
            ]);
            *result = Val::Result(Err(Some(Box::new(error))));
            Ok(())
        }
        _ => wasmtime::bail!("{message}"),
    }
}
