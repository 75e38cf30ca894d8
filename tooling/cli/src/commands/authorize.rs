//! `ringfence authorize`

use ringfence::Error;
use ringfence::model::{Permission, Resource};
use serde::Serialize;

use crate::arguments::{Who, permission};
use crate::context::Context;
use crate::{Ending, Outcome};

/// Ask whether an actor may do something, as of now, as a host's own route asks.
///
/// Ends with 1 where it may not, which the tenant's log records as it does for a host.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence authorize mission.write --mission 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The permission.
    #[arg(value_parser = permission())]
    permission: Permission,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    resource: On,
}

/// For what; without any only the permission counts.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct On {
    /// For the drone with this id.
    #[arg(long, value_name = "ID")]
    drone: Option<String>,
    /// For the mission with this id.
    #[arg(long, value_name = "ID")]
    mission: Option<String>,
    /// For the flight with this id.
    #[arg(long, value_name = "ID")]
    run: Option<String>,
    /// For the user with this id.
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// For the role with this id.
    #[arg(long, value_name = "ID")]
    role: Option<String>,
}

impl From<On> for Option<Resource> {
    fn from(on: On) -> Self {
        let drone = on.drone.map(|id| Resource::Drone { id: id.into() });
        let mission = on.mission.map(|id| Resource::Mission { id: id.into() });
        let run = on.run.map(|id| Resource::Run { id: id.into() });
        let user = on.user.map(|id| Resource::User { id: id.into() });
        let role = on.role.map(|id| Resource::Role { id: id.into() });
        drone.or(mission).or(run).or(user).or(role)
    }
}

#[derive(Serialize)]
struct Decided {
    permission: Permission,
    allowed: bool,
    /// What is missing.
    missing: Option<String>,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let session = context.session(&self.who).await?;
        let permission = self.permission;
        let missing = match session.authorize(permission, self.resource.into()).await {
            Ok(()) => None,
            Err(Error::Forbidden { permission }) => Some(permission),
            Err(error) => return Err(error.into()),
        };
        let allowed = missing.is_none();
        context.output.record(&Decided {
            permission,
            allowed,
            missing,
        })?;
        Ok(match allowed {
            true => Ending::Clean,
            false => Ending::Found,
        })
    }
}
