//! The example `legacy_upgrade`, told on each engine: a database of the old platform is adopted, hardened and used.

#[path = "../../../../examples/account.rs"]
#[expect(dead_code, reason = "the program ends with it, and a test does not")]
mod account;
#[path = "../../../../examples/sql.rs"]
mod sql;
#[path = "../../../../examples/legacy_upgrade/story.rs"]
mod story;

use ringfence_tests::fixture::{Place, each_engine};

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_database_of_the_old_platform_is_adopted_hardened_and_used(place: &Place) {
        let mut account = account::Account::default();
        story::tell(&place.url, &mut account).await.unwrap();
        assert!(account.holds(), "what it said stands above");
    }
);
