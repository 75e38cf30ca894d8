//! Tasks: what they are made of, how they go on, and what keeps them.

use ringfence::model::{
    Change, InspectionTaskUpdate, NewInspectionTask, NewTemplate, TaskStatus, TemplateId,
};
use ringfence::{Inspections, TenantSession};
use ringfence_tests::fixture::{World, each_engine, survey};

use super::templates::refused;
use crate::calls::things;

const AREA: &str = "POLYGON((8.5 47.4, 8.6 47.4, 8.6 47.5, 8.5 47.4))";

async fn template(inspections: &Inspections) -> TemplateId {
    let new = NewTemplate::new("Roof", "roof");
    inspections.create_template(new).await.unwrap().id
}

async fn mission(session: &TenantSession) -> ringfence::model::MissionId {
    session.missions().create(survey(None)).await.unwrap().id
}

each_engine!(
    #[tokio::test]
    async fn a_task_goes_from_draft_to_done_one_step_at_a_time(world: &World) {
        use TaskStatus::{Done, Draft, Running, Scheduled};
        let inspections = world.north.admin().await.inspections();
        let new = NewInspectionTask::new("Roofs", template(&inspections).await);
        let task = inspections.create_task(new).await.unwrap();
        assert_eq!(
            (&task.status, task.priority, task.area_geom.as_str()),
            (&Draft, 5, "")
        );
        let id = || task.id.clone();
        let named = |name: &str| InspectionTaskUpdate {
            name: Some(name.into()),
            ..InspectionTaskUpdate::default()
        };
        for (version, to) in [(1, Scheduled), (3, Running), (5, Done)] {
            for other in [Draft, Scheduled, Running, Done] {
                if other != to {
                    let step = inspections.advance_task(id(), other, None).await;
                    refused(step, "illegal_transition", None);
                }
            }
            let stale = inspections
                .advance_task(id(), to.clone(), Some(version + 1))
                .await;
            refused(stale, "stale_version", Some("version"));
            let step = inspections
                .advance_task(id(), to.clone(), Some(version))
                .await
                .unwrap();
            assert_eq!((&step.status, step.version), (&to, version + 1));
            if to != Done {
                inspections
                    .update_task(id(), named(to.as_str()))
                    .await
                    .unwrap();
            }
        }
        refused(
            inspections.update_task(id(), named("again")).await,
            "illegal_transition",
            None,
        );
        inspections.delete_task(id()).await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn a_task_names_a_mission_of_the_tenant_or_none_and_an_area_or_none(world: &World) {
        let session = world.north.admin().await;
        let inspections = session.inspections();
        let template = template(&inspections).await;
        let (own, foreign) = (
            mission(&session).await,
            mission(&world.south.admin().await).await,
        );
        let new = || NewInspectionTask::new("Roofs", template.clone());
        let flown = |mission: &ringfence::model::MissionId| NewInspectionTask {
            mission_id: Some(mission.clone()),
            area_geom: Some(AREA.into()),
            ..new()
        };
        refused(
            inspections.create_task(flown(&foreign)).await,
            "not_found",
            None,
        );
        let task = inspections.create_task(flown(&own)).await.unwrap();
        assert_eq!(
            (task.mission_id.as_ref(), task.area_geom.as_str()),
            (Some(&own), AREA)
        );
        let update = |mission_id, area_geom: Option<&str>| InspectionTaskUpdate {
            mission_id,
            area_geom: area_geom.map(Into::into),
            ..InspectionTaskUpdate::default()
        };
        let id = || task.id.clone();
        let to_foreign = update(foreign.clone().into(), None);
        refused(
            inspections.update_task(id(), to_foreign).await,
            "not_found",
            None,
        );
        let cleared = inspections
            .update_task(id(), update(Change::Clear, Some("")))
            .await
            .unwrap();
        assert_eq!((cleared.mission_id, cleared.area_geom.as_str()), (None, ""));

        // What is no geometry, and what no priority is.
        for area in [
            "somewhere",
            "POINT(200 47)",
            "POINT(8 91)",
            "{}",
            "POLYGON((0 0, 1 1, 2 2, 3 3))",
        ] {
            let task = NewInspectionTask {
                area_geom: Some(area.into()),
                ..new()
            };
            refused(
                inspections.create_task(task).await,
                "invalid",
                Some("area_geom"),
            );
            let changed = inspections
                .update_task(id(), update(Change::Keep, Some(area)))
                .await;
            refused(changed, "invalid", Some("area_geom"));
        }
        for priority in [0, 10, i64::MAX] {
            let task = NewInspectionTask {
                priority: Some(priority),
                ..new()
            };
            refused(
                inspections.create_task(task).await,
                "invalid",
                Some("priority"),
            );
        }
        let unknown = TaskStatus::Other {
            text: "PARKED".into(),
        };
        refused(
            inspections.advance_task(id(), unknown, None).await,
            "invalid",
            Some("to"),
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn a_task_is_kept_while_anything_refers_to_it(world: &World) {
        let session = world.north.admin().await;
        let inspections = session.inspections();
        let drone = things::drone(&session, "kite").await;
        let id = things::inspected(&world.north, "a", &drone).await;
        let task = id("task");
        let delete = async || inspections.delete_task(task.as_str().into()).await;
        for (table, column) in [
            ("inspection_observations", "task_id"),
            ("inspection_exports", "task_id"),
            ("incidents", "linked_task_id"),
        ] {
            if table == "incidents" {
                world.place.plant(&format!(
                    "INSERT INTO incidents (id, tenant_id, title, level, location_geom, status, linked_task_id, created_at) \
                     VALUES ('fire', 'north', 'Fire', 'HIGH', 'POINT(8 47)', 'TASK_CREATED', '{task}', '2026-01-01 00:00:00')"
                )).await;
            }
            refused(delete().await, "in_use", None);
            for gone in ["defect_actions", "defects"] {
                world.place.plant(&format!("DELETE FROM {gone}")).await;
            }
            world
                .place
                .plant(&format!("DELETE FROM {table} WHERE {column} = '{task}'"))
                .await;
        }
        delete().await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn a_status_that_only_another_program_knows_allows_no_step(world: &World) {
        let inspections = world.north.admin().await.inspections();
        let new = NewInspectionTask::new("Roofs", template(&inspections).await);
        let id = inspections.create_task(new).await.unwrap().id;
        world
            .place
            .plant("UPDATE inspection_tasks SET status = 'PARKED'")
            .await;
        for to in TaskStatus::ALL {
            let step = inspections.advance_task(id.clone(), to.clone(), None).await;
            refused(step, "illegal_transition", None);
        }
        let task = inspections.task(id).await.unwrap();
        assert_eq!(
            (task.status.as_str(), task.status.is_known()),
            ("PARKED", false)
        );
    }
);
