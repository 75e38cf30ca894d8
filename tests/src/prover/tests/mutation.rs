//! Every predicate that a proof rests on is weakened in the tree, printed and proved again: none may
//! pass. The places are found here, without the prover's own notion of a predicate.

use ringfence::testing::Engine;
use std::ops::ControlFlow;

use proptest::prelude::*;
use sqlparser::ast::{
    BinaryOperator, Expr, Insert, Query, SelectItem, SetExpr, Statement, Value, Visit, VisitMut,
    Visitor, VisitorMut,
};
use sqlparser::dialect::{Dialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use super::super::{Reason, prove};
use super::sound::SOUND;
use super::{On, tables};

/// Ways to weaken a predicate: `{e}` is the predicate, `{c}` its tenant column.
const WEAKENINGS: &[&str] = &[
    "1 = 1",
    "({e} OR 1 = 1)",
    "({e} OR {c} IS NOT NULL)",
    "(1 = 0 OR {e})",
    "NOT ({e})",
    "NOT (NOT ({e}))",
    "({e}) IS NOT NULL",
    "({e}) IS NOT FALSE",
    "({e}) = ({e})",
    "COALESCE({e}, 1 = 1)",
    "CASE WHEN {e} THEN 1 = 1 ELSE 1 = 1 END",
    "{c} = {c}",
    "{c} = $2",
    "{c} = '$1'",
    "$1 = $1",
    "{c} <> $1",
    "{c} >= $1",
    "{c} LIKE $1",
    "{c} IN ($1, $2)",
    "{c} IS NOT DISTINCT FROM $1",
    "{c} BETWEEN $1 AND $1",
    "{c} = COALESCE($1, {c})",
    "lower({c}) = $1",
    "({c}, 1) >= ($1, 1)",
    "EXISTS (SELECT 1 WHERE {e})",
];

/// What an insert may give the tenant column instead.
const OTHER_TENANTS: &[&str] = &[
    "$2",
    "NULL",
    "'$1'",
    "COALESCE($2, $1)",
    "lower($1)",
    "(SELECT $1)",
];

fn dialect(engine: Engine) -> &'static dyn Dialect {
    match engine {
        Engine::Sqlite => &SQLiteDialect {},
        Engine::Postgres => &PostgreSqlDialect {},
    }
}

fn parse(engine: Engine, sql: &str) -> Statement {
    Parser::parse_sql(dialect(engine), sql).unwrap().remove(0)
}

fn parse_expr(engine: Engine, text: &str) -> Expr {
    Parser::new(dialect(engine))
        .try_with_sql(text)
        .unwrap()
        .parse_expr()
        .unwrap()
}

/// Whether `$1` stands anywhere in `expr`, subqueries apart.
fn speaks_of_the_tenant(expr: &Expr) -> bool {
    struct Finder;
    impl Visitor for Finder {
        type Break = bool;
        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<bool> {
            ControlFlow::Break(false)
        }
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<bool> {
            match expr {
                Expr::Value(value) if value.value == Value::Placeholder("$1".into()) => {
                    ControlFlow::Break(true)
                }
                _ => ControlFlow::Continue(()),
            }
        }
    }
    expr.visit(&mut Finder) == ControlFlow::Break(true)
}

/// The column of an equation with `$1`.
fn column_of(expr: &Expr) -> Option<String> {
    let Expr::BinaryOp {
        left,
        op: BinaryOperator::Eq,
        right,
    } = expr
    else {
        return None;
    };
    let other = match (speaks_of_the_tenant(left), speaks_of_the_tenant(right)) {
        (false, true) => left,
        (true, false) => right,
        _ => return None,
    };
    match other.as_ref() {
        Expr::Tuple(parts) => parts.first().map(ToString::to_string),
        other => Some(other.to_string()),
    }
}

/// Counts the predicates in the order of the text, and replaces the one numbered `at`.
struct Weaken<'a> {
    engine: Engine,
    at: usize,
    with: Option<&'a str>,
    seen: usize,
}

impl VisitorMut for Weaken<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let Some(column) = column_of(expr) else {
            return ControlFlow::Continue(());
        };
        self.seen += 1;
        if let (Some(template), true) = (self.with, self.seen == self.at + 1) {
            let text = template
                .replace("{e}", &expr.to_string())
                .replace("{c}", &column);
            *expr = parse_expr(self.engine, &text);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

fn predicates(engine: Engine, statement: &Statement) -> usize {
    let mut count = Weaken {
        engine,
        at: 0,
        with: None,
        seen: 0,
    };
    let _ = VisitMut::visit(&mut statement.clone(), &mut count);
    count.seen
}

fn weaken(engine: Engine, statement: &mut Statement, at: usize, template: &str) {
    let mut weaken = Weaken {
        engine,
        at,
        with: Some(template),
        seen: 0,
    };
    assert!(
        statement.visit(&mut weaken).is_break(),
        "no predicate {at} in {statement}"
    );
}

/// Takes the operand `text` out of every `AND`.
fn cut(statement: &mut Statement, text: &str) -> bool {
    struct Cut<'a>(&'a str, bool);
    impl VisitorMut for Cut<'_> {
        type Break = ();
        fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            if let Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } = expr
            {
                let rest = if left.to_string() == self.0 {
                    right
                } else if right.to_string() == self.0 {
                    left
                } else {
                    return ControlFlow::Continue(());
                };
                *expr = (**rest).clone();
                self.1 = true;
            }
            ControlFlow::Continue(())
        }
    }
    let mut cut = Cut(text, false);
    let _ = statement.visit(&mut cut);
    cut.1
}

/// The places of an insert that give `$1` to a column.
fn given_tenants(statement: &mut Statement) -> Vec<&mut Expr> {
    fn of_source(source: &mut SetExpr) -> Vec<&mut Expr> {
        match source {
            SetExpr::Values(values) => values
                .rows
                .iter_mut()
                .flat_map(|row| row.content.iter_mut())
                .collect(),
            SetExpr::Select(select) => select
                .projection
                .iter_mut()
                .filter_map(|item| match item {
                    SelectItem::UnnamedExpr(expr) => Some(expr),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }
    let Statement::Insert(Insert {
        source: Some(source),
        ..
    }) = statement
    else {
        return Vec::new();
    };
    let mut places = of_source(&mut source.body);
    places.retain(|expr| speaks_of_the_tenant(expr));
    places
}

fn texts() -> Vec<(&'static str, Engine, Statement)> {
    let each = |(name, on, sql): &(&'static str, On, &'static str)| {
        on.engines()
            .iter()
            .map(|engine| (*name, *engine, parse(*engine, sql)))
            .collect::<Vec<_>>()
    };
    SOUND.iter().flat_map(each).collect()
}

/// Why a weakened text is refused, if it is: for want of the predicate, not because a weakening made
/// a text that the proof could not read anyway.
fn refused_for_want_of_it(engine: Engine, text: &str) -> bool {
    match prove(text, engine, &tables()) {
        Ok(_) => false,
        Err(violation) => matches!(
            *violation.reason,
            Reason::NotHeld { .. }
                | Reason::NotHeldInOuterJoin { .. }
                | Reason::ConflictNotHeld { .. }
                | Reason::TenantNotInserted(_)
        ),
    }
}

#[test]
fn printing_and_reading_again_keeps_the_proof() {
    for (name, engine, statement) in texts() {
        let printed = statement.to_string();
        assert!(
            prove(&printed, engine, &tables()).is_ok(),
            "{name} on {engine}: {printed}"
        );
    }
}

#[test]
fn every_weakened_predicate_fails() {
    let mut tried = 0;
    for (name, engine, statement) in texts() {
        let count = predicates(engine, &statement);
        let mut inserted = statement.clone();
        let given = given_tenants(&mut inserted).len();
        assert!(count + given > 0, "{name} rests on nothing");
        let mut fails = |weakened: &Statement| {
            let printed = weakened.to_string();
            let outcome = prove(&printed, engine, &tables());
            assert!(
                outcome.is_err(),
                "{name} on {engine} is still proved: {printed}"
            );
            tried += 1;
        };
        for (at, template) in (0..count).flat_map(|at| WEAKENINGS.iter().map(move |t| (at, t))) {
            let mut weakened = statement.clone();
            weaken(engine, &mut weakened, at, template);
            fails(&weakened);
        }
        for (at, other) in (0..given).flat_map(|at| OTHER_TENANTS.iter().map(move |o| (at, o))) {
            let mut weakened = statement.clone();
            *given_tenants(&mut weakened)[at] = parse_expr(engine, other);
            fails(&weakened);
        }
    }
    assert!(tried > 2000, "only {tried} weakened statements");
}

#[test]
fn every_predicate_cut_from_its_and_fails() {
    struct Collect(Vec<String>);
    impl Visitor for Collect {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            self.0.extend(column_of(expr).map(|_| expr.to_string()));
            ControlFlow::Continue(())
        }
    }
    let mut tried = 0;
    for (name, engine, statement) in texts() {
        let mut found = Collect(Vec::new());
        let _ = statement.visit(&mut found);
        for predicate in found.0 {
            let mut weakened = statement.clone();
            if cut(&mut weakened, &predicate) {
                let printed = weakened.to_string();
                assert!(
                    refused_for_want_of_it(engine, &printed),
                    "{name} on {engine}: {printed}"
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 50, "only {tried} statements cut");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Several predicates at once, each weakened in its own way, and weakened again on top.
    #[test]
    fn weakened_predicates_do_not_make_up_for_each_other(
        case in any::<prop::sample::Index>(),
        picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4),
    ) {
        let texts = texts();
        let (name, engine, statement) = case.get(&texts);
        let count = predicates(*engine, statement);
        prop_assume!(count > 0);
        let mut places: Vec<_> = picks.iter().map(|(at, how)| (at.index(count), how.get(WEAKENINGS))).collect();
        // From the last place to the first: a replacement may hold predicates of its own.
        places.sort_by_key(|place| std::cmp::Reverse(place.0));
        places.dedup_by_key(|place| place.0);
        let mut weakened = statement.clone();
        for (at, template) in places {
            weaken(*engine, &mut weakened, at, template);
        }
        let printed = weakened.to_string();
        prop_assert!(refused_for_want_of_it(*engine, &printed), "{} on {}: {}", name, engine, printed);
    }
}
