-- A small fleet as the old platform left it, for both engines. {at} stands for a moment as the engine writes one.
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('202602210007');

INSERT INTO tenants (id, name, created_at) VALUES
    ('north', 'Northwind Survey', {at}), ('south', 'Southbank Inspection', {at});
INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at) VALUES
    ('ines', 'north', 'ines', 'pbkdf2_sha256$1$x$y', true, {at}), ('sol', 'south', 'sol', 'pbkdf2_sha256$1$x$z', true, {at});
INSERT INTO roles (id, tenant_id, name, description, created_at) VALUES
    ('north-pilot', 'north', 'pilot', NULL, {at}), ('south-pilot', 'south', 'pilot', NULL, {at});
INSERT INTO permissions (id, name, description, created_at) VALUES ('everything', '*', NULL, {at});
INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('ines', 'north-pilot', {at}), ('sol', 'south-pilot', {at});
INSERT INTO role_permissions (role_id, permission_id, created_at) VALUES
    ('north-pilot', 'everything', {at}), ('south-pilot', 'everything', {at});
INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES
    ('kestrel', 'north', 'Kestrel 1', 'MAVLINK', '{"camera": true,  "rth": true}', {at}, {at}),
    ('heron', 'south', 'Heron 2', 'DJI', '{}', {at}, {at});
-- The second flies the other tenant's drone: the old platform looked a drone up by its id alone.
INSERT INTO missions (id, tenant_id, name, drone_id, plan_type, payload, constraints, state, created_by, created_at, updated_at)
VALUES
    ('river', 'north', 'River survey', 'kestrel', 'AREA_GRID', '{}', '{}', 'APPROVED', 'ines', {at}, {at}),
    ('bridge', 'south', 'Bridge', 'kestrel', 'POINT_TASK', '{}', '{}', 'DRAFT', 'sol', {at}, {at});
INSERT INTO inspection_templates (id, tenant_id, name, category, created_at) VALUES ('roof', 'north', 'Roof', 'roof', {at});
INSERT INTO inspection_tasks (id, tenant_id, name, template_id, mission_id, created_at) VALUES
    ('roofs', 'north', 'Roofs', 'roof', 'river', {at});
INSERT INTO inspection_observations (id, tenant_id, task_id, drone_id, ts, position_lat, position_lon, alt_m, item_code, created_at)
VALUES ('crack', 'north', 'roofs', 'kestrel', {at}, 47.4, 8.5, 30.25, 'crack', {at});
INSERT INTO defects (id, tenant_id, observation_id, title, created_at) VALUES ('defect', 'north', 'crack', 'Crack', {at});
