//! `ringfence roles unassign`

use serde::Serialize;

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Take a role from a user.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence roles unassign 0190d3aa 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The user's id (`ringfence users list`).
    user: String,
    /// The role's id (`ringfence roles list`).
    role: String,
    #[command(flatten)]
    who: Who,
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
