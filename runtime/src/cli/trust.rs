//! `cogbox dev` trusts the local voice server: bots reach voice by TLS alone, and songbird trusts the
//! certificates that the system has, which a variable of the environment names.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Failure;

/// The file that TLS libraries take for the system's certificates.
const VARIABLE: &str = "SSL_CERT_FILE";

/// The name of the file, in the folder of the database.
const FILE: &str = "certificates.pem";

/// The certificates that the system trusts and the local voice server's, and the file that this process
/// and what it starts will look for them in.
pub struct Trust {
    file: PathBuf,
    bundle: String,
}

impl Trust {
    /// Has this process trust what will be in the file.
    ///
    /// It has to be called before there are threads.
    pub fn local_voice(data: &Path) -> Result<Self, Failure> {
        let own = cogbox_emulator::voice_authority().map_err(Failure::new)?;
        // What of the system's can't be read is trusted by nobody else either.
        let system = rustls_native_certs::load_native_certs().certs;
        let bundle = system.iter().map(|own| pem(own)).chain([own]).collect();
        let file = std::path::absolute(data.join(FILE));
        let file = file.map_err(|error| Failure::new(format!("{}: {error}", data.display())))?;
        // SAFETY: nobody reads the environment meanwhile, since there is no other thread yet.
        unsafe { std::env::set_var(VARIABLE, &file) };
        Ok(Self { file, bundle })
    }

    /// Writes the file, with its folder.
    pub fn write(&self) -> Result<(), Failure> {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        let written = crate::store::private_folder(folder);
        let written = written.and_then(|()| std::fs::write(&self.file, &self.bundle));
        written.map_err(|error| {
            Failure::new(format!(
                "{}: {error}\n  fix: make the folder writable, or choose another with --data",
                self.file.display()
            ))
        })
    }
}

/// Writes a certificate as text, in lines of 64.
fn pem(certificate: &[u8]) -> String {
    let text = STANDARD.encode(certificate);
    let mut lines = String::from("-----BEGIN CERTIFICATE-----\n");
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            lines.push('\n');
        }
        lines.push(letter);
    }
    lines + "\n-----END CERTIFICATE-----\n"
}
