//! The users of a tenant, and what they may do.

mod create;
mod delete;
mod end_sessions;
mod list;
mod permissions;
mod set_password;
mod show;
mod update;

use super::group;
use crate::Outcome;
use crate::context::Context;

/// The users of a tenant, and what they may do.
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
        Create(create::Arguments),
        Update(update::Arguments),
        Delete(delete::Arguments),
        SetPassword(set_password::Arguments),
        EndSessions(end_sessions::Arguments),
        Permissions(permissions::Arguments),
    }
}
