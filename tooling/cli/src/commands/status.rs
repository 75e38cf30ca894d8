//! `ringfence status`

use ringfence::model::MigrationStatus;

use crate::context::Context;
use crate::output::{Answer, Text};
use crate::{Ending, Outcome};

/// Show which steps of the schema are applied. Changes nothing.
///
/// It needs an SQLite file that may be written, though nothing is written to it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence status --database sqlite:fleet.db")]
pub(crate) struct Arguments {}

/// What to do where steps are left.
const NEXT: &str = "next: `ringfence migrate` takes the steps that are left; tables of the old platform are adopted with the first";

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let status = context.database().await?.migration_status().await?;
        context.output.answer(&status)?;
        if !status.is_current() {
            context.output.note(NEXT);
        }
        Ok(Ending::Clean)
    }
}

impl Answer for MigrationStatus {
    fn read(&self, text: &mut Text) {
        for step in &self.steps {
            let applied = step.applied_at.map_or("-".to_owned(), |at| at.to_string());
            text.line(format_args!(
                "{:>3}  {:<28} {:<9} {applied}",
                step.version, step.name, step.batch
            ));
        }
        text.line(format_args!("at {} of {}", self.current, self.latest));
    }
}
