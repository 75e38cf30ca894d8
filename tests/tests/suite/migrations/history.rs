//! A history that is not this library's is not built upon.

use ringfence::MigrateMode;
use ringfence::schema::version::LATEST;

use super::schema_error;
use crate::migrations::step_name;
use crate::picture::Inspect;
use ringfence_tests::fixture::{Place, each_engine};

each_engine!(
    #[tokio::test]
    async fn a_history_of_other_texts_is_refused_and_the_words_give_nothing_away(place: &Place) {
        let broken = [
            "UPDATE ringfence_schema_history SET checksum = '4711' WHERE version = 3",
            "UPDATE ringfence_schema_history SET checksum = 'not a number' WHERE version = 3",
            "UPDATE ringfence_schema_history SET checksum = NULL WHERE version = 3",
            "UPDATE ringfence_schema_history SET name = 'another' WHERE version = 3",
            "UPDATE ringfence_schema_history SET name = NULL WHERE version = 3",
            "DELETE FROM ringfence_schema_history WHERE version = 3",
        ];
        for version in [5, LATEST] {
            let rf = place.at(version).await;
            let kept = place.picture().await;
            let history =
                "SELECT version, name, applied_on, checksum FROM ringfence_schema_history";
            place
                .raw(&format!("CREATE TABLE kept AS {history}"))
                .await
                .unwrap();
            for sql in broken {
                place.raw(sql).await.unwrap();
                let before = place.picture().await;
                let mut outcomes = vec![
                    schema_error(place.open(MigrateMode::Auto).await),
                    schema_error(place.open(MigrateMode::Check).await),
                    schema_error(rf.rollback("suite".into(), 2, None).await),
                ];
                if version < LATEST {
                    outcomes.push(schema_error(rf.migrate("suite".into(), None, None).await));
                }
                for (code, detail) in outcomes {
                    assert_eq!(code, "divergent_history", "{sql}: {detail}");
                    assert!(detail.contains("step 3"), "{detail}");
                    for leak in [
                        "4711",
                        "not a number",
                        "another,",
                        step_name(3),
                        "SELECT",
                        "checksum",
                    ] {
                        assert!(!detail.contains(leak), "{detail}");
                    }
                }
                assert_eq!(place.picture().await, before, "{sql}");
                place
                    .raw(
                        "DELETE FROM ringfence_schema_history;
                         INSERT INTO ringfence_schema_history SELECT * FROM kept",
                    )
                    .await
                    .unwrap();
            }
            place.raw("DROP TABLE kept").await.unwrap();
            assert_eq!(place.picture().await, kept);
        }
    }
);

each_engine!(
    /// The times are for people.
    #[tokio::test]
    async fn a_history_without_times_is_one_all_the_same(place: &Place) {
        drop(place.open(MigrateMode::Auto).await.unwrap());
        let timeless = "UPDATE ringfence_schema_history SET applied_on = NULL";
        place.raw(timeless).await.unwrap();
        let rf = place.open(MigrateMode::Check).await.unwrap();
        assert!(rf.migration_status().await.unwrap().is_current());
        rf.shutdown().await.unwrap();
    }
);
