//! What the runtime role may do, compared with the catalogue, and settling it.
//!
//! A renamed database has another runtime role; a restored one may have lost roles, grants and owners. So what
//! the steps granted once is compared whenever the database is opened.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::error::classify;
use super::login::{Login, Standing};
use super::misfit::{Misfit, TableFacts, functions, listed, names, wanted};
use super::quote::{literal, quoted};
use crate::error::{Failure, SchemaCode, SchemaMismatch, StoreError};
use crate::store::statements::login as statement;

/// What an operator's login is told, in front of the statements.
const REMEDY: &str = "`migrate` settles it where the login may, else a DBA runs";

/// How the schema and each table are open to a role.
pub(super) struct Misfits {
    pub(super) of_the_schema: Misfit,
    pub(super) of_tables: Vec<(TableFacts, Misfit)>,
}

/// How the runtime role stands to the login.
pub(super) struct RoleFacts {
    pub(super) login: String,
    pub(super) exists: bool,
    pub(super) passes_rls: bool,
    pub(super) may_be_taken_on: bool,
    inherited: bool,
    member: bool,
    /// From 16 on each membership says what it brings, and granting it again changes nothing that is not said.
    by_membership: bool,
    login_inherits: bool,
}

impl Standing {
    /// Refuses rights that do not fit this version, with what differs and the statements that mend it.
    pub(in crate::store) async fn check_rights(
        &self,
        client: &Client,
        version: u32,
    ) -> Result<(), Failure> {
        match self.login {
            Login::Operator { .. } => self.check_operator(client, version).await,
            Login::Runtime => self.check_bare(client, version).await,
        }
    }

    /// An operator's login takes on the runtime role.
    async fn check_operator(&self, client: &Client, version: u32) -> Result<(), Failure> {
        let role = RoleFacts::ask(client, &self.runtime_role).await?;
        // What a superuser may do says nothing of what was granted.
        let misfit = match role.passes_rls {
            true => Misfit::default(),
            false => self.misfit(client, &self.runtime_role, version).await?,
        };
        if !role.usable() {
            let mut statements = role.statements(&self.runtime_role);
            statements.extend(misfit.statements());
            return Err(refusal(
                SchemaCode::RuntimeRoleMissing,
                "the login cannot take on the runtime role of this database, or that role passes row-level security",
                REMEDY,
                &statements,
            ));
        }
        if misfit.is_none() {
            return Ok(());
        }
        let what = format!("the runtime role {} {misfit}", self.runtime_role);
        Err(refusal(
            SchemaCode::RuntimeRoleRights,
            &what,
            REMEDY,
            &misfit.statements(),
        ))
    }

    /// A bare login has its rights by being granted the runtime role.
    async fn check_bare(&self, client: &Client, version: u32) -> Result<(), Failure> {
        let role = RoleFacts::ask(client, &self.runtime_role).await?;
        let own = self.misfit(client, &role.login, version).await?;
        if own.is_none() {
            return Ok(());
        }
        let of_role = self.misfit(client, &self.runtime_role, version).await?;
        let membership = role.membership(&self.runtime_role);
        // Every right that is lacking comes with the role: they need not be read one by one.
        let granted = membership.is_empty() || !of_role.lacks.is_empty() || !own.exceeds.is_empty();
        let what = match granted {
            true => format!("the login {own}"),
            false => format!(
                "the login lacks the rights of the runtime role {}",
                self.runtime_role
            ),
        };
        let mut statements = Vec::new();
        if !own.lacks.is_empty() {
            statements.extend(membership);
            statements.extend(of_role.grants);
        }
        statements.extend(of_role.revokes);
        statements.extend(own.revokes);
        let remedy = "an operator's `migrate` settles what the runtime role may, and a DBA runs";
        Err(refusal(
            SchemaCode::RuntimeRoleRights,
            &what,
            remedy,
            &statements,
        ))
    }

    /// What [`settle`](Self::settle) would have to do; `None` when everything fits.
    pub(in crate::store) async fn unsettled(
        &self,
        client: &Client,
        version: u32,
    ) -> Result<Option<Misfit>, StoreError> {
        let role = RoleFacts::ask(client, &self.runtime_role).await?;
        let mut misfit = self.misfit(client, &self.runtime_role, version).await?;
        if !role.usable() {
            misfit.lacks.push("a login that can take it on".to_owned());
        }
        Ok((!misfit.is_none()).then_some(misfit))
    }

    /// Makes the runtime role, lets the login take it on, and grants it what the catalogue says of this version and
    /// nothing else, inside the transaction of the caller.
    pub(in crate::store) async fn settle(
        &self,
        client: &Client,
        version: u32,
    ) -> Result<(), Failure> {
        if self.login == Login::Runtime {
            return Err(Failure::OperatorRights);
        }
        let role = RoleFacts::ask(client, &self.runtime_role).await?;
        if role.passes_rls {
            return Err(role.lacking(&self.runtime_role));
        }
        if !role.usable() {
            create(client, &self.runtime_role, &role).await?;
        }
        // Ownership goes first: the new owner's grants are what stays.
        let mut texts = vec![one_owner(&self.schema, version)];
        for table in self.tables(client, &self.runtime_role, version).await? {
            texts.extend(self.grants(&table, version));
        }
        let (schema, role) = (quoted(&self.schema, '"'), quoted(&self.runtime_role, '"'));
        texts.push(format!("GRANT USAGE ON SCHEMA {schema} TO {role}"));
        for text in texts {
            let done = client.batch_execute(&text).await;
            done.map_err(|error| classify(&error))?;
        }
        Ok(())
    }

    /// How the tables and the schema are open to a role.
    async fn misfit(
        &self,
        client: &Client,
        role: &str,
        version: u32,
    ) -> Result<Misfit, StoreError> {
        let Misfits {
            of_the_schema: mut misfit,
            of_tables,
        } = self.misfits(client, role, version).await?;
        for (_, of_table) in of_tables {
            misfit.add(of_table);
        }
        Ok(misfit)
    }

    /// Likewise, each table by itself.
    pub(super) async fn misfits(
        &self,
        client: &Client,
        role: &str,
        version: u32,
    ) -> Result<Misfits, StoreError> {
        let mut misfit = Misfit::default();
        let row = client
            .query_one(
                statement::SCHEMA_RIGHTS.postgres(),
                &[&role, &self.schema, &functions(version)],
            )
            .await
            .map_err(|error| classify(&error))?;
        let (schema, to) = (quoted(&self.schema, '"'), quoted(role, '"'));
        if !row.get::<_, bool>(0) {
            misfit.lacks.push("USAGE on the schema".to_owned());
            misfit
                .grants
                .push(format!("GRANT USAGE ON SCHEMA {schema} TO {to};"));
        }
        let owner: Option<String> = row.get(1);
        let of_the_database = role == self.runtime_role;
        let mut of_tables = Vec::new();
        for table in self.tables(client, role, version).await? {
            let mut misfit = Misfit::default();
            let name = format!("{schema}.{}", quoted(&table.name, '"'));
            misfit.compare(&table, &name, &to, version);
            if of_the_database {
                misfit.owned(owner.as_deref(), &table, &name);
                misfit.without_strangers(&table, &name);
            }
            of_tables.push((table, misfit));
        }
        if let Some(owner) = owner.filter(|_| of_the_database) {
            for function in row.get::<_, Vec<String>>(2) {
                let name = format!("{schema}.{}", quoted(&function, '"'));
                misfit.lacks_owner(&owner, &function, &format!("FUNCTION {name}()"));
            }
        }
        Ok(Misfits {
            of_the_schema: misfit,
            of_tables,
        })
    }

    async fn tables(
        &self,
        client: &Client,
        role: &str,
        version: u32,
    ) -> Result<Vec<TableFacts>, StoreError> {
        let rows = client
            .query(
                statement::RIGHTS.postgres(),
                &[&role, &self.schema, &names(version), &self.runtime_role],
            )
            .await
            .map_err(|error| classify(&error))?;
        Ok(rows.iter().map(TableFacts::read).collect())
    }

    /// Leaves the runtime role what it must have of a table, and other databases' nothing.
    fn grants(&self, table: &TableFacts, version: u32) -> Vec<String> {
        let role = quoted(&self.runtime_role, '"');
        let name = quoted(&table.name, '"');
        let mut texts: Vec<String> = std::iter::once(&self.runtime_role)
            .chain(&table.strangers)
            .map(|who| format!("REVOKE ALL ON {name} FROM {}", quoted(who, '"')))
            .collect();
        let rights = wanted(&table.name, version);
        if !rights.is_empty() {
            texts.push(format!("GRANT {} ON {name} TO {role}", listed(&rights)));
        }
        texts
    }
}

impl RoleFacts {
    pub(super) async fn ask(client: &Client, role: &str) -> Result<Self, StoreError> {
        let row = client
            .query_one(statement::ROLE_FACTS.postgres(), &[&role])
            .await
            .map_err(|error| classify(&error))?;
        Ok(Self {
            login: row.get(0),
            exists: row.get(1),
            passes_rls: row.get(2),
            may_be_taken_on: row.get(3),
            inherited: row.get(4),
            member: row.get(5),
            by_membership: row.get(6),
            login_inherits: row.get(7),
        })
    }

    fn usable(&self) -> bool {
        self.exists && self.may_be_taken_on && !self.passes_rls
    }

    fn lacking(&self, role: &str) -> Failure {
        refusal(
            SchemaCode::RuntimeRoleRights,
            "the login may not make the runtime role as it must be",
            "a DBA runs once",
            &self.statements(role),
        )
    }

    /// What a DBA runs once, where the login may not make the role.
    fn statements(&self, role: &str) -> Vec<String> {
        let (role, login) = (quoted(role, '"'), quoted(&self.login, '"'));
        let mut statements = Vec::new();
        if !self.exists {
            statements.push(format!("CREATE ROLE {role} NOLOGIN;"));
        }
        if self.passes_rls {
            statements.push(format!("ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS;"));
        }
        if !self.may_be_taken_on {
            statements.push(match self.by_membership && self.member {
                true => format!("GRANT {role} TO {login} WITH SET TRUE;"),
                false => format!("GRANT {role} TO {login};"),
            });
        }
        statements
    }

    /// Likewise for a bare login, which must have the role's rights without taking it on.
    fn membership(&self, role: &str) -> Vec<String> {
        let (role, login) = (quoted(role, '"'), quoted(&self.login, '"'));
        let mut statements = Vec::new();
        if !self.exists {
            statements.push(format!("CREATE ROLE {role} NOLOGIN;"));
        }
        if self.inherited {
            return statements;
        }
        let plain = !self.member && self.login_inherits;
        if self.by_membership && !plain {
            statements.push(format!("GRANT {role} TO {login} WITH INHERIT TRUE;"));
            return statements;
        }
        if !self.member {
            statements.push(format!("GRANT {role} TO {login};"));
        }
        if !self.login_inherits {
            statements.push(format!("ALTER ROLE {login} INHERIT;"));
        }
        statements
    }
}

fn refusal(code: SchemaCode, what: &str, remedy: &str, statements: &[String]) -> Failure {
    Failure::Schema(SchemaMismatch {
        code,
        detail: format!("{what}; {remedy}: {}", statements.join(" ")),
    })
}

/// A twin that migrates another database of the cluster at the same moment is tolerated: the role is
/// there then, whoever made it.
async fn create(client: &Client, name: &str, facts: &RoleFacts) -> Result<(), Failure> {
    let text = format!(
        "DO $$ BEGIN \
           IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = {literal}) THEN \
             CREATE ROLE {role} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS; \
           END IF; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; \
         GRANT {role} TO CURRENT_USER",
        literal = literal(name),
        role = quoted(name, '"'),
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
fn one_owner(schema: &str, version: u32) -> String {
    format!(
        "DO $$ DECLARE item record; home oid; wanted oid; BEGIN \
           SELECT oid INTO home FROM pg_namespace WHERE nspname = {schema}; \
           SELECT relowner INTO wanted FROM pg_class \
             WHERE relname = 'tenants' AND relkind = 'r' AND relnamespace = home; \
           FOR item IN \
             SELECT 'TABLE' AS kind, oid::regclass::text AS name FROM pg_class \
               WHERE relname = ANY({names}) AND relkind = 'r' AND relnamespace = home AND relowner <> wanted \
             UNION ALL \
             SELECT 'FUNCTION', oid::regprocedure::text FROM pg_proc \
               WHERE proname = ANY({functions}) AND pronargs = 0 AND pronamespace = home AND proowner <> wanted \
           LOOP \
             EXECUTE format('ALTER %s %s OWNER TO %I', item.kind, item.name, pg_get_userbyid(wanted)); \
           END LOOP; \
         END $$",
        schema = literal(schema),
        names = literals(&names(version)),
        functions = literals(&functions(version)),
    )
}

fn literals(names: &[impl AsRef<str>]) -> String {
    let names = names.iter().map(|name| literal(name.as_ref()));
    format!("ARRAY[{}]::text[]", names.collect::<Vec<_>>().join(", "))
}
