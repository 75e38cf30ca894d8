//! Alerts, and the telemetry that raises them.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use ringfence::model::{
    Alert, AlertFilter, AlertId, AlertPage, AlertSeverity, AlertStatus, AlertType, Cursor, DroneId,
    Json, NewAlert, Order, TelemetryPosition, TelemetrySample, TimedPageRequest,
};

use crate::table::handles;

handles! {
    /// A tenant's alerts: `alert.read`, `alert.write`.
    class Alerts(Arc<ringfence::Alerts>) {
        /// The alert with this id.
        ///
        /// Raises `NotFound`; `Forbidden` without `alert.read`.
        fn get(id: AlertId) -> Alert;

        /// Alerts, a page at a time: in the order of their ids, or in which they were first seen (`order`).
        ///
        /// Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `alert.read`.
        fn list(;
            drone_id: Option<DroneId> = None,
            status: Option<AlertStatus> = None,
            alert_type: Option<AlertType> = None,
            severity: Option<AlertSeverity> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
            order: Option<Order> = None,
        ) -> AlertPage => |alerts| {
            let filter = AlertFilter { drone_id, status, alert_type, severity, since, until };
            alerts.list(filter, TimedPageRequest { limit, after, order })
        };

        /// How many alerts these select.
        ///
        /// Raises `Invalid` for a filter that cannot be; `Forbidden` without `alert.read`.
        fn count(;
            drone_id: Option<DroneId> = None,
            status: Option<AlertStatus> = None,
            alert_type: Option<AlertType> = None,
            severity: Option<AlertSeverity> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
        ) -> i64 => |alerts| {
            alerts.count(AlertFilter { drone_id, status, alert_type, severity, since, until })
        };

        /// Raises an alert about a drone. Where one of its type is active already it is that one, whose severity only
        /// rises. `detail` is a JSON object as text.
        ///
        /// Raises `Invalid` naming the field; `NotFound` for the drone; `Forbidden` without `alert.write`.
        fn raise_alert(
            drone_id: DroneId,
            alert_type: AlertType,
            severity: AlertSeverity,
            message: String;
            detail: Option<Json> = None,
        ) -> Alert => |alerts| {
            let detail = detail.unwrap_or_default();
            alerts.raise_alert(NewAlert { drone_id, alert_type, severity, message, detail })
        };

        /// Raises what a sample of telemetry says is wrong, and gives the alerts that were raised or written anew: a
        /// battery at or under 20 per cent, a link that is lost, a place or an altitude outside of the fences that the
        /// drone's running mission has.
        ///
        /// Raises `Invalid` naming the field (`position.lat`); `NotFound` for the drone; `Forbidden` without `alert.write`.
        fn evaluate(
            drone_id: DroneId;
            battery_percent: Option<f64> = None,
            position: Option<TelemetryPosition> = None,
            mode: Option<String> = None,
            link_ok: Option<bool> = None,
            latency_ms: Option<i64> = None,
        ) -> Vec<Alert> => |alerts| {
            let sample = TelemetrySample { drone_id, battery_percent, position, mode, link_ok, latency_ms };
            alerts.evaluate(sample)
        };

        /// Takes an alert up. The comment becomes `ack_comment` in its detail.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `alert.write`; `Conflict` for one that is not OPEN
        /// (`illegal_transition`).
        fn ack(id: AlertId; comment: Option<String> = None) -> Alert;

        /// Closes an alert. The comment becomes `close_comment` in its detail.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `alert.write`; `Conflict` for one that is closed
        /// (`illegal_transition`).
        fn close_alert(id: AlertId; comment: Option<String> = None) -> Alert;
    }
}
