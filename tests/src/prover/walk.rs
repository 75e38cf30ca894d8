//! The walk over a statement: every query block once, with the CTEs that are visible in it.

use ringfence::testing::Engine;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    ObjectName, Query, Select, SelectFlavor, SetExpr, SetOperator, Statement, TableFactor, Visit,
    Visitor, With,
};

use super::block::Block;
use super::engine::Reads;
use super::predicate::outermost_queries;
use super::proof::{Proof, Reason, Violation};
use super::tables::{Owner, TenantTables};
use super::vocabulary;

/// Walks the one statement in `sql`.
pub(super) fn statement(
    sql: &str,
    engine: Engine,
    tables: &TenantTables,
) -> Result<Proof, Violation> {
    let statement = engine.parse(sql)?;
    let mut walk = Walk {
        engine,
        tables,
        path: Vec::new(),
        tally: Tally::default(),
        proof: Proof::default(),
    };
    walk.statement(&Scope::default(), &statement)?;
    vocabulary::check(&statement, engine)?;
    walk.tally.compare(&statement)?;
    Ok(walk.proof)
}

/// The names of the CTEs that a query sees.
#[derive(Clone, Default)]
pub(super) struct Scope {
    ctes: BTreeSet<String>,
}

pub(super) struct Walk<'a> {
    pub(super) engine: Engine,
    tables: &'a TenantTables,
    path: Vec<String>,
    pub(super) tally: Tally,
    pub(super) proof: Proof,
}

impl<'a> Walk<'a> {
    fn statement(&mut self, scope: &Scope, statement: &Statement) -> Result<(), Violation> {
        self.tally.statements += 1;
        match statement {
            Statement::Query(query) => self.query(scope, query, "query"),
            Statement::Insert(insert) => self.insert(scope, insert),
            Statement::Update(update) => self.update(scope, update),
            Statement::Delete(delete) => self.delete(scope, delete),
            other => {
                let text = other.to_string();
                let kind = text
                    .split_whitespace()
                    .take(2)
                    .collect::<Vec<_>>()
                    .join(" ");
                Err(Violation::at(self.path(), Reason::Kind(kind)))
            }
        }
    }

    /// Walks a query; `step` names it in the path.
    pub(super) fn query(
        &mut self,
        scope: &Scope,
        query: &Query,
        step: &str,
    ) -> Result<(), Violation> {
        self.tally.queries += 1;
        self.within(step, |walk| {
            let Query {
                with,
                body,
                order_by,
                limit_clause,
                fetch,
                locks: _, // names sources of this very query
                for_clause: None,
                settings: None,
                format_clause: None,
                pipe_operators,
            } = query
            else {
                return Err(walk.unsupported("a clause of another dialect"));
            };
            if !pipe_operators.is_empty() {
                return Err(walk.unsupported("a pipe operator"));
            }
            let scope = match with {
                Some(with) => walk.with(scope, with)?,
                None => scope.clone(),
            };
            walk.body(&scope, body)?;
            walk.nested(&scope, order_by, "ORDER BY")?;
            walk.nested(&scope, limit_clause, "LIMIT")?;
            walk.nested(&scope, fetch, "FETCH")
        })
    }

    /// Walks the bodies of a `WITH` and returns what the query under it sees.
    ///
    /// A name counts as a CTE only from the next body on, and in its own body under RECURSIVE. That
    /// is Postgres' rule; SQLite sees more of its siblings, and where the two differ the name is
    /// taken for a table, which asks for more.
    fn with(&mut self, scope: &Scope, with: &With) -> Result<Scope, Violation> {
        let mut scope = scope.clone();
        for cte in &with.cte_tables {
            if cte.from.is_some() {
                return Err(self.unsupported("WITH … FROM"));
            }
            let name = self.engine.fold(&cte.alias.name);
            let mut inside = scope.clone();
            if with.recursive {
                inside.ctes.insert(name.clone());
            } else {
                // An outer CTE of this name is hidden in SQLite, seen in Postgres.
                inside.ctes.remove(&name);
            }
            self.query(&inside, &cte.query, &format!("WITH {name}"))?;
            scope.ctes.insert(name);
        }
        Ok(scope)
    }

    fn body(&mut self, scope: &Scope, body: &SetExpr) -> Result<(), Violation> {
        match body {
            SetExpr::Select(select) => self.select(scope, select),
            SetExpr::Query(query) => self.query(scope, query, "parentheses"),
            SetExpr::SetOperation {
                left,
                op,
                set_quantifier: _,
                right,
            } => {
                if matches!(op, SetOperator::Minus) {
                    return Err(self.unsupported("MINUS"));
                }
                self.within(&format!("{op}, first arm"), |walk| walk.body(scope, left))?;
                self.within(&format!("{op}, second arm"), |walk| walk.body(scope, right))
            }
            SetExpr::Values(values) => self.nested(scope, values, "VALUES"),
            SetExpr::Insert(statement)
            | SetExpr::Update(statement)
            | SetExpr::Delete(statement) => self.statement(scope, statement),
            SetExpr::Merge(_) => Err(Violation::at(self.path(), Reason::Kind("MERGE".to_owned()))),
            SetExpr::Table(table) => Err(self.unsupported(&format!("`{table}`"))),
        }
    }

    fn select(&mut self, scope: &Scope, select: &Select) -> Result<(), Violation> {
        self.tally.selects += 1;
        let Select {
            select_token: _,
            optimizer_hints,
            distinct,
            select_modifiers: None,
            top: None,
            top_before_distinct: false,
            projection,
            exclude: None,
            into: None,
            from,
            lateral_views,
            prewhere: None,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify: None,
            window_before_qualify: _,
            value_table_mode: None,
            flavor: SelectFlavor::Standard,
        } = select
        else {
            return Err(self.unsupported("SELECT INTO, or a clause of another dialect"));
        };
        let foreign = [
            lateral_views.is_empty(),
            connect_by.is_empty(),
            optimizer_hints.is_empty(),
        ]
        .into_iter()
        .chain([
            cluster_by.is_empty(),
            distribute_by.is_empty(),
            sort_by.is_empty(),
        ])
        .any(|absent| !absent);
        if foreign {
            return Err(self.unsupported("a clause of another dialect"));
        }
        self.nested(scope, distinct, "DISTINCT")?;
        self.nested(scope, projection, "select list")?;
        let mut block = Block::default();
        self.within("FROM", |walk| {
            from.iter()
                .try_for_each(|entry| block.add(walk, scope, entry).map(drop))
        })?;
        if let Some(selection) = selection {
            self.nested(scope, selection, "WHERE")?;
            block.filter(self, selection);
        }
        self.nested(scope, group_by, "GROUP BY")?;
        if let Some(having) = having {
            self.nested(scope, having, "HAVING")?;
            block.remember(having);
        }
        self.nested(scope, named_window, "WINDOW")?;
        self.within("FROM", |walk| block.finish(walk))
    }

    /// Walks the outermost queries inside `node`: subqueries of an expression, mostly.
    pub(super) fn nested<N: Visit>(
        &mut self,
        scope: &Scope,
        node: &N,
        step: &str,
    ) -> Result<(), Violation> {
        outermost_queries(node, |query| {
            self.query(scope, query, &format!("subquery of {step}"))
        })
    }

    pub(super) fn within<T>(&mut self, step: &str, inner: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step.to_owned());
        let result = inner(self);
        self.path.pop();
        result
    }

    pub(super) fn path(&self) -> String {
        self.path.join(" › ")
    }

    pub(super) fn unsupported(&self, part: &str) -> Violation {
        Violation::at(self.path(), Reason::Unsupported(part.to_owned()))
    }

    /// Whether `name` stands for a CTE here. A qualified name never does.
    pub(super) fn is_cte(&self, scope: &Scope, name: &ObjectName) -> bool {
        match name.0.as_slice() {
            [part] => part
                .as_ident()
                .is_some_and(|ident| scope.ctes.contains(&self.engine.fold(ident))),
            _ => false,
        }
    }

    /// The listed table that `name` stands for, and its owner.
    pub(super) fn owner(&self, name: &ObjectName) -> Option<(String, Owner<'a>)> {
        let mut parts = Vec::new();
        for part in &name.0 {
            parts.push(self.engine.fold(part.as_ident()?));
        }
        let table = match parts.as_slice() {
            [table] => table,
            [schema, table] if schema == self.engine.home_schema() => table,
            _ => return None,
        };
        Some((table.clone(), self.tables.owner(table)?))
    }

    /// The global table that `name` stands for.
    pub(super) fn global_table(&self, name: &ObjectName) -> Option<String> {
        match self.owner(name)? {
            (table, Owner::Global) => Some(table),
            (_, Owner::Tenant { .. }) => None,
        }
    }
}

/// How many nodes of each kind there are. The walk counts those it gave a meaning to, sqlparser's
/// visitor those there are: a place in the grammar that the walk does not know shows as a difference.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) statements: usize,
    pub(super) queries: usize,
    pub(super) selects: usize,
    pub(super) factors: usize,
    pub(super) relations: usize,
}

impl Tally {
    fn compare(&self, statement: &Statement) -> Result<(), Violation> {
        let mut there = Tally::default();
        let ControlFlow::Continue(()) = statement.visit(&mut there) else {
            return Err(Violation::of_statement(Reason::NotReached(
                "interrupted".to_owned(),
            )));
        };
        if *self == there {
            return Ok(());
        }
        let difference = format!("reached {self:?}, there are {there:?}");
        Err(Violation::of_statement(Reason::NotReached(difference)))
    }
}

impl Visitor for Tally {
    type Break = ();

    fn pre_visit_statement(&mut self, _: &Statement) -> ControlFlow<()> {
        self.statements += 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.queries += 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, _: &Select) -> ControlFlow<()> {
        self.selects += 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, _: &TableFactor) -> ControlFlow<()> {
        self.factors += 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, _: &ObjectName) -> ControlFlow<()> {
        self.relations += 1;
        ControlFlow::Continue(())
    }
}
