//! Crashes: a writer that is killed, a server that is restarted under load, two processes in one tenant.
//! Every acknowledged write is there, nothing is half-written, the logs verify.
//!
//! `RINGFENCE_CRASH_ROUNDS` sets the number of rounds, `RINGFENCE_CRASH_SEED` repeats a run.

mod killed;
mod ledger;
mod restarted;
mod together;
pub(crate) mod writer;

use std::fmt::Debug;
use std::str::FromStr;

use rand::SeedableRng;
use rand::rngs::StdRng;

/// Rounds of each kind, unless the environment says otherwise.
const ROUNDS: u32 = 20;

fn rounds() -> u32 {
    from_environment("RINGFENCE_CRASH_ROUNDS").unwrap_or(ROUNDS)
}

/// The moments of a run; its seed is printed.
fn moments() -> StdRng {
    let seed = from_environment("RINGFENCE_CRASH_SEED").unwrap_or_else(rand::random::<u64>);
    println!("RINGFENCE_CRASH_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

fn from_environment<T: FromStr<Err: Debug>>(variable: &str) -> Option<T> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().expect("a number"))
}
