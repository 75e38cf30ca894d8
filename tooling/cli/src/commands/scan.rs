//! `ringfence scan`

use ringfence::model::{IntegrityFinding, IntegrityReport};

use crate::context::Context;
use crate::output::{Answer, Text};
use crate::{Ending, Outcome};

/// Look for rows that break a tenant's boundary, and for values that the library does not know. Changes nothing.
///
/// Ends with 1 where there are any, whether they stop a migration or not.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence scan\n  ringfence scan --json")]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let report = context.database().await?.integrity_scan().await?;
        context.output.answer(&report)?;
        if report.checks == 0 {
            context
                .output
                .note("no step is applied, so there is nothing to check: `ringfence status`");
        }
        Ok(match report.is_clean() {
            true => Ending::Clean,
            false => Ending::Found,
        })
    }
}

impl Answer for IntegrityReport {
    fn read(&self, text: &mut Text) {
        for finding in &self.findings {
            read_finding(finding, text);
        }
        let stopping = self.findings.iter().filter(|finding| finding.stops);
        text.line(format_args!(
            "{} checks, {} findings, {} of which stop a migration",
            self.checks,
            self.findings.len(),
            stopping.count()
        ));
    }
}

/// A finding on a line: here, and where it stopped a migration.
pub(crate) fn read_finding(finding: &IntegrityFinding, text: &mut Text) {
    let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let in_tenant = |tenant: &Option<String>| {
        let named = tenant.as_ref().map(|id| format!("in tenant {id}"));
        named.unwrap_or_else(|| "in no tenant".to_owned())
    };
    let refers_to = finding.refers_to.as_ref().map_or(String::new(), |table| {
        let tenant = in_tenant(&finding.refers_to_tenant);
        format!(", which refers to {table} {tenant}")
    });
    let weight = if finding.stops { "stops" } else { "kept" };
    text.line(format_args!(
        "{weight}: {}.{} of row {} {}: {}, value {}{refers_to}",
        finding.table,
        finding.column,
        finding.key,
        in_tenant(&finding.tenant),
        finding.problem.as_str(),
        or_none(&finding.value),
    ));
}
