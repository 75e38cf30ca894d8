//! `ringfence defects list`

use ringfence::model::{DefectFilter, DefectStatus};

use crate::Outcome;
use crate::arguments::{TimedPaging, When, Who, number, one_of};
use crate::context::Context;

const COLUMNS: &[&str] = &[
    "id",
    "title",
    "status",
    "severity",
    "assigned_to",
    "observation_id",
    "created_at",
];

/// List a tenant's defects.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence defects list --status OPEN --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only defects that stand here.
    #[arg(long, value_parser = one_of(DefectStatus::TEXTS, DefectStatus::parse))]
    status: Option<DefectStatus>,
    /// Only defects that were found in this observation.
    #[arg(long, value_name = "ID")]
    observation: Option<String>,
    /// Only what is assigned to exactly this user.
    #[arg(long, value_name = "ID")]
    assigned_to: Option<String>,
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
        let defects = context.session(&self.who).await?.defects();
        let filter = DefectFilter {
            status: self.status,
            observation_id: self.observation.map(Into::into),
            assigned_to: self.assigned_to,
            min_severity: self.min_severity.map(i64::from),
            since: self.when.since,
            until: self.when.until,
        };
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                defects.list(filter.clone(), page).await
            })
            .await
    }
}
