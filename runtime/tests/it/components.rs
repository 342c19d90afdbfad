//! Components that no author would build on purpose, made against the real contract from core
//! modules written out by hand.

use std::path::{Path, PathBuf};

use cogbox::cog::shape::Metadata;
use cogbox::config::CogConfig;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::harness::Setup;

/// Where components lie until they are loaded.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// Makes an empty one.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Returns a path in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Returns every file in it and below, with what it holds.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut folders = vec![self.path().to_owned()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => {
                        files.push((path.display().to_string(), std::fs::read(&path).unwrap()))
                    }
                }
            }
        }
        files
    }

    /// Adds a cog made of these bytes to a setup, granted whatever it asks for.
    pub fn add(&self, setup: &mut Setup, name: &str, bytes: &[u8]) {
        let file = self.file(&format!("{name}.wasm"));
        std::fs::write(&file, bytes).unwrap();
        setup.cogs.insert(name.to_owned(), CogConfig::dev(file));
    }
}

/// A cog with commands whose `declare` is this body of a core function: it returns the address of a
/// list's address and length. `imports` are lines of WIT; `core` stands at the module's top.
pub fn cog(imports: &str, core: &str, declare: &str) -> Vec<u8> {
    cog_doing(imports, core, declare, "unreachable")
}

/// The same, whose `invoked` is this body: it returns the address of a result.
pub fn cog_doing(imports: &str, core: &str, declare: &str, invoked: &str) -> Vec<u8> {
    let module = format!(
        r#"(module
            {core}
            (memory (export "memory") 4)
            (global $next (mut i32) (i32.const 131072))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (local $here i32)
                (local.set $here (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
                (global.set $next (i32.add (local.get $here) (local.get 3)))
                (local.get $here))
            (func (export "cogbox:cog/commands@0.1.0#declare") (result i32) {declare})
            (func (export "cogbox:cog/commands@0.1.0#invoked")
                (param i32 i32 i32 i32 i32) (result i32) {invoked}))"#
    );
    componentize(
        &format!("{imports} export cogbox:cog/commands@0.1.0;"),
        &module,
    )
}

/// Makes a component of a core module and the items of its world.
fn componentize(world: &str, module: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
    resolve.push_dir(contract).unwrap();
    for package in WASI {
        resolve.push_source("wasi.wit", package).unwrap();
    }
    let text = format!("package test:cog; world cog {{ {world} }}");
    let package = resolve.push_source("cog.wit", &text).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let mut module = wat::parse_str(module).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    let mut encoder = ComponentEncoder::default();
    let encoder = encoder.validate(true).module(&module).unwrap();
    encoder.encode().unwrap()
}

/// What the tests import of WASI.
const WASI: &[&str] = &[
    "package wasi:filesystem@0.2.6;
    interface types { resource descriptor; }
    interface preopens {
        use types.{descriptor};
        get-directories: func() -> list<tuple<descriptor, string>>;
    }",
    "package wasi:io@0.2.6;
    interface error { resource error; }
    interface poll { resource pollable { block: func(); } }
    interface streams {
        use error.{error};
        variant stream-error { last-operation-failed(error), closed }
        resource input-stream {
            blocking-read: func(len: u64) -> result<list<u8>, stream-error>;
        }
        resource output-stream {
            blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
        }
    }",
    "package wasi:cli@0.2.6;
    interface environment {
        get-environment: func() -> list<tuple<string, string>>;
        get-arguments: func() -> list<string>;
        initial-cwd: func() -> option<string>;
    }
    interface exit { exit: func(status: result); }
    interface stdout {
        use wasi:io/streams@0.2.6.{output-stream};
        get-stdout: func() -> output-stream;
    }",
    "package wasi:clocks@0.2.6;
    interface wall-clock {
        record datetime { seconds: u64, nanoseconds: u32 }
        now: func() -> datetime;
    }
    interface monotonic-clock {
        use wasi:io/poll@0.2.6.{pollable};
        subscribe-duration: func(when: u64) -> pollable;
    }",
    "package wasi:sockets@0.2.6;
    interface network {
        enum error-code {
            unknown, access-denied, not-supported, invalid-argument, out-of-memory, timeout,
            concurrency-conflict, not-in-progress, would-block, invalid-state, new-socket-limit,
            address-not-bindable, address-in-use, remote-unreachable, connection-refused,
            connection-reset, connection-aborted, datagram-too-large, name-unresolvable,
            temporary-resolver-failure, permanent-resolver-failure,
        }
        enum ip-address-family { ipv4, ipv6 }
    }
    interface tcp { resource tcp-socket; }
    interface tcp-create-socket {
        use network.{error-code, ip-address-family};
        use tcp.{tcp-socket};
        create-tcp-socket: func(family: ip-address-family) -> result<tcp-socket, error-code>;
    }",
    include_str!("wasi_http.wit"),
    "package wasi:random@0.2.6;
    interface random {
        get-random-bytes: func(len: u64) -> list<u8>;
        get-random-u64: func() -> u64;
    }",
];

/// Bytes of one `command` record in a guest's memory.
const COMMAND: usize = 88;

/// A module's data with a list of commands at address 1024, and where `declare` finds it. Each
/// command has a name and a description, and nothing else.
pub fn declaring(commands: &[(&str, &str)]) -> (String, String) {
    const LIST: usize = 1_024;
    let mut records = vec![0u8; commands.len() * COMMAND];
    let texts = LIST + 8 + records.len();
    let mut strings = Vec::new();
    for (record, (name, description)) in records.chunks_mut(COMMAND).zip(commands) {
        for (field, text) in [(0, name), (8, description)] {
            let (at, length) = (texts + strings.len(), text.len());
            record[field..field + 4].copy_from_slice(&(at as u32).to_le_bytes());
            record[field + 4..field + 8].copy_from_slice(&(length as u32).to_le_bytes());
            strings.extend_from_slice(text.as_bytes());
        }
        // `contexts`: guilds and direct messages.
        record[48] = 3;
    }
    let mut data = Vec::new();
    data.extend_from_slice(&(LIST as u32 + 8).to_le_bytes());
    data.extend_from_slice(&(commands.len() as u32).to_le_bytes());
    data.extend_from_slice(&records);
    data.extend_from_slice(&strings);
    let escaped: String = data.iter().map(|byte| format!("\\{byte:02x}")).collect();
    (
        format!("(data (i32.const {LIST}) \"{escaped}\")"),
        format!("i32.const {LIST}"),
    )
}

/// A cog that declares these commands and does nothing else.
pub fn offering(commands: &[(&str, &str)]) -> Vec<u8> {
    let (data, declare) = declaring(commands);
    cog("", &data, &declare)
}

/// Appends what `cogbox build` says of a cog.
pub fn with_metadata(mut component: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    metadata.embed(&mut component).unwrap();
    component
}
