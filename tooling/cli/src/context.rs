//! What a command works with: the database and the session, opened when it asks for them.

use std::cell::OnceCell;

use ringfence::model::{Cursor, PageRequest, TenantId, TimedPageRequest, UserId};
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence, TenantSession};
use serde::Serialize;
use serde_json::Value;

use crate::arguments::{Options, Paging, TimedPaging, Who};
use crate::commands::Command;
use crate::failure::{Failure, Report, Situation, Standing};
use crate::output::Output;
use crate::secret_key;
use crate::{Ending, Outcome};

/// One run of the program.
pub(crate) struct Context {
    options: Options,
    opened: OnceCell<Ringfence>,
    pub(crate) output: Output,
}

impl Context {
    pub(crate) fn new(options: Options, output: Output) -> Self {
        Self {
            options,
            opened: OnceCell::new(),
            output,
        }
    }

    /// Runs a command. What fails is reported with where the schema stands, if that may be why.
    pub(crate) async fn run(&self, command: Command) -> Result<Ending, Box<Report>> {
        let migrates = matches!(command, Command::Migrate(_) | Command::Rollback(_));
        let restores = matches!(&command, Command::Tenants(tenants) if tenants.restores());
        let outcome = match command.run(self).await {
            Ok(ending) => Ok(ending),
            Err(failure) => {
                let standing = self.standing(&failure).await;
                let situation = Situation {
                    standing: standing.filter(|it| migrates || it.current != it.latest),
                    is_file: self.is_file(),
                    restores,
                };
                Err(Box::new(Report::of(&failure, situation)))
            }
        };
        if let Some(opened) = self.opened.get() {
            // What was done is done; the process would end before the files are closed.
            drop(opened.shutdown().await);
        }
        outcome
    }

    /// The operator's name for the deployment's log.
    pub(crate) fn operator(&self) -> String {
        self.options.operator.clone()
    }

    /// The database as it is: only `migrate` and `rollback` change its schema.
    pub(crate) async fn database(&self) -> Result<&Ringfence, Failure> {
        self.open(false).await
    }

    /// Likewise, and where there is no file, one is made.
    pub(crate) async fn database_or_new(&self) -> Result<&Ringfence, Failure> {
        self.open(true).await
    }

    fn is_file(&self) -> bool {
        let url = self.options.database.as_deref();
        url.is_some_and(|url| url.starts_with("sqlite:"))
    }

    async fn open(&self, create_if_missing: bool) -> Result<&Ringfence, Failure> {
        let Some(url) = &self.options.database else {
            return Err(Failure::usage(
                "name the database with --database URL or RINGFENCE_DATABASE",
            ));
        };
        let options = OpenOptions {
            migrate: MigrateMode::Never,
            create_if_missing,
            // The library waits for a millisecond at least.
            migration_lock_timeout_ms: (self.options.wait * 1_000).max(1),
            schema: self.options.schema.clone(),
            allow_hard_links: self.options.allow_hard_links,
            allow_any_mount: self.options.allow_any_mount,
            secret_key: secret_key::from_environment()?,
            ..OpenOptions::default()
        };
        let opened = Ringfence::open(url.clone(), options).await?;
        Ok(self.opened.get_or_init(|| opened))
    }

    /// A session of the user for whom the operator vouches.
    pub(crate) async fn session(&self, who: &Who) -> Result<TenantSession, Failure> {
        let (tenant, actor) = (who.tenant.as_str(), who.actor.as_str());
        let database = self.database().await?;
        Ok(database
            .session(TenantId::from(tenant), UserId::from(actor))
            .await?)
    }

    /// Prints one page of a list, or every one to the end. `read` gives a page of the library's: what is written as
    /// `items` and `next`.
    pub(crate) async fn pages<P: Serialize>(
        &self,
        paging: &Paging,
        columns: &[&str],
        read: impl AsyncFn(PageRequest) -> Result<P, Error>,
    ) -> Outcome {
        let mut request = paging.first();
        loop {
            let page = serde_json::to_value(read(request.clone()).await?);
            let page = page.map_err(std::io::Error::from)?;
            let is_first = request.after == paging.first().after;
            self.output.print(&page, |text| {
                let items = page.get("items").and_then(Value::as_array);
                text.rows(items.map_or(&[], Vec::as_slice), columns, is_first);
                Ok(())
            })?;
            match page.get("next").and_then(Value::as_str) {
                Some(_) if self.output.is_unread() => return Ok(Ending::Clean),
                Some(next) if paging.all => request.after = Some(Cursor::from(next)),
                Some(next) => {
                    self.output
                        .note(&format!("there is more: --after {next}, or --all"));
                    return Ok(Ending::Clean);
                }
                None => return Ok(Ending::Clean),
            }
        }
    }

    /// Likewise of a list of what happens.
    pub(crate) async fn timed_pages<P: Serialize>(
        &self,
        TimedPaging { order, paging }: &TimedPaging,
        columns: &[&str],
        read: impl AsyncFn(TimedPageRequest) -> Result<P, Error>,
    ) -> Outcome {
        self.pages(paging, columns, async |page| {
            let order = *order;
            read(TimedPageRequest {
                order,
                ..page.into()
            })
            .await
        })
        .await
    }

    /// Where the schema stands. What was asked for wrongly, and what nobody reads, has nothing to do with it.
    async fn standing(&self, failure: &Failure) -> Option<Standing> {
        match failure {
            Failure::Usage(_) | Failure::Unprinted(_) | Failure::Refused(Error::Invalid { .. }) => {
                None
            }
            Failure::Refused(_) => {
                let status = self.opened.get()?.migration_status().await.ok()?;
                Some(Standing::from(&status))
            }
        }
    }
}
