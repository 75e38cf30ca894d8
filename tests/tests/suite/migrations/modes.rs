//! What opening does with a schema that is empty, older, current or newer.

use ringfence::MigrateMode::{Auto, Check, Never};
use ringfence::schema::version::LATEST;
use ringfence_migrations::STEPS;

use super::{refused_under_every_mode, schema_error};
use crate::migrations::step_name;
use crate::picture::Inspect;
use ringfence_tests::fixture::{Place, each_engine};

each_engine!(
    #[tokio::test]
    async fn an_empty_database_is_made_current_by_auto_alone(place: &Place) {
        let empty = place.picture().await;
        let (code, detail) = schema_error(place.open(Check).await);
        assert_eq!(code, "older_schema");
        for step in STEPS {
            assert!(detail.contains(step.name), "{detail}");
        }
        let looked = place.open(Never).await.unwrap();
        let status = looked.migration_status().await.unwrap();
        assert_eq!((status.current, status.latest), (0, LATEST));
        assert!(status.steps.iter().all(|step| step.applied_at.is_none()));
        assert_eq!(place.picture().await, empty);

        let opened = place.open(Auto).await.unwrap();
        let status = opened.migration_status().await.unwrap();
        assert!(status.is_current());
        let batches: Vec<&str> = status.steps.iter().map(|step| &*step.batch).collect();
        let declared: Vec<&str> = STEPS.iter().map(|step| step.batch).collect();
        assert_eq!(batches, declared);
        assert!(status.steps.iter().all(|step| step.applied_at.is_some()));
        // A handle from before sees it as well.
        assert!(looked.migration_status().await.unwrap().is_current());
    }
);

each_engine!(
    #[tokio::test]
    async fn a_current_database_opens_under_every_mode_and_stays_as_it_is(place: &Place) {
        place.at(LATEST).await.shutdown().await.unwrap();
        let current = place.picture().await;
        for mode in [Auto, Check, Never] {
            let opened = place.open(mode).await.unwrap();
            assert!(opened.migration_status().await.unwrap().is_current());
        }
        assert_eq!(place.picture().await, current);
    }
);

each_engine!(
    #[tokio::test]
    async fn an_older_database_is_named_by_check_and_brought_on_by_auto(place: &Place) {
        for version in [1, 5] {
            place.at(version).await;
            let older = place.picture().await;
            let (code, detail) = schema_error(place.open(Check).await);
            assert_eq!(code, "older_schema");
            for step in STEPS {
                let missing = step.version > version;
                assert_eq!(detail.contains(step.name), missing, "{detail}");
            }
            let looked = place.open(Never).await.unwrap();
            assert_eq!(looked.migration_status().await.unwrap().current, version);
            assert_eq!(place.picture().await, older);
        }
        let opened = place.open(Auto).await.unwrap();
        assert!(opened.migration_status().await.unwrap().is_current());
    }
);

each_engine!(
    #[tokio::test]
    async fn a_newer_database_is_left_alone_under_every_mode(place: &Place) {
        let opened = place.at(LATEST).await;
        place
            .raw(&format!(
                "INSERT INTO ringfence_schema_history (version, name, applied_on, checksum)
                 VALUES ({}, 'from_the_future', '2030-01-01T00:00:00Z', '1')",
                LATEST + 1
            ))
            .await
            .unwrap();
        let detail = refused_under_every_mode(place, "newer_schema").await;
        assert!(detail.contains(&(LATEST + 1).to_string()), "{detail}");
        // A handle that was open already neither migrates nor rolls back what it does not know.
        let before = place.picture().await;
        let up = opened.migrate("suite".into(), None, None).await;
        assert_eq!(schema_error(up).0, "newer_schema");
        let down = opened.rollback("suite".into(), 3, None).await;
        assert_eq!(schema_error(down).0, "newer_schema");
        assert_eq!(place.picture().await, before);
        assert_eq!(step_name(LATEST), STEPS.last().unwrap().name);
    }
);
