//! What several commands take.

use std::ops::RangeInclusive;

use clap::Parser;
use clap::builder::{PossibleValuesParser, StringValueParser, TypedValueParser};
use jiff::Timestamp;
use ringfence::model::{Cursor, Order, PageRequest, Permission};

use crate::commands::Command;

const AFTER_HELP: &str = "\
The database:
  sqlite:fleet.db, sqlite:/var/lib/fleet.db      a file, which only `migrate` makes
  postgres://user@host/database                  TLS: ?sslmode=verify-full&sslrootcert=PATH

Environment:
  RINGFENCE_DATABASE, RINGFENCE_SCHEMA           --database, --schema
  RINGFENCE_OPERATOR                             --operator
  RINGFENCE_TENANT, RINGFENCE_ACTOR              --tenant, --actor
  RINGFENCE_SECRET_KEY                           what drones' credentials are sealed with, in 64 hexadecimal digits:
                                                 `migrate` seals those that are not, `rekey` changes it
  RINGFENCE_ADMIN_PASSWORD                       the first administrator's, for `tenants create`
  RINGFENCE_LOGS                                 --logs, where `migrate` writes its scans
  RUST_LOG                                       what is told as it happens: `ringfence=debug`

Exit status:
  0  done, and nothing was found
  1  it ran and found something: rows in the scan, a boundary that is not whole, a log that does not verify,
     a permission that is missing
  2  it could not run: what it was asked is wrong, or the database cannot be used
  3  it ran, and its answer could not be printed: a full disk. A reader who goes early (`| head`) is no failure

Output:
  Answers go to standard output, errors and notes to standard error. With --json each answer is a JSON document
  on a line (a list is one for each page: `items` and `next`), and an error one document with kind, code, status,
  field, message, outcome, causes, standing and advice. Control characters, and those that reorder text or
  cannot be seen, are spelled out: \\u{1b} in text, \\u001b in JSON.

Example:
  ringfence migrate --database sqlite:fleet.db
  ringfence tenants create 'Acme Surveys' --id acme --admin mara
  ringfence deployment-log verify";

/// What operators and auditors do with a Ringfence database in a shell.
#[derive(Debug, Parser)]
#[command(
    name = "ringfence",
    version,
    after_help = AFTER_HELP,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
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
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "RINGFENCE_SCHEMA",
        hide_env_values = true
    )]
    pub(crate) schema: Option<String>,
    /// How long `migrate` and `rollback` wait for another migration, in seconds; 0 does not wait.
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        default_value_t = 60,
        value_parser = number(0..=3_600),
        allow_negative_numbers = true
    )]
    pub(crate) wait: u32,
    /// Open an SQLite file that has other names (hard links) too; nobody may have it open by one of them.
    #[arg(long, global = true)]
    pub(crate) allow_hard_links: bool,
    /// Open an SQLite file on a network or shared file system, or that is a mount itself; nobody else may have it
    /// open.
    #[arg(long, global = true)]
    pub(crate) allow_any_mount: bool,
    /// Print JSON instead of text, errors too.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Tell on standard error what the library tells its log, as it happens. `RUST_LOG` says more closely what.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// The name under which the deployment's log records who did this.
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "RINGFENCE_OPERATOR",
        hide_env_values = true,
        default_value = "ringfence"
    )]
    pub(crate) operator: String,
}

/// For whom the operator vouches: the command runs as this user of this tenant, with that user's permissions, and
/// the tenant's log names that user.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Acting as")]
pub(crate) struct Who {
    /// The tenant's id.
    #[arg(
        long,
        value_name = "ID",
        env = "RINGFENCE_TENANT",
        hide_env_values = true
    )]
    pub(crate) tenant: String,
    /// The id of the user who acts.
    #[arg(
        long,
        value_name = "ID",
        env = "RINGFENCE_ACTOR",
        hide_env_values = true
    )]
    pub(crate) actor: String,
}

/// Only what happened between two moments.
#[derive(Debug, clap::Args)]
pub(crate) struct When {
    /// Only what happened at this moment or later: `2026-01-05T12:00:00Z`.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) since: Option<Timestamp>,
    /// Only what happened before this moment.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) until: Option<Timestamp>,
}

/// Which part of a list of what happens.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Pages")]
pub(crate) struct TimedPaging {
    /// In this order of time; without it in the order of the ids.
    #[arg(long, value_parser = one_of(Order::TEXTS, Order::parse))]
    pub(crate) order: Option<Order>,
    #[command(flatten)]
    pub(crate) paging: Paging,
}

/// Which part of a list.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Pages")]
pub(crate) struct Paging {
    /// At most this many to a page.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 100,
        value_parser = number(1..=1_000),
        allow_negative_numbers = true
    )]
    limit: u32,
    /// Start after this place, which the page before named.
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    /// Every page to the end, one after another.
    #[arg(long)]
    pub(crate) all: bool,
}

impl Paging {
    pub(crate) fn first(&self) -> PageRequest {
        PageRequest {
            limit: Some(self.limit),
            after: self.after.as_deref().map(Cursor::from),
        }
    }
}

/// A whole number; a negative one is refused by the rule like any other.
pub(crate) fn number(of: RangeInclusive<u32>) -> impl TypedValueParser<Value = u32> {
    StringValueParser::new().try_map(move |text| {
        let number = text.parse().ok().filter(|number| of.contains(number));
        number.ok_or_else(|| format!("not a whole number from {} to {}", of.start(), of.end()))
    })
}

/// The place of an event in its log.
pub(crate) fn place(text: &str) -> Result<i64, &'static str> {
    let place = text.parse().ok().filter(|place| *place >= 0);
    place.ok_or("not the place of an event: a whole number from 0, as `seq` in the list of events")
}

/// A moment, told from others without a doubt.
pub(crate) fn moment(text: &str) -> Result<Timestamp, &'static str> {
    let moment = text.parse();
    moment.map_err(|_| {
        "not a moment with its offset from UTC, such as 2026-01-05T12:00:00Z or 2026-01-05T14:00:00+02:00"
    })
}

/// A value that is one of these texts.
pub(crate) fn one_of<T: Clone + Send + Sync + 'static>(
    texts: &'static [&'static str],
    parse: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(texts).try_map(move |text| parse(&text).ok_or("is none of them"))
}

/// A permission of the catalogue.
pub(crate) fn permission() -> impl TypedValueParser<Value = Permission> {
    let names = Permission::ALL.iter().map(|permission| permission.as_str());
    PossibleValuesParser::new(names)
        .try_map(|text| Permission::parse(&text).ok_or("is none of them"))
}
