//! What tells a pooler from the server itself. Postgres only.

use crate::store::sql::statement::{Raw, statements};

statements! {
    /// Whether the server knows this very statement by another name than the driver gave it (`s` and a number), and
    /// the server's process. Of several of this text the youngest is meant: others may have left theirs.
    PREPARED_AS: Control Raw = {
        sqlite: "",
        postgres: "SELECT coalesce((SELECT p.name !~ '^s[0-9]+$' FROM pg_prepared_statements p \
                   WHERE p.statement LIKE '%whether ringfence is carried%' \
                   ORDER BY p.prepare_time DESC LIMIT 1), true), pg_backend_pid()::text",
    };
    /// The server's process that answers.
    BACKEND: Control Raw = {
        sqlite: "",
        postgres: "SELECT pg_backend_pid()::text",
    };
}
