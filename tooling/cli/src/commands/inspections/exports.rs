//! `ringfence inspections exports`

use ringfence::model::{ExportFilter, ExportFormat};

use crate::Outcome;
use crate::arguments::{TimedPaging, When, Who, one_of};
use crate::context::Context;

const COLUMNS: &[&str] = &["id", "task_id", "format", "file_path", "created_at"];

/// List the reports that were made of inspections.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence inspections exports --task 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only reports of this task.
    #[arg(long, value_name = "ID")]
    task: Option<String>,
    /// Only reports in this format.
    #[arg(long, value_parser = one_of(ExportFormat::TEXTS, ExportFormat::parse))]
    format: Option<ExportFormat>,
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
        let filter = ExportFilter {
            task_id: self.task.map(Into::into),
            format: self.format,
            since: self.when.since,
            until: self.when.until,
        };
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                inspections.exports(filter.clone(), page).await
            })
            .await
    }
}
