-- The guards go; the rows stay as they are.

-- From the catalogue
DROP TRIGGER ringfence_key ON approval_records;
DROP TRIGGER ringfence_entity_id ON approval_records;
DROP TRIGGER ringfence_kept_by_approval_records ON alerts;
DROP TRIGGER ringfence_kept_by_approval_records ON incidents;
DROP TRIGGER ringfence_kept_by_approval_records ON defects;
DROP TRIGGER ringfence_kept_by_approval_records ON inspection_observations;
DROP TRIGGER ringfence_kept_by_approval_records ON inspection_tasks;
DROP TRIGGER ringfence_kept_by_approval_records ON inspection_templates;
DROP TRIGGER ringfence_kept_by_approval_records ON missions;
DROP TRIGGER ringfence_kept_by_approval_records ON drones;
DROP FUNCTION ringfence_approval_records_keeps();
DROP FUNCTION ringfence_approval_records_entity_id();
ALTER TABLE approval_records DROP CONSTRAINT fk_approval_records_tenant_approved_by;
-- End of what is from the catalogue
