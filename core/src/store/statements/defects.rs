//! Defects and their history.

use crate::model::{Defect, DefectAction};
use crate::store::sql::listing::listings;
use crate::store::sql::record::record;
use crate::store::sql::statement::{Stamped, statements};

record! {
    defect: Defect, defects as f {
        id, observation_id, title, description, severity, status, assigned_to, created_at
    }
}
record! { action: DefectAction, defect_actions as fa { id, defect_id, action_type, note, created_at } }

listings! {
    DEFECTS: Defect = counted defect by created_at
        [narrows(observation_id), narrows(assigned_to), narrows(status), at_least(severity)];
    DEFECT_ACTIONS: DefectAction = of action by created_at [always(defect_id)];
}

statements! {
    DEFECT_BY_ID: Tenant Stamped<Defect> = by_id defect;
}
