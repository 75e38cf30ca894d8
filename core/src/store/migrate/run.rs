//! Who migrates, what it is told on the way, and what of it goes into the deployment's log.

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use ringfence_migrations::Step;

use crate::error::Failure;
use crate::model::Progress;
use crate::store::tx::WriteTx;

/// What the runner did, for the deployment's log.
pub(crate) enum Done {
    /// A step was applied; what of it stood already.
    Applied {
        step: &'static Step,
        found: Vec<String>,
    },
    /// A step was taken back.
    TakenBack { step: &'static Step },
    /// What the runtime role may do was brought to what it must be.
    Rights {
        lacked: Vec<String>,
        exceeded: Vec<String>,
    },
    /// Keys of names were filled that another program had written.
    Names { users: u64 },
}

/// What the runner writes into the deployment's log.
pub(crate) struct Note {
    pub(crate) operator: String,
    /// The method that was called.
    pub(crate) method: &'static str,
    pub(crate) done: Done,
    pub(crate) time: Timestamp,
    pub(crate) seed: [u8; 32],
}

/// Writes the note. The runner knows nothing of the log's maths.
pub(crate) type RecordNote =
    for<'t> fn(&'t Note, &'t mut WriteTx) -> BoxFuture<'t, Result<(), Failure>>;

/// Who migrates, and how to record and report it.
pub(crate) struct Run<'a> {
    pub(crate) operator: &'a str,
    pub(crate) method: &'static str,
    pub(crate) record: RecordNote,
    pub(crate) now: &'a (dyn Fn() -> Timestamp + Sync),
    pub(crate) seed: &'a (dyn Fn() -> Result<[u8; 32], Failure> + Sync),
    pub(crate) progress: &'a (dyn Fn(Progress) + Sync),
}

impl Run<'_> {
    pub(super) fn note(&self, done: Done) -> Result<Note, Failure> {
        Ok(Note {
            operator: self.operator.to_owned(),
            method: self.method,
            done,
            time: (self.now)(),
            seed: (self.seed)()?,
        })
    }
}
