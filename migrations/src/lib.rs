//! The numbered schema steps of Ringfence, as texts for SQLite and Postgres.
//!
//! This crate holds data and names no driver: [`STEPS`] lists every step in order, each with the text
//! that takes it and the text that takes it back on both engines. A step has the same number and name on
//! both. The runner that executes them, in transactions of its own and with its checks around them,
//! stands in the store of `ringfence`; the texts therefore hold neither `BEGIN` nor `COMMIT`.
//!
//! ```
//! let first = ringfence_migrations::STEPS.first().unwrap();
//! assert_eq!(first.name, "legacy_baseline");
//! assert!(first.sqlite.up.contains("CREATE TABLE tenants"));
//! assert!(first.sqlite.down.contains("DROP TABLE tenants"));
//! ```

mod lossy;

/// One numbered step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Its place in the order, from 1 without a gap: the version that the database has afterwards.
    pub version: u32,
    /// Its name in the history; with the version it makes the file name `V<version>__<name>.sql`.
    pub name: &'static str,
    /// The batch of the hardening that it belongs to, such as `07A-1`.
    pub batch: &'static str,
    /// What it does to a database, and so which checks the runner makes around it.
    pub kind: Kind,
    /// Its texts for SQLite.
    pub sqlite: Texts,
    /// Its texts for Postgres.
    pub postgres: Texts,
}

/// What a step does to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Makes the tables as the legacy platform made them; a database of that platform stands here already.
    Baseline,
    /// Adds what a batch needs, in a form that the legacy platform does not notice.
    Expand,
    /// Fills what expand added; the edges of the batch are validated here.
    Backfill,
    /// Makes the database refuse what the batch forbids; the edges are validated once more before.
    Enforce,
    /// Adds tables of Ringfence's own.
    Create,
}

/// The texts of one step for one engine.
#[derive(Debug, Clone, Copy)]
pub struct Texts {
    /// Takes the step.
    pub up: &'static str,
    /// Takes it back: the schema afterwards is what it was before the step.
    pub down: &'static str,
    /// What `down` would destroy: for each kind of data its name for people, and a query that counts it in
    /// one row of one integer. The runner refuses to go down while a count is above zero.
    pub lossy: &'static [(&'static str, &'static str)],
}

macro_rules! step {
    ($version:literal, $name:literal, $batch:literal, $kind:ident, $lossy:expr) => {
        Step {
            version: $version,
            name: $name,
            batch: $batch,
            kind: Kind::$kind,
            sqlite: step!(@texts "sqlite", $version, $name, $lossy),
            postgres: step!(@texts "postgres", $version, $name, $lossy),
        }
    };
    (@texts $engine:literal, $version:literal, $name:literal, $lossy:expr) => {
        Texts {
            up: include_str!(concat!("../", $engine, "/V", $version, "__", $name, ".sql")),
            down: include_str!(concat!("../", $engine, "/rollback/V", $version, "__", $name, ".sql")),
            lossy: $lossy,
        }
    };
}

/// Every step, in order. The log comes before the batches, so that rolling a batch back never touches it.
pub const STEPS: &[Step] = &[
    step!(
        1,
        "legacy_baseline",
        "baseline",
        Baseline,
        lossy::LEGACY_BASELINE
    ),
    step!(2, "07c_audit_log", "07C", Create, lossy::AUDIT_LOG),
    step!(
        3,
        "07a1_identity_expand",
        "07A-1",
        Expand,
        lossy::IDENTITY_EXPAND
    ),
    step!(4, "07a1_identity_backfill", "07A-1", Backfill, &[]),
    step!(5, "07a1_identity_enforce", "07A-1", Enforce, &[]),
    step!(
        6,
        "07a2_core_batch_a_expand",
        "07A-2",
        Expand,
        lossy::CORE_BATCH_A_EXPAND
    ),
    step!(7, "07a2_core_batch_a_backfill", "07A-2", Backfill, &[]),
    step!(8, "07a2_core_batch_a_enforce", "07A-2", Enforce, &[]),
    step!(9, "07b_policy", "07B", Create, lossy::POLICY),
    // What it adds follows from the names.
    step!(10, "07b_names", "07B", Expand, &[]),
    // The library reads the tables from here on, and so looks at their values before.
    step!(11, "07a5_open", "07A-5", Enforce, &[]),
    step!(
        12,
        "07a3_b1_templates_tasks_expand",
        "07A-3 B1",
        Expand,
        &[]
    ),
    step!(
        13,
        "07a3_b1_templates_tasks_backfill",
        "07A-3 B1",
        Backfill,
        &[]
    ),
    step!(
        14,
        "07a3_b1_templates_tasks_enforce",
        "07A-3 B1",
        Enforce,
        &[]
    ),
    step!(15, "07a3_b2_observations_expand", "07A-3 B2", Expand, &[]),
    step!(
        16,
        "07a3_b2_observations_backfill",
        "07A-3 B2",
        Backfill,
        &[]
    ),
    step!(17, "07a3_b2_observations_enforce", "07A-3 B2", Enforce, &[]),
    step!(18, "07a4_core_batch_c_expand", "07A-4", Expand, &[]),
    step!(19, "07a4_core_batch_c_backfill", "07A-4", Backfill, &[]),
    step!(20, "07a4_core_batch_c_enforce", "07A-4", Enforce, &[]),
    step!(21, "07a6_links_expand", "07A-6", Expand, &[]),
    step!(22, "07a6_links_backfill", "07A-6", Backfill, &[]),
    step!(23, "07a6_links_enforce", "07A-6", Enforce, &[]),
    step!(24, "07a7_approvals_expand", "07A-7", Expand, &[]),
    step!(25, "07a7_approvals_backfill", "07A-7", Backfill, &[]),
    step!(26, "07a7_approvals_enforce", "07A-7", Enforce, &[]),
    step!(27, "07a8_user_references_expand", "07A-8", Expand, &[]),
    step!(28, "07a8_user_references_backfill", "07A-8", Backfill, &[]),
    step!(29, "07a8_user_references_enforce", "07A-8", Enforce, &[]),
    step!(30, "07a10_logs_expand", "07A-10", Expand, &[]),
    step!(31, "07a10_logs_backfill", "07A-10", Backfill, &[]),
    step!(32, "07a10_logs_enforce", "07A-10", Enforce, &[]),
    step!(33, "07a9_keys_expand", "07A-9", Expand, &[]),
    step!(34, "07a9_keys_backfill", "07A-9", Backfill, &[]),
    step!(35, "07a9_keys_enforce", "07A-9", Enforce, lossy::KEYS),
];

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )]

    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn sql_files(folder: &str) -> BTreeSet<String> {
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".sql"))
            .collect()
    }

    #[test]
    fn every_file_is_a_step_and_every_step_has_its_four_files() {
        let steps: BTreeSet<String> = STEPS
            .iter()
            .map(|step| format!("V{}__{}.sql", step.version, step.name))
            .collect();
        for folder in ["sqlite", "sqlite/rollback", "postgres", "postgres/rollback"] {
            assert_eq!(sql_files(folder), steps, "{folder}");
        }
    }

    #[test]
    fn versions_count_from_one_without_a_gap() {
        let versions: Vec<u32> = STEPS.iter().map(|step| step.version).collect();
        assert_eq!(
            versions,
            (1..=u32::try_from(STEPS.len()).unwrap()).collect::<Vec<_>>()
        );
    }

    /// refinery reads `^([U|V])(\d+(?:\.\d+)?)__(\w+)` from a file name and stops at a hyphen.
    #[test]
    fn names_are_what_refinery_reads_whole() {
        for step in STEPS {
            assert!(!step.name.is_empty());
            assert!(
                step.name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
                "{}",
                step.name
            );
        }
    }

    #[test]
    fn no_text_begins_or_ends_a_transaction() {
        for step in STEPS {
            for text in [
                step.sqlite.up,
                step.sqlite.down,
                step.postgres.up,
                step.postgres.down,
            ] {
                for line in text.lines() {
                    let line = line.trim().to_ascii_uppercase();
                    let verb = line.split([' ', ';']).next().unwrap_or_default();
                    assert!(
                        !matches!(verb, "COMMIT" | "ROLLBACK" | "SAVEPOINT" | "RELEASE")
                            && line != "BEGIN;"
                            && !line.starts_with("BEGIN TRANSACTION")
                            && !line.starts_with("BEGIN IMMEDIATE"),
                        "V{}: {line}",
                        step.version
                    );
                }
            }
        }
    }

    #[test]
    fn sqlite_guards_abort_and_never_roll_back() {
        for step in STEPS {
            let sql = step
                .sqlite
                .up
                .lines()
                .filter(|line| !line.starts_with("--"));
            for raise in sql.filter(|line| line.contains("RAISE(")) {
                assert!(
                    raise.contains("RAISE(ABORT, 'ringfence."),
                    "V{}: {raise}",
                    step.version
                );
            }
        }
    }
}
