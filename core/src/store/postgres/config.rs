//! What connections are made with: the servers of a Postgres URL, and the TLS that it asks for.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
#[cfg(unix)]
use tokio_postgres::config::Host;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::url;
use crate::error::{Failure, StoreError};
use crate::model::InvalidField;

/// A server that answers nothing for this long is taken for dead.
const DEAD_AFTER: Duration = Duration::from_secs(10);

/// How often, and how many times, it is asked whether it is still there before that.
const ASKED_EVERY: Duration = Duration::from_secs(3);
const ASKED: u32 = 3;

/// A Postgres URL, read.
#[derive(Debug, Clone)]
pub(crate) struct PostgresConfig {
    /// The servers that it names, in its order.
    servers: Vec<tokio_postgres::Config>,
    /// Trusted besides the system's own roots (`sslrootcert`).
    root_certificates: Option<PathBuf>,
}

impl PostgresConfig {
    /// Reads what the driver knows, and `sslrootcert`, `sslmode=verify-ca` and `verify-full` besides.
    /// A certificate that is asked for is always verified, host name included.
    ///
    /// Nothing is set at start-up but a name: poolers refuse what they do not know, and share what is set. Every
    /// transaction sets what it needs.
    pub(crate) fn parse(url: &str) -> Result<Self, InvalidField> {
        let url::Read {
            mut servers,
            root_certificates,
        } = url::read(url)?;
        for server in &mut servers {
            server
                .tcp_user_timeout(DEAD_AFTER)
                .keepalives_idle(DEAD_AFTER)
                .keepalives_interval(ASKED_EVERY)
                .keepalives_retries(ASKED);
            if server.get_application_name().is_none() {
                server.application_name("ringfence");
            }
        }
        Ok(Self {
            servers,
            root_certificates,
        })
    }

    /// The servers, each asked for so long.
    pub(super) fn servers(&self, connect_timeout: Duration) -> Vec<tokio_postgres::Config> {
        let mut servers = self.servers.clone();
        for server in &mut servers {
            if server.get_connect_timeout().is_none() {
                server.connect_timeout(connect_timeout);
            }
        }
        servers
    }

    /// Refuses a socket's folder that is none, such as the socket itself. One that is not there may come, with its
    /// server.
    pub(super) fn refuse_no_folders(&self) -> Result<(), InvalidField> {
        #[cfg(unix)]
        for host in self.servers.iter().flat_map(|server| server.get_hosts()) {
            if let Host::Unix(path) = host
                && std::fs::metadata(path).is_ok_and(|found| !found.is_dir())
            {
                let rule = "names something that is no folder: name the one that the server's socket is in";
                return Err(InvalidField::new("url.host", rule));
            }
        }
        Ok(())
    }

    /// TLS by rustls, with the system's roots and those of `sslrootcert`.
    pub(super) fn tls(&self) -> Result<MakeRustlsConnect, Failure> {
        let mut roots = RootCertStore::empty();
        let disabled = |server: &tokio_postgres::Config| server.get_ssl_mode() == SslMode::Disable;
        if !self.servers.iter().all(disabled) {
            let system = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(system.certs);
        }
        if let Some(path) = &self.root_certificates {
            add_from(path, &mut roots)
                .map_err(|rule| InvalidField::new("url.sslrootcert", rule))?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| StoreError::Engine(format!("no TLS: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}

/// Adds the certificates of a file; the rule that it breaks, where it does.
fn add_from(path: &Path, roots: &mut RootCertStore) -> Result<(), &'static str> {
    let unreadable = "names a file that cannot be read";
    // Whoever opens a pipe waits for its other end.
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err("names something that is no file"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err("names a file that does not exist");
        }
        Err(_) => return Err(unreadable),
    }
    let none = "names a file without certificates in PEM that can be read";
    let mut found = false;
    for certificate in CertificateDer::pem_file_iter(path).map_err(|_| unreadable)? {
        let added = roots.add(certificate.map_err(|_| none)?);
        added.map_err(|_| none)?;
        found = true;
    }
    if found { Ok(()) } else { Err(none) }
}
