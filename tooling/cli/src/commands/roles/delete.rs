//! `ringfence roles delete`

use serde::Serialize;

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Delete a role that nobody has, with what it grants and denies.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence roles delete 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The role's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

#[derive(Serialize)]
struct Deleted {
    role_id: String,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let identity = context.session(&self.who).await?.identity();
        let role_id = self.id;
        identity.delete_role(role_id.as_str().into()).await?;
        context.output.record(&Deleted { role_id })?;
        Ok(Ending::Clean)
    }
}
