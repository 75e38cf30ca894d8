-- The database as the legacy platform's alembic made it at revision 202602210007, without
-- alembic_version: 24 tables, their keys and their indexes, the redundant ones among them. A database
-- that the platform made is marked as standing here; a new one starts here, so that both take the same
-- road from now on. The order of columns and the spelling of types are kept: the platform may go on
-- using the file beside Ringfence.
--
-- Every foreign key names one column and can join two tenants; SQLite checks none of them on a
-- connection that never set foreign_keys. The later steps mend that.

-- events
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
CREATE INDEX ix_events_event_type ON events (event_type);
CREATE INDEX ix_events_tenant_id ON events (tenant_id);
CREATE INDEX ix_events_ts ON events (ts);
CREATE INDEX ix_events_actor_id ON events (actor_id);
CREATE INDEX ix_events_correlation_id ON events (correlation_id);

-- audit_logs
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
CREATE INDEX ix_audit_logs_tenant_id ON audit_logs (tenant_id);
CREATE INDEX ix_audit_logs_actor_id ON audit_logs (actor_id);
CREATE INDEX ix_audit_logs_ts ON audit_logs (ts);

-- tenants
CREATE TABLE tenants (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
);
CREATE INDEX ix_tenants_name ON tenants (name);
CREATE INDEX ix_tenants_created_at ON tenants (created_at);

-- permissions
CREATE TABLE permissions (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    description VARCHAR,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
);
CREATE INDEX ix_permissions_name ON permissions (name);
CREATE INDEX ix_permissions_created_at ON permissions (created_at);

-- users
CREATE TABLE users (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    username VARCHAR NOT NULL,
    password_hash VARCHAR NOT NULL,
    is_active BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    CONSTRAINT uq_users_tenant_username UNIQUE (tenant_id, username)
);
CREATE INDEX ix_users_tenant_id ON users (tenant_id);
CREATE INDEX ix_users_username ON users (username);
CREATE INDEX ix_users_created_at ON users (created_at);

-- roles
CREATE TABLE roles (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    description VARCHAR,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    CONSTRAINT uq_roles_tenant_name UNIQUE (tenant_id, name)
);
CREATE INDEX ix_roles_tenant_id ON roles (tenant_id);
CREATE INDEX ix_roles_name ON roles (name);
CREATE INDEX ix_roles_created_at ON roles (created_at);

-- user_roles
CREATE TABLE user_roles (
    user_id VARCHAR NOT NULL,
    role_id VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (user_id, role_id),
    FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY(role_id) REFERENCES roles (id) ON DELETE CASCADE
);
CREATE INDEX ix_user_roles_created_at ON user_roles (created_at);

-- role_permissions
CREATE TABLE role_permissions (
    role_id VARCHAR NOT NULL,
    permission_id VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (role_id, permission_id),
    FOREIGN KEY(role_id) REFERENCES roles (id) ON DELETE CASCADE,
    FOREIGN KEY(permission_id) REFERENCES permissions (id) ON DELETE CASCADE
);
CREATE INDEX ix_role_permissions_created_at ON role_permissions (created_at);

-- drones
CREATE TABLE drones (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    vendor VARCHAR NOT NULL,
    capabilities JSON NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    CONSTRAINT uq_drones_tenant_name UNIQUE (tenant_id, name)
);
CREATE INDEX ix_drones_tenant_id ON drones (tenant_id);
CREATE INDEX ix_drones_name ON drones (name);
CREATE INDEX ix_drones_created_at ON drones (created_at);
CREATE INDEX ix_drones_updated_at ON drones (updated_at);

-- drone_credentials
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
CREATE INDEX ix_drone_credentials_tenant_id ON drone_credentials (tenant_id);
CREATE INDEX ix_drone_credentials_drone_id ON drone_credentials (drone_id);
CREATE INDEX ix_drone_credentials_created_at ON drone_credentials (created_at);

-- missions
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
    updated_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(drone_id) REFERENCES drones (id) ON DELETE SET NULL
);
CREATE INDEX ix_missions_tenant_id ON missions (tenant_id);
CREATE INDEX ix_missions_name ON missions (name);
CREATE INDEX ix_missions_drone_id ON missions (drone_id);
CREATE INDEX ix_missions_state ON missions (state);
CREATE INDEX ix_missions_created_at ON missions (created_at);
CREATE INDEX ix_missions_updated_at ON missions (updated_at);

-- approvals
CREATE TABLE approvals (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    mission_id VARCHAR NOT NULL,
    approver_id VARCHAR NOT NULL,
    decision VARCHAR NOT NULL,
    comment VARCHAR,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(mission_id) REFERENCES missions (id) ON DELETE CASCADE
);
CREATE INDEX ix_approvals_tenant_id ON approvals (tenant_id);
CREATE INDEX ix_approvals_mission_id ON approvals (mission_id);
CREATE INDEX ix_approvals_approver_id ON approvals (approver_id);
CREATE INDEX ix_approvals_created_at ON approvals (created_at);

-- mission_runs
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
CREATE INDEX ix_mission_runs_tenant_id ON mission_runs (tenant_id);
CREATE INDEX ix_mission_runs_mission_id ON mission_runs (mission_id);
CREATE INDEX ix_mission_runs_state ON mission_runs (state);
CREATE INDEX ix_mission_runs_started_at ON mission_runs (started_at);
CREATE INDEX ix_mission_runs_ended_at ON mission_runs (ended_at);

-- command_requests
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
CREATE INDEX ix_command_requests_tenant_id ON command_requests (tenant_id);
CREATE INDEX ix_command_requests_drone_id ON command_requests (drone_id);
CREATE INDEX ix_command_requests_command_type ON command_requests (command_type);
CREATE INDEX ix_command_requests_idempotency_key ON command_requests (idempotency_key);
CREATE INDEX ix_command_requests_status ON command_requests (status);
CREATE INDEX ix_command_requests_issued_by ON command_requests (issued_by);
CREATE INDEX ix_command_requests_issued_at ON command_requests (issued_at);
CREATE INDEX ix_command_requests_updated_at ON command_requests (updated_at);

-- alerts
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
CREATE INDEX ix_alerts_tenant_id ON alerts (tenant_id);
CREATE INDEX ix_alerts_drone_id ON alerts (drone_id);
CREATE INDEX ix_alerts_alert_type ON alerts (alert_type);
CREATE INDEX ix_alerts_severity ON alerts (severity);
CREATE INDEX ix_alerts_status ON alerts (status);
CREATE INDEX ix_alerts_first_seen_at ON alerts (first_seen_at);
CREATE INDEX ix_alerts_last_seen_at ON alerts (last_seen_at);
CREATE INDEX ix_alerts_acked_by ON alerts (acked_by);
CREATE INDEX ix_alerts_acked_at ON alerts (acked_at);
CREATE INDEX ix_alerts_closed_by ON alerts (closed_by);
CREATE INDEX ix_alerts_closed_at ON alerts (closed_at);

-- inspection_templates
CREATE TABLE inspection_templates (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    name VARCHAR(100) NOT NULL,
    category VARCHAR(50) NOT NULL,
    description TEXT,
    is_active BOOLEAN DEFAULT (1) NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE INDEX ix_inspection_templates_tenant_id ON inspection_templates (tenant_id);
CREATE INDEX ix_inspection_templates_name ON inspection_templates (name);
CREATE INDEX ix_inspection_templates_category ON inspection_templates (category);
CREATE INDEX ix_inspection_templates_is_active ON inspection_templates (is_active);
CREATE INDEX ix_inspection_templates_created_at ON inspection_templates (created_at);

-- inspection_template_items
CREATE TABLE inspection_template_items (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    template_id VARCHAR NOT NULL,
    code VARCHAR(50) NOT NULL,
    title VARCHAR(100) NOT NULL,
    severity_default INTEGER DEFAULT '1' NOT NULL,
    required BOOLEAN DEFAULT (1) NOT NULL,
    sort_order INTEGER DEFAULT '0' NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(template_id) REFERENCES inspection_templates (id) ON DELETE CASCADE
);
CREATE INDEX ix_inspection_template_items_tenant_id ON inspection_template_items (tenant_id);
CREATE INDEX ix_inspection_template_items_template_id ON inspection_template_items (template_id);
CREATE INDEX ix_inspection_template_items_code ON inspection_template_items (code);
CREATE INDEX ix_inspection_template_items_created_at ON inspection_template_items (created_at);

-- inspection_tasks
CREATE TABLE inspection_tasks (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    name VARCHAR(100) NOT NULL,
    template_id VARCHAR NOT NULL,
    mission_id VARCHAR,
    area_geom TEXT DEFAULT '' NOT NULL,
    priority INTEGER DEFAULT '5' NOT NULL,
    status VARCHAR(20) DEFAULT 'DRAFT' NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(template_id) REFERENCES inspection_templates (id) ON DELETE RESTRICT,
    FOREIGN KEY(mission_id) REFERENCES missions (id) ON DELETE SET NULL
);
CREATE INDEX ix_inspection_tasks_tenant_id ON inspection_tasks (tenant_id);
CREATE INDEX ix_inspection_tasks_name ON inspection_tasks (name);
CREATE INDEX ix_inspection_tasks_template_id ON inspection_tasks (template_id);
CREATE INDEX ix_inspection_tasks_mission_id ON inspection_tasks (mission_id);
CREATE INDEX ix_inspection_tasks_priority ON inspection_tasks (priority);
CREATE INDEX ix_inspection_tasks_status ON inspection_tasks (status);
CREATE INDEX ix_inspection_tasks_created_at ON inspection_tasks (created_at);

-- inspection_observations
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
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(task_id) REFERENCES inspection_tasks (id) ON DELETE CASCADE,
    FOREIGN KEY(drone_id) REFERENCES drones (id) ON DELETE SET NULL
);
CREATE INDEX ix_inspection_observations_tenant_id ON inspection_observations (tenant_id);
CREATE INDEX ix_inspection_observations_task_id ON inspection_observations (task_id);
CREATE INDEX ix_inspection_observations_drone_id ON inspection_observations (drone_id);
CREATE INDEX ix_inspection_observations_ts ON inspection_observations (ts);
CREATE INDEX ix_inspection_observations_item_code ON inspection_observations (item_code);
CREATE INDEX ix_inspection_observations_created_at ON inspection_observations (created_at);

-- inspection_exports
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
CREATE INDEX ix_inspection_exports_tenant_id ON inspection_exports (tenant_id);
CREATE INDEX ix_inspection_exports_task_id ON inspection_exports (task_id);
CREATE INDEX ix_inspection_exports_format ON inspection_exports (format);
CREATE INDEX ix_inspection_exports_created_at ON inspection_exports (created_at);

-- defects
CREATE TABLE defects (
    id VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    observation_id VARCHAR NOT NULL,
    title VARCHAR(200) NOT NULL,
    description TEXT,
    severity INTEGER DEFAULT '1' NOT NULL,
    status VARCHAR(20) DEFAULT 'OPEN' NOT NULL,
    assigned_to VARCHAR,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
    FOREIGN KEY(observation_id) REFERENCES inspection_observations (id) ON DELETE CASCADE
);
CREATE INDEX ix_defects_tenant_id ON defects (tenant_id);
CREATE INDEX ix_defects_observation_id ON defects (observation_id);
CREATE INDEX ix_defects_status ON defects (status);
CREATE INDEX ix_defects_assigned_to ON defects (assigned_to);
CREATE INDEX ix_defects_created_at ON defects (created_at);

-- defect_actions
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
CREATE INDEX ix_defect_actions_tenant_id ON defect_actions (tenant_id);
CREATE INDEX ix_defect_actions_defect_id ON defect_actions (defect_id);
CREATE INDEX ix_defect_actions_action_type ON defect_actions (action_type);
CREATE INDEX ix_defect_actions_created_at ON defect_actions (created_at);

-- incidents
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
CREATE INDEX ix_incidents_tenant_id ON incidents (tenant_id);
CREATE INDEX ix_incidents_level ON incidents (level);
CREATE INDEX ix_incidents_status ON incidents (status);
CREATE INDEX ix_incidents_linked_task_id ON incidents (linked_task_id);
CREATE INDEX ix_incidents_created_at ON incidents (created_at);

-- approval_records
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
CREATE INDEX ix_approval_records_tenant_id ON approval_records (tenant_id);
CREATE INDEX ix_approval_records_entity_type ON approval_records (entity_type);
CREATE INDEX ix_approval_records_entity_id ON approval_records (entity_id);
CREATE INDEX ix_approval_records_status ON approval_records (status);
CREATE INDEX ix_approval_records_approved_by ON approval_records (approved_by);
CREATE INDEX ix_approval_records_created_at ON approval_records (created_at);
