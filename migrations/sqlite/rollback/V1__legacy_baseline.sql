-- Drops the 24 legacy tables, children before their parents, and nothing else. The runner refuses to
-- come here while any of them holds a row.
DROP TABLE approval_records;
DROP TABLE incidents;
DROP TABLE defect_actions;
DROP TABLE defects;
DROP TABLE inspection_exports;
DROP TABLE inspection_observations;
DROP TABLE inspection_tasks;
DROP TABLE inspection_template_items;
DROP TABLE inspection_templates;
DROP TABLE alerts;
DROP TABLE command_requests;
DROP TABLE mission_runs;
DROP TABLE approvals;
DROP TABLE missions;
DROP TABLE drone_credentials;
DROP TABLE drones;
DROP TABLE role_permissions;
DROP TABLE user_roles;
DROP TABLE roles;
DROP TABLE users;
DROP TABLE permissions;
DROP TABLE tenants;
DROP TABLE audit_logs;
DROP TABLE events;
