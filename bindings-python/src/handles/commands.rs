//! What drones were told: the history of the platform that owned the database before.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use ringfence::model::{
    Cursor, DroneId, LegacyCommand, LegacyCommandFilter, LegacyCommandId, LegacyCommandPage,
    LegacyCommandStatus, Order, TimedPageRequest,
};

use crate::table::handles;

handles! {
    /// A tenant's commands: `command.read`.
    class Commands(Arc<ringfence::Commands>) {
        /// The command with this id that the old platform had sent.
        ///
        /// Raises `NotFound`; `Forbidden` without `command.read`.
        fn legacy_command(id: LegacyCommandId) -> LegacyCommand;

        /// What the old platform had drones told, a page at a time: in the order of the ids, or in which it was asked for
        /// (`order`).
        ///
        /// Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `command.read`.
        fn legacy_commands(;
            drone_id: Option<DroneId> = None,
            status: Option<LegacyCommandStatus> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
            order: Option<Order> = None,
        ) -> LegacyCommandPage => |commands| {
            let filter = LegacyCommandFilter { drone_id, status, since, until };
            commands.legacy_commands(filter, TimedPageRequest { limit, after, order })
        };

        /// How many of the old platform's commands these select.
        ///
        /// Raises `Invalid` for a filter that cannot be; `Forbidden` without `command.read`.
        fn count_legacy_commands(;
            drone_id: Option<DroneId> = None,
            status: Option<LegacyCommandStatus> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
        ) -> i64 => |commands| {
            commands.count_legacy_commands(LegacyCommandFilter { drone_id, status, since, until })
        };
    }
}
