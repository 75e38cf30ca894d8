//! The one shape of predicate that counts: a top-level conjunct `column = $1`.

use ringfence::testing::Engine;
use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Ident, Value, Visit, Visitor, visit_expressions,
};

use super::engine::Reads;

/// The operands of the topmost `AND`s of `expr`, left to right.
pub(super) fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Nested(inner) => conjuncts(inner),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            let mut all = conjuncts(left);
            all.extend(conjuncts(right));
            all
        }
        other => vec![other],
    }
}

/// A column that some top-level conjunct equates with `$1`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) qualifier: Option<String>,
    pub(super) column: String,
}

/// Every column that `expr`, being true, forces to equal `$1`.
///
/// A row comparison `(a, b) = ($1, $2)` is its pairs joined by `AND` on both engines, and is read so.
pub(super) fn held_columns(expr: &Expr, engine: Engine) -> Vec<Held> {
    let mut held = Vec::new();
    for conjunct in conjuncts(expr) {
        let Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } = conjunct
        else {
            continue;
        };
        match (left.as_ref(), right.as_ref()) {
            (Expr::Tuple(left), Expr::Tuple(right)) if left.len() == right.len() => {
                held.extend(
                    left.iter()
                        .zip(right)
                        .filter_map(|(l, r)| equated(l, r, engine)),
                );
            }
            (left, right) => held.extend(equated(left, right, engine)),
        }
    }
    held
}

fn equated(left: &Expr, right: &Expr, engine: Engine) -> Option<Held> {
    match (is_tenant(left, engine), is_tenant(right, engine)) {
        (false, true) => column(left, engine),
        (true, false) => column(right, engine),
        _ => None,
    }
}

/// Whether `expr` is the parameter that carries the tenant: `$1`, with at most a cast to text, which
/// changes nothing about a text and is how Postgres is told the type of a bare parameter.
pub(super) fn is_tenant(expr: &Expr, engine: Engine) -> bool {
    match expr {
        Expr::Nested(inner) => is_tenant(inner, engine),
        Expr::Cast {
            kind: CastKind::Cast | CastKind::DoubleColon,
            expr,
            data_type: DataType::Text | DataType::Varchar(None),
            format: None,
        } => is_tenant(expr, engine),
        Expr::Value(value) => match (&value.value, engine) {
            (Value::Placeholder(name), Engine::Sqlite) => name == "$1" || name == "?1",
            (Value::Placeholder(name), Engine::Postgres) => name == "$1",
            _ => false,
        },
        _ => false,
    }
}

fn column(expr: &Expr, engine: Engine) -> Option<Held> {
    match expr {
        Expr::Nested(inner) => column(inner, engine),
        Expr::Identifier(column) => Some(Held {
            qualifier: None,
            column: engine.fold(column),
        }),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [qualifier, column] => Some(Held {
                qualifier: Some(engine.fold(qualifier)),
                column: engine.fold(column),
            }),
            _ => None,
        },
        _ => None,
    }
}

/// The conjuncts of `expr` that speak of `column`, for a message about why none of them counts.
pub(super) fn mentions(expr: &Expr, column: &str, engine: Engine) -> Vec<String> {
    conjuncts(expr)
        .into_iter()
        .filter(|conjunct| names_column(conjunct, column, engine))
        .map(ToString::to_string)
        .collect()
}

fn names_column(expr: &Expr, column: &str, engine: Engine) -> bool {
    let is_column = |ident: Option<&Ident>| ident.is_some_and(|ident| engine.fold(ident) == column);
    visit_expressions(expr, |inner| {
        let found = match inner {
            Expr::Identifier(ident) => is_column(Some(ident)),
            Expr::CompoundIdentifier(parts) => is_column(parts.last()),
            _ => false,
        };
        if found {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
    .is_break()
}

/// Calls `each` for the outermost queries inside `node`, in the order of the text.
pub(super) fn outermost_queries<N, F, E>(node: &N, each: F) -> Result<(), E>
where
    N: Visit,
    F: FnMut(&sqlparser::ast::Query) -> Result<(), E>,
{
    match node.visit(&mut Outermost { depth: 0, each }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Outermost<F> {
    depth: usize,
    each: F,
}

impl<F, E> Visitor for Outermost<F>
where
    F: FnMut(&sqlparser::ast::Query) -> Result<(), E>,
{
    type Break = E;

    fn pre_visit_query(&mut self, query: &sqlparser::ast::Query) -> ControlFlow<E> {
        if self.depth == 0
            && let Err(error) = (self.each)(query)
        {
            return ControlFlow::Break(error);
        }
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &sqlparser::ast::Query) -> ControlFlow<E> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}
