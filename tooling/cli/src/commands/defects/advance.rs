//! `ringfence defects advance`

use ringfence::model::DefectStatus;

use crate::arguments::{Who, one_of};
use crate::context::Context;
use crate::{Ending, Outcome};

/// Take a defect one step further: OPEN, ASSIGNED, IN_PROGRESS, FIXED, VERIFIED, CLOSED. What is FIXED gets an
/// inspection task by which it is looked at again.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence defects advance 0190d3a9 FIXED --note 'two tiles' --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The defect's id.
    id: String,
    /// Where it is to stand.
    #[arg(value_name = "STATUS", value_parser = one_of(DefectStatus::TEXTS, DefectStatus::parse))]
    to: DefectStatus,
    /// What is to be said of it.
    #[arg(long)]
    note: Option<String>,
    /// The version that you saw; another one refuses.
    #[arg(long, value_name = "N")]
    version: Option<i64>,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let defects = context.session(&self.who).await?.defects();
        let defect = defects
            .advance(self.id.into(), self.to, self.version, self.note)
            .await?;
        context.output.record(&defect)?;
        Ok(Ending::Clean)
    }
}
