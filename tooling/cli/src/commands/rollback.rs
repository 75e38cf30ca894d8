//! `ringfence rollback`

use super::progress;
use crate::arguments::number;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Take steps of the schema back, the newest first.
///
/// Where a step on the way would lose data nothing is taken back, and the error says what would be lost.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence rollback --to 8")]
pub(crate) struct Arguments {
    /// The step at which the database stands afterwards; 0 takes every one back, which an adopted database ends before: 1 is
    /// the old platform's own.
    #[arg(long, value_name = "STEP", value_parser = number(0..=u32::MAX), allow_negative_numbers = true)]
    to: u32,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database().await?;
        let progress = progress::shown(context.output);
        let status = database
            .rollback(context.operator(), self.to, progress)
            .await?;
        context.output.answer(&status)?;
        Ok(Ending::Clean)
    }
}
