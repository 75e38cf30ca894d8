//! What stands of the runtime role, as a report tells it.

use super::error::classify;
use super::login::Standing;
use super::rights::RoleFacts;
use crate::error::StoreError;
use crate::model::{BoundaryFinding, BoundaryProblem};
use crate::schema::ddl::boundary::{Runtime, finding};
use crate::store::postgres::Misfit;
use crate::store::statements::login as statement;
use tokio_postgres::Client;

/// What the runtime role is and what it may do.
pub(in crate::store) struct Granted {
    /// Its name, and the policies that apply to it.
    pub(in crate::store) runtime: Runtime,
    /// What is wrong with the role, the schema, the functions' owners and the history.
    pub(in crate::store) of_the_role: Vec<BoundaryFinding>,
    /// Likewise of the login that asks.
    pub(in crate::store) of_the_login: Vec<BoundaryFinding>,
    /// By table: how many of its rights the role has, and what is wrong.
    pub(in crate::store) of_tables: Vec<(String, usize, Vec<BoundaryFinding>)>,
}

impl Standing {
    /// What stands of the runtime role at this version.
    pub(in crate::store) async fn granted(
        &self,
        client: &Client,
        version: u32,
    ) -> Result<Granted, StoreError> {
        let role = RoleFacts::ask(client, &self.runtime_role).await?;
        let login = RoleFacts::ask(client, &role.login).await?;
        let misfits = self.misfits(client, &self.runtime_role, version).await?;
        let mut of_the_role = self.of_the_role(&role);
        of_the_role.extend(told(misfits.of_the_schema));
        let mut of_tables = Vec::new();
        for (table, misfit) in misfits.of_tables {
            of_tables.push((table.name.clone(), table.fits(version), told(misfit)));
        }
        let passes = login.passes_rls.then(|| {
            let why = "it is a superuser or has BYPASSRLS: tenants' transactions take on the runtime role, and \
                       nothing else that connects as this login is held by any policy";
            let what = format!("login {}", role.login);
            finding(what, BoundaryProblem::Privileged, why)
        });
        Ok(Granted {
            runtime: Runtime {
                role: self.runtime_role.clone(),
                policies: self.policies(client).await?,
            },
            of_the_role,
            of_the_login: passes.into_iter().collect(),
            of_tables,
        })
    }

    /// The policies in the schema that apply to the runtime role, each behind its table.
    async fn policies(&self, client: &Client) -> Result<Vec<(String, String)>, StoreError> {
        let asked = statement::POLICIES_OF.postgres();
        let rows = client
            .query(asked, &[&self.runtime_role, &self.schema])
            .await
            .map_err(|error| classify(&error))?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<_, tokio_postgres::Error>>()
            .map_err(|error| classify(&error))
    }

    fn of_the_role(&self, facts: &RoleFacts) -> Vec<BoundaryFinding> {
        let what = || format!("role {}", self.runtime_role);
        let mut found = Vec::new();
        if !facts.exists {
            return vec![finding(what(), BoundaryProblem::Missing, "it is not there")];
        }
        if facts.passes_rls {
            let why = "it is a superuser or has BYPASSRLS: no policy holds for it";
            found.push(finding(what(), BoundaryProblem::Excess, why));
        }
        if !facts.may_be_taken_on {
            let why = "the login cannot take it on";
            found.push(finding(what(), BoundaryProblem::Missing, why));
        }
        found
    }
}

fn told(misfit: Misfit) -> Vec<BoundaryFinding> {
    let lacks = misfit.lacks.into_iter();
    let lacks = lacks.map(|what| {
        let why = "the runtime role must have it, and has not";
        finding(what, BoundaryProblem::Missing, why)
    });
    let exceeds = misfit.exceeds.into_iter();
    let exceeds = exceeds.map(|what| {
        let why = "no step gives it to the runtime role";
        finding(what, BoundaryProblem::Excess, why)
    });
    lacks.chain(exceeds).collect()
}
