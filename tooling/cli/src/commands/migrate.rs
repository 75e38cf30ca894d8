//! `ringfence migrate`

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ringfence::{Error, Ringfence};

use super::{progress, scan};
use crate::arguments::number;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, Streamed};
use crate::{Ending, Outcome};

/// Apply the steps of the schema that are missing, and on Postgres settle what the runtime role may do.
///
/// The only command that makes a database. Rows that break a tenant's boundary stop it, named; each step that was applied
/// before stays.
///
/// Where steps are missing of a database that holds tables, it is scanned before them and after them, and what is found
/// is written into two files: `phase-07-integrity-scan-YYYYMMDD-HHMMSS-pre.log` and `…-post.log`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence migrate --database sqlite:fleet.db --operator dana\n  \
        ringfence migrate --to 8 --wait 600"
)]
pub(crate) struct Arguments {
    /// Stop at this step; `rollback` takes steps back.
    #[arg(long, value_name = "STEP", value_parser = number(0..=u32::MAX), allow_negative_numbers = true)]
    to: Option<u32>,
    /// The folder that the scans are written into.
    #[arg(
        long,
        value_name = "FOLDER",
        env = "RINGFENCE_LOGS",
        hide_env_values = true,
        default_value = "logs"
    )]
    logs: PathBuf,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database_or_new().await?;
        let (output, status) = (context.output, database.migration_status().await?);
        if let Some(to) = self.to
            && to < status.current
        {
            let current = status.current;
            return Err(Failure::usage(format!(
                "the database stands at step {current}, behind {to}: `ringfence rollback --to {to}` takes steps back"
            )));
        }
        let is_due = status.current < self.to.map_or(status.latest, |to| to.min(status.latest));
        let at = Timestamp::now();
        let before = match is_due {
            true => logged(database, output, &self.logs, (at, "-pre")).await,
            false => Ok(false),
        };
        let scanned = match before {
            // Another one may be migrating, for whom `migrate` waits longer than a read does.
            Err(Failure::Refused(error @ Error::Unavailable { .. })) => {
                output.note(&format!("not scanned before: {error}"));
                false
            }
            before => before?,
        };
        let status = database
            .migrate(context.operator(), self.to, progress::shown(output))
            .await?;
        if scanned {
            logged(database, output, &self.logs, (at, "-post")).await?;
        }
        output.answer(&status)?;
        Ok(Ending::Clean)
    }
}

/// Scans the database into a file; says whether there was anything to look at.
async fn logged(
    database: &Ringfence,
    output: Output,
    folder: &Path,
    (at, behind): (Timestamp, &'static str),
) -> Result<bool, Failure> {
    let told = Streamed::logged(output, "findings", scan::log(folder, at, behind));
    let (report, told) = scan::scanned(database, output, told).await?;
    if report.checks == 0 {
        return Ok(false);
    }
    if let Some(path) = scan::ended(told, &report)? {
        output.note(&format!("{} findings in {}", report.found, path.display()));
    }
    Ok(true)
}
