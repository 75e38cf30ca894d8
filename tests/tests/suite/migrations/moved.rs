//! A schema that another process moves under an open handle: what a call cannot do then is said as at open.

use ringfence::model::{DroneFilter, NewTenant, NewUser, PageRequest, UserId};
use ringfence::schema::version::{LATEST, NAMES, POLICY};
use ringfence::{Error, MigrateMode, Ringfence, TenantSession};
use ringfence_tests::fixture::{Engine, Place, each_engine, register};

use super::{schema_error, step_name};

/// What a process serves a tenant with.
struct Served {
    rf: Ringfence,
    actor: UserId,
    session: TenantSession,
}

/// A handle with a session that has read and written, and the other process.
async fn two_processes(place: &Place) -> (Served, Ringfence) {
    let rf = place.open(MigrateMode::Auto).await.unwrap();
    let actor = found_north(&rf).await;
    let session = rf.session("north".into(), actor.clone()).await.unwrap();
    register(&session, "kite").await.unwrap();
    list(&session).await.unwrap();
    let other = place.open(MigrateMode::Check).await.unwrap();
    let served = Served { rf, actor, session };
    (served, other)
}

/// Founds a tenant; returns its administrator.
async fn found_north(rf: &Ringfence) -> UserId {
    let new = NewTenant {
        id: Some("north".into()),
        ..NewTenant::new("north", NewUser::new("admin"))
    };
    let founded = rf.create_tenant("suite".into(), new).await;
    founded.unwrap().admin.id
}

async fn list(session: &TenantSession) -> ringfence::Result<()> {
    let drones = session.drones();
    let listed = drones.list(DroneFilter::default(), PageRequest::default());
    listed.await.map(drop)
}

/// One call of each kind: a read by one statement and by several, a write, an operator's act, a new session, a login, a
/// verification.
async fn each_kind(served: &Served) -> Vec<(&'static str, Error)> {
    let Served { rf, actor, session } = served;
    let whoami = session.whoami().await;
    let another: String = format!("another {}", rand::random::<u64>());
    let new = NewTenant::new(another.as_str(), NewUser::new("admin"));
    let failed = [
        ("list", list(session).await.err()),
        ("whoami", whoami.err()),
        ("register", register(session, another.as_str()).await.err()),
        (
            "create_tenant",
            rf.create_tenant("suite".into(), new).await.err(),
        ),
        (
            "session",
            rf.session("north".into(), actor.clone()).await.err(),
        ),
        (
            "login",
            rf.login("north".into(), "admin".into(), "a password".into())
                .await
                .err(),
        ),
        ("verify", session.audit().verify().await.err()),
    ];
    // Nobody has that password: who is told so was asked.
    let failed = failed.into_iter();
    failed
        .filter_map(|(what, error)| Some((what, error?)))
        .filter(|(_, error)| !matches!(error, Error::Unauthenticated))
        .collect()
}

fn said(error: Error) -> (String, String) {
    schema_error::<()>(Err(error))
}

each_engine!(
    #[tokio::test]
    async fn after_a_rollback_by_another_process_what_fails_says_which_steps_are_missing(
        place: &Place,
    ) {
        let (served, other) = two_processes(place).await;
        // The rows that stand in the way of the last steps down are not these.
        for version in (3..LATEST).rev() {
            other.rollback("other".into(), version, None).await.unwrap();
            if version >= POLICY {
                // Nobody waits for who guessed at the step before.
                place.raw("DELETE FROM login_throttles").await.unwrap();
            }
            let failed = each_kind(&served).await;
            // The newer steps add what few of these calls need, or none.
            let least = match version {
                ..POLICY => 6,
                POLICY..NAMES => 1,
                NAMES.. => 0,
            };
            assert!(failed.len() >= least, "at {version}: {failed:?}");
            for (what, error) in failed {
                let (code, detail) = said(error);
                assert_eq!(code, "older_schema", "{what} at {version}: {detail}");
                assert!(detail.contains(step_name(LATEST)), "{detail}");
                assert!(!detail.contains(step_name(version)), "{detail}");
            }
        }
        other.migrate("other".into(), None, None).await.unwrap();
        let session = &served.session;
        list(session).await.unwrap();
        register(session, "egret").await.unwrap();
        assert!(session.audit().verify().await.unwrap().is_intact());
    }
);

each_engine!(
    #[tokio::test]
    async fn a_newer_version_that_takes_away_what_a_call_needs_is_said_to_be_newer(place: &Place) {
        let (served, _other) = two_processes(place).await;
        let newer = LATEST + 1;
        let sql = format!(
            "INSERT INTO ringfence_schema_history (version, name, applied_on, checksum)
             VALUES ({newer}, 'from_the_future', '2030-01-01T00:00:00Z', '1');"
        );
        place.raw(&sql).await.unwrap();
        // What it left as it was goes on.
        list(&served.session).await.unwrap();
        let moved =
            "ALTER TABLE drones RENAME TO aircraft; ALTER TABLE policy_epochs RENAME TO epochs;";
        place.raw(moved).await.unwrap();
        for (what, error) in each_kind(&served).await {
            if what == "create_tenant" {
                continue;
            }
            let (code, detail) = said(error);
            assert_eq!(code, "newer_schema", "{what}: {detail}");
            assert!(detail.contains(&newer.to_string()), "{detail}");
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_handle_that_took_steps_back_itself_is_told_the_same(place: &Place) {
        let (served, _other) = two_processes(place).await;
        for version in [NAMES - 1, POLICY - 1] {
            let down = served.rf.rollback("suite".into(), version, None);
            down.await.unwrap();
            let failed = each_kind(&served).await;
            assert!(!failed.is_empty(), "at {version}");
            for (what, error) in failed {
                let (code, detail) = said(error);
                assert_eq!(code, "older_schema", "{what} at {version}: {detail}");
                assert!(detail.contains(step_name(LATEST)), "{detail}");
            }
        }
        served.rf.migrate("suite".into(), None, None).await.unwrap();
        list(&served.session).await.unwrap();
    }
);

each_engine!(
    /// It looked at an empty database when it was opened.
    #[tokio::test]
    async fn a_handle_that_took_the_steps_itself_is_told_when_another_process_takes_them_back(
        place: &Place,
    ) {
        let rf = place.at(LATEST).await;
        let north = found_north(&rf).await;
        let session = rf.session("north".into(), north.clone()).await.unwrap();
        let other = place.open(MigrateMode::Check).await.unwrap();
        let down = other.rollback("other".into(), POLICY - 1, None);
        down.await.unwrap();
        let served = Served {
            rf,
            actor: north,
            session,
        };
        let failed = each_kind(&served).await;
        assert!(!failed.is_empty());
        for (what, error) in failed {
            let (code, detail) = said(error);
            assert_eq!(code, "older_schema", "{what}: {detail}");
            assert!(detail.contains(step_name(LATEST)), "{detail}");
        }
    }
);

/// The driver keeps what it prepared on each connection, and the server refuses it once a type has changed.
#[tokio::test]
async fn a_column_of_another_type_ends_no_reader_on_postgres() {
    let place = Place::fresh(Engine::Postgres).await;
    let (served, _other) = two_processes(&place).await;
    let session = &served.session;
    for type_of in ["text", "character varying(100)"] {
        let sql = format!("ALTER TABLE drones ALTER COLUMN vendor TYPE {type_of}");
        place.raw(&sql).await.unwrap();
        list(session).await.unwrap();
        register(session, type_of).await.unwrap();
        list(session).await.unwrap();
    }
    drop(served);
    place.remove().await;
}
