//! `ringfence tenants restore-admin`

use crate::context::Context;
use crate::{Ending, Outcome};

/// Make a user the administrator of a tenant that has none.
///
/// The user is active from then on. Only a tenant without an administrator is given one: an adopted one in which nobody
/// active holds `*`, or one from which another program took whoever there was. A user without a password logs in once it
/// has one: `users set-password`, with the user itself as `--actor`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence tenants restore-admin acme mara")]
pub(crate) struct Arguments {
    /// The tenant's id.
    id: String,
    /// The user's name.
    username: String,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database().await?;
        let user = database
            .restore_admin(context.operator(), self.id.into(), self.username)
            .await?;
        context.output.record(&user)?;
        Ok(Ending::Clean)
    }
}
