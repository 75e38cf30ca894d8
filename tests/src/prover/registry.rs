//! The proof over a whole registry of statements.

use ringfence::testing::Engine;
use std::collections::BTreeSet;
use std::fmt;

use super::proof::Violation;
use super::tables::TenantTables;
use super::{prove, prove_global};

/// What a statement may touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// One tenant's rows; `$1` is the tenant. Proved.
    Tenant,
    /// The global tables alone. Proved.
    Global,
    /// Across tenants by design. Not proved: an explicit list of names.
    Operator,
    /// Transactions and settings. Not proved: an explicit list of names.
    Control,
}

/// One statement of a registry, with its text on each engine.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Unique in the registry.
    pub name: &'a str,
    /// What it may touch.
    pub scope: Scope,
    /// The text for SQLite, if it runs there.
    pub sqlite: Option<&'a str>,
    /// The text for Postgres, likewise.
    pub postgres: Option<&'a str>,
}

/// The names that the unproved scopes may hold. An entry that is on no list is a finding, and so is a
/// listed name that the registry does not have: the lists say exactly what goes unproved.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exceptions<'a> {
    /// Names of Operator scope.
    pub operator: &'a [&'a str],
    /// Names of Control scope.
    pub control: &'a [&'a str],
}

/// One thing wrong with a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A statement is not proved.
    Unproved {
        /// The statement's name.
        name: String,
        /// The engine whose text it is.
        engine: Engine,
        /// Why.
        violation: Violation,
    },
    /// Two statements bear this name.
    NameTwice(String),
    /// A statement of an unproved scope that the exceptions do not list.
    Unlisted(String, Scope),
    /// A name that the exceptions list and that scope does not hold.
    Stale(String, Scope),
}

/// Proves every entry of Tenant and Global scope on both engines, and holds the other scopes to
/// `exceptions`. Returns how many texts were proved.
///
/// # Errors
///
/// Everything found, not the first only, so that one run shows all there is to repair.
pub fn prove_registry<'a>(
    entries: impl IntoIterator<Item = Entry<'a>>,
    tables: &TenantTables,
    exceptions: Exceptions<'_>,
) -> Result<usize, Vec<Finding>> {
    let (mut findings, mut proved) = (Vec::new(), 0);
    let mut names = BTreeSet::new();
    let mut unproved = BTreeSet::new();
    for entry in entries {
        if !names.insert(entry.name) {
            findings.push(Finding::NameTwice(entry.name.to_owned()));
        }
        for (engine, text) in [
            (Engine::Sqlite, entry.sqlite),
            (Engine::Postgres, entry.postgres),
        ] {
            let Some(text) = text else { continue };
            let outcome = match entry.scope {
                Scope::Tenant => prove(text, engine, tables),
                Scope::Global => prove_global(text, engine, tables),
                Scope::Operator | Scope::Control => {
                    unproved.insert((entry.scope, entry.name));
                    continue;
                }
            };
            match outcome {
                Ok(_) => proved += 1,
                Err(violation) => {
                    let name = entry.name.to_owned();
                    findings.push(Finding::Unproved {
                        name,
                        engine,
                        violation,
                    });
                }
            }
        }
    }
    let operator = exceptions
        .operator
        .iter()
        .map(|name| (Scope::Operator, *name));
    let control = exceptions
        .control
        .iter()
        .map(|name| (Scope::Control, *name));
    let listed: BTreeSet<_> = operator.chain(control).collect();
    for (scope, name) in unproved.difference(&listed) {
        findings.push(Finding::Unlisted((*name).to_owned(), *scope));
    }
    for (scope, name) in listed.difference(&unproved) {
        findings.push(Finding::Stale((*name).to_owned(), *scope));
    }
    if findings.is_empty() {
        Ok(proved)
    } else {
        Err(findings)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Unproved {
                name,
                engine,
                violation,
            } => {
                write!(f, "{name} ({engine}): {violation}")
            }
            Finding::NameTwice(name) => write!(f, "{name}: two statements bear this name"),
            Finding::Unlisted(name, scope) => {
                write!(
                    f,
                    "{name}: {scope:?} scope, and not among the listed exceptions"
                )
            }
            Finding::Stale(name, scope) => {
                write!(
                    f,
                    "{name}: listed as an exception, and no statement of {scope:?} scope"
                )
            }
        }
    }
}
