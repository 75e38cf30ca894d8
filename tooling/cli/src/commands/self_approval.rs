//! `ringfence self-approval`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Let whoever created a mission approve it too, or forbid it again, as it is in a new tenant.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence self-approval forbid --tenant acme --actor 0190d3a8")]
pub(crate) struct Arguments {
    /// Which of the two.
    rule: Rule,
    #[command(flatten)]
    who: Who,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Rule {
    /// Authors may approve their own missions.
    Allow,
    /// Somebody else approves.
    Forbid,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let session = context.session(&self.who).await?;
        let tenant = session.set_self_approval(self.rule == Rule::Allow).await?;
        context.output.record(&tenant)?;
        Ok(Ending::Clean)
    }
}
