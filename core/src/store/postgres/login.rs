//! What the login is, and the runtime role that tenants' transactions take on.

use sha2::{Digest, Sha256};
use tokio_postgres::error::SqlState;

use super::classify;
use crate::error::{Failure, SchemaMismatch, StoreError};
use crate::schema::{self, Privilege};
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
        let facts = RoleFacts::ask(client, runtime_role).await?;
        if facts.usable() {
            Ok(())
        } else {
            Err(Failure::Schema(SchemaMismatch {
                code: "runtime_role_missing",
                detail: format!(
                    "the login cannot take on the runtime role of this database, or that role passes row-level \
                     security; a DBA runs: {}",
                    facts.statements(runtime_role)
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
        let facts = RoleFacts::ask(client, runtime_role).await?;
        if facts.passes_rls {
            return Err(facts.lacking(runtime_role));
        }
        if !facts.usable() {
            create(client, runtime_role, &role, &facts).await?;
        }
        // Ownership goes first: the new owner's grants are what stays.
        for text in std::iter::once(one_owner(version)).chain(grants(&role, version)) {
            client
                .batch_execute(&text)
                .await
                .map_err(|error| classify(&error))?;
        }
        Ok(())
    }
}

/// How the runtime role stands to an operator's login.
struct RoleFacts {
    login: String,
    exists: bool,
    passes_rls: bool,
    may_be_taken_on: bool,
}

impl RoleFacts {
    async fn ask(client: &tokio_postgres::Client, role: &str) -> Result<Self, StoreError> {
        let row = client
            .query_one(statement::ROLE_FACTS.postgres, &[&role])
            .await
            .map_err(|error| classify(&error))?;
        Ok(Self {
            login: row.get(0),
            exists: row.get(1),
            passes_rls: row.get(2),
            may_be_taken_on: row.get(3),
        })
    }

    fn usable(&self) -> bool {
        self.exists && self.may_be_taken_on && !self.passes_rls
    }

    fn lacking(&self, role: &str) -> Failure {
        Failure::Schema(SchemaMismatch {
            code: "runtime_role_rights",
            detail: format!(
                "the login may not make the runtime role as it must be; a DBA runs once: {}",
                self.statements(role)
            ),
        })
    }

    /// What a DBA runs once, where the login may not.
    fn statements(&self, role: &str) -> String {
        let (role, login) = (super::quoted(role, '"'), super::quoted(&self.login, '"'));
        let mut statements = Vec::new();
        if !self.exists {
            statements.push(format!("CREATE ROLE {role} NOLOGIN;"));
        }
        if self.passes_rls {
            statements.push(format!("ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS;"));
        }
        if !self.may_be_taken_on {
            statements.push(format!("GRANT {role} TO {login};"));
        }
        statements.join(" ")
    }
}

/// Whether a login that is the runtime role itself was granted what that needs.
async fn check_granted(client: &tokio_postgres::Client) -> Result<(), Failure> {
    let row = client
        .query_one(statement::RUNTIME_GRANTED.postgres, &[])
        .await
        .map_err(|error| classify(&error))?;
    if row.get(2) {
        return Ok(());
    }
    let role = super::quoted(&runtime_role(row.get(0)), '"');
    let login = super::quoted(row.get(1), '"');
    Err(Failure::Schema(SchemaMismatch {
        code: "runtime_role_rights",
        detail: format!(
            "the login is not granted the runtime role of this database; a DBA runs: \
             GRANT {role} TO {login};"
        ),
    }))
}

/// A twin that migrates another database of the cluster at the same moment is tolerated: the role is
/// there then, whoever made it.
async fn create(
    client: &tokio_postgres::Client,
    name: &str,
    role: &str,
    facts: &RoleFacts,
) -> Result<(), Failure> {
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
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => facts.lacking(name),
            _ => classify(&error).into(),
        })
}

/// Hands what a step made to the owner of `tenants`: where a DBA migrates the old platform's database, that
/// platform's login goes on writing, and the triggers on its tables write into the new ones as it.
fn one_owner(version: u32) -> String {
    let names: Vec<String> = schema::catalogue()
        .iter()
        .filter(|table| table.since <= version)
        .map(|table| table.name)
        .chain(["ringfence_schema_history"])
        .map(|name| super::quoted(name, '\''))
        .collect();
    format!(
        "DO $$ DECLARE item record; wanted oid; BEGIN \
           SELECT relowner INTO wanted FROM pg_class \
             WHERE relname = 'tenants' AND relkind = 'r' AND relnamespace = current_schema()::regnamespace; \
           FOR item IN \
             SELECT 'TABLE' AS kind, oid::regclass::text AS name FROM pg_class \
               WHERE relname IN ({names}) AND relkind = 'r' \
               AND relnamespace = current_schema()::regnamespace AND relowner <> wanted \
             UNION ALL \
             SELECT 'FUNCTION', oid::regprocedure::text FROM pg_proc \
               WHERE proname LIKE 'ringfence\\_%' AND pronamespace = current_schema()::regnamespace \
               AND proowner <> wanted \
           LOOP \
             EXECUTE format('ALTER %s %s OWNER TO %I', item.kind, item.name, pg_get_userbyid(wanted)); \
           END LOOP; \
         END $$",
        names = names.join(", ")
    )
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
        let privileges: Vec<String> = table.runtime_at(version).map(privilege).collect();
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
