//! Transactions and savepoints.

use crate::store::statement::statements;

statements! {
    BEGIN_READ: Control = {
        sqlite: "BEGIN DEFERRED",
        postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    BEGIN_WRITE: Control = {
        sqlite: "BEGIN IMMEDIATE",
        postgres: "BEGIN ISOLATION LEVEL READ COMMITTED",
    };
    COMMIT: Control = "COMMIT";
    ROLLBACK: Control = "ROLLBACK";
    SAVEPOINT: Control = "SAVEPOINT ringfence_unit";
    RELEASE: Control = "RELEASE SAVEPOINT ringfence_unit";
    ROLLBACK_TO: Control = "ROLLBACK TO SAVEPOINT ringfence_unit";
    /// How a transaction of this server ended.
    OUTCOME_OF: Control = {
        sqlite: "",
        postgres: "SELECT pg_xact_status($1::text::xid8)",
    };
}
