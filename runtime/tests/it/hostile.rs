//! Hostile cogs: every way to hurt the bot or another cog, what becomes of it, and that the cog
//! beside it answers meanwhile.
//!
//! Here are the ways that take WebAssembly written by hand. What a cog in an ordinary language can
//! do is shown where its topic is: spinning, hoarding, recursing, flooding logs, metrics and the
//! host in `limits`; another guild's and another cog's data in `grants`, `isolation` and
//! `shared_store`; quotas in `store`; timers in `timers`; what WASI shows of the machine, broken
//! files and forged compiled code in `loading`; floods of requests in `rest`; addresses inside the
//! operator's network in `outgoing`; what a foreign component says of itself in `cli_add`.

use std::time::Duration;

use cogbox::cog::health::IN_A_ROW;
use cogbox::cog::shape::Metadata;
use futures_util::future::join_all;
use insta::assert_snapshot;

use crate::components::{Folder, cog, cog_doing, declaring, offering, with_metadata};
use crate::harness::{Bot, Setup, component};
use crate::loading::refusals;

/// A way to do harm, by its name.
struct Way {
    /// The cog's, and its command's.
    name: &'static str,
    /// What its world imports, in WIT.
    imports: &'static str,
    /// What stands at the top of its module.
    core: &'static str,
    /// What the command does: it leaves the address of a result.
    does: &'static str,
}

const fn way(name: &'static str, does: &'static str) -> Way {
    Way {
        name,
        imports: "",
        core: "",
        does,
    }
}

impl Way {
    const fn core(self, core: &'static str) -> Self {
        Self { core, ..self }
    }

    const fn importing(self, imports: &'static str, core: &'static str) -> Self {
        Self {
            imports,
            core,
            ..self
        }
    }

    fn component(&self) -> Vec<u8> {
        let (data, declare) = declaring(&[(self.name, "Does harm")]);
        // Imports come before all else.
        cog_doing(
            self.imports,
            &format!("{} {data}", self.core),
            &declare,
            self.does,
        )
    }
}

/// Uses each of them, one after the other, and tells how each ended. Beside each the neighbour is
/// used, and has to answer.
async fn endings(ways: &[Way]) -> String {
    let (folder, mut setup) = (Folder::new(), Setup::with(&["counter"]));
    for way in ways {
        folder.add(&mut setup, way.name, &way.component());
        let limits = &mut setup.cogs.get_mut(way.name).expect("it was added").limits;
        limits.cpu = Duration::from_millis(200);
        limits.wall = Duration::from_secs(6);
        limits.memory = 4 << 20;
    }
    let bot = setup.start().await;
    assert_eq!(refusals(&bot), "");
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let mut told = String::new();
    for (number, way) in ways.iter().enumerate() {
        let used = format!("/{}", way.name);
        let (answer, beside) = tokio::join!(ann.runs(&used), ben.runs("/count"));
        assert_eq!(
            beside.text(),
            format!("This server has counted to **{}**.", number + 1),
            "beside {}",
            way.name
        );
        assert_eq!(answer.failed(), None, "{}", way.name);
        told += &format!("{}: {}\n", way.name, ending(&bot, way.name));
    }
    told
}

/// How a cog's last call ended, and its innermost cause.
fn ending(bot: &Bot, cog: &str) -> String {
    let Some(fault) = bot.cog(cog).last_fault() else {
        return "ok".to_owned();
    };
    let (detail, _) = fault
        .detail
        .split_once("\n\nStack backtrace:")
        .unwrap_or((&fault.detail, ""));
    let cause = detail.lines().map(str::trim).rfind(|line| !line.is_empty());
    format!("{}: {}", fault.outcome, cause.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn growing() {
    let told = endings(&[
        way(
            "memory-in-steps",
            "(loop $more (drop (memory.grow (i32.const 1))) (br $more)) unreachable",
        ),
        way(
            "memory-at-once",
            "(drop (memory.grow (i32.const 65000))) i32.const 16",
        ),
        way(
            "a-table-in-steps",
            "(loop $more (drop (table.grow $t (ref.null func) (i32.const 1000))) (br $more)) unreachable",
        )
        .core("(table $t 0 funcref)"),
    ])
    .await;
    assert_snapshot!(told, @r"
    memory-in-steps: memory: the cog wanted more than its 4194304 bytes of memory
    memory-at-once: memory: the cog wanted more than its 4194304 bytes of memory
    a-table-in-steps: memory: the cog wanted more than its 4194304 bytes of memory
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn never_returning() {
    let told = endings(&[
        way("loops", "(loop (br 0)) unreachable"),
        way("recurses", "(call $deeper) i32.const 16").core("(func $deeper (call $deeper))"),
        way("fills", "(loop $more (memory.fill (i32.const 0) (i32.const 0) (i32.const 262144)) (br $more)) unreachable"),
        way("sleeps", "(call $block (call $sleep (i64.const 3600000000000))) i32.const 16").importing(
            "import wasi:clocks/monotonic-clock@0.2.6;",
            SLEEP,
        ),
        way("exits", "(call $exit (i32.const 0)) i32.const 16").importing(
            "import wasi:cli/exit@0.2.6;",
            r#"(import "wasi:cli/exit@0.2.6" "exit" (func $exit (param i32)))"#,
        ),
    ])
    .await;
    assert_snapshot!(told, @r"
    loops: cpu: the call took more than its 200ms of CPU time
    recurses: trap: wasm trap: call stack exhausted
    fills: cpu: the call took more than its 200ms of CPU time
    sleeps: wall: took longer than 6s
    exits: trap: Exited with i32 exit status 0
    ");
}

const SLEEP: &str = r#"(import "wasi:clocks/monotonic-clock@0.2.6" "subscribe-duration" (func $sleep (param i64) (result i32)))
    (import "wasi:io/poll@0.2.6" "[method]pollable.block" (func $block (param i32)))"#;
const LOG: &str =
    r#"(import "cogbox:host/log@0.1.0" "write" (func $log (param i32 i32 i32 i32 i32)))"#;
const RANDOM: &str = r#"(import "cogbox:host/random@0.1.0" "bytes" (func $bytes (param i32 i32)))"#;
const DEFER: &str = r#"(import "cogbox:discord/interactions@0.1.0" "[method]interaction.defer" (func $defer (param i32 i32 i32)))
    (import "cogbox:discord/interactions@0.1.0" "[resource-drop]interaction" (func $drop (param i32)))"#;

/// Calls the log with these five words: level, text and its length, fields and their number.
const fn logs(name: &'static str, does: &'static str) -> Way {
    way(name, does).importing("import cogbox:host/log@0.1.0;", LOG)
}

#[tokio::test(flavor = "multi_thread")]
async fn handing_over_what_is_none() {
    let told = endings(&[
        logs("a-text-outside", "(call $log (i32.const 2) (i32.const -16) (i32.const 100) (i32.const 0) (i32.const 0)) i32.const 16"),
        logs("a-text-of-4-gib", "(call $log (i32.const 2) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 0)) i32.const 16"),
        logs("a-list-outside", "(call $log (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 262136) (i32.const 9)) i32.const 16"),
        // So many that their bytes wrap around.
        logs("a-list-too-long", "(call $log (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0x10000001)) i32.const 16"),
        logs("a-list-askew", "(call $log (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 3) (i32.const 1)) i32.const 16"),
        logs("no-utf-8", "(i32.store (i32.const 0) (i32.const 0x80c0ffed)) (call $log (i32.const 2) (i32.const 0) (i32.const 4) (i32.const 0) (i32.const 0)) i32.const 16"),
        logs("no-such-level", "(call $log (i32.const 99) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)) i32.const 16"),
        logs("too-much", "(drop (memory.grow (i32.const 16))) (call $log (i32.const 2) (i32.const 0) (i32.const 600000) (i32.const 0) (i32.const 0)) i32.const 16"),
        // The host writes the answer where the cog says that there is room.
        way("no-room", "(global.set $next (i32.const 0x7ffffff0)) (call $bytes (i32.const 16) (i32.const 0)) i32.const 16")
            .importing("import cogbox:host/random@0.1.0;", RANDOM),
        way("more-than-4096", "(call $bytes (i32.const -1) (i32.const 0)) i32.const 16")
            .importing("import cogbox:host/random@0.1.0;", RANDOM),
        way("no-such-handle", "(call $defer (i32.const 77) (i32.const 0) (i32.const 0)) i32.const 16").core(DEFER),
        way("a-dropped-handle", "(call $drop (local.get 4)) (call $defer (local.get 4) (i32.const 0) (i32.const 0)) i32.const 16").core(DEFER),
        way("a-result-outside", "i32.const 262140"),
        way("a-result-askew", "i32.const 17"),
        way("no-such-result", "(i32.store (i32.const 16) (i32.const 7)) i32.const 16"),
        way("an-error-of-4-gib", "(i32.store (i32.const 16) (i32.const 1)) (i32.store (i32.const 24) (i32.const -1)) i32.const 16"),
    ])
    .await;
    assert_snapshot!(told, @r"
    a-text-outside: trap: string pointer/length out of bounds of memory
    a-text-of-4-gib: trap: string pointer/length out of bounds of memory
    a-list-outside: trap: list pointer/length out of bounds of memory
    a-list-too-long: trap: list pointer/length out of bounds of memory
    a-list-askew: trap: list pointer is not aligned
    no-utf-8: trap: invalid utf-8 sequence of 1 bytes from index 0
    no-such-level: trap: unexpected discriminant: 99
    too-much: transfer: too much data is being copied between the host and the guest: fuel allocated for hostcalls has been exhausted
    no-room: trap: realloc return: beyond end of memory
    more-than-4096: trap: random.bytes gives at most 4096 bytes at a time, not 4294967295
    no-such-handle: trap: unknown handle index 77
    a-dropped-handle: trap: unknown handle index 1
    a-result-outside: trap: pointer out of bounds of memory
    a-result-askew: trap: return pointer not aligned
    no-such-result: trap: invalid expected discriminant
    an-error-of-4-gib: trap: string pointer/length out of bounds of memory
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn leaking_and_flooding() {
    let told = endings(&[
        way("leaks-pollables", "(loop $more (drop (call $sleep (i64.const 1))) (br $more)) unreachable").importing(
            "import wasi:clocks/monotonic-clock@0.2.6;",
            SLEEP,
        ),
        way("leaks-its-own", "(loop $more (drop (call $new (i32.const 1))) (br $more)) unreachable").importing(
            "export things: interface { resource thing; }",
            r#"(import "[export]things" "[resource-new]thing" (func $new (param i32) (result i32)))"#,
        ),
        way("a-mountain-of-random", "(call $random (i64.const 60000000) (i32.const 0)) i32.const 16").importing(
            "import wasi:random/random@0.2.6;",
            r#"(import "wasi:random/random@0.2.6" "get-random-bytes" (func $random (param i64 i32)))"#,
        ),
        way("opens-sockets", OPENS_SOCKETS).importing(
            "import wasi:sockets/tcp-create-socket@0.2.6;",
            r#"(import "wasi:sockets/tcp-create-socket@0.2.6" "create-tcp-socket" (func $open (param i32 i32)))
               (data (i32.const 64) "\01\00\00\00\50\00\00\00\17\00\00\00")
               (data (i32.const 80) "each socket was refused")"#,
        ),
        way("prints",
            "(local $out i32) (local.set $out (call $stdout))
             (loop $more (call $print (local.get $out) (i32.const 1024) (i32.const 4096) (i32.const 0)) (br $more)) unreachable",
        )
        .importing(
            "import wasi:cli/stdout@0.2.6;",
            r#"(import "wasi:cli/stdout@0.2.6" "get-stdout" (func $stdout (result i32)))
               (import "wasi:io/streams@0.2.6" "[method]output-stream.blocking-write-and-flush" (func $print (param i32 i32 i32 i32)))"#,
        ),
        logs("logs-250-kib", "(loop $more (call $log (i32.const 2) (i32.const 1024) (i32.const 250000) (i32.const 0) (i32.const 0)) (br $more)) unreachable"),
    ])
    .await;
    assert_snapshot!(told, @r"
    leaks-pollables: trap: resource table has no free keys
    leaks-its-own: trap: cannot allocate another handle: store handle limit exceeded
    a-mountain-of-random: trap: requested len 60000000 exceeds limit 65536
    opens-sockets: error: each socket was refused
    prints: cpu: the call took more than its 200ms of CPU time
    logs-250-kib: cpu: the call took more than its 200ms of CPU time
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_without_end() {
    let told = endings(&[
        way("stores-64-kib", "(loop $more (call $set (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 80) (i32.const 1) (i32.const 1024) (i32.const 65000) (i32.const 16)) (br $more)) unreachable").importing(
            "import cogbox:host/store@0.1.0;",
            r#"(import "cogbox:host/store@0.1.0" "set" (func $set (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
               (data (i32.const 80) "key")"#,
        ),
    ])
    .await;
    // Which of its times is up first depends on the disk.
    let (_, outcome) = told.split_once(": ").unwrap();
    assert!(
        outcome.starts_with("cpu: ") || outcome.starts_with("wall: "),
        "{told}"
    );
}

/// Opens a thousand; traps at one that is not refused with `access-denied`, and tells the end.
const OPENS_SOCKETS: &str = "
    (local $left i32)
    (local.set $left (i32.const 1000))
    (loop $more
        (call $open (i32.const 0) (i32.const 16))
        (if (i32.ne (i32.load8_u (i32.const 16)) (i32.const 1)) (then unreachable))
        (if (i32.ne (i32.load8_u (i32.const 20)) (i32.const 1)) (then unreachable))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br_if $more (local.get $left)))
    i32.const 64";

#[tokio::test(flavor = "multi_thread")]
async fn harm_at_the_start() {
    let folder = Folder::new();
    let mut setup = Setup::with(&["counter"]);
    setup.deadlines.declare = Duration::from_millis(200);
    for (name, core) in [
        ("start-traps", "(start $s) (func $s unreachable)"),
        ("start-never-ends", "(start $s) (func $s (loop (br 0)))"),
        ("start-recurses", "(start $s) (func $s (call $s))"),
        (
            "start-hoards",
            "(start $s) (func $s (loop $more (drop (memory.grow (i32.const 1))) (br $more)))",
        ),
    ] {
        folder.add(&mut setup, name, &cog("", core, "i32.const 1024"));
    }
    let knot = (0..4_000).map(|n| format!("(loop $l (br_if $l (local.get {n})))"));
    let knot = format!(
        "(func (local {}) {})",
        "i32 ".repeat(4_000),
        knot.collect::<String>()
    );
    let part = "(core instance (instantiate $m))";
    let tuples = (1..24).map(|n| format!("(type $t{n} (tuple $t{0} $t{0}))", n - 1));
    let lists = (1..200).map(|n| format!("(type $t{n} (list $t{0}))", n - 1));
    for (name, text) in [
        (
            "a-memory-too-large",
            "(core module $m (memory 2000))".to_owned() + part,
        ),
        (
            "a-memory-of-64-bits",
            "(core module $m (memory i64 0x10000000000))".to_owned() + part,
        ),
        (
            "memories-together",
            "(core module $m (memory 300))".to_owned() + &part.repeat(4),
        ),
        (
            "too-many-memories",
            "(core module $m (memory 1))".to_owned() + &part.repeat(9),
        ),
        (
            "a-table-too-large",
            "(core module $m (table 300000 funcref))".to_owned() + part,
        ),
        (
            "tables-together",
            "(core module $m (table 150000 funcref))".to_owned() + &part.repeat(9),
        ),
        (
            "too-many-tables",
            "(core module $m (table 1 funcref))".to_owned() + &part.repeat(41),
        ),
        (
            "too-many-functions",
            format!("(core module $m {})", "(func)".repeat(60_001)),
        ),
        ("too-tangled-a-function", format!("(core module $m {knot})")),
        (
            "types-that-double",
            "(type $t0 (list u8))".to_owned() + &tuples.collect::<String>(),
        ),
        (
            "types-that-nest",
            "(type $t0 (list u8))".to_owned() + &lists.collect::<String>(),
        ),
    ] {
        let component = wat::parse_str(format!("(component {text})")).unwrap();
        folder.add(&mut setup, name, &component);
        setup.cogs.get_mut(name).unwrap().limits.memory = 8 << 20;
    }
    let bot = setup.start().await;
    assert_snapshot!(refusals(&bot), @r"
    a-memory-of-64-bits: it can't be compiled: module memory does not fit in pooling allocator requirements: memory index 0 is unsupported in this pooling allocator configuration: memory has a minimum byte size of 72057594037927936 which exceeds the limit of 0x10000000 bytes
      fix: build it again
    a-memory-too-large: it can't be started or asked for what it offers: the cog wanted more than its 8388608 bytes of memory
      fix: `declare` must return at once, and may call nothing but the log
    a-table-too-large: it can't be compiled: module table does not fit in pooling allocator requirements: table index 0 has a minimum element size of 300000 which exceeds the limit of 200000
      fix: build it again
    memories-together: it can't be started or asked for what it offers: the cog wanted more than its 8388608 bytes of memory
      fix: `declare` must return at once, and may call nothing but the log
    start-hoards: it can't be started or asked for what it offers: the cog wanted more than its 67108864 bytes of memory
      fix: `declare` must return at once, and may call nothing but the log
    start-never-ends: it can't be started or asked for what it offers: it took longer than 200ms
      fix: `declare` must return at once, and may call nothing but the log
    start-recurses: it can't be started or asked for what it offers: wasm trap: call stack exhausted
      fix: `declare` must return at once, and may call nothing but the log
    start-traps: it can't be started or asked for what it offers: wasm trap: wasm `unreachable` instruction executed
      fix: `declare` must return at once, and may call nothing but the log
    tables-together: it can't be started or asked for what it offers: the cog wanted more than its 8388608 bytes of memory
      fix: `declare` must return at once, and may call nothing but the log
    too-many-functions: it can't be compiled: it has more than 60000 functions
      fix: build it again
    too-many-memories: it can't be compiled: The component transitively contains 9 Wasm linear memories, which exceeds the configured maximum of 8 in the pooling allocator
      fix: build it again
    too-many-tables: it can't be compiled: The component transitively contains 41 core module instances, which exceeds the configured maximum of 40 in the pooling allocator
      fix: build it again
    too-tangled-a-function: it can't be compiled: a function of 4000 variables and 8001 blocks would take too long
      fix: build it again
    types-that-double: it can't be compiled: failed to parse WebAssembly module: effective type size exceeds the limit of 1000000 (at offset 0x55)
      fix: build it again
    types-that-nest: it can't be compiled: failed to parse WebAssembly module: type nesting is too deep (at offset 0xf5)
      fix: build it again
    ");
    assert_eq!(
        bot.here("ann").runs("/count").await.text(),
        "This server has counted to **1**."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_wait_take_the_places_of_their_own_cog_alone() {
    let sleeper = way(
        "sleep",
        "(call $block (call $sleep (i64.const 3600000000000))) i32.const 16",
    )
    .importing("import wasi:clocks/monotonic-clock@0.2.6;", SLEEP);
    let (folder, mut setup) = (Folder::new(), Setup::with(&["counter"]));
    folder.add(&mut setup, "sleeper", &sleeper.component());
    let setup = setup.cog("sleeper", |cog| {
        (cog.limits.calls, cog.limits.calls_per_guild) = (3, 2);
        cog.limits.wall = Duration::from_secs(4);
    });
    let bot = setup.start().await;
    let (ann, ben, cleo) = (bot.here("ann"), bot.here("ben"), bot.elsewhere("cleo"));
    // A guild has two places, so the third waits and is told; another guild has a place left.
    let sleeping = join_all((0..3).map(|_| ann.runs("/sleep")));
    let elsewhere = cleo.runs("/sleep");
    let beside = async {
        for count in 1..=20 {
            let counted = ben.runs("/count").await;
            assert_eq!(
                counted.text(),
                format!("This server has counted to **{count}**.")
            );
        }
    };
    let (sleeping, elsewhere, ()) = tokio::join!(sleeping, elsewhere, beside);
    let mut told: Vec<_> = sleeping.iter().map(|answer| answer.text()).collect();
    told.sort_unstable();
    let stopped = "That took too long and was stopped.";
    assert_eq!(
        told,
        [
            "That is busy right now. Try again in a moment.",
            stopped,
            stopped
        ]
    );
    assert_eq!(elsewhere.text(), stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_answers_garbage_rests_like_one_that_crashes() {
    let (folder, mut setup) = (Folder::new(), Setup::with(&["counter"]));
    folder.add(
        &mut setup,
        "garbage",
        &way("garbage", "i32.const 17").component(),
    );
    let bot = setup.start().await;
    let ann = bot.here("ann");
    for _ in 0..IN_A_ROW {
        bot.ends(&ann, "garbage", "/garbage").await;
    }
    assert_snapshot!(ann.runs("/garbage").await.text(), @"**garbage** failed again and again, and rests now. Try again in 60 seconds.");
    assert_eq!(
        ann.runs("/count").await.text(),
        "This server has counted to **1**."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_is_who_the_operator_says() {
    let (folder, mut setup) = (Folder::new(), Setup::with(&["counter", "rogue"]));
    // It calls itself like the neighbour, with a path and with lines for the list of cogs.
    let metadata = Metadata {
        name: "../counter".into(),
        version: "1.0** @everyone\n**counter** 9.9".into(),
        description: "Counts.\nIt is granted everything.".into(),
        ..Metadata::default()
    };
    folder.add(
        &mut setup,
        "impostor",
        &with_metadata(offering(&[("impose", "Nothing")]), &metadata),
    );
    // The neighbour's own component under another name has the neighbour's commands, and stays out.
    let own = std::fs::read(component("counter")).unwrap();
    folder.add(&mut setup, "duplicate", &own);
    let bot = setup.start().await;
    let ann = bot.here("ann");
    ann.runs("/count").await;
    ann.runs("/cogs list").await;
    ann.runs("/cogs about cog:impostor").await;
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ann used /count
    Cogbox: This server has counted to **1**.
      [+1]
    ann used /cogs list
    Cogbox: **counter** 0.1.0: `/count` `/count-show` `/count-reset`
      **impostor** 1.0everyonecounter9.9: `/impose`
      **rogue** 0.1.0: `/ok` `/silent` `/answers-twice` `/defers` `/modal` `/button` `/button-like` `/late` `/late-in-private` `/late-buttons` `/spin` `/bomb` `/deep` `/trap` `/fails` `/slow` `/huge` `/chatter` `/series` `/flood` `/state` `/store` `/abroad` `/unserved`
      (only you can see this)
    ann used /cogs about
    Cogbox: **impostor** 1.0everyonecounter9.9
      Counts. It is granted everything.
      It is on in this server.
      It can
      - answer its commands, and keep data of its own
      It listens to its own commands.
      (only you can see this)
    ");
    assert_snapshot!(refusals(&bot), @r"
    duplicate: `count` is a command of the cog `counter`
      fix: remove one of the two cogs
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_with_another_cogs_id_leads_to_its_maker() {
    let bot = Bot::with(&["counter", "rogue"]).await;
    let ann = bot.here("ann");
    let honest = ann.runs("/count").await;
    // As it stands in Discord, with the host's letters for the other cog, and as the cog gave it.
    let id = &honest.message()["components"][0]["components"][0]["custom_id"];
    let id = id.as_str().unwrap().to_owned();
    let copies = [id.clone(), id[10..].to_owned()];
    for copy in copies {
        let copied = ann.runs(&format!("/button-like id:{copy}")).await;
        ann.clicks(&copied, "Press me").await;
    }
    let said = ann
        .channel()
        .transcript_for(&ann)
        .replace(&id[..10], "COUNTER---");
    assert_snapshot!(said, @r"
    ann used /count
    Cogbox: This server has counted to **1**.
      [+1]
    ann used /button-like
    Cogbox: rogue was told that `COUNTER---plus-one` was pressed
      [Press me]
      (edited)
    ann used /button-like
    Cogbox: rogue was told that `plus-one` was pressed
      [Press me]
      (edited)
    ");
    assert_eq!(
        ann.runs("/count-show").await.text(),
        "This server has counted to **1**."
    );
    assert_eq!(
        ann.clicks(&honest, "+1").await.text(),
        "This server has counted to **2**."
    );
}
