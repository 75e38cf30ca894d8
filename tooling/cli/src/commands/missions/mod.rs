//! Look at a tenant's missions.

mod approvals;
mod list;
mod plan;
mod run;
mod runs;
mod show;

use super::group;
use crate::Outcome;
use crate::context::Context;

/// Look at a tenant's missions.
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
        List(list::Arguments),
        Show(show::Arguments),
        Plan(plan::Arguments),
        Approvals(approvals::Arguments),
        Runs(runs::Arguments),
        Run(run::Arguments),
    }
}
