//! `ringfence drones list`

use ringfence::model::{DroneFilter, Vendor};

use crate::Outcome;
use crate::arguments::{Paging, Who, one_of};
use crate::context::Context;

const COLUMNS: &[&str] = &["id", "name", "vendor", "updated_at"];

/// List a tenant's drones, in the order of their ids.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence drones list --vendor MAVLINK --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only this vendor's.
    #[arg(long, value_parser = one_of(Vendor::TEXTS, Vendor::parse))]
    vendor: Option<Vendor>,
    /// Exactly this name.
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: Paging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let drones = context.session(&self.who).await?.drones();
        let filter = DroneFilter {
            vendor: self.vendor,
            name: self.name,
        };
        context
            .pages(&self.paging, COLUMNS, async |page| {
                drones.list(filter.clone(), page).await
            })
            .await
    }
}
