//! The host against the local Discord, read as transcripts: who did what, and what came back.
//!
//! One binary, because linking is what costs. `harness` starts a bot; each other file is one topic.

mod compiled;
mod components;
mod harness;
mod process;

mod answers;
mod authors;
mod chaos;
mod cli;
mod command_rules;
mod commands;
mod events;
mod faults;
mod faults_gateway;
mod faults_requests;
mod gateway;
mod grants;
mod isolation;
mod keeping;
mod languages;
mod lifecycle;
mod limits;
mod loading;
mod moderating;
mod rest;
mod shards;
mod stock;
mod store;
mod watching;
