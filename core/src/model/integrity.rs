//! What an integrity scan finds: rows that break a tenant's boundary, and values that the library does not know.

use serde::{Deserialize, Serialize};

use super::text_enum::text_enums;

text_enums! {
    /// What is wrong with a row.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    pub closed enum IntegrityProblem {
        /// It belongs to no tenant.
        TenantMissing = "tenant_missing",
        /// It belongs to a tenant that does not exist.
        TenantUnknown = "tenant_unknown",
        /// It refers to a row of another tenant.
        TenantMismatch = "tenant_mismatch",
        /// It refers to a row that does not exist.
        Orphan = "orphan",
        /// It names a user who does not exist, in a column that nobody ever declared a reference. It is read as it is.
        NamesNobody = "names_nobody",
        /// It names a user of another tenant in such a column. It is read as it is.
        NamesForeign = "names_foreign",
        /// A row of the old platform's logs belongs to a tenant that does not exist, or no more: no session reads it.
        TenantGone = "tenant_gone",
        /// A tenant's id begins with `~`, which is kept for the deployment's own log, or is `system`, under which the old
        /// platform wrote down the requests that are no tenant's.
        TenantReserved = "tenant_reserved",
        /// The key is held by more than one row.
        Duplicate = "duplicate",
        /// A tenant's log or its policy epoch is gone, which each gets with its first row.
        LogMissing = "log_missing",
        /// The value cannot be read: a time that is none, bytes that are no UTF-8 text, nothing where something must be.
        Unreadable = "unreadable",
        /// The text is none of those that the library knows for this column. It is read as it is.
        UnknownValue = "unknown_value",
        /// The document is no JSON. It is read as it is.
        MalformedJson = "malformed_json",
        /// Another user of the tenant has the same name, written in other characters: in Unicode's normalisation form
        /// C, in which names are compared, the two are one. Nobody logs in by it.
        NameClash = "name_clash",
        /// The user's name is written in another form than it is compared in, and has no key that says so: another
        /// program wrote it. It is found all the same, by a look at each that lacks its key, until `migrate` fills them.
        NameUnkeyed = "name_unkeyed",
        /// The user's name is none that could be given today: blanks around it, or characters that are not seen. It is
        /// found and read as it is.
        NameRefused = "name_refused",
    }
}

impl IntegrityProblem {
    /// Whether no step of a migration is made while a row is so. What does not stop is read as it is, and
    /// reported for the sake of whoever mends it.
    #[must_use]
    pub fn stops(self) -> bool {
        match self {
            Self::TenantMissing
            | Self::TenantUnknown
            | Self::TenantMismatch
            | Self::Orphan
            | Self::TenantReserved
            | Self::Duplicate
            | Self::Unreadable => true,
            Self::NamesNobody
            | Self::NamesForeign
            | Self::TenantGone
            | Self::LogMissing
            | Self::UnknownValue
            | Self::MalformedJson
            | Self::NameClash
            | Self::NameUnkeyed
            | Self::NameRefused => false,
        }
    }

    /// What could be done about it, in a sentence for whoever mends the row: nothing is ever repaired by a scan.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::TenantMissing => {
                "Name the tenant of the row that it refers to, or delete the row."
            }
            Self::TenantUnknown => "Move the row into a tenant that exists, or delete it.",
            Self::TenantMismatch => {
                "Refer to a row of its own tenant or to none, or move one of the two rows into the other's tenant."
            }
            Self::Orphan => {
                "Refer to a row that exists or to none, bring that row back, or delete this one."
            }
            Self::NamesNobody => {
                "Leave it: it is read as it is. Whoever knows who was meant may name that user."
            }
            Self::NamesForeign => {
                "Leave it: it is read as it is. Whoever knows who was meant may name a user of the row's tenant."
            }
            Self::TenantGone => {
                "Leave it: no session reads it. Nothing but the row itself tells whose it was."
            }
            Self::TenantReserved => {
                "Give the tenant another id, in its own row and in every row that belongs to it."
            }
            Self::Duplicate => {
                "Keep one of the rows that share the key: give the others keys of their own, or delete them."
            }
            Self::LogMissing => {
                "Bring back what is gone from a backup: a log that is begun anew proves nothing of what was before."
            }
            Self::Unreadable => {
                "Write a value of the column's kind, or none where the column may hold nothing."
            }
            Self::UnknownValue => {
                "Write one of the values that the column may hold, or leave it: it is read as it is."
            }
            Self::MalformedJson => "Write the document as JSON, or leave it: it is read as it is.",
            Self::NameClash => "Give all but one of the users another name.",
            Self::NameUnkeyed => "Run `migrate`, which gives the name its key.",
            Self::NameRefused => {
                "Give the user a name without blanks around it and without characters that are not seen."
            }
        }
    }

    /// Whether it is about a value by itself, and not about what the row belongs or refers to.
    pub(crate) fn is_of_a_value(self) -> bool {
        matches!(
            self,
            Self::Unreadable | Self::UnknownValue | Self::MalformedJson
        )
    }
}

/// One row that breaks a boundary, or holds a value that the library does not know. For operators: it names rows of
/// every tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct IntegrityFinding {
    /// The table of the row.
    pub table: String,
    /// The row's key, its parts joined by `/`.
    pub key: String,
    /// The column at fault.
    pub column: String,
    /// What is wrong.
    pub problem: IntegrityProblem,
    /// Whether no step of a migration is made while the row is so, which its problem says.
    pub stops: bool,
    /// The value of the column, cut after 200 characters. Absent where the column may hold a secret.
    pub value: Option<String>,
    /// In which tenant the row stands.
    pub tenant: Option<String>,
    /// The table that the column refers to.
    pub refers_to: Option<String>,
    /// In which tenant the row stands that the column refers to.
    pub refers_to_tenant: Option<String>,
    /// What could be done about it, which its problem says. Nothing is repaired.
    pub remedy: String,
}

impl IntegrityFinding {
    /// A finding about a row that refers to nothing, with the value left out.
    pub(crate) fn new(table: &str, key: String, column: &str, problem: IntegrityProblem) -> Self {
        Self {
            table: table.to_owned(),
            key,
            column: column.to_owned(),
            problem,
            stops: problem.stops(),
            value: None,
            tenant: None,
            refers_to: None,
            refers_to_tenant: None,
            remedy: problem.remedy().to_owned(),
        }
    }
}

/// What a scan looked at and what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct IntegrityReport {
    /// How many checks ran.
    pub checks: u32,
    /// How many findings there are in all.
    pub found: u64,
    /// How many of them stop a migration.
    pub stopping: u64,
    /// The findings, at most 1000 of each problem of a column. Who hears them as they are found hears them all.
    pub findings: Vec<IntegrityFinding>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl IntegrityReport {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.found == 0
    }

    /// Whether a migration can go on: nothing was found, or only what does not stop it.
    #[must_use]
    pub fn lets_migrate(&self) -> bool {
        self.stopping == 0
    }
}
