//! `ringfence inspections templates`

use ringfence::model::TemplateFilter;

use crate::Outcome;
use crate::arguments::{Paging, Who};
use crate::context::Context;

const COLUMNS: &[&str] = &["id", "name", "category", "is_active", "created_at"];

/// List what a tenant inspects by, in the order of the ids.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence inspections templates --category roof --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Exactly this category.
    #[arg(long)]
    category: Option<String>,
    /// Only templates that are, or are not, active.
    #[arg(long, action = clap::ArgAction::Set)]
    active: Option<bool>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: Paging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let inspections = context.session(&self.who).await?.inspections();
        let filter = TemplateFilter {
            category: self.category,
            is_active: self.active,
        };
        context
            .pages(&self.paging, COLUMNS, async |page| {
                inspections.templates(filter.clone(), page).await
            })
            .await
    }
}
