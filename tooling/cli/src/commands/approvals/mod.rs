//! Look at a tenant's recorded decisions.

mod list;
mod show;

use super::group;
use crate::Outcome;
use crate::context::Context;

/// Look at a tenant's recorded decisions.
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
    }
}
