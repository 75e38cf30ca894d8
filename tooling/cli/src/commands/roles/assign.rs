//! `ringfence roles assign`

use jiff::Timestamp;
use ringfence::model::Assignment;

use crate::arguments::{Who, moment};
use crate::context::Context;
use crate::{Ending, Outcome};

/// Give a role to a user, with an end or for good. For a role that the user has already it changes the end.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence roles assign 0190d3aa 0190d3a9 --until 2027-01-05T00:00:00Z --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The user's id (`ringfence users list`).
    user: String,
    /// The role's id (`ringfence roles list`).
    role: String,
    /// When the assignment ends by itself; never by default.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let assignment = Assignment {
            user_id: self.user.into(),
            role_id: self.role.into(),
            expires_at: self.until,
        };
        let identity = context.session(&self.who).await?.identity();
        identity.assign_role(assignment.clone()).await?;
        context.output.record(&assignment)?;
        Ok(Ending::Clean)
    }
}
