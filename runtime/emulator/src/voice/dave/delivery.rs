//! The part of DAVE that delivers: it proposes who comes and goes, and is no member itself.
//! Rules: the DAVE protocol, "MLS Proposals" and "Validation"; RFC 9420.

use openmls::prelude::tls_codec::{
    Deserialize as _, DeserializeBytes as _, Serialize as _, VLBytes,
};
use openmls::prelude::*;
use openmls_basic_credential::SignatureKeyPair;
use openmls_rust_crypto::OpenMlsRustCrypto;

use crate::snowflake::Id;

/// The one ciphersuite of version 1.
const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256;

/// The first byte of op 27, which says that proposals are added.
const APPEND: u8 = 0;

/// What an MLS library can fail with here is its own doing, and told in a line of the log.
pub type Failed = String;

/// The external sender of a group, with the key that it signs proposals with.
pub struct Delivery {
    signer: SignatureKeyPair,
    provider: OpenMlsRustCrypto,
    sender: Vec<u8>,
    group: GroupId,
}

/// What op 28 brings: a commit, and a welcome for those who are added.
pub struct Committed {
    pub commit: Vec<u8>,
    /// Empty when nobody is added.
    pub welcome: Vec<u8>,
    pub epoch: u64,
}

impl Delivery {
    /// Makes one for the group of a channel.
    pub fn new(channel: Id) -> Result<Self, Failed> {
        let signer = SignatureKeyPair::new(SUITE.signature_algorithm()).map_err(told)?;
        let credential = BasicCredential::new(b"local-discord".to_vec());
        let sender = ExternalSender::new(signer.public().into(), credential.into());
        Ok(Delivery {
            sender: sender.tls_serialize_detached().map_err(told)?,
            provider: OpenMlsRustCrypto::default(),
            group: GroupId::from_slice(&channel.0.to_be_bytes()),
            signer,
        })
    }

    /// Returns who it is, the body of op 25.
    pub fn sender(&self) -> &[u8] {
        &self.sender
    }

    /// Tells what is wrong with a key package of a user, the body of op 26.
    pub fn judge(&self, package: &[u8], user: Id) -> Result<(), &'static str> {
        let package = self.read(package)?;
        if package.ciphersuite() != SUITE {
            return Err("The key package is of another ciphersuite than 2.");
        }
        let credential = package.leaf_node().credential();
        if credential.credential_type() != CredentialType::Basic
            || credential.serialized_content() != user.0.to_be_bytes()
        {
            return Err("The key package's credential is not the big-endian user id.");
        }
        let life = package.life_time();
        if (life.not_before(), life.not_after()) != (0, u64::MAX) {
            return Err("The key package's lifetime is not from 0 to 2^64-1.");
        }
        Ok(())
    }

    /// Proposes to add the owner of a key package.
    pub fn add(&self, package: &[u8], epoch: u64) -> Result<Vec<u8>, Failed> {
        let package = self.read(package).map_err(str::to_owned)?;
        let proposed = ExternalProposal::new_add::<OpenMlsRustCrypto>(
            package,
            self.group.clone(),
            epoch.into(),
            &self.signer,
            SenderExtensionIndex::new(0),
        );
        let proposed = proposed.map_err(told)?;
        proposed.tls_serialize_detached().map_err(told)
    }

    /// Proposes to remove the member of a leaf.
    pub fn remove(&self, leaf: u32, epoch: u64) -> Result<Vec<u8>, Failed> {
        let proposed = ExternalProposal::new_remove::<OpenMlsRustCrypto>(
            LeafNodeIndex::new(leaf),
            self.group.clone(),
            epoch.into(),
            &self.signer,
            SenderExtensionIndex::new(0),
        );
        let proposed = proposed.map_err(told)?;
        proposed.tls_serialize_detached().map_err(told)
    }

    /// Takes op 28 apart: its two messages follow each other without a length between them.
    pub fn take_apart(&self, body: &[u8]) -> Result<Committed, &'static str> {
        let mut rest = body;
        let message = MlsMessageIn::tls_deserialize(&mut rest);
        let message = message.map_err(|_| "op 28 does not begin with an MLS message")?;
        let message = message.try_into_protocol_message();
        let message = message.map_err(|_| "op 28 does not begin with a public message")?;
        if message.content_type() != ContentType::Commit {
            return Err("op 28 does not begin with a commit");
        }
        if *message.group_id() != self.group {
            return Err("a commit is of another group");
        }
        let (commit, welcome) = body.split_at(body.len() - rest.len());
        Ok(Committed {
            commit: commit.to_vec(),
            welcome: welcome.to_vec(),
            epoch: message.epoch().as_u64(),
        })
    }

    fn read(&self, package: &[u8]) -> Result<KeyPackage, &'static str> {
        let package = KeyPackageIn::tls_deserialize_exact_bytes(package)
            .map_err(|_| "The key package can't be read.")?;
        package
            .validate(self.provider.crypto(), ProtocolVersion::Mls10)
            .map_err(|_| "The key package's signature is wrong, or it is no MLS 1.0.")
    }
}

/// Makes the body of op 27 of proposals.
pub fn append(proposals: &[Vec<u8>]) -> Result<Vec<u8>, Failed> {
    let all = VLBytes::new(proposals.concat());
    let mut body = vec![APPEND];
    body.extend(all.tls_serialize_detached().map_err(told)?);
    Ok(body)
}

fn told(error: impl std::fmt::Debug) -> Failed {
    format!("{error:?}")
}
