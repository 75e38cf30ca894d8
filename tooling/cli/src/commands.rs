//! What each command calls.

use std::sync::Arc;

use ringfence::blocking::Ringfence;
use ringfence::model::{Cursor, EventFilter, NewTenant, NewUser, PageRequest, Progress, TenantId};
use ringfence::{Error, MigrateMode, OpenOptions};

use crate::arguments::{Arguments, Command, Database, Log, Tenant};
use crate::print;

/// How a command ended that could run.
pub(crate) enum Outcome {
    Clean,
    /// It ran, and what it looked for is there: broken rows, a log that does not verify.
    Found,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let json = arguments.json;
    let operator = || arguments.operator.clone();
    match &arguments.command {
        Command::Status(database) => {
            print::status(&open(database)?.migration_status()?, json);
            Ok(Outcome::Clean)
        }
        Command::Migrate { database, to } => {
            let status = open(database)?.migrate(operator(), *to, Some(Arc::new(said)))?;
            print::status(&status, json);
            Ok(Outcome::Clean)
        }
        Command::Rollback { database, to } => {
            let status = open(database)?.rollback(operator(), *to, Some(Arc::new(said)))?;
            print::status(&status, json);
            Ok(Outcome::Clean)
        }
        Command::Scan(database) => {
            let report = open(database)?.integrity_scan()?;
            print::report(&report, json);
            Ok(if report.is_clean() {
                Outcome::Clean
            } else {
                Outcome::Found
            })
        }
        Command::Tenant(command) => tenant(command, operator(), json),
        Command::Log(command) => log(command, json),
    }
}

fn tenant(command: &Tenant, operator: String, json: bool) -> Result<Outcome, Error> {
    match command {
        Tenant::Create {
            database,
            name,
            admin,
            id,
        } => {
            let password = std::env::var("RINGFENCE_ADMIN_PASSWORD").ok();
            let new = NewTenant {
                id: id.as_deref().map(TenantId::from),
                name: name.clone(),
                admin: NewUser {
                    username: admin.clone(),
                    password,
                },
            };
            let founded = open(database)?.create_tenant(operator, new)?;
            print::founded(&founded, json);
        }
        Tenant::List(database) => {
            let database = open(database)?;
            let mut tenants = Vec::new();
            every_page(|page| {
                let page = database.tenants(page)?;
                tenants.extend(page.items);
                Ok(page.next)
            })?;
            print::tenants(&tenants, json);
        }
        Tenant::Disable { database, id } => {
            let tenant = open(database)?.disable_tenant(operator, TenantId::from(id.as_str()))?;
            print::tenants(&[tenant], json);
        }
        Tenant::Enable { database, id } => {
            let tenant = open(database)?.enable_tenant(operator, TenantId::from(id.as_str()))?;
            print::tenants(&[tenant], json);
        }
    }
    Ok(Outcome::Clean)
}

fn log(command: &Log, json: bool) -> Result<Outcome, Error> {
    match command {
        Log::Events(database) => {
            let log = open(database)?.deployment_log();
            every_page(|page| {
                let page = log.events(EventFilter::default(), page)?;
                print::events(&page.items, json);
                Ok(page.next)
            })?;
            Ok(Outcome::Clean)
        }
        Log::Verify(database) => {
            let found = open(database)?.deployment_log().verify()?;
            print::verification(&found, json);
            Ok(if found.is_intact() {
                Outcome::Clean
            } else {
                Outcome::Found
            })
        }
    }
}

/// Opens a database as it is: only `migrate` and `rollback` change its schema.
fn open(database: &Database) -> Result<Ringfence, Error> {
    let options = OpenOptions {
        migrate: MigrateMode::Never,
        ..OpenOptions::default()
    };
    Ringfence::open(database.url.clone(), options)
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
