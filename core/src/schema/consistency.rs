#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::HashSet;

use super::*;

fn once<'a>(what: &str, names: impl Iterator<Item = &'a str>) {
    let mut seen = HashSet::new();
    for name in names {
        assert!(seen.insert(name), "{what} {name} is declared twice");
    }
}

#[test]
fn names_are_unique() {
    once("table", catalogue().iter().map(|table| table.name));
    once(
        "unique",
        catalogue()
            .iter()
            .flat_map(|table| table.uniques.iter().filter(|it| it.until.is_none()))
            .map(|unique| unique.name),
    );
    once(
        "index",
        catalogue()
            .iter()
            .flat_map(|table| &table.indexes)
            .map(|index| index.name),
    );
    once("reference", edges().map(|(_, parent)| parent.constraint));
    for table in catalogue() {
        once(table.name, table.columns.iter().map(|column| column.name));
    }
}

#[test]
fn the_old_platform_had_24_tables_and_36_foreign_keys() {
    let legacy = catalogue()
        .iter()
        .filter(|table| table.since == version::BASELINE);
    assert_eq!(legacy.count(), 24);
    assert_eq!(
        edges()
            .filter(|(_, parent)| parent.legacy.is_some())
            .count(),
        36
    );
}

#[test]
fn parents_exist_and_come_first() {
    let position = |name: &str| {
        catalogue()
            .iter()
            .position(|table| table.name == name)
            .unwrap()
    };
    for (child, parent) in edges() {
        if let Some(when) = parent.when {
            let by = child.column(when.column).unwrap();
            let known = by.known.is_some_and(|known| known.contains(&when.is));
            assert!(known && !by.null, "{}", parent.constraint);
        }
        let target = table(parent.table)
            .unwrap_or_else(|| panic!("{}.{} refers to no table", child.name, parent.column));
        assert!(
            position(target.name) < position(child.name),
            "{} comes too early",
            child.name
        );
        assert!(
            child.column(parent.column).is_some(),
            "{}.{}",
            child.name,
            parent.column
        );
    }
}

#[test]
fn an_enforced_reference_to_a_tenants_row_is_composite() {
    for (child, parent) in edges() {
        let Some(enforced) = parent.enforced else {
            continue;
        };
        let target = table(parent.table).unwrap();
        if target.name == "tenants" || target.owner == Owner::Global {
            continue;
        }
        assert!(
            child.tenant_column().is_some(),
            "{} has no tenant",
            child.name
        );
        // Before it is bound, and from then on.
        for at in enforced - 1..=version::LATEST {
            let mut keys = target.uniques.iter().filter(|it| it.there_at(at));
            assert!(
                keys.any(|unique| unique.columns == ["tenant_id", "id"]),
                "{} is bound at V{at} to no key of {}",
                parent.constraint,
                target.name
            );
        }
        assert!(
            parent.constraint.contains("_tenant_"),
            "{}",
            parent.constraint
        );
    }
}

#[test]
fn every_reference_of_a_guarded_table_is_enforced_or_loose() {
    for (child, parent) in edges() {
        match child.guards {
            Some(version) if !parent.loose => assert_eq!(parent.enforced, Some(version)),
            _ => assert_eq!(parent.enforced, None, "{}", parent.constraint),
        }
        assert!(
            !(parent.loose && parent.legacy.is_some()),
            "{}",
            parent.constraint
        );
        if let Some(naming) = parent.naming {
            let column = child.column(parent.column).unwrap();
            let guarded = child.guards.is_some_and(|guards| guards <= naming.since);
            assert!(parent.loose && guarded, "{}", parent.constraint);
            assert!(!naming.or_text || column.null, "{}", parent.constraint);
        }
        assert!(
            parent.on_delete != OnDelete::SetNull,
            "{}",
            parent.constraint
        );
    }
}

#[test]
fn a_parent_stays_from_its_own_hardening_on() {
    for (_, parent) in edges() {
        let kept = parent.keeps_parent_since();
        assert!(
            parent.on_delete != OnDelete::Restrict || kept.is_some() || parent.enforced.is_none(),
            "{}",
            parent.constraint
        );
        if let (Some(kept), Some(enforced)) = (kept, parent.enforced) {
            assert!(kept <= enforced, "{}", parent.constraint);
        }
    }
    let since = |name| parent_named(name).unwrap().1.keeps_parent_since();
    assert_eq!(
        since("alerts_tenant_id_fkey"),
        Some(version::IDENTITY_ENFORCE)
    );
    assert_eq!(
        since("command_requests_drone_id_fkey"),
        Some(version::CORE_A_ENFORCE)
    );
    assert_eq!(
        since("fk_alerts_tenant_acked_by"),
        Some(version::USER_REFERENCES_ENFORCE)
    );
    assert_eq!(since("fk_missions_tenant_edited_by"), None);
    assert_eq!(
        since("fk_alerts_tenant_drone"),
        Some(version::LINKS_ENFORCE)
    );
    assert_eq!(since("fk_user_roles_tenant_role"), None);
    assert_eq!(
        since("fk_inspection_tasks_tenant_template"),
        Some(version::TASKS_ENFORCE)
    );
    assert_eq!(
        since("fk_inspection_tasks_tenant_mission"),
        Some(version::CORE_A_ENFORCE)
    );
}

#[test]
fn only_links_go_with_their_parents() {
    for (child, parent) in edges() {
        if parent.on_delete == OnDelete::Cascade {
            assert!(
                ["users", "roles"].contains(&parent.table),
                "{}",
                parent.constraint
            );
            let key = child.key_at(version::LATEST);
            assert!(key.contains(&parent.column), "{}", parent.constraint);
        }
    }
}

#[test]
fn keys_uniques_and_indexes_name_columns_that_are_there_in_time() {
    for table in catalogue() {
        let there = |name: &str, version: u32, what: &str| {
            let column = table
                .column(name)
                .unwrap_or_else(|| panic!("{what} names {name}"));
            assert!(column.since <= version, "{what} comes before {name}");
            assert!(column.since >= table.since);
        };
        let first = table.uniques.first().unwrap();
        assert_eq!((first.primary, first.since), (true, table.since));
        let primary = table.uniques.iter().filter(|unique| unique.primary);
        for versions in primary.clone().zip(primary.clone().skip(1)) {
            assert_eq!(versions.0.until, Some(versions.1.since), "{}", table.name);
        }
        for unique in &table.uniques {
            let name = format!("{}_pkey", table.name);
            assert_eq!(unique.primary, unique.name == name, "{}", unique.name);
            assert!(unique.until.is_none_or(|until| until > unique.since));
            unique
                .columns
                .iter()
                .for_each(|name| there(name, unique.since, unique.name));
            there(unique.field, unique.since, unique.name);
        }
        for index in &table.indexes {
            index
                .columns
                .iter()
                .for_each(|name| there(name, index.since, index.name));
        }
    }
}

#[test]
fn indexes_and_keys_of_hardened_tables_lead_with_the_tenant() {
    for table in tenant_tables() {
        let column = table.column(table.tenant_column().unwrap()).unwrap();
        assert_eq!(
            column.filled.is_some(),
            column.since != table.since,
            "{}",
            table.name
        );
        assert!(!column.null, "{}", table.name);
        let keys = table
            .uniques
            .iter()
            .map(|unique| (unique.since, &unique.columns, unique.name));
        let indexes = table
            .indexes
            .iter()
            .map(|index| (index.since, &index.columns, index.name));
        for (since, columns, name) in keys.chain(indexes) {
            // By what was its key once, the old platform goes on looking a row up.
            let as_once = columns == table.key_at(table.since);
            let first = since == version::BASELINE || as_once || columns[0] == "tenant_id";
            assert!(first, "{name}");
        }
    }
}

/// But for tenants, which are the boundary, and what is everybody's. A log was found in its tenant by an index alone, in the
/// order of bytes, in which Postgres makes no key.
#[test]
fn in_the_end_every_key_is_a_tenants_and_no_table_has_more_of_them_than_before() {
    let there = |table: &Table, version: u32| {
        let uniques = table.uniques.iter().filter(|it| it.there_at(version));
        let indexes = table.indexes.iter().filter(|it| it.there_at(version));
        uniques.count() + indexes.count()
    };
    for table in tenant_tables().filter(|table| table.name != "tenants") {
        let uniques = table.uniques.iter();
        for unique in uniques.filter(|it| it.there_at(version::LATEST)) {
            assert_eq!(unique.columns[0], "tenant_id", "{}", unique.name);
        }
        let adopted = table.since == version::BASELINE;
        assert_eq!(table.rekeyed(), adopted.then_some(version::KEYS_ENFORCE));
        let before = there(table, version::KEYS_EXPAND - 1);
        let after = there(table, version::KEYS_ENFORCE);
        match table.batch {
            Batch::History => assert_eq!(after, before + 1, "{}", table.name),
            _ => assert!(after <= before, "{}", table.name),
        }
    }
    for (child, parent) in edges().filter(|(_, parent)| !parent.loose) {
        let target = table(parent.table).unwrap();
        let held = parent.enforced_at(version::KEYS_ENFORCE);
        assert!(
            held || target.rekeyed().is_none(),
            "{}.{}",
            child.name,
            parent.column
        );
    }
}

#[test]
fn the_runtime_role_is_let_at_tables_once_they_are_hardened_or_opened_to_lookups() {
    for table in catalogue() {
        assert_eq!(
            table.opened.is_none(),
            table.runtime.is_empty(),
            "{}",
            table.name
        );
        let before_its_guards = match (table.guards, table.opened) {
            (Some(guards), Some(opened)) => opened < guards,
            (None, Some(_)) => !table.counters,
            (_, None) => false,
        };
        assert!(
            !before_its_guards || table.opened == Some(version::OPEN),
            "{}",
            table.name
        );
        assert_eq!(table.runtime_at(version::BASELINE).next(), None);
        for privilege in table.runtime {
            if let Privilege::UpdateOf(columns) = privilege {
                columns
                    .iter()
                    .for_each(|name| assert!(table.column(name).is_some()));
            }
        }
        let written = |privilege: &Privilege| match privilege {
            Privilege::Select | Privilege::Insert => false,
            // The one thing that a tenant decides about itself.
            Privilege::UpdateOf(columns) => {
                table.name != "tenants" || *columns != ["self_approval"]
            }
            Privilege::Update | Privilege::Delete => true,
        };
        if table.append_only.is_some() || table.owner == Owner::Global || table.name == "tenants" {
            assert!(
                !table.runtime.iter().any(written),
                "{} is written",
                table.name
            );
        }
    }
}

#[test]
fn counters_hold_counts_and_times_and_nothing_that_a_decision_reads() {
    for table in catalogue().iter().filter(|table| table.counters) {
        assert!(table.moves_epoch.is_none() && !table.log, "{}", table.name);
        assert_eq!(
            (table.parents.len(), table.guards),
            (0, None),
            "{}",
            table.name
        );
        for column in &table.columns {
            let counts = matches!(column.kind, Kind::Int | Kind::Time);
            assert!(
                counts || table.key_at(version::LATEST).contains(&column.name),
                "{}",
                column.name
            );
        }
    }
}

#[test]
fn constraints_are_found_by_name() {
    let (table, unique) = unique_named("uq_drones_tenant_name").unwrap();
    assert_eq!((table.name, unique.field), ("drones", "name"));
    let (table, unique) = unique_named("users_pkey").unwrap();
    assert_eq!((table.name, unique.field), ("users", "id"));
    let (table, parent) = parent_named("missions_drone_id_fkey").unwrap();
    assert_eq!(
        (table.name, parent.constraint),
        ("missions", "fk_missions_tenant_drone")
    );
    assert!(children("drones").any(|(child, _)| child.name == "command_requests"));
    assert!(unique_named("nothing").is_none() && parent_named("nothing").is_none());
}

/// Columns that end in `_id` and refer to nothing that a constraint could hold, each with its reason.
const FREE: &[(&str, &str, &str)] = &[
    ("events", "event_id", "the event's own"),
    (
        "events",
        "correlation_id",
        "a mark that several events share",
    ),
    ("audit_heads", "log_id", "the log's own"),
    ("audit_events", "role_id", "what is gone stays recorded"),
    ("audit_events", "entity_id", "what is gone stays recorded"),
    ("audit_events", "correlation_id", "the host's own"),
];

#[test]
fn a_column_that_is_named_like_a_reference_is_one_or_is_listed_as_free() {
    let mut free = Vec::new();
    for table in catalogue() {
        for column in table.columns.iter().filter(|it| it.name.ends_with("_id")) {
            let refers = table
                .parents
                .iter()
                .any(|parent| parent.column == column.name);
            if !refers && table.tenant_column() != Some(column.name) {
                free.push((table.name, column.name));
            }
        }
    }
    let listed: Vec<_> = FREE
        .iter()
        .map(|(table, column, _)| (*table, *column))
        .collect();
    assert_eq!(
        free, listed,
        "declare what it refers to, or list it as free"
    );
}
