//! Which tables a step touches, read from its own texts.

use ringfence_migrations::{Kind, Step, Texts};

use crate::schema::{self, Table};

/// What taking a step touches.
pub(crate) fn before_up(texts: &Texts, version: u32) -> Vec<&'static str> {
    tables([texts.up], version - 1)
}

/// The tables of the step's batch, those that it opens, and before keys are swapped those that get another, whatever its
/// text names.
pub(crate) fn of_batch(step: &Step) -> Vec<&'static str> {
    let all = schema::catalogue().iter();
    let own = all.filter(|table| {
        let rekeyed = table.rekeyed() == Some(step.version + 1);
        table.batch.label() == step.batch
            || table.opened == Some(step.version)
            || (rekeyed && step.kind == Kind::Backfill)
    });
    own.map(|table| table.name).collect()
}

/// What taking a step back touches, and what is counted before.
pub(crate) fn before_down(texts: &Texts, version: u32) -> Vec<&'static str> {
    let counts = texts.lossy.iter().map(|(_, count)| *count);
    tables(counts.chain([texts.down]), version)
}

/// The tables that one of the texts names, or whose key or index it names, or that a reference which it names leads to, in
/// the order in which they are locked:
/// the log's first, as every writer has it, then parents before their children. Of the tables only those that are
/// there at `version`.
fn tables<'t>(texts: impl IntoIterator<Item = &'t str>, version: u32) -> Vec<&'static str> {
    let words: Vec<&str> = texts.into_iter().flat_map(words).collect();
    let names = |name: &str| words.contains(&name);
    let touched = |table: &&Table| {
        table.since <= version
            && (names(table.name)
                || table.uniques.iter().any(|unique| names(unique.name))
                || table.indexes.iter().any(|index| names(index.name))
                || schema::children(table.name).any(|(_, parent)| names(parent.constraint)))
    };
    let mut tables: Vec<&Table> = schema::catalogue().iter().filter(touched).collect();
    tables.sort_by_key(|table| !table.log);
    tables.into_iter().map(|table| table.name).collect()
}

/// The words of a text outside of its comments.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let code = text
        .lines()
        .map(|line| line.split_once("--").map_or(line, |(code, _)| code));
    code.flat_map(|line| line.split(|c: char| c != '_' && !c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::tables;

    #[test]
    fn a_table_is_touched_by_its_name_its_keys_indexes_and_references_but_not_by_a_comment() {
        let texts = [
            "-- missions stay\nDROP INDEX ix_users_tenant_id_c;",
            "ALTER TABLE drones DROP CONSTRAINT x, ADD COLUMN roles_of_it text; -- and approvals",
            "SELECT count(*) FROM audit_events",
            "DROP INDEX uq_roles_tenant_id_id",
            "ALTER TABLE mission_runs DROP CONSTRAINT fk_mission_runs_tenant_mission",
        ];
        let found = tables(texts, 9);
        let tables = [
            "audit_events",
            "users",
            "roles",
            "drones",
            "missions",
            "mission_runs",
        ];
        assert_eq!(found, tables);
    }

    #[test]
    fn a_table_that_is_not_there_yet_is_not_touched() {
        assert_eq!(tables(["CREATE TABLE audit_heads"], 1), [""; 0]);
    }
}
