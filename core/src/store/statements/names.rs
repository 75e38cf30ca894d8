//! Who may be meant by a name: the one way in which every statement asks that finds users by their names.

use std::ops::RangeInclusive;

use jiff::Timestamp;

use crate::error::StoreError;
use crate::model::{UserId, text};
use crate::store::sql::record::read_in_order;
use crate::store::sql::statement::{Rows, statements};
use crate::store::sql::{FromRow, Row, Value};

/// The rows of `$head … $tail`, a statement that has `users u` in it and ends with an AND, that may be those of one
/// name, `$2` in the form in which names are compared ([`sought`]): whose name is written so, whose key it is, and all
/// whose form no index can know, `unkeyed`. What is found is compared by who asks ([`of_the_name`]).
///
/// Each part goes by an index, which SQLite's planner does not take for a list of parts, nor, for the sake of the order,
/// where parts are to be told apart: who is found by several stands there several times.
///
/// `unkeyed` has no key, and a name that may be in another form than C: what other programs wrote since keys were filled
/// the last time. The index `ix_users_tenant_unkeyed` of step 10 is over just those, and is used where the same is asked.
macro_rules! named {
    ($engine:ident, $head:expr, $tail:expr) => {
        concat!(
            $head, "u.username = $2", $tail, " UNION ALL ",
            $head, "u.name_key = $2", $tail, " UNION ALL ",
            $head, named!(unkeyed $engine), $tail
        )
    };
    (unkeyed sqlite) => {
        concat!(
            "coalesce(u.name_key, '') = '' AND u.username GLOB '*[^ -\u{2ff}\u{388}-\u{482}\u{48a}-\u{52f}",
            "\u{1e00}-\u{1eff}\u{3041}-\u{3096}\u{30a1}-\u{30ff}\u{4e00}-\u{9fff}\u{ac00}-\u{d7a3}]*'"
        )
    };
    (unkeyed postgres) => {
        concat!(
            "coalesce(u.name_key, '') = '' AND u.username COLLATE \"C\" ~ '[^ -\\u02ff\\u0388-\\u0482\\u048a-\\u052f",
            "\\u1e00-\\u1eff\\u3041-\\u3096\\u30a1-\\u30ff\\u4e00-\\u9fff\\uac00-\\ud7a3]'"
        )
    };
}
pub(crate) use named;

/// A tenant, beside the users of it of which the condition behind this holds.
macro_rules! candidates {
    () => {
        "SELECT t.disabled_at, u.id, u.is_active, u.password_hash, u.password_argon2, u.password_source, \
         u.session_epoch, u.username FROM tenants t LEFT JOIN users u ON u.tenant_id = $1 AND "
    };
}

statements! {
    /// Users who may be meant by a name, beside their tenant, which is there even where no user is.
    CANDIDATES: Tenant Rows<Named<CandidateRow, 7>> = {
        sqlite: named!(sqlite, candidates!(), " WHERE t.id = $1"),
        postgres: named!(postgres, candidates!(), " WHERE t.id = $1"),
    };
}

/// A tenant, and a user who may be meant by a name in it.
pub(crate) struct CandidateRow {
    pub(crate) disabled_at: Option<Timestamp>,
    pub(crate) id: UserId,
    pub(crate) is_active: bool,
    pub(crate) password_hash: String,
    pub(crate) password_argon2: Option<String>,
    pub(crate) password_source: Option<String>,
    pub(crate) session_epoch: i64,
}

read_in_order! {
    CandidateRow {
        disabled_at, id, is_active, password_hash, password_argon2, password_source, session_epoch,
    }
}

/// Characters that are the same in form C and out of it, whatever stands beside them: a name of these alone is its own
/// key.
const PLAIN: [RangeInclusive<char>; 8] = [
    ' '..='\u{2ff}',
    '\u{388}'..='\u{482}',
    '\u{48a}'..='\u{52f}',
    '\u{1e00}'..='\u{1eff}',
    '\u{3041}'..='\u{3096}',
    '\u{30a1}'..='\u{30ff}',
    '\u{4e00}'..='\u{9fff}',
    '\u{ac00}'..='\u{d7a3}',
];

/// Whether a name needs no key to be found by.
pub(super) fn is_plain(name: &str) -> bool {
    name.chars()
        .all(|c| PLAIN.iter().any(|range| range.contains(&c)))
}

/// What a statement over [`named`] is asked.
pub(crate) fn sought(name: &str) -> [Value<'static>; 1] {
    [Value::from(text::nfc(name).into_owned())]
}

/// A row that may be of the name that is asked for, which stands in its column `NAME`. The others are rows of other
/// names: where one cannot be read, that is nothing to whoever asks for this one, and a name that cannot be read is none.
pub(crate) struct Named<T, const NAME: usize> {
    name: Option<String>,
    row: Result<T, StoreError>,
}

impl<T: FromRow, const NAME: usize> FromRow for Named<T, NAME> {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            name: row.get(NAME).ok(),
            row: T::from_row(row),
        })
    }
}

/// The rows of a name, in whatever form it is stored: a key alone says nothing, another program may have left it behind.
pub(crate) fn of_the_name<T, const NAME: usize>(
    name: &str,
    found: Vec<Named<T, NAME>>,
) -> Result<Vec<T>, StoreError> {
    let name = text::nfc(name);
    let has_it = |stored: &str| text::nfc(stored) == name;
    let of_it = found
        .into_iter()
        .filter(|row| row.name.as_deref().is_some_and(has_it));
    of_it.map(|named| named.row).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use unicode_normalization::char::canonical_combining_class;
    use unicode_normalization::{IsNormalized, is_nfc_quick};

    use super::*;

    #[test]
    fn what_needs_no_key_is_in_form_c_beside_whatever_it_stands() {
        for c in PLAIN.into_iter().flatten() {
            let alone = is_nfc_quick(std::iter::once(c));
            assert_eq!(alone, IsNormalized::Yes, "{c:?}");
            assert_eq!(canonical_combining_class(c), 0, "{c:?}");
        }
        for name in ["jürgen", "việt", "Ольга", "無人機", "드론", "ζωή", "admin"] {
            assert!(is_plain(name), "{name}");
        }
        for name in ["ju\u{308}rgen", "\u{212a}", "\u{1100}\u{1161}", "हिन्दी"] {
            assert!(!is_plain(name), "{name:?}");
        }
    }

    /// Else no planner takes the index.
    #[test]
    fn the_index_of_step_10_is_over_those_that_are_asked_for() {
        let class = |written: &dyn Fn(char) -> String| -> String {
            PLAIN
                .iter()
                .map(|range| format!("{}-{}", written(*range.start()), written(*range.end())))
                .collect()
        };
        let raw = class(&|c| c.to_string());
        let escaped = class(&|c| match c {
            ' ' => c.to_string(),
            _ => format!("\\u{:04x}", u32::from(c)),
        });
        let step = ringfence_migrations::STEPS;
        let step = step.iter().find(|step| step.name == "07b_names").unwrap();
        for (asked, class, up) in [
            (named!(unkeyed sqlite), raw, step.sqlite.up),
            (named!(unkeyed postgres), escaped, step.postgres.up),
        ] {
            assert!(asked.contains(&format!("[^{class}]")), "{asked}");
            let index = format!(
                "CREATE INDEX ix_users_tenant_unkeyed ON users (tenant_id)\n    WHERE {};",
                asked.replace("u.", "")
            );
            assert!(up.contains(&index), "{index}");
        }
    }
}
