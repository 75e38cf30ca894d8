//! Look at what a tenant's drones were told.

mod legacy_list;
mod legacy_show;

use super::group;
use crate::Outcome;
use crate::context::Context;

/// Look at what a tenant's drones were told.
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
        LegacyList(legacy_list::Arguments),
        LegacyShow(legacy_show::Arguments),
    }
}
