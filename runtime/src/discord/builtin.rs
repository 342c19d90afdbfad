//! The commands that the host answers itself, without a cog.

use serde_json::{Value, json};

use crate::cog::registry::Snapshot;

/// The name of the built-in command.
pub const COGS: &str = "cogs";

/// Returns what the host declares beside the cogs' commands.
pub fn declared() -> Value {
    json!({
        "name": COGS, "type": 1, "description": "Shows the cogs of this bot and their commands",
        "contexts": [0, 1], "nsfw": false,
    })
}

/// Answers `/cogs`.
pub fn cogs(snapshot: &Snapshot) -> Value {
    let mut lines = Vec::new();
    for cog in snapshot.cogs().take(40) {
        let commands: Vec<_> = cog
            .commands
            .iter()
            .map(|c| format!("`/{}`", c.name))
            .collect();
        let version = &cog.shape.metadata.version;
        lines.push(format!(
            "**{}** {version}: {}",
            cog.name(),
            commands.join(" ")
        ));
    }
    if lines.is_empty() {
        lines.push("This bot has no cogs yet.".to_owned());
    }
    let mut content = lines.join("\n");
    if let Some((end, _)) = content.char_indices().nth(1_990) {
        content.truncate(end);
        content.push('…');
    }
    json!({ "content": content, "allowed_mentions": { "parse": [] } })
}
