//! `ringfence migrate`

use super::progress;
use crate::arguments::number;
use crate::context::Context;
use crate::failure::Failure;
use crate::{Ending, Outcome};

/// Apply the steps of the schema that are missing, and on Postgres settle what the runtime role may do.
///
/// The only command that makes a file. Rows that break a tenant's boundary stop it, named; each step that was applied
/// before stays.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence migrate --database sqlite:fleet.db --operator dana\n  \
        ringfence migrate --to 8 --wait 600"
)]
pub(crate) struct Arguments {
    /// Stop at this step; `rollback` takes steps back.
    #[arg(long, value_name = "STEP", value_parser = number(0..=u32::MAX), allow_negative_numbers = true)]
    to: Option<u32>,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database_or_new().await?;
        if let Some(to) = self.to {
            let current = database.migration_status().await?.current;
            if to < current {
                return Err(Failure::usage(format!(
                    "the database stands at step {current}, behind {to}: `ringfence rollback --to {to}` takes steps back"
                )));
            }
        }
        let progress = progress::shown(context.output);
        let status = database
            .migrate(context.operator(), self.to, progress)
            .await?;
        context.output.answer(&status)?;
        Ok(Ending::Clean)
    }
}
