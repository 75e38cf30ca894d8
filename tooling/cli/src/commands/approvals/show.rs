//! `ringfence approvals show`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show a recorded decision.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence approvals show 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The decision's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let approvals = context.session(&self.who).await?.approvals();
        let found = approvals.get(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
