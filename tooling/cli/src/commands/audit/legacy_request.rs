//! `ringfence audit legacy-request`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show a request that the old platform was asked.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence audit legacy-request 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The request's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let log = context.session(&self.who).await?.audit();
        let found = log.legacy_request(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
