//! How defects are made out and changed.

use ringfence::model::{
    Change, DefectFilter, DefectStatus, DefectUpdate, NewDefect, NewDefectAction,
};
use ringfence_tests::fixture::{Engine, World, each_engine};

use super::{made, observed};
use crate::inspections::templates::refused;

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn an_observation_has_one_defect_though_two_are_made_at_once(world: &World) {
        let session = world.north.admin().await;
        let defects = session.defects();
        let observation = observed(&session).await;
        let new = || NewDefect::new(observation.clone());
        let (one, other) = tokio::join!(defects.create(new()), defects.create(new()));
        let (kept, lost) = if one.is_ok() {
            (one, other)
        } else {
            (other, one)
        };
        kept.unwrap();
        refused(lost, "taken", Some("observation_id"));
        refused(defects.create(new()).await, "taken", Some("observation_id"));
        assert_eq!(defects.count(DefectFilter::default()).await.unwrap(), 1);
        // Another tenant's observation is nobody's.
        let theirs = world.south.admin().await.defects().create(new()).await;
        refused(theirs, "not_found", None);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_defect_takes_from_its_observation_what_is_not_given(world: &World) {
        let session = world.north.admin().await;
        let defects = session.defects();
        let bare = made(&session).await;
        assert_eq!(
            (
                bare.title.as_str(),
                bare.description.as_deref(),
                bare.severity
            ),
            ("Defect for item rust", Some("at the ridge"), 4)
        );
        assert_eq!(
            (&bare.status, bare.assigned_to.as_deref(), bare.version),
            (&DefectStatus::Open, None, 1)
        );
        let told = NewDefect {
            title: Some("Rust".into()),
            description: Some(String::new()),
            severity: Some(1),
            ..NewDefect::new(observed(&session).await)
        };
        let told = defects.create(told).await.unwrap();
        assert_eq!(
            (
                told.title.as_str(),
                told.description.as_deref(),
                told.severity
            ),
            ("Rust", Some(""), 1)
        );
        let update = DefectUpdate {
            title: Some("Rusty ridge".into()),
            description: Change::Clear,
            version: Some(1),
            ..DefectUpdate::default()
        };
        let changed = defects.update(told.id, update.clone()).await.unwrap();
        assert_eq!(
            (
                changed.title.as_str(),
                changed.description,
                changed.severity
            ),
            ("Rusty ridge", None, 1)
        );
        let stale = defects.update(changed.id.clone(), update).await;
        refused(stale, "stale_version", Some("version"));
        let nothing = defects.update(changed.id, DefectUpdate::default());
        assert_eq!(nothing.await.unwrap().version, 2);
        // What another program stored of an observation is no severity that a defect could have.
        for (said, counts) in [(0, 1), (9, 5)] {
            let odd = observed(&session).await;
            let sql = format!(
                "UPDATE inspection_observations SET severity = {said}, note = '' WHERE id = '{odd}'"
            );
            world.place.plant(&sql).await;
            let odd = defects.create(NewDefect::new(odd)).await.unwrap();
            assert_eq!((odd.severity, odd.description), (counts, None));
        }
    }
);

each_engine!(
    /// As another program may have stored it, where the column holds more than it was made for.
    #[tokio::test]
    async fn a_defect_has_the_title_of_its_item_as_far_as_it_is_one(world: &World) {
        let session = world.north.admin().await;
        let defects = session.defects();
        if world.place.engine == Engine::Postgres {
            let wider = "ALTER TABLE inspection_observations ALTER item_code TYPE varchar(400)";
            world.place.raw(wider).await.unwrap();
        }
        let long = "\u{fc}".repeat(400);
        let as_much = "\u{fc}".repeat(92);
        for (code, title) in [(long.as_str(), Some(as_much)), ("line\nfeed", None)] {
            let observation = observed(&session).await;
            let sql = format!(
                "UPDATE inspection_observations SET item_code = '{code}' WHERE id = '{observation}'"
            );
            world.place.plant(&sql).await;
            let tail = observation.as_str()[28..].to_owned();
            let made = defects.create(NewDefect::new(observation)).await.unwrap();
            let title = format!("Defect for item {}", title.unwrap_or(tail));
            assert_eq!(made.title, title);
            // It is one that could be given, too.
            let update = DefectUpdate {
                title: Some(title),
                ..DefectUpdate::default()
            };
            assert_eq!(defects.update(made.id.clone(), update).await, Ok(made));
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn what_a_defect_cannot_be_is_refused_by_its_field(world: &World) {
        let session = world.north.admin().await;
        let defects = session.defects();
        let defect = made(&session).await;
        let id = || defect.id.clone();
        let long = "x".repeat(4_001);
        let new = || NewDefect::new(defect.observation_id.clone());
        let news = [
            (
                NewDefect {
                    severity: Some(0),
                    ..new()
                },
                "severity",
            ),
            (
                NewDefect {
                    severity: Some(6),
                    ..new()
                },
                "severity",
            ),
            (
                NewDefect {
                    title: Some(" ".into()),
                    ..new()
                },
                "title",
            ),
            (
                NewDefect {
                    title: Some("x".repeat(201)),
                    ..new()
                },
                "title",
            ),
            (
                NewDefect {
                    description: Some(long.clone()),
                    ..new()
                },
                "description",
            ),
        ];
        for (new, field) in news {
            refused(defects.create(new).await, "invalid", Some(field));
        }
        let change = DefectUpdate::default;
        let updates = [
            (
                DefectUpdate {
                    severity: Some(6),
                    ..change()
                },
                "severity",
            ),
            (
                DefectUpdate {
                    title: Some(String::new()),
                    ..change()
                },
                "title",
            ),
            (
                DefectUpdate {
                    description: long.clone().into(),
                    ..change()
                },
                "description",
            ),
            (
                DefectUpdate {
                    version: Some(0),
                    ..change()
                },
                "version",
            ),
        ];
        for (update, field) in updates {
            refused(defects.update(id(), update).await, "invalid", Some(field));
        }
        let parked = DefectStatus::Other {
            text: "PARKED".into(),
        };
        refused(
            defects.advance(id(), parked, None, None).await,
            "invalid",
            Some("to"),
        );
        let step = |version, note| defects.advance(id(), DefectStatus::Assigned, version, note);
        refused(step(Some(0), None).await, "invalid", Some("version"));
        refused(
            step(None, Some(long.clone())).await,
            "invalid",
            Some("note"),
        );
        let me = session.whoami().await.unwrap().user_id;
        let given = defects.assign(id(), me, Some(-1)).await;
        refused(given, "invalid", Some("version"));
        let noted = NewDefectAction {
            note: Some(long),
            ..NewDefectAction::new("LOOKED_AT")
        };
        refused(
            defects.add_action(id(), noted).await,
            "invalid",
            Some("note"),
        );
        assert_eq!(defects.get(id()).await.unwrap().defect, defect);
    }
);
