//! What is FIXED is looked at again.

use ringfence::model::{Action, DefectStatus, ExportFormat, NewDefect, NewObservation, TaskStatus};
use ringfence_tests::fixture::{Engine, World, each_engine};
use tempfile::TempDir;

use super::{made, reviews, taken_to, told};
use crate::calls::things::seen;
use crate::inspections::observations::task;
use crate::inspections::templates::refused;

each_engine!(
    #[tokio::test]
    async fn what_is_fixed_is_looked_at_again_by_the_template_by_which_it_was_found(world: &World) {
        let session = world.north.admin().await;
        let (inspections, defects, audit) =
            (session.inspections(), session.defects(), session.audit());
        let defect = made(&session).await;
        taken_to(&defects, &defect.id, &DefectStatus::InProgress).await;
        assert!(reviews(&session).await.is_empty());
        let events = audit.verify().await.unwrap().size;
        let fixed = defects.advance(defect.id.clone(), DefectStatus::Fixed, None, None);
        let fixed = fixed.await.unwrap();
        let [review] = &reviews(&session).await[..] else {
            panic!("one review");
        };
        let found_by = inspections
            .observation(defect.observation_id)
            .await
            .unwrap();
        let found_by = inspections.task(found_by.task_id).await.unwrap();
        assert_eq!(review.template_id, found_by.template_id);
        assert_eq!(
            (
                review.area_geom.as_str(),
                review.priority,
                &review.status,
                review.mission_id.as_ref()
            ),
            ("POINT(8.5 47.4)", 2, &TaskStatus::Scheduled, None)
        );
        assert!(
            defect
                .id
                .as_str()
                .ends_with(&review.name["Review-".len()..])
        );
        // Each of the two has its event, under one call.
        let moved = [events, events + 1].map(async |seq| {
            let event = audit.event(seq).await.unwrap();
            assert_eq!(event.method, "defects.advance");
            (event.action, event.entity_type, event.entity_id)
        });
        let [of_defect, of_task] = moved;
        let named = |action, kind: &str, id: &str| (action, kind.to_owned(), id.to_owned());
        assert_eq!(
            of_defect.await,
            named(Action::Update, "defect", fixed.id.as_str())
        );
        assert_eq!(
            of_task.await,
            named(Action::Create, "task", review.id.as_str())
        );
        assert_eq!(audit.verify().await.unwrap().size, events + 2);
        let event = audit.event(events).await.unwrap().detail.unwrap();
        assert!(event.as_str().contains(review.id.as_str()), "{event:?}");
        // It is a task like any other, and its template need not be active for the next one.
        let step = inspections.advance_task(review.id.clone(), TaskStatus::Running, None);
        step.await.unwrap();
        let sql = "UPDATE inspection_templates SET is_active = false";
        world.place.plant(sql).await;
        let me = session.whoami().await.unwrap().user_id;
        defects.assign(fixed.id.clone(), me, None).await.unwrap();
        for to in [DefectStatus::InProgress, DefectStatus::Fixed] {
            defects
                .advance(fixed.id.clone(), to, None, None)
                .await
                .unwrap();
        }
        assert_eq!(reviews(&session).await.len(), 2);
    }
);

each_engine!(
    /// As another program may have stored it.
    #[tokio::test]
    async fn what_lies_nowhere_is_looked_at_again_without_a_place(world: &World) {
        let session = world.north.admin().await;
        let defects = session.defects();
        let defect = made(&session).await;
        taken_to(&defects, &defect.id, &DefectStatus::InProgress).await;
        world
            .place
            .plant("UPDATE inspection_observations SET position_lat = 91")
            .await;
        let fixed = defects.advance(defect.id.clone(), DefectStatus::Fixed, None, None);
        fixed.await.unwrap();
        assert_eq!(reviews(&session).await.remove(0).area_geom, "");
    }
);

/// Keeps out every new task, without an error.
fn swallowing(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "CREATE TRIGGER host_insert BEFORE INSERT ON inspection_tasks \
             BEGIN SELECT RAISE(IGNORE); END"
        }
        Engine::Postgres => {
            "CREATE FUNCTION host_swallows() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RETURN NULL; END $$; \
             CREATE TRIGGER host_insert BEFORE INSERT ON inspection_tasks \
             FOR EACH ROW EXECUTE FUNCTION host_swallows()"
        }
    }
}

each_engine!(
    #[tokio::test]
    async fn a_defect_whose_review_cannot_be_made_is_not_fixed(world: &World) {
        let session = world.north.admin().await;
        let defects = session.defects();
        let defect = made(&session).await;
        let begun = taken_to(&defects, &defect.id, &DefectStatus::InProgress).await;
        let (done, events) = (
            told(&defects, &defect.id).await,
            session.audit().verify().await.unwrap().size,
        );
        world
            .place
            .raw(swallowing(world.place.engine))
            .await
            .unwrap();
        let fixed = defects.advance(defect.id.clone(), DefectStatus::Fixed, None, None);
        refused(fixed.await, "not_written", None);
        assert_eq!(defects.get(defect.id.clone()).await.unwrap().defect, begun);
        assert_eq!(told(&defects, &defect.id).await, done);
        assert_eq!(session.audit().verify().await.unwrap().size, events);
    }
);

each_engine!(
    #[tokio::test]
    async fn an_inspector_goes_from_a_template_to_a_mended_defect_and_its_report(world: &World) {
        let session = world.north.member("inspector").await;
        let (inspections, defects) = (session.inspections(), session.defects());
        let roofs = task(&inspections, &[("rust", 4), ("moss", 1)]).await;
        for to in [TaskStatus::Scheduled, TaskStatus::Running] {
            inspections
                .advance_task(roofs.clone(), to, None)
                .await
                .unwrap();
        }
        let found = inspections.record_many(roofs.clone(), vec![seen("rust"), seen("moss")]);
        let found = found.await.unwrap();
        let done = inspections.advance_task(roofs.clone(), TaskStatus::Done, None);
        done.await.unwrap();
        let rust = defects
            .create(NewDefect::new(found.ids[0].clone()))
            .await
            .unwrap();
        let me = session.whoami().await.unwrap().user_id;
        defects
            .assign(rust.id.clone(), me, Some(rust.version))
            .await
            .unwrap();
        for to in [DefectStatus::InProgress, DefectStatus::Fixed] {
            defects
                .advance(rust.id.clone(), to, None, None)
                .await
                .unwrap();
        }
        let review = reviews(&session).await.remove(0).id;
        inspections
            .advance_task(review.clone(), TaskStatus::Running, None)
            .await
            .unwrap();
        let mended = NewObservation {
            note: Some("painted".into()),
            severity: Some(1),
            ..seen("rust")
        };
        inspections.record(review.clone(), mended).await.unwrap();
        inspections
            .advance_task(review.clone(), TaskStatus::Done, None)
            .await
            .unwrap();
        for to in [DefectStatus::Verified, DefectStatus::Closed] {
            defects
                .advance(rust.id.clone(), to, None, None)
                .await
                .unwrap();
        }
        let folder = TempDir::new().unwrap();
        let within = folder.path().to_str().unwrap();
        for (task, rows) in [(roofs, 2), (review, 1)] {
            let report = inspections.export(task, ExportFormat::GeoJson, within.into());
            let report = std::fs::read_to_string(report.await.unwrap().file_path).unwrap();
            let report: serde_json::Value = serde_json::from_str(&report).unwrap();
            assert_eq!(report["features"].as_array().unwrap().len(), rows);
        }
        let stats = defects.stats().await.unwrap();
        assert_eq!((stats.total, stats.closed), (1, 1));
        let log = world.north.admin().await.audit().verify().await.unwrap();
        assert!(log.is_intact());
    }
);
