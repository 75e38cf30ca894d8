//! `ringfence deployment-log event`

use crate::arguments::place;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show one event with its detail.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence deployment-log event 41")]
pub(crate) struct Arguments {
    /// Its place in the log, from 0.
    #[arg(value_parser = place, allow_negative_numbers = true)]
    seq: i64,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let log = context.database().await?.deployment_log();
        let event = log.event(self.seq).await?;
        context.output.record(&event)?;
        Ok(Ending::Clean)
    }
}
