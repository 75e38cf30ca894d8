//! The statements that write: `INSERT`, `UPDATE`, `DELETE`.

use sqlparser::ast::{
    Assignment, AssignmentTarget, ConflictTarget, Delete, Expr, FromTable, Insert, ObjectName,
    OnConflict, OnConflictAction, OnInsert, SelectItem, SetExpr, SqliteOnConflict, TableObject,
    Update, UpdateTableFromKind,
};

use super::block::Block;
use super::engine::Reads;
use super::predicate::{held_columns, is_tenant};
use super::proof::{By, Reason, Reference, Violation};
use super::tables::Owner;
use super::walk::{Scope, Walk};

impl Walk<'_> {
    pub(super) fn update(&mut self, scope: &Scope, update: &Update) -> Result<(), Violation> {
        self.within("UPDATE", |walk| {
            let Update {
                update_token: _,
                optimizer_hints,
                table,
                assignments,
                from,
                selection,
                returning,
                output: None,
                or,
                order_by,
                limit: None,
            } = update
            else {
                return Err(walk.unsupported("OUTPUT or LIMIT of an UPDATE"));
            };
            if !optimizer_hints.is_empty() || !order_by.is_empty() {
                return Err(walk.unsupported("a clause of another dialect"));
            }
            walk.conflict_clause(*or)?;
            let mut block = Block::default();
            block.add_target(walk, table)?;
            if let Some((name, column)) = walk.tenant_target(table_name(&table.relation)) {
                walk.not_assigned(&name, &column, assignments)?;
            }
            walk.nested(scope, assignments, "SET")?;
            match from {
                None => {}
                Some(UpdateTableFromKind::AfterSet(from)) => walk.within("FROM", |walk| {
                    from.iter()
                        .try_for_each(|entry| block.add(walk, scope, entry).map(drop))
                })?,
                Some(UpdateTableFromKind::BeforeSet(_)) => {
                    return Err(walk.unsupported("FROM before SET"));
                }
            }
            walk.filtered(scope, block, selection.as_ref(), returning.as_deref())
        })
    }

    pub(super) fn delete(&mut self, scope: &Scope, delete: &Delete) -> Result<(), Violation> {
        self.within("DELETE", |walk| {
            let Delete {
                delete_token: _,
                optimizer_hints,
                tables,
                from: FromTable::WithFromKeyword(targets),
                using,
                selection,
                returning,
                output: None,
                order_by,
                limit: None,
            } = delete
            else {
                return Err(walk.unsupported("this form of DELETE"));
            };
            if !optimizer_hints.is_empty() || !order_by.is_empty() || !tables.is_empty() {
                return Err(walk.unsupported("a clause of another dialect"));
            }
            let [target] = targets.as_slice() else {
                return Err(walk.unsupported("a DELETE of several tables"));
            };
            let mut block = Block::default();
            block.add_target(walk, target)?;
            walk.within("USING", |walk| {
                let mut entries = using.iter().flatten();
                entries.try_for_each(|entry| block.add(walk, scope, entry).map(drop))
            })?;
            walk.filtered(scope, block, selection.as_ref(), returning.as_deref())
        })
    }

    fn filtered(
        &mut self,
        scope: &Scope,
        mut block: Block,
        selection: Option<&Expr>,
        returning: Option<&[SelectItem]>,
    ) -> Result<(), Violation> {
        if let Some(selection) = selection {
            self.nested(scope, selection, "WHERE")?;
            block.filter(self, selection);
        }
        for item in returning.unwrap_or_default() {
            self.nested(scope, item, "RETURNING")?;
        }
        block.finish(self)
    }

    pub(super) fn insert(&mut self, scope: &Scope, insert: &Insert) -> Result<(), Violation> {
        self.within("INSERT", |walk| {
            let Insert {
                insert_token: _,
                optimizer_hints,
                or,
                ignore: false,
                into: _,
                table: TableObject::TableName(name),
                table_alias,
                columns,
                overwrite: false,
                source: Some(source),
                assignments,
                partitioned: None,
                after_columns,
                has_table_keyword: false,
                on,
                returning,
                output: None,
                replace_into: false,
                priority: None,
                insert_alias: None,
                settings: None,
                format_clause: None,
                multi_table_insert_type: None,
                multi_table_into_clauses,
                multi_table_when_clauses,
                multi_table_else_clause: None,
            } = insert
            else {
                return Err(walk.unsupported("this form of INSERT (REPLACE, DEFAULT VALUES, …)"));
            };
            let plain = optimizer_hints.is_empty() && assignments.is_empty();
            let single = multi_table_into_clauses.is_empty() && multi_table_when_clauses.is_empty();
            if !plain || !single || !after_columns.is_empty() {
                return Err(walk.unsupported("a clause of another dialect"));
            }
            walk.conflict_clause(*or)?;
            walk.tally.relations += 1;
            walk.query(scope, source, "source")?;
            let alias = table_alias.as_ref().map(|alias| &alias.alias);
            let own = name.0.last().and_then(|part| part.as_ident());
            let Some(known_as) = alias.or(own).map(|ident| walk.engine.fold(ident)) else {
                return Err(walk.unsupported("the target's name"));
            };
            let refuse = |walk: &Walk<'_>, reason| {
                Err(Violation::of_name(
                    name.to_string(),
                    name,
                    walk.path(),
                    reason,
                ))
            };
            match walk.owner(name) {
                None => return refuse(walk, Reason::UnknownTable),
                Some((table, Owner::Global)) => walk.proof.global_writes.push(table),
                Some((table, Owner::Tenant { column })) => {
                    let checked = walk
                        .tenant_inserted(column, columns, &source.body)
                        .and_then(|()| walk.conflict_held(&known_as, column, on.as_ref()));
                    if let Err(reason) = checked {
                        return refuse(walk, reason);
                    }
                    let path = walk.path();
                    walk.proof.references.push(Reference {
                        table,
                        known_as,
                        path,
                        by: By::Inserted,
                    });
                }
            }
            walk.nested(scope, on, "ON CONFLICT")?;
            walk.nested(scope, returning, "RETURNING")
        })
    }

    /// Whether the tenant column is listed once, and given `$1` by every row or selected row.
    fn tenant_inserted(
        &self,
        column: &str,
        columns: &[ObjectName],
        source: &SetExpr,
    ) -> Result<(), Reason> {
        let mut places = columns
            .iter()
            .enumerate()
            .filter(|(_, name)| self.is_column(name, column));
        match (places.next(), places.next()) {
            (Some((place, _)), None) => self.tenant_given(place, source),
            _ => Err(Reason::TenantNotListed(column.to_owned())),
        }
    }

    fn tenant_given(&self, place: usize, source: &SetExpr) -> Result<(), Reason> {
        let given = |expr: Option<&Expr>| match expr {
            Some(expr) if is_tenant(expr, self.engine) => Ok(()),
            Some(expr) => Err(Reason::TenantNotInserted(expr.to_string())),
            None => Err(Reason::TenantNotInserted("nothing".to_owned())),
        };
        match source {
            SetExpr::Values(values) => values
                .rows
                .iter()
                .try_for_each(|row| given(row.content.get(place))),
            SetExpr::Select(select) => {
                // A wildcard ahead of it would move the place.
                let mut exprs = Vec::new();
                for item in &select.projection {
                    match item {
                        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
                            exprs.push(expr);
                        }
                        other => return Err(Reason::TenantNotInserted(other.to_string())),
                    }
                }
                given(exprs.get(place).copied())
            }
            SetExpr::SetOperation { left, right, .. } => {
                self.tenant_given(place, left)?;
                self.tenant_given(place, right)
            }
            SetExpr::Query(query) => self.tenant_given(place, &query.body),
            other => Err(Reason::TenantNotInserted(other.to_string())),
        }
    }

    /// Whether `ON CONFLICT … DO UPDATE` stays in the tenant: the row it meets has the tenant column
    /// of the row that was to be inserted if the conflict target names that column; else its `WHERE`
    /// must hold the met row, which only a qualified column means on both engines.
    fn conflict_held(
        &self,
        known_as: &str,
        column: &str,
        on: Option<&OnInsert>,
    ) -> Result<(), Reason> {
        let OnConflict {
            conflict_target,
            action,
        } = match on {
            None => return Ok(()),
            Some(OnInsert::OnConflict(conflict)) => conflict,
            Some(other) => return Err(Reason::Unsupported(other.to_string())),
        };
        let OnConflictAction::DoUpdate(update) = action else {
            return Ok(());
        };
        self.no_tenant_assigned(column, &update.assignments)?;
        let by_target = match conflict_target {
            Some(ConflictTarget::Columns(columns)) => columns
                .iter()
                .any(|ident| self.engine.fold(ident) == column),
            Some(ConflictTarget::OnConstraint(_)) | None => false,
        };
        let held = update
            .selection
            .iter()
            .flat_map(|expr| held_columns(expr, self.engine));
        let by_where = known_as != "excluded"
            && held
                .into_iter()
                .any(|held| held.qualifier.as_deref() == Some(known_as) && held.column == column);
        if by_target || by_where {
            return Ok(());
        }
        Err(Reason::ConflictNotHeld {
            needed: format!("{known_as}.{column} = $1"),
        })
    }

    fn not_assigned(
        &self,
        name: &ObjectName,
        column: &str,
        assignments: &[Assignment],
    ) -> Result<(), Violation> {
        self.no_tenant_assigned(column, assignments)
            .map_err(|reason| Violation::of_name(name.to_string(), name, self.path(), reason))
    }

    fn no_tenant_assigned(&self, column: &str, assignments: &[Assignment]) -> Result<(), Reason> {
        let assigned = assignments
            .iter()
            .any(|assignment| match &assignment.target {
                AssignmentTarget::ColumnName(name) => self.is_column(name, column),
                AssignmentTarget::Tuple(names) => {
                    names.iter().any(|name| self.is_column(name, column))
                }
            });
        if assigned {
            Err(Reason::TenantAssigned(column.to_owned()))
        } else {
            Ok(())
        }
    }

    fn is_column(&self, name: &ObjectName, column: &str) -> bool {
        let last = name.0.last().and_then(|part| part.as_ident());
        last.is_some_and(|ident| self.engine.fold(ident) == column)
    }

    fn tenant_target(&self, name: Option<&ObjectName>) -> Option<(ObjectName, String)> {
        let name = name?;
        match self.owner(name)? {
            (_, Owner::Tenant { column }) => Some((name.clone(), column.to_owned())),
            (_, Owner::Global) => None,
        }
    }

    /// `OR REPLACE` deletes rows that no predicate of the statement speaks of; `OR ROLLBACK` ends
    /// the transaction of everybody who shares the commit.
    fn conflict_clause(&self, or: Option<SqliteOnConflict>) -> Result<(), Violation> {
        match or {
            None | Some(SqliteOnConflict::Abort | SqliteOnConflict::Ignore) => Ok(()),
            Some(other) => Err(self.unsupported(&format!("OR {other}"))),
        }
    }
}

fn table_name(factor: &sqlparser::ast::TableFactor) -> Option<&ObjectName> {
    match factor {
        sqlparser::ast::TableFactor::Table { name, .. } => Some(name),
        _ => None,
    }
}
