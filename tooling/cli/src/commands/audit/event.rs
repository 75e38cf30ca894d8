//! `ringfence audit event`

use crate::arguments::{Who, place};
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show one event with its detail.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence audit event 41 --tenant acme --actor 0190d3a8")]
pub(crate) struct Arguments {
    /// Its place in the log, from 0.
    #[arg(value_parser = place, allow_negative_numbers = true)]
    seq: i64,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let log = context.session(&self.who).await?.audit();
        let event = log.event(self.seq).await?;
        context.output.record(&event)?;
        Ok(Ending::Clean)
    }
}
