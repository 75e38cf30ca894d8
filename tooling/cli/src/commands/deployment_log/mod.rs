//! The deployment's own log: what operators did.

mod event;
mod events;
mod verify;

use super::group;
use crate::Outcome;
use crate::context::Context;

/// The deployment's own log: what operators did.
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
        Events(events::Arguments),
        Event(event::Arguments),
        Verify(verify::Arguments),
    }
}
