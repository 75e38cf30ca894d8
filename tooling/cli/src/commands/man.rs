//! `ringfence man`

use clap_mangen::Man;

use crate::context::Context;
use crate::failure::Failure;
use crate::{Ending, Outcome, command};

/// Print the manual page of this program, or of one of its commands.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence man > ringfence.1\n  \
                  ringfence man tenants create > ringfence-tenants-create.1")]
pub(crate) struct Arguments {
    /// The command: `tenants create`.
    of: Vec<String>,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let mut whole = command();
        // Gives each command what it has of the one above it, its full name among that.
        whole.build();
        let mut found = &whole;
        for word in &self.of {
            let below = found.find_subcommand(word);
            found = below.ok_or_else(|| Failure::usage(format!("there is no command {word}")))?;
        }
        let mut page = Vec::new();
        Man::new(found.clone()).render(&mut page)?;
        context
            .output
            .verbatim("page", &String::from_utf8_lossy(&page))?;
        Ok(Ending::Clean)
    }
}
