//! `ringfence users set-password`

use serde::Serialize;

use crate::arguments::Who;
use crate::commands::password;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Set a user's password, which is read from standard input: its first line. On a terminal it is asked for twice,
/// unseen.
///
/// The one that the user had before ends, and so do its sessions that are open.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence users set-password 0190d3a9 --tenant acme --actor 0190d3a8 < password"
)]
pub(crate) struct Arguments {
    /// The user's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

#[derive(Serialize)]
struct Set {
    user_id: String,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let identity = context.session(&self.who).await?.identity();
        let user_id = self.id;
        identity
            .set_password(user_id.as_str().into(), password::read()?)
            .await?;
        context.output.record(&Set { user_id })?;
        Ok(Ending::Clean)
    }
}
