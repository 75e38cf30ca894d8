//! A throwaway PgBouncer for tests, in front of a server: on a free port of 127.0.0.1, in a folder of its own, gone with
//! the process that started it however that process ends.
//!
//! There are two: the one of the system's package, which on Debian 12 is of before prepared statements were carried, and
//! [a newer one](newer) that is built from Debian's source.

mod build;

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub use self::build::newer;
use crate::cluster::Account;
use crate::{Result, process};

/// A PgBouncer that can be started.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    /// Its version: major and minor.
    pub version: (u32, u32),
}

/// The first version that carries prepared statements through transaction pooling.
pub const CARRIES_FROM: (u32, u32) = (1, 21);

impl Program {
    fn at(path: &Path) -> Result<Self> {
        let said = process::capture(Command::new(path).arg("--version"))?;
        let version = said.split_whitespace().nth(1).unwrap_or_default();
        let mut numbers = version.split('.').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self {
                path: path.to_owned(),
                version: (major, minor),
            }),
            _ => Err(format!("{} says no version: {said}", path.display()).into()),
        }
    }
}

/// The PgBouncer of the system's package, of before [`CARRIES_FROM`].
///
/// # Errors
///
/// When there is none, or a newer one.
pub fn packaged() -> Result<Program> {
    let usual = [Path::new("/usr/sbin/pgbouncer").to_owned()];
    let found = process::find("pgbouncer").into_iter().chain(usual);
    let path = found.into_iter().find(|path| path.is_file());
    let path = path.ok_or("no pgbouncer on this machine: install the package pgbouncer")?;
    let program = Program::at(&path)?;
    if program.version >= CARRIES_FROM {
        let (major, minor) = program.version;
        return Err(format!(
            "{} is of {major}.{minor}, and one of before 1.21 is wanted",
            path.display()
        )
        .into());
    }
    Ok(program)
}

/// A running throwaway PgBouncer. Dropping it stops it and removes its folder.
#[derive(Debug)]
pub struct Pooler {
    address: SocketAddr,
    dir: PathBuf,
    watchdog: Child,
    input: Option<ChildStdin>,
}

/// Runs the pooler until its own input ends, whoever held the other end.
const SCRIPT: &str = r#"
    "$1" --quiet "$2/pgbouncer.ini" </dev/null &
    cat >/dev/null
    kill -TERM $! 2>/dev/null
    wait
    rm -rf "$2"
"#;

impl Pooler {
    /// Starts one in front of the server at this address, for these logins, with these settings besides those that
    /// every throwaway one gets. The pooler trusts whoever comes.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(
        program: &Program,
        server: SocketAddr,
        logins: &[&str],
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let temporary = TempDir::with_prefix("ringfence-pooler-")?;
        let account = Account::for_files_of(temporary.path())?;
        let dir = temporary.keep();
        let free = TcpListener::bind(("127.0.0.1", 0))?;
        let address = free.local_addr()?;
        drop(free);
        let users: String = logins
            .iter()
            .map(|login| format!("\"{login}\" \"\"\n"))
            .collect();
        account.write(&dir.join("users.txt"), &users)?;
        account.write(
            &dir.join("pgbouncer.ini"),
            &configuration(&dir, address, server, settings),
        )?;
        let mut command = account.command(Path::new("/bin/sh"), Path::new("/"));
        command
            .args(["-c", SCRIPT, "pooler"])
            .arg(&program.path)
            .arg(&dir)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut watchdog = command.spawn()?;
        let input = watchdog.stdin.take();
        let pooler = Self {
            address,
            dir,
            watchdog,
            input,
        };
        pooler.wait_until_it_listens()?;
        Ok(pooler)
    }

    fn wait_until_it_listens(&self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(self.address).is_err() {
            if Instant::now() > deadline {
                let log = fs::read_to_string(self.dir.join("log")).unwrap_or_default();
                return Err(format!("the pooler does not listen\n{log}").into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.watchdog.wait();
    }
}

fn configuration(
    dir: &Path,
    own: SocketAddr,
    server: SocketAddr,
    settings: &[(&str, &str)],
) -> String {
    let dir = dir.display();
    let mut text = format!(
        "[databases]\n* = host={} port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {}\n\
         unix_socket_dir =\nauth_type = trust\nauth_file = {dir}/users.txt\nlogfile = {dir}/log\n",
        server.ip(),
        server.port(),
        own.port(),
    );
    for (name, value) in settings {
        text += &format!("{name} = {value}\n");
    }
    text
}
