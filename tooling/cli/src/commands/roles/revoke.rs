//! `ringfence roles revoke`

use ringfence::model::Permission;
use serde::Serialize;

use crate::arguments::{Who, permission};
use crate::context::Context;
use crate::{Ending, Outcome};

/// Take a permission from a role. What the role inherits stays.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence roles revoke 0190d3a9 mission.approve --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The role's id.
    role: String,
    /// The permission.
    #[arg(value_parser = permission())]
    permission: Permission,
    #[command(flatten)]
    who: Who,
}

#[derive(Serialize)]
struct Revoked {
    role_id: String,
    permission: Permission,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let identity = context.session(&self.who).await?.identity();
        let (role_id, permission) = (self.role, self.permission);
        identity.revoke(role_id.as_str().into(), permission).await?;
        context.output.record(&Revoked {
            role_id,
            permission,
        })?;
        Ok(Ending::Clean)
    }
}
