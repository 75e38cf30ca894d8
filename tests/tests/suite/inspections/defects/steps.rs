//! How defects are taken further, and what is told of them.

use ringfence::model::{DefectFilter, DefectStatus, DefectUpdate, NewDefectAction};
use ringfence_tests::fixture::{World, each_engine};
use serde_json::Value;

use super::{made, reviews, taken_to, told};
use crate::inspections::templates::refused;

each_engine!(
    #[tokio::test]
    async fn a_defect_goes_from_open_to_closed_one_step_at_a_time(world: &World) {
        let session = world.north.admin().await;
        let defects = session.defects();
        let defect = made(&session).await;
        let id = || defect.id.clone();
        for (before, to) in (1..).zip(DefectStatus::ALL.iter().skip(1)) {
            for other in DefectStatus::ALL {
                if other != to {
                    let step = defects.advance(id(), other.clone(), None, None).await;
                    refused(step, "illegal_transition", None);
                }
            }
            let stale = defects.advance(id(), to.clone(), Some(before + 1), None);
            refused(stale.await, "stale_version", Some("version"));
            let note = Some(format!("to {to}"));
            let step = defects.advance(id(), to.clone(), Some(before), note);
            let after = step.await.unwrap();
            assert_eq!((&after.status, after.version), (to, before + 1));
        }
        let update = DefectUpdate {
            severity: Some(1),
            ..DefectUpdate::default()
        };
        refused(
            defects.update(id(), update).await,
            "illegal_transition",
            None,
        );
        let me = session.whoami().await.unwrap().user_id;
        let again = defects.assign(id(), me, None).await;
        refused(again, "illegal_transition", None);
        let done: Vec<_> = told(&defects, &defect.id).await;
        let [made, assigned, begun, fixed, review, verified, closed] = &done[..] else {
            panic!("{done:?}");
        };
        let review_task = reviews(&session).await.remove(0).id;
        for (action, name, note) in [
            (
                made,
                "CREATED_FROM_OBSERVATION",
                format!("observation_id={}", defect.observation_id),
            ),
            (assigned, "STATUS_ASSIGNED", "to ASSIGNED".into()),
            (begun, "STATUS_IN_PROGRESS", "to IN_PROGRESS".into()),
            (fixed, "STATUS_FIXED", "to FIXED".into()),
            (
                review,
                "REVIEW_TASK_CREATED",
                format!("task_id={review_task}"),
            ),
            (verified, "STATUS_VERIFIED", "to VERIFIED".into()),
            (closed, "STATUS_CLOSED", "to CLOSED".into()),
        ] {
            assert_eq!(action, &(name.to_owned(), note));
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn the_note_of_a_step_stands_in_its_event(world: &World) {
        let session = world.north.admin().await;
        let (defects, audit) = (session.defects(), session.audit());
        let defect = made(&session).await;
        let steps = [
            (DefectStatus::Assigned, Some("to the north crew")),
            (DefectStatus::InProgress, None),
            // The second event of this one is its review's.
            (DefectStatus::Fixed, Some("two tiles")),
        ];
        for (to, note) in steps {
            let seq = audit.verify().await.unwrap().size;
            let said = note.map(str::to_owned);
            let step = defects.advance(defect.id.clone(), to, None, said);
            step.await.unwrap();
            let event = audit.event(seq).await.unwrap();
            assert_eq!(event.entity_id, defect.id.as_str());
            let detail: Value = serde_json::from_str(event.detail.unwrap().as_str()).unwrap();
            assert_eq!(detail.get("note").and_then(Value::as_str), note);
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_defect_is_given_to_a_user_of_the_tenant_who_begins_with_it(world: &World) {
        let session = world.north.admin().await;
        let defects = session.defects();
        let (ana, jon) = (world.north.user("ana").await, world.north.user("jon").await);
        let foreign = world.south.user("ana").await;
        let defect = made(&session).await;
        let id = || defect.id.clone();
        refused(defects.assign(id(), foreign, None).await, "not_found", None);
        let given = defects.assign(id(), ana.clone(), Some(1)).await.unwrap();
        assert_eq!(
            (&given.status, given.assigned_to.as_deref(), given.version),
            (&DefectStatus::Assigned, Some(ana.as_str()), 2)
        );
        let again = defects.assign(id(), ana.clone(), Some(2)).await.unwrap();
        assert_eq!(again, given);
        let stale = defects.assign(id(), jon.clone(), Some(1)).await;
        refused(stale, "stale_version", Some("version"));
        // Whoever gets it begins anew, wherever it stood.
        let steps = [
            DefectStatus::InProgress,
            DefectStatus::Fixed,
            DefectStatus::Verified,
        ];
        for far in 1..=steps.len() {
            for to in &steps[..far] {
                let step = defects.advance(id(), to.clone(), None, None);
                step.await.unwrap();
            }
            let anew = defects.assign(id(), jon.clone(), None).await.unwrap();
            assert_eq!(
                (&anew.status, anew.assigned_to.as_deref()),
                (&DefectStatus::Assigned, Some(jon.as_str()))
            );
        }
        let mine = DefectFilter {
            assigned_to: Some(jon.into()),
            ..DefectFilter::default()
        };
        assert_eq!(defects.count(mine).await.unwrap(), 1);
        let done = told(&defects, &defect.id).await;
        let given: Vec<_> = done
            .iter()
            .filter(|(action, _)| action == "ASSIGNED")
            .collect();
        assert_eq!(given.len(), 4, "{done:?}");
        assert_eq!(given[0].1, format!("assigned_to={ana}"));
    }
);

each_engine!(
    #[tokio::test]
    async fn anything_may_be_told_of_a_defect_but_what_the_library_tells_itself(world: &World) {
        let session = world.north.admin().await;
        let defects = session.defects();
        let defect = made(&session).await;
        let closed = taken_to(&defects, &defect.id, &DefectStatus::Closed).await;
        let add = async |action: &str| {
            let new = NewDefectAction::new(action);
            defects.add_action(defect.id.clone(), new).await
        };
        for own in [
            "CREATED_FROM_OBSERVATION",
            "ASSIGNED",
            "REVIEW_TASK_CREATED",
            "STATUS_FIXED",
            "status_looked_at",
            "Assigned",
            "",
            " ",
            &"x".repeat(51),
        ] {
            refused(add(own).await, "invalid", Some("action_type"));
        }
        let action = add("PARTS_ORDERED").await.unwrap();
        assert_eq!(
            (action.defect_id, action.note.as_str()),
            (defect.id.clone(), "")
        );
        let last = told(&defects, &defect.id).await.pop().unwrap();
        assert_eq!(last, ("PARTS_ORDERED".into(), String::new()));
        assert_eq!(defects.get(defect.id.clone()).await.unwrap().defect, closed);
    }
);

each_engine!(
    #[tokio::test]
    async fn the_first_thousand_things_that_were_done_are_told_with_a_defect(world: &World) {
        let session = world.north.admin().await;
        let defects = session.defects();
        let id = made(&session).await.id;
        let told = async || {
            let told = defects.get(id.clone()).await.unwrap().actions.into_iter();
            told.map(|action| action.action_type).collect::<Vec<_>>()
        };
        assert_eq!(told().await, ["CREATED_FROM_OBSERVATION"]);
        let each = (0..1_000).map(|number| {
            format!("('north', 'looked {number}', '{id}', 'LOOK_{number:03}', '', '2126-01-01 00:00:00.{number:06}')")
        });
        let looked = format!(
            "INSERT INTO defect_actions (tenant_id, id, defect_id, action_type, note, created_at) VALUES {}",
            each.collect::<Vec<_>>().join(", ")
        );
        world.place.plant(&looked).await;
        let told = told().await;
        assert_eq!(told.len(), 1_000);
        assert_eq!(told[0], "CREATED_FROM_OBSERVATION");
        assert_eq!(told[999], "LOOK_998");
    }
);

each_engine!(
    #[tokio::test]
    async fn the_stats_tell_how_many_stand_where_in_the_tenant_alone(world: &World) {
        let session = world.north.admin().await;
        let defects = session.defects();
        let nothing = defects.stats().await.unwrap();
        assert_eq!(
            (nothing.total, nothing.closed, nothing.by_status),
            (0, 0, vec![])
        );
        made(&world.south.admin().await).await;
        for last in [
            DefectStatus::Closed,
            DefectStatus::Closed,
            DefectStatus::Assigned,
        ] {
            let defect = made(&session).await;
            taken_to(&defects, &defect.id, &last).await;
        }
        made(&session).await;
        let parked = made(&session).await;
        let sql = format!(
            "UPDATE defects SET status = 'PARKED' WHERE id = '{}'",
            parked.id
        );
        world.place.plant(&sql).await;
        let stats = defects.stats().await.unwrap();
        assert_eq!((stats.total, stats.closed), (5, 2));
        let by_status: Vec<_> = stats
            .by_status
            .iter()
            .map(|it| (it.status.as_str(), it.defects))
            .collect();
        assert_eq!(
            by_status,
            [("OPEN", 1), ("ASSIGNED", 1), ("CLOSED", 2), ("PARKED", 1)]
        );
        // What only another program knows allows no step.
        let step = defects.advance(parked.id.clone(), DefectStatus::Assigned, None, None);
        refused(step.await, "illegal_transition", None);
        let me = session.whoami().await.unwrap().user_id;
        let given = defects.assign(parked.id, me, None).await;
        refused(given, "illegal_transition", None);
    }
);
