//! A throwaway PostgreSQL server for tests: on a free port of 127.0.0.1, in a folder of its own,
//! gone with the process that started it however that process ends.
//!
//! It is as strict as a server in the field where the tests depend on it: its locale is ICU's en-US
//! wherever the server was built with ICU, because a C locale hides every statement that forgets to
//! sort bytewise. `fsync` is off: the tests kill the server and clients, never the system, which
//! writes what it was given; and a database that goes would have the files of all others flushed.
//! The benchmarks switch it on, because they measure what a durable write costs.
//!
//! Tests call [`shared`]; those that restart or stop their server start one of their own with
//! [`Cluster::start`]. A server that the user names in `RINGFENCE_TEST_POSTGRES` is used as it is.

mod binaries;
mod owner;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

pub use self::binaries::{OLDEST_MAJOR, Server};
pub(crate) use self::owner::Account;
use self::owner::Watchdog;
use crate::{Result, process};

/// The variable that names a server to use instead of a throwaway one (a superuser's URL).
pub const URL_VARIABLE: &str = "RINGFENCE_TEST_POSTGRES";

/// The variable that asks for a major version of the throwaway server.
pub const MAJOR_VARIABLE: &str = "RINGFENCE_TEST_POSTGRES_MAJOR";

/// What a server should be like.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The major version; absent: any from [`OLDEST_MAJOR`] on.
    pub major: Option<u32>,
    /// The folder of the server's programs; absent: looked for.
    pub bindir: Option<PathBuf>,
    /// A certificate and its private key, both PEM: the server then offers TLS.
    pub tls: Option<Tls>,
    /// Settings besides those that every throwaway server gets; later ones win.
    pub settings: Vec<(String, String)>,
}

/// What a server proves its name with.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The certificate chain, PEM.
    pub certificate: String,
    /// Its private key, PEM.
    pub key: String,
}

impl Options {
    /// Options as the environment asks for them: the major version in [`MAJOR_VARIABLE`].
    ///
    /// # Errors
    ///
    /// When the variable holds no number.
    pub fn from_environment() -> Result<Self> {
        let major = match std::env::var(MAJOR_VARIABLE) {
            Ok(text) => Some(
                text.parse()
                    .map_err(|_| format!("{MAJOR_VARIABLE} is not a number: {text:?}"))?,
            ),
            Err(_) => None,
        };
        Ok(Self {
            major,
            ..Self::default()
        })
    }
}

/// A running throwaway server. Dropping it stops the server and removes its folder.
#[derive(Debug)]
pub struct Cluster {
    server: Server,
    account: Account,
    dir: PathBuf,
    port: u16,
    locale: String,
    watchdog: Watchdog,
}

impl Cluster {
    /// Makes a database cluster and starts a server on it.
    ///
    /// # Errors
    ///
    /// When no server of the wanted version can be found, or it does not start; the text holds
    /// what the server said.
    pub fn start(options: &Options) -> Result<Self> {
        let mut cluster = Self::prepare(options)?;
        cluster.initialise()?;
        cluster.configure(options)?;
        cluster.launch()?;
        Ok(cluster)
    }

    /// Starts a second server on a copy of this one's data: a standby that has heard of nothing since. This one
    /// stops for the copy, and starts again on its port.
    ///
    /// # Errors
    ///
    /// When either does not start.
    pub fn idle_standby(&self) -> Result<Self> {
        let mut standby = Self::prepare(&Options {
            bindir: Some(self.server.bindir.clone()),
            ..Options::default()
        })?;
        standby.locale.clone_from(&self.locale);
        self.control(&["stop", "-m", "fast"])?;
        let copied = process::capture(
            Command::new("cp")
                .arg("-a")
                .arg(self.data_dir())
                .arg(standby.data_dir()),
        );
        self.start_again()?;
        copied?;
        standby.configure(&Options::default())?;
        let signal = standby.data_dir().join("standby.signal");
        standby.account.write(&signal, "")?;
        standby.launch()?;
        Ok(standby)
    }

    /// A folder of its own, watched over, and the programs.
    fn prepare(options: &Options) -> Result<Self> {
        let temporary = TempDir::with_prefix_in("ringfence-postgres-", temporary_root())?;
        let account = Account::for_files_of(temporary.path())?;
        let found = Server::find(options.bindir.as_deref(), options.major)?;
        let server = account.reachable(found, temporary.path())?;
        // From here on the watchdog removes the folder, so that one that a killed process left goes too.
        let dir = temporary.keep();
        let watchdog = Watchdog::start(&account, &server, &dir)?;
        Ok(Self {
            server,
            account,
            dir,
            port: 0,
            locale: String::new(),
            watchdog,
        })
    }

    /// The superuser's URL of the database `postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The superuser's URL of a database, which need not exist yet.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's major version.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.server.major
    }

    /// The folder of the server's programs.
    #[must_use]
    pub fn bindir(&self) -> &Path {
        &self.server.bindir
    }

    /// The server's data directory.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// What text sorts by: `icu:en-US`, or where the server has no ICU, `libc:` and a name.
    #[must_use]
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// The server's process.
    ///
    /// # Errors
    ///
    /// When the server does not run.
    pub fn pid(&self) -> Result<u32> {
        let file = fs::read_to_string(self.data_dir().join("postmaster.pid"))?;
        let line = file.lines().next().unwrap_or_default();
        Ok(line.trim().parse()?)
    }

    /// Crashes the server (no checkpoint, no goodbye) and starts it again on the same port.
    ///
    /// # Errors
    ///
    /// When it does not come back.
    pub fn restart_immediate(&self) -> Result<()> {
        self.control(&["restart", "-m", "immediate"])
    }

    /// Stops the server at once, as in a crash; [`Cluster::start_again`] brings it back.
    ///
    /// # Errors
    ///
    /// When it does not run.
    pub fn stop_immediate(&self) -> Result<()> {
        self.control(&["stop", "-m", "immediate"])
    }

    /// Starts a stopped server again, on the same port and data.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start_again(&self) -> Result<()> {
        self.control(&["start"])
    }

    /// Stops the server and removes its folder.
    ///
    /// # Errors
    ///
    /// When something of it is left.
    pub fn stop(mut self) -> Result<()> {
        self.watchdog.finish();
        if self.dir.exists() {
            Err(format!("{} was not removed", self.dir.display()).into())
        } else {
            Ok(())
        }
    }

    fn initialise(&mut self) -> Result<()> {
        let mut refusals = String::new();
        for (locale, arguments) in locales() {
            let _ = fs::remove_dir_all(self.data_dir());
            let mut command = self.program("initdb");
            command.args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-instructions",
                "--pgdata",
            ]);
            command.arg(self.data_dir()).args(arguments);
            match process::capture(&mut command) {
                Ok(_) => {
                    self.locale = locale;
                    return Ok(());
                }
                Err(refusal) => refusals += &format!("{refusal}\n"),
            }
        }
        Err(refusals.into())
    }

    fn configure(&self, options: &Options) -> Result<()> {
        let sockets = self.dir.to_string_lossy().into_owned();
        let mut settings: Vec<(&str, &str)> = vec![
            ("listen_addresses", "127.0.0.1"),
            ("unix_socket_directories", &sockets),
            ("fsync", "off"),
            ("max_connections", "200"),
            ("shared_buffers", "64MB"),
            ("timezone", "UTC"),
        ];
        if let Some(tls) = &options.tls {
            for (name, text) in [("server.crt", &tls.certificate), ("server.key", &tls.key)] {
                self.account.write(&self.data_dir().join(name), text)?;
            }
            settings.push(("ssl", "on"));
        }
        settings.extend(
            options
                .settings
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        let mut text = String::new();
        for (name, value) in settings {
            text += &format!("{name} = '{}'\n", value.replace('\'', "''"));
        }
        self.account
            .write(&self.data_dir().join("postgresql.auto.conf"), &text)
    }

    /// Takes a free port and starts; another process may take the port in between, so it tries again.
    fn launch(&mut self) -> Result<()> {
        const TRIES: u32 = 5;
        for attempt in 1.. {
            self.port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            match self.control(&["start"]) {
                Ok(()) => break,
                Err(_) if attempt < TRIES => {}
                Err(refusal) => {
                    let log = fs::read_to_string(self.log()).unwrap_or_default();
                    return Err(format!("{refusal}\n{log}").into());
                }
            }
        }
        Ok(())
    }

    fn control(&self, arguments: &[&str]) -> Result<()> {
        let mut command = self.program("pg_ctl");
        command
            .args(arguments)
            .args(["--wait", "--silent", "--pgdata"])
            .arg(self.data_dir());
        if arguments.first() != Some(&"stop") {
            command
                .arg("--log")
                .arg(self.log())
                .arg(format!("--options=-p {}", self.port));
        }
        process::run_apart(&mut command, &self.dir.join("control.log"))
    }

    fn log(&self) -> PathBuf {
        self.dir.join("server.log")
    }

    fn program(&self, name: &str) -> Command {
        self.account
            .command(&self.server.bindir.join(name), &self.dir)
    }
}

/// The URL of a server that the whole process shares, as superuser: the one that the user named,
/// else a throwaway one, started by the first call and stopped when the process ends.
///
/// # Panics
///
/// When no server can be started: a test without its database has not run, and must not pass.
#[must_use]
pub fn shared() -> &'static str {
    static SHARED: OnceLock<(String, Option<Cluster>)> = OnceLock::new();
    let (url, _cluster) = SHARED.get_or_init(|| {
        if let Ok(url) = std::env::var(URL_VARIABLE) {
            return (url, None);
        }
        match Options::from_environment().and_then(|options| Cluster::start(&options)) {
            Ok(cluster) => {
                if cluster.locale() == "libc:C" {
                    eprintln!(
                        "note: this Postgres {} knows no locale but C: sorting proves less",
                        cluster.major()
                    );
                }
                (cluster.url(), Some(cluster))
            }
            #[allow(clippy::panic)]
            Err(refusal) => panic!("no Postgres for the tests: {refusal}"),
        }
    });
    url
}

/// What initdb is asked for, best first.
fn locales() -> Vec<(String, Vec<String>)> {
    let icu = ["--locale-provider=icu", "--icu-locale=en-US", "--locale=C"]
        .map(String::from)
        .to_vec();
    let mut locales = vec![("icu:en-US".to_owned(), icu)];
    let installed = process::capture(Command::new("locale").arg("-a")).unwrap_or_default();
    let spoken = installed
        .lines()
        .find(|name| name.to_lowercase().ends_with(".utf8") && !name.starts_with("C."));
    for name in spoken.into_iter().chain(["C"]) {
        locales.push((format!("libc:{name}"), vec![format!("--locale={name}")]));
    }
    locales
}

/// A socket's path may have 107 bytes at most: a deep temporary folder is passed over.
fn temporary_root() -> PathBuf {
    let usual = std::env::temp_dir();
    if usual.as_os_str().len() <= 60 {
        usual
    } else {
        PathBuf::from("/tmp")
    }
}
