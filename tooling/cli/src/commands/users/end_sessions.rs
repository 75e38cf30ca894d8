//! `ringfence users end-sessions`

use serde::Serialize;

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// End a user's sessions that are open, in every process: their next call is refused.
///
/// Whoever knows the password logs in again: to keep somebody out, `users update --active false`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence users end-sessions 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The user's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

#[derive(Serialize)]
struct Ended {
    user_id: String,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let identity = context.session(&self.who).await?.identity();
        let user_id = self.id;
        identity.end_sessions(user_id.as_str().into()).await?;
        context.output.record(&Ended { user_id })?;
        Ok(Ending::Clean)
    }
}
