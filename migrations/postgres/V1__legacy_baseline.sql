-- The tables of the old platform as its own migrations made them (revision 202602210007): the same column
-- order, types, names, keys and indexes. A database that the platform made is marked as standing here.

CREATE TABLE tenants (
    id varchar NOT NULL,
    name varchar NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT tenants_pkey PRIMARY KEY (id),
    CONSTRAINT tenants_name_key UNIQUE (name)
);
CREATE INDEX ix_tenants_created_at ON tenants (created_at);
CREATE INDEX ix_tenants_name ON tenants (name);

CREATE TABLE permissions (
    id varchar NOT NULL,
    name varchar NOT NULL,
    description varchar,
    created_at timestamptz NOT NULL,
    CONSTRAINT permissions_pkey PRIMARY KEY (id),
    CONSTRAINT permissions_name_key UNIQUE (name)
);
CREATE INDEX ix_permissions_created_at ON permissions (created_at);
CREATE INDEX ix_permissions_name ON permissions (name);

CREATE TABLE users (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    username varchar NOT NULL,
    password_hash varchar NOT NULL,
    is_active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT uq_users_tenant_username UNIQUE (tenant_id, username),
    CONSTRAINT users_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_users_created_at ON users (created_at);
CREATE INDEX ix_users_tenant_id ON users (tenant_id);
CREATE INDEX ix_users_username ON users (username);

CREATE TABLE roles (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    name varchar NOT NULL,
    description varchar,
    created_at timestamptz NOT NULL,
    CONSTRAINT roles_pkey PRIMARY KEY (id),
    CONSTRAINT uq_roles_tenant_name UNIQUE (tenant_id, name),
    CONSTRAINT roles_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_roles_created_at ON roles (created_at);
CREATE INDEX ix_roles_name ON roles (name);
CREATE INDEX ix_roles_tenant_id ON roles (tenant_id);

CREATE TABLE user_roles (
    user_id varchar NOT NULL,
    role_id varchar NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT user_roles_pkey PRIMARY KEY (user_id, role_id),
    CONSTRAINT user_roles_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles(id) ON DELETE CASCADE,
    CONSTRAINT user_roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX ix_user_roles_created_at ON user_roles (created_at);

CREATE TABLE role_permissions (
    role_id varchar NOT NULL,
    permission_id varchar NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT role_permissions_pkey PRIMARY KEY (role_id, permission_id),
    CONSTRAINT role_permissions_permission_id_fkey FOREIGN KEY (permission_id) REFERENCES permissions(id) ON DELETE CASCADE,
    CONSTRAINT role_permissions_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles(id) ON DELETE CASCADE
);
CREATE INDEX ix_role_permissions_created_at ON role_permissions (created_at);

CREATE TABLE drones (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    name varchar NOT NULL,
    vendor varchar NOT NULL,
    capabilities json NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT drones_pkey PRIMARY KEY (id),
    CONSTRAINT uq_drones_tenant_name UNIQUE (tenant_id, name),
    CONSTRAINT drones_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_drones_created_at ON drones (created_at);
CREATE INDEX ix_drones_name ON drones (name);
CREATE INDEX ix_drones_tenant_id ON drones (tenant_id);
CREATE INDEX ix_drones_updated_at ON drones (updated_at);

CREATE TABLE drone_credentials (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    drone_id varchar NOT NULL,
    secret json NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT drone_credentials_pkey PRIMARY KEY (id),
    CONSTRAINT drone_credentials_drone_id_key UNIQUE (drone_id),
    CONSTRAINT drone_credentials_drone_id_fkey FOREIGN KEY (drone_id) REFERENCES drones(id) ON DELETE CASCADE,
    CONSTRAINT drone_credentials_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_drone_credentials_created_at ON drone_credentials (created_at);
CREATE INDEX ix_drone_credentials_drone_id ON drone_credentials (drone_id);
CREATE INDEX ix_drone_credentials_tenant_id ON drone_credentials (tenant_id);

CREATE TABLE missions (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    name varchar NOT NULL,
    drone_id varchar,
    plan_type varchar NOT NULL,
    payload json NOT NULL,
    constraints json NOT NULL,
    state varchar NOT NULL,
    created_by varchar NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT missions_pkey PRIMARY KEY (id),
    CONSTRAINT missions_drone_id_fkey FOREIGN KEY (drone_id) REFERENCES drones(id) ON DELETE SET NULL,
    CONSTRAINT missions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_missions_created_at ON missions (created_at);
CREATE INDEX ix_missions_drone_id ON missions (drone_id);
CREATE INDEX ix_missions_name ON missions (name);
CREATE INDEX ix_missions_state ON missions (state);
CREATE INDEX ix_missions_tenant_id ON missions (tenant_id);
CREATE INDEX ix_missions_updated_at ON missions (updated_at);

CREATE TABLE approvals (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    mission_id varchar NOT NULL,
    approver_id varchar NOT NULL,
    decision varchar NOT NULL,
    comment varchar,
    created_at timestamptz NOT NULL,
    CONSTRAINT approvals_pkey PRIMARY KEY (id),
    CONSTRAINT approvals_mission_id_fkey FOREIGN KEY (mission_id) REFERENCES missions(id) ON DELETE CASCADE,
    CONSTRAINT approvals_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_approvals_approver_id ON approvals (approver_id);
CREATE INDEX ix_approvals_created_at ON approvals (created_at);
CREATE INDEX ix_approvals_mission_id ON approvals (mission_id);
CREATE INDEX ix_approvals_tenant_id ON approvals (tenant_id);

CREATE TABLE mission_runs (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    mission_id varchar NOT NULL,
    state varchar NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT mission_runs_pkey PRIMARY KEY (id),
    CONSTRAINT mission_runs_mission_id_fkey FOREIGN KEY (mission_id) REFERENCES missions(id) ON DELETE CASCADE,
    CONSTRAINT mission_runs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_mission_runs_ended_at ON mission_runs (ended_at);
CREATE INDEX ix_mission_runs_mission_id ON mission_runs (mission_id);
CREATE INDEX ix_mission_runs_started_at ON mission_runs (started_at);
CREATE INDEX ix_mission_runs_state ON mission_runs (state);
CREATE INDEX ix_mission_runs_tenant_id ON mission_runs (tenant_id);

CREATE TABLE command_requests (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    drone_id varchar NOT NULL,
    command_type varchar NOT NULL,
    params json NOT NULL,
    idempotency_key varchar NOT NULL,
    expect_ack boolean NOT NULL,
    status varchar NOT NULL,
    ack_ok boolean,
    ack_message varchar,
    attempts integer NOT NULL,
    issued_by varchar,
    issued_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT command_requests_pkey PRIMARY KEY (id),
    CONSTRAINT uq_command_requests_tenant_idempotency UNIQUE (tenant_id, idempotency_key),
    CONSTRAINT command_requests_drone_id_fkey FOREIGN KEY (drone_id) REFERENCES drones(id) ON DELETE CASCADE,
    CONSTRAINT command_requests_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_command_requests_command_type ON command_requests (command_type);
CREATE INDEX ix_command_requests_drone_id ON command_requests (drone_id);
CREATE INDEX ix_command_requests_idempotency_key ON command_requests (idempotency_key);
CREATE INDEX ix_command_requests_issued_at ON command_requests (issued_at);
CREATE INDEX ix_command_requests_issued_by ON command_requests (issued_by);
CREATE INDEX ix_command_requests_status ON command_requests (status);
CREATE INDEX ix_command_requests_tenant_id ON command_requests (tenant_id);
CREATE INDEX ix_command_requests_updated_at ON command_requests (updated_at);

CREATE TABLE alerts (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    drone_id varchar NOT NULL,
    alert_type varchar NOT NULL,
    severity varchar NOT NULL,
    status varchar NOT NULL,
    message varchar NOT NULL,
    detail json NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    acked_by varchar,
    acked_at timestamptz,
    closed_by varchar,
    closed_at timestamptz,
    CONSTRAINT alerts_pkey PRIMARY KEY (id),
    CONSTRAINT alerts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_alerts_acked_at ON alerts (acked_at);
CREATE INDEX ix_alerts_acked_by ON alerts (acked_by);
CREATE INDEX ix_alerts_alert_type ON alerts (alert_type);
CREATE INDEX ix_alerts_closed_at ON alerts (closed_at);
CREATE INDEX ix_alerts_closed_by ON alerts (closed_by);
CREATE INDEX ix_alerts_drone_id ON alerts (drone_id);
CREATE INDEX ix_alerts_first_seen_at ON alerts (first_seen_at);
CREATE INDEX ix_alerts_last_seen_at ON alerts (last_seen_at);
CREATE INDEX ix_alerts_severity ON alerts (severity);
CREATE INDEX ix_alerts_status ON alerts (status);
CREATE INDEX ix_alerts_tenant_id ON alerts (tenant_id);

CREATE TABLE inspection_templates (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    name varchar(100) NOT NULL,
    category varchar(50) NOT NULL,
    description text,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT inspection_templates_pkey PRIMARY KEY (id),
    CONSTRAINT inspection_templates_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_inspection_templates_category ON inspection_templates (category);
CREATE INDEX ix_inspection_templates_created_at ON inspection_templates (created_at);
CREATE INDEX ix_inspection_templates_is_active ON inspection_templates (is_active);
CREATE INDEX ix_inspection_templates_name ON inspection_templates (name);
CREATE INDEX ix_inspection_templates_tenant_id ON inspection_templates (tenant_id);

CREATE TABLE inspection_template_items (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    template_id varchar NOT NULL,
    code varchar(50) NOT NULL,
    title varchar(100) NOT NULL,
    severity_default integer DEFAULT 1 NOT NULL,
    required boolean DEFAULT true NOT NULL,
    sort_order integer DEFAULT 0 NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT inspection_template_items_pkey PRIMARY KEY (id),
    CONSTRAINT inspection_template_items_template_id_fkey FOREIGN KEY (template_id) REFERENCES inspection_templates(id) ON DELETE CASCADE,
    CONSTRAINT inspection_template_items_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_inspection_template_items_code ON inspection_template_items (code);
CREATE INDEX ix_inspection_template_items_created_at ON inspection_template_items (created_at);
CREATE INDEX ix_inspection_template_items_template_id ON inspection_template_items (template_id);
CREATE INDEX ix_inspection_template_items_tenant_id ON inspection_template_items (tenant_id);

CREATE TABLE inspection_tasks (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    name varchar(100) NOT NULL,
    template_id varchar NOT NULL,
    mission_id varchar,
    area_geom text DEFAULT '' NOT NULL,
    priority integer DEFAULT 5 NOT NULL,
    status varchar(20) DEFAULT 'DRAFT' NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT inspection_tasks_pkey PRIMARY KEY (id),
    CONSTRAINT inspection_tasks_mission_id_fkey FOREIGN KEY (mission_id) REFERENCES missions(id) ON DELETE SET NULL,
    CONSTRAINT inspection_tasks_template_id_fkey FOREIGN KEY (template_id) REFERENCES inspection_templates(id) ON DELETE RESTRICT,
    CONSTRAINT inspection_tasks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_inspection_tasks_created_at ON inspection_tasks (created_at);
CREATE INDEX ix_inspection_tasks_mission_id ON inspection_tasks (mission_id);
CREATE INDEX ix_inspection_tasks_name ON inspection_tasks (name);
CREATE INDEX ix_inspection_tasks_priority ON inspection_tasks (priority);
CREATE INDEX ix_inspection_tasks_status ON inspection_tasks (status);
CREATE INDEX ix_inspection_tasks_template_id ON inspection_tasks (template_id);
CREATE INDEX ix_inspection_tasks_tenant_id ON inspection_tasks (tenant_id);

CREATE TABLE inspection_observations (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    task_id varchar NOT NULL,
    drone_id varchar,
    ts timestamptz NOT NULL,
    position_lat double precision NOT NULL,
    position_lon double precision NOT NULL,
    alt_m double precision NOT NULL,
    item_code varchar(50) NOT NULL,
    severity integer DEFAULT 1 NOT NULL,
    note text DEFAULT '' NOT NULL,
    media_url text,
    confidence double precision,
    created_at timestamptz NOT NULL,
    CONSTRAINT inspection_observations_pkey PRIMARY KEY (id),
    CONSTRAINT inspection_observations_drone_id_fkey FOREIGN KEY (drone_id) REFERENCES drones(id) ON DELETE SET NULL,
    CONSTRAINT inspection_observations_task_id_fkey FOREIGN KEY (task_id) REFERENCES inspection_tasks(id) ON DELETE CASCADE,
    CONSTRAINT inspection_observations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_inspection_observations_created_at ON inspection_observations (created_at);
CREATE INDEX ix_inspection_observations_drone_id ON inspection_observations (drone_id);
CREATE INDEX ix_inspection_observations_item_code ON inspection_observations (item_code);
CREATE INDEX ix_inspection_observations_task_id ON inspection_observations (task_id);
CREATE INDEX ix_inspection_observations_tenant_id ON inspection_observations (tenant_id);
CREATE INDEX ix_inspection_observations_ts ON inspection_observations (ts);

CREATE TABLE inspection_exports (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    task_id varchar NOT NULL,
    format varchar(10) NOT NULL,
    file_path text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT inspection_exports_pkey PRIMARY KEY (id),
    CONSTRAINT inspection_exports_task_id_fkey FOREIGN KEY (task_id) REFERENCES inspection_tasks(id) ON DELETE CASCADE,
    CONSTRAINT inspection_exports_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_inspection_exports_created_at ON inspection_exports (created_at);
CREATE INDEX ix_inspection_exports_format ON inspection_exports (format);
CREATE INDEX ix_inspection_exports_task_id ON inspection_exports (task_id);
CREATE INDEX ix_inspection_exports_tenant_id ON inspection_exports (tenant_id);

CREATE TABLE defects (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    observation_id varchar NOT NULL,
    title varchar(200) NOT NULL,
    description text,
    severity integer DEFAULT 1 NOT NULL,
    status varchar(20) DEFAULT 'OPEN' NOT NULL,
    assigned_to varchar,
    created_at timestamptz NOT NULL,
    CONSTRAINT defects_pkey PRIMARY KEY (id),
    CONSTRAINT defects_observation_id_fkey FOREIGN KEY (observation_id) REFERENCES inspection_observations(id) ON DELETE CASCADE,
    CONSTRAINT defects_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_defects_assigned_to ON defects (assigned_to);
CREATE INDEX ix_defects_created_at ON defects (created_at);
CREATE INDEX ix_defects_observation_id ON defects (observation_id);
CREATE INDEX ix_defects_status ON defects (status);
CREATE INDEX ix_defects_tenant_id ON defects (tenant_id);

CREATE TABLE defect_actions (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    defect_id varchar NOT NULL,
    action_type varchar(50) NOT NULL,
    note text DEFAULT '' NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT defect_actions_pkey PRIMARY KEY (id),
    CONSTRAINT defect_actions_defect_id_fkey FOREIGN KEY (defect_id) REFERENCES defects(id) ON DELETE CASCADE,
    CONSTRAINT defect_actions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_defect_actions_action_type ON defect_actions (action_type);
CREATE INDEX ix_defect_actions_created_at ON defect_actions (created_at);
CREATE INDEX ix_defect_actions_defect_id ON defect_actions (defect_id);
CREATE INDEX ix_defect_actions_tenant_id ON defect_actions (tenant_id);

CREATE TABLE incidents (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    title varchar(200) NOT NULL,
    level varchar(20) NOT NULL,
    location_geom text NOT NULL,
    status varchar(20) DEFAULT 'OPEN' NOT NULL,
    linked_task_id varchar,
    created_at timestamptz NOT NULL,
    CONSTRAINT incidents_pkey PRIMARY KEY (id),
    CONSTRAINT incidents_linked_task_id_fkey FOREIGN KEY (linked_task_id) REFERENCES inspection_tasks(id) ON DELETE SET NULL,
    CONSTRAINT incidents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_incidents_created_at ON incidents (created_at);
CREATE INDEX ix_incidents_level ON incidents (level);
CREATE INDEX ix_incidents_linked_task_id ON incidents (linked_task_id);
CREATE INDEX ix_incidents_status ON incidents (status);
CREATE INDEX ix_incidents_tenant_id ON incidents (tenant_id);

CREATE TABLE approval_records (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    entity_type varchar(50) NOT NULL,
    entity_id varchar NOT NULL,
    status varchar(20) NOT NULL,
    approved_by varchar NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT approval_records_pkey PRIMARY KEY (id),
    CONSTRAINT approval_records_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);
CREATE INDEX ix_approval_records_approved_by ON approval_records (approved_by);
CREATE INDEX ix_approval_records_created_at ON approval_records (created_at);
CREATE INDEX ix_approval_records_entity_id ON approval_records (entity_id);
CREATE INDEX ix_approval_records_entity_type ON approval_records (entity_type);
CREATE INDEX ix_approval_records_status ON approval_records (status);
CREATE INDEX ix_approval_records_tenant_id ON approval_records (tenant_id);

CREATE TABLE events (
    event_id varchar NOT NULL,
    event_type varchar NOT NULL,
    tenant_id varchar NOT NULL,
    ts timestamptz NOT NULL,
    actor_id varchar,
    correlation_id varchar,
    payload json NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (event_id)
);
CREATE INDEX ix_events_actor_id ON events (actor_id);
CREATE INDEX ix_events_correlation_id ON events (correlation_id);
CREATE INDEX ix_events_event_type ON events (event_type);
CREATE INDEX ix_events_tenant_id ON events (tenant_id);
CREATE INDEX ix_events_ts ON events (ts);

CREATE TABLE audit_logs (
    id varchar NOT NULL,
    tenant_id varchar NOT NULL,
    actor_id varchar,
    action varchar NOT NULL,
    resource varchar NOT NULL,
    method varchar NOT NULL,
    status_code integer NOT NULL,
    ts timestamptz NOT NULL,
    detail json NOT NULL,
    CONSTRAINT audit_logs_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_audit_logs_actor_id ON audit_logs (actor_id);
CREATE INDEX ix_audit_logs_tenant_id ON audit_logs (tenant_id);
CREATE INDEX ix_audit_logs_ts ON audit_logs (ts);
