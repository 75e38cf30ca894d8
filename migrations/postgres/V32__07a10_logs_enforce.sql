-- Batch 07A-10 holds from here: what the old platform newly writes down is of a tenant that is there and stays, or, a request
-- without a token, under the word `system`, which no tenant has for its id. Rows of tenants that are no more stay.

-- From the catalogue
CREATE FUNCTION ringfence_tenants_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.isolation:tenants';
    END IF;
    PERFORM FROM events WHERE tenant_id = OLD.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.restrict:fk_events_tenant';
    END IF;
    PERFORM FROM audit_logs WHERE tenant_id = OLD.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.restrict:fk_audit_logs_tenant';
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_tenants_named() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE FUNCTION ringfence_events_tenant_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM tenants WHERE id = NEW.tenant_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.reference:fk_events_tenant';
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_events_tenant_id() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE FUNCTION ringfence_audit_logs_tenant_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM tenants WHERE id = NEW.tenant_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.reference:fk_audit_logs_tenant';
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_audit_logs_tenant_id() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE TRIGGER ringfence_kept_system BEFORE INSERT ON tenants
    FOR EACH ROW WHEN (NEW.id = 'system')
    EXECUTE FUNCTION ringfence_refuse('ringfence.reserved:tenants');
CREATE TRIGGER ringfence_named AFTER DELETE ON tenants
    FOR EACH ROW EXECUTE FUNCTION ringfence_tenants_named();
CREATE TRIGGER ringfence_tenant_id AFTER INSERT ON events
    FOR EACH ROW WHEN (NEW.tenant_id IS NOT NULL) EXECUTE FUNCTION ringfence_events_tenant_id();
CREATE TRIGGER ringfence_key BEFORE UPDATE ON events
    FOR EACH ROW WHEN (NEW.event_id <> OLD.event_id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:events');
CREATE TRIGGER ringfence_tenant_id AFTER INSERT ON audit_logs
    FOR EACH ROW WHEN (NEW.tenant_id <> 'system') EXECUTE FUNCTION ringfence_audit_logs_tenant_id();
CREATE TRIGGER ringfence_key BEFORE UPDATE ON audit_logs
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:audit_logs');
CREATE POLICY ringfence_tenant ON events
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON audit_logs
    USING (tenant_id = (SELECT named FROM nullif(current_setting('ringfence.tenant', true), '') AS named WHERE named <> 'system'))
    WITH CHECK (tenant_id = (SELECT named FROM nullif(current_setting('ringfence.tenant', true), '') AS named WHERE named <> 'system'));
ALTER TABLE audit_logs ENABLE ROW LEVEL SECURITY;
-- End of what is from the catalogue
