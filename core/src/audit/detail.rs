//! What an event says besides who did what to which row.

use serde_json::{Map, Value as JsonValue};

use crate::model::hex;
use crate::store::Value;

/// The detail of an event: before and after of the changed columns, and what else is worth knowing.
/// Secrets are named, never shown.
#[derive(Debug, Clone, Default)]
pub(crate) struct Detail(Map<String, JsonValue>);

/// A row whose events show its columns: [`audited`] says which.
pub(crate) trait Audited {
    /// The columns' names and values.
    fn columns(&self) -> Vec<(&'static str, JsonValue)>;
}

/// Declares which columns of a row its events show, for its creation, its changes and its end: those that are edited, or
/// those that are listed.
macro_rules! audited {
    ($row:ident) => {
        impl $crate::audit::detail::Audited for $row {
            fn columns(&self) -> Vec<(&'static str, serde_json::Value)> {
                let told = $crate::store::Edited::told(self).into_iter();
                told.map(|(column, value)| (column, $crate::audit::detail::shown(&value))).collect()
            }
        }
    };
    ($row:ident { $($column:ident),+ $(,)? }) => {
        impl $crate::audit::detail::Audited for $row {
            fn columns(&self) -> Vec<(&'static str, serde_json::Value)> {
                use $crate::store::ToValue as _;
                vec![$((stringify!($column), $crate::audit::detail::shown(&self.$column.to_value()))),+]
            }
        }
    };
}
pub(crate) use audited;

/// What a column is given, as an event shows it.
pub(crate) fn shown(value: &Value<'_>) -> JsonValue {
    match value {
        Value::Null => JsonValue::Null,
        Value::Text(text) => text.as_ref().into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Time(time) => time.to_string().into(),
        Value::Blob(bytes) => hex(bytes).into(),
        Value::List(all) => all.iter().map(shown).collect(),
    }
}

impl Detail {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Of a row that is new.
    pub(crate) fn created(row: &impl Audited) -> Self {
        let columns = row.columns().into_iter();
        columns.fold(Self::new(), |detail, (column, after)| {
            detail.side("after", column, after)
        })
    }

    /// Of a row that is gone.
    pub(crate) fn gone(row: &impl Audited) -> Self {
        let columns = row.columns().into_iter();
        columns.fold(Self::new(), |detail, (column, before)| {
            detail.side("before", column, before)
        })
    }

    /// Of a row as it was and as it is: the columns that differ.
    pub(crate) fn changed<T: Audited>(before: &T, after: &T) -> Self {
        let columns = before.columns().into_iter().zip(after.columns());
        columns.fold(Self::new(), |detail, ((column, before), (_, after))| {
            detail.moved(column, before, after)
        })
    }

    /// A fact beside the columns.
    pub(crate) fn with(mut self, name: &str, value: impl Into<JsonValue>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Likewise what somebody said, where they said anything.
    pub(crate) fn said(self, name: &str, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.with(name, text),
            None => self,
        }
    }

    /// A column of what hangs on a row and has no event of its own, where it differs.
    pub(crate) fn moved(
        self,
        column: &str,
        before: impl Into<JsonValue>,
        after: impl Into<JsonValue>,
    ) -> Self {
        let (before, after) = (before.into(), after.into());
        if before == after {
            return self;
        }
        self.side("before", column, before)
            .side("after", column, after)
    }

    /// Likewise, where it is new.
    pub(crate) fn set(self, column: &str, after: impl Into<JsonValue>) -> Self {
        self.side("after", column, after.into())
    }

    /// Likewise, where it is gone.
    pub(crate) fn taken(self, column: &str, before: impl Into<JsonValue>) -> Self {
        self.side("before", column, before.into())
    }

    fn side(mut self, side: &str, column: &str, value: JsonValue) -> Self {
        let entry = self
            .0
            .entry(side)
            .or_insert_with(|| JsonValue::Object(Map::new()));
        if let JsonValue::Object(columns) = entry {
            columns.insert(column.to_owned(), value);
        }
        self
    }

    pub(super) fn into_text(self) -> String {
        JsonValue::Object(self.0).to_string()
    }
}
