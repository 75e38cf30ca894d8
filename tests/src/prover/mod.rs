//! The statement proof: from a statement's text alone, every reference to a tenant-owned table is
//! held to the tenant in `$1`.
//!
//! [`prove`] parses the text in the dialect of the engine that runs it and walks every query block.
//! A block's references each need, in their own block, a conjunct of the topmost `AND` that equates
//! *their* tenant column with `$1`:
//!
//! | reference | where the conjunct must stand |
//! |---|---|
//! | `FROM`, target of `UPDATE` and `DELETE`, `USING`, `UPDATE … FROM` | `WHERE` of the block |
//! | either side of an inner join | `WHERE` of the block, or the join's `ON` |
//! | the side of a `LEFT` or `RIGHT` join that may be missing | that join's `ON` |
//! | the side that is always there | `WHERE`; the join's `ON` does not filter it |
//! | either side of a `FULL` join | nowhere: hold it in a subquery of its own |
//! | target of `INSERT` | the tenant column is listed, and is `$1` in every row or selected row |
//! | target of `ON CONFLICT … DO UPDATE` | the conflict target, or `DO UPDATE`'s `WHERE` with the column qualified |
//!
//! The proof is strict rather than clever. It follows no equality from one table to the next, reads
//! nothing into `OR`, `NOT`, `CASE`, `IN`, `HAVING`, `USING` or `NATURAL`, and takes a column without
//! a qualifier only where the block names one tenant-owned table. Whatever it does not know is a
//! violation: an unlisted table, view or function, a clause of another dialect, a part of the
//! statement that the walk did not reach (the walk is counted against sqlparser's own visitor).
//!
//! What is absent: nothing here runs SQL or knows the schema. The caller says which tables belong to
//! tenants ([`TenantTables`]), and other tests hold that list against the live schema.
//!
//! ```
//! use ringfence::testing::Engine;
//! use ringfence_tests::prover::{TenantTables, prove};
//!
//! let tables = TenantTables::new([("drones", "tenant_id")], ["permissions"]);
//! let good = "SELECT d.name FROM drones d WHERE d.tenant_id = $1 AND d.id = $2";
//! assert!(prove(good, Engine::Sqlite, &tables).is_ok());
//!
//! let weak = "SELECT d.name FROM drones d WHERE d.tenant_id = $1 OR d.id = $2";
//! let violation = prove(weak, Engine::Postgres, &tables).unwrap_err();
//! assert!(violation.to_string().contains("d.tenant_id = $1"));
//! ```

mod block;
mod engine;
mod predicate;
mod proof;
mod registry;
mod tables;
mod vocabulary;
mod walk;
mod write;

#[cfg(test)]
mod tests;

pub use proof::{By, Proof, Reason, Reference, Violation};
pub use registry::{Entry, Exceptions, Finding, Scope, prove_registry};
pub use tables::TenantTables;

use ringfence::testing::Engine;

/// Shows that a statement of Tenant scope touches no row of another tenant than the one in `$1`.
///
/// Statements of the registry write `$n`; `?n`, as SQLite sees it at run time, counts as the same.
/// Global tables may be read, never written. A statement that names no tenant-owned table at all is
/// not of Tenant scope and does not pass.
///
/// # Errors
///
/// The first [`Violation`] found, also when the text does not parse, holds more than one statement,
/// or is anything but a query, `INSERT`, `UPDATE` or `DELETE`.
pub fn prove(sql: &str, engine: Engine, tables: &TenantTables) -> Result<Proof, Violation> {
    let proof = walk::statement(sql, engine, tables)?;
    if let Some(written) = proof.global_writes.first() {
        return Err(Violation::of_table(written, Reason::GlobalWritten));
    }
    if proof.references.is_empty() {
        return Err(Violation::of_statement(Reason::NoTenantTable));
    }
    Ok(proof)
}

/// Shows that a statement of Global scope touches nothing but the global tables.
///
/// # Errors
///
/// As [`prove`], and for every reference to a tenant-owned table, held to `$1` or not: in this scope
/// `$1` is whatever the caller makes it.
pub fn prove_global(sql: &str, engine: Engine, tables: &TenantTables) -> Result<Proof, Violation> {
    let proof = walk::statement(sql, engine, tables)?;
    match proof.references.first() {
        Some(reference) => Err(Violation::of_table(
            &reference.table,
            Reason::TenantTableInGlobal,
        )),
        None => Ok(proof),
    }
}
