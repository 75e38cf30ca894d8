//! What an update does to a column that may be empty.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};

/// What an update does to a value that may be absent: it keeps what is stored, takes it away, or sets another.
///
/// In JSON an absent field keeps, `null` clears, and anything else is set.
///
/// ```
/// use ringfence::model::{Change, DroneId, MissionUpdate};
///
/// let heron = DroneId::from("heron");
/// let given = MissionUpdate { drone_id: heron.into(), ..MissionUpdate::default() };
/// assert_eq!(given.drone_id, Change::Set("heron".into()));
///
/// let taken: MissionUpdate = serde_json::from_str(r#"{"drone_id": null}"#)?;
/// assert_eq!(taken.drone_id, Change::Clear);
/// let kept: MissionUpdate = serde_json::from_str("{}")?;
/// assert_eq!(kept.drone_id, Change::Keep);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Change<T> {
    /// What is stored stays.
    #[default]
    Keep,
    /// Nothing is stored any more.
    Clear,
    /// This is stored.
    Set(T),
}

impl<T> Change<T> {
    /// Whether what is stored stays.
    #[must_use]
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The value that is set, where one is, to be brought into the form in which it is stored.
    pub(crate) const fn value_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Keep | Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The value that is set, where one is.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Keep | Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<T: Clone> Change<T> {
    /// What is stored afterwards.
    pub(crate) fn after(&self, before: &Option<T>) -> Option<T> {
        match self {
            Self::Keep => before.clone(),
            Self::Clear => None,
            Self::Set(value) => Some(value.clone()),
        }
    }
}

/// Sets the value.
impl<T> From<T> for Change<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

/// What is to be stored afterwards: nothing, or the value.
impl<T> From<Option<T>> for Change<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl<T: Serialize> Serialize for Change<T> {
    /// A field that keeps is left out (`skip_serializing_if = "Change::is_keep"`): it has no value of its own.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep => Err(S::Error::custom("a field that stays as it is, is left out")),
            Self::Clear => serializer.serialize_none(),
            Self::Set(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

/// Gives a [`Change`] to Kotlin and Swift, which know no generics: as an enum `$name` of `Keep`, `Clear` and `Set`. The
/// generator writes no default of an enum's type, and a record's field must have one to be left out: so the field may
/// be null there, under the name `$nullable`, and null keeps.
#[cfg(feature = "uniffi")]
macro_rules! exported_change {
    ($($(#[$doc:meta])+ $name:ident ($nullable:ident) of $value:ty;)+) => {
        mod exported {
            $(
                $(#[$doc])+
                #[derive(uniffi::Enum)]
                pub enum $name {
                    /// What is stored stays, as it does where nothing is said.
                    Keep,
                    /// Nothing is stored any more.
                    Clear,
                    /// This is stored.
                    Set {
                        /// What is stored afterwards.
                        value: $value,
                    },
                }
            )+
        }

        $(
            type $nullable = Change<$value>;

            uniffi::custom_type!($nullable, Option<exported::$name>, {
                lower: |change| Some(match change {
                    Change::Keep => exported::$name::Keep,
                    Change::Clear => exported::$name::Clear,
                    Change::Set(value) => exported::$name::Set { value },
                }),
                try_lift: |said| Ok(match said {
                    None | Some(exported::$name::Keep) => Change::Keep,
                    Some(exported::$name::Clear) => Change::Clear,
                    Some(exported::$name::Set { value }) => Change::Set(value),
                }),
            });
        )+
    };
}

#[cfg(feature = "uniffi")]
exported_change! {
    /// What an update does to the drone of a mission.
    DroneIdChange (DroneIdChangeOrKeep) of crate::model::DroneId;
    /// What an update does to the mission of an inspection task.
    MissionIdChange (MissionIdChangeOrKeep) of crate::model::MissionId;
    /// What an update does to a number that may be absent.
    NumberChange (NumberChangeOrKeep) of f64;
    /// What an update does to a text that may be absent.
    TextChange (TextChangeOrKeep) of String;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    struct Update {
        #[serde(skip_serializing_if = "Change::is_keep")]
        comment: Change<String>,
    }

    #[test]
    fn in_json_absent_keeps_and_null_clears_both_ways() {
        for (json, change) in [
            ("{}", Change::Keep),
            (r#"{"comment":null}"#, Change::Clear),
            (r#"{"comment":"windy"}"#, Change::Set("windy".to_owned())),
        ] {
            let update = Update { comment: change };
            assert_eq!(serde_json::to_string(&update).unwrap(), json);
            assert_eq!(serde_json::from_str::<Update>(json).unwrap(), update);
        }
    }

    #[test]
    fn what_keeps_is_never_written_as_what_clears() {
        assert!(serde_json::to_string(&Change::<String>::Keep).is_err());
    }

    #[test]
    fn a_change_makes_of_what_is_stored_what_it_says() {
        for before in [None, Some(1)] {
            assert_eq!(Change::Keep.after(&before), before);
            assert_eq!(Change::Clear.after(&before), None);
            assert_eq!(Change::from(2).after(&before), Some(2));
            assert_eq!(Change::from(Some(2)).after(&before), Some(2));
            assert_eq!(Change::from(None).after(&before), None);
        }
    }
}
