//! What holds the boundary between tenants at a version, part by part, and how each stands in a database.
//!
//! The parts are the catalogue's, as [`sqlite`](super::sqlite()) and [`postgres`](super::postgres()) make them, and what the
//! steps hold [by hand](super::by_hand). At the baseline there are none: the tables are the old platform's.

use super::by_hand::{self, Function, Trigger};
use super::standing::{Live, LiveKind};
use super::structure::{Object, held, held_columns, held_key, is_own, key, leads, tables};
use super::{postgres, sqlite};
use crate::model::{BoundaryFinding, BoundaryLayer, BoundaryProblem};
use crate::schema::types::{Table, Unique};
use crate::schema::{POLICY, table, version};

/// One part of the boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) layer: BoundaryLayer,
    /// The table that it is of; none where it is of the database.
    pub(crate) table: Option<&'static str>,
    wanted: Wanted,
}

/// What must stand.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    /// An object of this kind and name that stands so.
    Object(LiveKind, String, String),
    /// A unique key over these columns, whatever it is called.
    Key(&'static Table, Unique),
}

/// The runtime role, as far as what stands beside the parts is judged by it.
#[derive(Debug, Default)]
pub(crate) struct Runtime {
    pub(crate) role: String,
    /// The policies that apply to it, by its own name or by a role whose rights it has: each with its table.
    pub(crate) policies: Vec<(String, String)>,
}

impl Runtime {
    fn obeys(&self, policy: &Live) -> bool {
        let mut policies = self.policies.iter();
        policies.any(|(table, name)| *table == policy.table && *name == policy.name)
    }
}

/// How much of a finding says how something stands instead.
const SHOWN: usize = 200;

/// Every part on SQLite.
pub(crate) fn on_sqlite(version: u32) -> Vec<Part> {
    if version <= version::BASELINE {
        return Vec::new();
    }
    let mut parts = vec![of_database(
        BoundaryLayer::Connections,
        LiveKind::Setting,
        "foreign_keys",
        "1",
    )];
    for table in tables(version) {
        for unique in table.uniques.iter().filter(|it| it.there_at(version)) {
            parts.push(Part {
                layer: BoundaryLayer::Keys,
                table: Some(table.name),
                wanted: Wanted::Key(table, unique.clone()),
            });
        }
        // A reference that the old platform never declared is held by triggers alone.
        for parent in held(table, version) {
            let declared = is_own(table) || table.rekeyed_at(version);
            let (columns, key) = match (declared, parent.legacy) {
                (true, _) if parent.when.is_some() => continue,
                (true, _) => (held_columns(parent), held_key(parent)),
                (false, Some(_)) => {
                    let column = parent.column;
                    (column.to_owned(), leads(column, parent.table, "id"))
                }
                (false, None) => continue,
            };
            parts.push(of(
                table,
                BoundaryLayer::References,
                (LiveKind::Reference, &columns, &key),
            ));
        }
    }
    let made = sqlite::objects(version);
    parts.extend(triggers(&made, by_hand::on_sqlite(), version));
    parts
}

/// Every part on Postgres.
pub(crate) fn on_postgres(version: u32) -> Vec<Part> {
    if version <= version::BASELINE {
        return Vec::new();
    }
    let mut parts = vec![of_database(
        BoundaryLayer::Connections,
        LiveKind::Setting,
        "session_replication_role",
        "origin",
    )];
    let made = postgres::objects(version);
    for function in functions(&made, version) {
        let path = match function.pinned {
            true => "SET search_path=%I, pg_temp ",
            false => "",
        };
        parts.push(of_database(
            BoundaryLayer::Functions,
            LiveKind::Function,
            &function.name,
            &format!("{path}LANGUAGE plpgsql AS {}", function.body),
        ));
    }
    for table in tables(version) {
        for unique in table.uniques.iter().filter(|it| it.there_at(version)) {
            let key = postgres::constraint(table, unique.name, &key(unique)).create;
            parts.push(of(
                table,
                BoundaryLayer::Keys,
                (LiveKind::Constraint, unique.name, &key),
            ));
        }
        // A row without a tenant refers to what it likes: a foreign key looks at no row with a null.
        let columns = table.columns.iter().filter(|it| it.since <= version);
        let tenant = columns.filter(|it| table.tenant_column() == Some(it.name));
        for column in tenant.filter(|it| it.filled.is_none() || table.guarded_at(version)) {
            parts.push(of(
                table,
                BoundaryLayer::Keys,
                (LiveKind::NotNull, column.name, ""),
            ));
        }
        for parent in held(table, version) {
            if let Some(key) = postgres::reference(table, parent, version) {
                parts.push(of(
                    table,
                    BoundaryLayer::References,
                    (LiveKind::Constraint, parent.constraint, &key.create),
                ));
            }
        }
        if table.rls_at(version) {
            let policy = postgres::row_level_security(table).create;
            let (policy, _) = policy.split_once(';').unwrap_or_default();
            for wanted in [
                (LiveKind::RowSecurity, "", ""),
                (LiveKind::Policy, POLICY, policy),
            ] {
                parts.push(of(table, BoundaryLayer::RowLevelSecurity, wanted));
            }
        }
    }
    parts.extend(triggers(&made, by_hand::on_postgres(), version));
    parts
}

/// The functions that the guards of Postgres run at this version.
fn functions(made: &[Object], version: u32) -> Vec<Function> {
    let by_hand = by_hand::functions().iter();
    let by_hand = by_hand.filter(|(since, _)| *since <= version);
    let texts = made.iter().filter(|it| it.name.starts_with("function "));
    let made = texts.flat_map(|it| by_hand::functions_in(&it.create));
    by_hand
        .map(|(_, function)| function.clone())
        .chain(made)
        .collect()
}

fn of_database(layer: BoundaryLayer, kind: LiveKind, name: &str, says: &str) -> Part {
    Part {
        layer,
        table: None,
        wanted: Wanted::Object(kind, name.to_owned(), says.to_owned()),
    }
}

fn of(table: &Table, layer: BoundaryLayer, wanted: (LiveKind, &str, &str)) -> Part {
    let (kind, name, says) = wanted;
    Part {
        layer,
        table: Some(table.name),
        wanted: Wanted::Object(kind, name.to_owned(), says.to_owned()),
    }
}

/// The triggers of the catalogue and those by hand.
fn triggers(made: &[Object], by_hand: &[Trigger], version: u32) -> Vec<Part> {
    let made = made.iter().filter(|it| it.name.starts_with("trigger "));
    let by_hand = by_hand.iter().filter(|it| it.since <= version);
    let texts = made.map(|it| it.create.as_str());
    let texts = texts.chain(by_hand.map(|it| it.create));
    let parts = texts.filter_map(|create| {
        let behind = |word: &str| {
            let mut words = create.split_whitespace().skip_while(|it| *it != word);
            words.nth(1)
        };
        let on = table(behind("ON")?)?;
        let wanted = (LiveKind::Trigger, behind("TRIGGER")?, create);
        Some(of(on, BoundaryLayer::Triggers, wanted))
    });
    parts.collect()
}

impl Part {
    /// What is wrong with it in a database that holds `live`.
    pub(crate) fn found(&self, live: &[Live]) -> Option<BoundaryFinding> {
        let (kind, name, says) = match &self.wanted {
            Wanted::Object(kind, name, says) => (*kind, name.as_str(), says),
            Wanted::Key(table, unique) => {
                let stands = live.iter().any(|it| it.is_key_over(table, unique));
                let what = format!("key {} ({})", table.name, unique.columns.join(", "));
                return (!stands).then(|| missing(what));
            }
        };
        let table = self.table.unwrap_or_default();
        let named = |it: &&Live| it.table == table && it.name == name;
        let mut candidates = live.iter().filter(|it| it.kind == kind).filter(named);
        let Some(first) = candidates.next() else {
            let wanted = Live {
                kind,
                table: table.to_owned(),
                name: name.to_owned(),
                definition: String::new(),
            };
            return Some(missing(wanted.object()));
        };
        // Two foreign keys may lead from the same columns.
        if !first.stands_as(says) && !candidates.any(|it| it.stands_as(says)) {
            let shown: String = first.definition.chars().take(SHOWN).collect();
            let why = format!("it is another than the steps make: {shown}");
            return Some(finding(first.object(), BoundaryProblem::Changed, &why));
        }
        let mut disabled = live.iter().filter(|it| it.kind == LiveKind::Disabled);
        let why = "it is switched off";
        disabled
            .find(named)
            .map(|_| finding(first.object(), BoundaryProblem::Disabled, why))
    }

    fn is(&self, live: &Live) -> bool {
        let Wanted::Object(kind, name, _) = &self.wanted else {
            return false;
        };
        self.table == Some(live.table.as_str()) && *kind == live.kind && *name == live.name
    }
}

fn missing(what: String) -> BoundaryFinding {
    finding(what, BoundaryProblem::Missing, "it is not there")
}

pub(crate) fn finding(what: String, problem: BoundaryProblem, why: &str) -> BoundaryFinding {
    BoundaryFinding {
        what,
        problem,
        breaks: problem.breaks(),
        why: why.to_owned(),
    }
}

/// What stands on a table of the library's beside its parts, each with its layer. The runtime role is looked at more
/// closely elsewhere, and is not told here.
pub(crate) fn beside(
    on: &'static Table,
    parts: &[Part],
    live: &[Live],
    runtime: &Runtime,
) -> Vec<(BoundaryLayer, BoundaryFinding)> {
    let own = live.iter().filter(|it| it.table == on.name);
    let strange = own.filter(|it| !parts.iter().any(|part| part.is(it)));
    let told = strange.filter_map(|it| {
        let (layer, problem, why) = match it.kind {
            LiveKind::Trigger => (
                BoundaryLayer::Triggers,
                BoundaryProblem::Foreign,
                "no step makes it: what it does, whoever made it vouches for".to_owned(),
            ),
            LiveKind::Rule => (
                BoundaryLayer::Triggers,
                BoundaryProblem::Foreign,
                "no step makes it: it may do something else than what is asked for".to_owned(),
            ),
            LiveKind::Policy => {
                let (problem, why) = judged(it, runtime.obeys(it));
                (BoundaryLayer::RowLevelSecurity, problem, why.to_owned())
            }
            LiveKind::Grant if it.name.is_empty() => (
                BoundaryLayer::Grants,
                BoundaryProblem::Excess,
                "PUBLIC may, and so may every login of the server that gets at the database"
                    .to_owned(),
            ),
            LiveKind::Grant if it.name != runtime.role => (
                BoundaryLayer::Grants,
                BoundaryProblem::Foreign,
                format!(
                    "the role {} may; a role that names a tenant sees its rows",
                    it.name
                ),
            ),
            _ => return None,
        };
        Some((layer, finding(it.object(), problem, &why)))
    });
    told.collect()
}

/// Policies that let rows through add up, and one of them is enough; others only take away. Its name and its condition may
/// hold the words that say so.
fn judged(policy: &Live, applies: bool) -> (BoundaryProblem, &'static str) {
    let named = format!("CREATE POLICY {} ON {}", policy.name, policy.table);
    let said = policy.definition.strip_prefix(&named).unwrap_or_default();
    match applies && !said.starts_with(" AS RESTRICTIVE") {
        true => (
            BoundaryProblem::Excess,
            "no step makes it, and it shows the runtime role rows that the tenant's own policy does not",
        ),
        false => (
            BoundaryProblem::Foreign,
            "no step makes it; it shows the runtime role no row more",
        ),
    }
}
