//! Everything sealed anew with another key.

use super::*;

fn rekey(rf: &Ringfence) -> impl Future<Output = Result<u64, Error>> + '_ {
    rf.rekey("ops".into(), secret_key(), another_key())
}

/// More than a transaction takes in, of two tenants, one of them as the old platform stored it.
async fn many(world: &World) -> Vec<(Home, DroneId, String)> {
    let mut all = Vec::new();
    for number in 0..200 {
        let text = format!(r#"{{"pin":{number}}}"#);
        let drone = trusted(&world.north, &format!("kite {number}"), &text).await;
        all.push((world.north.clone(), drone, text));
    }
    for number in 0..2 {
        let text = format!(r#"{{"code":{number}}}"#);
        let drone = trusted(&world.south, &format!("heron {number}"), &text).await;
        all.push((world.south.clone(), drone, text));
    }
    let (_, drone, text) = &all[200];
    store(&world.place, drone, text).await;
    all
}

async fn all_open(rf: &Ringfence, all: &[(Home, DroneId, String)]) {
    for (home, drone, text) in all {
        let drones = drones_of(rf, home).await;
        assert_eq!(secret(&drones, drone).await.as_ref(), Ok(text));
    }
}

async fn keys(place: &Place) -> i64 {
    let count = "SELECT count(DISTINCT substr(CAST(secret AS TEXT), 1, 40)) FROM drone_credentials";
    place.count(count).await
}

each_engine!(
    #[tokio::test]
    async fn every_credential_is_sealed_anew_and_the_handle_goes_on_with_the_new_key(
        world: &World,
    ) {
        let all = many(world).await;
        let old = open_with(&world.place, Some(secret_key())).await;
        let before = stored(&world.place, &all[0].1).await;
        assert_eq!(rekey(&world.ringfence).await, Ok(202));
        assert_eq!(keys(&world.place).await, 1);
        assert_ne!(stored(&world.place, &all[0].1).await, before);
        all_open(&world.ringfence, &all).await;
        let new = open_with(&world.place, Some(another_key())).await;
        all_open(&new, &all).await;
        assert_eq!(
            refused(&*drones_of(&old, &world.north).await, &all[0].1).await,
            "other_secret_key"
        );

        // 200 of one tenant are two stretches, and each is told in both logs.
        let events = "SELECT count(*) FROM audit_events WHERE method = 'rekey' AND tenant_id = ";
        for (log, times) in [("'north'", 2), ("'south'", 1), ("'~deployment'", 3)] {
            assert_eq!(
                world.place.count(&format!("{events}{log}")).await,
                times,
                "{log}"
            );
        }
        assert_eq!(rekey(&world.ringfence).await, Ok(0), "it is done");
        let drone = trusted(&world.north, "behind", SECRET).await;
        assert_eq!(
            secret(&*drones_of(&new, &world.north).await, &drone)
                .await
                .as_deref(),
            Ok(SECRET)
        );
        for handle in [old, new] {
            handle.shutdown().await.unwrap();
        }
    }
);

each_engine!(
    /// As it is after a crash, or while other processes go on with the old key.
    #[tokio::test]
    async fn what_was_left_half_way_opens_under_one_of_the_two_and_is_finished(world: &World) {
        let drones = ["kite", "heron", "osprey"];
        let mut all = Vec::new();
        for name in drones {
            let drone = trusted(&world.north, name, SECRET).await;
            let text = stored(&world.place, &drone).await;
            all.push((drone, text));
        }
        assert_eq!(rekey(&world.ringfence).await, Ok(3));
        let (left, old_text) = &all[1];
        store(&world.place, left, old_text).await;

        let [old, new] = [secret_key(), another_key()];
        let old = open_with(&world.place, Some(old)).await;
        let new = open_with(&world.place, Some(new)).await;
        for (drone, _) in &all {
            let [by_old, by_new] = [
                drones_of(&old, &world.north).await,
                drones_of(&new, &world.north).await,
            ];
            let opened = [
                secret(&by_old, drone).await.is_ok(),
                secret(&by_new, drone).await.is_ok(),
            ];
            assert_eq!(opened, [drone == left, drone != left]);
        }
        assert_eq!(rekey(&new).await, Ok(1));
        for (drone, _) in &all {
            let by_new = drones_of(&new, &world.north).await;
            assert_eq!(secret(&by_new, drone).await.as_deref(), Ok(SECRET));
        }
        for handle in [old, new] {
            handle.shutdown().await.unwrap();
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_wrong_key_or_a_broken_secret_changes_nothing(world: &World) {
        let kite = trusted(&world.north, "kite", SECRET).await;
        let heron = trusted(&world.south, "heron", SECRET).await;
        let third = || Arc::new(SecretKey::new(vec![3; 32]));
        let before = [
            stored(&world.place, &kite).await,
            stored(&world.place, &heron).await,
        ];
        let unchanged = async || {
            let now = [
                stored(&world.place, &kite).await,
                stored(&world.place, &heron).await,
            ];
            assert_eq!(now, before);
            let drones = world.north.admin().await.drones();
            assert_eq!(secret(&drones, &kite).await.as_deref(), Ok(SECRET));
            let told = "SELECT count(*) FROM audit_events WHERE method = 'rekey'";
            assert_eq!(world.place.count(told).await, 0);
        };
        let ops = || "ops".to_owned();
        let rf = &world.ringfence;
        let refused = rf.rekey(ops(), third(), another_key()).await.unwrap_err();
        assert_eq!(refused.code(), "other_secret_key");
        unchanged().await;
        let keyless = open_with(&world.place, None).await;
        let refused = keyless
            .rekey(ops(), third(), another_key())
            .await
            .unwrap_err();
        assert_eq!(refused.code(), "other_secret_key");
        let short = Arc::new(SecretKey::new(vec![1; 31]));
        for (old, new, field) in [
            (short.clone(), another_key(), "old"),
            (secret_key(), short, "new"),
            (secret_key(), secret_key(), "new"),
        ] {
            let refused = rf.rekey(ops(), old, new).await.unwrap_err();
            assert_eq!((refused.status(), refused.field()), (422, Some(field)));
        }
        unchanged().await;

        // Found before anything is sealed anew, in whichever tenant it lies.
        store(&world.place, &heron, &before[0]).await;
        match rekey(rf).await.unwrap_err() {
            Error::Integrity { findings, .. } => {
                assert_eq!(findings.len(), 1);
                let found = &findings[0];
                assert_eq!(
                    (found.table.as_str(), found.column.as_str()),
                    ("drone_credentials", "secret")
                );
                assert_eq!(
                    (found.tenant.as_deref(), found.value.as_deref()),
                    (Some("south"), None)
                );
            }
            other => panic!("{other:?}"),
        }
        store(&world.place, &heron, &before[1]).await;
        unchanged().await;
        // A handle that was opened without a key has one behind it.
        assert_eq!(rekey(&keyless).await, Ok(2));
        assert_eq!(
            secret(&*drones_of(&keyless, &world.south).await, &heron)
                .await
                .as_deref(),
            Ok(SECRET)
        );
        keyless.shutdown().await.unwrap();
    }
);
