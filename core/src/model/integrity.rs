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
        /// A tenant's id begins with `~`, which is kept for the deployment's own log.
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
            Self::LogMissing
            | Self::UnknownValue
            | Self::MalformedJson
            | Self::NameClash
            | Self::NameUnkeyed
            | Self::NameRefused => false,
        }
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
}

/// What a scan looked at and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct IntegrityReport {
    /// How many checks ran.
    pub checks: u32,
    /// What they found, at most 1000 rows for each check.
    pub findings: Vec<IntegrityFinding>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl IntegrityReport {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether a migration can go on: nothing was found, or only what does not stop it.
    #[must_use]
    pub fn lets_migrate(&self) -> bool {
        !self.findings.iter().any(|finding| finding.stops)
    }
}
