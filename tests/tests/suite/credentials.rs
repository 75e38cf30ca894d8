//! Drones' credentials: what comes back, what opens under which key, and what another program left.

use std::sync::Arc;

use ringfence::model::{Action, AuditEvent, DroneId, EventFilter, PageRequest};
use ringfence::{Drones, Error, MigrateMode, OpenOptions, Ringfence, SecretKey};
use ringfence_tests::fixture::{
    Home, Place, World, another_key, each_engine, register, secret_key,
};

mod adopted;
mod canary;
mod rekeyed;

const SECRET: &str =
    "{ \"user\": \"pilot\",\n  \"pass\\u0077ord\": \"h\u{fc}nter2\", \"n\": 1.50 }";

/// Opens a database as it is, with a key or without.
async fn open_with(place: &Place, key: Option<Arc<SecretKey>>) -> Ringfence {
    let options = OpenOptions {
        migrate: MigrateMode::Check,
        secret_key: key,
        ..OpenOptions::default()
    };
    Ringfence::open(place.url.clone(), options).await.unwrap()
}

/// The registry of a tenant as another handle reaches it.
async fn drones_of(rf: &Ringfence, home: &Home) -> Arc<Drones> {
    let session = rf.session(home.tenant.clone(), home.admin.clone());
    session.await.unwrap().drones()
}

/// A new drone with this secret.
async fn trusted(home: &Home, name: &str, secret: &str) -> DroneId {
    let admin = home.admin().await;
    let drone = register(&admin, name).await.unwrap().id;
    let drones = admin.drones();
    let set = drones.set_credential(drone.clone(), secret.into());
    set.await.unwrap();
    drone
}

async fn secret(drones: &Drones, drone: &DroneId) -> Result<String, Error> {
    let credential = drones.credential(drone.clone()).await?;
    assert_eq!(&credential.drone_id, drone);
    Ok(credential.secret.expose().to_owned())
}

/// The code of what is refused.
async fn refused(drones: &Drones, drone: &DroneId) -> String {
    secret(drones, drone).await.unwrap_err().code().to_owned()
}

/// What is stored of a drone's secret.
async fn stored(place: &Place, drone: &DroneId) -> String {
    let sql =
        format!("SELECT CAST(secret AS TEXT) FROM drone_credentials WHERE drone_id = '{drone}'");
    place.raw_text(&sql).await.unwrap()
}

async fn store(place: &Place, drone: &DroneId, text: &str) {
    let text = text.replace('\'', "''");
    let sql = format!("UPDATE drone_credentials SET secret = '{text}' WHERE drone_id = '{drone}'");
    place.raw(&sql).await.unwrap();
}

/// The events about credentials in a tenant's log.
async fn told(home: &Home) -> Vec<AuditEvent> {
    let filter = EventFilter {
        entity_type: Some("credential".to_owned()),
        ..EventFilter::default()
    };
    let audit = home.admin().await.audit();
    let page = audit.events(filter, PageRequest::default());
    page.await.unwrap().items
}

each_engine!(
    #[tokio::test]
    async fn a_secret_comes_back_byte_for_byte_until_it_is_replaced_or_gone(world: &World) {
        let drones = world.north.admin().await.drones();
        let drone = register(&world.north.admin().await, "kite")
            .await
            .unwrap()
            .id;
        let none = secret(&drones, &drone).await.unwrap_err();
        assert_eq!(
            none,
            Error::NotFound {
                entity: "credential".into()
            }
        );
        let gone = drones.delete_credential(drone.clone()).await;
        assert_eq!(gone, Err(none));

        drones
            .set_credential(drone.clone(), SECRET.into())
            .await
            .unwrap();
        assert_eq!(secret(&drones, &drone).await.as_deref(), Ok(SECRET));
        let first = stored(&world.place, &drone).await;
        assert!(!first.contains("pilot"), "{first}");
        let created = drones.credential(drone.clone()).await.unwrap().created_at;

        drones
            .set_credential(drone.clone(), SECRET.into())
            .await
            .unwrap();
        assert_ne!(
            stored(&world.place, &drone).await,
            first,
            "each has a nonce of its own"
        );
        drones
            .set_credential(drone.clone(), "{}".into())
            .await
            .unwrap();
        assert_eq!(secret(&drones, &drone).await.as_deref(), Ok("{}"));
        assert_eq!(
            drones.credential(drone.clone()).await.unwrap().created_at,
            created
        );

        let held = drones.delete(drone.clone()).await.unwrap_err();
        assert_eq!(held.code(), "in_use");
        drones.delete_credential(drone.clone()).await.unwrap();
        assert_eq!(refused(&drones, &drone).await, "not_found");
        drones.delete(drone.clone()).await.unwrap();

        let actions: Vec<Action> = told(&world.north)
            .await
            .into_iter()
            .map(|it| it.action)
            .collect();
        let (read, changed) = (Action::Export, Action::Update);
        let expected = [
            Action::Create,
            read.clone(),
            read.clone(),
            changed.clone(),
            changed,
            read.clone(),
            read,
            Action::Delete,
        ];
        assert_eq!(actions, expected);
    }
);

each_engine!(
    #[tokio::test]
    async fn who_sees_the_registry_sees_no_secret_and_not_whether_there_is_one(world: &World) {
        use ringfence::model::Permission::{RegistryRead, RegistryWrite};
        let drone = trusted(&world.north, "kite", SECRET).await;
        let bare = register(&world.north.admin().await, "heron")
            .await
            .unwrap()
            .id;
        let reader = world.north.holder(&[RegistryRead]).await.drones();
        for drone in [&drone, &bare] {
            assert_eq!(refused(&reader, drone).await, "forbidden");
            assert_eq!(
                reader
                    .delete_credential(drone.clone())
                    .await
                    .unwrap_err()
                    .code(),
                "forbidden"
            );
        }
        let writer = world.north.holder(&[RegistryWrite]).await.drones();
        assert_eq!(secret(&writer, &drone).await.as_deref(), Ok(SECRET));
        let south = world.south.admin().await.drones();
        assert_eq!(refused(&south, &drone).await, "not_found");
    }
);

each_engine!(
    #[tokio::test]
    async fn without_the_key_that_sealed_it_nothing_is_told_and_nothing_put_in_its_place(
        world: &World,
    ) {
        let drone = trusted(&world.north, "kite", SECRET).await;
        let bare = register(&world.north.admin().await, "heron")
            .await
            .unwrap()
            .id;
        let before = stored(&world.place, &drone).await;
        for (key, code) in [
            (None, "no_secret_key"),
            (Some(another_key()), "other_secret_key"),
        ] {
            let other = open_with(&world.place, key.clone()).await;
            let drones = drones_of(&other, &world.north).await;
            assert_eq!(refused(&drones, &drone).await, code);
            let set = drones.set_credential(drone.clone(), "{}".into()).await;
            assert_eq!(set.unwrap_err().code(), code);
            let set = drones.set_credential(bare.clone(), "{}".into()).await;
            assert_eq!(set.is_ok(), key.is_some(), "one of its own it may set");
            assert_eq!(stored(&world.place, &drone).await, before);
            other.shutdown().await.unwrap();
        }
        let drones = world.north.admin().await.drones();
        assert_eq!(secret(&drones, &drone).await.as_deref(), Ok(SECRET));
        assert_eq!(refused(&drones, &bare).await, "other_secret_key");
        // Taking it away needs no key, and then another can be set.
        let none = open_with(&world.place, None).await;
        let keyless = drones_of(&none, &world.north).await;
        keyless.delete_credential(bare.clone()).await.unwrap();
        drones
            .set_credential(bare.clone(), "{}".into())
            .await
            .unwrap();
        none.shutdown().await.unwrap();
    }
);

#[tokio::test]
async fn a_key_of_another_length_is_refused_by_its_name() {
    let place = Place::fresh(ringfence_tests::fixture::Engine::Sqlite).await;
    for length in [0, 16, 31, 33] {
        let options = OpenOptions {
            secret_key: Some(SecretKey::new(vec![1; length]).into()),
            ..OpenOptions::default()
        };
        let refused = Ringfence::open(place.url.clone(), options).await.err();
        let invalid = Error::Invalid {
            field: "secret_key".into(),
            rule: "is not 32 bytes long".into(),
        };
        assert_eq!(refused, Some(invalid));
    }
    assert!(!place.file().exists());
    place.remove().await;
}

/// A configuration holds the key in digits, and is never written with it.
#[test]
fn options_read_the_key_from_configuration_and_do_not_write_it() {
    let digits = "00112233445566778899aabbccddeeff".repeat(2);
    let text = format!(r#"{{"secret_key":"{digits}","pool_size":3}}"#);
    let options: OpenOptions = serde_json::from_str(&text).unwrap();
    assert_eq!(
        options.secret_key.as_deref(),
        SecretKey::from_hex(&digits).as_ref()
    );
    let shown = [
        serde_json::to_string(&options).unwrap(),
        format!("{options:?}"),
    ];
    assert!(
        shown
            .iter()
            .all(|it| !it.contains("2233") && !it.contains("34, 51")),
        "{shown:?}"
    );
    for wrong in ["\"12\\u0000\"", "\"xy\"", "12"] {
        let text = format!(r#"{{"secret_key":{wrong}}}"#);
        let refused = serde_json::from_str::<OpenOptions>(&text).unwrap_err();
        assert!(!refused.to_string().contains("xy"), "{refused}");
    }
}

each_engine!(
    #[tokio::test]
    async fn a_sealed_secret_opens_in_its_own_row_alone_and_only_as_it_was_sealed(world: &World) {
        let kite = trusted(&world.north, "kite", SECRET).await;
        let heron = trusted(&world.north, "heron", r#"{"pin":"1234"}"#).await;
        let foreign = trusted(&world.south, "kite", SECRET).await;
        let [of_kite, of_heron, of_foreign] = [
            stored(&world.place, &kite).await,
            stored(&world.place, &heron).await,
            stored(&world.place, &foreign).await,
        ];
        let drones = world.north.admin().await.drones();
        let (_, text) = of_kite.split_once(r#""text":""#).unwrap();
        let other = if text.starts_with('A') { 'B' } else { 'A' };
        let tampered = of_kite.replace(text, &format!("{other}{}", &text[1..]));
        for put in [
            &of_heron,
            &of_foreign,
            &tampered,
            &of_kite.replace("\"v\":1", "\"v\":9"),
        ] {
            store(&world.place, &kite, put).await;
            let broken = drones.credential(kite.clone()).await.unwrap_err();
            assert!(matches!(broken, Error::Integrity { .. }), "{broken:?}");
            assert!(!broken.to_string().contains("1234"));
        }
        // However another program spaces it.
        store(&world.place, &kite, &of_kite.replace(',', ", ")).await;
        assert_eq!(secret(&drones, &kite).await.as_deref(), Ok(SECRET));
    }
);
