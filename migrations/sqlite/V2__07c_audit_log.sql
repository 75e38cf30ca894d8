-- The audit log: one RFC 6962 tree per tenant, and one for the deployment. Neither table refers to tenants: the
-- deployment's log has no tenant, and a log outlives its tenant's row.
--
-- How the guards meet the conflict clauses: they run before the engine looks for a conflict, and RAISE(ABORT) is not
-- softened by one. So OR REPLACE, OR IGNORE and ON CONFLICT DO UPDATE on an existing key are all refused here, where a
-- plain engine would replace, skip or update.

-- From the catalogue
CREATE TABLE audit_heads (
    tenant_id TEXT NOT NULL,
    log_id TEXT NOT NULL,
    size INTEGER NOT NULL,
    range BLOB NOT NULL,
    CONSTRAINT audit_heads_pkey PRIMARY KEY (tenant_id),
    CHECK (typeof(size) = 'integer')
) WITHOUT ROWID;
CREATE TABLE audit_events (
    tenant_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    time DATETIME NOT NULL,
    actor TEXT NOT NULL,
    role_id TEXT,
    method TEXT NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    detail_hash BLOB NOT NULL,
    leaf_hash BLOB NOT NULL,
    subtrees BLOB NOT NULL,
    salt BLOB,
    detail TEXT,
    origin TEXT,
    correlation_id TEXT,
    CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, seq),
    CHECK (typeof(seq) = 'integer')
);
CREATE TRIGGER rf_audit_events_insert_rowid AFTER INSERT ON audit_events
WHEN NEW.rowid = -1
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:audit_events');
END;
CREATE TRIGGER rf_audit_events_update BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_events');
END;
CREATE TRIGGER rf_audit_events_delete BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_events');
END;
-- End of what is from the catalogue

-- A new event stands at or after the head's size, and never where one stands. The head moves after the events of its
-- transaction.
CREATE TRIGGER rf_audit_events_insert BEFORE INSERT ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:audit_events')
    WHERE NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM audit_events WHERE rowid = NEW.rowid);
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_events')
    WHERE NOT EXISTS (
        SELECT 1 FROM audit_heads WHERE tenant_id = NEW.tenant_id AND size <= NEW.seq
    )
    OR EXISTS (
        SELECT 1 FROM audit_events WHERE tenant_id = NEW.tenant_id AND seq = NEW.seq
    );
END;

-- The head: once a log, and it only grows.
CREATE TRIGGER rf_audit_heads_insert BEFORE INSERT ON audit_heads
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_heads')
    WHERE EXISTS (SELECT 1 FROM audit_heads WHERE tenant_id = NEW.tenant_id);
END;

CREATE TRIGGER rf_audit_heads_update BEFORE UPDATE ON audit_heads
WHEN NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.log_id IS NOT OLD.log_id
    OR NEW.size IS NULL
    OR NEW.size < OLD.size
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_heads');
END;

CREATE TRIGGER rf_audit_heads_delete BEFORE DELETE ON audit_heads
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_heads');
END;

-- tenants: ids that start with ~ are Ringfence's own, and every tenant has a log, whoever makes it.

CREATE TRIGGER rf_tenants_reserved_insert BEFORE INSERT ON tenants
WHEN NEW.id GLOB '~*'
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reserved:tenants');
END;

CREATE TRIGGER rf_tenants_reserved_update BEFORE UPDATE OF id ON tenants
WHEN NEW.id GLOB '~*'
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reserved:tenants');
END;

-- A tenant that was deleted and made again goes on with the log that it had. (NOT EXISTS and not an
-- upsert: inside a trigger the conflict clause of the outer statement would decide.)
CREATE TRIGGER rf_tenants_head AFTER INSERT ON tenants
BEGIN
    INSERT INTO audit_heads (tenant_id, log_id, size, range)
    SELECT NEW.id, lower(hex(randomblob(16))), 0, x''
    WHERE NOT EXISTS (SELECT 1 FROM audit_heads WHERE tenant_id = NEW.id);
END;

INSERT INTO audit_heads (tenant_id, log_id, size, range)
VALUES ('~deployment', lower(hex(randomblob(16))), 0, x'');
INSERT INTO audit_heads (tenant_id, log_id, size, range)
SELECT id, lower(hex(randomblob(16))), 0, x'' FROM tenants;
