//! Running one unit of work, whatever it does.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use super::tx::{UnitFn, WriteTx};
use crate::error::Failure;

/// Runs a unit. A panic, and a write without its audit event, are failures of this unit alone.
pub(super) async fn attempt(
    unit: &UnitFn,
    tx: &mut WriteTx,
) -> Result<Box<dyn Any + Send>, Failure> {
    let before = tx.begin_unit();
    let outcome = AssertUnwindSafe(async { unit(tx).await })
        .catch_unwind()
        .await;
    let value = match outcome {
        Ok(outcome) => outcome?,
        Err(panic) => return Err(Failure::Internal(panic_text(panic.as_ref()))),
    };
    if tx.wrote_unrecorded(&before) {
        return Err(Failure::Internal(
            "a unit of work wrote without an audit event".to_owned(),
        ));
    }
    Ok(value)
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    format!("a unit of work panicked: {text}")
}
