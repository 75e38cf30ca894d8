//! The batches of the hardening, and the steps that each takes.

use super::version;

/// Declares the batches, a line each: its label, and the steps that take it where they are made already.
macro_rules! batches {
    ($($(#[$doc:meta])+ $batch:ident = $label:literal $(in $first:ident $(, $second:ident, $third:ident)?)? ;)+) => {
        /// The batch of the hardening that a table belongs to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Batch {
            $($(#[$doc])+ $batch,)+
        }

        impl Batch {
            /// The name that the blueprint and the migration steps use, such as `07A-1`.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$batch => $label,)+
                }
            }

            /// The versions of its steps, in order: three where it hardens tables of the old platform, one where it
            /// makes tables of Ringfence's own, none while it is still to come.
            const fn versions(self) -> &'static [u32] {
                match self {
                    $(Self::$batch => &[$(version::$first $(, version::$second, version::$third)?)?],)+
                }
            }
        }
    };
}

batches! {
    /// Tenants, users, roles and their links.
    Identity = "07A-1" in IDENTITY_EXPAND, IDENTITY_BACKFILL, IDENTITY_ENFORCE;
    /// Drones, their credentials, missions, runs and decisions.
    CoreA = "07A-2" in CORE_A_EXPAND, CORE_A_BACKFILL, CORE_A_ENFORCE;
    /// Inspection templates and tasks.
    CoreB1 = "07A-3 B1" in TASKS_EXPAND, TASKS_BACKFILL, TASKS_ENFORCE;
    /// Observations, and the exports made of a task.
    CoreB2 = "07A-3 B2" in OBSERVATIONS_EXPAND, OBSERVATIONS_BACKFILL, OBSERVATIONS_ENFORCE;
    /// Defects and their history.
    CoreC = "07A-4" in DEFECTS_EXPAND, DEFECTS_BACKFILL, DEFECTS_ENFORCE;
    /// What the lookups of all of those need, before their own batches.
    Lookups = "07A-5" in OPEN;
    /// Incidents, alerts and the old platform's command requests.
    Links = "07A-6" in LINKS_EXPAND, LINKS_BACKFILL, LINKS_ENFORCE;
    /// Recorded decisions about anything.
    Approvals = "07A-7" in APPROVALS_EXPAND, APPROVALS_BACKFILL, APPROVALS_ENFORCE;
    /// Whom rows of all of those name: its references stand in their tables.
    UserReferences = "07A-8" in USER_REFERENCES_EXPAND, USER_REFERENCES_BACKFILL, USER_REFERENCES_ENFORCE;
    /// What the old platform wrote down about itself: its events and its request log.
    History = "07A-10" in LOGS_EXPAND, LOGS_BACKFILL, LOGS_ENFORCE;
    /// The keys of all of those, which no table belongs to by itself.
    Keys = "07A-9" in KEYS_EXPAND, KEYS_BACKFILL, KEYS_ENFORCE;
    /// Inheritance, denies, epochs and login throttles.
    Policy = "07B" in POLICY;
    /// The Merkle log.
    Log = "07C" in AUDIT_LOG;
}

/// The three steps of a batch that hardens tables of the old platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Steps {
    /// Adds columns, keys and indexes.
    pub(super) expand: u32,
    /// Guards, references and row-level security hold.
    pub(super) enforce: u32,
}

impl Batch {
    /// The steps of a batch that hardens tables of the old platform, once they are made.
    pub(super) fn steps(self) -> Option<Steps> {
        match *self.versions() {
            [expand, _, enforce] => Some(Steps { expand, enforce }),
            _ => None,
        }
    }

    /// The step that lets the runtime role at tables of the old platform: the one that hardens them, or the one that
    /// opens them to lookups before. The old platform's logs are opened with their own batch.
    pub(super) fn opened(self) -> Option<u32> {
        let hardened = self.steps().map(|steps| steps.enforce);
        match self {
            Self::History => hardened,
            _ => Some(hardened.unwrap_or(version::OPEN).min(version::OPEN)),
        }
    }

    /// The one step of a batch that makes tables of Ringfence's own.
    pub(super) fn made(self) -> u32 {
        self.versions()
            .first()
            .copied()
            .unwrap_or(version::BASELINE)
    }
}
