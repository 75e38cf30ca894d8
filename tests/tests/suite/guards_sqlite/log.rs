//! The log's tables, append-only, and the ids that are Ringfence's own.

use super::allowed::Allowed;
use super::attack::{Attack, INSERTS, insert, inserts, updates};

const COLUMNS: &str = "tenant_id, seq, time, actor, method, action, outcome, entity_type, entity_id, detail_hash, \
                       leaf_hash, subtrees, salt, detail";
const EVENT: &str = "'2026-01-02 03:04:05.000000', 'u1_a', 'x.y', 'x', 'done', 'drone', 'd1_a', x'11', x'11', x'', x'11', \
                     '{}'";

fn event(begin: &str, tenant: &str, seq: &str) -> String {
    format!("{begin} INTO audit_events ({COLUMNS}) VALUES ('{tenant}', {seq}, {EVENT})")
}

fn head(begin: &str, tenant: &str) -> String {
    format!(
        "{begin} INTO audit_heads (tenant_id, log_id, size, range) VALUES ('{tenant}', 'forged', 9, x'')"
    )
}

pub(super) fn attacks() -> Vec<Attack> {
    let mut all = Vec::new();
    let (events, heads) = (
        "ringfence.append_only:audit_events",
        "ringfence.append_only:audit_heads",
    );
    for (begin, end) in INSERTS {
        let end = if end.contains("UPDATE") {
            "ON CONFLICT DO UPDATE SET tenant_id = 'a'"
        } else {
            end
        };
        // Where a leaf stands, before the head's size, and in a log that does not exist.
        for (tenant, seq) in [
            ("a", "0"),
            ("a", "1"),
            ("b", "1"),
            ("a", "-1"),
            ("nowhere", "0"),
            ("a", "NULL"),
        ] {
            all.push(Attack::new(
                format!("{} {end}", event(begin, tenant, seq)),
                events,
            ));
        }
        // Where a leaf stands that the head does not count yet.
        all.push(Attack::new(
            format!("{} {end}", event(begin, "only_a_role", "0")),
            events,
        ));
        for tenant in ["a", "b", "~deployment"] {
            all.push(Attack::new(format!("{} {end}", head(begin, tenant)), heads));
        }
    }
    for rest in [
        "SET detail_hash = x'22' WHERE tenant_id = 'a' AND seq = 0",
        "SET seq = 7 WHERE tenant_id = 'a' AND seq = 0",
        "SET tenant_id = 'b', seq = 7 WHERE tenant_id = 'a' AND seq = 0",
        "SET actor = actor",
        "SET detail = '[]' WHERE tenant_id = 'a' AND seq = 0",
        "SET detail = NULL, salt = NULL, origin = NULL",
    ] {
        all.extend(updates("audit_events", rest, events));
    }
    for rest in [
        "SET size = 1 WHERE tenant_id = 'a'",
        "SET size = -1 WHERE tenant_id = 'a'",
        "SET size = NULL WHERE tenant_id = 'a'",
        "SET log_id = 'forged' WHERE tenant_id = 'a'",
        "SET log_id = NULL WHERE tenant_id = 'a'",
        "SET tenant_id = 'b' WHERE tenant_id = 'a'",
        "SET tenant_id = 'fresh' WHERE tenant_id = 'a'",
        "SET tenant_id = 'a' WHERE tenant_id = '~deployment'",
    ] {
        all.extend(updates("audit_heads", rest, heads));
    }
    // Through the rowid, under a sequence of its own.
    let key = "ringfence.key:audit_events";
    for (begin, end) in INSERTS {
        let end = if end.contains("UPDATE") { "" } else { end };
        for name in ["rowid", "oid", "_rowid_"] {
            for rowid in ["(SELECT min(rowid) FROM audit_events)", "-1"] {
                all.push(Attack::new(
                    format!(
                        "{begin} INTO audit_events ({name}, {COLUMNS}) VALUES ({rowid}, 'a', 2, {EVENT}) {end}"
                    ),
                    key,
                ));
            }
        }
    }
    for table in ["audit_events", "audit_heads"] {
        let refused = format!("ringfence.append_only:{table}");
        all.push(Attack::new(
            format!("DELETE FROM {table} WHERE tenant_id = 'a'"),
            refused.clone(),
        ));
        all.push(Attack::new(format!("DELETE FROM {table}"), refused));
    }

    let reserved = "ringfence.reserved:tenants";
    for id in ["'~'", "'~deployment'", "'~new'", "'system'"] {
        all.extend(inserts("tenants", &[("id", id)], reserved));
    }
    all
}

pub(super) fn allowed() -> Vec<Allowed> {
    vec![
        // Two leaves of one transaction, then the head.
        Allowed::new(
            [
                event("INSERT", "a", "2"),
                event("INSERT", "a", "3"),
                "UPDATE audit_heads SET size = 4, range = x'22' WHERE tenant_id = 'a'".to_owned(),
            ]
            .join(";"),
        )
        .then("SELECT size FROM audit_heads WHERE tenant_id = 'a'", "4"),
        Allowed::new(event("INSERT", "~deployment", "0")),
        // A tenant that comes has a log from the start, whoever makes it.
        Allowed::new(insert("tenants", &[])).then(
            "SELECT size || ' ' || length(log_id) || ' ' || length(range)
             FROM audit_heads WHERE tenant_id = 'new'",
            "0 32 0",
        ),
        Allowed::new(insert("tenants", &[]).replacen("INSERT", "INSERT OR REPLACE", 1)).then(
            "SELECT count(*) FROM audit_heads WHERE tenant_id = 'new'",
            "1",
        ),
        Allowed::new(insert("tenants", &[("id", "'a~b'")])),
        // One that goes and comes again has its old log.
        Allowed::new(
            [
                insert("tenants", &[]),
                event("INSERT", "new", "0"),
                "UPDATE audit_heads SET size = 1 WHERE tenant_id = 'new'".to_owned(),
                "DELETE FROM tenants WHERE id = 'new'".to_owned(),
                insert("tenants", &[]),
            ]
            .join(";"),
        )
        .then("SELECT size FROM audit_heads WHERE tenant_id = 'new'", "1"),
    ]
}
