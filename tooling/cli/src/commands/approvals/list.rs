//! `ringfence approvals list`

use ringfence::model::{ApprovalEntity, ApprovalRecordFilter, ApprovalStatus};

use crate::Outcome;
use crate::arguments::{TimedPaging, When, Who, one_of};
use crate::context::Context;

const COLUMNS: &[&str] = &[
    "id",
    "entity_type",
    "entity_id",
    "status",
    "approved_by",
    "created_at",
];

/// List a tenant's recorded decisions.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence approvals list --status REJECTED --order newest --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only decisions about the thing with this id.
    #[arg(long, value_name = "ID")]
    entity: Option<String>,
    /// Only decisions of this user.
    #[arg(long, value_name = "ID")]
    approver: Option<String>,
    /// Only decisions that say this.
    #[arg(long, value_parser = one_of(ApprovalStatus::TEXTS, ApprovalStatus::parse))]
    status: Option<ApprovalStatus>,
    /// Only decisions about things of this kind.
    #[arg(long = "type", value_parser = one_of(ApprovalEntity::TEXTS, ApprovalEntity::parse))]
    entity_type: Option<ApprovalEntity>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: TimedPaging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let approvals = context.session(&self.who).await?.approvals();
        let filter = ApprovalRecordFilter {
            entity_id: self.entity,
            approved_by: self.approver.map(Into::into),
            status: self.status,
            entity_type: self.entity_type,
            since: self.when.since,
            until: self.when.until,
        };
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                approvals.list(filter.clone(), page).await
            })
            .await
    }
}
