//! The log's tables, append-only, and the ids that are Ringfence's own.

use super::allowed::Allowed;
use super::attack::{Attack, INSERTS, insert, inserts, updates};

const EVENT: &str = "'2026-01-02 03:04:05.000000', 'u1_a', 'x', 'drone', 'd1_a', x'11', x'11', x''";

fn event(begin: &str, tenant: &str, seq: &str) -> String {
    format!("{begin} INTO audit_events VALUES ('{tenant}', {seq}, {EVENT})")
}

fn detail(begin: &str, tenant: &str, seq: &str) -> String {
    format!("{begin} INTO audit_details VALUES ('{tenant}', {seq}, x'11', '{{}}', NULL)")
}

fn head(begin: &str, tenant: &str) -> String {
    format!("{begin} INTO audit_heads (tenant_id, log_id, size) VALUES ('{tenant}', 'forged', 9)")
}

pub(super) fn attacks() -> Vec<Attack> {
    let mut all = Vec::new();
    let (events, details, heads) = (
        "ringfence.append_only:audit_events",
        "ringfence.append_only:audit_details",
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
            all.push(Attack::new(
                format!("{} {end}", detail(begin, tenant, seq)),
                details,
            ));
        }
        // Where a leaf stands that the head does not count yet.
        all.push(Attack::new(
            format!("{} {end}", event(begin, "only_a_role", "0")),
            events,
        ));
        all.push(Attack::new(
            format!("{} {end}", detail(begin, "only_a_role", "0")),
            details,
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
    ] {
        all.extend(updates("audit_events", rest, events));
    }
    for rest in [
        "SET detail = '[]' WHERE tenant_id = 'a' AND seq = 0",
        "SET seq = 1 WHERE tenant_id = 'a' AND seq = 0",
        "SET origin = NULL",
    ] {
        all.extend(updates("audit_details", rest, details));
    }
    for rest in [
        "SET size = 1 WHERE tenant_id = 'a'",
        "SET size = -1 WHERE tenant_id = 'a'",
        // OR REPLACE would turn NULL into the default.
        "SET size = NULL WHERE tenant_id = 'a'",
        "SET log_id = 'forged' WHERE tenant_id = 'a'",
        "SET log_id = NULL WHERE tenant_id = 'a'",
        "SET tenant_id = 'b' WHERE tenant_id = 'a'",
        "SET tenant_id = 'fresh' WHERE tenant_id = 'a'",
        "SET tenant_id = 'a' WHERE tenant_id = '~deployment'",
    ] {
        all.extend(updates("audit_heads", rest, heads));
    }
    for table in ["audit_events", "audit_details", "audit_heads"] {
        let refused = format!("ringfence.append_only:{table}");
        all.push(Attack::new(
            format!("DELETE FROM {table} WHERE tenant_id = 'a'"),
            refused.clone(),
        ));
        all.push(Attack::new(format!("DELETE FROM {table}"), refused));
    }

    let reserved = "ringfence.reserved:tenants";
    for id in ["'~'", "'~deployment'", "'~new'"] {
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
                detail("INSERT", "a", "2"),
                event("INSERT", "a", "3"),
                "UPDATE audit_heads SET size = 4, range = x'22' WHERE tenant_id = 'a'".to_owned(),
            ]
            .join(";"),
        )
        .then("SELECT size FROM audit_heads WHERE tenant_id = 'a'", "4"),
        Allowed::new(
            event("INSERT", "~deployment", "0") + ";" + &detail("INSERT", "~deployment", "0"),
        ),
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
