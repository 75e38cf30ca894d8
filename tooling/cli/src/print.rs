//! What is printed: lines for people, JSON for programs.

use std::fmt;
use std::io::{self, ErrorKind, Write};

use ringfence::Error;
use ringfence::model::{
    AuditEvent, FoundedTenant, IntegrityReport, LogVerification, MigrationStatus, Tenant,
};
use serde::Serialize;

/// Prints a line.
macro_rules! line {
    ($($text:tt)*) => {
        put(format_args!($($text)*))
    };
}

/// Whoever reads may have gone (`| head`), and then nothing is left to do; a full disk is said.
fn put(line: fmt::Arguments<'_>) {
    if let Err(error) = writeln!(io::stdout().lock(), "{line}") {
        if error.kind() != ErrorKind::BrokenPipe {
            eprintln!("ringfence: cannot print: {error}");
        }
        std::process::exit(2);
    }
}

/// One JSON document on a line of its own.
fn document(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => line!("{text}"),
        Err(error) => eprintln!("cannot be written as JSON: {error}"),
    }
}

pub(crate) fn status(status: &MigrationStatus, json: bool) {
    if json {
        return document(status);
    }
    for step in &status.steps {
        let applied = step.applied_at.map_or("-".to_owned(), |at| at.to_string());
        line!(
            "{:>3}  {:<28} {:<9} {applied}",
            step.version,
            step.name,
            step.batch
        );
    }
    line!("at {} of {}", status.current, status.latest);
}

pub(crate) fn report(report: &IntegrityReport, json: bool) {
    if json {
        return document(report);
    }
    for finding in &report.findings {
        let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
        let refers_to = finding.refers_to.as_ref().map_or(String::new(), |table| {
            let tenant = or_none(&finding.refers_to_tenant);
            format!(", which refers to {table} in tenant {tenant}")
        });
        let weight = if finding.stops { "stops" } else { "kept" };
        line!(
            "{weight}: {}.{} of row {} in tenant {}: {:?}, value {}{refers_to}",
            finding.table,
            finding.column,
            finding.key,
            or_none(&finding.tenant),
            finding.problem,
            or_none(&finding.value),
        );
    }
    let stopping = report.findings.iter().filter(|finding| finding.stops);
    line!(
        "{} checks, {} findings, {} of which stop a migration",
        report.checks,
        report.findings.len(),
        stopping.count()
    );
}

pub(crate) fn founded(founded: &FoundedTenant, json: bool) {
    if json {
        return document(founded);
    }
    tenants(std::slice::from_ref(&founded.tenant), false);
    line!(
        "administrator {}  {}",
        founded.admin.id,
        founded.admin.username
    );
}

pub(crate) fn tenants(tenants: &[Tenant], json: bool) {
    for tenant in tenants {
        if json {
            document(tenant);
        } else {
            let state = tenant
                .disabled_at
                .map_or("enabled".to_owned(), |at| format!("disabled {at}"));
            line!("{}  {}  {state}", tenant.id, tenant.name);
        }
    }
}

pub(crate) fn events(events: &[AuditEvent], json: bool) {
    for event in events {
        if json {
            document(event);
        } else {
            let detail = event
                .detail
                .as_ref()
                .map_or("(erased)", |detail| detail.as_str());
            line!(
                "{:>6}  {}  {}  {}  {} {}  {detail}",
                event.seq,
                event.at,
                event.actor,
                event.action.as_str(),
                event.entity_type,
                event.entity_id,
            );
        }
    }
}

pub(crate) fn verification(found: &LogVerification, json: bool) {
    if json {
        return document(found);
    }
    line!(
        "log {} of {} events, root {}",
        found.log_id,
        found.size,
        found.root_hash
    );
    line!("{:?}", found.outcome);
}

pub(crate) fn error(error: &Error, json: bool) {
    if json {
        let document = serde_json::json!({
            "code": error.code(),
            "status": error.status(),
            "field": error.field(),
            "detail": error.to_string(),
        });
        eprintln!("{document}");
    } else {
        eprintln!("ringfence: {error}");
    }
    if let Error::Integrity { findings, .. } = error {
        let found = IntegrityReport {
            checks: 0,
            findings: findings.clone(),
        };
        report(&found, json);
    }
}
