-- The guards go; the rows stay as they are.

-- From the catalogue
DROP TRIGGER rf_defect_actions_update;
DROP TRIGGER rf_defect_actions_key;
DROP TRIGGER rf_defect_actions_insert_rowid;
DROP TRIGGER rf_defect_actions_insert;
DROP TRIGGER rf_defects_delete;
DROP TRIGGER rf_defects_update;
DROP TRIGGER rf_defects_key;
DROP TRIGGER rf_defects_insert_rowid;
DROP TRIGGER rf_defects_insert;
DROP TRIGGER rf_inspection_observations_delete;
CREATE TRIGGER rf_inspection_observations_delete BEFORE DELETE ON inspection_observations
BEGIN
    SELECT RAISE(ABORT, 'ringfence.restrict:defects_observation_id_fkey')
    WHERE EXISTS (SELECT 1 FROM defects WHERE observation_id = OLD.id);
END;
-- End of what is from the catalogue
