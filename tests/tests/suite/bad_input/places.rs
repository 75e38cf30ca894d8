//! URLs that cannot be read, options out of range, and servers that are not there.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use ringfence::{OpenOptions, Ringfence};

use super::{is_unavailable, names_field};
use ringfence_tests::fixture::{Engine, Place};

async fn open(url: &str, options: OpenOptions) -> ringfence::Result<()> {
    Ringfence::open(url.to_owned(), options).await.map(drop)
}

#[tokio::test]
async fn a_url_that_cannot_be_read_is_named() {
    for url in [
        "",
        "fleet.db",
        "sqlite",
        "sqlite:",
        "sqlite:fleet\0.db",
        "mysql://root@localhost/fleet",
        "http://localhost/",
        "postgres:",
        "postgres://",
        "postgres://user@/fleet",
        "POSTGRES://user@localhost/fleet",
    ] {
        names_field(url, open(url, OpenOptions::default()).await, "url");
    }
    let no_port = "postgres://user@localhost:port/fleet";
    let refused = open(no_port, OpenOptions::default()).await;
    names_field(no_port, refused, "url.port");
}

#[tokio::test]
async fn options_out_of_range_are_named_before_anything_is_opened() {
    let place = Place::fresh(Engine::Sqlite).await;
    let usual = OpenOptions::default;
    let cases: [(&str, OpenOptions); 13] = [
        (
            "pool_size",
            OpenOptions {
                pool_size: 0,
                ..usual()
            },
        ),
        (
            "pool_size",
            OpenOptions {
                pool_size: 1,
                ..usual()
            },
        ),
        (
            "pool_size",
            OpenOptions {
                pool_size: 1_001,
                ..usual()
            },
        ),
        (
            "busy_timeout_ms",
            OpenOptions {
                busy_timeout_ms: 0,
                ..usual()
            },
        ),
        (
            "busy_timeout_ms",
            OpenOptions {
                busy_timeout_ms: 600_001,
                ..usual()
            },
        ),
        (
            "call_timeout_ms",
            OpenOptions {
                call_timeout_ms: 0,
                ..usual()
            },
        ),
        (
            "call_timeout_ms",
            OpenOptions {
                call_timeout_ms: 3_600_001,
                ..usual()
            },
        ),
        (
            "hashing_concurrency",
            OpenOptions {
                hashing_concurrency: 0,
                ..usual()
            },
        ),
        (
            "hashing_concurrency",
            OpenOptions {
                hashing_concurrency: 65,
                ..usual()
            },
        ),
        (
            "hashing_concurrency",
            OpenOptions {
                hashing_concurrency: u32::MAX,
                ..usual()
            },
        ),
        (
            "migration_lock_timeout_ms",
            OpenOptions {
                migration_lock_timeout_ms: 0,
                ..usual()
            },
        ),
        (
            "migration_lock_timeout_ms",
            OpenOptions {
                migration_lock_timeout_ms: 3_600_001,
                ..usual()
            },
        ),
        (
            "schema",
            OpenOptions {
                schema: Some("fleet".to_owned()),
                ..usual()
            },
        ),
    ];
    let absent = OpenOptions {
        create_if_missing: false,
        ..usual()
    };
    let checked = OpenOptions {
        migrate: ringfence::MigrateMode::Check,
        ..usual()
    };
    for looked in [absent, checked] {
        let refused = open(&place.url, looked).await;
        if let Err(ringfence::Error::Invalid { rule, .. }) = &refused {
            assert!(rule.contains("does not exist; `migrate`"), "{rule}");
        }
        names_field("an absent file", refused, "url");
        assert!(!place.file().exists());
    }
    for (field, options) in cases {
        names_field(field, open(&place.url, options).await, field);
        assert!(!place.file().exists());
    }
    place.remove().await;
}

#[tokio::test]
async fn a_server_that_is_not_there_or_does_not_answer_is_unreachable() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = free.local_addr().unwrap().port();
    drop(free);
    // The kernel accepts for it; nobody ever answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let hung = silent.local_addr().unwrap().port();
    let options = OpenOptions {
        busy_timeout_ms: 500,
        ..OpenOptions::default()
    };
    for url in [
        format!("postgres://user@127.0.0.1:{closed}/fleet"),
        format!("postgres://user@127.0.0.1:{hung}/fleet"),
        "postgres://user@no-such-host.invalid/fleet".to_owned(),
        "postgres://user@%2Fno%2Fsuch%2Ffolder/fleet".to_owned(),
    ] {
        let started = Instant::now();
        is_unavailable(&url, open(&url, options.clone()).await, "unreachable");
        assert!(started.elapsed() < Duration::from_secs(20), "{url}");
    }
}

/// The shared server's superuser, with a database that there is not.
#[tokio::test]
async fn a_database_that_there_is_not_refuses_the_login() {
    let place = Place::fresh(Engine::Postgres).await;
    let url = format!("{}_not", place.url);
    let outcome = open(&url, OpenOptions::default()).await;
    is_unavailable("an unknown database", outcome, "login_refused");
    let (_, host) = place.url.split_once('@').unwrap();
    let url = format!("postgres://nobody%20of%20ours:wrong@{host}");
    let outcome = open(&url, OpenOptions::default()).await;
    is_unavailable("an unknown login", outcome, "login_refused");
    place.remove().await;
}
