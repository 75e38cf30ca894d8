//! Where things lie in this repository.

use std::path::{Path, PathBuf};

/// The folder that holds the workspace's `Cargo.toml`: of the checkout in which this runs, which may be another than
/// the one that it was built in, where both share a folder for builds.
#[must_use]
pub fn root() -> PathBuf {
    let is_root = |folder: &&Path| folder.join("tooling/xtask/Cargo.toml").exists();
    let here = std::env::current_dir().unwrap_or_default();
    let found = here.ancestors().find(is_root).map(Path::to_path_buf);
    found.unwrap_or_else(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        here.ancestors().nth(2).unwrap_or(here).to_path_buf()
    })
}

/// Where builds go: `CARGO_TARGET_DIR`, else `target` at the root.
#[must_use]
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |dir| root().join(dir))
}
