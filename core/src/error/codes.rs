//! Every code that a caller can meet, once: the tables of `docs/guides/errors.md` are written from here.

use std::fmt;

use super::outcome::WorkOutcome;

/// Declares the codes of one kind of error: the text that callers see, and when they see it.
macro_rules! codes {
    ($(#[$doc:meta])+ $name:ident { $($code:ident = $text:literal : $when:literal;)+ }) => {
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum $name {
            $($code,)+
        }

        impl $name {
            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        #[cfg(test)]
        impl $name {
            /// Each code, and when a caller meets it.
            pub(super) const ALL: &'static [(Self, &'static str)] = &[$((Self::$code, $when),)+];
        }
    };
}

codes! {
    /// Why a state or a uniqueness refused a call.
    ConflictCode {
        Taken = "taken":
            "the tenant has something with this name (for tenants: the database has); the role is assigned or \
             the permission granted already; the observation has a defect";
        StaleVersion = "stale_version":
            "the row was changed since the version that the update or the decision states, or between reading \
             and writing it";
        NotWritten = "not_written":
            "something in the database, such as a trigger of the host's, kept the new row out without an \
             error";
        InUse = "in_use":
            "others still refer to what was to be deleted";
        ReferenceGone = "reference_gone":
            "what the row refers to was removed at that moment";
        IllegalTransition = "illegal_transition":
            "the state of the mission, the task, the defect, the incident or the alert does not allow it; a state that the \
             library does not know allows nothing";
        OwnMission = "own_mission":
            "the approver created the mission, or edited it last";
        ChangedSinceApproval = "changed_since_approval":
            "the mission that is to start is not what was approved: another program changed it \
             ([missions](missions.md#what-a-decision-is-about))";
        InactiveTemplate = "inactive_template":
            "the inspection template is not active: nothing new is made of it";
        NoDrone = "no_drone":
            "a mission without a drone is neither approved nor started";
        AlreadyDisabled = "already_disabled":
            "the tenant is in that state already";
        NotDisabled = "not_disabled":
            "the tenant is in that state already";
        BlockingInRuntime = "blocking_in_runtime":
            "`ringfence::blocking::wait` was called where tokio polls a future ([where it may \
             be](embedding.md#async-or-blocking))";
        LastAdmin = "last_admin":
            "the tenant would be left without an admin ([permissions](permissions.md#the-last-admin))";
        HasAdmin = "has_admin":
            "the tenant has an admin, and is given none by an operator \
             ([permissions](permissions.md#an-administrator-again))";
        AmbiguousName = "ambiguous_name":
            "several users of the tenant have the name that was given, in different encodings: another program \
             stored them, and the integrity scan names them (`name_clash`)";
        NoAdmin = "no_admin":
            "another role of the user denies something, so that it would be no admin (likewise)";
        NoSecretKey = "no_secret_key":
            "the database was opened without `secret_key`, which credentials are sealed with \
             ([credentials](credentials.md))";
        OtherSecretKey = "other_secret_key":
            "a credential was sealed with another key than the one that the database was opened with, or than those that \
             `rekey` was given (likewise)";
    }
}

codes! {
    /// Why the database could not be had.
    UnavailableCode {
        Busy = "busy":
            "a lock or a connection was not to be had within `busy_timeout_ms`; the server cancelled the \
             statement, or has no connection left";
        Migrating = "migrating":
            "another migration of the schema went on for longer than `migration_lock_timeout_ms`; `detail` \
             says who holds the lock";
        TooLate = "too_late":
            "the call waited for its turn for longer than `busy_timeout_ms`; it was refused, not run";
        TimedOut = "timed_out":
            "the call was not done within `call_timeout_ms`: it was given up before it was committed";
        Unreachable = "unreachable":
            "no server, no answer while connecting, or the connection broke before COMMIT was sent";
        LoginRefused = "login_refused":
            "the server refused the login, or the database does not exist; not retryable";
        ReadOnly = "read_only":
            "the file or the server cannot be written; not retryable";
        TooManyOpenFiles = "too_many_open_files":
            "the process or the system has no descriptor left for another connection";
        FileReplaced = "file_replaced":
            "the SQLite file, or the log beside it, was moved, removed or replaced while it was open, the log was cut, the \
             file got another name, or something else in the process dropped the locks on it, and from then on for \
             every call; `Unknown` when it was seen behind COMMIT: what the call wrote may be in a file that nobody \
             finds; not retryable: [open it anew](embedding.md#the-file-of-an-open-database)";
        Forked = "forked":
            "this process is a child of fork of the one that opened the database; not retryable: [open it \
             after the fork](embedding.md#fork)";
        DiskFull = "disk_full":
            "SQLite or Postgres ran out of space, neighbours that shared the transaction were run again; or the disk \
             that a report is written to did";
        OutcomeUnknown = "outcome_unknown":
            "the answer to COMMIT was lost, or did not come within `call_timeout_ms`, and the database could not be \
             asked: [what to do](postgres.md#a-lost-commit)";
    }
}

codes! {
    /// Why the schema of a database does not fit.
    SchemaCode {
        OlderSchema = "older_schema":
            "opened under `Check`, or steps were taken back while it was open, by another process or through the handle \
             itself; `detail` names the missing steps";
        IncompleteSchema = "incomplete_schema":
            "opened under `Never`: a table or a column that the call needs is not there; `migrate` makes what \
             is missing";
        NewerSchema = "newer_schema":
            "a later version of the library migrated the database, before it was opened or since; it is left alone";
        DivergentHistory = "divergent_history":
            "the history names a step, or a text of one, that this library does not know";
        StepFailed = "step_failed":
            "something in the database stands in a step's way; the step was taken back whole, and the host's \
             log says what; or a host's table or view, which `detail` names, relies on a key that a step takes away, and no \
             step was taken";
        NotADatabase = "not_a_database":
            "the file is not an SQLite database";
        Damaged = "damaged":
            "SQLite cannot make sense of its own file";
        StrangeLog = "strange_log":
            "the SQLite file is not there or has nothing in it, and a log (`-wal`) with something in it lies beside: a \
             copy without its log, or a log whose file is gone ([copying](embedding.md#the-file-of-an-open-database)); \
             neither is touched";
        UnrecognisedSchema = "unrecognised_schema":
            "a database without a history is not as the old platform makes it, or has a table of Ringfence's, or on \
             SQLite something hides the rowids that a scan goes by: `detail` names table and column";
        UnknownLegacyRevision = "unknown_legacy_revision":
            "the database stands at a revision that cannot be adopted; `detail` says what is known of it";
        LossyRollback = "lossy_rollback":
            "taking the step back would lose data; `detail` says what and how many rows";
        RuntimeRoleMissing = "runtime_role_missing":
            "Postgres: the runtime role is not there, or may not be used; `migrate` settles it where the login may, \
             and `detail` holds the statements for a DBA: [rights](postgres.md#rights-compared-and-settled)";
        RuntimeRoleRights = "runtime_role_rights":
            "Postgres: the runtime role may do less or more than the catalogue says; likewise";
        NoSchema = "no_schema":
            "Postgres: the login's `search_path` leads to no schema that it may use, or to one of the server's own";
        GuardsAsleep = "guards_asleep":
            "Postgres: connections begin with another `session_replication_role` than `origin`, by a default of the login, \
             the database or the server or by the URL's `options`, so that no trigger and no foreign key would hold: \
             [defaults](postgres.md#defaults-of-the-login-and-the-server)";
        Pooler = "pooler":
            "Postgres: the URL leads to a pooler that pools by statement, or that pools by transaction and does not \
             carry prepared statements: [poolers](postgres.md#poolers)";
    }
}

impl ConflictCode {
    /// The field that it is about, as the guide says it.
    #[cfg(test)]
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Taken => "the field of the unique key",
            Self::StaleVersion => "`version`",
            Self::NoDrone => "`drone_id`",
            Self::InactiveTemplate => "`template_id`",
            _ => "",
        }
    }
}

impl UnavailableCode {
    /// Whether the work may have happened all the same, where the code alone says so.
    pub(crate) const fn outcome(self) -> WorkOutcome {
        match self {
            Self::OutcomeUnknown => WorkOutcome::Unknown,
            _ => WorkOutcome::NotDone,
        }
    }

    /// The outcomes that it comes with.
    #[cfg(test)]
    pub(super) const fn outcomes(self) -> &'static [WorkOutcome] {
        match self {
            Self::FileReplaced => &[WorkOutcome::NotDone, WorkOutcome::Unknown],
            Self::OutcomeUnknown => &[WorkOutcome::Unknown],
            _ => &[WorkOutcome::NotDone],
        }
    }

    /// Those that last until somebody changes something.
    pub(super) const LASTING: [Self; 2] = [Self::LoginRefused, Self::ReadOnly];

    /// Those after which the handle is finished, so that the same call cannot succeed later.
    pub(super) const ENDING_THE_HANDLE: [Self; 2] = [Self::FileReplaced, Self::Forked];
}
