//! The engine: one pool of instances, one runtime for guests, one thread that ticks.
//!
//! Guests never run on the runtime of the gateway: even guests that yield would delay its timers.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::Thread;
use std::time::Duration;

use tokio::runtime::Builder;
use wasmtime::{
    CacheStore, Config, Enabled, Engine as Wasmtime, InstanceAllocationStrategy, OptLevel,
    PoolingAllocationConfig,
};

use super::lock;
use crate::config::Limits;
use crate::threads::{self, OwnRuntime};

/// How often a running guest is looked at, and others get their turn.
const TICK: Duration = Duration::from_millis(1);
/// Instances that can live at the same time, over all cogs.
const INSTANCES: u32 = 1_000;
/// Core instances, memories and tables for each: Rust and C need one or two, Python up to eight.
const CORE_PER_INSTANCE: u32 = 4;

/// Everything that runs WebAssembly. One for the process.
pub struct Engine {
    wasmtime: Wasmtime,
    runtime: OwnRuntime,
    ticker: Arc<Ticker>,
}

/// Counts the calls under way, so that the thread only ticks while there are any.
struct Ticker {
    running: AtomicUsize,
    thread: std::sync::OnceLock<Thread>,
}

/// Keeps the ticks coming while a call is under way.
pub struct Ticking {
    ticker: Arc<Ticker>,
}

/// Compiled functions by their digest. They never leave the process, so nobody can forge them.
#[derive(Default)]
struct Functions(Mutex<HashMap<Vec<u8>, Vec<u8>>>);

impl std::fmt::Debug for Functions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Functions")
    }
}

impl CacheStore for Functions {
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        lock(&self.0).get(key).map(|code| Cow::Owned(code.clone()))
    }

    fn insert(&self, key: &[u8], code: Vec<u8>) -> bool {
        lock(&self.0).insert(key.to_owned(), code);
        true
    }
}

impl Engine {
    /// Starts the engine, its runtime and its ticking thread.
    pub fn new() -> wasmtime::Result<Arc<Self>> {
        Self::with(config())
    }

    /// The same for an author at work, whose cogs come again and again with small changes: what a
    /// language's own machinery compiles to is kept in memory, so that only what changed is
    /// compiled anew.
    pub fn incremental() -> wasmtime::Result<Arc<Self>> {
        let mut config = config();
        config.enable_incremental_compilation(Arc::new(Functions::default()))?;
        Self::with(config)
    }

    fn with(config: Config) -> wasmtime::Result<Arc<Self>> {
        let wasmtime = Wasmtime::new(&config)?;
        let runtime = OwnRuntime::start(
            Builder::new_multi_thread()
                .thread_name("guests")
                .enable_time()
                .on_thread_start(threads::be_nice),
        )?;
        let ticker = Arc::new(Ticker {
            running: AtomicUsize::new(0),
            thread: Default::default(),
        });
        let (weak, ticking) = (wasmtime.weak(), Arc::downgrade(&ticker));
        let thread = std::thread::Builder::new()
            .name("ticks".into())
            .spawn(move || {
                while let (Some(engine), Some(ticker)) = (weak.upgrade(), ticking.upgrade()) {
                    match ticker.running.load(Ordering::Acquire) {
                        0 => {
                            drop((engine, ticker));
                            std::thread::park();
                        }
                        _ => {
                            engine.increment_epoch();
                            drop((engine, ticker));
                            std::thread::sleep(TICK);
                        }
                    }
                }
            })?;
        // Set once, right here.
        let _ = ticker.thread.set(thread.thread().clone());
        Ok(Arc::new(Self {
            wasmtime,
            runtime,
            ticker,
        }))
    }

    /// Returns wasmtime's own engine.
    pub fn wasmtime(&self) -> &Wasmtime {
        &self.wasmtime
    }

    /// Returns the runtime of the guests.
    pub fn runtime(&self) -> tokio::runtime::Handle {
        self.runtime.handle().clone()
    }

    /// Whether the kernel lets used memory be found without touching it, which makes a fresh
    /// instance a quarter to 40 % cheaper.
    pub fn pagemap_scan() -> bool {
        PoolingAllocationConfig::is_pagemap_scan_available()
    }

    /// Keeps ticking until the value is dropped.
    pub fn tick(&self) -> Ticking {
        if self.ticker.running.fetch_add(1, Ordering::AcqRel) == 0
            && let Some(thread) = self.ticker.thread.get()
        {
            thread.unpark();
        }
        Ticking {
            ticker: Arc::clone(&self.ticker),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(thread) = self.ticker.thread.get() {
            thread.unpark();
        }
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.ticker.running.fetch_sub(1, Ordering::AcqRel);
    }
}

fn config() -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(INSTANCES)
        .total_core_instances(INSTANCES * CORE_PER_INSTANCE)
        .total_memories(INSTANCES * 2)
        .total_tables(INSTANCES * CORE_PER_INSTANCE)
        .total_stacks(INSTANCES)
        .max_core_instances_per_component(40)
        .max_memories_per_component(8)
        .max_tables_per_component(40)
        .max_memory_size(Limits::MEMORY_MAX)
        .max_component_instance_size(4 << 20)
        .max_core_instance_size(4 << 20)
        .table_elements(200_000)
        .max_unused_warm_slots(16)
        .decommit_batch_size(16);
    if Engine::pagemap_scan() {
        // Without the scan, keeping much resident means clearing much by hand.
        pool.pagemap_scan(Enabled::Yes)
            .linear_memory_keep_resident(4 << 20)
            .table_keep_resident(1 << 20)
            .async_stack_keep_resident(64 << 10);
    }
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .cranelift_opt_level(OptLevel::Speed)
        .epoch_interruption(true)
        .memory_reservation(Limits::MEMORY_MAX as u64)
        .memory_guard_size(32 << 20)
        .memory_init_cow(true)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(24));
    config
}
