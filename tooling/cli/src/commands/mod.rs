//! The commands: a file each, at the command's own place. A file holds what the command takes, what it calls, and
//! how its answer reads.

mod alerts;
mod approvals;
mod audit;
mod authorize;
mod boundary;
#[expect(clippy::module_inception, reason = "what the subcommand is called")]
mod commands;
mod completions;
mod defects;
mod deployment_log;
mod drones;
mod incidents;
mod inspections;
mod log;
mod man;
mod migrate;
mod missions;
mod password;
mod progress;
mod rekey;
mod roles;
mod rollback;
pub(crate) mod scan;
mod self_approval;
mod status;
mod tenants;
mod users;
mod whoami;

/// Declares the commands of a group, each by its module's `Arguments`.
macro_rules! group {
    ($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $variant:ident($arguments:ty),)+ }) => {
        $(#[$doc])*
        #[derive(Debug, clap::Subcommand)]
        pub(crate) enum $name {
            $($(#[$attribute])* $variant($arguments),)+
        }

        impl $name {
            pub(crate) async fn run(self, context: &$crate::context::Context) -> $crate::Outcome {
                match self {
                    $(Self::$variant(command) => command.run(context).await,)+
                }
            }
        }
    };
}

use group;

group! {
    /// What can be asked for.
    Command {
        Status(status::Arguments),
        Migrate(migrate::Arguments),
        Rollback(rollback::Arguments),
        Scan(scan::Arguments),
        Boundary(boundary::Arguments),
        Rekey(rekey::Arguments),
        #[command(alias = "tenant")]
        Tenants(tenants::Arguments),
        #[command(alias = "log")]
        DeploymentLog(deployment_log::Arguments),
        Audit(audit::Arguments),
        Whoami(whoami::Arguments),
        Authorize(authorize::Arguments),
        SelfApproval(self_approval::Arguments),
        Users(users::Arguments),
        Roles(roles::Arguments),
        Drones(drones::Arguments),
        Missions(missions::Arguments),
        Inspections(inspections::Arguments),
        Defects(defects::Arguments),
        Incidents(incidents::Arguments),
        Alerts(alerts::Arguments),
        Approvals(approvals::Arguments),
        Commands(commands::Arguments),
        Completions(completions::Arguments),
        Man(man::Arguments),
    }
}
