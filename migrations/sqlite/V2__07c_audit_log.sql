-- The audit log: one RFC 6962 tree per tenant, and one for the deployment.
--
-- The three tables are WITHOUT ROWID, because INSERT OR REPLACE fires no delete trigger and could take a
-- row away through its rowid. What is left to it is the primary key, which the BEFORE INSERT guards hold.
-- None refers to tenants: the deployment's log has no tenant, and a log outlives its tenant's row.
--
-- How the guards meet the conflict clauses: they run before the engine looks for a conflict, and
-- RAISE(ABORT) is not softened by one. So OR REPLACE, OR IGNORE and ON CONFLICT DO UPDATE on an existing
-- key are all refused here, where a plain engine would replace, skip or update. The guards say ABORT and
-- never ROLLBACK, which would destroy the savepoints of the neighbours in a shared transaction.

-- The head of each log: its size and its compact range (the concatenated 32-byte hashes of the perfect
-- subtrees, largest first).
CREATE TABLE audit_heads (
    tenant_id VARCHAR NOT NULL,
    log_id VARCHAR NOT NULL,
    size INTEGER NOT NULL DEFAULT 0,
    range BLOB NOT NULL DEFAULT x'',
    CONSTRAINT audit_heads_pkey PRIMARY KEY (tenant_id),
    CHECK (typeof(size) = 'integer')
) WITHOUT ROWID;

-- The leaves, from 0 without a gap. subtrees holds the hashes of the interior nodes that the leaf
-- completes, lowest first: node (level, index) stands in row (index + 1) * 2^level - 1, at byte
-- (level - 1) * 32.
CREATE TABLE audit_events (
    tenant_id VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    time DATETIME NOT NULL,
    actor VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    entity_type VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL,
    detail_hash BLOB NOT NULL,
    leaf_hash BLOB NOT NULL,
    subtrees BLOB NOT NULL,
    CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, seq),
    CHECK (typeof(seq) = 'integer')
) WITHOUT ROWID;

-- What a leaf commits to by hash only, so that it can be erased later: the salt, the detail's very bytes,
-- and the origin that the host gave.
CREATE TABLE audit_details (
    tenant_id VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    salt BLOB NOT NULL,
    detail TEXT NOT NULL,
    origin TEXT,
    CONSTRAINT audit_details_pkey PRIMARY KEY (tenant_id, seq),
    CHECK (typeof(seq) = 'integer')
) WITHOUT ROWID;

-- audit_heads

CREATE TRIGGER rf_audit_heads_insert BEFORE INSERT ON audit_heads
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_heads')
    WHERE EXISTS (SELECT 1 FROM audit_heads WHERE tenant_id = NEW.tenant_id);
END;

-- A NULL size counts as smaller: UPDATE OR REPLACE would turn it into the default, which is 0.
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

-- audit_events: a new leaf stands at or after the head's size, and never where one stands. The head moves
-- after the leaves of its transaction.

CREATE TRIGGER rf_audit_events_insert BEFORE INSERT ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_events')
    WHERE NOT EXISTS (
        SELECT 1 FROM audit_heads WHERE tenant_id = NEW.tenant_id AND size <= NEW.seq
    )
    OR EXISTS (
        SELECT 1 FROM audit_events WHERE tenant_id = NEW.tenant_id AND seq = NEW.seq
    );
END;

CREATE TRIGGER rf_audit_events_update BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_events');
END;

CREATE TRIGGER rf_audit_events_delete BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_events');
END;

-- audit_details: as the events, so that nothing is slipped under a leaf that stands.

CREATE TRIGGER rf_audit_details_insert BEFORE INSERT ON audit_details
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_details')
    WHERE NOT EXISTS (
        SELECT 1 FROM audit_heads WHERE tenant_id = NEW.tenant_id AND size <= NEW.seq
    )
    OR EXISTS (
        SELECT 1 FROM audit_details WHERE tenant_id = NEW.tenant_id AND seq = NEW.seq
    );
END;

CREATE TRIGGER rf_audit_details_update BEFORE UPDATE ON audit_details
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_details');
END;

CREATE TRIGGER rf_audit_details_delete BEFORE DELETE ON audit_details
BEGIN
    SELECT RAISE(ABORT, 'ringfence.append_only:audit_details');
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
    INSERT INTO audit_heads (tenant_id, log_id)
    SELECT NEW.id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM audit_heads WHERE tenant_id = NEW.id);
END;

INSERT INTO audit_heads (tenant_id, log_id) VALUES ('~deployment', lower(hex(randomblob(16))));
INSERT INTO audit_heads (tenant_id, log_id) SELECT id, lower(hex(randomblob(16))) FROM tenants;
