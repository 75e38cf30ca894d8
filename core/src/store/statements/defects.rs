//! Defects and their history.

use crate::model::{Defect, DefectAction, DefectsOfStatus};
use crate::store::sql::listing::listings;
use crate::store::sql::record::{epoch, read_in_order, record};
use crate::store::sql::statement::{Insert, Rows, Stamped, Update, statements};

record! {
    defect: Defect, defects as f { id, observation_id, created_at, version }
    edited { title, description, severity, status, assigned_to }
}
record! { action: DefectAction, defect_actions as fa { id, defect_id, action_type, note, created_at } }

listings! {
    DEFECTS: Defect = counted defect by created_at
        [narrows(observation_id), narrows(assigned_to), narrows(status), at_least(severity)];
    DEFECT_ACTIONS: DefectAction = of action by created_at [always(defect_id)];
}

statements! {
    DEFECT_BY_ID: Tenant Stamped<Defect> = by_id defect;
    DEFECT_INSERT: Tenant Insert<Defect> = insert defect;
    DEFECT_UPDATE: Tenant Update<Defect> = update defect;
    DEFECT_ACTION_INSERT: Tenant Insert<DefectAction> = insert action;
    /// A defect of an observation.
    DEFECT_OF_OBSERVATION: Tenant Rows<i64> =
        "SELECT 1 FROM defects f WHERE f.tenant_id = $1 AND f.observation_id = $2";
    DEFECT_STATS: Tenant Stamped<DefectsOfStatus> = concat!(
        "SELECT ",
        epoch!(),
        ", f.status, count(*) FROM defects f WHERE f.tenant_id = $1 GROUP BY f.status"
    );
}

read_in_order! { DefectsOfStatus { status, defects } }
