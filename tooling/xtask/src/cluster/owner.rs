//! Whom a throwaway server runs as, and who ends it when nobody else can.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use super::Server;
use crate::{Result, process};

/// The account that the server runs as. Postgres refuses to run as root, so root lends it another.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    lent: Option<(u32, u32)>,
}

impl Account {
    /// The account that owns the folder, or for root's folder one that it is given to.
    pub(crate) fn for_files_of(dir: &Path) -> Result<Self> {
        if fs::metadata(dir)?.uid() != 0 {
            return Ok(Self { lent: None });
        }
        let accounts = fs::read_to_string("/etc/passwd")?;
        let lent = ["postgres", "nobody"]
            .iter()
            .find_map(|name| ids(&accounts, name));
        let (user, group) = lent.ok_or(
            "Postgres does not run as root, and there is neither a user postgres nor nobody",
        )?;
        chown(dir, Some(user), Some(group))?;
        Ok(Self {
            lent: Some((user, group)),
        })
    }

    /// The server itself, or a copy in `dir` where the account cannot reach it (a checkout in root's home).
    pub(super) fn reachable(&self, server: Server, dir: &Path) -> Result<Server> {
        let mut probe = self.command(&server.bindir.join("postgres"), dir);
        if process::capture(probe.arg("--version")).is_ok() {
            return Ok(server);
        }
        let Some(installation) = server.bindir.parent() else {
            return Ok(server);
        };
        let copy = dir.join("pginstall");
        process::capture(Command::new("cp").arg("-R").arg(installation).arg(&copy))?;
        process::capture(Command::new("chmod").args(["-R", "a+rX"]).arg(&copy))?;
        Ok(Server {
            bindir: copy.join("bin"),
            ..server
        })
    }

    /// A command that runs as the account, in a folder that it may enter.
    pub(crate) fn command(&self, program: &Path, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(dir)
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        if let Some((user, group)) = self.lent {
            command.uid(user).gid(group);
        }
        command
    }

    /// Writes a file that only the account may read.
    pub(crate) fn write(&self, file: &Path, text: &str) -> Result<()> {
        fs::write(file, text)?;
        fs::set_permissions(file, fs::Permissions::from_mode(0o600))?;
        if let Some((user, group)) = self.lent {
            chown(file, Some(user), Some(group))?;
        }
        Ok(())
    }
}

fn ids(accounts: &str, name: &str) -> Option<(u32, u32)> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let found = fields.next()? == name;
        let (user, group) = (fields.nth(1)?, fields.next()?);
        if found {
            Some((user.parse().ok()?, group.parse().ok()?))
        } else {
            None
        }
    })
}

/// A process that waits for the end of its input and then ends the server and removes its folder.
///
/// Its input ends when we close it or when this process is gone, `kill -9` included. It has a process
/// group of its own, so that a Ctrl-C in the terminal leaves it to do its work.
#[derive(Debug)]
pub(super) struct Watchdog {
    process: Child,
    input: Option<ChildStdin>,
}

impl Watchdog {
    const SCRIPT: &'static str = r#"
        cat >/dev/null
        "$1/pg_ctl" stop --mode immediate --wait --timeout 20 --pgdata "$2/data"
        rm -rf "$2"
    "#;

    pub(super) fn start(account: &Account, server: &Server, dir: &Path) -> Result<Self> {
        let mut command = account.command(Path::new("/bin/sh"), Path::new("/"));
        command
            .args(["-c", Self::SCRIPT, "watchdog"])
            .arg(&server.bindir)
            .arg(dir);
        command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut process = command.spawn()?;
        let input = process.stdin.take();
        Ok(Self { process, input })
    }

    /// Lets it do its work now, and waits for it.
    pub(super) fn finish(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.finish();
    }
}
