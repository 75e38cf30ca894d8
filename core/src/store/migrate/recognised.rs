//! Whether a database without a history is one of the old platform's, and in which state.
//!
//! The live schema decides; the number that alembic left is a hint. A database has none where the platform's models made
//! the tables themselves (`create_all`).

use super::adopted;
use crate::error::{Failure, SchemaCode, SchemaMismatch};
use crate::schema::ddl::{self, Live};
use crate::schema::{self, Table, version};
use crate::store::engine::Engine;
use crate::store::statements::migration::LiveColumn;

/// The revision of the old platform whose tables are the baseline.
pub(super) const BASELINE_REVISION: &str = "202602210007";

/// What the version table holds while the library's steps are taken. Alembic finds no such revision and stops.
pub(super) const ADOPTED: &str = "adopted_by_ringfence";

/// The table in which alembic keeps its revision.
pub(super) const VERSION_TABLE: &str = "alembic_version";

/// The numbers of the revisions that are known, the last four digits of their names: the baseline, and those that harden
/// it as the batches 07A-1 to 07A-7 do.
const KNOWN: std::ops::RangeInclusive<u32> = 7..=28;

/// Who made the tables that are there.
pub(super) enum Origin {
    /// There are none yet.
    Nobody,
    /// The old platform. Its revision, where it says one.
    Platform(Option<String>),
}

/// What recognition asks of a database.
pub(super) trait Asked {
    fn engine(&self) -> Result<Engine, Failure>;
    async fn has_table(&mut self, name: &'static str) -> Result<bool, Failure>;
    /// What alembic's version table holds: no row, one, or the heads of several branches.
    async fn revisions(&mut self) -> Result<Vec<String>, Failure>;
    async fn columns(&mut self, table: &'static str) -> Result<Vec<LiveColumn>, Failure>;
    /// What keys, guards and policies would take for granted.
    async fn shapes(&mut self) -> Result<Vec<Live>, Failure>;
}

/// Who made the tables that are there; refuses what cannot be adopted.
pub(super) async fn recognise(asked: &mut impl Asked) -> Result<Origin, Failure> {
    let revision = revision(asked).await?;
    for table in schema::catalogue() {
        if table.since > version::BASELINE && asked.has_table(table.name).await? {
            return Err(unrecognised(format!(
                "the database has a table {}, which the library makes, and no history",
                table.name
            )));
        }
    }
    let mut is_empty = true;
    let (mut strange, mut difference) = (None, None);
    let engine = asked.engine()?;
    let shapes = asked.shapes().await?;
    for table in schema::catalogue() {
        strange = strange.or_else(|| misshapen(table, &shapes));
        if table.since > version::BASELINE {
            continue;
        }
        let found = asked.columns(table.name).await?;
        is_empty &= found.is_empty();
        difference = difference.or_else(|| adopted::difference(table, engine, &found));
    }
    is_empty &= strange.is_none();
    // What stands in a table's place says more than that there is no table.
    match (revision, strange.or(difference)) {
        (None, Some(_)) if is_empty => Ok(Origin::Nobody),
        (revision, None) => Ok(Origin::Platform(revision)),
        (None, Some(difference)) => Err(unrecognised(format!(
            "the database has tables of these names, no history and no revision, and is not as the old platform makes \
             it: {difference}"
        ))),
        (Some(revision), Some(difference)) => Err(unrecognised(format!(
            "the database says revision {revision} and is not as the old platform makes it: {difference}"
        ))),
    }
}

/// What of a table stands in the way of adopting it, if anything does.
fn misshapen(table: &Table, shapes: &[Live]) -> Option<String> {
    let found = ddl::misshapen(table, version::BASELINE, shapes);
    let first = found.into_iter().next()?;
    Some(format!("{}: {}", first.what, first.why))
}

pub(super) fn unrecognised(detail: String) -> Failure {
    Failure::Schema(SchemaMismatch {
        code: SchemaCode::UnrecognisedSchema,
        detail,
    })
}

/// The revision that the database says it stands at, if it is one that can be adopted.
pub(super) async fn revision(asked: &mut impl Asked) -> Result<Option<String>, Failure> {
    if !asked.has_table(VERSION_TABLE).await? {
        return Ok(None);
    }
    let mut revisions = asked.revisions().await?;
    let Some(revision) = revisions.pop() else {
        return Ok(None);
    };
    let why = match revisions.is_empty() {
        true => why_not(&revision),
        false => Some("which has several heads"),
    };
    match why {
        None => Ok(Some(revision)),
        Some(why) => Err(Failure::Schema(SchemaMismatch {
            code: SchemaCode::UnknownLegacyRevision,
            detail: format!(
                "the database stands at revision {revision} of another platform, {why}; {BASELINE_REVISION} and what \
                 follows it up to 202602240028 can be adopted"
            ),
        })),
    }
}

/// What is known of a revision that cannot be adopted.
fn why_not(revision: &str) -> Option<&'static str> {
    if revision == ADOPTED {
        return Some("which says that it is adopted, and has no history of the library's steps");
    }
    match number(revision) {
        None => Some("which is none of the old platform's"),
        Some(number) if KNOWN.contains(&number) => None,
        Some(number) if number < *KNOWN.start() => Some(
            "which comes before its last tables were made; bring it to 202602210007 with the platform's own `alembic \
             upgrade`",
        ),
        Some(_) => Some(
            "which comes after the last one that is known; from there on the platform (its phases 8 to 25) adds tables \
             that the library neither reads nor hardens. Take it back with the platform's own `alembic downgrade \
             202602240028`",
        ),
    }
}

/// The number of a revision of the old platform: the last four of its twelve digits, behind a day of 2026.
fn number(revision: &str) -> Option<u32> {
    let digits = revision.len() == 12 && revision.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !revision.starts_with("2026") {
        return None;
    }
    revision.get(8..)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{ADOPTED, number, why_not};

    #[test]
    fn a_revision_is_known_by_its_number() {
        for known in ["202602210007", "202602220008", "202602240028"] {
            assert_eq!(why_not(known), None, "{known}");
        }
        for (refused, word) in [
            ("202602200006", "before"),
            ("202602250029", "after the last"),
            ("202602280112", "phases 8 to 25"),
            ("ae1027a6acf", "none"),
            ("202502210007", "none"),
            (ADOPTED, "no history"),
        ] {
            let why = why_not(refused).unwrap_or_default();
            assert!(why.contains(word), "{refused}: {why}");
        }
        assert_eq!(number("2026022100077"), None);
    }

    #[test]
    fn what_alembic_is_told_fits_its_column() {
        assert!(ADOPTED.len() <= 32);
    }
}
