//! Secrets that log in: 32 random bytes, written in 43 letters.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Sha256;

use crate::store::logins::Digest;

/// A secret that logs in. It never shows in debug output.
pub struct Secret([u8; 32]);

impl Secret {
    /// Makes one.
    pub fn fresh() -> Result<Self, String> {
        random().map(Self)
    }

    /// Reads one as it was written; spaces around it come from copying.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Returns it as it is written.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Returns what it is found by. From that nobody can tell the secret, nor how near a guess was.
    pub fn digest(&self) -> Digest {
        use sha2::Digest;
        Sha256::digest(self.0).into()
    }

    /// Returns its Argon2id hash, for what is kept for long.
    pub fn hash(&self) -> Result<String, String> {
        let salt = SaltString::encode_b64(&random::<16>()?).map_err(|error| error.to_string())?;
        let hash = Argon2::default().hash_password(&self.0, &salt);
        hash.map(|hash| hash.to_string())
            .map_err(|error| error.to_string())
    }

    /// Tells whether it has this hash, in the same time whether it does or not.
    pub fn is_hashed_as(&self, hash: &str) -> bool {
        let hash = PasswordHash::new(hash);
        hash.is_ok_and(|hash| Argon2::default().verify_password(&self.0, &hash).is_ok())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| format!("no randomness: {error}"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_hash_and_never_shown() {
        let (one, other) = (Secret::fresh().unwrap(), Secret::fresh().unwrap());
        let hash = one.hash().unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(!hash.contains(&one.reveal()) && format!("{one:?}") == "Secret(…)");
        let again = Secret::parse(&format!(" {}\n", one.reveal())).unwrap();
        assert!(again.is_hashed_as(&hash) && !other.is_hashed_as(&hash));
        assert!(!one.is_hashed_as("damaged"));
        for text in ["", "hunter2", &"A".repeat(44), &"ä".repeat(43)] {
            assert!(Secret::parse(text).is_none(), "{text}");
        }
    }
}
