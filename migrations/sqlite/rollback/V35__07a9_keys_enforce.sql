-- Back to keys without the tenant, and to the references that the old platform declared. foreign_keys is off while this
-- runs.

-- From the catalogue
PRAGMA legacy_alter_table = ON;
ALTER TABLE users RENAME TO rf_users_aside;
CREATE TABLE users (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    username VARCHAR NOT NULL,
    password_hash VARCHAR NOT NULL,
    is_active BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL, password_argon2 TEXT, password_source TEXT, version INTEGER NOT NULL DEFAULT 1, session_epoch INTEGER NOT NULL DEFAULT 0, name_key TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    CONSTRAINT uq_users_tenant_username UNIQUE (tenant_id, username)
);
INSERT INTO users (rowid, id, tenant_id, username, password_hash, is_active, created_at, password_argon2, password_source, version, session_epoch, name_key)
SELECT rowid, id, tenant_id, username, password_hash, is_active, created_at, password_argon2, password_source, version, session_epoch, name_key FROM rf_users_aside ORDER BY rowid;
DROP TABLE rf_users_aside;
CREATE UNIQUE INDEX uq_users_tenant_id_id ON users (tenant_id, id);
CREATE UNIQUE INDEX uq_users_tenant_name_key ON users (tenant_id, name_key);
CREATE INDEX ix_users_created_at ON users (created_at);
CREATE INDEX ix_users_username ON users (username);
ALTER TABLE roles RENAME TO rf_roles_aside;
CREATE TABLE roles (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    description VARCHAR,
    created_at DATETIME NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    CONSTRAINT uq_roles_tenant_name UNIQUE (tenant_id, name)
);
INSERT INTO roles (rowid, id, tenant_id, name, description, created_at, version)
SELECT rowid, id, tenant_id, name, description, created_at, version FROM rf_roles_aside ORDER BY rowid;
DROP TABLE rf_roles_aside;
CREATE UNIQUE INDEX uq_roles_tenant_id_id ON roles (tenant_id, id);
CREATE INDEX ix_roles_created_at ON roles (created_at);
CREATE INDEX ix_roles_name ON roles (name);
ALTER TABLE user_roles RENAME TO rf_user_roles_aside;
CREATE TABLE user_roles (
    user_id VARCHAR NOT NULL,
    role_id VARCHAR NOT NULL,
    created_at DATETIME NOT NULL, tenant_id TEXT, expires_at DATETIME,
    PRIMARY KEY (user_id, role_id),
    FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY(role_id) REFERENCES roles (id) ON DELETE CASCADE
);
INSERT INTO user_roles (rowid, user_id, role_id, created_at, tenant_id, expires_at)
SELECT rowid, user_id, role_id, created_at, tenant_id, expires_at FROM rf_user_roles_aside ORDER BY rowid;
DROP TABLE rf_user_roles_aside;
CREATE INDEX ix_user_roles_created_at ON user_roles (created_at);
CREATE INDEX ix_user_roles_tenant_user ON user_roles (tenant_id, user_id);
CREATE INDEX ix_user_roles_tenant_role ON user_roles (tenant_id, role_id);
ALTER TABLE role_permissions RENAME TO rf_role_permissions_aside;
CREATE TABLE role_permissions (
    role_id VARCHAR NOT NULL,
    permission_id VARCHAR NOT NULL,
    created_at DATETIME NOT NULL, tenant_id TEXT,
    PRIMARY KEY (role_id, permission_id),
    FOREIGN KEY(role_id) REFERENCES roles (id) ON DELETE CASCADE,
    FOREIGN KEY(permission_id) REFERENCES permissions (id) ON DELETE CASCADE
);
INSERT INTO role_permissions (rowid, role_id, permission_id, created_at, tenant_id)
SELECT rowid, role_id, permission_id, created_at, tenant_id FROM rf_role_permissions_aside ORDER BY rowid;
DROP TABLE rf_role_permissions_aside;
CREATE INDEX ix_role_permissions_created_at ON role_permissions (created_at);
CREATE INDEX ix_role_permissions_tenant_role ON role_permissions (tenant_id, role_id);
ALTER TABLE drones RENAME TO rf_drones_aside;
CREATE TABLE drones (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    vendor VARCHAR NOT NULL,
    capabilities JSON NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    CONSTRAINT uq_drones_tenant_name UNIQUE (tenant_id, name)
);
INSERT INTO drones (rowid, id, tenant_id, name, vendor, capabilities, created_at, updated_at, version)
SELECT rowid, id, tenant_id, name, vendor, capabilities, created_at, updated_at, version FROM rf_drones_aside ORDER BY rowid;
DROP TABLE rf_drones_aside;
CREATE UNIQUE INDEX uq_drones_tenant_id_id ON drones (tenant_id, id);
CREATE INDEX ix_drones_created_at ON drones (created_at);
CREATE INDEX ix_drones_name ON drones (name);
CREATE INDEX ix_drones_updated_at ON drones (updated_at);
ALTER TABLE drone_credentials RENAME TO rf_drone_credentials_aside;
CREATE TABLE drone_credentials (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    drone_id VARCHAR NOT NULL,
    secret JSON NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(drone_id) REFERENCES drones (id) ON DELETE CASCADE,
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    UNIQUE (drone_id)
);
INSERT INTO drone_credentials (rowid, id, tenant_id, drone_id, secret, created_at)
SELECT rowid, id, tenant_id, drone_id, secret, created_at FROM rf_drone_credentials_aside ORDER BY rowid;
DROP TABLE rf_drone_credentials_aside;
CREATE UNIQUE INDEX uq_drone_credentials_tenant_id_id ON drone_credentials (tenant_id, id);
CREATE UNIQUE INDEX uq_drone_credentials_tenant_drone_id ON drone_credentials (tenant_id, drone_id);
CREATE INDEX ix_drone_credentials_created_at ON drone_credentials (created_at);
CREATE INDEX ix_drone_credentials_drone_id ON drone_credentials (drone_id);
ALTER TABLE missions RENAME TO rf_missions_aside;
CREATE TABLE missions (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    drone_id VARCHAR,
    plan_type VARCHAR NOT NULL,
    payload JSON NOT NULL,
    constraints JSON NOT NULL,
    state VARCHAR NOT NULL,
    created_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL, version INTEGER NOT NULL DEFAULT 1, edited_by TEXT, edited_version INTEGER, plan_sha256 TEXT, plan TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(drone_id) REFERENCES drones (id) ON DELETE SET NULL
);
INSERT INTO missions (rowid, id, tenant_id, name, drone_id, plan_type, payload, constraints, state, created_by, created_at, updated_at, version, edited_by, edited_version, plan_sha256, plan)
SELECT rowid, id, tenant_id, name, drone_id, plan_type, payload, constraints, state, created_by, created_at, updated_at, version, edited_by, edited_version, plan_sha256, plan FROM rf_missions_aside ORDER BY rowid;
DROP TABLE rf_missions_aside;
CREATE UNIQUE INDEX uq_missions_tenant_id_id ON missions (tenant_id, id);
CREATE INDEX ix_missions_drone_id ON missions (drone_id);
CREATE INDEX ix_missions_name ON missions (name);
CREATE INDEX ix_missions_updated_at ON missions (updated_at);
CREATE INDEX ix_missions_tenant_created_at_id ON missions (tenant_id, created_at, id);
CREATE INDEX ix_missions_tenant_drone_id_created_at_id ON missions (tenant_id, drone_id, created_at, id);
CREATE INDEX ix_missions_tenant_state_created_at_id ON missions (tenant_id, state, created_at, id);
CREATE INDEX ix_missions_tenant_created_by ON missions (tenant_id, created_by);
ALTER TABLE mission_runs RENAME TO rf_mission_runs_aside;
CREATE TABLE mission_runs (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    mission_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    started_at DATETIME NOT NULL,
    ended_at DATETIME,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(mission_id) REFERENCES missions (id) ON DELETE CASCADE
);
INSERT INTO mission_runs (rowid, id, tenant_id, mission_id, state, started_at, ended_at)
SELECT rowid, id, tenant_id, mission_id, state, started_at, ended_at FROM rf_mission_runs_aside ORDER BY rowid;
DROP TABLE rf_mission_runs_aside;
CREATE UNIQUE INDEX uq_mission_runs_tenant_id_id ON mission_runs (tenant_id, id);
CREATE INDEX ix_mission_runs_ended_at ON mission_runs (ended_at);
CREATE INDEX ix_mission_runs_mission_id ON mission_runs (mission_id);
CREATE INDEX ix_mission_runs_state ON mission_runs (state);
CREATE INDEX ix_mission_runs_tenant_mission_id_started_at_id ON mission_runs (tenant_id, mission_id, started_at, id);
ALTER TABLE approvals RENAME TO rf_approvals_aside;
CREATE TABLE approvals (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    mission_id VARCHAR NOT NULL,
    approver_id VARCHAR NOT NULL,
    decision VARCHAR NOT NULL,
    comment VARCHAR,
    created_at DATETIME NOT NULL, audit_seq INTEGER, content_sha256 TEXT, plan_sha256 TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(mission_id) REFERENCES missions (id) ON DELETE CASCADE
);
INSERT INTO approvals (rowid, id, tenant_id, mission_id, approver_id, decision, comment, created_at, audit_seq, content_sha256, plan_sha256)
SELECT rowid, id, tenant_id, mission_id, approver_id, decision, comment, created_at, audit_seq, content_sha256, plan_sha256 FROM rf_approvals_aside ORDER BY rowid;
DROP TABLE rf_approvals_aside;
CREATE UNIQUE INDEX uq_approvals_tenant_id_id ON approvals (tenant_id, id);
CREATE INDEX ix_approvals_mission_id ON approvals (mission_id);
CREATE INDEX ix_approvals_tenant_mission_id_created_at_id ON approvals (tenant_id, mission_id, created_at, id);
CREATE INDEX ix_approvals_tenant_approver_id ON approvals (tenant_id, approver_id);
ALTER TABLE inspection_templates RENAME TO rf_inspection_templates_aside;
CREATE TABLE inspection_templates (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    name VARCHAR(100) NOT NULL,
    category VARCHAR(50) NOT NULL,
    description TEXT,
    is_active BOOLEAN DEFAULT (1) NOT NULL,
    created_at DATETIME NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
INSERT INTO inspection_templates (rowid, id, tenant_id, name, category, description, is_active, created_at, version)
SELECT rowid, id, tenant_id, name, category, description, is_active, created_at, version FROM rf_inspection_templates_aside ORDER BY rowid;
DROP TABLE rf_inspection_templates_aside;
CREATE UNIQUE INDEX uq_inspection_templates_tenant_id_id ON inspection_templates (tenant_id, id);
CREATE INDEX ix_inspection_templates_category ON inspection_templates (category);
CREATE INDEX ix_inspection_templates_created_at ON inspection_templates (created_at);
CREATE INDEX ix_inspection_templates_is_active ON inspection_templates (is_active);
CREATE INDEX ix_inspection_templates_name ON inspection_templates (name);
ALTER TABLE inspection_template_items RENAME TO rf_inspection_template_items_aside;
CREATE TABLE inspection_template_items (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    template_id VARCHAR NOT NULL,
    code VARCHAR(50) NOT NULL,
    title VARCHAR(100) NOT NULL,
    severity_default INTEGER DEFAULT '1' NOT NULL,
    required BOOLEAN DEFAULT (1) NOT NULL,
    sort_order INTEGER DEFAULT '0' NOT NULL,
    created_at DATETIME NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(template_id) REFERENCES inspection_templates (id) ON DELETE CASCADE
);
INSERT INTO inspection_template_items (rowid, id, tenant_id, template_id, code, title, severity_default, required, sort_order, created_at, version)
SELECT rowid, id, tenant_id, template_id, code, title, severity_default, required, sort_order, created_at, version FROM rf_inspection_template_items_aside ORDER BY rowid;
DROP TABLE rf_inspection_template_items_aside;
CREATE UNIQUE INDEX uq_inspection_template_items_tenant_id_id ON inspection_template_items (tenant_id, id);
CREATE INDEX ix_inspection_template_items_code ON inspection_template_items (code);
CREATE INDEX ix_inspection_template_items_created_at ON inspection_template_items (created_at);
CREATE INDEX ix_inspection_template_items_template_id ON inspection_template_items (template_id);
CREATE INDEX ix_inspection_template_items_tenant_template_id ON inspection_template_items (tenant_id, template_id);
ALTER TABLE inspection_tasks RENAME TO rf_inspection_tasks_aside;
CREATE TABLE inspection_tasks (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    name VARCHAR(100) NOT NULL,
    template_id VARCHAR NOT NULL,
    mission_id VARCHAR,
    area_geom TEXT DEFAULT '' NOT NULL,
    priority INTEGER DEFAULT '5' NOT NULL,
    status VARCHAR(20) DEFAULT 'DRAFT' NOT NULL,
    created_at DATETIME NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(template_id) REFERENCES inspection_templates (id) ON DELETE RESTRICT,
    FOREIGN KEY(mission_id) REFERENCES missions (id) ON DELETE SET NULL
);
INSERT INTO inspection_tasks (rowid, id, tenant_id, name, template_id, mission_id, area_geom, priority, status, created_at, version)
SELECT rowid, id, tenant_id, name, template_id, mission_id, area_geom, priority, status, created_at, version FROM rf_inspection_tasks_aside ORDER BY rowid;
DROP TABLE rf_inspection_tasks_aside;
CREATE UNIQUE INDEX uq_inspection_tasks_tenant_id_id ON inspection_tasks (tenant_id, id);
CREATE INDEX ix_inspection_tasks_mission_id ON inspection_tasks (mission_id);
CREATE INDEX ix_inspection_tasks_name ON inspection_tasks (name);
CREATE INDEX ix_inspection_tasks_priority ON inspection_tasks (priority);
CREATE INDEX ix_inspection_tasks_template_id ON inspection_tasks (template_id);
CREATE INDEX ix_inspection_tasks_tenant_created_at_id ON inspection_tasks (tenant_id, created_at, id);
CREATE INDEX ix_inspection_tasks_tenant_mission_id_created_at_id ON inspection_tasks (tenant_id, mission_id, created_at, id);
CREATE INDEX ix_inspection_tasks_tenant_status_created_at_id ON inspection_tasks (tenant_id, status, created_at, id);
CREATE INDEX ix_inspection_tasks_tenant_template_id_created_at_id ON inspection_tasks (tenant_id, template_id, created_at, id);
ALTER TABLE inspection_observations RENAME TO rf_inspection_observations_aside;
CREATE TABLE inspection_observations (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    task_id VARCHAR NOT NULL,
    drone_id VARCHAR,
    ts DATETIME NOT NULL,
    position_lat FLOAT NOT NULL,
    position_lon FLOAT NOT NULL,
    alt_m FLOAT NOT NULL,
    item_code VARCHAR(50) NOT NULL,
    severity INTEGER DEFAULT '1' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    media_url TEXT,
    confidence FLOAT,
    created_at DATETIME NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(task_id) REFERENCES inspection_tasks (id) ON DELETE CASCADE,
    FOREIGN KEY(drone_id) REFERENCES drones (id) ON DELETE SET NULL
);
INSERT INTO inspection_observations (rowid, id, tenant_id, task_id, drone_id, ts, position_lat, position_lon, alt_m, item_code, severity, note, media_url, confidence, created_at, version)
SELECT rowid, id, tenant_id, task_id, drone_id, ts, position_lat, position_lon, alt_m, item_code, severity, note, media_url, confidence, created_at, version FROM rf_inspection_observations_aside ORDER BY rowid;
DROP TABLE rf_inspection_observations_aside;
CREATE UNIQUE INDEX uq_inspection_observations_tenant_id_id ON inspection_observations (tenant_id, id);
CREATE INDEX ix_inspection_observations_created_at ON inspection_observations (created_at);
CREATE INDEX ix_inspection_observations_drone_id ON inspection_observations (drone_id);
CREATE INDEX ix_inspection_observations_item_code ON inspection_observations (item_code);
CREATE INDEX ix_inspection_observations_task_id ON inspection_observations (task_id);
CREATE INDEX ix_inspection_observations_tenant_ts_id ON inspection_observations (tenant_id, ts, id);
CREATE INDEX ix_inspection_observations_tenant_drone_id_ts_id ON inspection_observations (tenant_id, drone_id, ts, id);
CREATE INDEX ix_inspection_observations_tenant_task_id_ts_id ON inspection_observations (tenant_id, task_id, ts, id);
ALTER TABLE inspection_exports RENAME TO rf_inspection_exports_aside;
CREATE TABLE inspection_exports (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    task_id VARCHAR NOT NULL,
    format VARCHAR(10) NOT NULL,
    file_path TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(task_id) REFERENCES inspection_tasks (id) ON DELETE CASCADE
);
INSERT INTO inspection_exports (rowid, id, tenant_id, task_id, format, file_path, created_at)
SELECT rowid, id, tenant_id, task_id, format, file_path, created_at FROM rf_inspection_exports_aside ORDER BY rowid;
DROP TABLE rf_inspection_exports_aside;
CREATE UNIQUE INDEX uq_inspection_exports_tenant_id_id ON inspection_exports (tenant_id, id);
CREATE INDEX ix_inspection_exports_format ON inspection_exports (format);
CREATE INDEX ix_inspection_exports_task_id ON inspection_exports (task_id);
CREATE INDEX ix_inspection_exports_tenant_created_at_id ON inspection_exports (tenant_id, created_at, id);
CREATE INDEX ix_inspection_exports_tenant_task_id_created_at_id ON inspection_exports (tenant_id, task_id, created_at, id);
ALTER TABLE defects RENAME TO rf_defects_aside;
CREATE TABLE defects (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    observation_id VARCHAR NOT NULL,
    title VARCHAR(200) NOT NULL,
    description TEXT,
    severity INTEGER DEFAULT '1' NOT NULL,
    status VARCHAR(20) DEFAULT 'OPEN' NOT NULL,
    assigned_to VARCHAR,
    created_at DATETIME NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(observation_id) REFERENCES inspection_observations (id) ON DELETE CASCADE
);
INSERT INTO defects (rowid, id, tenant_id, observation_id, title, description, severity, status, assigned_to, created_at, version)
SELECT rowid, id, tenant_id, observation_id, title, description, severity, status, assigned_to, created_at, version FROM rf_defects_aside ORDER BY rowid;
DROP TABLE rf_defects_aside;
CREATE UNIQUE INDEX uq_defects_tenant_id_id ON defects (tenant_id, id);
CREATE INDEX ix_defects_observation_id ON defects (observation_id);
CREATE INDEX ix_defects_tenant_created_at_id ON defects (tenant_id, created_at, id);
CREATE INDEX ix_defects_tenant_assigned_to_created_at_id ON defects (tenant_id, assigned_to, created_at, id);
CREATE INDEX ix_defects_tenant_observation_id_created_at_id ON defects (tenant_id, observation_id, created_at, id);
CREATE INDEX ix_defects_tenant_status_created_at_id ON defects (tenant_id, status, created_at, id);
ALTER TABLE defect_actions RENAME TO rf_defect_actions_aside;
CREATE TABLE defect_actions (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    defect_id VARCHAR NOT NULL,
    action_type VARCHAR(50) NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(defect_id) REFERENCES defects (id) ON DELETE CASCADE
);
INSERT INTO defect_actions (rowid, id, tenant_id, defect_id, action_type, note, created_at)
SELECT rowid, id, tenant_id, defect_id, action_type, note, created_at FROM rf_defect_actions_aside ORDER BY rowid;
DROP TABLE rf_defect_actions_aside;
CREATE UNIQUE INDEX uq_defect_actions_tenant_id_id ON defect_actions (tenant_id, id);
CREATE INDEX ix_defect_actions_action_type ON defect_actions (action_type);
CREATE INDEX ix_defect_actions_defect_id ON defect_actions (defect_id);
CREATE INDEX ix_defect_actions_tenant_defect_id_created_at_id ON defect_actions (tenant_id, defect_id, created_at, id);
ALTER TABLE incidents RENAME TO rf_incidents_aside;
CREATE TABLE incidents (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    title VARCHAR(200) NOT NULL,
    level VARCHAR(20) NOT NULL,
    location_geom TEXT NOT NULL,
    status VARCHAR(20) DEFAULT 'OPEN' NOT NULL,
    linked_task_id VARCHAR,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(linked_task_id) REFERENCES inspection_tasks (id) ON DELETE SET NULL
);
INSERT INTO incidents (rowid, id, tenant_id, title, level, location_geom, status, linked_task_id, created_at)
SELECT rowid, id, tenant_id, title, level, location_geom, status, linked_task_id, created_at FROM rf_incidents_aside ORDER BY rowid;
DROP TABLE rf_incidents_aside;
CREATE UNIQUE INDEX uq_incidents_tenant_id_id ON incidents (tenant_id, id);
CREATE INDEX ix_incidents_level ON incidents (level);
CREATE INDEX ix_incidents_linked_task_id ON incidents (linked_task_id);
CREATE INDEX ix_incidents_tenant_created_at_id ON incidents (tenant_id, created_at, id);
CREATE INDEX ix_incidents_tenant_linked_task_id_created_at_id ON incidents (tenant_id, linked_task_id, created_at, id);
CREATE INDEX ix_incidents_tenant_status_created_at_id ON incidents (tenant_id, status, created_at, id);
ALTER TABLE alerts RENAME TO rf_alerts_aside;
CREATE TABLE alerts (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    drone_id VARCHAR NOT NULL,
    alert_type VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    detail JSON NOT NULL,
    first_seen_at DATETIME NOT NULL,
    last_seen_at DATETIME NOT NULL,
    acked_by VARCHAR,
    acked_at DATETIME,
    closed_by VARCHAR,
    closed_at DATETIME,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
INSERT INTO alerts (rowid, id, tenant_id, drone_id, alert_type, severity, status, message, detail, first_seen_at, last_seen_at, acked_by, acked_at, closed_by, closed_at)
SELECT rowid, id, tenant_id, drone_id, alert_type, severity, status, message, detail, first_seen_at, last_seen_at, acked_by, acked_at, closed_by, closed_at FROM rf_alerts_aside ORDER BY rowid;
DROP TABLE rf_alerts_aside;
CREATE UNIQUE INDEX uq_alerts_tenant_id_id ON alerts (tenant_id, id);
CREATE INDEX ix_alerts_acked_at ON alerts (acked_at);
CREATE INDEX ix_alerts_alert_type ON alerts (alert_type);
CREATE INDEX ix_alerts_closed_at ON alerts (closed_at);
CREATE INDEX ix_alerts_last_seen_at ON alerts (last_seen_at);
CREATE INDEX ix_alerts_severity ON alerts (severity);
CREATE INDEX ix_alerts_tenant_drone_id_status ON alerts (tenant_id, drone_id, status);
CREATE INDEX ix_alerts_tenant_first_seen_at_id ON alerts (tenant_id, first_seen_at, id);
CREATE INDEX ix_alerts_tenant_drone_id_first_seen_at_id ON alerts (tenant_id, drone_id, first_seen_at, id);
CREATE INDEX ix_alerts_tenant_status_first_seen_at_id ON alerts (tenant_id, status, first_seen_at, id);
CREATE INDEX ix_alerts_tenant_acked_by ON alerts (tenant_id, acked_by);
CREATE INDEX ix_alerts_tenant_closed_by ON alerts (tenant_id, closed_by);
ALTER TABLE command_requests RENAME TO rf_command_requests_aside;
CREATE TABLE command_requests (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    drone_id VARCHAR NOT NULL,
    command_type VARCHAR NOT NULL,
    params JSON NOT NULL,
    idempotency_key VARCHAR NOT NULL,
    expect_ack BOOLEAN NOT NULL,
    status VARCHAR NOT NULL,
    ack_ok BOOLEAN,
    ack_message VARCHAR,
    attempts INTEGER NOT NULL,
    issued_by VARCHAR,
    issued_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(drone_id) REFERENCES drones (id) ON DELETE CASCADE,
    CONSTRAINT uq_command_requests_tenant_idempotency UNIQUE (tenant_id, idempotency_key)
);
INSERT INTO command_requests (rowid, id, tenant_id, drone_id, command_type, params, idempotency_key, expect_ack, status, ack_ok, ack_message, attempts, issued_by, issued_at, updated_at)
SELECT rowid, id, tenant_id, drone_id, command_type, params, idempotency_key, expect_ack, status, ack_ok, ack_message, attempts, issued_by, issued_at, updated_at FROM rf_command_requests_aside ORDER BY rowid;
DROP TABLE rf_command_requests_aside;
CREATE UNIQUE INDEX uq_command_requests_tenant_id_id ON command_requests (tenant_id, id);
CREATE INDEX ix_command_requests_command_type ON command_requests (command_type);
CREATE INDEX ix_command_requests_drone_id ON command_requests (drone_id);
CREATE INDEX ix_command_requests_idempotency_key ON command_requests (idempotency_key);
CREATE INDEX ix_command_requests_updated_at ON command_requests (updated_at);
CREATE INDEX ix_command_requests_tenant_issued_at_id ON command_requests (tenant_id, issued_at, id);
CREATE INDEX ix_command_requests_tenant_drone_id_issued_at_id ON command_requests (tenant_id, drone_id, issued_at, id);
CREATE INDEX ix_command_requests_tenant_status_issued_at_id ON command_requests (tenant_id, status, issued_at, id);
CREATE INDEX ix_command_requests_tenant_issued_by ON command_requests (tenant_id, issued_by);
ALTER TABLE approval_records RENAME TO rf_approval_records_aside;
CREATE TABLE approval_records (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    entity_type VARCHAR(50) NOT NULL,
    entity_id VARCHAR NOT NULL,
    status VARCHAR(20) NOT NULL,
    approved_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
INSERT INTO approval_records (rowid, id, tenant_id, entity_type, entity_id, status, approved_by, created_at)
SELECT rowid, id, tenant_id, entity_type, entity_id, status, approved_by, created_at FROM rf_approval_records_aside ORDER BY rowid;
DROP TABLE rf_approval_records_aside;
CREATE UNIQUE INDEX uq_approval_records_tenant_id_id ON approval_records (tenant_id, id);
CREATE INDEX ix_approval_records_entity_type ON approval_records (entity_type);
CREATE INDEX ix_approval_records_tenant_created_at_id ON approval_records (tenant_id, created_at, id);
CREATE INDEX ix_approval_records_tenant_entity_id_created_at_id ON approval_records (tenant_id, entity_id, created_at, id);
CREATE INDEX ix_approval_records_tenant_approved_by_created_at_id ON approval_records (tenant_id, approved_by, created_at, id);
CREATE INDEX ix_approval_records_tenant_status_created_at_id ON approval_records (tenant_id, status, created_at, id);
ALTER TABLE events RENAME TO rf_events_aside;
CREATE TABLE events (
    event_id VARCHAR NOT NULL,
    event_type VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    ts DATETIME NOT NULL,
    actor_id VARCHAR,
    correlation_id VARCHAR,
    payload JSON NOT NULL,
    PRIMARY KEY (event_id)
);
INSERT INTO events (rowid, event_id, event_type, tenant_id, ts, actor_id, correlation_id, payload)
SELECT rowid, event_id, event_type, tenant_id, ts, actor_id, correlation_id, payload FROM rf_events_aside ORDER BY rowid;
DROP TABLE rf_events_aside;
CREATE INDEX ix_events_tenant_id_c ON events (tenant_id, event_id);
CREATE INDEX ix_events_actor_id ON events (actor_id);
CREATE INDEX ix_events_correlation_id ON events (correlation_id);
CREATE INDEX ix_events_tenant_ts_id ON events (tenant_id, ts, event_id);
CREATE INDEX ix_events_tenant_event_type_ts_id ON events (tenant_id, event_type, ts, event_id);
ALTER TABLE audit_logs RENAME TO rf_audit_logs_aside;
CREATE TABLE audit_logs (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    actor_id VARCHAR,
    action VARCHAR NOT NULL,
    resource VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    status_code INTEGER NOT NULL,
    ts DATETIME NOT NULL,
    detail JSON NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO audit_logs (rowid, id, tenant_id, actor_id, action, resource, method, status_code, ts, detail)
SELECT rowid, id, tenant_id, actor_id, action, resource, method, status_code, ts, detail FROM rf_audit_logs_aside ORDER BY rowid;
DROP TABLE rf_audit_logs_aside;
CREATE INDEX ix_audit_logs_tenant_id_c ON audit_logs (tenant_id, id);
CREATE INDEX ix_audit_logs_tenant_ts_id ON audit_logs (tenant_id, ts, id);
CREATE INDEX ix_audit_logs_tenant_actor_id_ts_id ON audit_logs (tenant_id, actor_id, ts, id);
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER rf_users_version AFTER UPDATE ON users
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE users SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_users_version_step BEFORE UPDATE OF version ON users
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:users');
END;
CREATE TRIGGER rf_users_insert BEFORE INSERT ON users
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:users')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM users WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:users_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.unique:users_pkey')
    WHERE EXISTS (SELECT 1 FROM users WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_users_tenant_username')
    WHERE EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND username = NEW.username);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_users_tenant_name_key')
    WHERE EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND name_key = NEW.name_key);
END;
CREATE TRIGGER rf_users_insert_rowid AFTER INSERT ON users
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:users');
END;
CREATE TRIGGER rf_users_key BEFORE UPDATE ON users
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:users');
END;
CREATE TRIGGER rf_users_update BEFORE UPDATE OF username, name_key ON users
BEGIN
    SELECT RAISE(ABORT, 'ringfence.unique:uq_users_tenant_username')
    WHERE EXISTS (
        SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND username = NEW.username AND rowid <> OLD.rowid
    );
    SELECT RAISE(ABORT, 'ringfence.unique:uq_users_tenant_name_key')
    WHERE EXISTS (
        SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND name_key = NEW.name_key AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_users_delete BEFORE DELETE ON users
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_missions_tenant_created_by')
    WHERE EXISTS (SELECT 1 FROM missions WHERE tenant_id = OLD.tenant_id AND created_by = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approvals_tenant_approver')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE tenant_id = OLD.tenant_id AND approver_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_defects_tenant_assigned_to')
    WHERE EXISTS (SELECT 1 FROM defects WHERE tenant_id = OLD.tenant_id AND assigned_to = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_alerts_tenant_acked_by')
    WHERE EXISTS (SELECT 1 FROM alerts WHERE tenant_id = OLD.tenant_id AND acked_by = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_alerts_tenant_closed_by')
    WHERE EXISTS (SELECT 1 FROM alerts WHERE tenant_id = OLD.tenant_id AND closed_by = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_command_requests_tenant_issued_by')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE tenant_id = OLD.tenant_id AND issued_by = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_approved_by')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND approved_by = OLD.id);
END;
CREATE TRIGGER rf_users_cascade AFTER DELETE ON users
BEGIN
    DELETE FROM user_roles WHERE tenant_id = OLD.tenant_id AND user_id = OLD.id;
END;
CREATE TRIGGER rf_users_epoch_insert AFTER INSERT ON users
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_users_epoch_update AFTER UPDATE ON users
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_users_epoch_delete AFTER DELETE ON users
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = OLD.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT OLD.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = OLD.tenant_id);
END;
CREATE TRIGGER rf_roles_version AFTER UPDATE ON roles
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE roles SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_roles_version_step BEFORE UPDATE OF version ON roles
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:roles');
END;
CREATE TRIGGER rf_roles_insert BEFORE INSERT ON roles
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:roles')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM roles WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:roles_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.unique:roles_pkey')
    WHERE EXISTS (SELECT 1 FROM roles WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_roles_tenant_name')
    WHERE EXISTS (SELECT 1 FROM roles WHERE tenant_id = NEW.tenant_id AND name = NEW.name);
END;
CREATE TRIGGER rf_roles_insert_rowid AFTER INSERT ON roles
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:roles');
END;
CREATE TRIGGER rf_roles_key BEFORE UPDATE ON roles
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:roles');
END;
CREATE TRIGGER rf_roles_update BEFORE UPDATE OF name ON roles
BEGIN
    SELECT RAISE(ABORT, 'ringfence.unique:uq_roles_tenant_name')
    WHERE EXISTS (
        SELECT 1 FROM roles WHERE tenant_id = NEW.tenant_id AND name = NEW.name AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_roles_cascade AFTER DELETE ON roles
BEGIN
    DELETE FROM user_roles WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
    DELETE FROM role_permissions WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
    DELETE FROM role_inheritance WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
    DELETE FROM role_inheritance WHERE tenant_id = OLD.tenant_id AND inherits_role_id = OLD.id;
    DELETE FROM role_denies WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
END;
CREATE TRIGGER rf_roles_epoch_insert AFTER INSERT ON roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_roles_epoch_update AFTER UPDATE ON roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_roles_epoch_delete AFTER DELETE ON roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = OLD.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT OLD.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = OLD.tenant_id);
END;
CREATE TRIGGER rf_user_roles_tenant AFTER INSERT ON user_roles
WHEN NEW.tenant_id IS NULL
BEGIN
    UPDATE user_roles SET tenant_id = (SELECT tenant_id FROM users WHERE id = NEW.user_id)
    WHERE user_id = NEW.user_id AND role_id = NEW.role_id;
END;
CREATE TRIGGER rf_user_roles_insert BEFORE INSERT ON user_roles
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:user_roles')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM user_roles WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_user_roles_tenant_user')
    WHERE NOT EXISTS (
        SELECT 1 FROM users
        WHERE id = NEW.user_id AND (NEW.tenant_id IS NULL OR tenant_id = NEW.tenant_id)
    );
    SELECT RAISE(ABORT, 'ringfence.reference:fk_user_roles_tenant_role')
    WHERE NOT EXISTS (
        SELECT 1 FROM users JOIN roles ON roles.tenant_id = users.tenant_id
        WHERE users.id = NEW.user_id AND roles.id = NEW.role_id
    );
    SELECT RAISE(ABORT, 'ringfence.unique:user_roles_pkey')
    WHERE EXISTS (SELECT 1 FROM user_roles WHERE user_id = NEW.user_id AND role_id = NEW.role_id);
END;
CREATE TRIGGER rf_user_roles_insert_rowid AFTER INSERT ON user_roles
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:user_roles');
END;
CREATE TRIGGER rf_user_roles_key BEFORE UPDATE ON user_roles
WHEN NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:user_roles');
END;
CREATE TRIGGER rf_user_roles_update BEFORE UPDATE OF user_id, role_id, tenant_id ON user_roles
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:user_roles')
    WHERE OLD.tenant_id IS NOT NULL AND NEW.tenant_id IS NOT OLD.tenant_id;
    SELECT RAISE(ABORT, 'ringfence.reference:fk_user_roles_tenant_user')
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.user_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_user_roles_tenant_role')
    WHERE NOT EXISTS (SELECT 1 FROM roles WHERE tenant_id = NEW.tenant_id AND id = NEW.role_id);
    SELECT RAISE(ABORT, 'ringfence.unique:user_roles_pkey')
    WHERE EXISTS (
        SELECT 1 FROM user_roles WHERE user_id = NEW.user_id AND role_id = NEW.role_id AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_user_roles_epoch_insert AFTER INSERT ON user_roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = (SELECT tenant_id FROM users WHERE id = NEW.user_id);
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT (SELECT tenant_id FROM users WHERE id = NEW.user_id), lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = (SELECT tenant_id FROM users WHERE id = NEW.user_id));
END;
CREATE TRIGGER rf_user_roles_epoch_update AFTER UPDATE ON user_roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_user_roles_epoch_delete AFTER DELETE ON user_roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = OLD.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT OLD.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = OLD.tenant_id);
END;
CREATE TRIGGER rf_role_permissions_tenant AFTER INSERT ON role_permissions
WHEN NEW.tenant_id IS NULL
BEGIN
    UPDATE role_permissions SET tenant_id = (SELECT tenant_id FROM roles WHERE id = NEW.role_id)
    WHERE role_id = NEW.role_id AND permission_id = NEW.permission_id;
END;
CREATE TRIGGER rf_role_permissions_insert BEFORE INSERT ON role_permissions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:role_permissions')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM role_permissions WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_role_permissions_tenant_role')
    WHERE NOT EXISTS (
        SELECT 1 FROM roles
        WHERE id = NEW.role_id AND (NEW.tenant_id IS NULL OR tenant_id = NEW.tenant_id)
    );
    SELECT RAISE(ABORT, 'ringfence.reference:role_permissions_permission_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM permissions WHERE id = NEW.permission_id);
    SELECT RAISE(ABORT, 'ringfence.unique:role_permissions_pkey')
    WHERE EXISTS (SELECT 1 FROM role_permissions WHERE role_id = NEW.role_id AND permission_id = NEW.permission_id);
END;
CREATE TRIGGER rf_role_permissions_insert_rowid AFTER INSERT ON role_permissions
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:role_permissions');
END;
CREATE TRIGGER rf_role_permissions_key BEFORE UPDATE ON role_permissions
WHEN NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:role_permissions');
END;
CREATE TRIGGER rf_role_permissions_update BEFORE UPDATE OF role_id, permission_id, tenant_id ON role_permissions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:role_permissions')
    WHERE OLD.tenant_id IS NOT NULL AND NEW.tenant_id IS NOT OLD.tenant_id;
    SELECT RAISE(ABORT, 'ringfence.reference:fk_role_permissions_tenant_role')
    WHERE NOT EXISTS (SELECT 1 FROM roles WHERE tenant_id = NEW.tenant_id AND id = NEW.role_id);
    SELECT RAISE(ABORT, 'ringfence.reference:role_permissions_permission_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM permissions WHERE id = NEW.permission_id);
    SELECT RAISE(ABORT, 'ringfence.unique:role_permissions_pkey')
    WHERE EXISTS (
        SELECT 1 FROM role_permissions WHERE role_id = NEW.role_id AND permission_id = NEW.permission_id AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_role_permissions_epoch_insert AFTER INSERT ON role_permissions
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = (SELECT tenant_id FROM roles WHERE id = NEW.role_id);
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT (SELECT tenant_id FROM roles WHERE id = NEW.role_id), lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = (SELECT tenant_id FROM roles WHERE id = NEW.role_id));
END;
CREATE TRIGGER rf_role_permissions_epoch_update AFTER UPDATE ON role_permissions
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_role_permissions_epoch_delete AFTER DELETE ON role_permissions
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = OLD.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT OLD.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = OLD.tenant_id);
END;
CREATE TRIGGER rf_drones_version AFTER UPDATE ON drones
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE drones SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_drones_version_step BEFORE UPDATE OF version ON drones
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drones');
END;
CREATE TRIGGER rf_drones_insert BEFORE INSERT ON drones
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drones')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM drones WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:drones_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.unique:drones_pkey')
    WHERE EXISTS (SELECT 1 FROM drones WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_drones_tenant_name')
    WHERE EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND name = NEW.name);
END;
CREATE TRIGGER rf_drones_insert_rowid AFTER INSERT ON drones
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drones');
END;
CREATE TRIGGER rf_drones_key BEFORE UPDATE ON drones
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drones');
END;
CREATE TRIGGER rf_drones_update BEFORE UPDATE OF name ON drones
BEGIN
    SELECT RAISE(ABORT, 'ringfence.unique:uq_drones_tenant_name')
    WHERE EXISTS (
        SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND name = NEW.name AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_drones_delete BEFORE DELETE ON drones
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_drone_credentials_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_missions_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM missions WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_observations_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_alerts_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM alerts WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_command_requests_tenant_drone')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE tenant_id = OLD.tenant_id AND drone_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_drone')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'drone');
END;
CREATE TRIGGER rf_drone_credentials_insert BEFORE INSERT ON drone_credentials
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drone_credentials')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM drone_credentials WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:drone_credentials_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_drone_credentials_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:drone_credentials_pkey')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:drone_credentials_drone_id_key')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE drone_id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_drone_credentials_tenant_drone_id')
    WHERE EXISTS (SELECT 1 FROM drone_credentials WHERE tenant_id = NEW.tenant_id AND drone_id = NEW.drone_id);
END;
CREATE TRIGGER rf_drone_credentials_insert_rowid AFTER INSERT ON drone_credentials
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drone_credentials');
END;
CREATE TRIGGER rf_drone_credentials_key BEFORE UPDATE ON drone_credentials
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:drone_credentials');
END;
CREATE TRIGGER rf_drone_credentials_update BEFORE UPDATE OF drone_id ON drone_credentials
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_drone_credentials_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.unique:drone_credentials_drone_id_key')
    WHERE EXISTS (
        SELECT 1 FROM drone_credentials WHERE drone_id = NEW.drone_id AND rowid <> OLD.rowid
    );
    SELECT RAISE(ABORT, 'ringfence.unique:uq_drone_credentials_tenant_drone_id')
    WHERE EXISTS (
        SELECT 1 FROM drone_credentials WHERE tenant_id = NEW.tenant_id AND drone_id = NEW.drone_id AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_missions_version_step BEFORE UPDATE OF version ON missions
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:missions');
END;
CREATE TRIGGER rf_missions_insert BEFORE INSERT ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:missions')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM missions WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:missions_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_missions_tenant_drone')
    WHERE NEW.drone_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_missions_tenant_created_by')
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.created_by);
    SELECT RAISE(ABORT, 'ringfence.unique:missions_pkey')
    WHERE EXISTS (SELECT 1 FROM missions WHERE id = NEW.id);
END;
CREATE TRIGGER rf_missions_insert_rowid AFTER INSERT ON missions
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:missions');
END;
CREATE TRIGGER rf_missions_key BEFORE UPDATE ON missions
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:missions');
END;
CREATE TRIGGER rf_missions_update BEFORE UPDATE OF drone_id, created_by ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_missions_tenant_drone')
    WHERE NEW.drone_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_missions_tenant_created_by')
    WHERE NEW.created_by IS NOT OLD.created_by AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.created_by);
END;
CREATE TRIGGER rf_missions_delete BEFORE DELETE ON missions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_mission_runs_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM mission_runs WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approvals_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_tasks_tenant_mission')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = OLD.tenant_id AND mission_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_mission')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'mission');
END;
CREATE TRIGGER rf_mission_runs_insert BEFORE INSERT ON mission_runs
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:mission_runs')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM mission_runs WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:mission_runs_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_mission_runs_tenant_mission')
    WHERE NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
    SELECT RAISE(ABORT, 'ringfence.unique:mission_runs_pkey')
    WHERE EXISTS (SELECT 1 FROM mission_runs WHERE id = NEW.id);
END;
CREATE TRIGGER rf_mission_runs_insert_rowid AFTER INSERT ON mission_runs
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:mission_runs');
END;
CREATE TRIGGER rf_mission_runs_key BEFORE UPDATE ON mission_runs
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:mission_runs');
END;
CREATE TRIGGER rf_mission_runs_update BEFORE UPDATE OF mission_id ON mission_runs
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_mission_runs_tenant_mission')
    WHERE NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
END;
CREATE TRIGGER rf_approvals_insert BEFORE INSERT ON approvals
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approvals')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM approvals WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:approvals_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approvals_tenant_mission')
    WHERE NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approvals_tenant_approver')
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.approver_id);
    SELECT RAISE(ABORT, 'ringfence.unique:approvals_pkey')
    WHERE EXISTS (SELECT 1 FROM approvals WHERE id = NEW.id);
END;
CREATE TRIGGER rf_approvals_insert_rowid AFTER INSERT ON approvals
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approvals');
END;
CREATE TRIGGER rf_approvals_key BEFORE UPDATE ON approvals
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approvals');
END;
CREATE TRIGGER rf_approvals_update BEFORE UPDATE OF mission_id, approver_id ON approvals
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approvals_tenant_mission')
    WHERE NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approvals_tenant_approver')
    WHERE NEW.approver_id IS NOT OLD.approver_id AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.approver_id);
END;
CREATE TRIGGER rf_inspection_templates_version AFTER UPDATE ON inspection_templates
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE inspection_templates SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_inspection_templates_version_step BEFORE UPDATE OF version ON inspection_templates
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_templates');
END;
CREATE TRIGGER rf_inspection_templates_insert BEFORE INSERT ON inspection_templates
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_templates')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM inspection_templates WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:inspection_templates_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.unique:inspection_templates_pkey')
    WHERE EXISTS (SELECT 1 FROM inspection_templates WHERE id = NEW.id);
END;
CREATE TRIGGER rf_inspection_templates_insert_rowid AFTER INSERT ON inspection_templates
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_templates');
END;
CREATE TRIGGER rf_inspection_templates_key BEFORE UPDATE ON inspection_templates
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_templates');
END;
CREATE TRIGGER rf_inspection_templates_delete BEFORE DELETE ON inspection_templates
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_template_items_tenant_template')
    WHERE EXISTS (SELECT 1 FROM inspection_template_items WHERE tenant_id = OLD.tenant_id AND template_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_tasks_tenant_template')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = OLD.tenant_id AND template_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_inspection_template')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'inspection_template');
END;
CREATE TRIGGER rf_inspection_template_items_version AFTER UPDATE ON inspection_template_items
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE inspection_template_items SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_inspection_template_items_version_step BEFORE UPDATE OF version ON inspection_template_items
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_template_items');
END;
CREATE TRIGGER rf_inspection_template_items_insert BEFORE INSERT ON inspection_template_items
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_template_items')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM inspection_template_items WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:inspection_template_items_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_template_items_tenant_template')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.template_id);
    SELECT RAISE(ABORT, 'ringfence.unique:inspection_template_items_pkey')
    WHERE EXISTS (SELECT 1 FROM inspection_template_items WHERE id = NEW.id);
END;
CREATE TRIGGER rf_inspection_template_items_insert_rowid AFTER INSERT ON inspection_template_items
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_template_items');
END;
CREATE TRIGGER rf_inspection_template_items_key BEFORE UPDATE ON inspection_template_items
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_template_items');
END;
CREATE TRIGGER rf_inspection_template_items_update BEFORE UPDATE OF template_id ON inspection_template_items
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_template_items_tenant_template')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.template_id);
END;
CREATE TRIGGER rf_inspection_tasks_version AFTER UPDATE ON inspection_tasks
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE inspection_tasks SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_inspection_tasks_version_step BEFORE UPDATE OF version ON inspection_tasks
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_tasks');
END;
CREATE TRIGGER rf_inspection_tasks_insert BEFORE INSERT ON inspection_tasks
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_tasks')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM inspection_tasks WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:inspection_tasks_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_tasks_tenant_mission')
    WHERE NEW.mission_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_tasks_tenant_template')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.template_id);
    SELECT RAISE(ABORT, 'ringfence.unique:inspection_tasks_pkey')
    WHERE EXISTS (SELECT 1 FROM inspection_tasks WHERE id = NEW.id);
END;
CREATE TRIGGER rf_inspection_tasks_insert_rowid AFTER INSERT ON inspection_tasks
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_tasks');
END;
CREATE TRIGGER rf_inspection_tasks_key BEFORE UPDATE ON inspection_tasks
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_tasks');
END;
CREATE TRIGGER rf_inspection_tasks_update BEFORE UPDATE OF template_id, mission_id ON inspection_tasks
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_tasks_tenant_mission')
    WHERE NEW.mission_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.mission_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_tasks_tenant_template')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.template_id);
END;
CREATE TRIGGER rf_inspection_tasks_delete BEFORE DELETE ON inspection_tasks
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_observations_tenant_task')
    WHERE EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = OLD.tenant_id AND task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_inspection_exports_tenant_task')
    WHERE EXISTS (SELECT 1 FROM inspection_exports WHERE tenant_id = OLD.tenant_id AND task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_incidents_tenant_linked_task')
    WHERE EXISTS (SELECT 1 FROM incidents WHERE tenant_id = OLD.tenant_id AND linked_task_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_inspection_task')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'inspection_task');
END;
CREATE TRIGGER rf_inspection_observations_version AFTER UPDATE ON inspection_observations
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE inspection_observations SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_inspection_observations_version_step BEFORE UPDATE OF version ON inspection_observations
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_observations');
END;
CREATE TRIGGER rf_inspection_observations_insert BEFORE INSERT ON inspection_observations
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_observations')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM inspection_observations WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:inspection_observations_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_observations_tenant_drone')
    WHERE NEW.drone_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_observations_tenant_task')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.task_id);
    SELECT RAISE(ABORT, 'ringfence.unique:inspection_observations_pkey')
    WHERE EXISTS (SELECT 1 FROM inspection_observations WHERE id = NEW.id);
END;
CREATE TRIGGER rf_inspection_observations_insert_rowid AFTER INSERT ON inspection_observations
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_observations');
END;
CREATE TRIGGER rf_inspection_observations_key BEFORE UPDATE ON inspection_observations
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_observations');
END;
CREATE TRIGGER rf_inspection_observations_update BEFORE UPDATE OF task_id, drone_id ON inspection_observations
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_observations_tenant_drone')
    WHERE NEW.drone_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_observations_tenant_task')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.task_id);
END;
CREATE TRIGGER rf_inspection_observations_delete BEFORE DELETE ON inspection_observations
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_defects_tenant_observation')
    WHERE EXISTS (SELECT 1 FROM defects WHERE tenant_id = OLD.tenant_id AND observation_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_inspection_observation')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'inspection_observation');
END;
CREATE TRIGGER rf_inspection_exports_insert BEFORE INSERT ON inspection_exports
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_exports')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM inspection_exports WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:inspection_exports_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_exports_tenant_task')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.task_id);
    SELECT RAISE(ABORT, 'ringfence.unique:inspection_exports_pkey')
    WHERE EXISTS (SELECT 1 FROM inspection_exports WHERE id = NEW.id);
END;
CREATE TRIGGER rf_inspection_exports_insert_rowid AFTER INSERT ON inspection_exports
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_exports');
END;
CREATE TRIGGER rf_inspection_exports_key BEFORE UPDATE ON inspection_exports
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:inspection_exports');
END;
CREATE TRIGGER rf_inspection_exports_update BEFORE UPDATE OF task_id ON inspection_exports
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_inspection_exports_tenant_task')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.task_id);
END;
CREATE TRIGGER rf_defects_version AFTER UPDATE ON defects
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE defects SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER rf_defects_version_step BEFORE UPDATE OF version ON defects
WHEN NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defects');
END;
CREATE TRIGGER rf_defects_insert BEFORE INSERT ON defects
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defects')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM defects WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:defects_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defects_tenant_observation')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = NEW.tenant_id AND id = NEW.observation_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defects_tenant_assigned_to')
    WHERE EXISTS (SELECT 1 FROM users WHERE id = NEW.assigned_to)
    AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.assigned_to);
    SELECT RAISE(ABORT, 'ringfence.unique:defects_pkey')
    WHERE EXISTS (SELECT 1 FROM defects WHERE id = NEW.id);
END;
CREATE TRIGGER rf_defects_insert_rowid AFTER INSERT ON defects
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defects');
END;
CREATE TRIGGER rf_defects_key BEFORE UPDATE ON defects
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defects');
END;
CREATE TRIGGER rf_defects_update BEFORE UPDATE OF observation_id, assigned_to ON defects
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defects_tenant_observation')
    WHERE NOT EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = NEW.tenant_id AND id = NEW.observation_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defects_tenant_assigned_to')
    WHERE NEW.assigned_to IS NOT OLD.assigned_to AND EXISTS (SELECT 1 FROM users WHERE id = NEW.assigned_to)
    AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.assigned_to);
END;
CREATE TRIGGER rf_defects_delete BEFORE DELETE ON defects
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_defect_actions_tenant_defect')
    WHERE EXISTS (SELECT 1 FROM defect_actions WHERE tenant_id = OLD.tenant_id AND defect_id = OLD.id);
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_defect')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'defect');
END;
CREATE TRIGGER rf_defect_actions_insert BEFORE INSERT ON defect_actions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defect_actions')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM defect_actions WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:defect_actions_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defect_actions_tenant_defect')
    WHERE NOT EXISTS (SELECT 1 FROM defects WHERE tenant_id = NEW.tenant_id AND id = NEW.defect_id);
    SELECT RAISE(ABORT, 'ringfence.unique:defect_actions_pkey')
    WHERE EXISTS (SELECT 1 FROM defect_actions WHERE id = NEW.id);
END;
CREATE TRIGGER rf_defect_actions_insert_rowid AFTER INSERT ON defect_actions
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defect_actions');
END;
CREATE TRIGGER rf_defect_actions_key BEFORE UPDATE ON defect_actions
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:defect_actions');
END;
CREATE TRIGGER rf_defect_actions_update BEFORE UPDATE OF defect_id ON defect_actions
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_defect_actions_tenant_defect')
    WHERE NOT EXISTS (SELECT 1 FROM defects WHERE tenant_id = NEW.tenant_id AND id = NEW.defect_id);
END;
CREATE TRIGGER rf_incidents_insert BEFORE INSERT ON incidents
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:incidents')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM incidents WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:incidents_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_incidents_tenant_linked_task')
    WHERE NEW.linked_task_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.linked_task_id);
    SELECT RAISE(ABORT, 'ringfence.unique:incidents_pkey')
    WHERE EXISTS (SELECT 1 FROM incidents WHERE id = NEW.id);
END;
CREATE TRIGGER rf_incidents_insert_rowid AFTER INSERT ON incidents
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:incidents');
END;
CREATE TRIGGER rf_incidents_key BEFORE UPDATE ON incidents
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:incidents');
END;
CREATE TRIGGER rf_incidents_update BEFORE UPDATE OF linked_task_id ON incidents
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_incidents_tenant_linked_task')
    WHERE NEW.linked_task_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.linked_task_id);
END;
CREATE TRIGGER rf_incidents_delete BEFORE DELETE ON incidents
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_incident')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'incident');
END;
CREATE TRIGGER rf_alerts_insert BEFORE INSERT ON alerts
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:alerts')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM alerts WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:alerts_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_acked_by')
    WHERE NEW.acked_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.acked_by);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_closed_by')
    WHERE NEW.closed_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.closed_by);
    SELECT RAISE(ABORT, 'ringfence.unique:alerts_pkey')
    WHERE EXISTS (SELECT 1 FROM alerts WHERE id = NEW.id);
END;
CREATE TRIGGER rf_alerts_insert_rowid AFTER INSERT ON alerts
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:alerts');
END;
CREATE TRIGGER rf_alerts_key BEFORE UPDATE ON alerts
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:alerts');
END;
CREATE TRIGGER rf_alerts_update BEFORE UPDATE OF drone_id, acked_by, closed_by ON alerts
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_acked_by')
    WHERE NEW.acked_by IS NOT OLD.acked_by AND NEW.acked_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.acked_by);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_alerts_tenant_closed_by')
    WHERE NEW.closed_by IS NOT OLD.closed_by AND NEW.closed_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.closed_by);
END;
CREATE TRIGGER rf_alerts_delete BEFORE DELETE ON alerts
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:fk_approval_records_tenant_entity_alert')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = 'alert');
END;
CREATE TRIGGER rf_command_requests_insert BEFORE INSERT ON command_requests
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:command_requests')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM command_requests WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:command_requests_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_command_requests_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_command_requests_tenant_issued_by')
    WHERE NEW.issued_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.issued_by);
    SELECT RAISE(ABORT, 'ringfence.unique:command_requests_pkey')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_command_requests_tenant_idempotency')
    WHERE EXISTS (SELECT 1 FROM command_requests WHERE tenant_id = NEW.tenant_id AND idempotency_key = NEW.idempotency_key);
END;
CREATE TRIGGER rf_command_requests_insert_rowid AFTER INSERT ON command_requests
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:command_requests');
END;
CREATE TRIGGER rf_command_requests_key BEFORE UPDATE ON command_requests
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:command_requests');
END;
CREATE TRIGGER rf_command_requests_update BEFORE UPDATE OF drone_id, idempotency_key, issued_by ON command_requests
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_command_requests_tenant_drone')
    WHERE NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.drone_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_command_requests_tenant_issued_by')
    WHERE NEW.issued_by IS NOT OLD.issued_by AND NEW.issued_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.issued_by);
    SELECT RAISE(ABORT, 'ringfence.unique:uq_command_requests_tenant_idempotency')
    WHERE EXISTS (
        SELECT 1 FROM command_requests WHERE tenant_id = NEW.tenant_id AND idempotency_key = NEW.idempotency_key AND rowid <> OLD.rowid
    );
END;
CREATE TRIGGER rf_approval_records_insert BEFORE INSERT ON approval_records
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approval_records')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM approval_records WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:approval_records_tenant_id_fkey')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_approved_by')
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.approved_by);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_mission')
    WHERE NEW.entity_type = 'mission' AND NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_template')
    WHERE NEW.entity_type = 'inspection_template' AND NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_task')
    WHERE NEW.entity_type = 'inspection_task' AND NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_observation')
    WHERE NEW.entity_type = 'inspection_observation' AND NOT EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_defect')
    WHERE NEW.entity_type = 'defect' AND NOT EXISTS (SELECT 1 FROM defects WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_incident')
    WHERE NEW.entity_type = 'incident' AND NOT EXISTS (SELECT 1 FROM incidents WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_alert')
    WHERE NEW.entity_type = 'alert' AND NOT EXISTS (SELECT 1 FROM alerts WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_drone')
    WHERE NEW.entity_type = 'drone' AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity')
    WHERE NEW.entity_type NOT IN ('mission', 'inspection_template', 'inspection_task', 'inspection_observation', 'defect', 'incident', 'alert', 'drone');
    SELECT RAISE(ABORT, 'ringfence.unique:approval_records_pkey')
    WHERE EXISTS (SELECT 1 FROM approval_records WHERE id = NEW.id);
END;
CREATE TRIGGER rf_approval_records_insert_rowid AFTER INSERT ON approval_records
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approval_records');
END;
CREATE TRIGGER rf_approval_records_key BEFORE UPDATE ON approval_records
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:approval_records');
END;
CREATE TRIGGER rf_approval_records_update BEFORE UPDATE OF entity_type, entity_id, approved_by ON approval_records
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_approved_by')
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.approved_by);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_mission')
    WHERE NEW.entity_type = 'mission' AND NOT EXISTS (SELECT 1 FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_template')
    WHERE NEW.entity_type = 'inspection_template' AND NOT EXISTS (SELECT 1 FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_task')
    WHERE NEW.entity_type = 'inspection_task' AND NOT EXISTS (SELECT 1 FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_inspection_observation')
    WHERE NEW.entity_type = 'inspection_observation' AND NOT EXISTS (SELECT 1 FROM inspection_observations WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_defect')
    WHERE NEW.entity_type = 'defect' AND NOT EXISTS (SELECT 1 FROM defects WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_incident')
    WHERE NEW.entity_type = 'incident' AND NOT EXISTS (SELECT 1 FROM incidents WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_alert')
    WHERE NEW.entity_type = 'alert' AND NOT EXISTS (SELECT 1 FROM alerts WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity_drone')
    WHERE NEW.entity_type = 'drone' AND NOT EXISTS (SELECT 1 FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_approval_records_tenant_entity')
    WHERE NEW.entity_type NOT IN ('mission', 'inspection_template', 'inspection_task', 'inspection_observation', 'defect', 'incident', 'alert', 'drone');
END;
CREATE TRIGGER rf_events_insert BEFORE INSERT ON events
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:events')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM events WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_events_tenant')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id);
    SELECT RAISE(ABORT, 'ringfence.unique:events_pkey')
    WHERE EXISTS (SELECT 1 FROM events WHERE event_id = NEW.event_id);
END;
CREATE TRIGGER rf_events_insert_rowid AFTER INSERT ON events
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:events');
END;
CREATE TRIGGER rf_events_key BEFORE UPDATE ON events
WHEN NEW.event_id IS NOT OLD.event_id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:events');
END;
CREATE TRIGGER rf_audit_logs_insert BEFORE INSERT ON audit_logs
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:audit_logs')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM audit_logs WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_audit_logs_tenant')
    WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id)
    AND NEW.tenant_id IS NOT 'system';
    SELECT RAISE(ABORT, 'ringfence.unique:audit_logs_pkey')
    WHERE EXISTS (SELECT 1 FROM audit_logs WHERE id = NEW.id);
END;
CREATE TRIGGER rf_audit_logs_insert_rowid AFTER INSERT ON audit_logs
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:audit_logs');
END;
CREATE TRIGGER rf_audit_logs_key BEFORE UPDATE ON audit_logs
WHEN NEW.id IS NOT OLD.id
    OR NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.rowid IS NOT OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:audit_logs');
END;
-- End of what is from the catalogue

-- By hand, because only these tables have the like.

CREATE INDEX ix_users_tenant_unkeyed ON users (tenant_id)
    WHERE coalesce(name_key, '') = '' AND username GLOB '*[^ -˿Έ-҂Ҋ-ԯḀ-ỿぁ-ゖァ-ヿ一-鿿가-힣]*';

CREATE TRIGGER rf_users_renamed AFTER UPDATE OF username ON users
WHEN NEW.username IS NOT OLD.username AND NEW.name_key IS NOT NULL AND NEW.name_key IS NOT NEW.username
BEGIN
    UPDATE users SET name_key = NULL WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER rf_missions_version AFTER UPDATE ON missions
WHEN NEW.version IS OLD.version
BEGIN
    UPDATE missions
    SET version = OLD.version + 1,
        edited_by = CASE
            WHEN NEW.edited_version IS NOT OLD.edited_version
                OR (NEW.name, NEW.drone_id, NEW.plan_type, NEW.payload, NEW.constraints, NEW.plan_sha256)
                IS (OLD.name, OLD.drone_id, OLD.plan_type, OLD.payload, OLD.constraints, OLD.plan_sha256)
            THEN NEW.edited_by
        END
    WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER rf_missions_editor AFTER UPDATE ON missions
WHEN NEW.version IS NOT OLD.version
    AND NEW.edited_by IS NOT NULL
    AND NEW.edited_version IS OLD.edited_version
    AND (NEW.name, NEW.drone_id, NEW.plan_type, NEW.payload, NEW.constraints, NEW.plan_sha256)
    IS NOT (OLD.name, OLD.drone_id, OLD.plan_type, OLD.payload, OLD.constraints, OLD.plan_sha256)
BEGIN
    UPDATE missions SET edited_by = NULL WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER rf_approvals_four_eyes_insert BEFORE INSERT ON approvals
WHEN NEW.audit_seq IS NOT NULL AND NEW.decision = 'APPROVE'
BEGIN
    SELECT RAISE(ABORT, 'ringfence.four_eyes:approvals')
    WHERE EXISTS (
        SELECT 1 FROM missions JOIN tenants ON tenants.id = missions.tenant_id
        WHERE missions.tenant_id = NEW.tenant_id
            AND missions.id = NEW.mission_id
            AND NEW.approver_id IN (missions.created_by, missions.edited_by)
            AND NOT tenants.self_approval
    );
END;

CREATE TRIGGER rf_approvals_four_eyes_update
BEFORE UPDATE OF mission_id, approver_id, decision, audit_seq ON approvals
WHEN NEW.audit_seq IS NOT NULL AND NEW.decision = 'APPROVE'
BEGIN
    SELECT RAISE(ABORT, 'ringfence.four_eyes:approvals')
    WHERE EXISTS (
        SELECT 1 FROM missions JOIN tenants ON tenants.id = missions.tenant_id
        WHERE missions.tenant_id = NEW.tenant_id
            AND missions.id = NEW.mission_id
            AND NEW.approver_id IN (missions.created_by, missions.edited_by)
            AND NOT tenants.self_approval
    );
END;
