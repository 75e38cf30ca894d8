//! Keys and rowids, the same for every guarded rowid table: an existing row is never replaced, whichever of
//! its keys an insert names, and no row moves.

use super::attack::{Attack, INSERTS, insert_as, inserts, updates};

/// Tables with an id of their own, and the prefix of the fixture's ids in them.
const WITH_ID: [(&str, &str); 8] = [
    ("tenants", ""),
    ("users", "u1_"),
    ("roles", "r1_"),
    ("drones", "d1_"),
    ("drone_credentials", "c1_"),
    ("missions", "m1_"),
    ("mission_runs", "n1_"),
    ("approvals", "v1_"),
];

const ROWIDS: [&str; 3] = ["rowid", "oid", "_rowid_"];

pub(super) fn attacks() -> Vec<Attack> {
    let mut all = Vec::new();
    for (table, prefix) in WITH_ID {
        let key = format!("ringfence.key:{table}");
        let unique = format!("ringfence.unique:{table}_pkey");
        for tenant in ["a", "b"] {
            let id = format!("'{prefix}{tenant}'");
            all.extend(inserts(table, &[("id", &id)], &unique));
            // By the rowid alone, every other key being new.
            let rowid = format!("(SELECT rowid FROM {table} WHERE id = {id})");
            for name in ROWIDS {
                all.extend(inserts(table, &[(name, &rowid)], &key));
            }
        }
        all.extend(inserts(table, &[("rowid", "-1")], &key));

        let whose = format!("WHERE id = '{prefix}a'");
        let taken = format!("'{prefix}b'");
        for id in ["'moved'", &taken, "NULL"] {
            all.extend(updates(table, &format!("SET id = {id} {whose}"), &key));
        }
        let taken = format!("(SELECT rowid FROM {table} WHERE id = '{prefix}b')");
        for name in ROWIDS {
            for rowid in ["99", "-1", &taken] {
                all.extend(updates(
                    table,
                    &format!("SET {name} = {rowid} {whose}"),
                    &key,
                ));
            }
        }
        if table != "tenants" {
            for tenant in ["'b'", "'nowhere'", "NULL"] {
                all.extend(updates(
                    table,
                    &format!("SET tenant_id = {tenant} {whose}"),
                    &key,
                ));
            }
        }
    }
    all.extend(links(
        "user_roles",
        ("user_id", "'u1_b'"),
        ("role_id", "'r1_b'"),
    ));
    all.extend(links(
        "role_permissions",
        ("role_id", "'r1_b'"),
        ("permission_id", "'p_fly'"),
    ));
    all
}

/// A link of tenant `b` that stands: not replaced by its key, nor through its rowid, and it stays in `b`.
fn links(table: &str, one: (&str, &str), two: (&str, &str)) -> Vec<Attack> {
    let key = format!("ringfence.key:{table}");
    let whose = format!("WHERE {} = {} AND {} = {}", one.0, one.1, two.0, two.1);
    let rowid = format!("(SELECT rowid FROM {table} {whose})");
    let mut all = inserts(
        table,
        &[one, two],
        &format!("ringfence.unique:{table}_pkey"),
    );
    for form in INSERTS {
        for name in ROWIDS {
            all.push(Attack::new(
                insert_as(form, table, &[(name, &rowid)]),
                key.clone(),
            ));
        }
        all.push(Attack::new(
            insert_as(form, table, &[("rowid", "-1")]),
            key.clone(),
        ));
    }
    for tenant in ["'a'", "'nowhere'", "NULL"] {
        all.extend(updates(
            table,
            &format!("SET tenant_id = {tenant} {whose}"),
            &key,
        ));
    }
    for name in ROWIDS {
        for rowid in ["1", "99", "-1"] {
            all.extend(updates(
                table,
                &format!("SET {name} = {rowid} {whose}"),
                &key,
            ));
        }
    }
    all
}
