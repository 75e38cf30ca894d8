//! `ringfence inspections tasks`

use ringfence::model::{TaskFilter, TaskStatus};

use crate::Outcome;
use crate::arguments::{TimedPaging, When, Who, one_of};
use crate::context::Context;

const COLUMNS: &[&str] = &[
    "id",
    "name",
    "status",
    "priority",
    "template_id",
    "mission_id",
    "created_at",
];

/// List a tenant's inspections.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence inspections tasks --status RUNNING --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only tasks that stand here.
    #[arg(long, value_parser = one_of(TaskStatus::TEXTS, TaskStatus::parse))]
    status: Option<TaskStatus>,
    /// Only tasks of this template.
    #[arg(long, value_name = "ID")]
    template: Option<String>,
    /// Only tasks of this mission.
    #[arg(long, value_name = "ID")]
    mission: Option<String>,
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
        let filter = TaskFilter {
            status: self.status,
            template_id: self.template.map(Into::into),
            mission_id: self.mission.map(Into::into),
            since: self.when.since,
            until: self.when.until,
        };
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                inspections.tasks(filter.clone(), page).await
            })
            .await
    }
}
