//! Reading a Postgres URL and making the TLS that it asks for.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::StoreError;
use crate::model::InvalidField;

/// A server that answers nothing for this long is taken for dead.
const DEAD_AFTER: Duration = Duration::from_secs(10);

/// How often, and how many times, it is asked whether it is still there before that.
const ASKED_EVERY: Duration = Duration::from_secs(3);
const ASKED: u32 = 3;

/// A Postgres URL, read.
#[derive(Debug, Clone)]
pub(crate) struct PostgresConfig {
    driver: tokio_postgres::Config,
    /// Trusted besides the system's own roots (`sslrootcert`).
    root_certificates: Option<PathBuf>,
}

impl PostgresConfig {
    /// Reads what the driver knows, and `sslrootcert`, `sslmode=verify-ca` and `verify-full` besides.
    /// A certificate that is asked for is always verified, host name included.
    pub(crate) fn parse(url: &str) -> Result<Self, InvalidField> {
        let unreadable = || InvalidField::new("url", "is not a Postgres URL that can be read");
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let mut root_certificates = None;
        let mut kept = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslrootcert", path)) => {
                    let path = percent_decode_str(path).decode_utf8();
                    let path = path.map_err(|_| unreadable())?.into_owned();
                    root_certificates = Some(PathBuf::from(path));
                }
                Some(("sslmode", "verify-ca" | "verify-full")) => kept.push("sslmode=require"),
                _ => kept.push(parameter),
            }
        }
        let url = if kept.is_empty() {
            base.to_owned()
        } else {
            format!("{base}?{}", kept.join("&"))
        };
        let mut driver: tokio_postgres::Config = url.parse().map_err(|_| unreadable())?;
        if driver.get_hosts().is_empty() && driver.get_hostaddrs().is_empty() {
            return Err(InvalidField::new("url", "names no host"));
        }
        // Times are UTC and literals are read as they are quoted, whatever the server's defaults are.
        let ours = "-c timezone=UTC -c standard_conforming_strings=on -c client_encoding=UTF8";
        let options = match driver.get_options() {
            Some(theirs) => format!("{theirs} {ours}"),
            None => ours.to_owned(),
        };
        driver
            .options(options)
            .tcp_user_timeout(DEAD_AFTER)
            .keepalives_idle(DEAD_AFTER)
            .keepalives_interval(ASKED_EVERY)
            .keepalives_retries(ASKED);
        if driver.get_application_name().is_none() {
            driver.application_name("ringfence");
        }
        Ok(Self {
            driver,
            root_certificates,
        })
    }

    pub(super) fn driver(&self, connect_timeout: Duration) -> tokio_postgres::Config {
        let mut driver = self.driver.clone();
        if driver.get_connect_timeout().is_none() {
            driver.connect_timeout(connect_timeout);
        }
        driver
    }

    /// TLS by rustls, with the system's roots and those of `sslrootcert`.
    pub(super) fn tls(&self) -> Result<MakeRustlsConnect, StoreError> {
        let mut roots = RootCertStore::empty();
        if self.driver.get_ssl_mode() != SslMode::Disable {
            let system = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(system.certs);
        }
        if let Some(path) = &self.root_certificates {
            let unreadable =
                |error| StoreError::Unreachable(format!("sslrootcert cannot be read: {error}"));
            for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
                roots
                    .add(certificate.map_err(unreadable)?)
                    .map_err(|error| StoreError::Unreachable(format!("sslrootcert: {error}")))?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| StoreError::Unreachable(format!("no TLS: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::PostgresConfig;

    #[test]
    fn the_path_of_the_root_certificates_is_percent_decoded() {
        let url =
            "postgres://me@host/fleet?sslmode=verify-full&sslrootcert=%2Fetc%2Four%20own%2Fca.pem";
        let config = PostgresConfig::parse(url).unwrap();
        let path = config.root_certificates.unwrap();
        assert_eq!(path.to_str(), Some("/etc/our own/ca.pem"));
        assert!(PostgresConfig::parse("postgres://me@host/fleet?sslrootcert=%ff").is_err());
    }
}
