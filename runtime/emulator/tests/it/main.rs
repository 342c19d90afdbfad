//! The local Discord, seen from outside: by a bot that speaks raw HTTP and WebSocket, and by
//! people. A test whose name begins with a rule number (`d10_...`) shows that the rule is kept.

mod audit_log;
mod autocomplete;
mod bans;
mod channels;
mod client;
mod command_permissions;
mod commands;
mod commands_localized;
mod components;
mod control;
mod emojis;
mod followups;
mod gateway;
mod guild;
mod guild_channels;
mod hostile;
mod hostile_wire;
mod installs;
mod interactions;
mod interactions_wire;
mod invites;
mod knobs;
mod members;
mod messages;
mod modals;
mod offered;
mod optional;
mod permissions;
mod reactions;
mod rest;
mod rest_limits;
mod roles;
mod transcript;
