//! `cogbox dev` trusts the local voice server: bots reach voice by TLS alone, and songbird trusts the
//! certificates that the system has, which a variable of the environment names.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Failure;

/// The file that TLS libraries take for the system's certificates.
const VARIABLE: &str = "SSL_CERT_FILE";

/// The name of the file, in the folder of the database.
const FILE: &str = "certificates.pem";

/// Writes the certificates that the system trusts and the local voice server's into one file, and has
/// this process and what it starts trust those.
///
/// It has to be called before there are threads.
pub fn local_voice(data: &Path) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        let file = data.join(FILE);
        Failure::new(format!(
            "{}: {error}\n  fix: make the folder writable, or choose another with --data",
            file.display()
        ))
    };
    let own = cogbox_emulator::voice_authority().map_err(|error| failed(&error))?;
    // What of the system's can't be read is trusted by nobody else either.
    let system = rustls_native_certs::load_native_certs().certs;
    let bundle: String = system.iter().map(|own| pem(own)).chain([own]).collect();
    std::fs::create_dir_all(data).map_err(|error| failed(&error))?;
    let file = std::path::absolute(data.join(FILE)).map_err(|error| failed(&error))?;
    std::fs::write(&file, bundle).map_err(|error| failed(&error))?;
    // SAFETY: nobody reads the environment meanwhile, since there is no other thread yet.
    unsafe { std::env::set_var(VARIABLE, file) };
    Ok(())
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
