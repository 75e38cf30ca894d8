//! `ringfence commands legacy-show`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show a command that the old platform had sent.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence commands legacy-show 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The command's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let commands = context.session(&self.who).await?.commands();
        let found = commands.legacy_command(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
