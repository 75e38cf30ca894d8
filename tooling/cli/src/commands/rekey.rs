//! `ringfence rekey`

use std::sync::Arc;

use serde::Serialize;

use super::password;
use crate::context::Context;
use crate::failure::Failure;
use crate::secret_key;
use crate::{Ending, Outcome};

/// Seal every drone's credential anew, of all tenants, with another key.
///
/// The key that they were sealed with is in the environment variable RINGFENCE_SECRET_KEY, the new one is read from
/// standard input: the first line of either, 64 hexadecimal digits. On a terminal it is asked for twice, unseen. Where it
/// ends half-way, run it again with the same two keys. `openssl rand -hex 32 > new-key` makes one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence rekey < new-key")]
pub(crate) struct Arguments {}

#[derive(Serialize)]
struct Sealed {
    credentials: u64,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let missing = || {
            Failure::usage(format!(
                "give the key that is replaced in {}",
                secret_key::VARIABLE
            ))
        };
        let old = secret_key::from_environment()?.ok_or_else(missing)?;
        let new = secret_key::spelled(&password::read_as("New key")?, "the new key")?;
        let database = context.database().await?;
        let credentials = database
            .rekey(context.operator(), old, Arc::new(new))
            .await?;
        context.output.record(&Sealed { credentials })?;
        Ok(Ending::Clean)
    }
}
