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
    /// How the transaction `$1` of the server `$2` ended. Another server, and a standby, which may not have heard
    /// of it, has nothing to say: the condition is looked at first, and the function never asked there.
    OUTCOME_OF: Control = {
        sqlite: "",
        postgres: "SELECT CASE WHEN NOT pg_is_in_recovery() \
                   AND (SELECT c.system_identifier::text FROM pg_control_system() AS c) = $2::text \
                   THEN pg_xact_status($1::text::xid8) ELSE 'elsewhere' END",
    };
}
