//! Rows in the tables behind batch 07A-2, written as the old platform writes, for both engines: of the tenants `a` and `b`
//! in each, and a drone that only an alert names, one that only a command does, and a request that is no tenant's.

/// What tenant `@` has: parents that no other row of the fixtures refers to.
const OF_A_TENANT: &str = "
    INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES
        ('busy_@', '@', 'busy', 'FAKE', '{}', NOW, NOW);
    INSERT INTO inspection_templates (id, tenant_id, name, category, created_at) VALUES
        ('template_@', '@', 'Mast', 'mast', NOW);
    INSERT INTO inspection_template_items (id, tenant_id, template_id, code, title, created_at) VALUES
        ('item_@', '@', 'template_@', 'rust', 'Rust', NOW);
    INSERT INTO inspection_tasks (id, tenant_id, name, template_id, mission_id, created_at) VALUES
        ('task_@', '@', 'Masts', 'template_@', NULL, NOW);
    INSERT INTO inspection_observations (id, tenant_id, task_id, drone_id, ts, position_lat, position_lon, alt_m,
        item_code, created_at) VALUES
        ('observation_@', '@', 'task_@', 'busy_@', NOW, 47.4, 8.5, 30, 'rust', NOW);
    INSERT INTO inspection_exports (id, tenant_id, task_id, format, file_path, created_at) VALUES
        ('export_@', '@', 'task_@', 'csv', 'x.csv', NOW);
    INSERT INTO defects (id, tenant_id, observation_id, title, created_at) VALUES
        ('defect_@', '@', 'observation_@', 'Rust', NOW);
    INSERT INTO defect_actions (id, tenant_id, defect_id, action_type, created_at) VALUES
        ('action_@', '@', 'defect_@', 'note', NOW);
    INSERT INTO incidents (id, tenant_id, title, level, location_geom, linked_task_id, created_at) VALUES
        ('incident_@', '@', 'Smoke', 'HIGH', 'POINT(8.5 47.4)', 'task_@', NOW);
    INSERT INTO alerts (id, tenant_id, drone_id, alert_type, severity, status, message, detail, first_seen_at,
        last_seen_at) VALUES
        ('alert_@', '@', 'busy_@', 'LINK_LOSS', 'WARNING', 'OPEN', 'link lost', '{}', NOW, NOW);
    INSERT INTO command_requests (id, tenant_id, drone_id, command_type, params, idempotency_key, expect_ack, status,
        attempts, issued_at, updated_at) VALUES
        ('command_@', '@', 'busy_@', 'RTH', '{}', 'k', true, 'PENDING', 0, NOW, NOW);
    INSERT INTO approval_records (id, tenant_id, entity_type, entity_id, status, approved_by, created_at) VALUES
        ('record_@', '@', 'inspection_task', 'task_@', 'APPROVED', 'u1_@', NOW);
    INSERT INTO events (event_id, event_type, tenant_id, ts, payload) VALUES
        ('event_@', 'x', '@', NOW, '{}');
    INSERT INTO audit_logs (id, tenant_id, action, resource, method, status_code, ts, detail) VALUES
        ('request_@', '@', 'x', '/x', 'POST', 200, NOW, '{}');";

/// Inserts at the moment `now`, which follow the seeds of the batches.
pub(crate) fn seed(now: &str) -> String {
    let tenants = ["a", "b"].map(|tenant| OF_A_TENANT.replace('@', tenant));
    (SEED.to_owned() + &tenants.concat()).replace("NOW", now)
}

const SEED: &str = "
    INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES
        ('commanded', 'a', 'commanded', 'FAKE', '{}', NOW, NOW),
        ('alerted', 'a', 'alerted', 'FAKE', '{}', NOW, NOW);
    INSERT INTO alerts (id, tenant_id, drone_id, alert_type, severity, status, message, detail, first_seen_at,
        last_seen_at) VALUES
        ('lone_alert', 'a', 'alerted', 'LINK_LOSS', 'WARNING', 'OPEN', 'link lost', '{}', NOW, NOW);
    INSERT INTO command_requests (id, tenant_id, drone_id, command_type, params, idempotency_key, expect_ack, status,
        attempts, issued_at, updated_at) VALUES
        ('lone_command', 'a', 'commanded', 'RTH', '{}', 'lone', true, 'PENDING', 0, NOW, NOW);
    INSERT INTO audit_logs (id, tenant_id, action, resource, method, status_code, ts, detail) VALUES
        ('nobodys', 'system', 'x', '/x', 'POST', 200, NOW, '{}');";
