//! `ringfence roles update`

use ringfence::model::{Change, RoleUpdate};

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Rename a role, or say anew what it is for.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence roles update 0190d3a9 --name surveyors --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The role's id.
    id: String,
    /// Its new name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What it is for.
    #[arg(long, value_name = "TEXT", conflicts_with = "no_description")]
    description: Option<String>,
    /// Take its description away.
    #[arg(long)]
    no_description: bool,
    /// The version that you saw; another one refuses.
    #[arg(long, value_name = "N")]
    version: Option<i64>,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let description = match self.description {
            Some(text) => Change::Set(text),
            None if self.no_description => Change::Clear,
            None => Change::Keep,
        };
        let update = RoleUpdate {
            name: self.name,
            description,
            version: self.version,
        };
        let identity = context.session(&self.who).await?.identity();
        let role = identity.update_role(self.id.into(), update).await?;
        context.output.record(&role)?;
        Ok(Ending::Clean)
    }
}
