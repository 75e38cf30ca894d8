//! `ringfence alerts list`

use ringfence::model::{AlertFilter, AlertSeverity, AlertStatus, AlertType};

use crate::Outcome;
use crate::arguments::{TimedPaging, When, Who, one_of};
use crate::context::Context;

const COLUMNS: &[&str] = &[
    "id",
    "drone_id",
    "alert_type",
    "severity",
    "status",
    "first_seen_at",
    "last_seen_at",
];

/// List a tenant's alerts.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence alerts list --status OPEN --order newest --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only alerts of this drone.
    #[arg(long, value_name = "ID")]
    drone: Option<String>,
    /// Only alerts that stand here.
    #[arg(long, value_parser = one_of(AlertStatus::TEXTS, AlertStatus::parse))]
    status: Option<AlertStatus>,
    /// Only alerts about this.
    #[arg(long = "type", value_parser = one_of(AlertType::TEXTS, AlertType::parse))]
    alert_type: Option<AlertType>,
    /// Only alerts of this severity.
    #[arg(long, value_parser = one_of(AlertSeverity::TEXTS, AlertSeverity::parse))]
    severity: Option<AlertSeverity>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: TimedPaging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let alerts = context.session(&self.who).await?.alerts();
        let filter = AlertFilter {
            drone_id: self.drone.map(Into::into),
            status: self.status,
            alert_type: self.alert_type,
            severity: self.severity,
            since: self.when.since,
            until: self.when.until,
        };
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                alerts.list(filter.clone(), page).await
            })
            .await
    }
}
