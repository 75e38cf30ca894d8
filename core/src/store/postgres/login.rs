//! What the login is, and the runtime role that tenants' transactions take on.

use sha2::{Digest, Sha256};
use tokio_postgres::error::SqlState;

use super::classify;
use crate::error::{Failure, SchemaMismatch};
use crate::schema::{self, Privilege};
use crate::store::StoreError;
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

/// The role of one database: roles belong to the whole cluster.
pub(super) fn runtime_role(database: &str) -> String {
    let digest = Sha256::digest(database.as_bytes());
    let hash: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("ringfence_{hash}")
}

impl Login {
    /// Finds out what the login is. Before there are tables, whoever can make them is an operator.
    pub(in crate::store) async fn find_out(
        client: &tokio_postgres::Client,
    ) -> Result<Self, StoreError> {
        let tables: Vec<&str> = schema::catalogue().iter().map(|table| table.name).collect();
        let row = client
            .query_one(statement::LOGIN_FACTS.postgres, &[&tables])
            .await
            .map_err(|error| classify(&error))?;
        let column = |index: usize| {
            row.try_get::<_, bool>(index)
                .map_err(|error| classify(&error))
        };
        let (passes_rls, any_table, owns, may_create) =
            (column(1)?, column(2)?, column(3)?, column(4)?);
        let database: String = row.try_get(0).map_err(|error| classify(&error))?;
        Ok(if passes_rls || owns || (!any_table && may_create) {
            Self::Operator {
                runtime_role: runtime_role(&database),
            }
        } else {
            Self::Runtime
        })
    }

    /// Makes sure that an operator's login can take on the runtime role.
    pub(in crate::store) async fn check_role(
        &self,
        client: &tokio_postgres::Client,
    ) -> Result<(), Failure> {
        let Self::Operator { runtime_role } = self else {
            return check_granted(client).await;
        };
        let usable = client
            .query_opt(statement::ROLE_USABLE.postgres, &[runtime_role])
            .await
            .map_err(|error| classify(&error))?
            .is_some_and(|row| row.get(0));
        if usable {
            Ok(())
        } else {
            Err(Failure::Schema(SchemaMismatch {
                code: "runtime_role_missing",
                detail: format!(
                    "the runtime role of this database is missing or not granted to the login; \
                     migrate makes it, or a DBA runs: {}",
                    statements_for_a_dba(runtime_role)
                ),
            }))
        }
    }

    /// Makes the runtime role, lets the login take it on, and grants it what the catalogue says, inside
    /// the transaction of the caller.
    pub(in crate::store) async fn make_role(
        &self,
        client: &tokio_postgres::Client,
        version: u32,
    ) -> Result<(), Failure> {
        let Self::Operator { runtime_role } = self else {
            return Err(Failure::OperatorRights);
        };
        let role = super::quoted(runtime_role, '"');
        let usable = client
            .query_opt(statement::ROLE_USABLE.postgres, &[runtime_role])
            .await
            .map_err(|error| classify(&error))?
            .is_some_and(|row| row.get(0));
        if !usable {
            create(client, runtime_role, &role).await?;
        }
        for text in grants(&role, version) {
            client
                .batch_execute(&text)
                .await
                .map_err(|error| classify(&error))?;
        }
        Ok(())
    }
}

/// Whether a login that is the runtime role itself was granted what that needs.
async fn check_granted(client: &tokio_postgres::Client) -> Result<(), Failure> {
    let row = client
        .query_one(statement::RUNTIME_GRANTED.postgres, &[])
        .await
        .map_err(|error| classify(&error))?;
    if row.get(1) {
        return Ok(());
    }
    let role = super::quoted(&runtime_role(row.get(0)), '"');
    Err(Failure::Schema(SchemaMismatch {
        code: "runtime_role_rights",
        detail: format!(
            "the login is not granted the runtime role of this database; a DBA runs: \
             GRANT {role} TO <the login>;"
        ),
    }))
}

/// A twin that migrates another database of the cluster at the same moment is tolerated: the role is
/// there then, whoever made it.
async fn create(client: &tokio_postgres::Client, name: &str, role: &str) -> Result<(), Failure> {
    let text = format!(
        "DO $$ BEGIN \
           IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = {literal}) THEN \
             CREATE ROLE {role} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS; \
           END IF; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; \
         GRANT {role} TO CURRENT_USER",
        literal = super::quoted(name, '\'')
    );
    client
        .batch_execute(&text)
        .await
        .map_err(|error| match error.code() {
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => Failure::Schema(SchemaMismatch {
                code: "runtime_role_rights",
                detail: format!(
                    "the login may not make the runtime role; a DBA runs once: {}",
                    statements_for_a_dba(name)
                ),
            }),
            _ => classify(&error).into(),
        })
}

fn statements_for_a_dba(role: &str) -> String {
    let role = super::quoted(role, '"');
    format!("CREATE ROLE {role} NOLOGIN; GRANT {role} TO <the login>;")
}

/// Grants what the catalogue allows at a version, and nothing else.
fn grants(role: &str, version: u32) -> Vec<String> {
    let mut texts = vec![format!(
        "DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}', current_schema()); END $$"
    )];
    for table in schema::catalogue()
        .iter()
        .filter(|table| table.since <= version)
    {
        texts.push(format!("REVOKE ALL ON {} FROM {role}", table.name));
        let privileges: Vec<String> = table.runtime_at(version).iter().map(privilege).collect();
        if !privileges.is_empty() {
            texts.push(format!(
                "GRANT {} ON {} TO {role}",
                privileges.join(", "),
                table.name
            ));
        }
    }
    texts.push(format!(
        "GRANT SELECT ON ringfence_schema_history TO {role}"
    ));
    texts
}

fn privilege(privilege: &Privilege) -> String {
    match privilege {
        Privilege::Select => "SELECT".to_owned(),
        Privilege::Insert => "INSERT".to_owned(),
        Privilege::Update => "UPDATE".to_owned(),
        Privilege::UpdateOf(columns) => format!("UPDATE ({})", columns.join(", ")),
        Privilege::Delete => "DELETE".to_owned(),
    }
}
