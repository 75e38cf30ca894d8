//! `ringfence rollback`

use super::progress;
use crate::arguments::number;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Take steps of the schema back, the newest first.
///
/// A step that would lose data refuses: it and everything below stay, and the error says at which step the database
/// stands then.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence rollback --to 8")]
pub(crate) struct Arguments {
    /// The step at which the database stands afterwards; 0 takes every one back.
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
