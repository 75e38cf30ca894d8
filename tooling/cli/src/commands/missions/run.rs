//! `ringfence missions run`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show one flight of a mission.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence missions run 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The flight's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let missions = context.session(&self.who).await?.missions();
        let found = missions.run(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
