//! `ringfence roles unassign`

use serde::Serialize;

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Take a role from a user.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence roles unassign 0190d3a9 0190d3aa --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    who: Who,
    /// The role's id.
    role: String,
    /// The user's id.
    user: String,
}

#[derive(Serialize)]
struct Unassigned {
    user_id: String,
    role_id: String,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let identity = context.session(&self.who).await?.identity();
        let (user_id, role_id) = (self.user, self.role);
        identity
            .unassign_role(user_id.as_str().into(), role_id.as_str().into())
            .await?;
        context.output.record(&Unassigned { user_id, role_id })?;
        Ok(Ending::Clean)
    }
}
