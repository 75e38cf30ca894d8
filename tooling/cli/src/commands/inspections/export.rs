//! `ringfence inspections export`

use ringfence::model::ExportFormat;

use crate::arguments::{Who, one_of};
use crate::context::Context;
use crate::{Ending, Outcome};

/// Write a report of an inspection into a file, which is named after the report's id.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence inspections export 0190d3a9 --format csv --folder reports --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The task's id.
    task: String,
    /// What the file is.
    #[arg(long, default_value = "html", value_parser = one_of(ExportFormat::TEXTS, ExportFormat::parse))]
    format: ExportFormat,
    /// The folder, which must be there.
    #[arg(long, value_name = "PATH", default_value = ".")]
    folder: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let inspections = context.session(&self.who).await?.inspections();
        let made = inspections.export(self.task.into(), self.format, self.folder);
        context.output.record(&made.await?)?;
        Ok(Ending::Clean)
    }
}
