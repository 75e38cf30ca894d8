//! Files that are made from what the code says, and written anew where somebody asks for it.

use std::fs;

use xtask::repository::root;

const BLESS: &str = "RINGFENCE_BLESS";

/// That this file of the repository holds this text; under `RINGFENCE_BLESS` it is written first.
pub(crate) fn is_written(path: &str, wanted: &str) {
    let file = root().join(path);
    if std::env::var_os(BLESS).is_some() {
        fs::write(&file, wanted).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == wanted,
        "{path} is stale: run this test with {BLESS}=1"
    );
}
