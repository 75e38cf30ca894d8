//! `ringfence incidents close`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Close an incident. Its mission and its task go on.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence incidents close 0190d3a9 --comment 'nothing there' --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The incident's id.
    id: String,
    /// What is to be said about it: it stands in the event.
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let incidents = context.session(&self.who).await?.incidents();
        let done = incidents
            .close_incident(self.id.into(), self.comment)
            .await?;
        context.output.record(&done)?;
        Ok(Ending::Clean)
    }
}
