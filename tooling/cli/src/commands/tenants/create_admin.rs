//! `ringfence tenants create-admin`

use ringfence::model::NewUser;

use crate::commands::password::Password;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Create a user who is the administrator of a tenant that has none.
///
/// Without a password nobody can log in as it; a host can vouch for it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence tenants create-admin acme lena --password-stdin < password"
)]
pub(crate) struct Arguments {
    /// The tenant's id.
    id: String,
    /// The new user's name.
    username: String,
    #[command(flatten)]
    password: Password,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let new = NewUser {
            password: self.password.read()?,
            ..NewUser::new(self.username)
        };
        let database = context.database().await?;
        let user = database
            .create_admin(context.operator(), self.id.into(), new)
            .await?;
        context.output.record(&user)?;
        Ok(Ending::Clean)
    }
}
