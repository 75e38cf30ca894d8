//! `ringfence drones show`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show a drone.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence drones show 0190d3a9 --tenant acme --actor 0190d3a8")]
pub(crate) struct Arguments {
    /// The drone's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let drones = context.session(&self.who).await?.drones();
        let found = drones.get(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
