//! `ringfence audit event`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show one event with its detail.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence audit event 41 --tenant acme --actor 0190d3a8")]
pub(crate) struct Arguments {
    #[command(flatten)]
    who: Who,
    /// Its place in the log, from 0.
    seq: i64,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let log = context.session(&self.who).await?.audit();
        let event = log.event(self.seq).await?;
        context.output.record(&event)?;
        Ok(Ending::Clean)
    }
}
