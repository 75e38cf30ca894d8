//! `ringfence roles create`

use ringfence::model::NewRole;

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Create a role without permissions.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence roles create surveyor --description 'Plans and flies surveys' --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Its name.
    name: String,
    /// What it is for.
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let new = NewRole {
            description: self.description,
            ..NewRole::new(self.name)
        };
        let identity = context.session(&self.who).await?.identity();
        let role = identity.create_role(new).await?;
        context.output.record(&role)?;
        Ok(Ending::Clean)
    }
}
