-- Back to keys without the tenant.

-- From the catalogue
DROP TRIGGER ringfence_tenant ON role_permissions;
DROP FUNCTION ringfence_role_permissions_tenant();
DROP TRIGGER ringfence_tenant ON user_roles;
DROP FUNCTION ringfence_user_roles_tenant();
ALTER TABLE role_denies DROP CONSTRAINT fk_role_denies_tenant_role;
ALTER TABLE role_inheritance DROP CONSTRAINT fk_role_inheritance_tenant_inherits_role;
ALTER TABLE role_inheritance DROP CONSTRAINT fk_role_inheritance_tenant_role;
ALTER TABLE approval_records DROP CONSTRAINT fk_approval_records_tenant_approved_by;
ALTER TABLE command_requests DROP CONSTRAINT fk_command_requests_tenant_drone;
ALTER TABLE alerts DROP CONSTRAINT fk_alerts_tenant_drone;
ALTER TABLE incidents DROP CONSTRAINT fk_incidents_tenant_linked_task;
ALTER TABLE defect_actions DROP CONSTRAINT fk_defect_actions_tenant_defect;
ALTER TABLE defects DROP CONSTRAINT fk_defects_tenant_observation;
ALTER TABLE inspection_exports DROP CONSTRAINT fk_inspection_exports_tenant_task;
ALTER TABLE inspection_observations DROP CONSTRAINT fk_inspection_observations_tenant_task;
ALTER TABLE inspection_observations DROP CONSTRAINT fk_inspection_observations_tenant_drone;
ALTER TABLE inspection_tasks DROP CONSTRAINT fk_inspection_tasks_tenant_template;
ALTER TABLE inspection_tasks DROP CONSTRAINT fk_inspection_tasks_tenant_mission;
ALTER TABLE inspection_template_items DROP CONSTRAINT fk_inspection_template_items_tenant_template;
ALTER TABLE approvals DROP CONSTRAINT fk_approvals_tenant_mission;
ALTER TABLE mission_runs DROP CONSTRAINT fk_mission_runs_tenant_mission;
ALTER TABLE missions DROP CONSTRAINT fk_missions_tenant_drone;
ALTER TABLE drone_credentials DROP CONSTRAINT fk_drone_credentials_tenant_drone;
ALTER TABLE role_permissions DROP CONSTRAINT fk_role_permissions_tenant_role;
ALTER TABLE user_roles DROP CONSTRAINT fk_user_roles_tenant_role;
ALTER TABLE user_roles DROP CONSTRAINT fk_user_roles_tenant_user;
DROP INDEX IF EXISTS ix_audit_logs_id;
DROP INDEX IF EXISTS ix_events_event_id;
DROP INDEX IF EXISTS ix_approval_records_id;
DROP INDEX IF EXISTS ix_command_requests_id;
DROP INDEX IF EXISTS ix_alerts_id;
DROP INDEX IF EXISTS ix_incidents_id;
DROP INDEX IF EXISTS ix_defect_actions_id;
DROP INDEX IF EXISTS ix_defects_id;
DROP INDEX IF EXISTS ix_inspection_exports_id;
DROP INDEX IF EXISTS ix_inspection_observations_id;
DROP INDEX IF EXISTS ix_inspection_tasks_id;
DROP INDEX IF EXISTS ix_inspection_template_items_id;
DROP INDEX IF EXISTS ix_inspection_templates_id;
DROP INDEX IF EXISTS ix_approvals_id;
DROP INDEX IF EXISTS ix_mission_runs_id;
DROP INDEX IF EXISTS ix_missions_id;
DROP INDEX IF EXISTS ix_drone_credentials_id;
DROP INDEX IF EXISTS ix_drones_id;
DROP INDEX IF EXISTS ix_role_permissions_role_id_permission_id;
DROP INDEX IF EXISTS ix_user_roles_user_id_role_id;
DROP INDEX IF EXISTS ix_roles_id;
DROP INDEX IF EXISTS ix_users_id;
ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_pkey;
ALTER TABLE events DROP CONSTRAINT events_pkey;
ALTER TABLE approval_records DROP CONSTRAINT approval_records_pkey;
ALTER TABLE command_requests DROP CONSTRAINT command_requests_pkey;
ALTER TABLE alerts DROP CONSTRAINT alerts_pkey;
ALTER TABLE incidents DROP CONSTRAINT incidents_pkey;
ALTER TABLE defect_actions DROP CONSTRAINT defect_actions_pkey;
ALTER TABLE defects DROP CONSTRAINT defects_pkey;
ALTER TABLE inspection_exports DROP CONSTRAINT inspection_exports_pkey;
ALTER TABLE inspection_observations DROP CONSTRAINT inspection_observations_pkey;
ALTER TABLE inspection_tasks DROP CONSTRAINT inspection_tasks_pkey;
ALTER TABLE inspection_template_items DROP CONSTRAINT inspection_template_items_pkey;
ALTER TABLE inspection_templates DROP CONSTRAINT inspection_templates_pkey;
ALTER TABLE approvals DROP CONSTRAINT approvals_pkey;
ALTER TABLE mission_runs DROP CONSTRAINT mission_runs_pkey;
ALTER TABLE missions DROP CONSTRAINT missions_pkey;
ALTER TABLE drone_credentials DROP CONSTRAINT drone_credentials_pkey;
ALTER TABLE drones DROP CONSTRAINT drones_pkey;
ALTER TABLE role_permissions DROP CONSTRAINT role_permissions_pkey;
ALTER TABLE user_roles DROP CONSTRAINT user_roles_pkey;
ALTER TABLE roles DROP CONSTRAINT roles_pkey;
ALTER TABLE users DROP CONSTRAINT users_pkey;
ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE users ADD CONSTRAINT uq_users_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE roles ADD CONSTRAINT roles_pkey PRIMARY KEY (id);
ALTER TABLE roles ADD CONSTRAINT uq_roles_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE user_roles ADD CONSTRAINT user_roles_pkey PRIMARY KEY (user_id, role_id);
ALTER TABLE role_permissions ADD CONSTRAINT role_permissions_pkey PRIMARY KEY (role_id, permission_id);
ALTER TABLE drones ADD CONSTRAINT drones_pkey PRIMARY KEY (id);
ALTER TABLE drones ADD CONSTRAINT uq_drones_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE drone_credentials ADD CONSTRAINT drone_credentials_pkey PRIMARY KEY (id);
ALTER TABLE drone_credentials ADD CONSTRAINT uq_drone_credentials_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE drone_credentials ADD CONSTRAINT drone_credentials_drone_id_key UNIQUE (drone_id);
ALTER TABLE missions ADD CONSTRAINT missions_pkey PRIMARY KEY (id);
ALTER TABLE missions ADD CONSTRAINT uq_missions_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE mission_runs ADD CONSTRAINT mission_runs_pkey PRIMARY KEY (id);
ALTER TABLE mission_runs ADD CONSTRAINT uq_mission_runs_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE approvals ADD CONSTRAINT approvals_pkey PRIMARY KEY (id);
ALTER TABLE approvals ADD CONSTRAINT uq_approvals_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE inspection_templates ADD CONSTRAINT inspection_templates_pkey PRIMARY KEY (id);
ALTER TABLE inspection_templates ADD CONSTRAINT uq_inspection_templates_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE inspection_template_items ADD CONSTRAINT inspection_template_items_pkey PRIMARY KEY (id);
ALTER TABLE inspection_template_items ADD CONSTRAINT uq_inspection_template_items_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE inspection_tasks ADD CONSTRAINT inspection_tasks_pkey PRIMARY KEY (id);
ALTER TABLE inspection_tasks ADD CONSTRAINT uq_inspection_tasks_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE inspection_observations ADD CONSTRAINT inspection_observations_pkey PRIMARY KEY (id);
ALTER TABLE inspection_observations ADD CONSTRAINT uq_inspection_observations_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE inspection_exports ADD CONSTRAINT inspection_exports_pkey PRIMARY KEY (id);
ALTER TABLE inspection_exports ADD CONSTRAINT uq_inspection_exports_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE defects ADD CONSTRAINT defects_pkey PRIMARY KEY (id);
ALTER TABLE defects ADD CONSTRAINT uq_defects_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE defect_actions ADD CONSTRAINT defect_actions_pkey PRIMARY KEY (id);
ALTER TABLE defect_actions ADD CONSTRAINT uq_defect_actions_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE incidents ADD CONSTRAINT incidents_pkey PRIMARY KEY (id);
ALTER TABLE incidents ADD CONSTRAINT uq_incidents_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE alerts ADD CONSTRAINT alerts_pkey PRIMARY KEY (id);
ALTER TABLE alerts ADD CONSTRAINT uq_alerts_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE command_requests ADD CONSTRAINT command_requests_pkey PRIMARY KEY (id);
ALTER TABLE command_requests ADD CONSTRAINT uq_command_requests_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE approval_records ADD CONSTRAINT approval_records_pkey PRIMARY KEY (id);
ALTER TABLE approval_records ADD CONSTRAINT uq_approval_records_tenant_id_id UNIQUE (tenant_id, id);
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (event_id);
ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_pkey PRIMARY KEY (id);
CREATE INDEX ix_user_roles_tenant_user ON user_roles (tenant_id, user_id);
CREATE INDEX ix_role_permissions_tenant_role ON role_permissions (tenant_id, role_id);
ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_tenant_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_tenant_role FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE role_permissions ADD CONSTRAINT fk_role_permissions_tenant_role FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE drone_credentials ADD CONSTRAINT fk_drone_credentials_tenant_drone FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE missions ADD CONSTRAINT fk_missions_tenant_drone FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE mission_runs ADD CONSTRAINT fk_mission_runs_tenant_mission FOREIGN KEY (tenant_id, mission_id) REFERENCES missions (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE approvals ADD CONSTRAINT fk_approvals_tenant_mission FOREIGN KEY (tenant_id, mission_id) REFERENCES missions (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_template_items ADD CONSTRAINT fk_inspection_template_items_tenant_template FOREIGN KEY (tenant_id, template_id) REFERENCES inspection_templates (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_tasks ADD CONSTRAINT fk_inspection_tasks_tenant_mission FOREIGN KEY (tenant_id, mission_id) REFERENCES missions (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_tasks ADD CONSTRAINT fk_inspection_tasks_tenant_template FOREIGN KEY (tenant_id, template_id) REFERENCES inspection_templates (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_observations ADD CONSTRAINT fk_inspection_observations_tenant_drone FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_observations ADD CONSTRAINT fk_inspection_observations_tenant_task FOREIGN KEY (tenant_id, task_id) REFERENCES inspection_tasks (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inspection_exports ADD CONSTRAINT fk_inspection_exports_tenant_task FOREIGN KEY (tenant_id, task_id) REFERENCES inspection_tasks (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE defects ADD CONSTRAINT fk_defects_tenant_observation FOREIGN KEY (tenant_id, observation_id) REFERENCES inspection_observations (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE defect_actions ADD CONSTRAINT fk_defect_actions_tenant_defect FOREIGN KEY (tenant_id, defect_id) REFERENCES defects (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_tenant_linked_task FOREIGN KEY (tenant_id, linked_task_id) REFERENCES inspection_tasks (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE alerts ADD CONSTRAINT fk_alerts_tenant_drone FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE command_requests ADD CONSTRAINT fk_command_requests_tenant_drone FOREIGN KEY (tenant_id, drone_id) REFERENCES drones (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE approval_records ADD CONSTRAINT fk_approval_records_tenant_approved_by FOREIGN KEY (tenant_id, approved_by) REFERENCES users (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE role_inheritance ADD CONSTRAINT fk_role_inheritance_tenant_role FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE role_inheritance ADD CONSTRAINT fk_role_inheritance_tenant_inherits_role FOREIGN KEY (tenant_id, inherits_role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE role_denies ADD CONSTRAINT fk_role_denies_tenant_role FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE;
CREATE FUNCTION ringfence_user_roles_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.tenant_id := (SELECT tenant_id FROM users WHERE id = NEW.user_id);
    RETURN NEW;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_user_roles_tenant() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE TRIGGER ringfence_tenant BEFORE INSERT ON user_roles
    FOR EACH ROW WHEN (NEW.tenant_id IS NULL) EXECUTE FUNCTION ringfence_user_roles_tenant();
CREATE FUNCTION ringfence_role_permissions_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.tenant_id := (SELECT tenant_id FROM roles WHERE id = NEW.role_id);
    RETURN NEW;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_role_permissions_tenant() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE TRIGGER ringfence_tenant BEFORE INSERT ON role_permissions
    FOR EACH ROW WHEN (NEW.tenant_id IS NULL) EXECUTE FUNCTION ringfence_role_permissions_tenant();
-- End of what is from the catalogue
