//! `ringfence boundary`

use ringfence::model::{BoundaryReport, LayerReport};

use crate::context::Context;
use crate::output::{Answer, Text};
use crate::{Ending, Outcome};

/// Show what the database holds of the boundary between tenants right now: table by table, layer by layer, with what does
/// not stand and why. Changes nothing.
///
/// Ends with 1 where something does not stand, or a step is still to be taken.
///
/// It needs an SQLite file that may be written, though nothing is written to it, and on Postgres a login that may do what
/// operators do.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence boundary\n  ringfence boundary --json")]
pub(crate) struct Arguments {}

/// What to do where something does not stand.
const NEXT: &str = "next: `ringfence migrate` takes the steps that are left and settles the runtime role's rights; scan, and then make a \
                    key, guard or policy that is gone again from its step's text in migrations/ (docs/guides/boundary.md)";

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let report = context.database().await?.boundary_report().await?;
        context.output.answer(&report)?;
        if report.is_whole() {
            return Ok(Ending::Clean);
        }
        context.output.note(NEXT);
        Ok(Ending::Found)
    }
}

impl Answer for BoundaryReport {
    fn read(&self, text: &mut Text) {
        for layer in &self.layers {
            read_layer(layer, text);
        }
        let findings = self.layers.iter().flat_map(|layer| &layer.findings);
        let broken = findings.filter(|finding| finding.breaks).count();
        let standing = match (self.is_whole(), broken) {
            (true, _) => "whole".to_owned(),
            (false, 0) => "not whole: steps are still to be taken".to_owned(),
            (false, broken) => format!("not whole: {broken} parts do not stand"),
        };
        text.line(format_args!(
            "at {} of {}, {standing}",
            self.version, self.latest
        ));
    }
}

fn read_layer(layer: &LayerReport, text: &mut Text) {
    let table = layer.table.as_deref().unwrap_or("(database)");
    let batch = layer.batch.as_deref().unwrap_or("-");
    let step = layer
        .step
        .map_or(String::new(), |step| format!(", whole from step {step} on"));
    text.line(format_args!(
        "{table:<26} {batch:<9} {:<19} {:<8} {:>3}{step}",
        layer.layer.as_str(),
        layer.state.as_str(),
        layer.held,
    ));
    for finding in &layer.findings {
        let weight = if finding.breaks { "breaks" } else { "told" };
        text.line(format_args!(
            "  {weight}: {}, {}: {}",
            finding.what,
            finding.problem.as_str(),
            finding.why
        ));
    }
}
