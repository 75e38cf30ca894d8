//! Where time and chance come from.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use rand::TryRngCore;
use rand::rngs::OsRng;
use uuid::Uuid;

use crate::error::Failure;
use crate::model::time::micros;
use crate::process::OfProcess;

/// The source of time and of random bytes. A host may bring its own: a test that wants the same ids every
/// time, a device whose clock is set by its autopilot.
pub trait Source: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Fills `bytes` with random bytes, fit for salts and identities; says whether it could.
    fn fill(&self, bytes: &mut [u8]) -> bool;

    /// What the clock of a database server is taken to say, which decides on Postgres about every end time, whatever
    /// the host's own clock says: for a suite that lets time pass.
    #[cfg(feature = "testing")]
    fn server_time(&self, said: Timestamp) -> Timestamp {
        said
    }
}

/// The system's clock and its generator of random bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemSource;

impl Source for SystemSource {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn fill(&self, bytes: &mut [u8]) -> bool {
        OsRng.try_fill_bytes(bytes).is_ok()
    }
}

/// What the library draws from a [`Source`]. A host's may have locks: a child of fork, where they may be held for ever,
/// does not ask it.
#[derive(Clone)]
pub(crate) struct Environment {
    source: Arc<OfProcess<Arc<dyn Source>>>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}

impl Environment {
    pub(crate) fn new(source: Arc<dyn Source>) -> Self {
        let source = Arc::new(OfProcess::new(source));
        Self { source }
    }

    /// The time now, cut to microseconds. In a child of fork, whose call is refused in any case, it is the system's.
    pub(crate) fn now(&self) -> Timestamp {
        let source = self.source.get();
        micros(source.map_or_else(|_| SystemSource.now(), |source| source.now()))
    }

    /// The time that a database server's clock said, cut to microseconds.
    pub(crate) fn server_time(&self, said: Timestamp) -> Timestamp {
        #[cfg(feature = "testing")]
        let said = self
            .source
            .get()
            .map_or(said, |source| source.server_time(said));
        micros(said)
    }

    /// Fresh random bytes.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], Failure> {
        let mut bytes = [0; N];
        if self.source.get()?.fill(&mut bytes) {
            Ok(bytes)
        } else {
            Err(Failure::Internal(
                "no random bytes are to be had".to_owned(),
            ))
        }
    }

    /// A new id: UUIDv7 (RFC 9562, section 5.7) in lower-case dashed form.
    pub(crate) fn id<T: From<String>>(&self) -> Result<T, Failure> {
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        let random = self.random::<10>()?;
        let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        Ok(T::from(Uuid::to_string(&uuid)))
    }
}
