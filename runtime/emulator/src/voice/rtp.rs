//! The header of a voice packet, which goes in the clear.
//! Rules: Discord's documentation, "Voice Connections", and RFC 3550.

/// The second byte of every voice packet: no marker, and Discord's payload type for Opus.
const PAYLOAD_TYPE: u8 = 0x78;

/// The bytes before the list of contributing sources.
const FIXED: usize = 12;

/// A header, and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    /// The bytes in the clear: in the `rtpsize` modes with the sources, and with the first four bytes
    /// of an extension.
    pub clear: usize,
    /// The bytes that the body of an extension takes at the start of what is encrypted.
    pub extension: usize,
}

impl Header {
    /// Reads the header of a packet. It fails with what is wrong with it.
    pub fn read(packet: &[u8]) -> Result<Self, &'static str> {
        let (Some(first), Some(fixed)) = (packet.first(), packet.get(..FIXED)) else {
            return Err("a packet is shorter than its header");
        };
        // Version 2 and no padding.
        if first & 0b1110_0000 != 0b1000_0000 {
            return Err("a packet does not begin with 0x80 or 0x90");
        }
        if fixed[1] != PAYLOAD_TYPE {
            return Err("a packet's second byte is not 0x78");
        }
        let word = |at: usize| {
            u32::from_be_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]])
        };
        let sources = FIXED + 4 * usize::from(first & 0x0f);
        let (mut clear, mut extension) = (sources, 0);
        if first & 0x10 != 0 {
            clear += 4;
            let length = packet.get(sources + 2..clear);
            let length = length.ok_or("a packet ends within its extension")?;
            extension = 4 * usize::from(u16::from_be_bytes([length[0], length[1]]));
        }
        if packet.len() < clear {
            return Err("a packet is shorter than its header");
        }
        Ok(Header {
            sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
            timestamp: word(4),
            ssrc: word(8),
            clear,
            extension,
        })
    }
}

/// Returns the answer to a request for the own address (74 bytes of type 1), if it is one, and the
/// ssrc that it names.
pub fn discovery(request: &[u8], from: std::net::SocketAddr) -> Option<(u32, [u8; 74])> {
    let request: &[u8; 74] = request.try_into().ok()?;
    if request[..4] != [0, 1, 0, 70] {
        return None;
    }
    let ssrc = [request[4], request[5], request[6], request[7]];
    let mut answer = [0; 74];
    answer[..4].copy_from_slice(&[0, 2, 0, 70]);
    answer[4..8].copy_from_slice(&ssrc);
    let address = from.ip().to_string();
    answer[8..8 + address.len()].copy_from_slice(address.as_bytes());
    answer[72..].copy_from_slice(&from.port().to_be_bytes());
    Some((u32::from_be_bytes(ssrc), answer))
}
