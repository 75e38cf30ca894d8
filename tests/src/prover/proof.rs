//! What the proof hands back: where each reference is held, or the first one that is not.

use std::fmt;

use sqlparser::ast::{ObjectName, Spanned};

/// Every reference to a tenant-owned table of one statement, and what holds it to the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// The references to tenant-owned tables, in the order in which they were proved.
    pub references: Vec<Reference>,
    /// The global tables that are read, in the order of the text.
    pub globals: Vec<String>,
    /// The global tables that are written.
    pub global_writes: Vec<String>,
}

/// One reference to a tenant-owned table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The table's name in the catalogue.
    pub table: String,
    /// The name that the query block knows it by.
    pub known_as: String,
    /// The way to it through the statement, such as `SELECT › WITH held › UNION, second arm › FROM`.
    pub path: String,
    /// What holds it to `$1`.
    pub by: By,
}

/// What holds a reference to the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A conjunct of the block's `WHERE`.
    Where,
    /// A conjunct of a join's `ON`.
    On,
    /// The value inserted into the tenant column.
    Inserted,
}

/// Why a statement is not proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The reference at fault, as written: `drones d`. None where the statement as a whole is.
    pub reference: Option<String>,
    /// The way to it through the statement; empty where the statement as a whole is at fault.
    pub path: String,
    /// Line and column of the reference in the text, from 1.
    pub position: Option<(u64, u64)>,
    /// What is wrong.
    pub reason: Box<Reason>,
}

/// What is wrong with a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The text does not parse in the engine's dialect; sqlparser's message.
    DoesNotParse(String),
    /// The text holds this many statements.
    NotOneStatement(usize),
    /// The statement is no query, `INSERT`, `UPDATE` or `DELETE`.
    Kind(String),
    /// A part that the proof gives no meaning to.
    Unsupported(String),
    /// sqlparser's visitor met parts that the walk did not reach.
    NotReached(String),
    /// A parameter that is not numbered, or numbered in two spellings.
    Parameter(String),
    /// A function that is not on the list of functions that read nothing but their arguments.
    UnknownFunction(String),
    /// A table or view that is on neither list.
    UnknownTable,
    /// The same name stands for two sources of one block.
    NameTwice,
    /// A statement of Tenant scope names no tenant-owned table.
    NoTenantTable,
    /// A statement of Tenant scope writes a global table.
    GlobalWritten,
    /// A statement of Global scope names a tenant-owned table.
    TenantTableInGlobal,
    /// No counting conjunct holds the reference.
    NotHeld {
        /// The conjunct that would.
        needed: String,
        /// Conjuncts of the block that speak of the column and do not count.
        seen: Vec<String>,
    },
    /// The reference may be missing from its outer join, and the join's `ON` does not hold it.
    NotHeldInOuterJoin {
        /// The conjunct that would.
        needed: String,
        /// Conjuncts of the block that speak of the column and do not count.
        seen: Vec<String>,
    },
    /// A tenant column without a qualifier, where the block names several tenant-owned tables.
    Ambiguous {
        /// The column.
        column: String,
    },
    /// The tenant column is assigned.
    TenantAssigned(String),
    /// An insert that does not list the tenant column exactly once.
    TenantNotListed(String),
    /// A row or a selected row gives the tenant column something other than `$1`; what it gives.
    TenantNotInserted(String),
    /// `ON CONFLICT … DO UPDATE` may reach a row of another tenant.
    ConflictNotHeld {
        /// The conjunct that would hold it.
        needed: String,
    },
}

impl Violation {
    pub(super) fn of_statement(reason: Reason) -> Self {
        Violation {
            reference: None,
            path: String::new(),
            position: None,
            reason: Box::new(reason),
        }
    }

    pub(super) fn of_table(table: &str, reason: Reason) -> Self {
        Violation {
            reference: Some(table.to_owned()),
            ..Violation::of_statement(reason)
        }
    }

    pub(super) fn at(path: String, reason: Reason) -> Self {
        Violation {
            path,
            ..Violation::of_statement(reason)
        }
    }

    pub(super) fn of_name(
        written: String,
        name: &ObjectName,
        path: String,
        reason: Reason,
    ) -> Self {
        let start = name.span().start;
        let position = (start.line > 0).then_some((start.line, start.column));
        Violation {
            reference: Some(written),
            path,
            position,
            reason: Box::new(reason),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(reference) = &self.reference {
            write!(f, "`{reference}`")?;
            if let Some((line, column)) = self.position {
                write!(f, " at {line}:{column}")?;
            }
        }
        if !self.path.is_empty() {
            let gap = if self.reference.is_some() { " " } else { "" };
            write!(f, "{gap}in {}", self.path)?;
        }
        if self.reference.is_some() || !self.path.is_empty() {
            f.write_str(": ")?;
        }
        write!(f, "{}", self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::DoesNotParse(message) => write!(f, "the text does not parse: {message}"),
            Reason::NotOneStatement(count) => write!(f, "one statement expected, {count} found"),
            Reason::Kind(kind) => write!(f, "a statement of this kind is never proved: {kind}"),
            Reason::Unsupported(part) => write!(f, "the proof gives no meaning to {part}"),
            Reason::NotReached(what) => write!(f, "the proof did not reach every part ({what})"),
            Reason::Parameter(name) => {
                write!(f, "parameter `{name}`: only numbered ones, in one spelling")
            }
            Reason::UnknownFunction(name) => {
                write!(
                    f,
                    "function `{name}` is not on the list of those that read nothing stored"
                )
            }
            Reason::UnknownTable => f.write_str("neither tenant-owned nor on the global list"),
            Reason::NameTwice => f.write_str("two sources of one block bear this name"),
            Reason::NoTenantTable => f.write_str("no tenant-owned table: not of Tenant scope"),
            Reason::GlobalWritten => f.write_str("Tenant scope writes a global table"),
            Reason::TenantTableInGlobal => f.write_str("Global scope names a tenant-owned table"),
            Reason::NotHeld { needed, seen } => {
                write!(f, "no top-level conjunct `{needed}`{}", Seen(seen))
            }
            Reason::NotHeldInOuterJoin { needed, seen } => write!(
                f,
                "may be missing from its outer join, whose ON needs the conjunct `{needed}`{}",
                Seen(seen)
            ),
            Reason::Ambiguous { column } => write!(
                f,
                "`{column}` without a qualifier is ambiguous: the block names several tenant-owned tables"
            ),
            Reason::TenantAssigned(column) => write!(f, "the tenant column `{column}` is assigned"),
            Reason::TenantNotListed(column) => {
                write!(
                    f,
                    "the column list must hold the tenant column `{column}` once"
                )
            }
            Reason::TenantNotInserted(given) => {
                write!(f, "the tenant column is given `{given}` instead of `$1`")
            }
            Reason::ConflictNotHeld { needed } => write!(
                f,
                "DO UPDATE may reach another tenant's row: name the tenant column in the conflict \
                 target, or add `{needed}` to its WHERE"
            ),
        }
    }
}

impl std::error::Error for Violation {}

/// What was seen of the column and did not count, as the end of a message.
struct Seen<'a>(&'a [String]);

impl fmt::Display for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, conjunct) in self.0.iter().enumerate() {
            let lead = if index == 0 {
                "; does not count: "
            } else {
                ", "
            };
            write!(f, "{lead}`{conjunct}`")?;
        }
        Ok(())
    }
}
