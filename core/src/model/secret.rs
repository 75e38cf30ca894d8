//! Secrets: the key that credentials are sealed with, and what comes out of a seal. Neither shows itself by being
//! printed, compared or serialised.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::DroneId;
use super::hex::{hex, unhex};
use super::text::InvalidField;

/// How long a key is, in bytes.
pub(crate) const KEY_LEN: usize = 32;

/// What a secret looks like where it is shown.
const UNSEEN: &str = "…";

/// The key that drones' credentials are sealed with: 32 random bytes, which the host keeps and Ringfence never stores.
///
/// Any bytes can be made into one; a method that takes it refuses what is not 32 bytes long. Configuration may hold it
/// as text, in 64 hexadecimal digits; it is written nowhere.
///
/// ```
/// use ringfence::{OpenOptions, SecretKey};
///
/// let key = SecretKey::new(vec![7; 32]);
/// let options = OpenOptions { secret_key: Some(key.into()), ..OpenOptions::default() };
/// assert!(!format!("{options:?}").contains('7'));
/// ```
#[derive(Clone)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct SecretKey(Zeroizing<Vec<u8>>);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl SecretKey {
    /// A key of these bytes.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl SecretKey {
    /// The key that a text spells in hexadecimal digits, of either case; `None` where it is no such text.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        unhex(text).map(Self::new)
    }

    /// The key, or what is wrong with it, naming `field`.
    pub(crate) fn checked(&self, field: &str) -> Result<&[u8; KEY_LEN], InvalidField> {
        let bytes = self.0.as_slice().try_into();
        bytes.map_err(|_| InvalidField::new(field, format_args!("is not {KEY_LEN} bytes long")))
    }

    /// What the key is called where what it sealed is kept: of the key itself it says nothing.
    pub(crate) fn id(&self) -> String {
        hex(self.digest().get(..8).unwrap_or_default())
    }

    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"ringfence: the id of a secret key, version 1\0");
        hash.update(self.0.as_slice());
        hash.finalize().into()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({UNSEEN})")
    }
}

/// By their digests, so that how long it takes says nothing of the bytes.
impl PartialEq for SecretKey {
    fn eq(&self, other: &Self) -> bool {
        self.digest() == other.digest()
    }
}

impl Eq for SecretKey {}

/// Of configuration that holds it in hexadecimal digits.
pub(crate) fn from_configuration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Arc<SecretKey>>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.map(Zeroizing::new);
    let key = text.map(|text| {
        let key = SecretKey::from_hex(&text).map(Arc::new);
        key.ok_or_else(|| serde::de::Error::custom("secret_key is not in hexadecimal digits"))
    });
    key.transpose()
}

/// A JSON object that is secret: it shows itself only to who asks for it.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
#[cfg_attr(feature = "python", pyo3::pyclass(module = "ringfence", frozen, eq))]
pub struct SecretJson(Zeroizing<String>);

impl SecretJson {
    pub(crate) fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The text, byte for byte as it was set.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// What Kotlin and Swift ask it, whose texts are theirs to keep.
#[cfg(feature = "uniffi")]
#[uniffi::export]
impl SecretJson {
    /// The text, byte for byte as it was set.
    #[uniffi::method(name = "expose")]
    fn exported_expose(&self) -> String {
        self.expose().to_owned()
    }
}

impl fmt::Debug for SecretJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretJson({UNSEEN})")
    }
}

/// What a drone is spoken to with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(feature = "python", pyo3::pyclass(module = "ringfence", frozen, eq))]
pub struct Credential {
    /// The drone.
    pub drone_id: DroneId,
    /// The secret, as the host describes it. Serialised it is a mark in its place.
    #[serde(serialize_with = "unseen")]
    pub secret: Arc<SecretJson>,
    /// When the drone was given its first credential, which this one may have replaced.
    pub created_at: Timestamp,
}

fn unseen<S: Serializer>(_: &Arc<SecretJson>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(UNSEEN)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn neither_a_key_nor_a_secret_shows_itself() {
        let key = SecretKey::new(b"canary canary canary canary cana".to_vec());
        assert_eq!(format!("{key:?}"), "SecretKey(…)");
        assert!(!key.id().contains("canary") && key.id().len() == 16);
        let credential = Credential {
            drone_id: "d".into(),
            secret: Arc::new(SecretJson::new(Zeroizing::new("canary".to_owned()))),
            created_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(credential.secret.expose(), "canary");
        let shown = [
            format!("{credential:?}"),
            format!("{credential:#?}"),
            serde_json::to_string(&credential).unwrap(),
        ];
        assert!(
            shown
                .iter()
                .all(|it| it.contains('…') && !it.contains("canary")),
            "{shown:?}"
        );
    }

    #[test]
    fn a_key_of_another_length_is_refused_by_the_name_of_its_field() {
        for length in [0, 31, 33, 64] {
            let refused = SecretKey::new(vec![0; length]).checked("old").unwrap_err();
            assert_eq!(refused.to_string(), "old is not 32 bytes long");
        }
        let digits = "0123456789abcdefABCDEF0123456789".repeat(2);
        assert!(SecretKey::from_hex(&digits).unwrap().checked("old").is_ok());
        for text in ["0", "0x", "zz", "é", "00 11", "+1"] {
            assert_eq!(SecretKey::from_hex(text), None, "{text}");
        }
    }

    #[test]
    fn two_keys_are_equal_where_their_bytes_are() {
        let [one, other] = [SecretKey::new(vec![1; 32]), SecretKey::new(vec![2; 32])];
        assert_eq!(one, one.clone());
        assert_ne!(one, other);
        assert_ne!(one.id(), other.id());
    }
}
