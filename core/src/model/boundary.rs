//! What a boundary report says: what of a tenant's boundary the database holds, and what it does not.

use serde::{Deserialize, Serialize};

use super::text_enum::text_enums;

text_enums! {
    /// What of the boundary is looked at: of each table, and of the database as a whole.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    pub closed enum BoundaryLayer {
        /// A table's primary and unique keys, the tenant that each of its rows must have, and what is taken for granted of
        /// the table: how its columns are compared, that no key reaches over tenants and no other table has its rows.
        Keys = "keys",
        /// The foreign keys that hold its references inside the tenant, as far as foreign keys do.
        References = "references",
        /// The triggers that refuse what keys cannot, and on SQLite what keys could.
        Triggers = "triggers",
        /// The policy that shows a tenant its own rows, on Postgres.
        RowLevelSecurity = "row_level_security",
        /// What the runtime role and everybody may do with the table, on Postgres.
        Grants = "grants",
        /// What the triggers run on Postgres. Of the database.
        Functions = "functions",
        /// Whether keys and triggers hold on the library's connections: `foreign_keys` on SQLite,
        /// `session_replication_role` on Postgres. Of the database.
        Connections = "connections",
        /// The role that tenants' transactions take on, on Postgres. Of the database.
        RuntimeRole = "runtime_role",
        /// Whom the report was made by, on Postgres. Of the database.
        Login = "login",
    }

    /// Whether a layer holds.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    pub closed enum LayerState {
        /// All of it stands.
        Holds = "holds",
        /// Something of it does not.
        Broken = "broken",
        /// What the steps so far make of it stands; another step makes the rest.
        NotYet = "not_yet",
    }

    /// What was found about a layer.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    pub closed enum BoundaryProblem {
        /// It is not there.
        Missing = "missing",
        /// Something of its name is there that is not as the steps make it.
        Changed = "changed",
        /// It is there and switched off.
        Disabled = "disabled",
        /// It opens what must be closed: a grant, a policy or a right that no step gives, a key over the rows of all
        /// tenants, a table whose rows are the library's too.
        Excess = "excess",
        /// It is the host's own: a trigger, a rule, a policy or a grant to another role. The library cannot say what
        /// comes of it.
        Foreign = "foreign",
        /// The database login passes row-level security. Tenants' transactions do not run as it.
        Privileged = "privileged",
    }
}

impl BoundaryProblem {
    /// Whether a layer of which it is found does not hold. What does not break it is told, for whoever vouches for it.
    #[must_use]
    pub fn breaks(self) -> bool {
        match self {
            Self::Missing | Self::Changed | Self::Disabled | Self::Excess => true,
            Self::Foreign | Self::Privileged => false,
        }
    }
}

/// One thing that does not stand as it must, or that stands beside what must. For operators: it names roles and objects
/// of the host's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct BoundaryFinding {
    /// What it is about, such as `trigger ringfence_key on drones`.
    pub what: String,
    /// What is wrong.
    pub problem: BoundaryProblem,
    /// Whether the layer does not hold because of it, which its problem says.
    pub breaks: bool,
    /// Why, for people: how it stands instead, or who may do what.
    pub why: String,
}

/// One layer of one table, or of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct LayerReport {
    /// The table. Absent for what is of the database as a whole.
    pub table: Option<String>,
    /// The batch of the hardening that the table belongs to, such as `07A-1`.
    pub batch: Option<String>,
    /// The layer.
    pub layer: BoundaryLayer,
    /// Whether it holds.
    pub state: LayerState,
    /// How many of its parts stand as they must.
    pub held: u32,
    /// The step from which on it is whole, where that is still to be taken.
    pub step: Option<u32>,
    /// What does not stand, and what stands beside it.
    pub findings: Vec<BoundaryFinding>,
}

/// What the database holds of the boundary between tenants: table by table, layer by layer, as it stands right now. A
/// layer that a table will never have on this engine is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct BoundaryReport {
    /// The step that the database stands at.
    pub version: u32,
    /// The newest step that this library knows.
    pub latest: u32,
    /// The layers of the database, and then of each table.
    pub layers: Vec<LayerReport>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl BoundaryReport {
    /// Whether everything stands that this version of the library makes: nothing is broken, and no step is to be taken.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let whole = |it: &LayerReport| it.state != LayerState::Broken && it.step.is_none();
        self.layers.iter().all(whole)
    }
}
