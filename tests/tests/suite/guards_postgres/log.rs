//! The log: nothing is taken back, nothing is slipped in, and no path of the caller leads the guards astray.

use super::attack::Refused::{Guard, Nothing, Privilege, Unique};
use super::attack::{Allowed, Attack, By, anyone, owner, runtime, works, works_by};

fn event(tenant: &str, seq: i64) -> String {
    format!(
        "INSERT INTO public.audit_events (tenant_id, seq, time, actor, method, action, outcome, entity_type,
             entity_id, detail_hash, leaf_hash, subtrees, salt, detail)
         VALUES ('{tenant}', {seq}, now(), 'x', 'x', 'x', 'x', 'x', 'x', '\\x00', '\\x00', '', '\\x00', '{{}}')"
    )
}

pub(super) fn attacks() -> Vec<Attack> {
    let mut attacks = Vec::new();
    for (table, guard) in [
        ("audit_events", "ringfence.append_only:audit_events"),
        ("audit_heads", "ringfence.append_only:audit_heads"),
    ] {
        for sql in [
            format!("DELETE FROM {table} WHERE tenant_id = 'a'"),
            format!("TRUNCATE {table}"),
        ] {
            attacks.push(owner(sql.clone(), Guard(guard)));
            attacks.push(runtime(sql, Privilege));
        }
    }
    for sql in [
        "UPDATE audit_events SET actor = 'u2_a' WHERE tenant_id = 'a' AND seq = 0",
        "UPDATE audit_events SET seq = 7 WHERE tenant_id = 'a' AND seq = 0",
        "INSERT INTO audit_events SELECT * FROM audit_events WHERE tenant_id = 'a'
         ON CONFLICT (tenant_id, seq) DO UPDATE SET actor = 'u2_a'",
        "UPDATE audit_events SET detail = '{\"x\":1}' WHERE tenant_id = 'a'",
        "UPDATE audit_events SET detail = NULL, salt = NULL WHERE tenant_id = 'a'",
    ] {
        attacks.push(owner(sql, Guard("ringfence.append_only:audit_events")));
        attacks.push(runtime(sql, Privilege));
    }
    let head = Guard("ringfence.append_only:audit_heads");
    attacks.extend(anyone(
        "UPDATE audit_heads SET size = 1 WHERE tenant_id = 'a'",
        head.clone(),
    ));
    attacks.push(owner(
        "UPDATE audit_heads SET log_id = 'x' WHERE tenant_id = 'a'",
        head,
    ));
    attacks.push(runtime(
        "UPDATE audit_heads SET log_id = 'x' WHERE tenant_id = 'a'",
        Privilege,
    ));
    attacks.push(runtime(
        "UPDATE audit_heads SET size = 9 WHERE tenant_id = 'b'",
        Nothing,
    ));
    let again = "INSERT INTO audit_heads (tenant_id, log_id, size, range) VALUES ('a', 'x', 0, '')";
    attacks.push(owner(again, Unique("audit_heads_pkey")));
    attacks.push(runtime(again, Privilege));

    // In the midst, over what stands, in the other tenant's log, in one that is not there.
    let decoy = "CREATE TEMP TABLE audit_heads (tenant_id text, size bigint);
        INSERT INTO audit_heads VALUES ('a', 0); SET LOCAL search_path = pg_temp, public";
    // An operator of the caller's own that calls everything small enough.
    let operator =
        "CREATE FUNCTION pg_temp.yes(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true';
        CREATE OPERATOR pg_temp.<= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = pg_temp.yes);
        SET LOCAL search_path = pg_temp, pg_catalog";
    let guard = "ringfence.append_only:audit_events";
    attacks.extend(anyone(event("a", 1), Guard(guard)));
    attacks.extend(anyone(event("a", -1), Guard(guard)));
    attacks.extend(anyone(event("nowhere", 0), Guard(guard)));
    attacks.push(runtime(event("b", 2), Guard(guard)));
    attacks.push(runtime(event("~deployment", 0), Guard(guard)));
    attacks.extend(anyone(format!("{decoy}; {}", event("a", 1)), Guard(guard)));
    attacks.extend(anyone(
        format!("{operator}; {}", event("a", -1)),
        Guard(guard),
    ));
    attacks
}

pub(super) fn allowed() -> Vec<Allowed> {
    let mut allowed = Vec::new();
    allowed.extend(works(
        &format!(
            "{}; UPDATE audit_heads SET size = 3, range = '\\x01' WHERE tenant_id = 'a'",
            event("a", 2)
        ),
        "SELECT size + (SELECT count(*) FROM audit_events WHERE tenant_id = 'a')
         FROM audit_heads WHERE tenant_id = 'a'",
        "6",
    ));
    allowed.push(works_by(
        By::Owner,
        &event("~deployment", 0),
        "SELECT count(*) FROM audit_events WHERE tenant_id = '~deployment'",
        "1",
    ));
    allowed.push(works_by(
        By::Owner,
        "INSERT INTO tenants (id, name, created_at) VALUES ('new', 'New', now())",
        "SELECT length(log_id) || '/' || size FROM audit_heads WHERE tenant_id = 'new'",
        "32/0",
    ));
    // A tenant id that comes again goes on with its log.
    allowed.push(works_by(
        By::Owner,
        "CREATE TEMP TABLE before AS SELECT log_id FROM audit_heads WHERE tenant_id = 'empty';
         DELETE FROM tenants WHERE id = 'empty';
         INSERT INTO tenants (id, name, created_at) VALUES ('empty', 'Again', now())",
        "SELECT count(*) FROM audit_heads NATURAL JOIN before WHERE tenant_id = 'empty'",
        "1",
    ));
    allowed
}
