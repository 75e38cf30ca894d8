//! `ringfence defects assign`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Give a defect to a user of the tenant, who begins with it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence defects assign 0190d3a9 0190d3aa --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The defect's id.
    id: String,
    /// The id of who is to mend it.
    user: String,
    /// The version that you saw; another one refuses.
    #[arg(long, value_name = "N")]
    version: Option<i64>,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let defects = context.session(&self.who).await?.defects();
        let defect = defects
            .assign(self.id.into(), self.user.into(), self.version)
            .await?;
        context.output.record(&defect)?;
        Ok(Ending::Clean)
    }
}
