//! What each command calls.

use std::sync::Arc;

use ringfence::blocking::wait;
use ringfence::model::{Cursor, EventFilter, NewTenant, NewUser, PageRequest, Progress, TenantId};
use ringfence::{DeploymentLog, Error, MigrateMode, OpenOptions, Ringfence};

use crate::arguments::{Arguments, Command, Log, Tenant};
use crate::print;

/// How a command ended that could run.
pub(crate) enum Outcome {
    Clean,
    /// It ran, and what it looked for is there: broken rows, a log that does not verify.
    Found,
}

pub(crate) fn run(url: &str, arguments: &Arguments) -> Result<Outcome, Error> {
    let json = arguments.json;
    let operator = || arguments.operator.clone();
    let database = open(url, arguments)?;
    match &arguments.command {
        Command::Status => print::status(&wait(database.migration_status())?, json),
        Command::Migrate { to } => {
            let status = wait(database.migrate(operator(), *to, Some(Arc::new(said))))?;
            print::status(&status, json);
        }
        Command::Rollback { to } => {
            let status = wait(database.rollback(operator(), *to, Some(Arc::new(said))))?;
            print::status(&status, json);
        }
        Command::Scan => {
            let report = wait(database.integrity_scan())?;
            print::report(&report, json);
            return Ok(found(!report.is_clean()));
        }
        Command::Tenant(command) => tenant(&database, command, operator(), json)?,
        Command::Log(command) => return log(&database.deployment_log(), command, json),
    }
    Ok(Outcome::Clean)
}

/// Opens a database as it is: only `migrate` and `rollback` change its schema, and only `migrate` makes a file.
fn open(url: &str, arguments: &Arguments) -> Result<Ringfence, Error> {
    let options = OpenOptions {
        migrate: MigrateMode::Never,
        create_if_missing: matches!(arguments.command, Command::Migrate { .. }),
        migration_lock_timeout_ms: arguments.wait.saturating_mul(1_000),
        schema: arguments.schema.clone(),
        ..OpenOptions::default()
    };
    wait(Ringfence::open(url.to_owned(), options))
}

fn found(anything: bool) -> Outcome {
    if anything {
        Outcome::Found
    } else {
        Outcome::Clean
    }
}

fn tenant(
    database: &Ringfence,
    command: &Tenant,
    operator: String,
    json: bool,
) -> Result<(), Error> {
    match command {
        Tenant::Create { name, admin, id } => {
            let password = std::env::var("RINGFENCE_ADMIN_PASSWORD").ok();
            let new = NewTenant {
                id: id.as_deref().map(TenantId::from),
                name: name.clone(),
                admin: NewUser {
                    username: admin.clone(),
                    password,
                },
            };
            print::founded(&wait(database.create_tenant(operator, new))?, json);
        }
        Tenant::List => every_page(|page| {
            let page = wait(database.tenants(page))?;
            print::tenants(&page.items, json);
            Ok(page.next)
        })?,
        Tenant::Disable { id } => {
            let tenant = wait(database.disable_tenant(operator, TenantId::from(id.as_str())))?;
            print::tenants(&[tenant], json);
        }
        Tenant::Enable { id } => {
            let tenant = wait(database.enable_tenant(operator, TenantId::from(id.as_str())))?;
            print::tenants(&[tenant], json);
        }
    }
    Ok(())
}

fn log(log: &DeploymentLog, command: &Log, json: bool) -> Result<Outcome, Error> {
    match command {
        Log::Events => {
            every_page(|page| {
                let page = wait(log.events(EventFilter::default(), page))?;
                print::events(&page.items, json);
                Ok(page.next)
            })?;
            Ok(Outcome::Clean)
        }
        Log::Verify => {
            let verified = wait(log.verify())?;
            print::verification(&verified, json);
            Ok(found(!verified.is_intact()))
        }
    }
}

fn every_page(
    mut read: impl FnMut(PageRequest) -> Result<Option<Cursor>, Error>,
) -> Result<(), Error> {
    let mut after = None;
    loop {
        after = read(PageRequest {
            limit: Some(1_000),
            after,
        })?;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Progress goes where it does not mix with the result.
fn said(progress: Progress) {
    let total = progress
        .total
        .map_or(String::new(), |total| format!(" of {total}"));
    eprintln!("step {}{total}: {}", progress.done + 1, progress.stage);
}
