//! What a step is refused for: rows in its way.

use std::collections::BTreeMap;

use ringfence_migrations::{Kind, Step};

use super::scan::{Scope, scan};
use super::seen::Seen;
use super::stepping::Stepping;
use crate::error::Failure;
use crate::store::statements::scan::Position;

/// What is looked at before a step, or behind it: every row, or some.
pub(super) struct Looked<'s> {
    pub(super) version: u32,
    pub(super) within: Option<&'s [&'s str]>,
    pub(super) rows: BTreeMap<&'static str, Vec<Position>>,
}

impl Looked<'_> {
    pub(super) fn at(version: u32) -> Self {
        Self {
            version,
            within: None,
            rows: BTreeMap::new(),
        }
    }
}

/// Refuses the step while rows stand in its way.
pub(super) async fn refuse_findings(
    stepping: &mut Stepping,
    step: &'static Step,
    looked: Looked<'_>,
    seen: &mut Seen,
) -> Result<(), Failure> {
    let scope = Scope {
        version: looked.version,
        // The library reads a table's values from the step on that hardens it.
        values: matches!(step.kind, Kind::Baseline | Kind::Enforce),
        within: looked.within,
        rows: looked.rows,
    };
    let found = scan(stepping, &scope, seen, None).await?;
    let kept = found.found - found.stopping;
    if kept > 0 {
        tracing::warn!(
            target: "ringfence::migrate", step = step.name, values = kept,
            "values that the library does not know stay as they are; the integrity report names them"
        );
    }
    if found.lets_migrate() {
        return Ok(());
    }
    let mut findings = found.findings;
    findings.retain(|finding| finding.stops);
    Err(Failure::Integrity {
        detail: format!(
            "{} rows break a tenant boundary or cannot be read; nothing was changed by {}",
            found.stopping, step.name
        ),
        findings,
    })
}
