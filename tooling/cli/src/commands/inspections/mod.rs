//! Look at a tenant's inspections, and make reports of them.

mod export;
mod exports;
mod observations;
mod task;
mod tasks;
mod templates;

use super::group;
use crate::Outcome;
use crate::context::Context;

/// Look at a tenant's inspections, and make reports of them.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        self.command.run(context).await
    }
}

group! {
    Command {
        Templates(templates::Arguments),
        Tasks(tasks::Arguments),
        Task(task::Arguments),
        Observations(observations::Arguments),
        Exports(exports::Arguments),
        Export(export::Arguments),
    }
}
