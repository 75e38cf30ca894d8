//! The key that credentials are sealed with comes from the environment, its successor from standard input.

use std::sync::Arc;

use ringfence::model::{NewDrone, Vendor};
use ringfence::{MigrateMode, OpenOptions, Ringfence, SecretKey};
use ringfence_tests::fixture::{Place, on_each_empty_database};
use serde_json::Value;

use crate::{NEW_KEY, OLD_KEY, fed, printed, refused, ringfence, shell};

async fn open(place: &Place, key: &str) -> Ringfence {
    let options = OpenOptions {
        migrate: MigrateMode::Check,
        secret_key: SecretKey::from_hex(key).map(Arc::new),
        ..OpenOptions::default()
    };
    Ringfence::open(place.url.clone(), options).await.unwrap()
}

#[tokio::test]
async fn a_shell_changes_the_key_and_shows_neither() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        let create = ["tenants", "create", "Acme", "--id", "acme", "--json"];
        let founded: Value = serde_json::from_str(&printed(&ringfence(place, &create), 0)).unwrap();
        let admin = founded["admin"]["id"].as_str().unwrap();
        let rf = open(place, OLD_KEY).await;
        let drones = rf
            .session("acme".into(), admin.into())
            .await
            .unwrap()
            .drones();
        let kite = drones
            .register(NewDrone::new("Kite", Vendor::Fake))
            .await
            .unwrap()
            .id;
        drones
            .set_credential(kite.clone(), "{\"pin\":1}".into())
            .await
            .unwrap();
        rf.shutdown().await.unwrap();

        let rekey = |key: Option<&str>, new: &str| {
            let mut command = shell(place);
            match key {
                Some(key) => command.env("RINGFENCE_SECRET_KEY", key),
                None => command.env_remove("RINGFENCE_SECRET_KEY"),
            };
            fed(command.args(["rekey", "--json"]), new)
        };
        for (key, new, kind) in [
            (None, NEW_KEY, "usage"),
            (Some("no digits"), NEW_KEY, "usage"),
            (Some(OLD_KEY), "no digits", "usage"),
            (Some(OLD_KEY), "", "usage"),
            (Some("00ff"), NEW_KEY, "invalid"),
            (Some(OLD_KEY), "00ff", "invalid"),
            (Some(OLD_KEY), OLD_KEY, "invalid"),
        ] {
            let error = refused(&rekey(key, new));
            assert_eq!(error["kind"], kind, "{error}");
            let told = error.to_string();
            assert!(
                !told.contains("no digits") && !told.contains("00ff") && !told.contains(OLD_KEY),
                "{told}"
            );
        }
        let wrong = refused(&rekey(Some(&"3".repeat(64)), NEW_KEY));
        assert_eq!(wrong["code"], "other_secret_key");
        assert!(
            wrong["advice"]
                .as_str()
                .unwrap()
                .contains("RINGFENCE_SECRET_KEY")
        );

        let done = rekey(Some(OLD_KEY), &format!("{NEW_KEY}\n"));
        assert_eq!(printed(&done, 0), "{\"credentials\":1}\n");
        let rf = open(place, NEW_KEY).await;
        let drones = rf
            .session("acme".into(), admin.into())
            .await
            .unwrap()
            .drones();
        assert_eq!(
            drones.credential(kite).await.unwrap().secret.expose(),
            "{\"pin\":1}"
        );
        rf.shutdown().await.unwrap();
    })
    .await;
}
