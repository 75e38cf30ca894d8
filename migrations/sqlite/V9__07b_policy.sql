-- Policy: the epoch that makes an unchanged policy cheap to trust, inheritance between roles, denies, end times, session
-- epochs, disabled tenants, and the rule of four eyes.

-- From the catalogue
DROP TRIGGER rf_roles_cascade;
CREATE TABLE policy_epochs (
    tenant_id TEXT NOT NULL,
    epoch TEXT NOT NULL,
    CONSTRAINT policy_epochs_pkey PRIMARY KEY (tenant_id)
) WITHOUT ROWID;
CREATE TABLE role_inheritance (
    tenant_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    inherits_role_id TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT role_inheritance_pkey PRIMARY KEY (tenant_id, role_id, inherits_role_id),
    CONSTRAINT fk_role_inheritance_tenant_role FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_role_inheritance_tenant_inherits_role FOREIGN KEY (tenant_id, inherits_role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE role_denies (
    tenant_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    permission TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT role_denies_pkey PRIMARY KEY (tenant_id, role_id, permission),
    CONSTRAINT fk_role_denies_tenant_role FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE login_throttles (
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    failures INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    in_flight INTEGER NOT NULL,
    window_started_at DATETIME NOT NULL,
    blocked_until DATETIME,
    in_flight_until DATETIME,
    CONSTRAINT login_throttles_pkey PRIMARY KEY (tenant_id, subject),
    CHECK (typeof(failures) = 'integer'),
    CHECK (typeof(refused) = 'integer'),
    CHECK (typeof(in_flight) = 'integer')
) WITHOUT ROWID;
ALTER TABLE tenants ADD COLUMN disabled_at DATETIME;
ALTER TABLE tenants ADD COLUMN self_approval BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN session_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user_roles ADD COLUMN expires_at DATETIME;
CREATE INDEX ix_role_inheritance_tenant_inherits_role ON role_inheritance (tenant_id, inherits_role_id);
CREATE TRIGGER rf_tenants_epoch_insert AFTER INSERT ON tenants
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.id);
END;
CREATE TRIGGER rf_tenants_epoch_update AFTER UPDATE OF disabled_at, self_approval ON tenants
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.id);
END;
CREATE TRIGGER rf_users_epoch_insert AFTER INSERT ON users
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_users_epoch_update AFTER UPDATE ON users
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_users_epoch_delete AFTER DELETE ON users
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = OLD.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT OLD.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = OLD.tenant_id);
END;
CREATE TRIGGER rf_roles_cascade AFTER DELETE ON roles
BEGIN
    DELETE FROM user_roles WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
    DELETE FROM role_permissions WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
    DELETE FROM role_inheritance WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
    DELETE FROM role_inheritance WHERE tenant_id = OLD.tenant_id AND inherits_role_id = OLD.id;
    DELETE FROM role_denies WHERE tenant_id = OLD.tenant_id AND role_id = OLD.id;
END;
CREATE TRIGGER rf_roles_epoch_insert AFTER INSERT ON roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_roles_epoch_update AFTER UPDATE ON roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_roles_epoch_delete AFTER DELETE ON roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = OLD.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT OLD.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = OLD.tenant_id);
END;
CREATE TRIGGER rf_user_roles_epoch_insert AFTER INSERT ON user_roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = (SELECT tenant_id FROM users WHERE id = NEW.user_id);
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT (SELECT tenant_id FROM users WHERE id = NEW.user_id), lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = (SELECT tenant_id FROM users WHERE id = NEW.user_id));
END;
CREATE TRIGGER rf_user_roles_epoch_update AFTER UPDATE ON user_roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_user_roles_epoch_delete AFTER DELETE ON user_roles
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = OLD.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT OLD.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = OLD.tenant_id);
END;
CREATE TRIGGER rf_role_permissions_epoch_insert AFTER INSERT ON role_permissions
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = (SELECT tenant_id FROM roles WHERE id = NEW.role_id);
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT (SELECT tenant_id FROM roles WHERE id = NEW.role_id), lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = (SELECT tenant_id FROM roles WHERE id = NEW.role_id));
END;
CREATE TRIGGER rf_role_permissions_epoch_update AFTER UPDATE ON role_permissions
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_role_permissions_epoch_delete AFTER DELETE ON role_permissions
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = OLD.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT OLD.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = OLD.tenant_id);
END;
CREATE TRIGGER rf_policy_epochs_insert BEFORE INSERT ON policy_epochs
BEGIN
    SELECT RAISE(ABORT, 'ringfence.unique:policy_epochs_pkey')
    WHERE EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_policy_epochs_key BEFORE UPDATE ON policy_epochs
WHEN NEW.tenant_id IS NOT OLD.tenant_id
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:policy_epochs');
END;
CREATE TRIGGER rf_role_inheritance_insert BEFORE INSERT ON role_inheritance
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_role_inheritance_tenant_role')
    WHERE NOT EXISTS (SELECT 1 FROM roles WHERE tenant_id = NEW.tenant_id AND id = NEW.role_id);
    SELECT RAISE(ABORT, 'ringfence.reference:fk_role_inheritance_tenant_inherits_role')
    WHERE NOT EXISTS (SELECT 1 FROM roles WHERE tenant_id = NEW.tenant_id AND id = NEW.inherits_role_id);
    SELECT RAISE(ABORT, 'ringfence.unique:role_inheritance_pkey')
    WHERE EXISTS (SELECT 1 FROM role_inheritance WHERE tenant_id = NEW.tenant_id AND role_id = NEW.role_id AND inherits_role_id = NEW.inherits_role_id);
END;
CREATE TRIGGER rf_role_inheritance_key BEFORE UPDATE ON role_inheritance
WHEN NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.role_id IS NOT OLD.role_id
    OR NEW.inherits_role_id IS NOT OLD.inherits_role_id
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:role_inheritance');
END;
CREATE TRIGGER rf_role_inheritance_epoch_insert AFTER INSERT ON role_inheritance
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_role_inheritance_epoch_update AFTER UPDATE ON role_inheritance
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_role_inheritance_epoch_delete AFTER DELETE ON role_inheritance
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = OLD.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT OLD.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = OLD.tenant_id);
END;
CREATE TRIGGER rf_role_denies_insert BEFORE INSERT ON role_denies
BEGIN
    SELECT RAISE(ABORT, 'ringfence.reference:fk_role_denies_tenant_role')
    WHERE NOT EXISTS (SELECT 1 FROM roles WHERE tenant_id = NEW.tenant_id AND id = NEW.role_id);
    SELECT RAISE(ABORT, 'ringfence.unique:role_denies_pkey')
    WHERE EXISTS (SELECT 1 FROM role_denies WHERE tenant_id = NEW.tenant_id AND role_id = NEW.role_id AND permission = NEW.permission);
END;
CREATE TRIGGER rf_role_denies_key BEFORE UPDATE ON role_denies
WHEN NEW.tenant_id IS NOT OLD.tenant_id
    OR NEW.role_id IS NOT OLD.role_id
    OR NEW.permission IS NOT OLD.permission
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:role_denies');
END;
CREATE TRIGGER rf_role_denies_epoch_insert AFTER INSERT ON role_denies
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_role_denies_epoch_update AFTER UPDATE ON role_denies
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = NEW.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT NEW.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = NEW.tenant_id);
END;
CREATE TRIGGER rf_role_denies_epoch_delete AFTER DELETE ON role_denies
BEGIN
    UPDATE policy_epochs SET epoch = lower(hex(randomblob(16))) WHERE tenant_id = OLD.tenant_id;
    INSERT INTO policy_epochs (tenant_id, epoch) SELECT OLD.tenant_id, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = OLD.tenant_id);
END;
-- End of what is from the catalogue

-- While its tenant stands, an epoch is only ever replaced, in its row.
CREATE TRIGGER rf_policy_epochs_delete BEFORE DELETE ON policy_epochs
BEGIN
    SELECT RAISE(ABORT, 'ringfence.key:policy_epochs')
    WHERE EXISTS (SELECT 1 FROM tenants WHERE id = OLD.tenant_id);
END;

INSERT INTO policy_epochs (tenant_id, epoch) SELECT id, lower(hex(randomblob(16))) FROM tenants;

-- Four eyes: in a row that Ringfence writes (it names its event), nobody approves a mission that he created or
-- edited last, unless the tenant allows it. The old platform's rows name no event and keep its rules.

CREATE TRIGGER rf_approvals_four_eyes_insert BEFORE INSERT ON approvals
WHEN NEW.audit_seq IS NOT NULL AND NEW.decision = 'APPROVE'
BEGIN
    SELECT RAISE(ABORT, 'ringfence.four_eyes:approvals')
    WHERE EXISTS (
        SELECT 1 FROM missions JOIN tenants ON tenants.id = missions.tenant_id
        WHERE missions.tenant_id = NEW.tenant_id
            AND missions.id = NEW.mission_id
            AND NEW.approver_id IN (missions.created_by, missions.edited_by)
            AND NOT tenants.self_approval
    );
END;

CREATE TRIGGER rf_approvals_four_eyes_update
BEFORE UPDATE OF mission_id, approver_id, decision, audit_seq ON approvals
WHEN NEW.audit_seq IS NOT NULL AND NEW.decision = 'APPROVE'
BEGIN
    SELECT RAISE(ABORT, 'ringfence.four_eyes:approvals')
    WHERE EXISTS (
        SELECT 1 FROM missions JOIN tenants ON tenants.id = missions.tenant_id
        WHERE missions.tenant_id = NEW.tenant_id
            AND missions.id = NEW.mission_id
            AND NEW.approver_id IN (missions.created_by, missions.edited_by)
            AND NOT tenants.self_approval
    );
END;
