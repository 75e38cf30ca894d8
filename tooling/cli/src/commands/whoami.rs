//! `ringfence whoami`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show as whom an actor acts, and what it may do now.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence whoami --tenant acme --actor 0190d3a8")]
pub(crate) struct Arguments {
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let session = context.session(&self.who).await?;
        let me = session.whoami().await?;
        context.output.record(&me)?;
        Ok(Ending::Clean)
    }
}
