//! `ringfence audit legacy-event`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show an event that the old platform wrote down.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence audit legacy-event 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The event's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let log = context.session(&self.who).await?.audit();
        let found = log.legacy_event(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
