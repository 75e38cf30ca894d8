//! `ringfence defects show`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show a defect and what was done about it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence defects show 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The defect's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let defects = context.session(&self.who).await?.defects();
        let found = defects.get(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
