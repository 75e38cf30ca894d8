//! Passwords: how they are hashed, and what of them is stored.
//!
//! A user of the old platform has its hash in `password_hash`. Ringfence's own stands beside it in
//! `password_argon2`, with `password_source`, the digest of the `password_hash` that it belongs to: when
//! the old platform sets another password, the two no longer agree and the Argon2id hash is void.
//!
//! A password is hashed in Unicode's normalisation form C, whatever keyboard it was typed on. What was hashed before in
//! another form is recognised in that form, and hashed anew.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::database::{Database, Due, Place, Whose};
use crate::error::Failure;
use crate::model::hex::hex;
use crate::model::text;
use crate::store::{ToValue, Value};

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
    pub(crate) fn columns(&self) -> [Value<'_>; 3] {
        let source = self.argon2.as_ref().map(|_| digest(NO_LEGACY_HASH));
        [
            Value::from(NO_LEGACY_HASH),
            self.argon2.to_value(),
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

/// What came of comparing a password.
pub(crate) struct Verification {
    /// Whether it is the one that was hashed.
    pub(crate) matches: bool,
    /// Its hash with today's parameters, where it is the one and was hashed with weaker ones.
    pub(crate) stronger: Option<String>,
}

impl Verification {
    const REFUSED: Self = Self {
        matches: false,
        stronger: None,
    };
}

impl Database {
    /// Hashes a password that is set, off the async threads.
    pub(crate) async fn store_password(
        &self,
        due: Due,
        whose: Whose,
        password: Option<String>,
    ) -> Result<StoredPassword, Failure> {
        let Some(password) = password.map(Zeroizing::new) else {
            return Ok(StoredPassword { argon2: None });
        };
        let salt = self.environment.random::<16>()?;
        let place = self
            .place_for_hashing(due, &whose, 1, Duration::MAX)
            .await?;
        let hashed = self.hashing(place, move || hash(&password, &salt));
        let hashed = self.within(due, hashed).await??;
        Ok(StoredPassword {
            argon2: Some(hashed),
        })
    }

    /// Whether a password is the one that was hashed. Costs one Argon2id whatever it is compared with, two where it was
    /// not given in form C ([`comparisons`]), and one more where it is the one and has to be hashed anew. Who has a ghost's
    /// place waits for as long.
    pub(crate) async fn verify_password(
        &self,
        place: Place,
        password: Arc<Zeroizing<String>>,
        hashed: Option<String>,
    ) -> Result<Verification, Failure> {
        if let Some(until) = place.haunted_until() {
            tokio::time::sleep_until(until.into()).await;
            return Ok(Verification::REFUSED);
        }
        let salt = self.environment.random::<16>()?;
        self.hashing(place, move || verify(&password, hashed.as_deref(), &salt))
            .await?
    }

    /// Waits until few enough others hash and it is the caller's turn to do so, so many times, for no longer than this or
    /// for any other turn.
    pub(crate) async fn place_for_hashing(
        &self,
        due: Due,
        whose: &Whose,
        times: u32,
        at_most: Duration,
    ) -> Result<Place, Failure> {
        let place = self.hashing_places()?.place(whose, times)?;
        let place = self.turn(due, at_most, place).await?;
        place.map_err(|_| Failure::Internal("hashing has ended".to_owned()))?
    }

    /// Runs one hashing, on a thread of its own. It keeps its place to the end even when the caller has gone.
    async fn hashing<T: Send + 'static>(
        &self,
        place: Place,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.off_thread(move || {
            let done = work();
            place.hashed();
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
        .hash_password(composed(password).as_bytes(), &salt)
        .map_err(failed)?;
    Ok(hashed.to_string())
}

/// The password in form C, wiped behind its use.
fn composed(password: &str) -> Zeroizing<String> {
    Zeroizing::new(text::nfc(password).into_owned())
}

/// How often a password that is given so is compared.
pub(crate) fn comparisons(given: &str) -> u32 {
    if text::nfc(given) == given { 1 } else { 2 }
}

fn verify(given: &str, hashed: Option<&str>, salt: &[u8]) -> Result<Verification, Failure> {
    let password = composed(given);
    let stored = hashed.and_then(|text| PasswordHash::new(text).ok());
    // The parameters are those of the hash, so that older ones stay valid. How often it is compared depends on how it
    // was given, and on nothing that is stored.
    let compare = |against: &PasswordHash<'_>| {
        let same = |password: &str| {
            let same = Argon2::default().verify_password(password.as_bytes(), against);
            same.is_ok()
        };
        let is_composed = same(&password);
        let is_as_given = password.as_str() != given && same(given);
        (is_composed || is_as_given, is_as_given)
    };
    let Some(stored) = stored else {
        if let Ok(dummy) = PasswordHash::new(DUMMY) {
            compare(&dummy);
        }
        return Ok(Verification::REFUSED);
    };
    let (matches, is_of_another_form) = compare(&stored);
    let stronger = (matches && (is_weak(&stored) || is_of_another_form))
        .then(|| hash(&password, salt))
        .transpose()?;
    Ok(Verification { matches, stronger })
}

/// Whether a hash costs less to guess at than one that is made today: memory times passes, as far as the equally
/// strong settings go.
fn is_weak(stored: &PasswordHash<'_>) -> bool {
    let cost = |memory: u32, passes: u32| u64::from(memory) * u64::from(passes);
    let enough = Params::try_from(stored).is_ok_and(|parameters| {
        cost(parameters.m_cost(), parameters.t_cost()) >= cost(MEMORY_KIB, PASSES)
    });
    let today = stored.algorithm == Algorithm::Argon2id.ident()
        && stored.version == Some(Version::V0x13.into());
    !(today && enough)
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
        let verified = |password: &str| verify(password, Some(&hashed), &[8; 16]).unwrap();
        assert!(verified("correct horse").matches);
        assert_eq!(verified("correct horse").stronger, None);
        assert!(!verified("correct horsf").matches);
    }

    #[test]
    fn a_password_is_the_same_in_whatever_form_it_is_given_and_was_hashed() {
        let [composed, apart] = ["pass wörd", "pass wo\u{308}rd"];
        for set in [composed, apart] {
            let hashed = hash(set, &[7; 16]).unwrap();
            for given in [composed, apart] {
                let verified = verify(given, Some(&hashed), &[8; 16]).unwrap();
                assert_eq!((verified.matches, verified.stronger), (true, None));
            }
        }
        // Of a version that hashed what it was given.
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        let older = hasher().unwrap();
        let older = older.hash_password(apart.as_bytes(), &salt).unwrap();
        let older = older.to_string();
        assert!(!verify(composed, Some(&older), &[8; 16]).unwrap().matches);
        let verified = verify(apart, Some(&older), &[8; 16]).unwrap();
        assert!(verified.matches);
        let anew = verified.stronger.unwrap();
        assert!(verify(composed, Some(&anew), &[9; 16]).unwrap().matches);
    }

    #[test]
    fn a_weaker_hash_is_made_anew_when_its_password_comes() {
        let weaker = Params::new(8, 1, 1, None).unwrap();
        let with_one_pass = Params::new(30_000, 1, 1, None).unwrap();
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        let of = |algorithm: Algorithm, parameters: &Params| {
            Argon2::new(algorithm, Version::V0x13, parameters.clone())
                .hash_password(b"correct horse", &salt)
                .unwrap()
                .to_string()
        };
        let today = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap();
        for weak in [
            of(Algorithm::Argon2id, &weaker),
            of(Algorithm::Argon2id, &with_one_pass),
            of(Algorithm::Argon2i, &today),
        ] {
            let wrong = verify("correct horsf", Some(&weak), &[8; 16]).unwrap();
            assert_eq!((wrong.matches, wrong.stronger), (false, None));
            let right = verify("correct horse", Some(&weak), &[8; 16]).unwrap();
            assert!(right.matches);
            let again = verify("correct horse", right.stronger.as_deref(), &[9; 16]).unwrap();
            assert_eq!((again.matches, again.stronger), (true, None));
        }
        // Others of the equally strong settings, and stronger ones, stay.
        for parameters in [(47_104, 1), (19_456, 3)] {
            let strong = Params::new(parameters.0, parameters.1, 1, None).unwrap();
            let strong = of(Algorithm::Argon2id, &strong);
            assert!(!is_weak(&PasswordHash::new(&strong).unwrap()));
        }
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
        for hashed in [None, Some("not a hash"), Some(DUMMY)] {
            let verified = verify("no password", hashed, &[8; 16]).unwrap();
            assert_eq!((verified.matches, verified.stronger), (false, None));
        }
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
