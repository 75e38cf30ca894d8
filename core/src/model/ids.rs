//! Ids: text, one type for each kind, so that a mission's id cannot be passed for a drone's.
//!
//! New ids are UUIDv7 in lower-case dashed form; rows of an adopted database keep the ids that they have. An id
//! says nothing about the tenant that it belongs to: every one is looked up inside the session's tenant.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::{self, InvalidField};

/// The last eight characters of an id, which are drawn by chance in a new one.
pub(crate) fn tail(id: &str) -> &str {
    let eighth = id.char_indices().rev().nth(7);
    eighth.and_then(|(from, _)| id.get(from..)).unwrap_or(id)
}

macro_rules! id {
    ($($(#[$doc:meta])+ $name:ident checked by $check:path;)+) => {$(
        $(#[$doc])+
        ///
        /// Any text can be made into one; a method that takes it refuses what is empty, longer than 200 bytes or
        /// contains NUL.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(
            feature = "python",
            derive(pyo3::FromPyObject, pyo3::IntoPyObject, pyo3::IntoPyObjectRef),
            pyo3(transparent)
        )]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Refuses what no id can be, naming `field`.
            #[allow(dead_code, reason = "not every kind of id is handed to a method")]
            pub(crate) fn check(&self, field: &str) -> Result<(), InvalidField> {
                $check(field, &self.0)
            }
        }

        impl $crate::model::Textual for $name {
            fn stored(text: &str) -> Self {
                Self(text.to_owned())
            }

            fn as_text(&self) -> &str {
                &self.0
            }

            fn into_text(self) -> std::borrow::Cow<'static, str> {
                self.0.into()
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "uniffi")]
        uniffi::custom_newtype!($name, String);
    )+};
}

id! {
    /// The id of a tenant: one operator whose data is kept apart from everybody else's. Ids that begin with `~` are
    /// the library's own (`~deployment` holds the operators' log), and under `system` the old platform wrote down what it
    /// was asked without a token: no tenant has one of these, and none is looked up.
    TenantId checked by check_tenant;
    /// The id of a user of a tenant.
    UserId checked by check;
    /// The id of a role of a tenant.
    RoleId checked by check;
    /// The id of a drone.
    DroneId checked by check;
    /// The id of a mission.
    MissionId checked by check;
    /// The id of one flight of a mission, from its start to its end.
    RunId checked by check;
    /// The id of one decision about a mission.
    ApprovalId checked by check;
    /// The id of an inspection template.
    TemplateId checked by check;
    /// The id of one item of an inspection template.
    TemplateItemId checked by check;
    /// The id of an inspection task.
    TaskId checked by check;
    /// The id of something that was seen during an inspection.
    ObservationId checked by check;
    /// The id of a report that was made of an inspection.
    ExportId checked by check;
    /// The id of a defect.
    DefectId checked by check;
    /// The id of something that was done about a defect.
    DefectActionId checked by check;
    /// The id of an incident.
    IncidentId checked by check;
    /// The id of an alert.
    AlertId checked by check;
    /// The id of a recorded decision.
    ApprovalRecordId checked by check;
    /// The id of a command that the platform had sent which owned the database before.
    LegacyCommandId checked by check;
    /// The id of an event that that platform wrote down.
    LegacyEventId checked by check;
    /// The id of a request that it was asked.
    LegacyRequestId checked by check;
}

fn check(field: &str, id: &str) -> Result<(), InvalidField> {
    if id.is_empty() {
        return Err(InvalidField::new(field, "is empty"));
    }
    text::bounded(field, id, text::ID_MAX)
}

/// Under what the old platform filed in the place of a tenant the requests that are no tenant's.
pub(crate) const NOBODYS: &str = "system";

fn check_tenant(field: &str, id: &str) -> Result<(), InvalidField> {
    check(field, id)?;
    if id.starts_with('~') {
        return Err(InvalidField::new(field, "must not start with `~`"));
    }
    if id == NOBODYS {
        return Err(InvalidField::new(field, "must not be `system`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_no_id_can_be_is_refused_naming_the_field() {
        for text in ["", "a\0", &"x".repeat(201)] {
            assert_eq!(
                DroneId::from(text).check("drone_id").unwrap_err().field,
                "drone_id"
            );
        }
        assert!(DroneId::from("x".repeat(200)).check("drone_id").is_ok());
        assert!(DroneId::from("' OR 1=1 --").check("drone_id").is_ok());
    }

    #[test]
    fn ids_that_start_with_a_tilde_and_the_old_platforms_word_for_nobody_are_no_tenants() {
        for reserved in ["~deployment", "~"] {
            let refused = TenantId::from(reserved).check("tenant").unwrap_err();
            assert_eq!(refused.rule, "must not start with `~`");
        }
        assert!(TenantId::from("a~").check("tenant").is_ok());
        let nobodys = TenantId::from("system").check("tenant").unwrap_err();
        assert_eq!(nobodys.rule, "must not be `system`");
        assert!(TenantId::from("System").check("tenant").is_ok());
        assert!(UserId::from("~deployment").check("user_id").is_ok());
    }

    #[test]
    fn an_id_is_plain_text_in_json() {
        let id: MissionId = serde_json::from_str("\"m-1\"").unwrap();
        assert_eq!(id.as_str(), "m-1");
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"m-1\"");
    }
}
