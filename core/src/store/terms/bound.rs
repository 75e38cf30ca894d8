//! Whose rows a transaction works on, and what that lets it run.

use crate::error::StoreError;
use crate::model::TenantId;
use crate::schema::DEPLOYMENT;
use crate::store::sql::{Scope, Statement, Value};

/// Whose rows a transaction works on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Bound {
    /// One tenant, on Postgres under the runtime role and row-level security.
    Tenant(TenantId),
    /// Operators: across tenants, on Postgres as the login itself.
    Operator,
}

impl Bound {
    /// Under which tenant id this transaction's log stands.
    pub(in crate::store) fn log_owner(&self) -> &str {
        match self {
            Self::Tenant(tenant) => tenant.as_str(),
            Self::Operator => DEPLOYMENT,
        }
    }

    /// Whether a transaction may turn to one tenant's rows, whosoever they are.
    pub(in crate::store) fn lets_act_in_any(&self) -> Result<(), StoreError> {
        match self {
            Self::Operator => Ok(()),
            Self::Tenant(_) => Err(StoreError::Engine(
                "a tenant's transaction cannot change its tenant".to_owned(),
            )),
        }
    }
}

/// Prepends the tenant where the statement is of tenant scope, and refuses a statement that the
/// transaction may not run.
pub(in crate::store) fn bind<'v>(
    bound: &Bound,
    tenant: &'v str,
    statement: &'static Statement,
    parameters: &'v [Value<'_>],
) -> Result<Vec<Value<'v>>, StoreError> {
    let mut all = Vec::with_capacity(parameters.len() + 1);
    match (statement.scope, bound) {
        (Scope::Tenant, _) => all.push(Value::from(tenant)),
        (Scope::Global, _) | (Scope::Operator, Bound::Operator) => {}
        (Scope::Operator, Bound::Tenant(_)) | (Scope::Control, _) => {
            return Err(StoreError::Engine(format!(
                "{} may not run in this transaction",
                statement.name
            )));
        }
    }
    all.extend(parameters.iter().map(Value::borrowed));
    Ok(all)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Bound, bind};
    use crate::model::TenantId;
    use crate::schema::DEPLOYMENT;
    use crate::store::sql::{Expect, Scope, Statement, Value};

    fn tenant() -> Bound {
        Bound::Tenant(TenantId::from("north"))
    }

    /// The scope of a statement, whether a tenant's transaction may run it, and whether an operator's may.
    const MAY_RUN: [(Scope, bool, bool); 4] = [
        (Scope::Tenant, true, true),
        (Scope::Global, true, true),
        (Scope::Operator, false, true),
        (Scope::Control, false, false),
    ];

    #[test]
    fn a_tenants_transaction_runs_nothing_that_reaches_beyond_it() {
        for (scope, by_tenant, by_operator) in MAY_RUN {
            let statement: &'static Statement = Box::leak(Box::new(Statement::new(
                "PROBE",
                scope,
                Expect::Any,
                "",
                "",
            )));
            for (bound, may) in [(tenant(), by_tenant), (Bound::Operator, by_operator)] {
                let bound_to = bind(&bound, bound.log_owner(), statement, &[]);
                assert_eq!(bound_to.is_ok(), may, "{scope:?} under {bound:?}");
            }
        }
    }

    #[test]
    fn the_tenant_comes_before_the_callers_parameters_and_from_the_transaction() {
        static BY_ID: Statement = Statement::new("PROBE", Scope::Tenant, Expect::Any, "", "");
        for (bound, owner) in [(tenant(), "north"), (Bound::Operator, DEPLOYMENT)] {
            let given = [Value::from("d-1")];
            let all = bind(&bound, bound.log_owner(), &BY_ID, &given).unwrap();
            assert_eq!(all, [Value::from(owner), Value::from("d-1")]);
        }
    }

    #[test]
    fn only_an_operators_transaction_turns_to_a_tenant() {
        assert!(Bound::Operator.lets_act_in_any().is_ok());
        assert!(tenant().lets_act_in_any().is_err());
    }
}
