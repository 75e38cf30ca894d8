//! `ringfence missions plan`

use ringfence::model::PlanSummary;
use serde::Serialize;

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show what the plan holds that a mission was imported from.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence missions plan 0190d3a9 --tenant acme --actor 0190d3a8\n  \
        ringfence missions plan 0190d3a9 --file --tenant acme --actor 0190d3a8 > survey.plan"
)]
pub(crate) struct Arguments {
    /// The mission's id.
    id: String,
    /// The file itself, byte for byte, and nothing else; as JSON, its text besides.
    #[arg(long)]
    file: bool,
    #[command(flatten)]
    who: Who,
}

#[derive(Serialize)]
struct Plan {
    sha256: String,
    bytes: usize,
    summary: PlanSummary,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let missions = context.session(&self.who).await?.missions();
        let plan = missions.plan(self.id.into()).await?;
        if self.file && !context.output.is_json() {
            context.output.file(&plan.file)?;
            return Ok(Ending::Clean);
        }
        // A plan is JSON, and so UTF-8.
        let text = || String::from_utf8_lossy(&plan.file).into_owned();
        context.output.record(&Plan {
            sha256: plan.sha256,
            bytes: plan.file.len(),
            summary: plan.summary,
            file: self.file.then(text),
        })?;
        Ok(Ending::Clean)
    }
}
