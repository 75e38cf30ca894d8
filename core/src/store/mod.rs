//! The only place that names a database driver.
//!
//! A [`Store`] offers transactions bound to a scope ([`Bound`]); services read and write through
//! [`Tx`] and [`WriteTx`] with the statements of one registry ([`statements`]). Nothing above this module knows which
//! engine it is.
//!
//! It stands in floors, each of which uses those below it and none above:
//!
//! | floor | what |
//! |---|---|
//! | [`migrate`] | taking the schema's steps and taking them back, and the integrity scan |
//! | [`open`] | an open database: the [`Store`] |
//! | [`writers`] | units of work: how they wait, run in groups and commit together, on each engine |
//! | [`tx`] | a transaction, whichever engine it is on |
//! | [`location`] | a URL, read |
//! | [`sqlite`], [`postgres`] | the drivers: connections, pools, transactions, what errors mean |
//! | [`terms`] | what a transaction is: whose rows, what it is judged by, the logs' heads |
//! | [`probe`] | what the proofs see of the statements that run |
//! | [`statements`] | the registry |
//! | [`sql`] | what a statement is, what is bound to it, and the rows that come back |
//! | [`engine`], [`settings`], [`calling`], [`rigging`] | the two engines by name, what the host decides, who waits and until when, what the proofs change |

pub(crate) mod calling;
mod engine;
pub(crate) mod location;
pub(crate) mod migrate;
mod open;
mod postgres;
pub(crate) mod probe;
pub(crate) mod rigging;
mod settings;
pub(crate) mod sql;
mod sqlite;
pub(crate) mod statements;
mod terms;
mod tx;
mod writers;

#[cfg(feature = "testing")]
pub use engine::Engine;
pub(crate) use open::Store;
pub(crate) use settings::Settings;
#[cfg(feature = "testing")]
pub use sql::Scope;
pub(crate) use sql::record::Edited;
pub(crate) use sql::{
    AtEpoch, FromRow, Gather, Listing, Query, Rows, Stamped, ToValue, Value, values,
};
pub(crate) use terms::{Bound, Judged, Log};
pub(crate) use tx::{Tx, WriteTx};
pub(crate) use writers::unit::{Errand, Lane, Ticket};
