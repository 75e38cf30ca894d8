-- Batch 07A-8 holds from here: whom a row newly names is a user of its tenant, and stays. What rows held before is looked at
-- by nothing, and no update that leaves it as it is: a foreign key would, so triggers hold it, by the same locks. A defect may
-- still be assigned to a text that is nobody's id, by whoever sees the users of every tenant.

-- From the catalogue
CREATE FUNCTION ringfence_users_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.isolation:users';
    END IF;
    PERFORM FROM missions WHERE tenant_id = OLD.tenant_id AND created_by = OLD.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.restrict:fk_missions_tenant_created_by';
    END IF;
    PERFORM FROM approvals WHERE tenant_id = OLD.tenant_id AND approver_id = OLD.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.restrict:fk_approvals_tenant_approver';
    END IF;
    PERFORM FROM defects WHERE tenant_id = OLD.tenant_id AND assigned_to = OLD.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.restrict:fk_defects_tenant_assigned_to';
    END IF;
    PERFORM FROM alerts WHERE tenant_id = OLD.tenant_id AND acked_by = OLD.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.restrict:fk_alerts_tenant_acked_by';
    END IF;
    PERFORM FROM alerts WHERE tenant_id = OLD.tenant_id AND closed_by = OLD.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.restrict:fk_alerts_tenant_closed_by';
    END IF;
    PERFORM FROM command_requests WHERE tenant_id = OLD.tenant_id AND issued_by = OLD.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.restrict:fk_command_requests_tenant_issued_by';
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_users_named() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE FUNCTION ringfence_missions_created_by() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.created_by IS NOT DISTINCT FROM OLD.created_by THEN
        RETURN NULL;
    END IF;
    PERFORM FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.created_by FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.reference:fk_missions_tenant_created_by';
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_missions_created_by() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE FUNCTION ringfence_approvals_approver_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.approver_id IS NOT DISTINCT FROM OLD.approver_id THEN
        RETURN NULL;
    END IF;
    PERFORM FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.approver_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.reference:fk_approvals_tenant_approver';
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_approvals_approver_id() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE FUNCTION ringfence_defects_assigned_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.assigned_to IS NOT DISTINCT FROM OLD.assigned_to THEN
        RETURN NULL;
    END IF;
    PERFORM FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.assigned_to FOR KEY SHARE;
    IF NOT FOUND AND (row_security_active('users') OR EXISTS (SELECT FROM users WHERE id = NEW.assigned_to)) THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.reference:fk_defects_tenant_assigned_to';
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_defects_assigned_to() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE FUNCTION ringfence_alerts_acked_by() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.acked_by IS NOT DISTINCT FROM OLD.acked_by THEN
        RETURN NULL;
    END IF;
    PERFORM FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.acked_by FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.reference:fk_alerts_tenant_acked_by';
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_alerts_acked_by() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE FUNCTION ringfence_alerts_closed_by() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.closed_by IS NOT DISTINCT FROM OLD.closed_by THEN
        RETURN NULL;
    END IF;
    PERFORM FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.closed_by FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.reference:fk_alerts_tenant_closed_by';
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_alerts_closed_by() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE FUNCTION ringfence_command_requests_issued_by() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.issued_by IS NOT DISTINCT FROM OLD.issued_by THEN
        RETURN NULL;
    END IF;
    PERFORM FROM users WHERE tenant_id = NEW.tenant_id AND id = NEW.issued_by FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.reference:fk_command_requests_tenant_issued_by';
    END IF;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_command_requests_issued_by() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE TRIGGER ringfence_named AFTER DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION ringfence_users_named();
CREATE TRIGGER ringfence_created_by AFTER INSERT OR UPDATE OF created_by ON missions
    FOR EACH ROW WHEN (NEW.created_by IS NOT NULL) EXECUTE FUNCTION ringfence_missions_created_by();
CREATE TRIGGER ringfence_approver_id AFTER INSERT OR UPDATE OF approver_id ON approvals
    FOR EACH ROW WHEN (NEW.approver_id IS NOT NULL) EXECUTE FUNCTION ringfence_approvals_approver_id();
CREATE TRIGGER ringfence_assigned_to AFTER INSERT OR UPDATE OF assigned_to ON defects
    FOR EACH ROW WHEN (NEW.assigned_to IS NOT NULL) EXECUTE FUNCTION ringfence_defects_assigned_to();
CREATE TRIGGER ringfence_acked_by AFTER INSERT OR UPDATE OF acked_by ON alerts
    FOR EACH ROW WHEN (NEW.acked_by IS NOT NULL) EXECUTE FUNCTION ringfence_alerts_acked_by();
CREATE TRIGGER ringfence_closed_by AFTER INSERT OR UPDATE OF closed_by ON alerts
    FOR EACH ROW WHEN (NEW.closed_by IS NOT NULL) EXECUTE FUNCTION ringfence_alerts_closed_by();
CREATE TRIGGER ringfence_issued_by AFTER INSERT OR UPDATE OF issued_by ON command_requests
    FOR EACH ROW WHEN (NEW.issued_by IS NOT NULL) EXECUTE FUNCTION ringfence_command_requests_issued_by();
-- End of what is from the catalogue
