-- The Merkle log: one head a log, and its events. Nothing here refers to tenants: the deployment's own log has no
-- tenant, and a log outlives what it tells of.

-- Every guard that needs no table refuses through this one function, its message given by the trigger and its
-- condition by the trigger's WHEN, which Postgres resolves when the trigger is made.
CREATE FUNCTION ringfence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = TG_ARGV[0];
END
$$;

-- From the catalogue
CREATE TABLE audit_heads (
    tenant_id text NOT NULL,
    log_id text NOT NULL,
    size bigint NOT NULL,
    range bytea NOT NULL,
    CONSTRAINT audit_heads_pkey PRIMARY KEY (tenant_id)
);
CREATE TABLE audit_events (
    tenant_id text NOT NULL,
    seq bigint NOT NULL,
    time timestamptz NOT NULL,
    actor text NOT NULL,
    role_id text,
    method text NOT NULL,
    action text NOT NULL,
    outcome text NOT NULL,
    entity_type text NOT NULL,
    entity_id text NOT NULL,
    detail_hash bytea NOT NULL,
    leaf_hash bytea NOT NULL,
    subtrees bytea NOT NULL,
    salt bytea,
    detail text,
    origin text,
    correlation_id text,
    CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, seq)
);
CREATE TRIGGER ringfence_append_only BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW
    EXECUTE FUNCTION ringfence_refuse('ringfence.append_only:audit_events');
CREATE TRIGGER ringfence_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT
    EXECUTE FUNCTION ringfence_refuse('ringfence.append_only:audit_events');
-- End of what is from the catalogue

-- A tenant has a log from its first moment. A tenant id that comes again goes on with the log it had.
CREATE FUNCTION ringfence_open_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_heads (tenant_id, log_id, size, range)
    VALUES (NEW.id, replace(gen_random_uuid()::text, '-', ''), 0, '')
    ON CONFLICT (tenant_id) DO NOTHING;
    RETURN NULL;
END
$$;

-- The functions run with their caller's rights, so that row-level security holds inside them, and a caller may
-- set any search path. So none of them looks a name up along the caller's path: this one has the search path
-- that the step runs in, with temporary tables last. (FROM CURRENT would keep "$user", which the caller decides.)
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ringfence_open_log() SET search_path = %I, pg_temp', current_schema());
END
$$;

-- An event is added at or after the end of the log, never in the midst of it. This one runs in every write, and a
-- search path of its own would cost 9 microseconds, half of what it takes: its names stand in the text, schema and
-- all.
DO $$
BEGIN
    EXECUTE format($make$
        CREATE FUNCTION ringfence_append() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            PERFORM FROM %I.audit_heads AS head
            WHERE head.tenant_id OPERATOR(pg_catalog.=) NEW.tenant_id
                AND head.size OPERATOR(pg_catalog.<=) NEW.seq;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = TG_ARGV[0];
            END IF;
            RETURN NEW;
        END
        $body$
    $make$, current_schema());
END
$$;

CREATE TRIGGER ringfence_append BEFORE INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION ringfence_append('ringfence.append_only:audit_events');

CREATE TRIGGER ringfence_append_only BEFORE UPDATE ON audit_heads
    FOR EACH ROW
    WHEN (NEW.tenant_id <> OLD.tenant_id OR NEW.log_id <> OLD.log_id OR NEW.size < OLD.size)
    EXECUTE FUNCTION ringfence_refuse('ringfence.append_only:audit_heads');
CREATE TRIGGER ringfence_delete BEFORE DELETE ON audit_heads
    FOR EACH ROW EXECUTE FUNCTION ringfence_refuse('ringfence.append_only:audit_heads');
CREATE TRIGGER ringfence_truncate BEFORE TRUNCATE ON audit_heads
    FOR EACH STATEMENT EXECUTE FUNCTION ringfence_refuse('ringfence.append_only:audit_heads');

CREATE TRIGGER ringfence_reserved BEFORE INSERT OR UPDATE OF id ON tenants
    FOR EACH ROW WHEN (left(NEW.id, 1) = '~')
    EXECUTE FUNCTION ringfence_refuse('ringfence.reserved:tenants');
CREATE TRIGGER ringfence_open_log AFTER INSERT ON tenants
    FOR EACH ROW EXECUTE FUNCTION ringfence_open_log();

INSERT INTO audit_heads (tenant_id, log_id, size, range)
SELECT id, replace(gen_random_uuid()::text, '-', ''), 0, ''::bytea FROM tenants
UNION ALL
SELECT '~deployment', replace(gen_random_uuid()::text, '-', ''), 0, ''::bytea;
