//! What the voice server sends: JSON and binary messages, numbered from version 8 on.
//! Rules: Discord's documentation, "Voice Gateway", "Buffered Resume" and "DAVE".

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::close::Close;

/// The first version in which messages are numbered, and the lowest and the highest that are served.
pub const NUMBERED: u8 = 8;
pub const VERSIONS: std::ops::RangeInclusive<u8> = 4..=8;

/// The messages kept for a resume.
const KEPT: usize = 512;

/// A message before it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// An opcode and its data.
    Json(u8, Value),
    /// An opcode and its bytes.
    Binary(u8, Vec<u8>),
}

/// What goes over the socket.
#[derive(Clone, Debug)]
pub enum Frame {
    Text(String),
    Binary(Vec<u8>),
    Close(Close),
}

/// Writes messages for one session, and keeps those that a resume sends again.
pub struct Writer {
    version: u8,
    /// The number of the newest message.
    number: u16,
    kept: VecDeque<(u16, Frame)>,
}

impl Writer {
    pub fn new(version: u8) -> Self {
        Writer {
            version,
            number: 0,
            kept: VecDeque::new(),
        }
    }

    /// Writes a message.
    pub fn write(&mut self, message: Message) -> Frame {
        let resent = match &message {
            Message::Json(op, _) => !matches!(op, 2 | 4 | 6 | 8 | 9),
            Message::Binary(..) => true,
        };
        let numbered = self.version >= NUMBERED && resent;
        if numbered {
            self.number = self.number.wrapping_add(1);
        }
        let frame = match message {
            Message::Json(op, data) => {
                let mut payload = json!({"op": op, "d": data});
                if numbered {
                    payload["seq"] = self.number.into();
                }
                Frame::Text(payload.to_string())
            }
            Message::Binary(op, data) => {
                let number = self.number.to_be_bytes();
                let number = if numbered { &number[..] } else { &[] };
                Frame::Binary([number, &[op], &data].concat())
            }
        };
        if numbered {
            self.kept.push_back((self.number, frame.clone()));
            if self.kept.len() > KEPT {
                self.kept.pop_front();
            }
        }
        frame
    }

    /// Returns what came after the message with a number, -1 for none; None when that is not kept
    /// any more, or was never sent.
    pub fn after(&self, number: i64) -> Option<Vec<Frame>> {
        if self.version < NUMBERED {
            return Some(Vec::new());
        }
        // Numbers begin again at 0 after 65535.
        let number = u16::try_from(number).unwrap_or(0);
        let missed = self.number.wrapping_sub(number);
        let from = self.kept.len().checked_sub(usize::from(missed))?;
        Some(
            self.kept
                .range(from..)
                .map(|(_, frame)| frame.clone())
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(writer: &mut Writer, times: usize) {
        for _ in 0..times {
            writer.write(Message::Binary(27, vec![]));
        }
    }

    fn after(writer: &Writer, number: i64) -> Option<usize> {
        writer.after(number).map(|frames| frames.len())
    }

    #[test]
    fn numbers_wrap_at_16_bits_and_what_is_not_kept_can_t_be_resumed() {
        let mut writer = Writer::new(8);
        sent(&mut writer, 3);
        assert_eq!(after(&writer, -1), Some(3));
        assert_eq!(after(&writer, 1), Some(2));
        assert_eq!(after(&writer, 3), Some(0));
        assert_eq!(after(&writer, 4), None);
        sent(&mut writer, 65_535);
        assert_eq!(after(&writer, 65_535), Some(3));
        assert_eq!(after(&writer, 2), Some(0));
        assert_eq!(after(&writer, 1_000), None);
    }

    #[test]
    fn before_version_8_nothing_is_numbered() {
        let mut writer = Writer::new(4);
        let Frame::Binary(bytes) = writer.write(Message::Binary(25, vec![7])) else {
            panic!()
        };
        assert_eq!(bytes, [25, 7]);
        let mut writer = Writer::new(8);
        let Frame::Binary(bytes) = writer.write(Message::Binary(25, vec![7])) else {
            panic!()
        };
        assert_eq!(bytes, [0, 1, 25, 7]);
    }
}
