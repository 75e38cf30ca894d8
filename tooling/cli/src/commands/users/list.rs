//! `ringfence users list`

use ringfence::model::UserFilter;

use crate::Outcome;
use crate::arguments::{Paging, Who};
use crate::context::Context;

const COLUMNS: &[&str] = &["id", "username", "is_active", "created_at"];

/// List a tenant's users, in the order of their ids.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence users list --active true --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Exactly this name.
    #[arg(long)]
    username: Option<String>,
    /// Only active, or only inactive users.
    #[arg(long, value_name = "BOOL")]
    active: Option<bool>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: Paging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let identity = context.session(&self.who).await?.identity();
        let filter = UserFilter {
            username: self.username,
            is_active: self.active,
        };
        context
            .pages(&self.paging, COLUMNS, async |page| {
                identity.users(filter.clone(), page).await
            })
            .await
    }
}
