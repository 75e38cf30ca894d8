//! The key that credentials are sealed with: never an argument, which every process of the machine can read.

use std::env::VarError;
use std::sync::Arc;

use ringfence::SecretKey;

use crate::failure::Failure;

/// Where the key is that a database is opened with.
pub(crate) const VARIABLE: &str = "RINGFENCE_SECRET_KEY";

/// The key that the environment holds, if any.
pub(crate) fn from_environment() -> Result<Option<Arc<SecretKey>>, Failure> {
    match std::env::var(VARIABLE) {
        Ok(text) => Ok(Some(Arc::new(spelled(&text, VARIABLE)?))),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::usage(format!("{VARIABLE} is not UTF-8"))),
    }
}

/// The key that a text spells. How long it is the library looks at.
pub(crate) fn spelled(text: &str, what: &str) -> Result<SecretKey, Failure> {
    let key = SecretKey::from_hex(text);
    key.ok_or_else(|| Failure::usage(format!("{what} is not in hexadecimal digits")))
}
