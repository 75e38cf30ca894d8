//! What the old platform wrote down about itself.

use crate::model::{LegacyEvent, LegacyRequest};
use crate::store::sql::listing::listings;
use crate::store::sql::record::record;
use crate::store::sql::statement::{Stamped, statements};

record! {
    legacy_event: LegacyEvent, events as le by event_id { event_id, event_type, ts, actor_id, correlation_id, payload }
}

record! {
    legacy_request: LegacyRequest, audit_logs as lr {
        id, actor_id, action, resource, method, status_code, ts, detail
    }
}

listings! {
    LEGACY_EVENTS: LegacyEvent = counted legacy_event by ts [narrows(event_type)];
    LEGACY_REQUESTS: LegacyRequest = counted legacy_request by ts [narrows(actor_id)];
}

statements! {
    LEGACY_EVENT_BY_ID: Tenant Stamped<LegacyEvent> = by_id legacy_event;
    LEGACY_REQUEST_BY_ID: Tenant Stamped<LegacyRequest> = by_id legacy_request;
}
