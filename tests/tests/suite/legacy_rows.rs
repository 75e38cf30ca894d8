//! A small database as the old platform left it: two tenants that mirror each other, a row in every table.

use ringfence_migrations::STEPS;

use ringfence_tests::fixture::{Engine, Place};

/// The revision that can be adopted.
pub(crate) const REVISION: &str = "202602210007";

/// Fills an empty place with the old platform's schema, rows and revision.
pub(crate) async fn make(place: &Place) {
    make_at(place, REVISION).await;
}

/// Likewise, at some revision.
pub(crate) async fn make_at(place: &Place, revision: &str) {
    fill(place, baseline(place.engine), revision).await;
}

/// Likewise, with another text for its schema.
pub(crate) async fn make_altered(place: &Place, alter: impl FnOnce(&str) -> String) {
    fill(place, &alter(baseline(place.engine)), REVISION).await;
}

fn baseline(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => STEPS[0].sqlite.up,
        Engine::Postgres => STEPS[0].postgres.up,
    }
}

async fn fill(place: &Place, baseline: &str, revision: &str) {
    place.raw(baseline).await.unwrap();
    place.raw(&rows(place.engine)).await.unwrap();
    place.raw(&self::revision(revision)).await.unwrap();
}

/// The old platform's mark of a revision.
pub(crate) fn revision(revision: &str) -> String {
    format!(
        "CREATE TABLE alembic_version (
             version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
         INSERT INTO alembic_version VALUES ('{revision}');"
    )
}

/// Inserts into every table of the baseline, for a database that stands at it.
pub(crate) fn rows(engine: Engine) -> String {
    dated(engine, SHARED) + &rows_of(engine, "a") + &rows_of(engine, "b")
}

/// Those of one tenant, which may be written at any version.
pub(crate) fn rows_of(engine: Engine, tenant: &str) -> String {
    dated(engine, &TENANT.replace('@', tenant))
}

/// The text with `NOW` as this engine holds a moment.
pub(crate) fn dated(engine: Engine, sql: &str) -> String {
    sql.replace(
        "NOW",
        match engine {
            Engine::Sqlite => "'2026-01-02 03:04:05.678901'",
            Engine::Postgres => "'2026-01-02 03:04:05.678901+00'",
        },
    )
}

const SHARED: &str = "
    INSERT INTO permissions (id, name, description, created_at) VALUES
        ('p_star', '*', 'everything', NOW), ('p_read', 'inspection:read', NULL, NOW), ('p_odd', 'telemetry.read', NULL, NOW);
    INSERT INTO audit_logs (id, tenant_id, actor_id, action, resource, method, status_code, ts, detail) VALUES
        ('l_system', 'system', NULL, 'POST /tenants', '/tenants', 'POST', 201, NOW, '{}');";

const TENANT: &str = "
    INSERT INTO tenants (id, name, created_at) VALUES ('@', 'Tenant @', NOW);
    INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at) VALUES
        ('u1_@', '@', 'ann', 'pbkdf2_sha256$1$x$y', true, NOW), ('u2_@', '@', 'bob', 'pbkdf2_sha256$1$x$z', false, NOW);
    INSERT INTO roles (id, tenant_id, name, description, created_at) VALUES
        ('r1_@', '@', 'admin', NULL, NOW), ('r2_@', '@', 'viewer', 'looks', NOW);
    INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('u1_@', 'r1_@', NOW), ('u2_@', 'r2_@', NOW);
    INSERT INTO role_permissions (role_id, permission_id, created_at) VALUES
        ('r1_@', 'p_star', NOW), ('r2_@', 'p_read', NOW), ('r2_@', 'p_odd', NOW);
    INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES
        ('d1_@', '@', 'one', 'DJI', '{\"rtk\": true,  \"payload\": \"\\u00e9\"}', NOW, NOW),
        ('d2_@', '@', 'two', 'FAKE', '{}', NOW, NOW);
    INSERT INTO drone_credentials (id, tenant_id, drone_id, secret, created_at) VALUES ('c1_@', '@', 'd1_@', '{\"k\": 1}', NOW);
    INSERT INTO missions (id, tenant_id, name, drone_id, plan_type, payload, constraints, state, created_by,
        created_at, updated_at) VALUES
        ('m1_@', '@', 'survey', 'd1_@', 'AREA_GRID', '{}', '{}', 'APPROVED', 'u1_@', NOW, NOW),
        ('m2_@', '@', 'patrol', NULL, 'AREA_GRID', '{}', 'null', 'DRAFT', 'u2_@', NOW, NOW);
    INSERT INTO mission_runs (id, tenant_id, mission_id, state, started_at, ended_at) VALUES
        ('n1_@', '@', 'm1_@', 'COMPLETED', NOW, NOW);
    INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, comment, created_at) VALUES
        ('v1_@', '@', 'm1_@', 'u1_@', 'APPROVE', 'by its creator', NOW);
    INSERT INTO inspection_templates (id, tenant_id, name, category, created_at) VALUES ('t1_@', '@', 'Roof', 'roof', NOW);
    INSERT INTO inspection_template_items (id, tenant_id, template_id, code, title, created_at) VALUES
        ('i1_@', '@', 't1_@', 'crack', 'Crack', NOW);
    INSERT INTO inspection_tasks (id, tenant_id, name, template_id, mission_id, created_at) VALUES
        ('k1_@', '@', 'Roofs', 't1_@', 'm1_@', NOW);
    INSERT INTO inspection_observations (id, tenant_id, task_id, drone_id, ts, position_lat, position_lon, alt_m,
        item_code, created_at) VALUES ('o1_@', '@', 'k1_@', 'd1_@', NOW, 47.4, 8.5, 30.25, 'crack', NOW);
    INSERT INTO inspection_exports (id, tenant_id, task_id, format, file_path, created_at) VALUES
        ('x1_@', '@', 'k1_@', 'csv', 'x.csv', NOW);
    INSERT INTO defects (id, tenant_id, observation_id, title, created_at) VALUES ('f1_@', '@', 'o1_@', 'Crack', NOW);
    INSERT INTO defect_actions (id, tenant_id, defect_id, action_type, created_at) VALUES ('e1_@', '@', 'f1_@', 'note', NOW);
    INSERT INTO incidents (id, tenant_id, title, level, location_geom, linked_task_id, created_at) VALUES
        ('s1_@', '@', 'Smoke', 'HIGH', 'POINT(8.5 47.4)', 'k1_@', NOW);
    INSERT INTO alerts (id, tenant_id, drone_id, alert_type, severity, status, message, detail, first_seen_at,
        last_seen_at) VALUES ('a1_@', '@', 'd1_@', 'LINK_LOSS', 'WARNING', 'OPEN', 'link lost', '{}', NOW, NOW);
    INSERT INTO command_requests (id, tenant_id, drone_id, command_type, params, idempotency_key, expect_ack, status,
        attempts, issued_at, updated_at) VALUES ('q1_@', '@', 'd1_@', 'RTH', '{}', 'k', true, 'PENDING', 0, NOW, NOW);
    INSERT INTO approval_records (id, tenant_id, entity_type, entity_id, status, approved_by, created_at) VALUES
        ('w1_@', '@', 'mission', 'm1_@', 'APPROVED', 'u1_@', NOW);
    INSERT INTO events (event_id, event_type, tenant_id, ts, payload) VALUES ('g1_@', 'drone.created', '@', NOW, '{\"id\":\"d1_@\"}');
    INSERT INTO audit_logs (id, tenant_id, actor_id, action, resource, method, status_code, ts, detail) VALUES
        ('l1_@', '@', 'u1_@', 'POST /drones', '/drones', 'POST', 201, NOW, '{}');";
