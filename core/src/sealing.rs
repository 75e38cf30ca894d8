//! How the secrets of drones are sealed, and what is stored of them.
//!
//! What is stored is one JSON object, `{"sealed":{"v":1,"key":"…","nonce":"…","text":"…"}}`: the version of this form, the
//! id of the key, and XChaCha20-Poly1305's nonce and text in base64 without padding. Sealed along are the version, the
//! tenant and the drone, so that a text which is moved to another row does not open. Whatever is no such object is a
//! secret of the old platform, which it stored as it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::error::Failure;
use crate::model::{DroneId, InvalidField, SecretKey, TenantId};

/// How long a nonce is, in bytes: so long that those which are drawn by chance do not meet.
pub(crate) const NONCE_LEN: usize = 24;

const VERSION: u8 = 1;

/// Whose secret it is.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'o> {
    pub(crate) tenant: &'o TenantId,
    pub(crate) drone: &'o DroneId,
}

impl Owner<'_> {
    /// What is sealed along. Each text stands behind its length: no other two make the same bytes.
    fn bytes(self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        for text in [self.tenant.as_str(), self.drone.as_str()] {
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        bytes
    }
}

/// A secret as it is stored.
pub(crate) enum Stored<'s> {
    /// As the old platform stored it.
    Plain(&'s str),
    Sealed(Sealed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    sealed: Sealed,
}

/// A secret that is sealed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sealed {
    v: u64,
    key: String,
    nonce: String,
    text: String,
}

impl Sealed {
    /// The id of the key.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }
}

impl<'s> Stored<'s> {
    pub(crate) fn read(text: &'s str) -> Self {
        match serde_json::from_str(text) {
            Ok(Form { sealed }) => Self::Sealed(sealed),
            Err(_) => Self::Plain(text),
        }
    }
}

/// That a text does not open under its own key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DoesNotOpen;

impl From<DoesNotOpen> for Failure {
    fn from(DoesNotOpen: DoesNotOpen) -> Self {
        Self::Integrity {
            detail: "the credential does not open under the key that it was sealed with: it was changed, or moved here, or \
                     a later version of the library sealed it"
                .to_owned(),
            findings: Vec::new(),
        }
    }
}

/// A key, ready to seal and to open.
pub(crate) struct Sealer {
    id: String,
    cipher: XChaCha20Poly1305,
}

impl Sealer {
    /// By this key, which the caller gave as `field`.
    pub(crate) fn of(key: &SecretKey, field: &str) -> Result<Self, InvalidField> {
        let cipher = XChaCha20Poly1305::new(key.checked(field)?.into());
        let id = key.id();
        Ok(Self { id, cipher })
    }

    /// The id of the key.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// What is stored of a secret. No two secrets are sealed with one nonce.
    pub(crate) fn seal(
        &self,
        owner: Owner<'_>,
        nonce: &[u8; NONCE_LEN],
        secret: &str,
    ) -> Result<String, Failure> {
        let aad = owner.bytes();
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: &aad,
        };
        let sealed = self.cipher.encrypt(XNonce::from_slice(nonce), payload);
        let sealed = sealed.map_err(|_| Failure::Internal("a secret is too long".to_owned()))?;
        Ok(format!(
            r#"{{"sealed":{{"v":{VERSION},"key":"{}","nonce":"{}","text":"{}"}}}}"#,
            self.id,
            STANDARD_NO_PAD.encode(nonce),
            STANDARD_NO_PAD.encode(sealed)
        ))
    }

    /// The secret of a text that was sealed under this key.
    pub(crate) fn open(
        &self,
        owner: Owner<'_>,
        sealed: &Sealed,
    ) -> Result<Zeroizing<String>, DoesNotOpen> {
        if sealed.v != u64::from(VERSION) {
            return Err(DoesNotOpen);
        }
        let bytes = |text: &str| STANDARD_NO_PAD.decode(text).map_err(|_| DoesNotOpen);
        let nonce: [u8; NONCE_LEN] = bytes(&sealed.nonce)?.try_into().map_err(|_| DoesNotOpen)?;
        let (text, aad) = (bytes(&sealed.text)?, owner.bytes());
        let payload = Payload {
            msg: &text,
            aad: &aad,
        };
        let opened = self.cipher.decrypt(XNonce::from_slice(&nonce), payload);
        let mut opened = Zeroizing::new(opened.map_err(|_| DoesNotOpen)?);
        let secret = String::from_utf8(std::mem::take(&mut *opened));
        secret.map(Zeroizing::new).map_err(|_| DoesNotOpen)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use proptest::prelude::*;

    use super::*;

    fn sealer(seed: u8) -> Sealer {
        Sealer::of(&SecretKey::new(vec![seed; 32]), "secret_key").unwrap()
    }

    fn sealed(text: &str) -> Sealed {
        match Stored::read(text) {
            Stored::Sealed(sealed) => sealed,
            Stored::Plain(text) => panic!("{text} is not sealed"),
        }
    }

    fn opened(
        sealer: &Sealer,
        tenant: &str,
        drone: &str,
        text: &str,
    ) -> Result<String, DoesNotOpen> {
        let (tenant, drone) = (tenant.into(), drone.into());
        let owner = Owner {
            tenant: &tenant,
            drone: &drone,
        };
        sealer.open(owner, &sealed(text)).map(|it| it.to_string())
    }

    fn seal(sealer: &Sealer, tenant: &str, drone: &str, secret: &str) -> String {
        let (tenant, drone) = (tenant.into(), drone.into());
        let owner = Owner {
            tenant: &tenant,
            drone: &drone,
        };
        sealer.seal(owner, &[9; NONCE_LEN], secret).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_for_its_owner_under_its_key_and_for_nobody_else(
            secret in ".{0,200}", tenant in ".{1,40}", drone in ".{1,40}",
            others in (".{1,40}", ".{1,40}"), seed in 0_u8..255,
        ) {
            let key = sealer(seed);
            let text = seal(&key, &tenant, &drone, &secret);
            prop_assert_eq!(opened(&key, &tenant, &drone, &text), Ok(secret.clone()));
            prop_assert_eq!(opened(&sealer(seed + 1), &tenant, &drone, &text), Err(DoesNotOpen));
            let (other_tenant, other_drone) = others;
            for (tenant_id, drone_id) in [(&other_tenant, &drone), (&tenant, &other_drone), (&drone, &tenant)] {
                if (tenant_id, drone_id) != (&tenant, &drone) {
                    prop_assert_eq!(opened(&key, tenant_id, drone_id, &text), Err(DoesNotOpen));
                }
            }
        }

        #[test]
        fn a_text_that_was_changed_anywhere_opens_no_more_or_is_sealed_no_more(at in 0_usize..400, to in "[ -~]") {
            let key = sealer(1);
            let text = seal(&key, "north", "kite", r#"{"user":"pilot","password":"hunter2"}"#);
            let at = at % text.len();
            let mut changed = text.clone();
            changed.replace_range(at..=at, &to);
            if changed != text && let Stored::Sealed(sealed) = Stored::read(&changed) && sealed.key() == key.id() {
                prop_assert_eq!(opened(&key, "north", "kite", &changed), Err(DoesNotOpen));
            }
        }
    }

    #[test]
    fn the_lengths_of_the_ids_keep_them_apart() {
        let key = sealer(1);
        let text = seal(&key, "ab", "c", "{}");
        assert_eq!(opened(&key, "a", "bc", &text), Err(DoesNotOpen));
    }

    /// Kept for ever: what was sealed opens in every later version.
    #[test]
    fn a_text_that_an_earlier_version_sealed_opens() {
        let text = r#"{"sealed":{"v":1,"key":"347d4cb40f896013","nonce":"CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ","text":"iM/P/zDkAkBiH8MXNTPtbHX+UDJTJVtT+MkfCsdt"}}"#;
        let key = sealer(1);
        assert_eq!(seal(&key, "north", "kite", r#"{"pin":"1234"}"#), text);
        let pin = opened(&key, "north", "kite", text);
        assert_eq!(pin.as_deref(), Ok(r#"{"pin":"1234"}"#));
    }

    #[test]
    fn what_is_no_such_object_is_plain() {
        let whole = seal(&sealer(1), "north", "kite", "{}");
        let plain = [
            "",
            "{}",
            "s3cret",
            r#"{"sealed":true}"#,
            r#"{"sealed":{"v":1,"key":"a","nonce":"b"}}"#,
            r#"{"sealed":{"v":1,"key":"a","nonce":"b","text":"c","more":1}}"#,
            &whole.replace("}}", r#"},"pin":1}"#),
        ];
        for text in plain {
            assert!(
                matches!(Stored::read(text), Stored::Plain(same) if same == text),
                "{text}"
            );
        }
        // However it is spaced.
        assert_eq!(sealed(&whole.replace(':', " : ")).key(), sealer(1).id());
        let later = whole.replace("\"v\":1", "\"v\":2");
        assert_eq!(
            opened(&sealer(1), "north", "kite", &later),
            Err(DoesNotOpen)
        );
    }
}
