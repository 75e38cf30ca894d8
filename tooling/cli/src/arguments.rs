//! The command line.

use clap::{Parser, Subcommand};

/// Migrate a Ringfence database, scan it, keep its tenants, verify its logs.
///
/// Exit status: 0 done and clean, 1 something was found, 2 could not run.
#[derive(Debug, Parser)]
#[command(name = "ringfence", version)]
pub(crate) struct Arguments {
    /// Where the database is: `sqlite:PATH` or `postgres://user@host/database`.
    #[arg(
        short,
        long,
        global = true,
        value_name = "URL",
        env = "RINGFENCE_DATABASE",
        hide_env_values = true
    )]
    pub(crate) database: Option<String>,
    /// The schema that holds the tables on Postgres; by default the one that the login's search_path leads to.
    #[arg(long, global = true, value_name = "NAME", env = "RINGFENCE_SCHEMA")]
    pub(crate) schema: Option<String>,
    /// How long to wait for another migration, in seconds.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) wait: u32,
    /// Print JSON instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The name under which the deployment's log records who did this.
    #[arg(
        long,
        global = true,
        env = "RINGFENCE_OPERATOR",
        default_value = "ringfence"
    )]
    pub(crate) operator: String,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show which steps of the schema are applied. Changes nothing.
    Status,
    /// Apply the steps that are missing.
    Migrate {
        /// Stop at this step.
        #[arg(long)]
        to: Option<u32>,
    },
    /// Take steps back, the newest first. A step that would lose data refuses.
    Rollback {
        /// The step at which the database stands afterwards.
        #[arg(long)]
        to: u32,
    },
    /// Look for rows that break a tenant's boundary. Changes nothing.
    Scan,
    /// Keep the tenants.
    #[command(subcommand)]
    Tenant(Tenant),
    /// The deployment's own log: what operators did.
    #[command(subcommand)]
    Log(Log),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Tenant {
    /// Create a tenant with its first administrator. The password is read from the environment variable
    /// RINGFENCE_ADMIN_PASSWORD; without it the administrator cannot log in, only be vouched for.
    Create {
        /// The tenant's name.
        name: String,
        /// The administrator's user name.
        #[arg(long, default_value = "admin")]
        admin: String,
        /// The tenant's id; a new one by default.
        #[arg(long)]
        id: Option<String>,
    },
    /// List the tenants.
    List,
    /// Close every session of a tenant and open no other.
    Disable {
        /// The tenant's id.
        id: String,
    },
    /// Let a tenant in again.
    Enable {
        /// The tenant's id.
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// List the events, the oldest first.
    Events,
    /// Recompute the log from its rows.
    Verify,
}
