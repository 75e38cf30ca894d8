-- The tables of the later batches are opened to lookups: the runtime role is let at them (its rights are settled by the
-- runner), each row shown to its tenant alone, and lists are read in the order of time, and by a parent or a state, by an
-- index. Their references and keys come with their batches.

-- From the catalogue
DROP INDEX IF EXISTS ix_approval_records_entity_id;
DROP INDEX IF EXISTS ix_approval_records_created_at;
DROP INDEX IF EXISTS ix_command_requests_status;
DROP INDEX IF EXISTS ix_command_requests_issued_at;
DROP INDEX IF EXISTS ix_alerts_status;
DROP INDEX IF EXISTS ix_alerts_first_seen_at;
DROP INDEX IF EXISTS ix_alerts_drone_id;
DROP INDEX IF EXISTS ix_incidents_status;
DROP INDEX IF EXISTS ix_incidents_created_at;
DROP INDEX IF EXISTS ix_defect_actions_created_at;
DROP INDEX IF EXISTS ix_defects_status;
DROP INDEX IF EXISTS ix_defects_created_at;
DROP INDEX IF EXISTS ix_defects_assigned_to;
DROP INDEX IF EXISTS ix_inspection_exports_created_at;
DROP INDEX IF EXISTS ix_inspection_observations_ts;
DROP INDEX IF EXISTS ix_inspection_tasks_status;
DROP INDEX IF EXISTS ix_inspection_tasks_created_at;
DROP INDEX IF EXISTS ix_approvals_tenant_mission_id;
DROP INDEX IF EXISTS ix_approvals_created_at;
DROP INDEX IF EXISTS ix_mission_runs_tenant_mission_id;
DROP INDEX IF EXISTS ix_mission_runs_started_at;
DROP INDEX IF EXISTS ix_missions_tenant_state;
DROP INDEX IF EXISTS ix_missions_tenant_drone_id;
DROP INDEX IF EXISTS ix_missions_state;
DROP INDEX IF EXISTS ix_missions_created_at;
CREATE INDEX ix_missions_tenant_created_at_id ON missions (tenant_id, created_at, id COLLATE "C");
CREATE INDEX ix_missions_tenant_drone_id_created_at_id ON missions (tenant_id, drone_id, created_at, id COLLATE "C");
CREATE INDEX ix_missions_tenant_state_created_at_id ON missions (tenant_id, state, created_at, id COLLATE "C");
CREATE INDEX ix_mission_runs_tenant_mission_id_started_at_id ON mission_runs (tenant_id, mission_id, started_at, id COLLATE "C");
CREATE INDEX ix_approvals_tenant_mission_id_created_at_id ON approvals (tenant_id, mission_id, created_at, id COLLATE "C");
CREATE INDEX ix_inspection_templates_tenant_id_c ON inspection_templates (tenant_id, id COLLATE "C");
CREATE INDEX ix_inspection_template_items_tenant_id_c ON inspection_template_items (tenant_id, id COLLATE "C");
CREATE INDEX ix_inspection_tasks_tenant_id_c ON inspection_tasks (tenant_id, id COLLATE "C");
CREATE INDEX ix_inspection_tasks_tenant_created_at_id ON inspection_tasks (tenant_id, created_at, id COLLATE "C");
CREATE INDEX ix_inspection_tasks_tenant_mission_id_created_at_id ON inspection_tasks (tenant_id, mission_id, created_at, id COLLATE "C");
CREATE INDEX ix_inspection_tasks_tenant_status_created_at_id ON inspection_tasks (tenant_id, status, created_at, id COLLATE "C");
CREATE INDEX ix_inspection_tasks_tenant_template_id_created_at_id ON inspection_tasks (tenant_id, template_id, created_at, id COLLATE "C");
CREATE INDEX ix_inspection_observations_tenant_id_c ON inspection_observations (tenant_id, id COLLATE "C");
CREATE INDEX ix_inspection_observations_tenant_ts_id ON inspection_observations (tenant_id, ts, id COLLATE "C");
CREATE INDEX ix_inspection_observations_tenant_drone_id_ts_id ON inspection_observations (tenant_id, drone_id, ts, id COLLATE "C");
CREATE INDEX ix_inspection_observations_tenant_task_id_ts_id ON inspection_observations (tenant_id, task_id, ts, id COLLATE "C");
CREATE INDEX ix_inspection_exports_tenant_id_c ON inspection_exports (tenant_id, id COLLATE "C");
CREATE INDEX ix_inspection_exports_tenant_created_at_id ON inspection_exports (tenant_id, created_at, id COLLATE "C");
CREATE INDEX ix_inspection_exports_tenant_task_id_created_at_id ON inspection_exports (tenant_id, task_id, created_at, id COLLATE "C");
CREATE INDEX ix_defects_tenant_id_c ON defects (tenant_id, id COLLATE "C");
CREATE INDEX ix_defects_tenant_created_at_id ON defects (tenant_id, created_at, id COLLATE "C");
CREATE INDEX ix_defects_tenant_assigned_to_created_at_id ON defects (tenant_id, assigned_to, created_at, id COLLATE "C");
CREATE INDEX ix_defects_tenant_observation_id_created_at_id ON defects (tenant_id, observation_id, created_at, id COLLATE "C");
CREATE INDEX ix_defects_tenant_status_created_at_id ON defects (tenant_id, status, created_at, id COLLATE "C");
CREATE INDEX ix_defect_actions_tenant_id_c ON defect_actions (tenant_id, id COLLATE "C");
CREATE INDEX ix_defect_actions_tenant_defect_id_created_at_id ON defect_actions (tenant_id, defect_id, created_at, id COLLATE "C");
CREATE INDEX ix_incidents_tenant_id_c ON incidents (tenant_id, id COLLATE "C");
CREATE INDEX ix_incidents_tenant_created_at_id ON incidents (tenant_id, created_at, id COLLATE "C");
CREATE INDEX ix_incidents_tenant_linked_task_id_created_at_id ON incidents (tenant_id, linked_task_id, created_at, id COLLATE "C");
CREATE INDEX ix_incidents_tenant_status_created_at_id ON incidents (tenant_id, status, created_at, id COLLATE "C");
CREATE INDEX ix_alerts_tenant_id_c ON alerts (tenant_id, id COLLATE "C");
CREATE INDEX ix_alerts_tenant_first_seen_at_id ON alerts (tenant_id, first_seen_at, id COLLATE "C");
CREATE INDEX ix_alerts_tenant_drone_id_first_seen_at_id ON alerts (tenant_id, drone_id, first_seen_at, id COLLATE "C");
CREATE INDEX ix_alerts_tenant_status_first_seen_at_id ON alerts (tenant_id, status, first_seen_at, id COLLATE "C");
CREATE INDEX ix_command_requests_tenant_id_c ON command_requests (tenant_id, id COLLATE "C");
CREATE INDEX ix_command_requests_tenant_issued_at_id ON command_requests (tenant_id, issued_at, id COLLATE "C");
CREATE INDEX ix_command_requests_tenant_drone_id_issued_at_id ON command_requests (tenant_id, drone_id, issued_at, id COLLATE "C");
CREATE INDEX ix_command_requests_tenant_status_issued_at_id ON command_requests (tenant_id, status, issued_at, id COLLATE "C");
CREATE INDEX ix_approval_records_tenant_id_c ON approval_records (tenant_id, id COLLATE "C");
CREATE INDEX ix_approval_records_tenant_created_at_id ON approval_records (tenant_id, created_at, id COLLATE "C");
CREATE INDEX ix_approval_records_tenant_entity_id_created_at_id ON approval_records (tenant_id, entity_id, created_at, id COLLATE "C");
CREATE POLICY ringfence_tenant ON inspection_templates
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE inspection_templates ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON inspection_template_items
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE inspection_template_items ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON inspection_tasks
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE inspection_tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON inspection_observations
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE inspection_observations ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON inspection_exports
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE inspection_exports ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON defects
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE defects ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON defect_actions
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE defect_actions ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON incidents
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE incidents ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON alerts
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE alerts ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON command_requests
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE command_requests ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON approval_records
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE approval_records ENABLE ROW LEVEL SECURITY;
-- End of what is from the catalogue
