//! `ringfence alerts close`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Close an alert.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence alerts close 0190d3a9 --comment 'battery changed' --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The alert's id.
    id: String,
    /// What is to be said about it: it stands in the event and in the alert's detail.
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let alerts = context.session(&self.who).await?.alerts();
        let done = alerts.close_alert(self.id.into(), self.comment).await?;
        context.output.record(&done)?;
        Ok(Ending::Clean)
    }
}
