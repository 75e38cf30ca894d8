//! A database of the old platform is adopted and hardened in place: look, migrate, mend what is named, migrate again, go
//! on beside the old platform, and the way back.
//!
//! ```text
//! cargo run --example legacy_upgrade
//! cargo run --example legacy_upgrade -- --database postgres://localhost/an_empty_database
//! ```
//!
//! It ends non-zero if anything is not as it should be.

#[path = "../account.rs"]
mod account;
#[path = "../sql.rs"]
mod sql;
mod story;

use std::process::ExitCode;

use clap::Parser;

use account::Account;

/// Adopts a database of the old platform.
#[derive(Debug, Parser)]
struct Arguments {
    /// `sqlite:PATH` or `postgres://…`, of an empty database; one of its own, removed afterwards, by default.
    #[arg(long)]
    database: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut account = Account::default();
    match tell(&mut account).await {
        Ok(()) => account.close(),
        Err(error) => {
            println!("\nThe story broke off: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn tell(account: &mut Account) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let own = || format!("sqlite:{}", folder.path().join("fleet.db").display());
    let url = Arguments::parse().database.unwrap_or_else(own);
    story::tell(&url, account).await
}
