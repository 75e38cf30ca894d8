//! `ringfence tenants create`

use std::env::VarError;

use ringfence::model::{NewTenant, NewUser, TenantId};

use crate::commands::password::Password;
use crate::context::Context;
use crate::failure::Failure;
use crate::{Ending, Outcome};

const PASSWORD: &str = "RINGFENCE_ADMIN_PASSWORD";

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
            None => from_environment()?,
            read => read,
        };
        let new = NewTenant {
            id: self.id.map(TenantId::from),
            ..NewTenant::new(
                self.name,
                NewUser {
                    password,
                    ..NewUser::new(self.admin)
                },
            )
        };
        let database = context.database().await?;
        let founded = database.create_tenant(context.operator(), new).await?;
        context.output.record(&founded)?;
        Ok(Ending::Clean)
    }
}

/// The password that the environment holds, if any.
fn from_environment() -> Result<Option<String>, Failure> {
    match std::env::var(PASSWORD) {
        Ok(password) => Ok(Some(password)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::usage(format!("{PASSWORD} is not UTF-8"))),
    }
}
