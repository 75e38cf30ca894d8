//! `ringfence incidents list`

use ringfence::model::{IncidentFilter, IncidentLevel, IncidentStatus};

use crate::Outcome;
use crate::arguments::{TimedPaging, When, Who, one_of};
use crate::context::Context;

const COLUMNS: &[&str] = &[
    "id",
    "title",
    "level",
    "status",
    "linked_task_id",
    "created_at",
];

/// List a tenant's incidents.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence incidents list --status OPEN --order newest --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only incidents that stand here.
    #[arg(long, value_parser = one_of(IncidentStatus::TEXTS, IncidentStatus::parse))]
    status: Option<IncidentStatus>,
    /// Only incidents of this level.
    #[arg(long, value_parser = one_of(IncidentLevel::TEXTS, IncidentLevel::parse))]
    level: Option<IncidentLevel>,
    /// Only the incident that this task was made of.
    #[arg(long, value_name = "ID")]
    task: Option<String>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: TimedPaging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let incidents = context.session(&self.who).await?.incidents();
        let filter = IncidentFilter {
            linked_task_id: self.task.map(Into::into),
            status: self.status,
            level: self.level,
            since: self.when.since,
            until: self.when.until,
        };
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                incidents.list(filter.clone(), page).await
            })
            .await
    }
}
