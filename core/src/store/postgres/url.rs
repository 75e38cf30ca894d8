//! Reading a Postgres URL: what is wrong in one is named by its parameter, as `url.sslmode`.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use tokio_postgres::config::{Config, Host, SslMode};

use crate::model::InvalidField;

/// What a URL may hold behind `?`: where the server is,
const WHERE: [&str; 3] = ["host", "hostaddr", "port"];

/// and how it is used. `sslrootcert` is ours, the rest the driver's.
const HOW: [&str; 17] = [
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "load_balance_hosts",
    "options",
    "password",
    "sslmode",
    "sslnegotiation",
    "sslrootcert",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// A URL, read.
pub(super) struct Read {
    /// Each server that it names, in its order, with everything else that it says.
    pub(super) servers: Vec<Config>,
    /// Trusted besides the system's own roots (`sslrootcert`).
    pub(super) root_certificates: Option<PathBuf>,
}

/// Reads what the driver knows, and `sslrootcert`, `sslmode=verify-ca` and `verify-full` besides.
pub(super) fn read(url: &str) -> Result<Read, InvalidField> {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let mut root_certificates = None;
    let (mut all, mut how) = (Vec::new(), Vec::new());
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = named(parameter)?;
        if name == "sslrootcert" {
            // What another client means by `system` is trusted in any case.
            root_certificates = Some(value)
                .filter(|path| path != "system")
                .map(PathBuf::from);
            continue;
        }
        let parameter = checked(&name, parameter, &value)?;
        if !WHERE.contains(&name.as_str()) {
            how.push(parameter.clone());
        }
        all.push(parameter);
    }
    let (bare, whole) = (driver(base, &[])?, driver(base, &all)?);
    let shared = driver(&without_hosts(base), &how)?;
    Ok(Read {
        servers: servers(&bare, &whole, &shared)?,
        root_certificates,
    })
}

/// A parameter's name and value, which this library knows.
fn named(parameter: &str) -> Result<(String, String), InvalidField> {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let decoded = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .ok()
            .map(String::from)
    };
    match decoded(name).filter(|name| WHERE.iter().chain(&HOW).any(|known| known == name)) {
        Some(name) => match decoded(value).filter(|value| !value.contains('\0')) {
            Some(value) => Ok((name, value)),
            None => Err(unreadable(&name)),
        },
        // The name of one that nobody knows is told, as far as it is one; a value never is.
        None if is_name(name) => Err(InvalidField::new(
            format!("url.{name}"),
            "is no parameter of a Postgres URL that is known here",
        )),
        None => Err(InvalidField::new(
            "url",
            "has a parameter whose name cannot be read",
        )),
    }
}

fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

fn unreadable(name: &str) -> InvalidField {
    InvalidField::new(format!("url.{name}"), "has a value that cannot be read")
}

/// The parameter as the driver reads it, if it does.
fn checked(name: &str, parameter: &str, value: &str) -> Result<String, InvalidField> {
    let kept = match (name, value) {
        ("sslmode", "verify-ca" | "verify-full") => "sslmode=require".to_owned(),
        // The driver takes the first `@` of the whole URL for the end of the login.
        _ => parameter.replace('@', "%40"),
    };
    match driver("postgres:///", std::slice::from_ref(&kept)) {
        Ok(_) => Ok(kept),
        Err(_) if name == "sslmode" => Err(InvalidField::new(
            "url.sslmode",
            "is not one of disable, prefer, require, verify-ca and verify-full",
        )),
        Err(_) => Err(unreadable(name)),
    }
}

fn driver(base: &str, parameters: &[String]) -> Result<Config, InvalidField> {
    let url = match parameters {
        [] => base.to_owned(),
        _ => format!("{base}?{}", parameters.join("&")),
    };
    url.parse()
        .map_err(|_| InvalidField::new("url", "is not a Postgres URL that can be read"))
}

/// The URL up to `?`, without its servers.
fn without_hosts(base: &str) -> String {
    let (scheme, rest) = base.split_once("://").unwrap_or(("postgres", base));
    let (login, rest) = match rest.split_once('@') {
        Some((login, rest)) => (format!("{login}@"), rest),
        None => (String::new(), rest),
    };
    let database = rest.split_once('/').map_or("", |(_, database)| database);
    format!("{scheme}://{login}/{database}")
}

/// What stands behind `?` counts, where there is any, else what stands before it.
fn last<'c, T>(before: &'c [T], all: &'c [T]) -> &'c [T] {
    match all.get(before.len()..) {
        Some(behind) if !behind.is_empty() => behind,
        _ => before,
    }
}

/// One server each, so that a socket's has no TLS whatever the others have.
fn servers(bare: &Config, whole: &Config, shared: &Config) -> Result<Vec<Config>, InvalidField> {
    let hosts = last(bare.get_hosts(), whole.get_hosts());
    let ports = last(bare.get_ports(), whole.get_ports());
    let addresses = whole.get_hostaddrs();
    let number = hosts.len().max(addresses.len());
    let of_each = |name: &str| {
        let rule = "does not go with the hosts, one for each";
        Err(InvalidField::new(format!("url.{name}"), rule))
    };
    if number == 0 {
        return Err(InvalidField::new("url", "names no host"));
    }
    if !hosts.is_empty() && !addresses.is_empty() && hosts.len() != addresses.len() {
        return of_each("hostaddr");
    }
    if ports.len() > 1 && ports.len() != number {
        return of_each("port");
    }
    let server = |at: usize| {
        let mut server = shared.clone();
        match (hosts.get(at), addresses.get(at)) {
            (Some(Host::Tcp(name)), _) if !name.is_empty() => {
                server.host(name);
            }
            #[cfg(unix)]
            (Some(Host::Unix(folder)), None) => {
                server.host_path(folder).ssl_mode(SslMode::Disable);
            }
            // The certificate is then held against the address.
            (_, Some(address)) => {
                server.host(address.to_string());
            }
            (_, None) => return Err(InvalidField::new("url", "names no host")),
        }
        if let Some(address) = addresses.get(at) {
            server.hostaddr(*address);
        }
        if let Some(port) = ports.get(at).or_else(|| ports.first()) {
            server.port(*port);
        }
        Ok(server)
    };
    (0..number).map(server).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    fn hosts(url: &str) -> Vec<(Vec<Host>, Vec<u16>, SslMode)> {
        let servers = read(url).map(|read| read.servers).unwrap();
        let told = |server: &Config| {
            let ports = server.get_ports().to_vec();
            (server.get_hosts().to_vec(), ports, server.get_ssl_mode())
        };
        servers.iter().map(told).collect()
    }

    #[test]
    fn the_path_of_the_root_certificates_is_percent_decoded() {
        let url =
            "postgres://me@host/fleet?sslmode=verify-full&sslrootcert=%2Fetc%2Four%20own%2Fca.pem";
        let path = read(url).unwrap().root_certificates.unwrap();
        assert_eq!(path.to_str(), Some("/etc/our own/ca.pem"));
        let system = "postgres://me@host/fleet?sslrootcert=system";
        assert_eq!(read(system).unwrap().root_certificates, None);
    }

    #[test]
    fn a_socket_has_no_tls_whatever_the_url_says_of_it() {
        let socket = || Host::Unix(PathBuf::from("/run/postgresql"));
        for url in [
            "postgres:///fleet?host=/run/postgresql&port=5433",
            "postgres:///fleet?host=%2Frun%2Fpostgresql&port=5433&sslmode=require",
            "postgres://%2Frun%2Fpostgresql:5433/fleet?sslmode=prefer",
            "postgres://me:pw@%2Frun%2Fpostgresql:5433/fleet?sslmode=verify-full",
        ] {
            assert_eq!(
                hosts(url),
                [(vec![socket()], vec![5433], SslMode::Disable)],
                "{url}"
            );
        }
        let both = "postgres://%2Frun%2Fpostgresql,db.example.org:6000/fleet?sslmode=require";
        let tcp = Host::Tcp("db.example.org".to_owned());
        let expected = [
            (vec![socket()], vec![5432], SslMode::Disable),
            (vec![tcp], vec![6000], SslMode::Require),
        ];
        assert_eq!(hosts(both), expected);
    }

    #[test]
    fn an_address_alone_is_the_name_too() {
        let expected = vec![Host::Tcp("127.0.0.1".to_owned())];
        let read = read("postgres://me@/fleet?hostaddr=127.0.0.1&port=5433").unwrap();
        assert_eq!(read.servers[0].get_hosts(), expected);
        assert_eq!(read.servers[0].get_hostaddrs().len(), 1);
        assert_eq!(read.servers[0].get_dbname(), Some("fleet"));
        assert_eq!(read.servers[0].get_user(), Some("me"));
    }

    #[test]
    fn what_stands_behind_the_question_mark_counts() {
        let expected = [(vec![Host::Tcp("b".to_owned())], vec![5433], SslMode::Prefer)];
        assert_eq!(hosts("postgres://b/fleet?port=5433"), expected);
        assert_eq!(hosts("postgres://a:1/fleet?host=b&port=5433"), expected);
    }

    #[test]
    fn the_login_and_the_settings_go_with_every_server() {
        let url = "postgres://me:p%40w@a:1,b:2/fleet?application_name=x@y&sslmode=disable";
        let servers = read(url).unwrap().servers;
        assert_eq!(servers.len(), 2);
        for server in servers {
            assert_eq!(server.get_user(), Some("me"));
            assert_eq!(server.get_password(), Some(&b"p@w"[..]));
            assert_eq!(server.get_application_name(), Some("x@y"));
            assert_eq!(server.get_ssl_mode(), SslMode::Disable);
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_its_parameter() {
        for (url, field) in [
            ("postgres://", "url"),
            ("postgres://me@/fleet", "url"),
            ("postgres://me@host:port/fleet", "url"),
            ("postgres://me@host/fleet?nonsense=1", "url.nonsense"),
            ("postgres://me@host/fleet?pgbouncer", "url.pgbouncer"),
            ("postgres://me@host/fleet?sslcert=/a.pem", "url.sslcert"),
            ("postgres://me@host/fleet?%00=1", "url"),
            ("postgres://me@host/fleet?sslmode=perhaps", "url.sslmode"),
            (
                "postgres://me@host/fleet?sslrootcert=%ff",
                "url.sslrootcert",
            ),
            (
                "postgres://me@host/fleet?sslrootcert=a%00b",
                "url.sslrootcert",
            ),
            ("postgres://me@host/fleet?port=port", "url.port"),
            (
                "postgres://me@host/fleet?connect_timeout=soon",
                "url.connect_timeout",
            ),
            (
                "postgres://me@host/fleet?hostaddr=example.org",
                "url.hostaddr",
            ),
            ("postgres://me@a,b/fleet?hostaddr=127.0.0.1", "url.hostaddr"),
            ("postgres:///fleet?host=a,b,c&port=1,2", "url.port"),
        ] {
            let refused = read(url).map(|_| ()).unwrap_err();
            assert_eq!(refused.field, field, "{url}: {refused}");
        }
    }
}
