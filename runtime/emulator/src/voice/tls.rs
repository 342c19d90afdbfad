//! Who vouches for the voice server: bots connect to voice by `wss://` alone, so it has a certificate,
//! by an authority of its own that a bot's process has to trust.

use std::sync::{Arc, LazyLock};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// The name that the certificate is for, and that endpoints have.
pub const HOST: &str = "localhost";

/// One authority for all local Discords of a process, since a process trusts one.
static AUTHORITY: LazyLock<Result<Authority, String>> =
    LazyLock::new(|| Authority::make().map_err(|error| error.to_string()));

struct Authority {
    pem: String,
    config: Arc<ServerConfig>,
}

impl Authority {
    fn make() -> Result<Self, Box<dyn std::error::Error>> {
        let mut own = CertificateParams::new(Vec::<String>::new())?;
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let name = &mut own.distinguished_name;
        name.push(DnType::CommonName, "Local Discord");
        let own_key = KeyPair::generate()?;
        let pem = own.self_signed(&own_key)?.pem();
        let issuer = Issuer::new(own, own_key);
        let key = KeyPair::generate()?;
        let leaf = CertificateParams::new(vec![HOST.to_owned()])?.signed_by(&key, &issuer)?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key.into())?;
        let config = Arc::new(config);
        Ok(Authority { pem, config })
    }
}

/// Returns the certificate of the authority that vouches for every voice server of this process, as
/// PEM. It is made when it is first asked for, and nothing else ever holds its key.
pub fn voice_authority() -> Result<String, String> {
    AUTHORITY
        .as_ref()
        .map(|own| own.pem.clone())
        .map_err(String::clone)
}

/// Returns what takes TLS connections in.
pub fn acceptor() -> Result<TlsAcceptor, String> {
    let own = AUTHORITY.as_ref().map_err(String::clone)?;
    Ok(TlsAcceptor::from(own.config.clone()))
}
