//! One query block: its sources, and which of them its predicates hold.

use sqlparser::ast::{
    Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, TableAlias, TableFactor,
    TableFunctionArgs, TableWithJoins,
};

use super::engine::Reads;
use super::predicate::{held_columns, mentions};
use super::proof::{By, Reason, Reference, Violation};
use super::tables::Owner;
use super::vocabulary::check_table_function;
use super::walk::{Scope, Walk};

/// The sources of a block, in the order of the text.
#[derive(Default)]
pub(super) struct Block {
    sources: Vec<Source>,
    /// Every predicate of the block that was read, for messages.
    predicates: Vec<Expr>,
}

struct Source {
    /// The name that columns of this source are qualified with; None for an unnamed subquery.
    known_as: Option<String>,
    /// None for what is no tenant-owned table: a CTE, a subquery, a global table, a function.
    owned: Option<Owned>,
    /// Whether an outer join may put NULLs in this source's place.
    may_be_missing: bool,
}

struct Owned {
    table: String,
    column: String,
    name: ObjectName,
    written: String,
    /// Held by a conjunct that qualifies the column.
    by: Option<By>,
    /// Held by one that does not; it counts if the whole block turns out to name no other.
    by_bare: Option<By>,
}

/// Positions in `Block::sources`.
type Members = Vec<usize>;

impl Block {
    /// Adds the sources of one entry of a `FROM` list and reads the predicates of its joins.
    pub(super) fn add(
        &mut self,
        walk: &mut Walk<'_>,
        scope: &Scope,
        entry: &TableWithJoins,
    ) -> Result<Members, Violation> {
        let mut left = self.factor(walk, scope, &entry.relation)?;
        for join in &entry.joins {
            let right = self.factor(walk, scope, &join.relation)?;
            self.join(walk, scope, join, &left, &right)?;
            left.extend(right);
        }
        Ok(left)
    }

    /// Adds the target of an `UPDATE` or `DELETE`: a plain table, which no CTE can stand in for.
    pub(super) fn add_target(
        &mut self,
        walk: &mut Walk<'_>,
        entry: &TableWithJoins,
    ) -> Result<(), Violation> {
        if !entry.joins.is_empty() {
            return Err(walk.unsupported("a join in the place of the target"));
        }
        let TableFactor::Table { name, .. } = &entry.relation else {
            return Err(walk.unsupported(&format!("the target {}", entry.relation)));
        };
        if let Some(global) = walk.global_table(name) {
            walk.proof.global_writes.push(global);
        }
        self.factor(walk, &Scope::default(), &entry.relation)?;
        Ok(())
    }

    fn factor(
        &mut self,
        walk: &mut Walk<'_>,
        scope: &Scope,
        factor: &TableFactor,
    ) -> Result<Members, Violation> {
        walk.tally.factors += 1;
        match factor {
            TableFactor::Table {
                name,
                alias,
                args,
                with_hints,
                version: None,
                with_ordinality,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => {
                walk.tally.relations += 1;
                let refuse = |walk: &Walk<'_>, reason| {
                    Err(Violation::of_name(
                        written(name, alias.as_ref()),
                        name,
                        walk.path(),
                        reason,
                    ))
                };
                if let Some(TableFunctionArgs {
                    args,
                    settings: None,
                }) = args
                {
                    if let Err(reason) = check_table_function(name, walk.engine) {
                        return refuse(walk, reason);
                    }
                    walk.nested(scope, args, "arguments")?;
                    return self.push(
                        walk,
                        alias.as_ref(),
                        name.0.last().and_then(|p| p.as_ident()),
                        None,
                    );
                }
                if args.is_some() || *with_ordinality {
                    return refuse(walk, Reason::Unsupported("this form of source".to_owned()));
                }
                let last = name.0.last().and_then(|part| part.as_ident());
                if walk.is_cte(scope, name) {
                    return self.push(walk, alias.as_ref(), last, None);
                }
                let owned = match walk.owner(name) {
                    None => return refuse(walk, Reason::UnknownTable),
                    Some((table, Owner::Global)) => {
                        walk.proof.globals.push(table);
                        None
                    }
                    Some((table, Owner::Tenant { column })) => {
                        if alias
                            .as_ref()
                            .is_some_and(|alias| !alias.columns.is_empty())
                        {
                            let part = "renamed columns of a tenant-owned table".to_owned();
                            return refuse(walk, Reason::Unsupported(part));
                        }
                        Some(Owned {
                            table,
                            column: column.to_owned(),
                            name: name.clone(),
                            written: written(name, alias.as_ref()),
                            by: None,
                            by_bare: None,
                        })
                    }
                };
                self.push(walk, alias.as_ref(), last, owned)
            }
            TableFactor::Derived {
                lateral: _,
                subquery,
                alias,
                sample: None,
            } => {
                let step = match alias {
                    Some(alias) => format!("subquery {}", alias.name),
                    None => "subquery".to_owned(),
                };
                walk.query(scope, subquery, &step)?;
                self.push(walk, alias.as_ref(), None, None)
            }
            TableFactor::Function {
                lateral: _,
                name,
                args,
                with_ordinality: _,
                alias,
            } => {
                check_table_function(name, walk.engine).map_err(|reason| {
                    Violation::of_name(name.to_string(), name, walk.path(), reason)
                })?;
                walk.nested(scope, args, "arguments")?;
                self.push(
                    walk,
                    alias.as_ref(),
                    name.0.last().and_then(|p| p.as_ident()),
                    None,
                )
            }
            TableFactor::UNNEST {
                alias,
                array_exprs,
                with_offset: false,
                with_offset_alias: None,
                with_ordinality: _,
            } => {
                walk.nested(scope, array_exprs, "arguments")?;
                self.push(walk, alias.as_ref(), None, None)
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias: None,
            } => self.add(walk, scope, table_with_joins),
            other => Err(walk.unsupported(&format!("the source `{other}`"))),
        }
    }

    fn push(
        &mut self,
        walk: &Walk<'_>,
        alias: Option<&TableAlias>,
        own: Option<&Ident>,
        owned: Option<Owned>,
    ) -> Result<Members, Violation> {
        if let Some(alias) = alias {
            // `drones INDEXED BY …` reads as an alias and a syntax error further on; better said here.
            if alias.name.quote_style.is_none() && alias.name.value.eq_ignore_ascii_case("indexed")
            {
                return Err(walk.unsupported("INDEXED BY"));
            }
            if alias.at.is_some() {
                return Err(walk.unsupported("AT in an alias"));
            }
        }
        let known_as = alias
            .map(|alias| &alias.name)
            .or(own)
            .map(|ident| walk.engine.fold(ident));
        if known_as.is_some()
            && self
                .sources
                .iter()
                .any(|source| source.known_as == known_as)
        {
            let violation = Violation::at(walk.path(), Reason::NameTwice);
            return Err(Violation {
                reference: known_as,
                ..violation
            });
        }
        self.sources.push(Source {
            known_as,
            owned,
            may_be_missing: false,
        });
        Ok(vec![self.sources.len() - 1])
    }

    fn join(
        &mut self,
        walk: &mut Walk<'_>,
        scope: &Scope,
        join: &Join,
        left: &[usize],
        right: &[usize],
    ) -> Result<(), Violation> {
        use JoinOperator as Op;
        let both = [left, right].concat();
        // The sides that ON filters, and those that may come out missing.
        let (constraint, filtered, missing): (_, &[usize], &[usize]) = match &join.join_operator {
            Op::Join(on) | Op::Inner(on) | Op::CrossJoin(on) => (on, &both, &[]),
            Op::Left(on) | Op::LeftOuter(on) => (on, right, right),
            Op::Right(on) | Op::RightOuter(on) => (on, left, left),
            Op::FullOuter(on) => (on, &[], &both),
            other => return Err(walk.unsupported(&format!("the join {other:?}"))),
        };
        if join.global {
            return Err(walk.unsupported("GLOBAL JOIN"));
        }
        match constraint {
            JoinConstraint::On(on) => {
                walk.nested(scope, on, "ON")?;
                self.apply(walk, on, By::On, filtered);
            }
            JoinConstraint::None => {}
            JoinConstraint::Using(_) => return Err(walk.unsupported("USING")),
            JoinConstraint::Natural => return Err(walk.unsupported("NATURAL JOIN")),
        }
        for index in missing {
            if let Some(source) = self.sources.get_mut(*index) {
                source.may_be_missing = true;
            }
        }
        Ok(())
    }

    /// Reads the block's `WHERE`.
    pub(super) fn filter(&mut self, walk: &Walk<'_>, selection: &Expr) {
        let all: Members = (0..self.sources.len()).collect();
        self.apply(walk, selection, By::Where, &all);
    }

    /// Keeps a predicate that holds nothing, such as `HAVING`, for the messages.
    pub(super) fn remember(&mut self, predicate: &Expr) {
        self.predicates.push(predicate.clone());
    }

    /// Marks those of `filtered` that `predicate`, being true, holds to the tenant.
    fn apply(&mut self, walk: &Walk<'_>, predicate: &Expr, by: By, filtered: &[usize]) {
        self.remember(predicate);
        for held in held_columns(predicate, walk.engine) {
            for index in filtered {
                let Some(source) = self.sources.get_mut(*index) else {
                    continue;
                };
                let Some(owned) = &mut source.owned else {
                    continue;
                };
                if source.may_be_missing || owned.column != held.column {
                    continue;
                }
                if held.qualifier.is_none() {
                    owned.by_bare.get_or_insert(by);
                } else if held.qualifier == source.known_as {
                    owned.by.get_or_insert(by);
                }
            }
        }
    }

    /// Hands every reference to the proof, or the first that nothing holds as a violation.
    pub(super) fn finish(self, walk: &mut Walk<'_>) -> Result<(), Violation> {
        let several = self
            .sources
            .iter()
            .filter(|source| source.owned.is_some())
            .count()
            > 1;
        for source in self.sources {
            let (Some(owned), Some(known_as)) = (source.owned, source.known_as) else {
                continue;
            };
            let by_bare = if several { None } else { owned.by_bare };
            if let Some(by) = owned.by.or(by_bare) {
                let reference = Reference {
                    table: owned.table,
                    known_as,
                    path: walk.path(),
                    by,
                };
                walk.proof.references.push(reference);
                continue;
            }
            let needed = format!("{known_as}.{} = $1", owned.column);
            let seen = self
                .predicates
                .iter()
                .flat_map(|predicate| mentions(predicate, &owned.column, walk.engine))
                .collect();
            let reason = if owned.by_bare.is_some() {
                Reason::Ambiguous {
                    column: owned.column,
                }
            } else if source.may_be_missing {
                Reason::NotHeldInOuterJoin { needed, seen }
            } else {
                Reason::NotHeld { needed, seen }
            };
            return Err(Violation::of_name(
                owned.written,
                &owned.name,
                walk.path(),
                reason,
            ));
        }
        Ok(())
    }
}

fn written(name: &ObjectName, alias: Option<&TableAlias>) -> String {
    match alias {
        Some(alias) => format!("{name} {}", alias.name),
        None => name.to_string(),
    }
}
