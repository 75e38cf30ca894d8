//! Create, list, show, rename, disable and enable the tenants, restore their administrators and let their roles grow.

mod create;
mod create_admin;
mod disable;
mod enable;
mod grow;
mod growth;
mod list;
mod rename;
mod restore_admin;
mod show;

use super::group;
use crate::Outcome;
use crate::context::Context;

/// Create, list, show, rename, disable and enable the tenants, restore their administrators and let their roles grow.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

impl Arguments {
    /// Whether it looks for a user on an operator's behalf, who is not shown any.
    pub(crate) fn restores(&self) -> bool {
        matches!(self.command, Command::RestoreAdmin(_))
    }

    pub(crate) async fn run(self, context: &Context) -> Outcome {
        self.command.run(context).await
    }
}

group! {
    Command {
        Create(create::Arguments),
        List(list::Arguments),
        Show(show::Arguments),
        Rename(rename::Arguments),
        Disable(disable::Arguments),
        Enable(enable::Arguments),
        RestoreAdmin(restore_admin::Arguments),
        CreateAdmin(create_admin::Arguments),
        Growth(growth::Arguments),
        Grow(grow::Arguments),
    }
}
