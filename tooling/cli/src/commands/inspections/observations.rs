//! `ringfence inspections observations`

use ringfence::model::ObservationFilter;

use crate::Outcome;
use crate::arguments::{TimedPaging, When, Who, number};
use crate::context::Context;

const COLUMNS: &[&str] = &[
    "id",
    "ts",
    "item_code",
    "severity",
    "position_lat",
    "position_lon",
    "alt_m",
    "note",
];

/// List what was seen.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence inspections observations --task 0190d3a9 --order oldest --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only observations of this task.
    #[arg(long, value_name = "ID")]
    task: Option<String>,
    /// Only what this drone saw.
    #[arg(long, value_name = "ID")]
    drone: Option<String>,
    /// Only observations about exactly this item.
    #[arg(long, value_name = "CODE")]
    item: Option<String>,
    /// Only of this severity, 1 to 5, or graver ones.
    #[arg(long, value_name = "N", value_parser = number(1..=5), allow_negative_numbers = true)]
    min_severity: Option<u32>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: TimedPaging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let inspections = context.session(&self.who).await?.inspections();
        let filter = ObservationFilter {
            task_id: self.task.map(Into::into),
            drone_id: self.drone.map(Into::into),
            item_code: self.item,
            min_severity: self.min_severity.map(i64::from),
            since: self.when.since,
            until: self.when.until,
        };
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                inspections.observations(filter.clone(), page).await
            })
            .await
    }
}
