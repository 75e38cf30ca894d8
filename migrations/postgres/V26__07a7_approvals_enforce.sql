-- Batch 07A-7 holds from here: who decided is a user of the tenant, and what was decided about lies in it and stays. Which
-- table that is, the row says, so that no foreign key can hold it: triggers do, by the same locks.

-- From the catalogue
ALTER TABLE approval_records ADD CONSTRAINT fk_approval_records_tenant_approved_by FOREIGN KEY (tenant_id, approved_by) REFERENCES users (tenant_id, id) ON DELETE RESTRICT;
CREATE FUNCTION ringfence_approval_records_entity_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE NEW.entity_type
    WHEN 'mission' THEN
        PERFORM FROM missions WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id FOR KEY SHARE;
    WHEN 'inspection_template' THEN
        PERFORM FROM inspection_templates WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id FOR KEY SHARE;
    WHEN 'inspection_task' THEN
        PERFORM FROM inspection_tasks WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id FOR KEY SHARE;
    WHEN 'inspection_observation' THEN
        PERFORM FROM inspection_observations WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id FOR KEY SHARE;
    WHEN 'defect' THEN
        PERFORM FROM defects WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id FOR KEY SHARE;
    WHEN 'incident' THEN
        PERFORM FROM incidents WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id FOR KEY SHARE;
    WHEN 'alert' THEN
        PERFORM FROM alerts WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id FOR KEY SHARE;
    WHEN 'drone' THEN
        PERFORM FROM drones WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_id FOR KEY SHARE;
    ELSE
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.reference:fk_approval_records_tenant_entity';
    END CASE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.reference:fk_approval_records_tenant_entity' || '_' || NEW.entity_type;
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_approval_records_entity_id() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE FUNCTION ringfence_approval_records_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.isolation:approval_records';
    END IF;
    PERFORM FROM approval_records WHERE tenant_id = OLD.tenant_id AND entity_id = OLD.id AND entity_type = TG_ARGV[0] LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.restrict:fk_approval_records_tenant_entity' || '_' || TG_ARGV[0];
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_approval_records_keeps() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE TRIGGER ringfence_kept_by_approval_records AFTER DELETE ON drones
    FOR EACH ROW EXECUTE FUNCTION ringfence_approval_records_keeps('drone');
CREATE TRIGGER ringfence_kept_by_approval_records AFTER DELETE ON missions
    FOR EACH ROW EXECUTE FUNCTION ringfence_approval_records_keeps('mission');
CREATE TRIGGER ringfence_kept_by_approval_records AFTER DELETE ON inspection_templates
    FOR EACH ROW EXECUTE FUNCTION ringfence_approval_records_keeps('inspection_template');
CREATE TRIGGER ringfence_kept_by_approval_records AFTER DELETE ON inspection_tasks
    FOR EACH ROW EXECUTE FUNCTION ringfence_approval_records_keeps('inspection_task');
CREATE TRIGGER ringfence_kept_by_approval_records AFTER DELETE ON inspection_observations
    FOR EACH ROW EXECUTE FUNCTION ringfence_approval_records_keeps('inspection_observation');
CREATE TRIGGER ringfence_kept_by_approval_records AFTER DELETE ON defects
    FOR EACH ROW EXECUTE FUNCTION ringfence_approval_records_keeps('defect');
CREATE TRIGGER ringfence_kept_by_approval_records AFTER DELETE ON incidents
    FOR EACH ROW EXECUTE FUNCTION ringfence_approval_records_keeps('incident');
CREATE TRIGGER ringfence_kept_by_approval_records AFTER DELETE ON alerts
    FOR EACH ROW EXECUTE FUNCTION ringfence_approval_records_keeps('alert');
CREATE TRIGGER ringfence_entity_id AFTER INSERT OR UPDATE OF entity_type, entity_id ON approval_records
    FOR EACH ROW EXECUTE FUNCTION ringfence_approval_records_entity_id();
CREATE TRIGGER ringfence_key BEFORE UPDATE ON approval_records
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:approval_records');
-- End of what is from the catalogue
