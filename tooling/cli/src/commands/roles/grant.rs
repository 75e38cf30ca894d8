//! `ringfence roles grant`

use ringfence::model::Permission;
use serde::Serialize;

use crate::arguments::{Who, permission};
use crate::context::Context;
use crate::{Ending, Outcome};

/// Grant a role a permission. Whoever grants it holds it too.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence roles grant 0190d3a9 mission.approve --tenant acme --actor 0190d3a8"
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
struct Granted {
    role_id: String,
    permission: Permission,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let identity = context.session(&self.who).await?.identity();
        let (role_id, permission) = (self.role, self.permission);
        identity.grant(role_id.as_str().into(), permission).await?;
        context.output.record(&Granted {
            role_id,
            permission,
        })?;
        Ok(Ending::Clean)
    }
}
