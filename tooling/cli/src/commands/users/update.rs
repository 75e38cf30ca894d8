//! `ringfence users update`

use ringfence::model::UserUpdate;

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Rename a user, or switch it on or off. Who is switched off opens no session, and its open ones are refused.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence users update 0190d3a9 --active false --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The user's id.
    id: String,
    /// The new name to log in with.
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// Whether it may act from now on.
    #[arg(long, value_name = "BOOL")]
    active: Option<bool>,
    /// The version that you saw; another one refuses.
    #[arg(long, value_name = "N")]
    version: Option<i64>,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let update = UserUpdate {
            username: self.username,
            is_active: self.active,
            version: self.version,
        };
        let identity = context.session(&self.who).await?.identity();
        let user = identity.update_user(self.id.into(), update).await?;
        context.output.record(&user)?;
        Ok(Ending::Clean)
    }
}
