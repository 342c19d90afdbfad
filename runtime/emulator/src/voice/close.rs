//! The voice gateway's close codes.

/// Why the voice server closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    UnknownOpcode,
    DecodeError,
    NotAuthenticated,
    AuthenticationFailed,
    AlreadyAuthenticated,
    SessionInvalid,
    SessionTimeout,
    ServerNotFound,
    UnknownProtocol,
    Disconnected,
    UnknownMode,
    DaveRequired,
    /// A message that has its opcode and not what belongs to it, told in a sentence.
    BadRequest(&'static str),
    CallTerminated,
    /// Any other code, closed with on purpose.
    Other(u16),
    /// The local Discord stops.
    Stopping,
}

impl Close {
    /// Returns the code and the reason sent with it.
    pub fn frame(self) -> (u16, &'static str) {
        match self {
            Close::UnknownOpcode => (4001, "Unknown opcode."),
            Close::DecodeError => (4002, "Failed to decode payload."),
            Close::NotAuthenticated => (4003, "Not authenticated."),
            Close::AuthenticationFailed => (4004, "Authentication failed."),
            Close::AlreadyAuthenticated => (4005, "Already authenticated."),
            Close::SessionInvalid => (4006, "Session is no longer valid."),
            Close::SessionTimeout => (4009, "Session timeout."),
            Close::ServerNotFound => (4011, "Server not found."),
            Close::UnknownProtocol => (4012, "Unknown protocol."),
            Close::Disconnected => (4014, "Disconnected."),
            Close::UnknownMode => (4016, "Unknown encryption mode."),
            Close::DaveRequired => (4017, "E2EE/DAVE protocol required."),
            Close::BadRequest(reason) => (4020, reason),
            Close::CallTerminated => (4022, "Disconnected: call terminated."),
            Close::Other(code) => (code, "Asked to close."),
            Close::Stopping => (1001, "The local Discord stops."),
        }
    }
}

/// Tells whether a client may resume after the server closed with this code.
pub fn may_resume(code: u16) -> bool {
    matches!(code, 1001 | 4009 | 4015)
}
