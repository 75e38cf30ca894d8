//! Reading a Postgres URL: what is wrong in one is named by its parameter, as `url.sslmode`.

use std::path::PathBuf;

use tokio_postgres::config::{Config, Host, SslMode};

use super::parameters;
use crate::model::InvalidField;

/// What is said where it is in doubt what belongs to the password: nothing of such a URL is repeated.
const ENCODE: &str = "cannot be taken apart without doubt: percent-encode what stands in user, password and values \
                      (`@` as %40, `/` as %2F, `?` as %3F, `#` as %23, `%` as %25)";

/// A URL, read.
pub(super) struct Read {
    /// Each server that it names, in its order, with everything else that it says.
    pub(super) servers: Vec<Config>,
    /// Trusted besides the system's own roots (`sslrootcert`).
    pub(super) root_certificates: Option<PathBuf>,
}

/// Reads what the driver knows, and `sslrootcert`, `sslmode=verify-ca` and `verify-full` besides.
///
/// A parameter is named in a refusal only where it is sure that its name is no part of a password.
pub(super) fn read(url: &str) -> Result<Read, InvalidField> {
    if url.chars().any(char::is_control) {
        let rule = "must hold no control character, such as the end of a line";
        return Err(InvalidField::new("url", rule));
    }
    let parts = Parts::of(url).ok_or_else(in_doubt)?;
    let read = taken_apart(&parts);
    match parts.doubtful {
        true => read.map_err(|_| in_doubt()),
        false => read,
    }
}

fn in_doubt() -> InvalidField {
    InvalidField::new("url", ENCODE)
}

/// Where a URL divides.
struct Parts<'u> {
    /// Up to `?`.
    base: &'u str,
    /// The servers in it.
    hosts: &'u str,
    query: &'u str,
    /// An `@` behind `?` is a value's, or ends a password that holds a `?`.
    doubtful: bool,
}

impl<'u> Parts<'u> {
    /// None where a character stands raw that may belong to a password or divide.
    fn of(url: &'u str) -> Option<Self> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, hosts) = authority.split_once('@').unwrap_or(("", authority));
        let in_doubt = url.contains('#')
            || path.contains('@')
            || hosts.contains('@')
            || has_stray_percent(login);
        (!in_doubt).then(|| Self {
            base,
            hosts,
            query,
            doubtful: query.contains('@'),
        })
    }
}

/// Whether a `%` begins no percent-encoded byte.
fn has_stray_percent(text: &str) -> bool {
    let encodes = |two: &str| two.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut behind = text.split('%').skip(1);
    behind.any(|behind| !behind.get(..2).is_some_and(encodes))
}

fn taken_apart(parts: &Parts<'_>) -> Result<Read, InvalidField> {
    if parts.base.contains("%00") {
        return Err(InvalidField::new("url", "must not contain NUL"));
    }
    for server in parts.hosts.split(',') {
        let port = match server.split_once(']') {
            Some((_, behind)) => behind.strip_prefix(':'),
            None => server.split_once(':').map(|(_, port)| port),
        };
        parameters::PORT.check(port.unwrap_or_default())?;
    }
    let mut root_certificates = None;
    let (mut all, mut how) = (Vec::new(), Vec::new());
    for given in parameters::given(parts.query) {
        let given = given?;
        if given.name == "sslrootcert" {
            // What another client means by `system` is trusted in any case.
            root_certificates = Some(given.value)
                .filter(|path| path != "system")
                .map(PathBuf::from);
            continue;
        }
        if !given.says_where() {
            how.push(given.for_the_driver.clone());
        }
        all.push(given.for_the_driver);
    }
    let (bare, whole) = (driver(parts.base, &[])?, driver(parts.base, &all)?);
    let shared = driver(&without_hosts(parts.base), &how)?;
    Ok(Read {
        servers: servers(&bare, &whole, &shared)?,
        root_certificates,
    })
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

    /// The driver takes the first `@` of all for the end of the login.
    #[test]
    fn a_value_that_holds_an_at_ends_no_login() {
        let url = "postgres:///fleet?host=a&user=me&application_name=x@y";
        let servers = read(url).unwrap().servers;
        assert_eq!(servers[0].get_user(), Some("me"));
        assert_eq!(servers[0].get_application_name(), Some("x@y"));
        assert_eq!(servers[0].get_dbname(), Some("fleet"));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_parameter() {
        for (url, field) in [
            ("postgres://", "url"),
            ("postgres://me@/fleet", "url"),
            ("postgres://me@[::1/fleet", "url.port"),
            ("postgres://me@host:port/fleet", "url.port"),
            ("postgres://me@host:99999/fleet?sslmode=require", "url.port"),
            ("postgres://me@a:1,b:0/fleet", "url.port"),
            ("postgres://me@host/fle%00et", "url"),
            ("postgres://me@host/fleet\n", "url"),
            ("postgres://me@host/fleet?nonsense=1", "url.nonsense"),
            ("postgres://me@host/fleet?pgbouncer", "url.pgbouncer"),
            ("postgres://me@host/fleet?sslcert=/a.pem", "url.sslcert"),
            ("postgres://me@host/fleet?password=a&nonsense=1", "url"),
            ("postgres://me@host/fleet?%00=1", "url"),
            // Longer than any name.
            (
                "postgres://me@host/fleet?x1234567890123456789012345678901234567890=1",
                "url",
            ),
            ("postgres:///fleet?host=a,b,c&port=1,2", "url.port"),
            ("postgres://me@a,b/fleet?hostaddr=127.0.0.1", "url.hostaddr"),
        ] {
            let refused = read(url).map(|_| ()).unwrap_err();
            assert_eq!(refused.field, field, "{url}: {refused}");
        }
    }

    #[test]
    fn what_may_be_a_passwords_is_asked_for_percent_encoded() {
        for url in [
            "postgres://u:p?hunter2=1@host/db",
            "postgres://u:p?sslmode=1@host/db",
            "postgres://u:p/hunter2@host/db",
            "postgres://u:p#hunter2@host/db",
            "postgres://u:p@hunter2@host/db",
            "postgres://u:p@ss/hunter2@host/db",
            "postgres://u:p%hunter2@host/db",
            "postgres://u:p@ss/w:rd#?%@host/db",
        ] {
            let refused = read(url).map(|_| ()).unwrap_err();
            assert_eq!((&*refused.field, &*refused.rule), ("url", ENCODE), "{url}");
        }
    }

    /// Of characters that stand in no refusal in such a row, with those that divide a URL among them.
    fn passwords() -> impl Iterator<Item = String> {
        const OF: &[u8] = b"QXZJKVWY0123456789QXZJKVWY?@/#%&=:[]";
        // A congruential generator: the same passwords in every run.
        let mut state = 42_u64;
        let mut next = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap()
        };
        std::iter::repeat_with(move || {
            let length = 4 + next() % 16;
            (0..length)
                .map(|_| char::from(OF[next() % OF.len()]))
                .collect()
        })
    }

    #[test]
    fn no_refusal_repeats_anything_of_a_password() {
        let mut refusals = 0;
        for password in passwords().take(4_000) {
            for url in [
                format!("postgres://u:{password}@host/db"),
                format!("postgres://u:{password}@host/db?sslmode=perhaps"),
                format!("postgres://u:p?{password}=1@host/db"),
                format!("postgres://u:p@s?{password}@host/db?port=x"),
                format!("postgres://{password}@host:x/db"),
                format!("postgres:///db?host=h&password={password}&port=x"),
                format!("postgres:///db?password={password}"),
            ] {
                let Err(refused) = read(&url).map(|_| ()) else {
                    continue;
                };
                refusals += 1;
                let told = format!("{refused} {refused:?}");
                for run in password.as_bytes().windows(4) {
                    let run = std::str::from_utf8(run).unwrap();
                    assert!(!told.contains(run), "{url}: {told}");
                }
            }
        }
        assert!(refusals > 12_000, "{refusals}");
    }
}
