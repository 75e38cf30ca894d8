//! `ringfence scan`

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use ringfence::Ringfence;
use ringfence::model::{IntegrityFinding, IntegrityReport};
use serde::Serialize;

use super::progress;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Log, Output, Streamed, Text};
use crate::{Ending, Outcome};

/// Look for rows that break a tenant's boundary, for keys that rows share, and for values that the library does not know.
/// Changes nothing.
///
/// Ends with 1 where there are any, whether they stop a migration or not, and with 2 where there is nothing to scan. Each is
/// told as it is found, with what could be done about it.
///
/// It needs an SQLite file that may be written, though nothing is written to it, and on Postgres a login that may do what
/// operators do.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence scan\n  ringfence scan --json\n  ringfence scan --out logs/"
)]
pub(crate) struct Arguments {
    /// Write what is printed into a file of this folder, too: `phase-07-integrity-scan-YYYYMMDD-HHMMSS.log`.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// What the files of scans are called.
const LOG: &str = "phase-07-integrity-scan";

/// A log of a scan, that is named by this time.
pub(super) fn log(folder: &Path, at: Timestamp, behind: &'static str) -> Log {
    Log::new(folder, LOG, at, behind)
}

/// What is told of a scan behind its findings.
#[derive(Serialize)]
struct Summary {
    checks: u32,
    found: u64,
    stopping: u64,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database().await?;
        let output = context.output;
        let log = self.out.map(|folder| log(&folder, Timestamp::now(), ""));
        let told = Streamed::printed(output, "findings").and_logged(log);
        let (report, told) = scanned(database, output, told).await?;
        if let Some(path) = ended(told, &report)? {
            output.note(&format!("written to {}", path.display()));
        }
        if report.checks == 0 {
            let nothing =
                "there is nothing to scan: neither Ringfence nor the old platform has a table here";
            return Err(Failure::usage(nothing));
        }
        Ok(match report.is_clean() {
            true => Ending::Clean,
            false => Ending::Found,
        })
    }
}

/// Scans a database, and writes each finding as it is found.
pub(super) async fn scanned(
    database: &Ringfence,
    output: Output,
    told: Streamed,
) -> Result<(IntegrityReport, Streamed), Failure> {
    let told = Arc::new(Mutex::new(Ok(told)));
    let telling = Arc::clone(&told);
    let findings = move |findings: Vec<IntegrityFinding>| {
        let mut told = telling.lock().unwrap_or_else(PoisonError::into_inner);
        for finding in findings {
            let written = match &mut *told {
                Ok(told) => told.item(&finding, |text| read_finding(&finding, text)),
                Err(_) => return,
            };
            if let Err(failure) = written {
                *told = Err(failure);
            }
        }
    };
    let report = database
        .integrity_scan(progress::scanning(output), Some(Arc::new(findings)))
        .await?;
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    let over = Err(Failure::usage("the scan is over"));
    Ok((report, std::mem::replace(&mut *told, over)?))
}

/// Writes what there is in all, and says where the log lies.
pub(super) fn ended(told: Streamed, report: &IntegrityReport) -> Result<Option<PathBuf>, Failure> {
    let summary = Summary {
        checks: report.checks,
        found: report.found,
        stopping: report.stopping,
    };
    told.end(&summary, |text| {
        text.line(format_args!(
            "{} checks, {} findings, {} of which stop a migration",
            summary.checks, summary.found, summary.stopping
        ));
    })
}

/// A finding on a line: here, and where it stopped a migration. Values are quoted, so that a blank is seen.
pub(crate) fn read_finding(finding: &IntegrityFinding, text: &mut Text) {
    let value = finding.value.as_ref();
    let value = value.map_or("not shown".to_owned(), |value| format!("\"{value}\""));
    let in_tenant = |tenant: &Option<String>| {
        let named = tenant.as_ref().map(|id| format!("in tenant \"{id}\""));
        named.unwrap_or_else(|| "in no tenant".to_owned())
    };
    let refers_to =
        finding
            .refers_to
            .as_ref()
            .map_or(String::new(), |table| match &finding.refers_to_tenant {
                Some(_) => {
                    let tenant = in_tenant(&finding.refers_to_tenant);
                    format!(", which refers to {table} {tenant}")
                }
                None => format!(", which is in no row of {table}"),
            });
    let weight = if finding.stops { "stops" } else { "kept" };
    text.line(format_args!(
        "{weight}: {}.{} of row {} {}: {}, value {value}{refers_to}. {}",
        finding.table,
        finding.column,
        finding.key,
        in_tenant(&finding.tenant),
        finding.problem.as_str(),
        finding.remedy,
    ));
}
