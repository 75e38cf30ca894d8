//! Names that another program writes beside, in whatever form: found in every other one, and taken.

use ringfence::model::{
    EventFilter, IntegrityProblem, NewUser, PageRequest, UserFilter, UserUpdate,
};
use ringfence::{MigrateMode, Ringfence};
use ringfence_tests::fixture::{Engine, Place, each_engine};

use super::adopted::{
    MIXED, PASSWORD, identity, insert, logged_in, reported, set_passwords, wanted,
};
use super::{APART, COMPOSED, found, taken};
use crate::legacy_rows;

/// One name in its forms: composed, taken apart, and two that are neither.
const ONE: [&str; 4] = ["\u{1ed9}", "o\u{323}\u{302}", MIXED, "\u{f4}\u{323}"];

/// A name whose characters do not say that it is in form C, which it is.
const PLAIN_LETTERS: &str = "\u{939}\u{93f}";

async fn is_whoever_is_meant(rf: &Ringfence, name: &str, id: &str, stored: &str) {
    assert_eq!(logged_in(rf, name).await.as_deref(), Some(id), "{name:?}");
    let identity = identity(rf).await;
    assert_eq!(found(&identity, name).await, [stored], "{name:?}");
    taken(identity.create_user(NewUser::new(name)).await, "username");
    let update = UserUpdate {
        username: Some(name.to_owned()),
        ..UserUpdate::default()
    };
    let renamed = identity.update_user("u2_a".into(), update);
    taken(renamed.await, "username");
}

/// How many users' keys each filling of keys gave, by what the deployment's log says.
async fn filled(rf: &Ringfence) -> Vec<serde_json::Value> {
    let (filter, page) = (EventFilter::default(), PageRequest::default());
    let events = rf.deployment_log().events(filter, page).await.unwrap();
    let events = events.items.into_iter();
    let names = events
        .filter(|event| (event.entity_id.as_str(), event.actor.as_str()) == ("names", "suite"));
    let details = names.map(|event| event.detail.unwrap());
    details
        .map(|detail| {
            serde_json::from_str::<serde_json::Value>(detail.as_str()).unwrap()["users"].clone()
        })
        .collect()
}

each_engine!(
    #[tokio::test]
    async fn a_name_that_is_stored_in_any_form_is_found_in_every_form_and_taken(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        insert(place, "mixed", MIXED).await;
        insert(place, "letters", PLAIN_LETTERS).await;
        insert(place, "plain", "berta").await;
        set_passwords(&rf, &["mixed", "letters", "plain"]).await;
        let unkeyed =
            "SELECT count(*) FROM users WHERE id IN ('mixed', 'letters') AND name_key IS NULL";
        for left in [2, 0] {
            assert_eq!(place.count(unkeyed).await, left);
            for name in ONE {
                is_whoever_is_meant(&rf, name, "mixed", MIXED).await;
            }
            is_whoever_is_meant(&rf, PLAIN_LETTERS, "letters", PLAIN_LETTERS).await;
            // Migrating at the newest step fills the keys, and when there is nothing to fill says nothing.
            rf.migrate("suite".into(), None, None).await.unwrap();
        }
        assert_eq!(filled(&rf).await, [2]);
        assert_eq!(reported(&rf).await, wanted(&[]));
        let plain =
            "SELECT count(*) FROM users WHERE id = 'plain' AND name_key IS NULL AND version = 2";
        assert_eq!(
            place.count(plain).await,
            1,
            "it needs none, and has its password from here alone"
        );
        assert!(rf.deployment_log().verify().await.unwrap().is_intact());
        rf.shutdown().await.unwrap();
    }
);

/// Only SQLite keeps a value that its column cannot have. Rows without a key are looked through for every name.
#[tokio::test]
async fn a_row_that_cannot_be_read_is_nothing_to_who_asks_for_another_name() {
    let place = Place::fresh(Engine::Sqlite).await;
    legacy_rows::make(&place).await;
    let rf = place.open(MigrateMode::Auto).await.unwrap();
    insert(&place, "mixed", MIXED).await;
    insert(&place, "other", APART).await;
    insert(&place, "plain", "berta").await;
    set_passwords(&rf, &["mixed", "other", "plain"]).await;
    let identity = identity(&rf).await;
    for cell in [
        "is_active = 'yes'",
        "username = CAST(x'6dfccc88' AS TEXT)",
        "username = x'75cc88'",
    ] {
        let planted = format!(
            "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT * FROM users WHERE id = 'mixed';
             UPDATE users SET {cell} WHERE id = 'mixed'"
        );
        place.plant(&planted).await;
        for (id, name) in [("other", COMPOSED), ("plain", "berta")] {
            assert_eq!(logged_in(&rf, name).await.as_deref(), Some(id), "{cell}");
            assert_eq!(found(&identity, name).await.len(), 1, "{cell}");
            taken(identity.create_user(NewUser::new(name)).await, "username");
        }
        assert_eq!(logged_in(&rf, "nobody").await, None, "{cell}");
        let name = format!("new {}", cell.len());
        identity.create_user(NewUser::new(name)).await.unwrap();
        // Whoever asks for it hears that it cannot be read, where its name can.
        let login = rf.login("a".into(), MIXED.into(), PASSWORD.into());
        let told = login.await.map(drop).unwrap_err();
        assert_eq!(
            told.code() == "integrity",
            cell.starts_with("is_active"),
            "{cell}: {told:?}"
        );
        let back = "UPDATE users SET is_active = kept.is_active, username = kept.username FROM kept \
                    WHERE users.id = 'mixed'";
        place.plant(back).await;
    }
    rf.shutdown().await.unwrap();
}

each_engine!(
    #[tokio::test]
    async fn a_user_may_be_given_its_own_name_in_form_c(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        insert(place, "mixed", MIXED).await;
        let update = UserUpdate {
            username: Some(ONE[0].to_owned()),
            ..UserUpdate::default()
        };
        let identity = identity(&rf).await;
        let renamed = identity.update_user("mixed".into(), update).await.unwrap();
        assert_eq!(renamed.username, ONE[0]);
        rf.shutdown().await.unwrap();
    }
);

each_engine!(
    /// Each of them has the other's, which is no two rows' at any moment.
    #[tokio::test]
    async fn keys_that_are_not_their_names_are_put_right(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        insert(place, "one", APART).await;
        insert(place, "other", MIXED).await;
        insert(place, "plain", "berta").await;
        let planted = format!(
            "UPDATE users SET name_key = '{}' WHERE id = 'one'; \
             UPDATE users SET name_key = '{COMPOSED}' WHERE id = 'other'; \
             UPDATE users SET name_key = 'nadja' WHERE id = 'plain'",
            ONE[0]
        );
        place.raw(&planted).await.unwrap();
        rf.migrate("suite".into(), None, None).await.unwrap();
        assert_eq!(filled(&rf).await, [3]);
        let right = format!(
            "SELECT count(*) FROM users WHERE (id = 'one' AND name_key = '{COMPOSED}') \
             OR (id = 'other' AND name_key = '{}') OR (id = 'plain' AND name_key IS NULL)",
            ONE[0]
        );
        assert_eq!(place.count(&right).await, 3);
        let identity = identity(&rf).await;
        identity.create_user(NewUser::new("nadja")).await.unwrap();
        rf.shutdown().await.unwrap();
    }
);

each_engine!(
    /// As many as have it, by pages, active or not.
    #[tokio::test]
    async fn a_filter_finds_every_user_of_a_name_by_pages(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        for (id, name) in [("c", ONE[1]), ("a", MIXED), ("b", ONE[0]), ("d", "berta")] {
            insert(place, id, name).await;
        }
        place
            .raw("UPDATE users SET is_active = false WHERE id = 'b'")
            .await
            .unwrap();
        let identity = identity(&rf).await;
        for (is_active, expected) in [
            (None, vec!["a", "b", "c"]),
            (Some(true), vec!["a", "c"]),
            (Some(false), vec!["b"]),
        ] {
            let mut seen: Vec<String> = Vec::new();
            let mut after = None;
            loop {
                let filter = UserFilter {
                    username: Some(ONE[3].to_owned()),
                    is_active,
                };
                let page = PageRequest {
                    limit: Some(1),
                    after: after.take(),
                };
                let page = identity.users(filter, page).await.unwrap();
                seen.extend(page.items.into_iter().map(|user| user.id.into()));
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            assert_eq!(seen, expected);
        }
        assert_eq!(logged_in(&rf, ONE[0]).await, None);
        let clash = ["a", "b", "c"].map(|id| (id, IntegrityProblem::NameClash));
        assert_eq!(reported(&rf).await, wanted(&clash));
        rf.shutdown().await.unwrap();
    }
);
