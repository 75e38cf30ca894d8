//! What the login is, and the runtime role that tenants' transactions take on.

use sha2::{Digest, Sha256};
use tokio_postgres::error::SqlState;

use super::error::classify;
use crate::error::{Failure, SchemaCode, SchemaMismatch, StoreError};
use crate::model::InvalidField;
use crate::schema::{self, is_the_servers};
use crate::store::statements::login as statement;

/// What the login may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Login {
    /// It owns the tables or passes row-level security: operators work as itself, tenants' transactions
    /// take on the runtime role.
    Operator { runtime_role: String },
    /// It owns nothing and cannot pass row-level security: it is the runtime role itself.
    Runtime,
}

/// What is found out when the database is opened, and holds for every transaction from then on.
#[derive(Debug, Clone)]
pub(in crate::store) struct Standing {
    pub(super) login: Login,
    /// The runtime role of this database, whoever the login is.
    pub(super) runtime_role: String,
    /// Where the tables are.
    pub(super) schema: String,
    /// Whether the server has a timeout of whole transactions, as from 17 on.
    pub(super) ends_transactions: bool,
    /// The server's system identifier, if the login may know it.
    pub(super) server: Option<String>,
}

/// The role of one database: roles belong to the whole cluster.
fn runtime_role(database: &str) -> String {
    let digest = Sha256::digest(database.as_bytes());
    let hash: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("ringfence_{hash}")
}

impl Standing {
    /// Finds out what the login is and where the tables are: in the schema that the host names, else in the one
    /// that the login's search path leads to. Before there are tables, whoever can make them is an operator.
    pub(super) async fn find_out(
        client: &tokio_postgres::Client,
        schema: Option<&str>,
    ) -> Result<Self, Failure> {
        let tables: Vec<&str> = schema::catalogue().iter().map(|table| table.name).collect();
        let row = client
            .query_one(statement::LOGIN_FACTS.postgres(), &[&tables, &schema])
            .await
            .map_err(|error| classify(&error))?;
        let fact = |index: usize| row.get::<_, bool>(index);
        let (passes_rls, any_table, owns, may_create) = (fact(1), fact(2), fact(3), fact(4));
        // Nobody keeps tables in one of the server's own.
        let found = row.get::<_, Option<String>>(5);
        let Some(found) = found.filter(|name| !is_the_servers(name)) else {
            return Err(no_schema(schema));
        };
        guards_must_hold(client).await?;
        let runtime_role = runtime_role(row.get(0));
        let operator = passes_rls || owns || (!any_table && may_create);
        Ok(Self {
            login: if operator {
                Login::Operator {
                    runtime_role: runtime_role.clone(),
                }
            } else {
                Login::Runtime
            },
            runtime_role,
            schema: found,
            ends_transactions: fact(6),
            server: server(client).await?,
        })
    }
}

/// A default of the login, the database or the server, or an option of the URL's, may put every trigger and foreign key to
/// sleep, the guards of the schema among them. Who may not choose that may not set it back either.
async fn guards_must_hold(client: &tokio_postgres::Client) -> Result<(), Failure> {
    let asked = statement::REPLICATION_ROLE.postgres();
    let row = client.query_one(asked, &[]).await;
    let role: String = row.map_err(|error| classify(&error))?.get(0);
    if role == "origin" {
        return Ok(());
    }
    Err(Failure::Schema(SchemaMismatch {
        code: SchemaCode::GuardsAsleep,
        detail: format!(
            "connections of this login begin with `session_replication_role` = `{role}`, with which triggers and foreign \
             keys may not hold: take that default away (ALTER ROLE or ALTER DATABASE … RESET \
             session_replication_role, the server's configuration, the URL's `options`)"
        ),
    }))
}

fn no_schema(named: Option<&str>) -> Failure {
    match named {
        Some(_) => InvalidField::new("schema", "names no schema of this database").into(),
        None => Failure::Schema(SchemaMismatch {
            code: SchemaCode::NoSchema,
            detail: "the search_path of the login leads to no schema that it may use, or to one of the server's own; \
                     name one with the option `schema`"
                .to_owned(),
        }),
    }
}

/// Which server this is. Every login may ask, unless the function was closed to it.
pub(super) async fn server(client: &tokio_postgres::Client) -> Result<Option<String>, StoreError> {
    match client.query_one(statement::SERVER.postgres(), &[]).await {
        Ok(row) => Ok(Some(row.get(0))),
        Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            tracing::warn!(
                target: "ringfence::store",
                "the login may not call pg_control_system(): how a lost COMMIT ended cannot be asked"
            );
            Ok(None)
        }
        Err(error) => Err(classify(&error)),
    }
}
