//! What the old platform had drones told.

use crate::model::LegacyCommand;
use crate::store::sql::listing::listings;
use crate::store::sql::record::record;
use crate::store::sql::statement::{Stamped, statements};

record! {
    legacy_command: LegacyCommand, command_requests as lc {
        id, drone_id, command_type, params, idempotency_key, expect_ack, status, ack_ok, ack_message, attempts, issued_by,
        issued_at, updated_at
    }
}

listings! {
    LEGACY_COMMANDS: LegacyCommand = counted legacy_command by issued_at [narrows(drone_id), narrows(status)];
}

statements! {
    LEGACY_COMMAND_BY_ID: Tenant Stamped<LegacyCommand> = by_id legacy_command;
}
