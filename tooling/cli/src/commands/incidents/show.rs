//! `ringfence incidents show`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show an incident.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence incidents show 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The incident's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let incidents = context.session(&self.who).await?.incidents();
        let found = incidents.get(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
