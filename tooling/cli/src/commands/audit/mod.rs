//! A tenant's audit log.

mod event;
mod events;
mod legacy_event;
mod legacy_events;
mod legacy_request;
mod legacy_requests;
mod verify;

use super::group;
use crate::Outcome;
use crate::context::Context;

/// A tenant's audit log.
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
        LegacyEvents(legacy_events::Arguments),
        LegacyEvent(legacy_event::Arguments),
        LegacyRequests(legacy_requests::Arguments),
        LegacyRequest(legacy_request::Arguments),
    }
}
