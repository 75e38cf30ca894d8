//! What the old platform's own revisions 0008 to 0028 made of its tables, on Postgres: the batches' keys and references,
//! by its names. Their checks are left out, and what they looked up is not.

use ringfence_tests::fixture::Place;

use crate::legacy_rows;

/// Every revision behind the baseline, with what it did.
pub(crate) const REVISIONS: [(&str, &str); 21] = [
    (
        "202602220008",
        "ALTER TABLE users ADD CONSTRAINT uq_users_tenant_id_id UNIQUE (tenant_id, id);
         ALTER TABLE roles ADD CONSTRAINT uq_roles_tenant_id_id UNIQUE (tenant_id, id);
         ALTER TABLE user_roles ADD COLUMN tenant_id VARCHAR;
         CREATE INDEX ix_user_roles_tenant_user ON user_roles (tenant_id, user_id);
         CREATE INDEX ix_user_roles_tenant_role ON user_roles (tenant_id, role_id);",
    ),
    (
        "202602220009",
        "UPDATE user_roles SET tenant_id = users.tenant_id FROM users WHERE users.id = user_roles.user_id;
         ALTER TABLE user_roles ALTER COLUMN tenant_id SET NOT NULL;",
    ),
    (
        "202602220010",
        "ALTER TABLE user_roles DROP CONSTRAINT user_roles_pkey;
         ALTER TABLE user_roles ADD CONSTRAINT pk_user_roles PRIMARY KEY (tenant_id, user_id, role_id);
         ALTER TABLE user_roles DROP CONSTRAINT user_roles_user_id_fkey;
         ALTER TABLE user_roles DROP CONSTRAINT user_roles_role_id_fkey;
         ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_tenant_user FOREIGN KEY (tenant_id, user_id)
             REFERENCES users (tenant_id, id) ON DELETE CASCADE;
         ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_tenant_role FOREIGN KEY (tenant_id, role_id)
             REFERENCES roles (tenant_id, id) ON DELETE CASCADE;",
    ),
    (
        "202602220011",
        "ALTER TABLE drones ADD CONSTRAINT uq_drones_tenant_id_id UNIQUE (tenant_id, id);
         ALTER TABLE missions ADD CONSTRAINT uq_missions_tenant_id_id UNIQUE (tenant_id, id);
         CREATE INDEX ix_missions_tenant_drone_id ON missions (tenant_id, drone_id);
         CREATE INDEX ix_missions_tenant_state ON missions (tenant_id, state);
         CREATE INDEX ix_mission_runs_tenant_mission_id ON mission_runs (tenant_id, mission_id);",
    ),
    ("202602220012", ""),
    (
        "202602220013",
        "ALTER TABLE missions DROP CONSTRAINT missions_drone_id_fkey;
         ALTER TABLE missions ADD CONSTRAINT fk_missions_tenant_drone FOREIGN KEY (tenant_id, drone_id)
             REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;
         ALTER TABLE mission_runs DROP CONSTRAINT mission_runs_mission_id_fkey;
         ALTER TABLE mission_runs ADD CONSTRAINT fk_mission_runs_tenant_mission FOREIGN KEY (tenant_id, mission_id)
             REFERENCES missions (tenant_id, id) ON DELETE RESTRICT;",
    ),
    (
        "202602230014",
        "ALTER TABLE inspection_templates ADD CONSTRAINT uq_inspection_templates_tenant_id_id UNIQUE (tenant_id, id);
         ALTER TABLE inspection_template_items
             ADD CONSTRAINT uq_inspection_template_items_tenant_id_id UNIQUE (tenant_id, id);
         ALTER TABLE inspection_tasks ADD CONSTRAINT uq_inspection_tasks_tenant_id_id UNIQUE (tenant_id, id);
         CREATE INDEX ix_inspection_templates_tenant_id_id ON inspection_templates (tenant_id, id);
         CREATE INDEX ix_inspection_template_items_tenant_id_id ON inspection_template_items (tenant_id, id);
         CREATE INDEX ix_inspection_tasks_tenant_id_id ON inspection_tasks (tenant_id, id);
         CREATE INDEX ix_inspection_template_items_tenant_template_id
             ON inspection_template_items (tenant_id, template_id);
         CREATE INDEX ix_inspection_tasks_tenant_template_id ON inspection_tasks (tenant_id, template_id);",
    ),
    ("202602230015", ""),
    (
        "202602230016",
        "ALTER TABLE inspection_template_items DROP CONSTRAINT inspection_template_items_template_id_fkey;
         ALTER TABLE inspection_template_items ADD CONSTRAINT fk_inspection_template_items_tenant_template
             FOREIGN KEY (tenant_id, template_id) REFERENCES inspection_templates (tenant_id, id) ON DELETE RESTRICT;
         ALTER TABLE inspection_tasks DROP CONSTRAINT inspection_tasks_template_id_fkey;
         ALTER TABLE inspection_tasks ADD CONSTRAINT fk_inspection_tasks_tenant_template
             FOREIGN KEY (tenant_id, template_id) REFERENCES inspection_templates (tenant_id, id) ON DELETE RESTRICT;",
    ),
    (
        "202602230017",
        "ALTER TABLE defects ADD CONSTRAINT uq_defects_tenant_id_id UNIQUE (tenant_id, id);
         ALTER TABLE defect_actions ADD CONSTRAINT uq_defect_actions_tenant_id_id UNIQUE (tenant_id, id);
         CREATE INDEX ix_defects_tenant_id_id ON defects (tenant_id, id);
         CREATE INDEX ix_defect_actions_tenant_id_id ON defect_actions (tenant_id, id);
         CREATE INDEX ix_defects_tenant_observation_id ON defects (tenant_id, observation_id);
         CREATE INDEX ix_defect_actions_tenant_defect_id ON defect_actions (tenant_id, defect_id);",
    ),
    ("202602230018", ""),
    (
        "202602230019",
        "ALTER TABLE defect_actions DROP CONSTRAINT defect_actions_defect_id_fkey;
         ALTER TABLE defect_actions ADD CONSTRAINT fk_defect_actions_tenant_defect FOREIGN KEY (tenant_id, defect_id)
             REFERENCES defects (tenant_id, id) ON DELETE RESTRICT;",
    ),
    (
        "202602230020",
        "ALTER TABLE incidents ADD CONSTRAINT uq_incidents_tenant_id_id UNIQUE (tenant_id, id);
         CREATE INDEX ix_incidents_tenant_id_id ON incidents (tenant_id, id);
         CREATE INDEX ix_incidents_tenant_linked_task_id ON incidents (tenant_id, linked_task_id);",
    ),
    ("202602230021", ""),
    (
        "202602230022",
        "ALTER TABLE incidents DROP CONSTRAINT incidents_linked_task_id_fkey;
         ALTER TABLE incidents ADD CONSTRAINT fk_incidents_tenant_linked_task FOREIGN KEY (tenant_id, linked_task_id)
             REFERENCES inspection_tasks (tenant_id, id) ON DELETE RESTRICT;",
    ),
    (
        "202602240023",
        "ALTER TABLE command_requests ADD CONSTRAINT uq_command_requests_tenant_id_id UNIQUE (tenant_id, id);
         CREATE INDEX ix_command_requests_tenant_id_id ON command_requests (tenant_id, id);
         CREATE INDEX ix_command_requests_tenant_drone_id ON command_requests (tenant_id, drone_id);",
    ),
    ("202602240024", ""),
    (
        "202602240025",
        "ALTER TABLE command_requests DROP CONSTRAINT command_requests_drone_id_fkey;
         ALTER TABLE command_requests ADD CONSTRAINT fk_command_requests_tenant_drone FOREIGN KEY (tenant_id, drone_id)
             REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;",
    ),
    (
        "202602240026",
        "ALTER TABLE approval_records ADD CONSTRAINT uq_approval_records_tenant_id_id UNIQUE (tenant_id, id);
         CREATE INDEX ix_approval_records_tenant_id_id ON approval_records (tenant_id, id);
         CREATE INDEX ix_approval_records_tenant_approved_by ON approval_records (tenant_id, approved_by);",
    ),
    ("202602240027", ""),
    (
        "202602240028",
        "ALTER TABLE approval_records ADD CONSTRAINT fk_approval_records_tenant_approved_by
             FOREIGN KEY (tenant_id, approved_by) REFERENCES users (tenant_id, id) ON DELETE RESTRICT;",
    ),
];

/// Fills an empty place with the old platform's rows, under the first `count` of its later revisions.
pub(crate) async fn make(place: &Place, count: usize) {
    let made = &REVISIONS[..count];
    let last = made.last().map_or(legacy_rows::REVISION, |(name, _)| name);
    legacy_rows::make_at(place, last).await;
    for (_, text) in made {
        place.raw(text).await.unwrap();
    }
}
