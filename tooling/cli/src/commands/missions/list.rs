//! `ringfence missions list`

use ringfence::model::{MissionFilter, MissionState, PlanType};

use crate::Outcome;
use crate::arguments::{TimedPaging, When, Who, one_of};
use crate::context::Context;

const COLUMNS: &[&str] = &[
    "id",
    "name",
    "state",
    "plan_type",
    "drone_id",
    "created_by",
    "updated_at",
];

/// List a tenant's missions.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence missions list --state RUNNING --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only missions that stand here.
    #[arg(long, value_parser = one_of(MissionState::TEXTS, MissionState::parse))]
    state: Option<MissionState>,
    /// Only missions of this drone.
    #[arg(long, value_name = "ID")]
    drone: Option<String>,
    /// Only missions of this kind.
    #[arg(long, value_parser = one_of(PlanType::TEXTS, PlanType::parse))]
    plan_type: Option<PlanType>,
    /// Only missions that this user created.
    #[arg(long, value_name = "ID")]
    created_by: Option<String>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: TimedPaging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let missions = context.session(&self.who).await?.missions();
        let filter = MissionFilter {
            state: self.state,
            drone_id: self.drone.map(Into::into),
            plan_type: self.plan_type,
            created_by: self.created_by.map(Into::into),
            since: self.when.since,
            until: self.when.until,
        };
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                missions.list(filter.clone(), page).await
            })
            .await
    }
}
