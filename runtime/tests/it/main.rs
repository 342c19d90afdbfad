//! The host against the local Discord, read as transcripts: who did what, and what came back.
//!
//! One binary, because linking is what costs. `harness` starts a bot; each other file is one topic.

mod compiled;
mod components;
mod encoded;
mod harness;
mod playing;
mod process;
mod shelf;
mod web;

mod answers;
mod authors;
mod autocomplete;
mod chaos;
mod cli;
mod cli_add;
mod cli_backup;
mod cli_data;
mod cli_invite;
mod codecs;
mod command_rules;
mod commands;
mod events;
mod faults;
mod faults_gateway;
mod faults_requests;
mod gateway;
mod grants;
mod hostile;
mod isolation;
mod keeping;
mod languages;
mod lifecycle;
mod limits;
mod listening;
mod loading;
mod locales;
mod moderating;
mod outgoing;
mod outgoing_wasi;
mod per_guild;
mod reloading;
mod rest;
mod settings;
mod settings_menu;
mod shards;
mod shared_store;
mod soak;
mod sound;
mod sources;
mod stock;
mod store;
mod timers;
mod voice;
mod watching;
