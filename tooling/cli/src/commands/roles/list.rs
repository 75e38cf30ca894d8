//! `ringfence roles list`

use ringfence::model::RoleFilter;

use crate::Outcome;
use crate::arguments::{Paging, Who};
use crate::context::Context;

const COLUMNS: &[&str] = &["id", "name", "description"];

/// List a tenant's roles, in the order of their ids.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence roles list --name admin --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Exactly this name.
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: Paging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let identity = context.session(&self.who).await?.identity();
        let filter = RoleFilter { name: self.name };
        context
            .pages(&self.paging, COLUMNS, async |page| {
                identity.roles(filter.clone(), page).await
            })
            .await
    }
}
