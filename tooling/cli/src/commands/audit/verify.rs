//! `ringfence audit verify`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Recompute the log from its rows and compare it with the root that it stands at.
///
/// Ends with 1 where it is not the log that was written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence audit verify --tenant acme --actor 0190d3a8")]
pub(crate) struct Arguments {
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let log = context.session(&self.who).await?.audit();
        let verified = log.verify().await?;
        context.output.answer(&verified)?;
        Ok(match verified.is_intact() {
            true => Ending::Clean,
            false => Ending::Found,
        })
    }
}
