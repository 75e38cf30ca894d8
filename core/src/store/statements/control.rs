//! Transactions and savepoints.

use crate::store::sql::statement::{Raw, statements};

statements! {
    BEGIN_READ: Control Raw = {
        sqlite: "BEGIN DEFERRED",
        postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    BEGIN_WRITE: Control Raw = {
        sqlite: "BEGIN IMMEDIATE",
        postgres: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    };
    COMMIT: Control Raw = "COMMIT";
    ROLLBACK: Control Raw = "ROLLBACK";
    SAVEPOINT: Control Raw = "SAVEPOINT ringfence_unit";
    RELEASE: Control Raw = "RELEASE SAVEPOINT ringfence_unit";
    ROLLBACK_TO: Control Raw = "ROLLBACK TO SAVEPOINT ringfence_unit";
    /// How the transaction `$1` of the server `$2` ended. Another server, and a standby, which may not have heard
    /// of it, has nothing to say: the condition is looked at first, and the function never asked there.
    OUTCOME_OF: Control Raw = {
        sqlite: "",
        postgres: "SELECT CASE WHEN NOT pg_is_in_recovery() \
                   AND (SELECT c.system_identifier::text FROM pg_control_system() AS c) = $2::text \
                   THEN pg_xact_status($1::text::xid8) ELSE 'elsewhere' END",
    };
}
