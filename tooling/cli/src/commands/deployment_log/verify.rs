//! `ringfence deployment-log verify`

use crate::context::Context;
use crate::{Ending, Outcome};

/// Recompute the log from its rows and compare it with the root that it stands at.
///
/// Ends with 1 where it is not the log that was written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence deployment-log verify")]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let log = context.database().await?.deployment_log();
        let verified = log.verify().await?;
        context.output.answer(&verified)?;
        Ok(match verified.is_intact() {
            true => Ending::Clean,
            false => Ending::Found,
        })
    }
}
