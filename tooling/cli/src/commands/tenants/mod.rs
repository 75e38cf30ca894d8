//! Create, list, show, disable and enable the tenants.

mod create;
mod disable;
mod enable;
mod list;
mod show;

use super::group;
use crate::Outcome;
use crate::context::Context;

/// Create, list, show, disable and enable the tenants.
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
        Create(create::Arguments),
        List(list::Arguments),
        Show(show::Arguments),
        Disable(disable::Arguments),
        Enable(enable::Arguments),
    }
}
