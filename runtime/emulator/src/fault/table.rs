//! The faults in words, for the control API and the README: name, rules shown, what it does.

/// Every fault's name, the numbers of the rules it can show, and what it does.
pub const FAULTS: &[(&str, &str, &str)] = &[
    (
        "dispatch",
        "X1 X5 X6 X7 X9",
        "sends any dispatch to every session",
    ),
    (
        "payload",
        "X2",
        "sends any payload, for instance an unknown opcode",
    ),
    (
        "alter",
        "X3 X4 X5 X6 X7",
        "sets or takes away a field of the next dispatches of an event",
    ),
    (
        "repeat",
        "X8 A59",
        "sends the next dispatches of an event more than once",
    ),
    (
        "replay_again",
        "X8",
        "lets the next Resume replay what the client has had already",
    ),
    (
        "hold_back",
        "X9 A59",
        "sends the next dispatches of an event after the one that follows",
    ),
    (
        "lose",
        "X10 A59",
        "loses the next dispatches of an event, with or without a gap in `s`",
    ),
    (
        "sparse",
        "B36",
        "leaves optional fields without a value out of all objects",
    ),
    (
        "crowd",
        "X11",
        "fills a guild with offline people, told to nobody",
    ),
    ("guilds", "X11", "adds guilds with the bot in them"),
    (
        "intents",
        "X12",
        "switches privileged intents on or off for the application",
    ),
    ("withhold_acks", "X13", "answers no more heartbeats"),
    ("ask_heartbeat", "A09", "asks for a heartbeat (op 1)"),
    (
        "reconnect",
        "X14",
        "asks to reconnect (op 7), and closes 5 s later",
    ),
    (
        "reconnect_at_hello",
        "X14",
        "sends new connections op 7 in place of Hello",
    ),
    (
        "invalid_session",
        "X15",
        "declares sessions invalid (op 9), resumable or not",
    ),
    (
        "close",
        "X16 X17",
        "closes connections with a code or without",
    ),
    ("drop", "X16", "drops connections without a close frame"),
    (
        "lose_sessions",
        "X18",
        "drops connections and forgets their sessions",
    ),
    (
        "reset_token",
        "X19",
        "makes the token invalid: 4004 and 401 from then on",
    ),
    (
        "outage",
        "X20",
        "begins or ends an outage of a guild, a shard's guilds, or all",
    ),
    (
        "unavailable_guild",
        "X20 A29",
        "sends GUILD_CREATE with an unavailable guild",
    ),
    ("remove_bot", "X21", "removes the bot from a guild"),
    (
        "limit",
        "X22",
        "answers the next requests to a route with 429",
    ),
    (
        "ban",
        "X23",
        "answers every request with a page, as the proxy in front of Discord does",
    ),
    (
        "answer",
        "X24 X26 X27 X28 X33",
        "answers the next requests to a route in another way",
    ),
    (
        "reset",
        "X24",
        "drops the connection of the next requests to a route",
    ),
    ("hang", "X24", "answers the next requests to a route late"),
    (
        "cut",
        "X25",
        "sends only the first bytes of the next answers of a route",
    ),
    (
        "bot_permissions",
        "X26",
        "sets the permissions of the bot's own role",
    ),
    (
        "delete_message",
        "X27",
        "deletes a message behind the bot's back",
    ),
    (
        "expire_interactions",
        "X28 X30",
        "ends the time of all interactions",
    ),
    (
        "answer_elsewhere",
        "X28",
        "answers all open interactions, as a second instance would",
    ),
    ("pass_time", "X29 X30", "moves the clock on"),
    (
        "grant",
        "X31",
        "puts the application into a guild, or takes it out, without its bot",
    ),
    ("install", "X31", "installs the application to a user"),
    (
        "replace_commands",
        "X34",
        "replaces all commands, as another program would",
    ),
    (
        "attachment_limit",
        "D40",
        "sets the largest file that may be sent",
    ),
    (
        "voice_close",
        "X38",
        "closes the bot's voice connection in a guild with a code",
    ),
    (
        "voice_move",
        "X36 X37",
        "moves the bot to another voice channel, or disconnects it",
    ),
    (
        "voice_server",
        "X35",
        "changes the voice server of a call, or takes it away for now",
    ),
    (
        "voice_encryption",
        "G42",
        "lowers the version of end-to-end encryption of a call to 0, or raises it again",
    ),
    (
        "voice_modes",
        "G06",
        "sets which modes of encryption voice sessions are offered",
    ),
    (
        "voice_packets",
        "X38 X40",
        "loses voice packets, or has them come late",
    ),
    (
        "clock_skew",
        "X39",
        "shifts the clock that clients are told of",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Fault;

    #[test]
    fn every_row_is_a_fault_and_every_fault_has_a_row() {
        let known = |name: &str| {
            let read = serde_json::from_value::<Fault>(serde_json::json!({"fault": name}));
            !read.is_err_and(|error| error.to_string().starts_with("unknown variant"))
        };
        assert!(!known("no_such_fault"));
        for (name, _, _) in FAULTS {
            assert!(known(name), "{name} is in the table and no fault");
        }
        // Serde lists all names in its refusal of an unknown one.
        let all = serde_json::from_value::<Fault>(serde_json::json!({"fault": "?"}));
        let listed = all.unwrap_err().to_string().matches('`').count() / 2 - 1;
        assert_eq!(listed, FAULTS.len());
    }

    #[test]
    fn the_readme_names_every_fault() {
        let readme = include_str!("../../README.md");
        for (name, rules, _) in FAULTS {
            let row = format!("| `{name}` | {rules} |");
            assert!(readme.contains(&row), "the README has no row {row}");
        }
    }
}
