//! Passwords: how they are hashed, and what of them is stored.
//!
//! A user of the old platform has its hash in `password_hash`. Ringfence's own stands beside it in
//! `password_argon2`, with `password_source`, the digest of the `password_hash` that it belongs to: when
//! the old platform sets another password, the two no longer agree and the Argon2id hash is void.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::database::Database;
use crate::error::Failure;
use crate::model::hex::hex;
use crate::store::Value;

/// 19 MiB, two passes, one lane: the second of the equally strong settings in OWASP's Password Storage
/// Cheat Sheet (read in 2025), the one that a phone can afford as well.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What stands in `password_hash` where the old platform knows no password: none of its digests, which
/// are 64 hexadecimal digits, equals it.
const NO_LEGACY_HASH: &str = "!";

/// What a login is verified against that has no hash of its own, so that it costs the same. No password
/// is accepted for it.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cmluZ2ZlbmNlIGR1bW15IQ$ord8arFv+9zEFbTHmXDjNLZltiFN5XE2exm8e6rBgYY";

/// A password as it is stored: of one that was set through Ringfence, or of none.
#[derive(Clone)]
pub(crate) struct StoredPassword {
    /// The PHC string; `None` for a user who cannot log in.
    argon2: Option<String>,
}

impl StoredPassword {
    /// Whether there is one.
    pub(crate) fn is_some(&self) -> bool {
        self.argon2.is_some()
    }

    /// The values of `password_hash`, `password_argon2` and `password_source`. The old platform's hash
    /// goes: a password that was replaced must not open the other door.
    pub(crate) fn columns(&self) -> [Value<'static>; 3] {
        let source = self.argon2.as_ref().map(|_| digest(NO_LEGACY_HASH));
        [
            Value::from(NO_LEGACY_HASH),
            Value::from(self.argon2.clone()),
            Value::from(source),
        ]
    }
}

/// What a user has to log in with.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credential {
    pub(crate) password_hash: String,
    pub(crate) argon2: Option<String>,
    pub(crate) source: Option<String>,
}

impl Credential {
    /// The PHC string, unless there is none or the old platform has set another password since.
    pub(crate) fn valid(&self) -> Option<&str> {
        let source = self.source.as_deref()?;
        self.argon2
            .as_deref()
            .filter(|_| source == digest(&self.password_hash))
    }
}

/// The hex SHA-256 of a text.
pub(crate) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

impl Database {
    /// Hashes a password that is set, off the async threads.
    pub(crate) async fn store_password(
        &self,
        password: Option<String>,
    ) -> Result<StoredPassword, Failure> {
        let Some(password) = password.map(Zeroizing::new) else {
            return Ok(StoredPassword { argon2: None });
        };
        let salt = self.environment.random::<16>()?;
        let hashed = self.hashing(move || hash(&password, &salt)).await??;
        Ok(StoredPassword {
            argon2: Some(hashed),
        })
    }

    /// Whether a password is the one that was hashed. Costs one Argon2id whatever it is compared with.
    pub(crate) async fn verify_password(
        &self,
        password: Zeroizing<String>,
        hashed: Option<String>,
    ) -> Result<bool, Failure> {
        self.hashing(move || verify(&password, hashed.as_deref()))
            .await
    }

    /// Runs one hashing, on a thread of its own, as soon as few enough others run. It keeps its place to
    /// the end even when the caller has gone.
    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let place = self
            .hashing_places()?
            .acquire_owned()
            .await
            .map_err(|_| Failure::Internal("hashing has ended".to_owned()))?;
        self.off_thread(move || {
            let done = work();
            drop(place);
            done
        })
        .await
    }
}

fn hasher() -> Result<Argon2<'static>, Failure> {
    let parameters = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| Failure::Internal(format!("Argon2id's parameters: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

fn hash(password: &str, salt: &[u8]) -> Result<String, Failure> {
    let failed = |error| Failure::Internal(format!("hashing a password: {error}"));
    let salt = SaltString::encode_b64(salt).map_err(failed)?;
    let hashed = hasher()?
        .hash_password(password.as_bytes(), &salt)
        .map_err(failed)?;
    Ok(hashed.to_string())
}

fn verify(password: &str, hashed: Option<&str>) -> bool {
    let stored = hashed.and_then(|text| PasswordHash::new(text).ok());
    let real = stored.is_some();
    let Some(against) = stored.or_else(|| PasswordHash::new(DUMMY).ok()) else {
        return false;
    };
    // The parameters are those of the hash, so that older ones stay valid.
    let same = Argon2::default().verify_password(password.as_bytes(), &against);
    same.is_ok() && real
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_password_is_verified_against_its_own_hash_only() {
        let hashed = hash("correct horse", &[7; 16]).unwrap();
        assert!(
            hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hashed}"
        );
        assert!(verify("correct horse", Some(&hashed)));
        assert!(!verify("correct horsf", Some(&hashed)));
    }

    #[test]
    fn the_dummy_costs_what_a_password_costs_and_accepts_none() {
        let dummy = PasswordHash::new(DUMMY).unwrap();
        let parameters = Params::try_from(&dummy).unwrap();
        assert_eq!(
            (
                parameters.m_cost(),
                parameters.t_cost(),
                parameters.p_cost()
            ),
            (MEMORY_KIB, PASSES, LANES)
        );
        assert_eq!(dummy.hash.unwrap().len(), Params::DEFAULT_OUTPUT_LEN);
        assert!(!verify("no password", None));
        assert!(!verify("no password", Some("not a hash")));
    }

    #[test]
    fn a_hash_is_void_once_the_old_platform_has_set_another_password() {
        let credential = |password_hash: &str| Credential {
            password_hash: password_hash.to_owned(),
            argon2: Some("phc".to_owned()),
            source: Some(digest("first")),
        };
        assert_eq!(credential("first").valid(), Some("phc"));
        assert_eq!(credential("second").valid(), None);
        let unsourced = Credential {
            source: None,
            ..credential("first")
        };
        assert_eq!(unsourced.valid(), None);
    }
}
