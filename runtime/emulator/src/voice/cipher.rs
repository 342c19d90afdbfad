//! What voice packets are encrypted with on their way to the server: one of two modes.
//! Rules: Discord's documentation, "Transport Encryption Modes".

use aes_gcm::aead::{AeadInPlace, KeyInit, OsRng};
use aes_gcm::{Aes256Gcm, Nonce};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::rtp::Header;

/// The names of the modes. Every server has the second one.
pub const AES: &str = "aead_aes256_gcm_rtpsize";
pub const XCHACHA: &str = "aead_xchacha20_poly1305_rtpsize";

/// The bytes at the end of a packet: the authentication, and the counter that makes the nonce.
const TAG: usize = 16;
const COUNTER: usize = 4;

/// The least that a packet can have.
pub const SHORTEST: usize = 12 + TAG + COUNTER;

/// A mode with its key.
#[derive(Clone)]
pub struct Cipher {
    key: [u8; 32],
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Aes(Box<Aes256Gcm>),
    XChaCha(XChaCha20Poly1305),
}

impl Cipher {
    /// Makes up a key for a mode. None when there is no such mode.
    pub fn new(mode: &str) -> Option<Self> {
        let key = Aes256Gcm::generate_key(OsRng);
        let kind = match mode {
            AES => Kind::Aes(Box::new(Aes256Gcm::new(&key))),
            XCHACHA => Kind::XChaCha(XChaCha20Poly1305::new(&key)),
            _ => return None,
        };
        let key = key.into();
        Some(Cipher { key, kind })
    }

    /// Returns the key, as op 4 tells it.
    pub fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// Decrypts a packet. Returns its content without the header's extension, and its counter.
    pub fn open(&self, packet: &[u8], header: &Header) -> Result<(Vec<u8>, u32), &'static str> {
        let end = packet.len().checked_sub(TAG + COUNTER);
        let end = end.filter(|end| *end >= header.clear);
        let end = end.ok_or("a packet is too short to be encrypted")?;
        let (clear, sealed) = packet[..end].split_at(header.clear);
        let (tag, counter) = packet[end..].split_at(TAG);
        let mut content = sealed.to_vec();
        let mut nonce = [0; 24];
        nonce[..COUNTER].copy_from_slice(counter);
        let opened = match &self.kind {
            Kind::Aes(cipher) => {
                let nonce = Nonce::from_slice(&nonce[..12]);
                cipher.decrypt_in_place_detached(nonce, clear, &mut content, tag.into())
            }
            Kind::XChaCha(cipher) => {
                let nonce = XNonce::from_slice(&nonce);
                cipher.decrypt_in_place_detached(nonce, clear, &mut content, tag.into())
            }
        };
        opened.map_err(|_| "a packet can't be decrypted with the session's key")?;
        if content.len() < header.extension {
            return Err("a packet ends within its extension");
        }
        content.drain(..header.extension);
        let counter = [counter[0], counter[1], counter[2], counter[3]];
        Ok((content, u32::from_be_bytes(counter)))
    }
}
