//! `ringfence users delete`

use serde::Serialize;

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Delete a user whom nothing names, and the roles that it has with it.
///
/// One who created a mission or decided about one stays: `users update --active false` keeps it out.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence users delete 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The user's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

#[derive(Serialize)]
struct Deleted {
    user_id: String,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let identity = context.session(&self.who).await?.identity();
        let user_id = self.id;
        identity.delete_user(user_id.as_str().into()).await?;
        context.output.record(&Deleted { user_id })?;
        Ok(Ending::Clean)
    }
}
