//! Step by step up and down, what is recorded of it, and what stops it.

use std::sync::{Arc, Mutex};

use ringfence::model::{EventFilter, PageRequest, Progress};
use ringfence::schema::version::{IDENTITY_EXPAND, LATEST};
use ringfence::{Error, MigrateMode, Ringfence};
use ringfence_migrations::STEPS;

use super::schema_error;
use crate::legacy_rows;
use crate::migrations::step_name;
use crate::picture::Inspect;
use ringfence_tests::fixture::{Place, each_engine};

each_engine!(
    #[tokio::test]
    async fn steps_are_taken_one_by_one_taken_back_and_taken_again_with_the_rows_as_they_were(
        place: &Place,
    ) {
        let rf = place.at(1).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        let rows = place.legacy_rows().await;
        assert!(rows.values().all(|rows| !rows.is_empty()));
        let mut pictures = vec![place.picture().await.settled()];
        for version in 2..=LATEST {
            let status = rf.migrate("up".into(), Some(version), None).await.unwrap();
            assert_eq!(status.current, version);
            pictures.push(place.picture().await.settled());
            assert_eq!(place.legacy_rows().await, rows, "V{version}");
        }
        for version in (1..LATEST).rev() {
            let status = rf.rollback("down".into(), version, None).await.unwrap();
            assert_eq!(status.current, version);
            assert!(status.steps[version as usize].applied_at.is_none());
            assert!(
                rf.integrity_scan(None, None).await.unwrap().is_clean(),
                "V{version}"
            );
            crate::boundary_report::stands(&rf).await;
            let (code, missing) = schema_error(place.open(MigrateMode::Check).await);
            assert_eq!(code, "older_schema");
            assert!(missing.contains(step_name(version + 1)), "{missing}");
            let mut picture = place.picture().await.settled();
            let before = &mut pictures[version as usize - 1];
            if version == IDENTITY_EXPAND {
                // What backfill filled stays filled while there is the column.
                for link in ["user_roles", "role_permissions"] {
                    assert!(picture.rows.remove(link) != before.rows.remove(link));
                }
            }
            assert_eq!(picture, *before, "V{version} again");
        }
        // To where it stands already, and to either side of it, nothing is done.
        let before = place.picture().await;
        rf.migrate("up".into(), Some(1), None).await.unwrap();
        rf.rollback("down".into(), 1, None).await.unwrap();
        rf.rollback("down".into(), 7, None).await.unwrap();
        assert_eq!(place.picture().await, before);

        let status = rf.migrate("up".into(), None, None).await.unwrap();
        assert!(status.is_current());
        let picture = place.picture().await.settled();
        assert_eq!(&picture, pictures.last().unwrap());
        // The rows are in the way of the last step down.
        let (code, detail) = schema_error(rf.rollback("down".into(), 0, None).await);
        assert_eq!(code, "lossy_rollback");
        assert!(detail.contains(step_name(1)), "{detail}");
        assert!(rf.migration_status().await.unwrap().is_current());
        assert_eq!(place.legacy_rows().await, rows);
    }
);

each_engine!(
    #[tokio::test]
    async fn an_empty_database_goes_all_the_way_down_and_up(place: &Place) {
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        let current = place.picture().await.settled();
        let status = rf.rollback("down".into(), 0, None).await.unwrap();
        assert_eq!(status.current, 0);
        let left: Vec<String> = place.picture().await.rows.into_keys().collect();
        assert_eq!(left, ["ringfence_schema_history"]);
        rf.migrate("up".into(), None, None).await.unwrap();
        assert_eq!(place.picture().await.settled(), current);
    }
);

each_engine!(
    #[tokio::test]
    async fn what_a_step_on_the_way_down_would_lose_is_refused_before_the_first_is_taken_back(
        place: &Place,
    ) {
        let rf = place.at(1).await;
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();
        rf.migrate("up".into(), None, None).await.unwrap();
        place
            .raw("UPDATE users SET password_argon2 = '$argon2id$' WHERE id IN ('u1_a', 'u1_b')")
            .await
            .unwrap();
        let before = place.picture().await;
        let (code, detail) = schema_error(rf.rollback("down".into(), 1, None).await);
        assert_eq!(code, "lossy_rollback");
        assert_eq!(
            detail,
            format!(
                "taking {} back would lose 2 Argon2id password hashes",
                step_name(3)
            )
        );
        assert_eq!(place.picture().await, before);
        rf.rollback("down".into(), 3, None).await.unwrap();
        let kept = "SELECT count(*) FROM users WHERE password_argon2 = '$argon2id$'";
        assert_eq!(place.count(kept).await, 2);
    }
);

each_engine!(
    #[tokio::test]
    async fn each_step_is_one_event_of_its_operator_in_the_deployments_log(place: &Place) {
        let rf = place.at(4).await;
        rf.migrate("olga".into(), Some(7), None).await.unwrap();
        rf.rollback("oscar".into(), 5, None).await.unwrap();
        rf.migrate("olga".into(), None, None).await.unwrap();
        let found = events(&rf).await;
        let wanted: Vec<(String, String, String)> = [
            ("suite", 2..=4, true),
            ("olga", 5..=7, true),
            ("oscar", 6..=7, false),
            ("olga", 6..=LATEST, true),
        ]
        .into_iter()
        .flat_map(|(operator, versions, applied)| {
            let mut versions: Vec<u32> = versions.collect();
            if !applied {
                versions.reverse();
            }
            versions.into_iter().map(move |version| {
                let detail = format!("\"applied\":{applied}");
                (operator.to_owned(), step_name(version).to_owned(), detail)
            })
        })
        .collect();
        assert_eq!(found.len(), wanted.len(), "{found:#?}");
        for ((actor, step, detail), (operator, name, applied)) in found.iter().zip(&wanted) {
            assert_eq!((actor, step), (operator, name));
            assert!(detail.replace(' ', "").contains(applied), "{detail}");
        }
        let log = rf.deployment_log().verify().await.unwrap();
        assert!(log.is_intact(), "{log:?}");
        assert_eq!(log.size, i64::try_from(wanted.len()).unwrap());
    }
);

/// Actor, entity and detail of the events about steps.
pub(super) async fn events(rf: &Ringfence) -> Vec<(String, String, String)> {
    let filter = EventFilter {
        entity_type: Some("schema".into()),
        ..EventFilter::default()
    };
    let page = rf
        .deployment_log()
        .events(filter, PageRequest::default())
        .await
        .unwrap();
    page.items
        .into_iter()
        .map(|event| {
            let detail = event.detail.map(|json| json.as_str().to_owned());
            (event.actor, event.entity_id, detail.unwrap_or_default())
        })
        .collect()
}

each_engine!(
    #[tokio::test]
    async fn progress_names_each_step_before_it_is_made(place: &Place) {
        let rf = place.at(2).await;
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listening = Arc::clone(&heard);
        let listener = Arc::new(move |step: Progress| {
            listening
                .lock()
                .unwrap()
                .push((step.stage, step.done, step.total));
        });
        rf.migrate("suite".into(), Some(5), Some(listener.clone()))
            .await
            .unwrap();
        rf.rollback("suite".into(), 4, Some(listener))
            .await
            .unwrap();
        let wanted = [(3, 0, 3), (4, 1, 3), (5, 2, 3), (5, 0, 1)]
            .map(|(version, done, total)| (step_name(version).to_owned(), done, Some(total)));
        assert_eq!(*heard.lock().unwrap(), wanted);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_listener_that_panics_stops_nothing(place: &Place) {
        let rf = place.at(2).await;
        let listener = Arc::new(|step: Progress| panic!("at {}", step.stage));
        let status = rf.migrate("suite".into(), None, Some(listener)).await;
        assert!(status.unwrap().is_current());
        assert_eq!(place.open(MigrateMode::Check).await.map(drop), Ok(()));
    }
);

each_engine!(
    #[tokio::test]
    async fn the_first_step_that_fails_in_the_middle_leaves_nothing_of_itself(place: &Place) {
        nothing_is_left_of_the_step_after(1, "audit_events", place).await;
    }
);

each_engine!(
    #[tokio::test]
    async fn a_later_step_that_fails_in_the_middle_leaves_nothing_of_itself(place: &Place) {
        nothing_is_left_of_the_step_after(8, "login_throttles", place).await;
    }
);

/// A table of the step's own name is in the way, behind others that the step has made by then.
async fn nothing_is_left_of_the_step_after(before: u32, conflicting: &str, place: &Place) {
    let rf = place.at(before).await;
    place
        .raw(&format!("CREATE TABLE {conflicting} (x INT)"))
        .await
        .unwrap();
    let picture = place.picture().await;
    let (code, detail) = schema_error(rf.migrate("suite".into(), None, None).await);
    assert_eq!(code, "step_failed");
    assert!(detail.contains(step_name(before + 1)), "{detail}");
    assert!(!detail.contains(conflicting), "{detail}");
    assert_eq!(place.picture().await, picture);
    assert_eq!(
        schema_error(place.open(MigrateMode::Auto).await).0,
        "step_failed"
    );
    assert_eq!(place.picture().await, picture);
    place
        .raw(&format!("DROP TABLE {conflicting}"))
        .await
        .unwrap();
    let status = rf.migrate("suite".into(), None, None).await.unwrap();
    assert!(status.is_current());
}

each_engine!(
    #[tokio::test]
    async fn an_operator_has_a_name_and_a_step_a_number(place: &Place) {
        let rf = place.at(3).await;
        let before = place.picture().await;
        let beyond = u32::try_from(STEPS.len()).unwrap() + 1;
        for (operator, to, field) in [
            ("suite", beyond, "to"),
            ("", 5, "operator"),
            ("a\0b", 5, "operator"),
        ] {
            for outcome in [
                rf.migrate(operator.into(), Some(to), None).await,
                rf.rollback(operator.into(), to, None).await,
            ] {
                match outcome {
                    Err(Error::Invalid { field: named, .. }) => assert_eq!(named, field),
                    other => panic!("{operator:?} {to}: {other:?}"),
                }
            }
        }
        assert_eq!(place.picture().await, before);
    }
);
