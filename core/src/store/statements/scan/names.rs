//! The integrity scan's look at the names of users, which are compared in Unicode's normalisation form C: a database
//! compares bytes, so the names are compared here, a tenant's at a time.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::names::is_plain;
use super::report::{cut, kept};
use super::walk::Walk;
use crate::error::StoreError;
use crate::model::{IntegrityFinding, IntegrityProblem, text};
use crate::schema::version;
use crate::store::engine::Engine;
use crate::store::sql::{Expect, Gather, Query, Row, Scope, Statement};

/// The look, with or without the keys of the names, at these versions.
pub(crate) struct Names {
    pub(crate) query: Query<Named>,
    pub(crate) walk: &'static Walk,
    from: u32,
    until: u32,
}

static LOOKS: LazyLock<[Names; 2]> = LazyLock::new(|| {
    [
        names(version::BASELINE, version::NAMES - 1, "NULL"),
        names(version::NAMES, u32::MAX, "c.name_key"),
    ]
});

/// Whole tenants at once.
static WALK: LazyLock<Walk> = LazyLock::new(|| Walk::grouped("users", "tenant_id"));

pub(super) fn looks() -> &'static [Names] {
    &*LOOKS
}

pub(super) fn walk() -> &'static Walk {
    &WALK
}

fn names(from: u32, until: u32, name_key: &str) -> Names {
    let text = |engine| {
        let within = WALK.within(engine);
        kept(format!(
            "SELECT c.tenant_id, c.id, c.username, {name_key} FROM users c WHERE {within} \
             ORDER BY c.tenant_id, c.username"
        ))
    };
    Names {
        query: Query::of(Statement::new(
            kept(format!("SCAN users names from {from}")),
            Scope::Operator,
            Expect::Any,
            text(Engine::Sqlite),
            text(Engine::Postgres),
        )),
        walk: &WALK,
        from,
        until,
    }
}

impl Names {
    pub(super) fn at(&self, version: u32) -> bool {
        (self.from..=self.until).contains(&version)
    }

    /// What is reported of them at this version.
    pub(crate) fn findings(&self, named: Named) -> Vec<IntegrityFinding> {
        let named = named.whole();
        let mut all = named.findings;
        // Before there are keys, nobody lacks one.
        if self.from >= version::NAMES {
            all.extend(named.unkeyed);
        }
        all
    }
}

/// A key that a user is to be given, or to be freed of.
pub(crate) struct Rekeyed {
    pub(crate) tenant: String,
    pub(crate) id: String,
    pub(crate) key: Option<String>,
}

/// What the names of all tenants come to. Of the tenant that is being read every name is held.
#[derive(Default)]
pub(crate) struct Named {
    tenant: Option<String>,
    names: HashMap<String, Vec<User>>,
    findings: Vec<IntegrityFinding>,
    /// Users whose name is alone in its tenant, and has no key that is its own form C.
    unkeyed: Vec<IntegrityFinding>,
    /// Keys that are not their names'.
    wrong: Vec<Rekeyed>,
    /// Keys of names that are not found, or not without a look at each of their kind, as long as they have none.
    missing: Vec<Rekeyed>,
}

struct User {
    id: String,
    username: String,
    key: Option<String>,
}

impl Gather for Named {
    fn gather(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        let (Some(tenant), Some(id), Some(username)) = (row.shown(0), row.shown(1), row.shown(2))
        else {
            return Ok(());
        };
        if self.tenant.as_ref() != Some(&tenant) {
            self.end_tenant();
            self.tenant = Some(tenant);
        }
        let form = text::nfc(&username).into_owned();
        let key = row.shown(3);
        self.names
            .entry(form)
            .or_default()
            .push(User { id, username, key });
        Ok(())
    }
}

impl Named {
    /// Whose keys are to be changed, in an order in which no key is given that somebody else still holds.
    pub(crate) fn rekeyed(self) -> Vec<Rekeyed> {
        let Self {
            wrong, mut missing, ..
        } = self.whole();
        let mut all = wrong;
        all.append(&mut missing);
        all
    }

    fn whole(mut self) -> Self {
        self.end_tenant();
        self
    }

    fn end_tenant(&mut self) {
        let Some(tenant) = self.tenant.take() else {
            return;
        };
        // In an order that does not depend on chance.
        let mut names: Vec<(String, Vec<User>)> = self.names.drain().collect();
        names.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for (form, users) in names {
            let clashes = users.len() > 1;
            for User { id, username, key } in users {
                let is_refused = text::name("username", &username).is_err();
                let problems = [
                    (clashes, IntegrityProblem::NameClash),
                    (is_refused, IntegrityProblem::NameRefused),
                ];
                for (_, problem) in problems.into_iter().filter(|(is_so, _)| *is_so) {
                    let found = finding(problem, tenant.clone(), id.clone(), username.clone());
                    self.findings.push(found);
                }
                let is_own_key = key.as_ref().unwrap_or(&username) == &form;
                let is_wrong = key.as_ref().is_some_and(|key| key != &form);
                let needs_one = username != form || !is_plain(&username);
                let rekeyed = |key: Option<&str>| Rekeyed {
                    tenant: tenant.clone(),
                    id: id.clone(),
                    key: key.map(str::to_owned),
                };
                if is_wrong {
                    self.wrong.push(rekeyed(None));
                }
                if !clashes && needs_one && (is_wrong || key.is_none()) {
                    self.missing.push(rekeyed(Some(&form)));
                }
                if !clashes && !is_own_key {
                    let problem = IntegrityProblem::NameUnkeyed;
                    self.unkeyed
                        .push(finding(problem, tenant.clone(), id, username));
                }
            }
        }
    }
}

fn finding(
    problem: IntegrityProblem,
    tenant: String,
    id: String,
    username: String,
) -> IntegrityFinding {
    IntegrityFinding {
        value: Some(cut(username)),
        tenant: Some(tenant),
        ..IntegrityFinding::new("users", id, "username", problem)
    }
}
