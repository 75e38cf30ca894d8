//! What the server sees of each kind of transaction: the settings of `docs/settings.md`, as a function of the host's
//! tells them from within.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use ringfence::model::{Permission, Resource};
use ringfence::{MigrateMode, OpenOptions, Ringfence};
use ringfence_tests::fixture::{Engine, Home, World};
use tokio::sync::mpsc;
use tokio_postgres::{AsyncMessage, Client, NoTls};

use crate::calls::things::drone;

/// Tells whoever listens, from within a transaction: through a policy where it reads drones, through a trigger where
/// it writes tenants.
const TELLS: &str = r#"
    CREATE FUNCTION host_tells(what text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_notify('host', json_build_object('what', what, 'backend', pg_backend_pid()::text,
            'current_user', current_user, 'tenant', coalesce(current_setting('ringfence.tenant', true), ''),
            'search_path', current_setting('search_path'),
            'isolation', current_setting('transaction_isolation'),
            'read_only', current_setting('transaction_read_only'),
            'synchronous_commit', current_setting('synchronous_commit'),
            'lock_timeout', current_setting('lock_timeout'),
            'statement_timeout', current_setting('statement_timeout'),
            'idle_in_transaction_session_timeout', current_setting('idle_in_transaction_session_timeout'),
            'exit_on_error', current_setting('exit_on_error'),
            'row_security', current_setting('row_security'),
            'transaction_timeout', coalesce(current_setting('transaction_timeout', true), '0'),
            'timezone', current_setting('timezone'),
            'standard_conforming_strings', current_setting('standard_conforming_strings'),
            'client_encoding', current_setting('client_encoding'),
            'application_name', current_setting('application_name'))::text);
        RETURN true;
    END $$;
    CREATE POLICY host_tells ON drones AS RESTRICTIVE USING (host_tells('drones'));
    CREATE FUNCTION host_tells_too() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM host_tells('tenants');
        RETURN NEW;
    END $$;
    CREATE TRIGGER host_tells BEFORE UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION host_tells_too()"#;

/// Refuses to be in any other transaction than one that reads for the tenant, since one of several statements ends
/// without a COMMIT, and what is told with it.
const REFUSES: &str = "
    CREATE OR REPLACE FUNCTION host_tells(what text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
        IF (current_setting('transaction_isolation'), current_setting('transaction_read_only'),
            current_setting('search_path'), current_setting('ringfence.tenant', true),
            left(current_user, 10))
            <> ('repeatable read', 'on', 'public, pg_temp', 'north', 'ringfence_') THEN
            RAISE EXCEPTION 'in another transaction';
        END IF;
        RETURN true;
    END $$";

/// What a transaction was like.
type Told = BTreeMap<String, String>;

/// Somebody who listens, for as long as the client is there.
async fn listen(url: &str) -> (Client, mpsc::UnboundedReceiver<Told>) {
    let (client, mut connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(move |cx| connection.poll_message(cx));
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(heard) = message {
                tell.send(serde_json::from_str(heard.payload()).unwrap())
                    .unwrap();
            }
        }
    });
    client.batch_execute("LISTEN host").await.unwrap();
    (client, told)
}

/// The first of what was told, of this kind; the rest of one transaction says the same.
async fn heard(told: &mut mpsc::UnboundedReceiver<Told>, what: &str) -> Told {
    let heard = async {
        loop {
            let told = told.recv().await.unwrap();
            if told["what"] == what {
                return told;
            }
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(30), heard).await;
    let found = found.unwrap();
    while told.try_recv().is_ok() {}
    found
}

#[track_caller]
fn says(told: &Told, expected: &[(&str, &str)]) {
    for (setting, value) in expected {
        assert_eq!(told[*setting], *value, "{setting} of {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_transaction_has_the_settings_that_the_documentation_names_and_leaves_none() {
    let world = World::new(Engine::Postgres).await;
    let kite = drone(&world.north.admin().await, "kite").await;
    world.place.raw(TELLS).await.unwrap();
    // As on a server whose defaults are others.
    let database = world.place.url.rsplit('/').next().unwrap();
    for default in ["synchronous_commit = off", "exit_on_error = on"] {
        let sloppy = format!("ALTER DATABASE {database} SET {default}");
        world.place.raw(&sloppy).await.unwrap();
    }
    let (_client, mut told) = listen(&world.place.url).await;
    // One connection for all, and one that is kept for what must not be late.
    let options = OpenOptions {
        pool_size: 2,
        busy_timeout_ms: 4_321,
        call_timeout_ms: 23_456,
        migrate: MigrateMode::Never,
        ..OpenOptions::default()
    };
    let db = Ringfence::open(world.place.url.clone(), options)
        .await
        .unwrap();
    let Home { tenant, admin, .. } = &world.north;
    let session = db.session(tenant.clone(), admin.clone()).await.unwrap();
    let everywhere = [
        ("search_path", "public, pg_temp"),
        ("timezone", "UTC"),
        ("standard_conforming_strings", "on"),
        ("client_encoding", "UTF8"),
        ("application_name", "ringfence"),
        ("lock_timeout", "4321ms"),
        ("statement_timeout", "24456ms"),
        ("idle_in_transaction_session_timeout", "24456ms"),
        ("exit_on_error", "off"),
        ("row_security", "on"),
        ("transaction_timeout", "0"),
    ];
    let reads = [("isolation", "repeatable read"), ("read_only", "on")];
    let writes = [
        ("isolation", "read committed"),
        ("read_only", "off"),
        ("synchronous_commit", "on"),
    ];
    session.drones().get(kite.clone()).await.unwrap();
    let single = heard(&mut told, "drones").await;
    drone(&session, "heron").await;
    let written = heard(&mut told, "drones").await;
    for (told, kind) in [(&single, &reads[..]), (&written, &writes)] {
        says(told, &everywhere);
        says(told, kind);
        says(told, &[("tenant", "north")]);
        assert!(told["current_user"].starts_with("ringfence_"), "{told:?}");
    }
    // An operator's, on the same connection: nothing of the tenant is left there.
    db.disable_tenant("suite".into(), tenant.clone())
        .await
        .unwrap();
    let operators = heard(&mut told, "tenants").await;
    says(&operators, &everywhere);
    says(&operators, &writes);
    says(&operators, &[("tenant", "")]);
    assert!(
        !operators["current_user"].starts_with("ringfence_"),
        "{operators:?}"
    );
    assert_eq!(operators["backend"], written["backend"]);
    // Several statements.
    db.enable_tenant("suite".into(), tenant.clone())
        .await
        .unwrap();
    world.place.raw(REFUSES).await.unwrap();
    let resource = Some(Resource::Drone { id: kite });
    let look = session.authorize(Permission::RegistryRead, resource);
    look.await.unwrap();
    db.shutdown().await.unwrap();
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}
