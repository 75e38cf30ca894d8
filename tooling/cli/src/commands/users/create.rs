//! `ringfence users create`

use ringfence::model::NewUser;

use crate::arguments::Who;
use crate::commands::password::Password;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Create an active user without a role.
///
/// Without a password nobody can log in as it; a host can vouch for it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence users create jonas --tenant acme --actor 0190d3a8\n  \
        ringfence users create jonas --password-stdin --tenant acme --actor 0190d3a8 < password"
)]
pub(crate) struct Arguments {
    /// The name to log in with.
    username: String,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    password: Password,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let new = NewUser {
            password: self.password.read()?,
            ..NewUser::new(self.username)
        };
        let identity = context.session(&self.who).await?.identity();
        let user = identity.create_user(new).await?;
        context.output.record(&user)?;
        Ok(Ending::Clean)
    }
}
