//! A failure as it is printed: one document, which is also what the text is made of.

use ringfence::model::{IntegrityFinding, MigrationStatus};
use ringfence::{Error, WorkOutcome};
use serde::Serialize;

use super::{Failure, advice};
use crate::commands::scan;
use crate::output::Text;

/// How a command failed, with the library's own words for it.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// The kind of the library's error (`not_found`, `unavailable`, …), `usage` or `output`.
    kind: &'static str,
    /// A machine code that stays the same from version to version.
    code: String,
    /// The HTTP status that a host would serve. Absent for what is no error of the library.
    status: Option<u16>,
    /// The field that it is about, by the library's name for it.
    field: Option<String>,
    /// A sentence for people.
    message: String,
    /// Whether the work may have happened all the same: `not_done`, `unknown`, or `done` where only the answer is lost.
    /// Absent where the error itself says so.
    outcome: Option<&'static str>,
    /// What the library told its host's log on the way: a driver's own words are here and nowhere else.
    causes: Vec<String>,
    /// Where the schema stands, when that may be why, or when a migration stopped on its way.
    standing: Option<Standing>,
    /// What to do next.
    advice: Option<String>,
    /// The rows in the way of a migration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<IntegrityFinding>,
}

/// The step that the schema stands at.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Standing {
    pub(crate) current: u32,
    pub(crate) latest: u32,
}

/// What a failure is seen against.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Situation {
    /// Where the schema stands, if that may have to do with it.
    pub(crate) standing: Option<Standing>,
    /// Whether the database is a file.
    pub(crate) is_file: bool,
    /// Whether it looked for a user on behalf of an operator, who is not shown any.
    pub(crate) restores: bool,
}

impl From<&MigrationStatus> for Standing {
    fn from(status: &MigrationStatus) -> Self {
        Self {
            current: status.current,
            latest: status.latest,
        }
    }
}

impl Report {
    pub(crate) fn of(failure: &Failure, situation: Situation) -> Self {
        let own = |kind: &'static str, message: String| Self {
            kind,
            code: kind.to_owned(),
            status: None,
            field: None,
            message,
            outcome: None,
            causes: Vec::new(),
            standing: None,
            advice: None,
            findings: Vec::new(),
        };
        match failure {
            Failure::Usage(why) => own("usage", why.clone()),
            Failure::Unprinted(error) => Self {
                outcome: Some("done"),
                advice: Some(
                    "where that changes anything, look at the lists and at the log's events before you run it again"
                        .to_owned(),
                ),
                ..own(
                    "output",
                    format!("what was asked is done, and its answer cannot be printed: {error}"),
                )
            },
            Failure::Refused(error) => Self {
                code: error.code().to_owned(),
                status: Some(error.status()),
                field: error.field().map(str::to_owned),
                outcome: outcome(error),
                standing: situation.standing,
                advice: advice::about(error, situation),
                findings: match error {
                    Error::Integrity { findings, .. } => findings.clone(),
                    _ => Vec::new(),
                },
                ..own(kind(error), error.to_string())
            }
            .blaming_the_schema(),
        }
    }

    /// A statement that meets a schema which is behind fails in several ways, and only one of them says so.
    fn blaming_the_schema(mut self) -> Self {
        let strange = ["incomplete_schema", "internal", "not_written"];
        let Some(Standing { current, latest }) = self.standing else {
            return self;
        };
        if current < latest && strange.contains(&self.code.as_str()) {
            let said = match current {
                0 => format!(
                    "the database has no tables of Ringfence, and this needs step {latest} of the schema"
                ),
                _ => format!(
                    "the schema is at step {current} of {latest}, and this needs a later one"
                ),
            };
            let library = std::mem::replace(&mut self.message, said);
            if self.code != "incomplete_schema" {
                self.causes.push(library);
            }
        }
        self
    }

    /// With what was heard on the way.
    pub(crate) fn because(mut self, heard: Vec<String>) -> Self {
        self.causes.extend(heard);
        self
    }

    /// Whether only the answer is lost.
    pub(crate) fn is_of_work_done(&self) -> bool {
        self.outcome == Some("done")
    }

    /// A line a fact. What the parser says has lines of its own.
    pub(crate) fn read(&self, text: &mut Text) {
        let mut lines = self.message.lines();
        text.line(format_args!(
            "ringfence: {}",
            lines.next().unwrap_or_default()
        ));
        lines.for_each(|line| text.line(format_args!("{line}")));
        for finding in &self.findings {
            scan::read_finding(finding, text);
        }
        for cause in &self.causes {
            text.line(format_args!("  cause: {cause}"));
        }
        if let Some(Standing { current, latest }) = self.standing {
            text.line(format_args!("  schema: at step {current} of {latest}"));
        }
        if let Some(advice) = &self.advice {
            text.line(format_args!("  next: {advice}"));
        }
    }
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::Invalid { .. } => "invalid",
        Error::NotFound { .. } => "not_found",
        Error::Forbidden { .. } => "forbidden",
        Error::Conflict { .. } => "conflict",
        Error::StaleLease => "stale_lease",
        Error::Unauthenticated => "unauthenticated",
        Error::Throttled { .. } => "throttled",
        Error::Unavailable { .. } => "unavailable",
        Error::Closed => "closed",
        Error::Schema { .. } => "schema",
        Error::Integrity { .. } => "integrity",
        Error::Internal { .. } => "internal",
        // The library may come to know kinds that this program does not.
        _ => "other",
    }
}

fn outcome(error: &Error) -> Option<&'static str> {
    match error {
        Error::Unavailable { outcome, .. } => Some(match outcome {
            WorkOutcome::NotDone => "not_done",
            WorkOutcome::Unknown => "unknown",
        }),
        _ => None,
    }
}
