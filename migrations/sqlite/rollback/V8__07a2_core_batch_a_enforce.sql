-- The guards go; the rows stay as they are.

-- From the catalogue
DROP TRIGGER rf_approvals_update;
DROP TRIGGER rf_approvals_key;
DROP TRIGGER rf_approvals_insert_rowid;
DROP TRIGGER rf_approvals_insert;
DROP TRIGGER rf_mission_runs_update;
DROP TRIGGER rf_mission_runs_key;
DROP TRIGGER rf_mission_runs_insert_rowid;
DROP TRIGGER rf_mission_runs_insert;
DROP TRIGGER rf_missions_delete;
DROP TRIGGER rf_missions_update;
DROP TRIGGER rf_missions_key;
DROP TRIGGER rf_missions_insert_rowid;
DROP TRIGGER rf_missions_insert;
DROP TRIGGER rf_drone_credentials_update;
DROP TRIGGER rf_drone_credentials_key;
DROP TRIGGER rf_drone_credentials_insert_rowid;
DROP TRIGGER rf_drone_credentials_insert;
DROP TRIGGER rf_drones_delete;
DROP TRIGGER rf_drones_update;
DROP TRIGGER rf_drones_key;
DROP TRIGGER rf_drones_insert_rowid;
DROP TRIGGER rf_drones_insert;
-- End of what is from the catalogue
