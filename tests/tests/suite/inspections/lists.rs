//! What another program stored is found by what it hangs on, by where it stands and by when it was, and counted.

use jiff::Timestamp;
use ringfence::model::{
    DefectFilter, DefectStatus, ExportFilter, ExportFormat, ObservationFilter, Order, PageRequest,
    TaskFilter, TaskStatus, TemplateFilter, TimedPageRequest,
};
use ringfence_tests::fixture::{World, each_engine};

use crate::calls::things;

fn at(day: u8) -> Timestamp {
    format!("2026-01-0{day}T00:00:00Z").parse().unwrap()
}

fn newest() -> TimedPageRequest {
    TimedPageRequest::in_order(Order::Newest)
}

/// A list and its count by each of these filters, with how many rows are to be selected.
macro_rules! selects {
    ($handle:ident.$list:ident / $count:ident, $page:expr, $filter:ident: $($({ $($field:ident: $value:expr),+ } => $rows:expr),+ $(,)?)?) => {$($(
        #[allow(clippy::needless_update, reason = "some are given whole")]
        let filter = || $filter { $($field: Some($value),)+ ..$filter::default() };
        let found = $handle.$list(filter(), $page).await.unwrap().items;
        let counted = $handle.$count(filter()).await.unwrap();
        assert_eq!((found.len(), counted), ($rows, $rows as i64), "{:?}", filter());
    )+)?};
}

each_engine!(
    #[tokio::test]
    async fn what_a_filter_selects_is_listed_and_counted(world: &World) {
        let session = world.north.admin().await;
        let drone = things::drone(&session, "kite").await;
        let other = things::drone(&session, "heron").await;
        let id = things::inspected(&world.north, "a", &drone).await;
        let besides = things::inspected(&world.north, "b", &other).await;
        let theirs = things::drone(&world.south.admin().await, "kite").await;
        drop(things::inspected(&world.south, "a", &theirs).await);
        let more = [
            format!(
                "UPDATE inspection_tasks SET status = 'RUNNING' WHERE id = '{}'",
                id("task")
            ),
            format!(
                "UPDATE inspection_observations SET severity = 4, item_code = 'rust' WHERE id = '{}'",
                id("observation")
            ),
            format!(
                "UPDATE inspection_exports SET format = 'csv' WHERE id = '{}'",
                id("export")
            ),
            format!(
                "UPDATE defects SET status = 'FIXED', assigned_to = 'Jon, north crew', severity = 5 WHERE id = '{}'",
                id("defect")
            ),
            format!(
                "UPDATE inspection_templates SET category = 'mast', is_active = false WHERE id = '{}'",
                besides("template")
            ),
        ];
        for sql in more {
            world.place.plant(&sql).await;
        }
        let (inspections, defects) = (session.inspections(), session.defects());
        selects!(inspections.templates / count_templates, PageRequest::default(), TemplateFilter:
            { category: "roof".into() } => 3,
            { category: "mast".into() } => 1,
            { is_active: true } => 3,
            { category: "mast".into(), is_active: true } => 0,
        );
        selects!(inspections.tasks / count_tasks, newest(), TaskFilter:
            { status: TaskStatus::Running } => 1,
            { status: TaskStatus::Draft } => 3,
            { template_id: id("template").into() } => 2,
            { template_id: id("template").into(), status: TaskStatus::Done } => 0,
            { since: at(2) } => 2,
            { until: at(2) } => 2,
            { template_id: id("template").into(), since: at(2), until: at(3) } => 1,
        );
        selects!(inspections.observations / count_observations, newest(), ObservationFilter:
            { task_id: id("task").into() } => 2,
            { drone_id: other.clone() } => 2,
            { item_code: "rust".into() } => 1,
            { min_severity: 2 } => 4,
            { min_severity: 3 } => 1,
            { task_id: besides("task").into(), min_severity: 3 } => 0,
            { drone_id: drone.clone(), since: at(2) } => 1,
        );
        selects!(inspections.exports / count_exports, newest(), ExportFilter:
            { task_id: id("task").into() } => 2,
            { format: ExportFormat::Csv } => 1,
            { task_id: besides("task").into(), format: ExportFormat::Csv } => 0,
            { until: at(1) } => 0,
        );
        selects!(defects.list / count, newest(), DefectFilter:
            { observation_id: id("observation").into() } => 2,
            { status: DefectStatus::Fixed } => 1,
            { assigned_to: "Jon, north crew".into() } => 1,
            { assigned_to: "Jon".into() } => 0,
            { min_severity: 5 } => 1,
            { observation_id: besides("observation").into(), status: DefectStatus::Fixed } => 0,
            { since: at(1), until: at(2) } => 2,
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn what_happened_is_read_from_the_newest_and_from_the_oldest(world: &World) {
        let session = world.north.admin().await;
        let drone = things::drone(&session, "kite").await;
        let id = things::inspected(&world.north, "a", &drone).await;
        let (inspections, defects) = (session.inspections(), session.defects());
        let oldest = || TimedPageRequest::in_order(Order::Oldest);
        macro_rules! times {
            ($call:expr, $time:ident) => {{
                let page = $call.await.unwrap().items.into_iter();
                page.map(|row| row.$time).collect::<Vec<_>>()
            }};
        }
        let tasks = TaskFilter::default;
        let seen = || ObservationFilter {
            task_id: Some(id("task").into()),
            ..ObservationFilter::default()
        };
        let up = [at(1), at(2)];
        let down = [at(2), at(1)];
        assert_eq!(times!(inspections.tasks(tasks(), oldest()), created_at), up);
        assert_eq!(
            times!(inspections.tasks(tasks(), newest()), created_at),
            down
        );
        assert_eq!(times!(inspections.observations(seen(), oldest()), ts), up);
        assert_eq!(times!(inspections.observations(seen(), newest()), ts), down);
        let made = ExportFilter::default();
        assert_eq!(
            times!(inspections.exports(made, newest()), created_at),
            down
        );
        let made = DefectFilter::default();
        assert_eq!(times!(defects.list(made, newest()), created_at), down);
        let actions = [at(3), at(2), at(1)];
        let defect = || id("defect").into();
        assert_eq!(
            times!(defects.actions(defect(), newest()), created_at),
            actions
        );
        // A defect comes with the first of what was done.
        let told = defects.get(defect()).await.unwrap();
        let times: Vec<_> = told
            .actions
            .iter()
            .map(|action| action.created_at)
            .collect();
        assert_eq!(
            (told.defect.id.as_str(), times),
            (id("defect").as_str(), vec![at(1), at(2), at(3)])
        );
    }
);

each_engine!(
    /// No rule of today holds for them.
    #[tokio::test]
    async fn numbers_and_texts_that_no_rule_lets_in_are_read_as_they_are(world: &World) {
        let session = world.north.admin().await;
        let drone = things::drone(&session, "kite").await;
        let id = things::inspected(&world.north, "a", &drone).await;
        let strange = format!(
            "UPDATE inspection_observations SET position_lat = 1234.5, position_lon = -999, alt_m = -0.25, \
             severity = 77, item_code = '', note = '<b>', confidence = 3.5 WHERE id = '{0}'; \
             UPDATE inspection_tasks SET priority = -3, area_geom = 'nowhere' WHERE id = '{1}'; \
             UPDATE defects SET severity = 0, description = '' WHERE id = '{2}'",
            id("observation"),
            id("task"),
            id("defect")
        );
        world.place.plant(&strange).await;
        let inspections = session.inspections();
        let seen = inspections
            .observation(id("observation").into())
            .await
            .unwrap();
        assert_eq!(
            (seen.position_lat, seen.position_lon, seen.alt_m),
            (1234.5, -999.0, -0.25)
        );
        assert_eq!(
            (seen.severity, seen.item_code.as_str(), seen.confidence),
            (77, "", Some(3.5))
        );
        let page = inspections.observations(ObservationFilter::default(), newest());
        assert!(page.await.unwrap().items.contains(&seen));
        let task = inspections.task(id("task").into()).await.unwrap();
        assert_eq!((task.priority, task.area_geom.as_str()), (-3, "nowhere"));
        let defect = session
            .defects()
            .get(id("defect").into())
            .await
            .unwrap()
            .defect;
        assert_eq!(
            (defect.severity, defect.description.as_deref()),
            (0, Some(""))
        );
    }
);
