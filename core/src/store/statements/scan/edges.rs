//! The integrity scan's look at boundaries: what is asked about a row of a table, beside its own values, to see whether it
//! breaks its tenant's.

use crate::model::IntegrityProblem;
use crate::schema::{self, Owner, Parent, Table, version};

/// What is asked about each row of a table at some versions.
pub(super) struct Probe {
    /// The column that is at fault where it holds.
    pub(super) column: &'static str,
    pub(super) refers_to: Option<&'static str>,
    pub(super) problem: Wrong,
    /// The row beside which it is asked, as a join.
    pub(super) join: Option<Join>,
    /// When it holds.
    pub(super) when: String,
    /// In which tenant the row is reported, where it is not its own column that says so.
    pub(super) tenant: Option<String>,
    /// In which tenant the row stands that the column refers to; asked where it holds alone.
    pub(super) theirs: Option<String>,
    pub(super) from: u32,
    pub(super) until: u32,
}

/// What is wrong with a row of which a probe holds.
#[derive(Clone, Copy)]
pub(super) enum Wrong {
    Always(IntegrityProblem),
    /// No such row lies in the tenant: whether one lies in another says what is wrong.
    NotHere {
        nowhere: IntegrityProblem,
        elsewhere: IntegrityProblem,
    },
}

/// A table that is joined under an alias, from the left.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Join {
    pub(super) table: &'static str,
    pub(super) alias: String,
    pub(super) on: String,
}

/// What is asked about the rows of this table.
pub(super) fn probes(table: &'static Table) -> Vec<Probe> {
    let mut probes = Vec::new();
    if table.name == "tenants" {
        probes.push(reserved());
        probes.push(without("audit_heads", version::AUDIT_LOG));
        probes.push(without("policy_epochs", version::POLICY));
    }
    for (place, parent) in table.parents.iter().enumerate() {
        if let (Some(wrong), Some(own)) = (wrong(parent), table.tenant_column()) {
            let edge = Edge {
                table,
                own,
                parent,
                alias: format!("p{place}"),
                wrong,
            };
            probes.extend(edge.probes());
        }
    }
    probes
}

/// What a row has done whose reference leads nowhere in its tenant. None where nobody holds the reference, nor what is
/// written to it.
fn wrong(parent: &Parent) -> Option<Wrong> {
    if parent.naming.is_some() {
        return Some(match parent.table {
            "tenants" => Wrong::Always(IntegrityProblem::TenantGone),
            _ => Wrong::NotHere {
                nowhere: IntegrityProblem::NamesNobody,
                elsewhere: IntegrityProblem::NamesForeign,
            },
        });
    }
    parent.enforced.map(|_| match parent.table {
        "tenants" => Wrong::Always(IntegrityProblem::TenantUnknown),
        _ => Wrong::NotHere {
            nowhere: IntegrityProblem::Orphan,
            elsewhere: IntegrityProblem::TenantMismatch,
        },
    })
}

/// The deployment's log stands under such an id, and what is nobody's in the old platform's.
fn reserved() -> Probe {
    let words = schema::kept_words("tenants", version::LATEST).into_iter();
    let words: String = words.map(|word| format!(" OR c.id = '{word}'")).collect();
    Probe {
        column: "id",
        refers_to: None,
        problem: Wrong::Always(IntegrityProblem::TenantReserved),
        join: None,
        when: format!("c.id LIKE '~%'{words}"),
        tenant: None,
        theirs: None,
        from: version::BASELINE,
        until: u32::MAX,
    }
}

/// What every tenant gets with its first row, and nothing ever takes away.
fn without(lacks: &'static str, from: u32) -> Probe {
    Probe {
        refers_to: Some(lacks),
        problem: Wrong::Always(IntegrityProblem::LogMissing),
        join: Some(Join {
            table: lacks,
            alias: lacks.to_owned(),
            on: format!("{lacks}.tenant_id = c.id"),
        }),
        when: format!("{lacks}.tenant_id IS NULL"),
        from,
        ..reserved()
    }
}

/// A reference of a table whose rows name their tenant in `own`.
struct Edge {
    table: &'static Table,
    own: &'static str,
    parent: &'static Parent,
    alias: String,
    wrong: Wrong,
}

impl Edge {
    fn probes(&self) -> Vec<Probe> {
        let own = self.table.column(self.own);
        let own_since = own.map_or(self.table.since, |column| column.since);
        let refers = self.table.column(self.parent.column);
        let refers_since = refers.map_or(own_since, |column| column.since);
        let mut probes = vec![self.leads_nowhere(own_since.max(refers_since))];
        if self.parent.table == "tenants" {
            return probes;
        }
        // A link was older than its tenant: until then its two parents must agree.
        if own_since > self.table.since {
            let until = own_since - 1;
            let before = |probe: Probe| Probe {
                from: self.table.since,
                until,
                ..probe
            };
            probes.push(before(self.leads_to_no_row()));
            probes.extend(self.disagrees().map(before));
        }
        // Once a table, with the reference that the tenant follows from.
        let filled = own.is_some_and(|column| column.filled.is_some());
        let mut parents = self.table.parents.iter();
        let follows = parents.find(|first| first.table != "tenants");
        if filled && follows == Some(self.parent) {
            probes.push(Probe {
                problem: Wrong::Always(IntegrityProblem::TenantMissing),
                join: None,
                when: format!("c.{} IS NULL", self.own),
                theirs: None,
                from: version::IDENTITY_BACKFILL,
                ..self.leads_nowhere(own_since)
            });
        }
        probes
    }

    /// Nowhere within the tenant, or at all where the parent belongs to none.
    fn leads_nowhere(&self, from: u32) -> Probe {
        let (parent, alias, own) = (self.parent, &self.alias, self.own);
        let theirs = match schema::table(parent.table).map(|table| table.owner) {
            Some(Owner::Tenant { column }) if parent.table != "tenants" => column,
            _ => {
                return Probe {
                    from,
                    ..self.leads_to_no_row()
                };
            }
        };
        let anywhere = format!("{} x WHERE x.id = c.{}", parent.table, parent.column);
        let mut when = self.when_there_is_no_row();
        if parent.naming.is_some_and(|naming| naming.or_text) {
            // A text names nobody by right, unless it is somebody's id, or has the form of the old platform's: then it is
            // that of somebody who is gone.
            when += &format!(
                " AND (c.{} LIKE '________-____-____-____-____________' OR EXISTS (SELECT 1 FROM {anywhere}))",
                parent.column
            );
        }
        if self.table.column(own).is_some_and(|it| it.filled.is_some()) {
            // What belongs to no tenant yet refers to nobody else's.
            when += &format!(" AND (c.{own} IS NOT NULL OR NOT EXISTS (SELECT 1 FROM {anywhere}))");
        }
        Probe {
            join: self.join(&format!("{alias}.{theirs} = c.{own} AND ")),
            theirs: Some(format!(
                "CASE WHEN {when} THEN (SELECT x.{theirs} FROM {anywhere} LIMIT 1) END"
            )),
            when,
            from,
            ..self.leads_to_no_row()
        }
    }

    /// Whatever the tenant.
    fn leads_to_no_row(&self) -> Probe {
        Probe {
            column: self.parent.column,
            refers_to: Some(self.parent.table),
            problem: self.wrong,
            join: self.join(""),
            when: self.when_there_is_no_row(),
            tenant: None,
            theirs: None,
            from: self.table.since,
            until: u32::MAX,
        }
    }

    /// Its parent and another of the row's belong to two tenants.
    fn disagrees(&self) -> Option<Probe> {
        let owned = |parent: &&Parent| {
            let owner = schema::table(parent.table).and_then(Table::tenant_column);
            parent.table != "tenants" && owner.is_some()
        };
        let this = Some(self.parent).filter(owned)?;
        let mut others = self.table.parents.iter().enumerate();
        let (place, _) = others.find(|(_, other)| owned(other) && *other != this)?;
        let (theirs, others) = (
            format!("{}.tenant_id", self.alias),
            format!("p{place}.tenant_id"),
        );
        Some(Probe {
            problem: Wrong::Always(IntegrityProblem::TenantMismatch),
            when: format!("{theirs} <> {others}"),
            tenant: Some(others),
            theirs: Some(theirs),
            ..self.leads_to_no_row()
        })
    }

    fn join(&self, within: &str) -> Option<Join> {
        let (parent, alias) = (self.parent, &self.alias);
        Some(Join {
            table: parent.table,
            alias: alias.clone(),
            on: format!("{within}{alias}.id = c.{}{}", parent.column, self.chosen()),
        })
    }

    fn when_there_is_no_row(&self) -> String {
        let (column, alias) = (self.parent.column, &self.alias);
        format!(
            "c.{column} IS NOT NULL AND {alias}.id IS NULL{}{}",
            self.chosen(),
            self.but_for()
        )
    }

    /// What a word marks is nobody's by right.
    fn but_for(&self) -> String {
        let word = self.parent.naming.and_then(|naming| naming.but_for);
        word.map_or(String::new(), |word| {
            format!(" AND c.{} <> '{word}'", self.parent.column)
        })
    }

    /// Where the column leads to one table or another: of the rows that say this one.
    fn chosen(&self) -> String {
        self.parent.when.map_or(String::new(), |when| {
            format!(" AND c.{} = '{}'", when.column, when.is)
        })
    }
}
