//! Whether the work of a call that failed may have happened all the same.

use crate::model::text_enums;

text_enums! {
    /// Whether the work of a failed call may have happened all the same.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    pub closed enum WorkOutcome {
        /// Nothing was changed; the call may be repeated.
        NotDone = "not_done",
        /// The answer was lost and the database could not say: look before repeating the call.
        Unknown = "unknown",
    }
}
