//! The database that the bindings' tests start from: the example `two_tenants` writes it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use xtask::{Result, process, repository};

/// The variable that names the file. Tests copy it: it is not theirs to change.
const FILE_VARIABLE: &str = "RINGFENCE_TWO_TENANTS";

/// The variable that holds the ids in it, as the example prints them.
const IDS_VARIABLE: &str = "RINGFENCE_TWO_TENANTS_IDS";

/// A file with two tenants, and the ids in it.
pub(crate) struct TwoTenants {
    file: PathBuf,
    ids: String,
}

impl TwoTenants {
    /// Has the example write the file anew. It is built with the default members, as the Rust tests are, so
    /// that the core is compiled with one set of features.
    pub(crate) fn written() -> Result<Self> {
        let folder = repository::target().join("two-tenants");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let file = folder.join("fleet.db");
        let ids = process::capture(
            process::cargo(["run", "--locked", "--quiet", "--example", "two_tenants"])
                .arg("--")
                .arg(&file),
        )?;
        Ok(Self { file, ids })
    }

    /// Tells the command where the file is and what is in it.
    pub(crate) fn named_to<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env(FILE_VARIABLE, &self.file)
            .env(IDS_VARIABLE, self.ids.trim())
    }
}
