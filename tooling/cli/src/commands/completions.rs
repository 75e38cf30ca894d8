//! `ringfence completions`

use clap_complete::{Shell, generate};

use crate::context::Context;
use crate::{Ending, Outcome, command};

/// Print what a shell needs to complete this command line.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence completions bash > /etc/bash_completion.d/ringfence\n  \
        ringfence completions fish > ringfence.fish"
)]
pub(crate) struct Arguments {
    /// The shell.
    shell: Shell,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let mut script = Vec::new();
        generate(self.shell, &mut command(), "ringfence", &mut script);
        let script = String::from_utf8_lossy(&script);
        context.output.verbatim("script", &script)?;
        Ok(Ending::Clean)
    }
}
