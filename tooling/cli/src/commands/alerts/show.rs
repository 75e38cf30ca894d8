//! `ringfence alerts show`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show an alert.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence alerts show 0190d3a9 --tenant acme --actor 0190d3a8")]
pub(crate) struct Arguments {
    /// The alert's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let alerts = context.session(&self.who).await?.alerts();
        let found = alerts.get(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
