//! A secret with a mark that is found nowhere else: in no other row, no event, no output, no log, no file.

use std::fmt::Write as _;
use std::sync::Mutex;

use ringfence::model::{DroneId, EventFilter, PageRequest};
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence};
use ringfence_tests::fixture::{
    Engine, Place, World, another_key, each_engine, name_of, secret_key,
};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

use super::{refused, secret, stored, trusted};
use crate::apart::{self, Apart};
use crate::picture::Inspect;

const CANARY: &str = "c4n4ry-9f1e";

/// Everything that was told to the host's log, by the library and by what it is built of.
static TOLD: Mutex<String> = Mutex::new(String::new());

struct Everything;

impl Visit for Everything {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut told = TOLD.lock().unwrap();
        write!(told, "{field}={value:?} ").unwrap();
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        span.record(&mut Everything);
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Everything);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        TOLD.lock().unwrap().push_str(event.metadata().target());
        event.record(&mut Everything);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// What the drivers tell goes another way.
impl log::Log for Everything {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut told = TOLD.lock().unwrap();
        writeln!(told, "{}: {}", record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

fn unseen(what: &str, text: &str) {
    assert!(!text.contains(CANARY), "{what} shows the secret");
}

/// Every row of every table, those of credentials too: there it is sealed.
async fn in_no_row(place: &Place) {
    for (table, rows) in place.picture().await.rows {
        for row in rows {
            unseen(&format!("a row of {table}"), &format!("{row:?}"));
        }
    }
}

/// The bytes of an SQLite file and of its log.
fn in_no_file(place: &Place) {
    let connection = place.sqlite();
    let checkpoint = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    checkpoint.unwrap();
    let file = place.file();
    let log = file.with_file_name("fleet.db-wal");
    for path in [file, log] {
        let bytes = std::fs::read(&path).unwrap_or_default();
        let found = bytes
            .windows(CANARY.len())
            .any(|it| it == CANARY.as_bytes());
        assert!(!found, "{} holds the secret", path.display());
    }
}

/// What the log says, as it is read and as it is written down.
async fn in_no_event(rf: &Ringfence, world: &World) {
    let page = || PageRequest {
        limit: Some(1_000),
        ..PageRequest::default()
    };
    let audit = world.north.admin().await.audit();
    let own = audit.events(EventFilter::default(), page()).await.unwrap();
    let log = rf.deployment_log();
    let all = log.events(EventFilter::default(), page()).await.unwrap();
    for page in [own, all] {
        assert!(!page.items.is_empty() && page.next.is_none());
        unseen("an event", &format!("{page:?}"));
        unseen("an event", &serde_json::to_string(&page).unwrap());
    }
}

fn in_no_error(error: &Error) {
    unseen("an error", &format!("{error:?} {error}"));
}

/// Stores a secret as it is, in a statement that does not show it: what the test itself says is heard as well.
async fn plant(place: &Place, drone: &DroneId, text: &str) {
    let bytes: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let text = match place.engine {
        Engine::Sqlite => format!("CAST(x'{bytes}' AS TEXT)"),
        Engine::Postgres => format!("CAST(convert_from(decode('{bytes}', 'hex'), 'UTF8') AS json)"),
    };
    let sql = format!("UPDATE drone_credentials SET secret = {text} WHERE drone_id = '{drone}'");
    place.raw(&sql).await.unwrap();
}

/// One secret from its beginning to its end, and one of the old platform's.
async fn a_life(world: &World) {
    let text = format!(r#"{{"user":"pilot","password":"{CANARY}"}}"#);
    let (rf, place) = (&world.ringfence, &world.place);
    let drone = trusted(&world.north, "kite", &text).await;
    trusted(&world.north, "heron", &text).await;
    let drones = world.north.admin().await.drones();
    let credential = drones.credential(drone.clone()).await.unwrap();
    assert_eq!(credential.secret.expose(), text);
    unseen(
        "Debug",
        &format!("{credential:?} {credential:#?} {:?}", credential.secret),
    );
    unseen("serde", &serde_json::to_string(&credential).unwrap());
    let options = OpenOptions {
        migrate: MigrateMode::Check,
        secret_key: Some(another_key()),
        ..OpenOptions::default()
    };
    unseen("Debug", &format!("{options:?}"));

    // Long enough to lie in pages of its own, and stored as it is.
    let long = format!(
        r#"{{"password":"{CANARY}","certificate":"{}"}}"#,
        "x".repeat(9_000)
    );
    plant(place, &drone, &long).await;
    rf.migrate("ops".into(), None, None).await.unwrap();
    assert!(stored(place, &drone).await.starts_with(r#"{"sealed":"#));
    assert_eq!(secret(&drones, &drone).await, Ok(long));
    rf.rekey("ops".into(), secret_key(), another_key())
        .await
        .unwrap();

    // What is refused, and what is malformed.
    let broken = format!(r#"{{"password":"{CANARY}""#);
    in_no_error(
        &drones
            .set_credential(drone.clone(), broken.into())
            .await
            .unwrap_err(),
    );
    let whole = stored(place, &drone).await;
    super::store(place, &drone, &whole.replace("\"v\":1", "\"v\":7")).await;
    in_no_error(&drones.credential(drone.clone()).await.unwrap_err());
    in_no_error(
        &rf.rekey("ops".into(), another_key(), secret_key())
            .await
            .unwrap_err(),
    );
    assert_eq!(refused(&drones, &drone).await, "integrity");
    super::store(place, &drone, &whole).await;
    let report = rf.integrity_scan(None, None).await.unwrap();
    unseen("the integrity scan", &format!("{report:?}"));

    in_no_event(rf, world).await;
    in_no_row(place).await;
    drones.delete_credential(drone).await.unwrap();
    in_no_row(place).await;
    rf.shutdown().await.unwrap();
    if place.engine == Engine::Sqlite {
        in_no_file(place);
    }
}

each_engine!(
    /// The body of [`a_secret_is_found_nowhere_but_where_it_is_asked_for`]: a process has one log.
    #[tokio::test]
    #[ignore = "run by another test, in a process of its own"]
    async fn all_that_is_told(engine: &Engine) {
        if apart::orders().is_none() {
            return;
        }
        tracing::subscriber::set_global_default(Everything).unwrap();
        log::set_logger(&Everything).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        let world = World::new(*engine).await;
        a_life(&world).await;
        world.place.remove().await;
        let told = TOLD.lock().unwrap();
        assert!(told.contains("ringfence::migrate"), "nothing was heard");
        unseen("the host's log", &told);
        drop(told);
        apart::say("told");
    }
);

each_engine!(
    #[tokio::test]
    async fn a_secret_is_found_nowhere_but_where_it_is_asked_for(engine: &Engine) {
        let server = tokio::task::spawn_blocking(xtask::cluster::shared);
        let server = format!("{}={}", xtask::cluster::URL_VARIABLE, server.await.unwrap());
        let body = format!(
            "credentials::canary::all_that_is_told::{}",
            name_of(*engine)
        );
        let process = Apart::start_under(&["env", &server], &body, "go");
        assert_eq!(process.finish(), ["told"]);
    }
);
