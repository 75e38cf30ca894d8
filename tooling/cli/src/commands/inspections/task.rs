//! `ringfence inspections task`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show an inspection.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence inspections task 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The task's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let inspections = context.session(&self.who).await?.inspections();
        let found = inspections.task(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
