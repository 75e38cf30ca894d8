//! Asking for rows, as the methods of every domain do.

use crate::error::{Conflict, Failure, Result};
use crate::frame::Method;
use crate::model::{Permission, Window, text};
use crate::store::{FromRow, Stamped, Tx, Value};

/// The first parameters of a page's statement after the tenant: the key to start after, and one row more
/// than asked for, which tells whether there is a next page.
pub(super) fn page_parameters(window: &Window) -> Vec<Value<'static>> {
    vec![
        Value::from(window.after.clone().unwrap_or_default()),
        Value::from(i64::from(window.limit) + 1),
    ]
}

/// The parameters of a filter by a name: in the form in which names are stored, and as it was given, which is how another
/// program may have stored it.
pub(super) fn spellings(name: Option<String>) -> [Value<'static>; 2] {
    let stored = name.as_deref().map(|name| text::nfc(name).into_owned());
    [stored.into(), name.into()]
}

/// How many rows a statement counts.
pub(super) async fn counted(
    method: Method<'_>,
    permission: Permission,
    kind: &'static str,
    asked: Option<(&'static Stamped<i64>, Vec<Value<'static>>)>,
) -> Result<i64> {
    let (query, parameters) =
        asked.ok_or_else(|| Failure::Internal(format!("no list counts {kind}s")))?;
    let counted = method.rows(permission, kind, query, parameters).await?;
    Ok(counted.into_iter().sum())
}

/// The row that an id names, inside the transaction; `kind` is what it is called where there is none.
pub(super) async fn find<T: FromRow>(
    tx: &mut Tx,
    query: &'static Stamped<T>,
    id: &str,
    kind: &'static str,
) -> Result<T, Failure> {
    let found = tx.opt(query, &[Value::from(id)]).await?;
    found.ok_or(Failure::NotFound(kind))
}

/// Refuses an update made on sight of an older version.
pub(super) fn seen(stated: Option<i64>, stored: i64) -> Result<(), Failure> {
    match stated {
        Some(version) if version != stored => Err(Conflict::stale_version().into()),
        _ => Ok(()),
    }
}
