//! What a component asks for and listens to, read from its bytes alone: no engine, no compiling, no
//! running. Its imports are its asks, its exports are its subscriptions.

use serde::{Deserialize, Serialize};
use serenity::model::gateway::GatewayIntents;
use serenity::model::permissions::Permissions;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use wasmparser::{Encoding, Parser, Payload};

use super::subscriptions::Subscription;
use crate::host::grants::{CONTRACT, Interface, Interfaces};

/// The name of the custom section in which `cogbox build` says what the component can't.
pub const SECTION: &str = "cogbox";
/// The largest component that is read.
pub const SIZE_MAX: usize = 128 << 20;

/// The longest version, in characters.
const VERSION_MAX: usize = 40;
/// The longest description, in characters.
const DESCRIPTION_MAX: usize = 200;

/// What can be known of a component without running it.
#[derive(Debug, Clone)]
pub struct Shape {
    /// SHA-256 of the bytes, in hexadecimal.
    pub digest: String,
    /// How many bytes it has.
    pub size: usize,
    /// What its author says of it.
    pub metadata: Metadata,
    /// What it imports of the contract.
    pub asks: Interfaces,
    /// What it imports of WASI.
    pub wasi: Vec<String>,
    /// What it exports of the contract.
    pub listens: Vec<Subscription>,
}

/// What an author says of a cog: it is shown, and never believed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// The author's name for it. The operator's may differ.
    pub name: String,
    /// Its version.
    pub version: String,
    /// One line.
    pub description: String,
    /// Why it asks for an interface, by the interface's short name.
    pub reasons: BTreeMap<String, String>,
    /// The web hosts it would like to reach.
    pub hosts: Vec<String>,
    /// The largest transfer it needs, in bytes, when the default is too small.
    pub transfer: Option<usize>,
}

/// Why a component is not loaded: one sentence, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}\n  fix: {fix}")]
pub struct Refusal {
    /// What is wrong, without a full stop.
    pub what: String,
    /// What to do, in the imperative.
    pub fix: String,
}

impl Refusal {
    /// Returns a refusal.
    pub fn new(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            fix: fix.into(),
        }
    }
}

impl Shape {
    /// Reads a component.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > SIZE_MAX {
            return Err(Refusal::new(
                format!("the component is larger than {} MiB", SIZE_MAX >> 20),
                "make it smaller: strip debug information, optimise for size",
            ));
        }
        check_header(bytes)?;
        let mut shape = Self {
            digest: digest(bytes),
            size: bytes.len(),
            metadata: Metadata::default(),
            asks: Interfaces::default(),
            wasi: Vec::new(),
            listens: Vec::new(),
        };
        let broken = |error: wasmparser::BinaryReaderError| {
            Refusal::new(
                format!("the component is damaged: {}", error.message()),
                "build or download it again",
            )
        };
        // A component holds core modules and components; only the outermost layer is its own.
        let mut depth = 0;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(broken)? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) if depth > 0 => depth -= 1,
                _ if depth > 0 => {}
                Payload::ComponentImportSection(imports) => {
                    for import in imports {
                        shape.import(import.map_err(broken)?.name.name)?;
                    }
                }
                Payload::ComponentExportSection(exports) => {
                    for export in exports {
                        shape.export(export.map_err(broken)?.name.name)?;
                    }
                }
                Payload::CustomSection(section) if section.name() == SECTION => {
                    shape.metadata = Metadata::read(section.data())?;
                }
                _ => {}
            }
        }
        // In the table's order, whatever tool made the component.
        shape.listens.sort_unstable();
        Ok(shape)
    }

    /// Returns what an operator has to grant by name.
    pub fn named_asks(&self) -> impl Iterator<Item = Interface> {
        self.asks.iter().filter(|ask| !ask.facts().always)
    }

    /// Returns one of those, by its name.
    pub fn named_ask(&self, name: &str) -> Option<Interface> {
        self.named_asks().find(|ask| ask.name() == name)
    }

    /// Returns the gateway intents that follow from what it asks for and listens to.
    pub fn intents(&self) -> GatewayIntents {
        let asked = self.asks.iter().map(|ask| ask.facts().intents);
        let heard = self.listens.iter().map(|listens| listens.intents());
        asked
            .chain(heard)
            .fold(GatewayIntents::empty(), |all, some| all | some)
    }

    /// Returns the permissions in a guild that follow from what it asks for and listens to.
    pub fn permissions(&self) -> Permissions {
        let asked = self.asks.iter().map(|ask| ask.facts().permissions);
        let heard = self.listens.iter().map(|one| one.permissions());
        asked
            .chain(heard)
            .fold(Permissions::empty(), |all, some| all | some)
    }

    fn import(&mut self, name: &str) -> Result<(), Refusal> {
        let (interface, version) = split(name);
        if interface.starts_with("wasi:") {
            // Another way to the same web is the same ask.
            if interface == "wasi:http/outgoing-handler" {
                self.asks.insert(Interface::Http);
            }
            self.wasi.push(name.to_owned());
            return Ok(());
        }
        if !interface.starts_with("cogbox:") {
            return Err(Refusal::new(
                format!("it imports `{name}`, which is neither of the cog contract nor of WASI"),
                "import only cogbox:* interfaces; see wit/README.md",
            ));
        }
        check_version(name, version)?;
        if let Some(known) = Interface::by_full_name(interface) {
            self.asks.insert(known);
        } else if !TYPES.contains(&interface) {
            return Err(Refusal::new(
                format!("it imports `{name}`, which contract {CONTRACT} does not have"),
                "check the name against wit/, or use a newer Cogbox",
            ));
        }
        Ok(())
    }

    fn export(&mut self, name: &str) -> Result<(), Refusal> {
        let (interface, version) = split(name);
        // Languages add exports of their own (`init`, `exports`); only the contract's count.
        let Some(short) = interface.strip_prefix("cogbox:cog/") else {
            return Ok(());
        };
        check_version(name, version)?;
        match Subscription::by_name(short) {
            Some(subscription) => self.listens.push(subscription),
            None if TYPES.contains(&interface) => {}
            None => {
                return Err(Refusal::new(
                    format!("it exports `{name}`, which contract {CONTRACT} does not have"),
                    "check the name against wit/exports.wit, or use a newer Cogbox",
                ));
            }
        }
        Ok(())
    }
}

/// Interfaces of types alone: importing them asks for nothing.
const TYPES: &[&str] = &[
    "cogbox:host/basics",
    "cogbox:discord/model",
    "cogbox:discord/command-types",
    "cogbox:voice/tracks",
    "cogbox:cog/invocations",
];

impl Metadata {
    fn read(json: &[u8]) -> Result<Self, Refusal> {
        let mut metadata: Self = serde_json::from_slice(json).map_err(|error| {
            Refusal::new(
                format!("its `{SECTION}` section can't be read: {error}"),
                "build it again with `cogbox build`",
            )
        })?;
        // They stand in lines of the host's own, in Discord and elsewhere.
        let numbering = |c: &char| c.is_ascii_alphanumeric() || ".+-_".contains(*c);
        let version = metadata.version.chars().filter(numbering);
        metadata.version = version.take(VERSION_MAX).collect();
        let words = metadata.description.chars().take(DESCRIPTION_MAX);
        metadata.description = words
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        Ok(metadata)
    }

    /// Appends itself to a component as a custom section.
    pub fn embed(&self, component: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        use wasm_encoder::Encode;
        let json = serde_json::to_vec(self)?;
        let section = wasm_encoder::CustomSection {
            name: SECTION.into(),
            data: json.into(),
        };
        component.push(0);
        section.encode(component);
        Ok(())
    }
}

/// Returns the digest by which a component is known: SHA-256, in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn check_header(bytes: &[u8]) -> Result<(), Refusal> {
    let build = "build it with `cogbox build`, or your language's component tool";
    match Parser::new(0).parse_all(bytes).next() {
        Some(Ok(Payload::Version {
            encoding: Encoding::Component,
            ..
        })) => Ok(()),
        Some(Ok(Payload::Version {
            encoding: Encoding::Module,
            ..
        })) => Err(Refusal::new(
            "this is a core WebAssembly module, not a component",
            build,
        )),
        _ => Err(Refusal::new("this is not a WebAssembly component", build)),
    }
}

fn check_version(name: &str, version: Option<&str>) -> Result<(), Refusal> {
    let version = version.and_then(|version| semver::Version::parse(version).ok());
    // Before 1.0, the minor number is the breaking one.
    match version {
        Some(version) if (version.major, version.minor) == (CONTRACT.major, CONTRACT.minor) => {
            Ok(())
        }
        _ => Err(Refusal::new(
            format!(
                "it is made for `{name}`; this Cogbox serves version {}.{} of the contract",
                CONTRACT.major, CONTRACT.minor
            ),
            "build it against this Cogbox's wit/, or use the Cogbox it was built for",
        )),
    }
}

fn split(name: &str) -> (&str, Option<&str>) {
    match name.split_once('@') {
        Some((interface, version)) => (interface, Some(version)),
        None => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(text: &str) -> Vec<u8> {
        wat::parse_str(text).unwrap()
    }

    fn refused(text: &str) -> String {
        Shape::read(&component(text)).unwrap_err().to_string()
    }

    #[test]
    fn imports_are_asks_and_exports_are_subscriptions() {
        let bytes = component(
            r#"(component
                (import "cogbox:host/basics@0.1.0" (instance))
                (import "cogbox:discord/messages@0.1.3" (instance $m))
                (import "wasi:clocks/wall-clock@0.2.6" (instance))
                (component (import "cogbox:host/http@0.1.0" (instance)))
                (export "cogbox:cog/timers@0.1.0" (instance $m))
                (export "init" (instance $m)))"#,
        );
        let shape = Shape::read(&bytes).unwrap();
        assert_eq!(shape.asks.iter().collect::<Vec<_>>(), [Interface::Messages]);
        assert_eq!(shape.wasi, ["wasi:clocks/wall-clock@0.2.6"]);
        assert_eq!(shape.listens, [Subscription::Timers]);
    }

    #[test]
    fn the_web_of_wasi_is_the_ask_http() {
        let asks = |name: &str| {
            let text = format!("(component (import \"wasi:http/{name}@0.2.6\" (instance)))");
            let shape = Shape::read(&component(&text)).unwrap();
            shape.asks.iter().collect::<Vec<_>>()
        };
        assert_eq!(asks("outgoing-handler"), [Interface::Http]);
        assert_eq!(asks("types"), []);
    }

    #[test]
    fn what_is_embedded_is_read_back() {
        let mut bytes = component("(component)");
        let metadata = Metadata {
            name: "fun".into(),
            ..Metadata::default()
        };
        metadata.embed(&mut bytes).unwrap();
        assert_eq!(Shape::read(&bytes).unwrap().metadata, metadata);
    }

    #[test]
    fn refusals_say_precisely_what_is_wrong() {
        let not = |bytes: &[u8]| Shape::read(bytes).unwrap_err().what;
        assert_eq!(not(b"hello"), "this is not a WebAssembly component");
        assert_eq!(not(b""), "this is not a WebAssembly component");
        assert_eq!(
            not(&component("(module)")),
            "this is a core WebAssembly module, not a component"
        );
        let whole = component("(component (core module (func (export \"f\"))))");
        assert!(not(&whole[..whole.len() - 3]).starts_with("the component is damaged"));
        assert!(
            refused(r#"(component (import "cogbox:host/log@0.2.0" (instance)))"#)
                .contains("made for `cogbox:host/log@0.2.0`")
        );
        assert!(
            refused(r#"(component (import "cogbox:host/telepathy@0.1.0" (instance)))"#)
                .contains("contract 0.1.0 does not have")
        );
        assert!(
            refused(r#"(component (import "acme:x/y@1.0.0" (instance)))"#)
                .contains("neither of the cog contract nor of WASI")
        );
    }
}
