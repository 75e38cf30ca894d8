//! What is alike of a tenant's log and the deployment's.

use ringfence::model::{Action, EventFilter, LogOutcome, LogVerification};

use crate::arguments::{When, one_of};
use crate::output::{Answer, Text};

/// What a line of a list of events shows.
pub(super) const COLUMNS: &[&str] = &[
    "seq",
    "at",
    "actor",
    "action",
    "entity_type",
    "entity_id",
    "detail",
];

/// Which events.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Filters")]
pub(super) struct Filter {
    /// Only what was done so.
    #[arg(long, value_name = "ACTION", value_parser = one_of(Action::TEXTS, Action::parse))]
    action: Option<Action>,
    /// Only what was done to things of this kind: `tenant`, `user`, `drone`, `mission`.
    #[arg(long, value_name = "KIND")]
    entity_type: Option<String>,
    /// Only what was done to the thing with this id.
    #[arg(long, value_name = "ID")]
    entity_id: Option<String>,
    /// Only what this user or operator did.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[command(flatten)]
    when: When,
}

impl From<Filter> for EventFilter {
    fn from(filter: Filter) -> Self {
        Self {
            action: filter.action,
            entity_type: filter.entity_type,
            entity_id: filter.entity_id,
            actor: filter.by,
            since: filter.when.since,
            until: filter.when.until,
        }
    }
}

impl Answer for LogVerification {
    fn read(&self, text: &mut Text) {
        text.line(format_args!(
            "log {} of {} events, root {}",
            self.log_id, self.size, self.root_hash
        ));
        match &self.outcome {
            LogOutcome::Intact => text.line(format_args!("Intact")),
            LogOutcome::EventMissing { seq } => text.line(format_args!("Broken: event {seq} is missing")),
            LogOutcome::LeafDiffers { seq } => {
                text.line(format_args!("Broken: event {seq} is not the one that its hash was made of"));
            }
            LogOutcome::DetailDiffers { seq } => {
                text.line(format_args!("Broken: the detail of event {seq} is not the one that was recorded"));
            }
            LogOutcome::DetailMissing { seq } => text.line(format_args!(
                "Broken: the detail of event {seq} is not there, and no event says that it was erased"
            )),
            LogOutcome::NodesDiffer { seq } => text.line(format_args!(
                "Broken: the interior hashes stored with event {seq} do not follow from the leaves"
            )),
            LogOutcome::EventBeyondSize { seq } => {
                text.line(format_args!("Broken: there is an event {seq}, beyond the size of the log"));
            }
            LogOutcome::RootDiffers => text.line(format_args!(
                "Broken: the events agree with their hashes, but do not give the root that the log stands at"
            )),
        }
    }
}
