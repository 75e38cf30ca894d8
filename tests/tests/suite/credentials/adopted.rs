//! Secrets that the old platform stored as they are.

use ringfence::{MigrateMode, OpenOptions};
use ringfence_tests::fixture::{Engine, Place, another_key, each_engine, secret_key};

use super::*;
use crate::legacy_rows;
use crate::picture::Inspect;

const PLAIN: &str = r#"{"k": 1}"#;

async fn open(place: &Place, migrate: MigrateMode, key: bool) -> Ringfence {
    let options = OpenOptions {
        migrate,
        secret_key: key.then(secret_key),
        ..OpenOptions::default()
    };
    Ringfence::open(place.url.clone(), options).await.unwrap()
}

async fn drones(rf: &Ringfence, tenant: &str) -> Arc<Drones> {
    let actor = format!("u1_{tenant}");
    let session = rf.session(tenant.into(), actor.as_str().into());
    session.await.unwrap().drones()
}

/// The columns of the credentials' rows but for the secret, and all other rows of the old platform.
async fn rest(place: &Place) -> (Vec<String>, Vec<(String, Vec<String>)>) {
    let columns = "SELECT id || tenant_id || drone_id || CAST(created_at AS TEXT) FROM drone_credentials WHERE id = ";
    let mut credentials = Vec::new();
    for id in ["'c1_a'", "'c1_b'"] {
        credentials.push(place.raw_text(&format!("{columns}{id}")).await.unwrap());
    }
    let mut others: Vec<_> = place.legacy_rows().await.into_iter().collect();
    others.retain(|(table, _)| table != "drone_credentials");
    (credentials, others)
}

/// How many events tell that something was sealed, in all logs.
async fn sealings(place: &Place) -> i64 {
    let count =
        "SELECT count(*) FROM audit_events WHERE entity_type = 'credential' AND action = 'update'";
    place.count(count).await
}

each_engine!(
    #[tokio::test]
    async fn what_the_old_platform_stored_as_it_is_is_sealed_as_soon_as_there_is_a_key(
        place: &Place,
    ) {
        legacy_rows::make(place).await;
        let before = rest(place).await;
        let [of_a, of_b] = ["d1_a".into(), "d1_b".into()];

        // Without a key they stay, and are told to nobody.
        let rf = open(place, MigrateMode::Auto, false).await;
        assert_eq!(stored(place, &of_a).await, PLAIN);
        assert_eq!(
            refused(&*drones(&rf, "a").await, &of_a).await,
            "no_secret_key"
        );
        rf.shutdown().await.unwrap();

        // Who opens it as it is changes nothing, and reads them.
        let rf = open(place, MigrateMode::Check, true).await;
        assert_eq!(
            secret(&*drones(&rf, "a").await, &of_a).await.as_deref(),
            Ok(PLAIN)
        );
        assert_eq!(stored(place, &of_a).await, PLAIN);
        rf.shutdown().await.unwrap();
        assert_eq!(sealings(place).await, 0);

        let rf = open(place, MigrateMode::Auto, true).await;
        for (tenant, drone) in [("a", &of_a), ("b", &of_b)] {
            let sealed = stored(place, drone).await;
            assert!(
                sealed.starts_with(r#"{"sealed":{"v":1,"key":""#),
                "{sealed}"
            );
            assert_eq!(
                secret(&*drones(&rf, tenant).await, drone).await.as_deref(),
                Ok(PLAIN)
            );
        }
        assert_eq!(rest(place).await, before);
        // One for each tenant, in its log and in the deployment's.
        assert_eq!(sealings(place).await, 4);
        let detail =
            "SELECT detail FROM audit_events WHERE tenant_id = 'a' AND entity_type = 'credential'
            AND action = 'update'";
        let detail = place.raw_text(detail).await.unwrap();
        assert!(detail.starts_with(r#"{"sealed":1,"key":""#), "{detail}");
        rf.shutdown().await.unwrap();

        let sealed = stored(place, &of_a).await;
        let rf = open(place, MigrateMode::Auto, true).await;
        assert_eq!(stored(place, &of_a).await, sealed, "it is done once");
        assert_eq!(sealings(place).await, 4);

        // The old platform goes on writing.
        store(place, &of_a, PLAIN).await;
        rf.migrate("ops".into(), None, None).await.unwrap();
        assert!(stored(place, &of_a).await.starts_with(r#"{"sealed":"#));
        assert_eq!(sealings(place).await, 6);
        let session = rf.session("a".into(), "u1_a".into()).await.unwrap();
        assert!(session.audit().verify().await.unwrap().is_intact());

        // The schema's way back leaves what is sealed.
        let sealed = stored(place, &of_a).await;
        rf.rollback("ops".into(), 5, None).await.unwrap();
        assert_eq!(stored(place, &of_a).await, sealed);
        rf.migrate("ops".into(), None, None).await.unwrap();
        assert_eq!(stored(place, &of_a).await, sealed);
        rf.shutdown().await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn a_key_with_which_the_others_are_not_sealed_seals_nothing(place: &Place) {
        legacy_rows::make(place).await;
        let [of_a, of_b] = ["d1_a".into(), "d1_b".into()];
        drop(open(place, MigrateMode::Auto, true).await);
        store(place, &of_a, PLAIN).await;
        let sealed = stored(place, &of_b).await;
        let mistaken = OpenOptions {
            secret_key: Some(another_key()),
            ..OpenOptions::default()
        };
        let rf = Ringfence::open(place.url.clone(), mistaken).await.unwrap();
        assert_eq!(stored(place, &of_a).await, PLAIN);
        let refused = rf.migrate("ops".into(), None, None).await.unwrap_err();
        assert_eq!(refused.code(), "other_secret_key");
        assert_eq!(stored(place, &of_a).await, PLAIN);
        assert_eq!(stored(place, &of_b).await, sealed);
        rf.shutdown().await.unwrap();
        let rf = open(place, MigrateMode::Auto, true).await;
        assert!(stored(place, &of_a).await.starts_with(r#"{"sealed":"#));
        rf.shutdown().await.unwrap();
    }
);

/// On SQLite nobody else writes meanwhile.
#[tokio::test]
async fn what_another_program_writes_while_it_is_sealed_is_not_lost() {
    let place = &Place::fresh(Engine::Postgres).await;
    legacy_rows::make(place).await;
    let rf = open(place, MigrateMode::Auto, false).await;
    rf.shutdown().await.unwrap();
    let rf = open(place, MigrateMode::Check, true).await;

    let other = place.postgres().await;
    let write = r#"BEGIN; UPDATE drone_credentials SET secret = '{"k": 2}' WHERE id = 'c1_a'"#;
    other.batch_execute(write).await.unwrap();
    let migrating = {
        let rf = rf.clone();
        tokio::spawn(async move { rf.migrate("ops".into(), None, None).await })
    };
    crate::postgres_fixture::somebody_waits(&place.postgres().await).await;
    other.batch_execute("COMMIT").await.unwrap();
    migrating.await.unwrap().unwrap();
    let drone = "d1_a".into();
    assert!(stored(place, &drone).await.starts_with(r#"{"sealed":"#));
    assert_eq!(
        secret(&*drones(&rf, "a").await, &drone).await.as_deref(),
        Ok(r#"{"k": 2}"#)
    );
    rf.shutdown().await.unwrap();
}
