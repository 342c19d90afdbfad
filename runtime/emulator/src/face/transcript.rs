//! A channel as a person reads it, as stable text: no ids, no times.

use serde_json::Value;

use super::{Channel, Here};
use crate::hub::State;
use crate::model::{Interaction, InteractionKind, Message, Stage, flags};
use crate::snowflake::Id;

/// The type of message that answers a slash command, and no context menu.
const SLASH_ANSWER: u8 = 20;

impl Channel {
    /// Returns what a person reads in the channel, one entry per message, the oldest first.
    pub fn transcript_for(&self, reader: &Here) -> String {
        self.hub
            .with_quietly(|state| transcript(state, self.id, reader.id))
    }
}

/// Returns what a person reads in a channel.
pub(crate) fn transcript(state: &State, channel: Id, reader: Id) -> String {
    let Some(place) = state.world.channels.get(&channel) else {
        return String::new();
    };
    let seen = place
        .messages
        .iter()
        .filter(|message| message.seen_by(reader));
    let mut entries: Vec<(Id, String)> = seen.map(|m| (m.id, entry(state, m))).collect();
    let failed = |i: &&Interaction| {
        i.channel == channel && i.user == reader && i.stage == Stage::Failed && i.original.is_none()
    };
    for interaction in state.world.interactions.values().filter(failed) {
        entries.push((interaction.id, failure(state, interaction)));
    }
    entries.sort_by_key(|(id, _)| *id);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn name(state: &State, id: Id) -> &str {
    state.world.user(id).map_or("somebody", |user| user.shown())
}

/// A command that nobody answered leaves a line that only its user reads.
fn failure(state: &State, interaction: &Interaction) -> String {
    let who = name(state, interaction.user);
    let error = interaction.error.unwrap_or_default();
    let slash = interaction.kind == InteractionKind::Command && interaction.data["type"] == 1;
    let (slash, name) = (if slash { "/" } else { "" }, &interaction.name);
    format!("{who} used {slash}{name}\n  {error} (only you can see this)\n")
}

fn entry(state: &State, message: &Message) -> String {
    let mut text = String::new();
    let note = message
        .interaction
        .as_ref()
        .filter(|note| note.original.is_none());
    if let Some(note) = note.filter(|note| !note.name.is_empty()) {
        let slash = if message.kind == SLASH_ANSWER {
            "/"
        } else {
            ""
        };
        text += &format!("{} used {slash}{}\n", name(state, note.user), note.name);
    }
    let mut lines = Vec::new();
    if message.loading() {
        let failed = message.interaction.as_ref().and_then(|note| {
            state
                .world
                .interactions
                .get(&note.id)
                .and_then(|interaction| interaction.error)
        });
        lines.push(failed.unwrap_or("thinking…").to_owned());
    }
    lines.extend(message.content.lines().map(str::to_owned));
    for embed in &message.embeds {
        embed_lines(embed, &mut lines);
    }
    for attachment in &message.attachments {
        lines.push(format!("[file {}]", attachment.filename));
    }
    component_lines(&message.components, &mut lines);
    if !message.reactions.is_empty() {
        let shown = message
            .reactions
            .iter()
            .map(|r| format!("{} {}", r.name, r.users.len()));
        lines.push(shown.collect::<Vec<_>>().join("  "));
    }
    let mut notes = Vec::new();
    if message.edited.is_some() {
        notes.push("(edited)");
    }
    if message.flags & flags::EPHEMERAL != 0 {
        notes.push("(only you can see this)");
    }
    if !notes.is_empty() {
        lines.push(notes.join(" "));
    }
    let webhook = message
        .webhook
        .as_ref()
        .map(|webhook| webhook.name.as_str());
    let author = webhook.unwrap_or_else(|| name(state, message.author));
    let mut lines = lines.into_iter();
    let first = lines.next().unwrap_or_default();
    text += &format!("{author}: {first}\n");
    for line in lines {
        text += &format!("  {line}\n");
    }
    text
}

fn embed_lines(embed: &Value, lines: &mut Vec<String>) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for part in [
        &embed["author"]["name"],
        &embed["title"],
        &embed["description"],
    ] {
        lines.extend(text(part).lines().map(|line| format!("| {line}")));
    }
    for field in embed["fields"].as_array().into_iter().flatten() {
        let (name, value) = (text(&field["name"]), text(&field["value"]));
        let mut values = value.lines();
        lines.push(format!("| {name}: {}", values.next().unwrap_or_default()));
        lines.extend(values.map(|line| format!("|   {line}")));
    }
    for part in [&embed["image"]["url"], &embed["thumbnail"]["url"]] {
        if part.is_string() {
            lines.push("| [image]".to_owned());
        }
    }
    lines.extend(
        text(&embed["footer"]["text"])
            .lines()
            .map(|line| format!("| {line}")),
    );
}

/// One line per row of buttons or select; texts as they are.
fn component_lines(components: &[Value], lines: &mut Vec<String>) {
    for component in components {
        match component["type"].as_u64() {
            Some(1) => {
                let inside = component["components"].as_array().into_iter().flatten();
                lines.push(inside.map(control).collect::<Vec<_>>().join(" "));
            }
            Some(10) => {
                let text = component["content"].as_str().unwrap_or_default();
                lines.extend(text.lines().map(str::to_owned));
            }
            Some(14) => lines.push("---".to_owned()),
            Some(12 | 13) => lines.push("[media]".to_owned()),
            _ => {
                let below = component["components"].as_array();
                component_lines(below.map(Vec::as_slice).unwrap_or_default(), lines);
                if component["accessory"].is_object() {
                    lines.push(control(&component["accessory"]));
                }
            }
        }
    }
}

fn control(component: &Value) -> String {
    let label = ["label", "placeholder", "custom_id"].iter();
    let label = label.filter_map(|key| component[*key].as_str()).next();
    let emoji = component["emoji"]["name"].as_str();
    let label = label.or(emoji).unwrap_or("image");
    let disabled = if component["disabled"] == true {
        " (disabled)"
    } else {
        ""
    };
    let arrow = if component["type"] == 2 { "" } else { " ▾" };
    format!("[{label}{arrow}{disabled}]")
}
