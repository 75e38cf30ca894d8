//! Names of users that another program wrote: kept byte for byte, told apart as they are read, and reported.

use std::collections::BTreeSet;
use std::sync::Arc;

use ringfence::model::{IntegrityProblem, NewUser, UserUpdate};
use ringfence::schema::version;
use ringfence::{Error, Identity, MigrateMode, Ringfence};
use ringfence_tests::fixture::{Place, each_engine};

use super::{APART, COMPOSED, taken};
use crate::legacy_rows;

pub(super) const PASSWORD: &str = "correct horse";

/// A letter with two marks in an order that no normalisation form has.
pub(super) const MIXED: &str = "o\u{302}\u{323}";

/// The old platform's insert of a user of the tenant `a`.
pub(super) async fn insert(place: &Place, id: &str, username: &str) {
    insert_into(place, "a", id, username).await;
}

async fn insert_into(place: &Place, tenant: &str, id: &str, username: &str) {
    let sql = format!(
        "INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at)
         VALUES ('{id}', '{tenant}', '{username}', 'x', true, NOW);"
    );
    let sql = legacy_rows::dated(place.engine, &sql);
    place.raw(&sql).await.unwrap();
}

pub(super) async fn identity(rf: &Ringfence) -> Arc<Identity> {
    let session = rf.session("a".into(), "u1_a".into()).await.unwrap();
    session.identity()
}

pub(super) async fn set_passwords(rf: &Ringfence, users: &[&str]) {
    for user in users {
        let identity = identity(rf).await;
        let set = identity.set_password((*user).into(), PASSWORD.into());
        set.await.unwrap();
    }
}

/// Who logs in by a name.
pub(super) async fn logged_in(rf: &Ringfence, username: &str) -> Option<String> {
    let login = rf.login("a".into(), username.into(), PASSWORD.into());
    match login.await {
        Ok(session) => Some(session.whoami().await.unwrap().user_id.to_string()),
        Err(error) => {
            assert_eq!(error, Error::Unauthenticated, "{username:?}");
            None
        }
    }
}

pub(super) type Reported = BTreeSet<(String, IntegrityProblem)>;

pub(super) async fn reported(rf: &Ringfence) -> Reported {
    let report = rf.integrity_scan(None, None).await.unwrap();
    assert!(report.lets_migrate());
    let found = report.findings.into_iter().map(|finding| {
        let place = (finding.table.as_str(), finding.column.as_str());
        assert_eq!(place, ("users", "username"));
        assert_eq!(finding.tenant.as_deref(), Some("a"));
        (finding.key, finding.problem)
    });
    found.collect()
}

pub(super) fn wanted(found: &[(&str, IntegrityProblem)]) -> Reported {
    let found = found.iter();
    found
        .map(|(key, problem)| ((*key).to_owned(), *problem))
        .collect()
}

each_engine!(
    #[tokio::test]
    async fn adopted_names_keep_their_bytes_and_are_compared_as_they_are_read(place: &Place) {
        use IntegrityProblem::{NameClash, NameRefused};
        legacy_rows::make(place).await;
        for (id, username) in [
            ("apart", "mu\u{308}ller"),
            ("mixed", MIXED),
            ("clash1", COMPOSED),
            ("clash2", APART),
            ("padded", "admin "),
            ("plain", "admin"),
            ("turned", "a\u{202e}b"),
        ] {
            insert(place, id, username).await;
            // Its rows do not lie together.
            insert_into(place, "b", &format!("between {id}"), id).await;
        }
        let long = ["ü", "u\u{308}"].map(|letter| letter.repeat(150));
        insert(place, "long", &long[0]).await;
        let names = "SELECT count(*) FROM users WHERE (id, username) IN (VALUES
            ('apart', 'mu\u{308}ller'), ('mixed', 'o\u{302}\u{323}'), ('clash2', 'ju\u{308}rgen'), ('padded', 'admin '))";
        let expected = wanted(&[
            ("clash1", NameClash),
            ("clash2", NameClash),
            ("padded", NameRefused),
            ("turned", NameRefused),
            ("long", NameRefused),
        ]);
        let looked = place.open(MigrateMode::Never).await.unwrap();
        assert_eq!(reported(&looked).await, expected);
        looked.shutdown().await.unwrap();

        let rf = place.open(MigrateMode::Auto).await.unwrap();
        assert_eq!(place.count(names).await, 4);
        assert_eq!(reported(&rf).await, expected);
        let keys = "SELECT count(name_key) FROM users WHERE id IN ('clash1', 'clash2')";
        assert_eq!(place.count(keys).await, 0, "whose name it is nobody knows");
        let users = [
            "apart", "mixed", "clash1", "clash2", "padded", "plain", "turned", "long",
        ];
        set_passwords(&rf, &users).await;
        for (username, user) in [
            ("mu\u{308}ller", Some("apart")),
            ("müller", Some("apart")),
            (MIXED, Some("mixed")),
            ("o\u{323}\u{302}", Some("mixed")),
            ("\u{1ed9}", Some("mixed")),
            (COMPOSED, None),
            (APART, None),
            ("admin ", Some("padded")),
            ("admin", Some("plain")),
            ("a\u{202e}b", Some("turned")),
            (&long[0], Some("long")),
            (&long[1], Some("long")),
        ] {
            let found = logged_in(&rf, username).await;
            assert_eq!(found.as_deref(), user, "{username:?}");
        }
        let identity = identity(&rf).await;
        for username in [
            "müller",
            "mu\u{308}ller",
            "\u{1ed9}",
            MIXED,
            COMPOSED,
            APART,
        ] {
            let outcome = identity.create_user(NewUser::new(username)).await;
            taken(outcome, "username");
        }
        // Renamed, the one is no longer in the other's way.
        let update = UserUpdate {
            username: Some("jürgen b".into()),
            ..UserUpdate::default()
        };
        identity.update_user("clash2".into(), update).await.unwrap();
        assert_eq!(logged_in(&rf, APART).await.as_deref(), Some("clash1"));
        let other = logged_in(&rf, "ju\u{308}rgen b").await;
        assert_eq!(other.as_deref(), Some("clash2"));

        // There and back again.
        let down = rf.rollback("suite".into(), version::NAMES - 1, None);
        down.await.unwrap();
        rf.migrate("suite".into(), None, None).await.unwrap();
        assert_eq!(logged_in(&rf, "müller").await.as_deref(), Some("apart"));
        rf.shutdown().await.unwrap();
    }
);

each_engine!(
    /// With the step that makes the keys, whose event it is: nothing is left to be settled.
    #[tokio::test]
    async fn an_adopted_name_has_its_key_with_the_step_that_makes_the_keys(place: &Place) {
        legacy_rows::make(place).await;
        insert(place, "apart", APART).await;
        place.at(version::NAMES).await.shutdown().await.unwrap();
        let key = "SELECT name_key FROM users WHERE id = 'apart'";
        assert_eq!(place.raw_text(key).await.unwrap(), COMPOSED);
        let settled = "SELECT count(*) FROM audit_events WHERE tenant_id = '~deployment' AND entity_id = 'names'";
        assert_eq!(place.count(settled).await, 0);
    }
);

each_engine!(
    #[tokio::test]
    async fn what_another_program_writes_beside_is_found_and_reported(place: &Place) {
        use IntegrityProblem::{NameClash, NameUnkeyed};
        legacy_rows::make(place).await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        let identity = identity(&rf).await;
        insert(place, "plain", "berta").await;
        insert(place, "apart", APART).await;
        assert_eq!(reported(&rf).await, wanted(&[("apart", NameUnkeyed)]));
        set_passwords(&rf, &["plain", "apart"]).await;
        assert_eq!(logged_in(&rf, "berta").await.as_deref(), Some("plain"));
        for username in [APART, COMPOSED] {
            assert_eq!(logged_in(&rf, username).await.as_deref(), Some("apart"));
            let outcome = identity.create_user(NewUser::new(username)).await;
            taken(outcome, "username");
        }

        // Beside a name that Ringfence wrote.
        let ours = identity.create_user(NewUser::new("zoë")).await.unwrap().id;
        set_passwords(&rf, &[ours.as_str()]).await;
        assert!(logged_in(&rf, "zoe\u{308}").await.is_some());
        insert(place, "theirs", "zoe\u{308}").await;
        set_passwords(&rf, &["theirs"]).await;
        for username in ["zoë", "zoe\u{308}"] {
            assert_eq!(logged_in(&rf, username).await, None);
        }
        let clash = [
            ("apart", NameUnkeyed),
            (ours.as_str(), NameClash),
            ("theirs", NameClash),
        ];
        assert_eq!(reported(&rf).await, wanted(&clash));

        // A name that it changes leaves no key behind, which would keep the name from others.
        let rename = format!("UPDATE users SET username = 'clara' WHERE id = '{ours}'");
        place.raw(&rename).await.unwrap();
        assert_eq!(logged_in(&rf, "clara").await, Some(ours.to_string()));
        assert_eq!(logged_in(&rf, "zoë").await.as_deref(), Some("theirs"));
        let gone = "DELETE FROM users WHERE id = 'theirs'";
        place.raw(gone).await.unwrap();
        assert_eq!(logged_in(&rf, "zoë").await, None);
        let again = identity.create_user(NewUser::new("zoe\u{308}"));
        again.await.unwrap();
        rf.shutdown().await.unwrap();
    }
);

each_engine!(
    /// A key that is not its name's says nothing: nobody logs in as somebody else by it.
    #[tokio::test]
    async fn a_key_that_was_planted_lets_nobody_in(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        insert(place, "plain", "berta").await;
        set_passwords(&rf, &["plain"]).await;
        let planted = "UPDATE users SET name_key = 'nadja' WHERE id = 'plain'";
        place.raw(planted).await.unwrap();
        assert_eq!(logged_in(&rf, "nadja").await, None);
        assert_eq!(logged_in(&rf, "berta").await.as_deref(), Some("plain"));
        let expected = wanted(&[("plain", IntegrityProblem::NameUnkeyed)]);
        assert_eq!(reported(&rf).await, expected);
        rf.shutdown().await.unwrap();
    }
);

each_engine!(
    /// Passwords likewise: whatever keyboard one is typed on.
    #[tokio::test]
    async fn a_password_is_the_same_in_every_encoding(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        let [composed, apart] = ["pass wörd", "pass wo\u{308}rd"];
        for set in [composed, apart] {
            let identity = identity(&rf).await;
            let set = identity.set_password("u1_a".into(), set.into());
            set.await.unwrap();
            for given in [composed, apart] {
                let login = rf.login("a".into(), "ann".into(), given.into());
                login.await.unwrap();
            }
        }
        rf.shutdown().await.unwrap();
    }
);
