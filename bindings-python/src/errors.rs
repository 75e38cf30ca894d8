//! Raising the core's errors as the exceptions that `ringfence/errors.py` declares.

use pyo3::import_exception;
use pyo3::prelude::*;
use ringfence::Error;

import_exception!(ringfence.errors, RingfenceError);
import_exception!(ringfence.errors, Invalid);
import_exception!(ringfence.errors, NotFound);
import_exception!(ringfence.errors, Forbidden);
import_exception!(ringfence.errors, Conflict);
import_exception!(ringfence.errors, StaleLease);
import_exception!(ringfence.errors, Unauthenticated);
import_exception!(ringfence.errors, Throttled);
import_exception!(ringfence.errors, Unavailable);
import_exception!(ringfence.errors, Closed);
import_exception!(ringfence.errors, Schema);
import_exception!(ringfence.errors, Integrity);
import_exception!(ringfence.errors, Internal);

/// The exception of the error's kind: what every one has, and what only that kind has.
pub(crate) fn raise(error: Error) -> PyErr {
    let common = (
        error.to_string(),
        error.code().to_owned(),
        error.status(),
        error.field().map(str::to_owned),
        error.is_retryable(),
    );
    match error {
        Error::Invalid { .. } => Invalid::new_err((common,)),
        Error::NotFound { entity } => NotFound::new_err((common, entity)),
        Error::Forbidden { permission } => Forbidden::new_err((common, permission)),
        Error::Conflict { .. } => Conflict::new_err((common,)),
        Error::StaleLease => StaleLease::new_err((common,)),
        Error::Unauthenticated => Unauthenticated::new_err((common,)),
        Error::Throttled { retry_after_ms } => Throttled::new_err((common, retry_after_ms)),
        Error::Unavailable { outcome, .. } => Unavailable::new_err((common, outcome)),
        Error::Closed => Closed::new_err((common,)),
        Error::Schema { .. } => Schema::new_err((common,)),
        Error::Integrity { findings, .. } => Integrity::new_err((common, findings)),
        Error::Internal { reference } => Internal::new_err((common, reference)),
        _ => RingfenceError::new_err((common,)),
    }
}
