//! Statements that are wrong in one place each.
//!
//! A conjunct less, another comparison, an assignment less, two columns in each other's place, a bound or an order or
//! a lock less. Whether a test notices is shown by running the mutant in place of the statement
//! (`RINGFENCE_SWAPPED_STATEMENT`, with the feature `testing`).

use ringfence::testing::Engine;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::ControlFlow;

use sqlparser::ast::{
    Assignment, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Insert, JoinOperator, OnConflictAction, OnInsert, OrderByKind, OrderBySort, Parens, Query,
    SelectItem, SetExpr, Statement, Value, VisitMut, VisitorMut,
};
use sqlparser::dialect::{PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

/// A statement with one thing wrong in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// What is wrong.
    pub what: String,
    /// The text.
    pub text: String,
}

/// Every mutant of a statement, in the order of its text. None where the parser does not know it.
#[must_use]
pub fn of(text: &str, engine: Engine) -> Vec<Mutant> {
    let parsed = match engine {
        Engine::Sqlite => Parser::parse_sql(&SQLiteDialect {}, text),
        Engine::Postgres => Parser::parse_sql(&PostgreSqlDialect {}, text),
    };
    let Some(original) = parsed.ok().and_then(|mut all| all.pop()) else {
        return Vec::new();
    };
    let mut mutants = Vec::new();
    for place in 0.. {
        let mut changed = original.clone();
        let mut surgeon = Surgeon {
            place,
            met: 0,
            done: None,
            recursive: Vec::new(),
        };
        let _: ControlFlow<()> = changed.visit(&mut surgeon);
        let Some(what) = surgeon.done else {
            break;
        };
        let text = changed.to_string();
        // What loses a parameter would be noticed by any driver.
        let takes_the_same = parameters(&text) == parameters(&original.to_string());
        if changed != original && takes_the_same {
            mutants.push(Mutant { what, text });
        }
    }
    mutants
}

/// The parameters that a text names.
#[must_use]
pub fn parameters(text: &str) -> BTreeSet<u32> {
    let after = text.split('$').skip(1);
    let numbers = after.map(|it| it.split(|c: char| !c.is_ascii_digit()).next().unwrap_or(""));
    numbers.filter_map(|it| it.parse().ok()).collect()
}

/// Changes the one thing that is met as number `place`.
struct Surgeon {
    place: usize,
    met: usize,
    done: Option<String>,
    /// The names of queries that may name themselves.
    recursive: Vec<String>,
}

impl Surgeon {
    /// Whether this is the thing to change.
    fn is_here(&mut self) -> bool {
        let here = self.done.is_none() && self.met == self.place;
        self.met += 1;
        here
    }

    fn change(&mut self, what: impl FnOnce() -> String, operate: impl FnOnce()) {
        if self.is_here() {
            self.done = Some(what());
            operate();
        }
    }

    fn binary(&mut self, expr: &mut Expr) {
        let Expr::BinaryOp { left, op, right } = expr else {
            return;
        };
        if matches!(op, BinaryOperator::And | BinaryOperator::Or) {
            let (first, op, second) = (left.clone(), op.clone(), right.clone());
            if self.is_here() {
                self.done = Some(format!("without `{second}`"));
                *expr = without(&second, &op, &first);
            } else if !is_joined(&first) && self.is_here() {
                self.done = Some(format!("without `{first}`"));
                *expr = without(&first, &op, &second);
            }
            return;
        }
        for other in others(op) {
            let shown = format!("`{left} {other} {right}` for `{op}`");
            if self.is_here() {
                self.done = Some(shown);
                *op = other;
                return;
            }
        }
    }

    fn negate(&mut self, expr: &mut Expr) {
        let opposite = match expr.clone() {
            Expr::IsNull(inner) => Expr::IsNotNull(inner),
            Expr::IsNotNull(inner) => Expr::IsNull(inner),
            Expr::Exists { subquery, negated } => Expr::Exists {
                subquery,
                negated: !negated,
            },
            Expr::InList {
                expr,
                list,
                negated,
            } => Expr::InList {
                expr,
                list,
                negated: !negated,
            },
            Expr::Function(function) => match first_argument(&function) {
                Some(first) => first,
                None => return,
            },
            _ => return,
        };
        let shown = format!("`{opposite}` for `{expr}`");
        self.change(|| shown, || *expr = opposite);
    }

    fn assignments(&mut self, assignments: &mut Vec<Assignment>) {
        if assignments.len() < 2 {
            return;
        }
        for (at, assignment) in assignments.clone().iter().enumerate() {
            if self.is_here() {
                self.done = Some(format!("without `{assignment}`"));
                let idle = idle(&assignment.target.to_string(), &assignment.value);
                match (idle, assignments.get_mut(at)) {
                    (Some(idle), Some(place)) => place.value = idle,
                    _ => drop(assignments.remove(at)),
                }
                return;
            }
        }
    }

    /// Two that get the same value are not to be told apart.
    fn columns(&mut self, insert: &mut Insert) {
        let values = insert.source.as_deref().map(|source| source.body.as_ref());
        let rows = match values {
            Some(SetExpr::Values(values)) => values.rows.clone(),
            _ => Vec::new(),
        };
        for (at, pair) in insert.columns.clone().windows(2).enumerate() {
            let same = |row: &Parens<Vec<Expr>>| row.content.get(at) == row.content.get(at + 1);
            if let [first, second] = pair
                && (rows.is_empty() || !rows.iter().all(same))
            {
                let shown = format!("`{first}` and `{second}` the other way round");
                self.change(|| shown, || insert.columns.swap(at, at + 1));
            }
        }
    }

    fn swaps<T: Clone + Display>(&mut self, items: &mut [T], may: impl Fn(&T) -> bool) {
        let before = items.to_vec();
        for (at, pair) in before.windows(2).enumerate() {
            if let [first, second] = pair
                && may(first)
                && may(second)
            {
                let shown = format!("`{first}` and `{second}` the other way round");
                self.change(|| shown, || items.swap(at, at + 1));
            }
        }
    }
}

/// A column that stays what it is, beside a value whose parameters are named and decide nothing.
fn idle(column: &str, value: &Expr) -> Option<Expr> {
    if parameters(&value.to_string()).is_empty() {
        return None;
    }
    let column = column.rsplit('.').next().unwrap_or(column);
    let text = format!("CASE WHEN true THEN {column} ELSE {value} END");
    let parser = Parser::new(&PostgreSqlDialect {}).try_with_sql(&text);
    parser.ok()?.parse_expr().ok()
}

/// What is left of a condition without one of its sides. A parameter that stands there stays, and decides nothing: how
/// many there are would be noticed by any driver.
fn without(gone: &Expr, op: &BinaryOperator, kept: &Expr) -> Expr {
    if !gone.to_string().contains('$') {
        return kept.clone();
    }
    let (decides_nothing, opposite) = match op {
        BinaryOperator::And => (true, BinaryOperator::Or),
        _ => (false, BinaryOperator::And),
    };
    let idle = Expr::BinaryOp {
        left: Box::new(Expr::Nested(Box::new(gone.clone()))),
        op: opposite,
        right: Box::new(Expr::Value(Value::Boolean(decides_nothing).into())),
    };
    Expr::BinaryOp {
        left: Box::new(kept.clone()),
        op: op.clone(),
        right: Box::new(Expr::Nested(Box::new(idle))),
    }
}

fn is_joined(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::BinaryOp {
            op: BinaryOperator::And | BinaryOperator::Or,
            ..
        }
    )
}

/// What a comparison could be by mistake.
fn others(op: &BinaryOperator) -> Vec<BinaryOperator> {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    match op {
        Eq => vec![NotEq],
        NotEq => vec![Eq],
        Lt => vec![LtEq, Gt],
        LtEq => vec![Lt, Gt],
        Gt => vec![GtEq, Lt],
        GtEq => vec![Gt, Lt],
        _ => Vec::new(),
    }
}

/// Of a `coalesce`, which could be left out.
fn first_argument(function: &Function) -> Option<Expr> {
    if !function.name.to_string().eq_ignore_ascii_case("coalesce") {
        return None;
    }
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    match list.args.first()? {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    }
}

fn is_column(item: &SelectItem) -> bool {
    let SelectItem::UnnamedExpr(expr) = item else {
        return false;
    };
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

impl VisitorMut for Surgeon {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &mut Statement) -> ControlFlow<()> {
        match statement {
            Statement::Update(update) => self.assignments(&mut update.assignments),
            Statement::Insert(insert) => {
                self.columns(insert);
                if let Some(OnInsert::OnConflict(conflict)) = &mut insert.on
                    && let OnConflictAction::DoUpdate(update) = &mut conflict.action
                {
                    self.assignments(&mut update.assignments);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if let Some(with) = &query.with
            && with.recursive
        {
            let names = with.cte_tables.iter().map(|it| it.alias.name.value.clone());
            self.recursive.extend(names);
        }
        if query.limit_clause.is_some() {
            self.change(|| "without its LIMIT".into(), || query.limit_clause = None);
        }
        if query.order_by.is_some() {
            self.change(|| "without its ORDER BY".into(), || query.order_by = None);
        }
        if let Some(order) = &mut query.order_by
            && let OrderByKind::Expressions(by) = &mut order.kind
        {
            for one in by {
                let shown = one.to_string();
                let other = match one.options.sort {
                    Some(OrderBySort::Desc) => OrderBySort::Asc,
                    _ => OrderBySort::Desc,
                };
                let what = || format!("`{shown}` the other way");
                self.change(what, || one.options.sort = Some(other));
            }
        }
        if !query.locks.is_empty() {
            self.change(|| "without its lock".into(), || query.locks.clear());
        }
        match query.body.as_mut() {
            SetExpr::Select(select) => {
                if select.distinct.is_some() {
                    self.change(|| "without DISTINCT".into(), || select.distinct = None);
                }
                self.swaps(&mut select.projection, is_column);
                for join in select.from.iter_mut().flat_map(|it| &mut it.joins) {
                    let shown = join.to_string();
                    if let JoinOperator::Left(on) | JoinOperator::LeftOuter(on) =
                        join.join_operator.clone()
                    {
                        let what = || format!("an inner join for `{shown}`");
                        self.change(what, || join.join_operator = JoinOperator::Inner(on));
                    }
                }
            }
            SetExpr::SetOperation { left, right, .. } => {
                for kept in [left.clone(), right.clone()] {
                    let shown = kept.to_string();
                    let mut words = shown.split(|c: char| !c.is_alphanumeric() && c != '_');
                    // What begins nowhere is no statement.
                    let is_circular = words.any(|word| self.recursive.iter().any(|it| it == word));
                    if !is_circular && self.is_here() {
                        self.done = Some(format!("only `{kept}`"));
                        query.body = kept;
                        return ControlFlow::Continue(());
                    }
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.done.is_none() {
            self.binary(expr);
        }
        if self.done.is_none() {
            self.negate(expr);
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<String> {
        of(sql, Engine::Sqlite)
            .into_iter()
            .map(|it| it.text)
            .collect()
    }

    #[test]
    fn each_mutant_is_wrong_in_one_place() {
        let mutants = texts("SELECT a, b FROM t WHERE x = $1 AND y > $2 ORDER BY a LIMIT 3");
        assert_eq!(
            mutants,
            [
                "SELECT a, b FROM t WHERE x = $1 AND y > $2 ORDER BY a",
                "SELECT a, b FROM t WHERE x = $1 AND y > $2 LIMIT 3",
                "SELECT a, b FROM t WHERE x = $1 AND y > $2 ORDER BY a DESC LIMIT 3",
                "SELECT b, a FROM t WHERE x = $1 AND y > $2 ORDER BY a LIMIT 3",
                "SELECT a, b FROM t WHERE x <> $1 AND y > $2 ORDER BY a LIMIT 3",
                "SELECT a, b FROM t WHERE x = $1 AND y >= $2 ORDER BY a LIMIT 3",
                "SELECT a, b FROM t WHERE x = $1 AND y < $2 ORDER BY a LIMIT 3",
                "SELECT a, b FROM t WHERE x = $1 AND ((y > $2) OR true) ORDER BY a LIMIT 3",
                "SELECT a, b FROM t WHERE y > $2 AND ((x = $1) OR true) ORDER BY a LIMIT 3",
            ]
        );
    }

    #[test]
    fn a_list_loses_what_it_has_beside_the_rows() {
        assert_eq!(
            texts("SELECT DISTINCT coalesce(a, 0) FROM t LEFT JOIN u ON u.x IS NULL"),
            [
                "SELECT coalesce(a, 0) FROM t LEFT JOIN u ON u.x IS NULL",
                "SELECT DISTINCT coalesce(a, 0) FROM t INNER JOIN u ON u.x IS NULL",
                "SELECT DISTINCT a FROM t LEFT JOIN u ON u.x IS NULL",
                "SELECT DISTINCT coalesce(a, 0) FROM t LEFT JOIN u ON u.x IS NOT NULL",
            ]
        );
        assert_eq!(
            texts("SELECT a FROM t UNION SELECT b FROM u WHERE x = $1"),
            [
                "SELECT b FROM u WHERE x = $1",
                "SELECT a FROM t UNION SELECT b FROM u WHERE x <> $1",
            ]
        );
        assert_eq!(
            texts("SELECT a FROM t WHERE EXISTS (SELECT b FROM u) AND a IN (1, 2)").len(),
            4
        );
    }

    #[test]
    fn a_write_loses_an_assignment_or_mistakes_a_column() {
        assert_eq!(
            texts("UPDATE t SET a = $2, b = $3 WHERE x = $1"),
            [
                "UPDATE t SET a = CASE WHEN true THEN a ELSE $2 END, b = $3 WHERE x = $1",
                "UPDATE t SET a = $2, b = CASE WHEN true THEN b ELSE $3 END WHERE x = $1",
                "UPDATE t SET a = $2, b = $3 WHERE x <> $1",
            ]
        );
        assert_eq!(
            texts("UPDATE t SET a = 1, b = 2"),
            ["UPDATE t SET b = 2", "UPDATE t SET a = 1"]
        );
        assert_eq!(
            texts("INSERT INTO t (a, b) VALUES ($1, $2)"),
            ["INSERT INTO t (b, a) VALUES ($1, $2)"]
        );
        assert_eq!(
            texts("INSERT INTO t (a, b, c) VALUES ($1, $2, $2)"),
            ["INSERT INTO t (b, a, c) VALUES ($1, $2, $2)"]
        );
    }
}
