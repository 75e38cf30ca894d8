-- Policy: the epoch that makes an unchanged policy cheap to trust, inheritance between roles, denies, end times, session
-- epochs, disabled tenants, and the rule of four eyes.

-- Once a statement, not once a row, so that a bulk change moves an epoch once. `changed` is the statement's
-- transition table. Tenants in order, so that two such statements cannot lock each other out.
CREATE FUNCTION ringfence_policy_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO policy_epochs (tenant_id, epoch)
    SELECT tenant_id, replace(gen_random_uuid()::text, '-', '')
    FROM (SELECT DISTINCT tenant_id FROM changed ORDER BY tenant_id) AS tenants_changed
    ON CONFLICT (tenant_id) DO UPDATE SET epoch = excluded.epoch;
    RETURN NULL;
END
$$;

CREATE FUNCTION ringfence_tenant_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO policy_epochs (tenant_id, epoch)
    VALUES (NEW.id, replace(gen_random_uuid()::text, '-', ''))
    ON CONFLICT (tenant_id) DO UPDATE SET epoch = excluded.epoch;
    RETURN NULL;
END
$$;

-- TRUNCATE fires no row trigger and has no transition table.
CREATE FUNCTION ringfence_policy_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE policy_epochs SET epoch = replace(gen_random_uuid()::text, '-', '');
    RETURN NULL;
END
$$;

-- While its tenant stands, an epoch is only ever replaced, in its row.
CREATE FUNCTION ringfence_epoch_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM tenants WHERE id = OLD.tenant_id;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.key:policy_epochs';
    END IF;
    RETURN OLD;
END
$$;

-- Nobody approves what he created or edited last. Rows that Ringfence writes carry the sequence of their audit
-- event; the old platform's are exempt.
CREATE FUNCTION ringfence_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM missions JOIN tenants ON tenants.id = missions.tenant_id
    WHERE missions.tenant_id = NEW.tenant_id AND missions.id = NEW.mission_id
        AND NEW.approver_id IN (missions.created_by, missions.edited_by) AND NOT tenants.self_approval;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.four_eyes:approvals';
    END IF;
    RETURN NEW;
END
$$;

DO $$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY[
        'ringfence_policy_changed', 'ringfence_tenant_changed', 'ringfence_policy_emptied',
        'ringfence_epoch_kept', 'ringfence_four_eyes'
    ] LOOP
        EXECUTE format('ALTER FUNCTION %I() SET search_path = %I, pg_temp', made, current_schema());
    END LOOP;
END
$$;

-- From the catalogue
CREATE TABLE policy_epochs (
    tenant_id text NOT NULL,
    epoch text NOT NULL,
    CONSTRAINT policy_epochs_pkey PRIMARY KEY (tenant_id)
);
CREATE TABLE role_inheritance (
    tenant_id text NOT NULL,
    role_id text NOT NULL,
    inherits_role_id text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT role_inheritance_pkey PRIMARY KEY (tenant_id, role_id, inherits_role_id)
);
CREATE TABLE role_denies (
    tenant_id text NOT NULL,
    role_id text NOT NULL,
    permission text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT role_denies_pkey PRIMARY KEY (tenant_id, role_id, permission)
);
CREATE TABLE login_throttles (
    tenant_id text NOT NULL,
    subject text NOT NULL,
    failures bigint NOT NULL,
    refused bigint NOT NULL,
    in_flight bigint NOT NULL,
    window_started_at timestamptz NOT NULL,
    blocked_until timestamptz,
    in_flight_until timestamptz,
    CONSTRAINT login_throttles_pkey PRIMARY KEY (tenant_id, subject)
);
ALTER TABLE tenants ADD COLUMN disabled_at timestamptz;
ALTER TABLE tenants ADD COLUMN self_approval boolean NOT NULL DEFAULT false;
ALTER TABLE users ADD COLUMN session_epoch bigint NOT NULL DEFAULT 0;
ALTER TABLE user_roles ADD COLUMN expires_at timestamptz;
CREATE INDEX ix_role_inheritance_tenant_inherits_role ON role_inheritance (tenant_id, inherits_role_id);
ALTER TABLE role_inheritance ADD CONSTRAINT fk_role_inheritance_tenant_role FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE role_inheritance ADD CONSTRAINT fk_role_inheritance_tenant_inherits_role FOREIGN KEY (tenant_id, inherits_role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE role_denies ADD CONSTRAINT fk_role_denies_tenant_role FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE;
CREATE TRIGGER ringfence_policy_insert AFTER INSERT ON tenants
    FOR EACH ROW EXECUTE FUNCTION ringfence_tenant_changed();
CREATE TRIGGER ringfence_policy_update AFTER UPDATE ON tenants
    FOR EACH ROW WHEN (NEW.disabled_at IS DISTINCT FROM OLD.disabled_at OR NEW.self_approval IS DISTINCT FROM OLD.self_approval)
    EXECUTE FUNCTION ringfence_tenant_changed();
CREATE TRIGGER ringfence_policy_insert AFTER INSERT ON users
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_update AFTER UPDATE ON users
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_delete AFTER DELETE ON users
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_truncate AFTER TRUNCATE ON users
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_emptied();
CREATE TRIGGER ringfence_policy_insert AFTER INSERT ON roles
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_update AFTER UPDATE ON roles
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_delete AFTER DELETE ON roles
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_truncate AFTER TRUNCATE ON roles
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_emptied();
CREATE TRIGGER ringfence_policy_insert AFTER INSERT ON user_roles
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_update AFTER UPDATE ON user_roles
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_delete AFTER DELETE ON user_roles
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_truncate AFTER TRUNCATE ON user_roles
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_emptied();
CREATE TRIGGER ringfence_policy_insert AFTER INSERT ON role_permissions
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_update AFTER UPDATE ON role_permissions
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_delete AFTER DELETE ON role_permissions
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_truncate AFTER TRUNCATE ON role_permissions
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_emptied();
CREATE TRIGGER ringfence_key BEFORE UPDATE ON policy_epochs
    FOR EACH ROW WHEN (NEW.tenant_id <> OLD.tenant_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:policy_epochs');
CREATE TRIGGER ringfence_key BEFORE UPDATE ON role_inheritance
    FOR EACH ROW WHEN (NEW.tenant_id <> OLD.tenant_id OR NEW.role_id <> OLD.role_id OR NEW.inherits_role_id <> OLD.inherits_role_id)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:role_inheritance');
CREATE TRIGGER ringfence_policy_insert AFTER INSERT ON role_inheritance
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_update AFTER UPDATE ON role_inheritance
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_delete AFTER DELETE ON role_inheritance
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_truncate AFTER TRUNCATE ON role_inheritance
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_emptied();
CREATE TRIGGER ringfence_key BEFORE UPDATE ON role_denies
    FOR EACH ROW WHEN (NEW.tenant_id <> OLD.tenant_id OR NEW.role_id <> OLD.role_id OR NEW.permission <> OLD.permission)
    EXECUTE FUNCTION ringfence_refuse('ringfence.key:role_denies');
CREATE TRIGGER ringfence_policy_insert AFTER INSERT ON role_denies
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_update AFTER UPDATE ON role_denies
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_delete AFTER DELETE ON role_denies
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_changed();
CREATE TRIGGER ringfence_policy_truncate AFTER TRUNCATE ON role_denies
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_policy_emptied();
CREATE POLICY ringfence_tenant ON policy_epochs
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE policy_epochs ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON role_inheritance
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE role_inheritance ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON role_denies
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE role_denies ENABLE ROW LEVEL SECURITY;
CREATE POLICY ringfence_tenant ON login_throttles
    USING (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('ringfence.tenant', true), '')));
ALTER TABLE login_throttles ENABLE ROW LEVEL SECURITY;
-- End of what is from the catalogue

INSERT INTO policy_epochs (tenant_id, epoch)
SELECT id, replace(gen_random_uuid()::text, '-', '') FROM tenants;

CREATE TRIGGER ringfence_four_eyes BEFORE INSERT OR UPDATE ON approvals
    FOR EACH ROW WHEN (NEW.audit_seq IS NOT NULL AND NEW.decision = 'APPROVE')
    EXECUTE FUNCTION ringfence_four_eyes();

CREATE TRIGGER ringfence_delete BEFORE DELETE ON policy_epochs
    FOR EACH ROW EXECUTE FUNCTION ringfence_epoch_kept();
CREATE TRIGGER ringfence_truncate BEFORE TRUNCATE ON policy_epochs
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_refuse('ringfence.key:policy_epochs');
