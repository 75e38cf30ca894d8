//! `ringfence tenants create`

use ringfence::model::{NewTenant, NewUser, TenantId};

use crate::commands::password::Password;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Create a tenant with its first administrator.
///
/// The password is read from standard input with --password-stdin, else from the environment variable
/// RINGFENCE_ADMIN_PASSWORD; without either the administrator cannot log in, only be vouched for.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence tenants create 'Acme Surveys' --id acme --admin mara\n  \
                        ringfence tenants create 'Acme Surveys' --admin mara --password-stdin < password"
)]
pub(crate) struct Arguments {
    /// The tenant's name.
    name: String,
    /// The administrator's user name.
    #[arg(long, value_name = "USERNAME", default_value = "admin")]
    admin: String,
    /// The tenant's id; a new one by default.
    #[arg(long)]
    id: Option<String>,
    #[command(flatten)]
    password: Password,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let password = match self.password.read()? {
            None => std::env::var("RINGFENCE_ADMIN_PASSWORD").ok(),
            read => read,
        };
        let new = NewTenant {
            id: self.id.map(TenantId::from),
            name: self.name,
            admin: NewUser {
                username: self.admin,
                password,
            },
        };
        let database = context.database().await?;
        let founded = database.create_tenant(context.operator(), new).await?;
        context.output.record(&founded)?;
        Ok(Ending::Clean)
    }
}
