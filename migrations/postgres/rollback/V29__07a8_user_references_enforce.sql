-- The guards go; the rows stay as they are.

-- From the catalogue
DROP TRIGGER ringfence_issued_by ON command_requests;
DROP TRIGGER ringfence_closed_by ON alerts;
DROP TRIGGER ringfence_acked_by ON alerts;
DROP TRIGGER ringfence_assigned_to ON defects;
DROP TRIGGER ringfence_approver_id ON approvals;
DROP TRIGGER ringfence_created_by ON missions;
DROP TRIGGER ringfence_named ON users;
DROP FUNCTION ringfence_command_requests_issued_by();
DROP FUNCTION ringfence_alerts_closed_by();
DROP FUNCTION ringfence_alerts_acked_by();
DROP FUNCTION ringfence_defects_assigned_to();
DROP FUNCTION ringfence_approvals_approver_id();
DROP FUNCTION ringfence_missions_created_by();
DROP FUNCTION ringfence_users_named();
-- End of what is from the catalogue
