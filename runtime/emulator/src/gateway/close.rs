//! The gateway's close codes, and what they mean for the session.

/// Why the server closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    UnknownError,
    UnknownOpcode,
    DecodeError,
    NotAuthenticated,
    AuthenticationFailed,
    AlreadyAuthenticated,
    InvalidSequence,
    RateLimited,
    InvalidShard,
    ShardingRequired,
    InvalidVersion,
    InvalidIntents,
    DisallowedIntents,
}

impl Close {
    /// Returns the code and the reason sent with it.
    pub fn frame(self) -> (u16, &'static str) {
        match self {
            Close::UnknownError => (4000, "Unknown error."),
            Close::UnknownOpcode => (4001, "Unknown opcode."),
            Close::DecodeError => (4002, "Error while decoding payload."),
            Close::NotAuthenticated => (4003, "Not authenticated."),
            Close::AuthenticationFailed => (4004, "Authentication failed."),
            Close::AlreadyAuthenticated => (4005, "Already authenticated."),
            Close::InvalidSequence => (4007, "Invalid sequence."),
            Close::RateLimited => (4008, "Rate limited."),
            Close::InvalidShard => (4010, "Invalid shard."),
            Close::ShardingRequired => (4011, "Sharding required."),
            Close::InvalidVersion => (4012, "Invalid API version."),
            Close::InvalidIntents => (4013, "Invalid intent(s)."),
            Close::DisallowedIntents => (4014, "Disallowed intent(s)."),
        }
    }
}

/// Tells whether a session is gone for good when the server closed with this code.
pub fn ends_session(code: u16) -> bool {
    matches!(code, 4004 | 4007 | 4009 | 4010..=4014)
}
