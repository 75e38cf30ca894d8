//! Recorded decisions.

use crate::model::ApprovalRecord;
use crate::store::sql::listing::listings;
use crate::store::sql::record::record;
use crate::store::sql::statement::{Insert, Stamped, statements};

record! {
    approval: ApprovalRecord, approval_records as ar { id, entity_type, entity_id, status, approved_by, created_at }
}

listings! {
    APPROVAL_RECORDS: ApprovalRecord = counted approval by created_at
        [narrows(entity_id), narrows(approved_by), narrows(status), is(entity_type)];
}

statements! {
    APPROVAL_RECORD_BY_ID: Tenant Stamped<ApprovalRecord> = by_id approval;
    APPROVAL_RECORD_INSERT: Tenant Insert<ApprovalRecord> = insert approval;
}
