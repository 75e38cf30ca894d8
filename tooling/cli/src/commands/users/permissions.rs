//! `ringfence users permissions`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show what a user may do as of now, out of all its roles.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence users permissions 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The user's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let identity = context.session(&self.who).await?.identity();
        let found = identity.permissions_of(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
