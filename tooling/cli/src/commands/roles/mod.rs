//! The roles of a tenant, what they grant and who holds them.

mod assign;
mod create;
mod delete;
mod grant;
mod list;
mod revoke;
mod show;
mod unassign;
mod update;

use super::group;
use crate::Outcome;
use crate::context::Context;

/// The roles of a tenant, what they grant and who holds them.
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
        Grant(grant::Arguments),
        Revoke(revoke::Arguments),
        Assign(assign::Arguments),
        Unassign(unassign::Arguments),
    }
}
