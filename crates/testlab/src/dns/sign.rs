//! Keys and signatures: ECDSA P-256 (RFC 6605), one key a zone that signs everything in it.
//!
//! Signatures are good from a day ago for 30 days, unless they are to be expired; a wrong one differs from a right one in
//! a single bit.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hickory_proto::dnssec::crypto::EcdsaSigningKey;
use hickory_proto::dnssec::rdata::{DNSKEY, DNSSECRData, DS, RRSIG, SigInput};
use hickory_proto::dnssec::{Algorithm, DigestType, SigningKey, TBS};
use hickory_proto::rr::{DNSClass, Name, RData, Record};

const ALGORITHM: Algorithm = Algorithm::ECDSAP256SHA256;
const DAY: u32 = 24 * 60 * 60;

/// How well a set is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quality {
    Right,
    Broken,
    Expired,
}

/// A zone's key.
pub(super) struct Key {
    key: EcdsaSigningKey,
    pub(super) dnskey: DNSKEY,
    tag: u16,
}

impl Key {
    pub(super) fn new() -> Result<Self, String> {
        let pkcs8 = EcdsaSigningKey::generate_pkcs8(ALGORITHM).map_err(|error| error.to_string())?;
        let key = EcdsaSigningKey::from_pkcs8(&pkcs8, ALGORITHM).map_err(|error| error.to_string())?;
        let dnskey = DNSKEY::from_key(&key.to_public_key().map_err(|error| error.to_string())?);
        let tag = dnskey.calculate_key_tag().map_err(|error| error.to_string())?;
        Ok(Self { key, dnskey, tag })
    }

    /// The DS that its parent holds (RFC 4034 §5).
    pub(super) fn ds(&self, origin: &Name) -> Result<DS, String> {
        let digest = self.dnskey.to_digest(origin, DigestType::SHA256).map_err(|error| error.to_string())?;
        Ok(DS::new(self.tag, ALGORITHM, DigestType::SHA256, digest.as_ref().to_vec()))
    }

    /// The signature over a set, as `origin`'s.
    pub(super) fn sign(&self, origin: &Name, set: &[Record], quality: Quality) -> Result<Record, String> {
        let first = set.first().ok_or("an empty set")?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
        // RFC 4034 §3.1.5: these times wrap; nothing here lives that long.
        let now = u32::try_from(now % (1 << 32)).unwrap_or_default();
        let (inception, expiration) = match quality {
            Quality::Expired => (now.wrapping_sub(30 * DAY), now.wrapping_sub(3 * DAY)),
            Quality::Right | Quality::Broken => (now.wrapping_sub(DAY), now.wrapping_add(30 * DAY)),
        };
        let input = SigInput {
            type_covered: first.record_type(),
            algorithm: ALGORITHM,
            num_labels: first.name.num_labels(),
            original_ttl: first.ttl,
            sig_expiration: expiration.into(),
            sig_inception: inception.into(),
            key_tag: self.tag,
            signer_name: origin.clone(),
        };
        let tbs = TBS::from_input(&first.name, DNSClass::IN, &input, set.iter()).map_err(|error| error.to_string())?;
        let mut signature = self.key.sign(&tbs).map_err(|error| error.to_string())?;
        if quality == Quality::Broken
            && let Some(octet) = signature.last_mut()
        {
            *octet ^= 1;
        }
        let rrsig = RData::DNSSEC(DNSSECRData::RRSIG(RRSIG::from_sig(input, signature)));
        Ok(Record::from_rdata(first.name.clone(), first.ttl, rrsig))
    }
}
