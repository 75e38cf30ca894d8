//! What was seen: one by one, and many at once.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ringfence::model::{
    ExportFormat, NewInspectionTask, NewObservation, NewTemplate, NewTemplateItem,
    ObservationFilter, ObservationUpdate, TaskId,
};
use ringfence::{Error, Inspections, OpenOptions, Ringfence};
use ringfence_tests::fixture::{Engine, World, each_engine};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::templates::refused;
use crate::calls::things::{self, seen};

/// A task of a template with the items of these codes.
pub(crate) async fn task(inspections: &Inspections, codes: &[(&str, i64)]) -> TaskId {
    let template = NewTemplate::new("Roof", "roof");
    let template = inspections.create_template(template).await.unwrap().id;
    for (code, severity) in codes {
        let item = NewTemplateItem {
            severity_default: Some(*severity),
            ..NewTemplateItem::new(*code, "An item")
        };
        inspections.add_item(template.clone(), item).await.unwrap();
    }
    let task = NewInspectionTask::new("Roofs", template);
    inspections.create_task(task).await.unwrap().id
}

async fn count(inspections: &Inspections) -> i64 {
    let all = ObservationFilter::default();
    inspections.count_observations(all).await.unwrap()
}

fn invalid<T: std::fmt::Debug>(outcome: ringfence::Result<T>, field: &str) {
    refused(outcome, "invalid", Some(field));
}

each_engine!(
    #[tokio::test]
    async fn what_lies_nowhere_or_cannot_be_told_is_invalid_by_its_field(world: &World) {
        let inspections = world.north.admin().await.inspections();
        let task = task(&inspections, &[("rust", 2)]).await;
        let year_zero = "-000001-01-01T00:00:00Z".parse::<Timestamp>().unwrap();
        let of = |change: fn(&mut NewObservation)| {
            let mut new = seen("rust");
            change(&mut new);
            new
        };
        let mut wrong = vec![
            (of(|new| new.position_lat = 90.000_001), "position_lat"),
            (of(|new| new.position_lat = f64::NAN), "position_lat"),
            (of(|new| new.position_lon = -180.5), "position_lon"),
            (of(|new| new.position_lon = f64::INFINITY), "position_lon"),
            (of(|new| new.alt_m = f64::NEG_INFINITY), "alt_m"),
            (of(|new| new.severity = Some(0)), "severity"),
            (of(|new| new.severity = Some(6)), "severity"),
            (of(|new| new.confidence = Some(1.01)), "confidence"),
            (of(|new| new.confidence = Some(f64::NAN)), "confidence"),
            (of(|new| new.note = Some("x".repeat(4_001))), "note"),
            (of(|new| new.media_url = Some("a\0".into())), "media_url"),
            (of(|new| new.item_code = " ".into()), "item_code"),
            (of(|new| new.item_code = "x".repeat(51)), "item_code"),
            (of(|new| new.item_code = "moss".into()), "item_code"),
        ];
        wrong.push((
            NewObservation {
                ts: Some(year_zero),
                ..seen("rust")
            },
            "ts",
        ));
        for (new, field) in wrong {
            invalid(inspections.record(task.clone(), new.clone()).await, field);
            let many = vec![seen("rust"), new];
            let place = format!("observations[1].{field}");
            invalid(inspections.record_many(task.clone(), many).await, &place);
        }
        invalid(
            inspections.record_many(task, Vec::new()).await,
            "observations",
        );
        assert_eq!(count(&inspections).await, 0);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_code_is_one_of_the_templates_items_where_it_has_any_and_says_how_grave_it_is(
        world: &World,
    ) {
        let inspections = world.north.admin().await.inspections();
        let (listed, free) = (
            task(&inspections, &[("rust", 4), ("moss", 1)]).await,
            task(&inspections, &[]).await,
        );
        let rust = inspections
            .record(listed.clone(), seen("rust"))
            .await
            .unwrap();
        assert_eq!(
            (rust.severity, rust.note.as_str(), rust.confidence),
            (4, "", None)
        );
        invalid(inspections.record(listed, seen("crack")).await, "item_code");
        let crack = inspections.record(free, seen("crack")).await.unwrap();
        assert_eq!(crack.severity, 1);
        let coded = |code: &str| ObservationUpdate {
            item_code: Some(code.into()),
            ..ObservationUpdate::default()
        };
        invalid(
            inspections
                .update_observation(rust.id.clone(), coded("crack"))
                .await,
            "item_code",
        );
        let moss = inspections
            .update_observation(rust.id.clone(), coded("moss"))
            .await
            .unwrap();
        assert_eq!(
            (moss.item_code.as_str(), moss.severity, moss.version),
            ("moss", 4, 2)
        );
        assert_eq!(inspections.observation(rust.id).await.unwrap(), moss);
    }
);

each_engine!(
    #[tokio::test]
    async fn many_are_recorded_in_their_order_under_one_event_with_their_digest(world: &World) {
        const MANY: usize = 2_501;
        let session = world.north.admin().await;
        let inspections = session.inspections();
        let drone = things::drone(&session, "kite").await;
        let task = task(&inspections, &[("rust", 2)]).await;
        let audit = session.audit();
        let events = audit.verify().await.unwrap().size;
        let start: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
        let many = (0..MANY).map(|n| NewObservation {
            ts: Some(start + jiff::SignedDuration::from_secs(n as i64)),
            drone_id: Some(drone.clone()).filter(|_| n % 2 == 0),
            confidence: Some(n as f64 / MANY as f64),
            ..NewObservation::new("rust", n as f64 / 100.0, -(n as f64) / 50.0, 30.5)
        });
        let recorded = inspections
            .record_many(task.clone(), many.collect())
            .await
            .unwrap();
        assert_eq!(recorded.ids.len(), MANY);
        assert_eq!(count(&inspections).await, MANY as i64);
        let mut sha256 = Sha256::new();
        for (n, id) in recorded.ids.iter().enumerate() {
            let row = inspections.observation(id.clone()).await.unwrap();
            assert_eq!(row.position_lat, n as f64 / 100.0);
            assert_eq!(row.drone_id.is_some(), n % 2 == 0);
            sha256.update(serde_json::to_string(&row).unwrap() + "\n");
        }
        let verified = audit.verify().await.unwrap();
        assert!(verified.is_intact());
        assert_eq!(verified.size, events + 1);
        let event = audit.event(events).await.unwrap();
        assert_eq!(
            (event.method.as_str(), event.entity_id.as_str()),
            ("inspections.record_many", task.as_str())
        );
        let detail: serde_json::Value =
            serde_json::from_str(event.detail.unwrap().as_str()).unwrap();
        let digest: String = sha256
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            detail["observations"],
            serde_json::json!({ "count": MANY, "sha256": digest })
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn of_many_none_is_recorded_where_one_cannot_be(world: &World) {
        let session = world.north.admin().await;
        let inspections = session.inspections();
        let foreign = things::drone(&world.south.admin().await, "kite").await;
        let task = task(&inspections, &[("rust", 2)]).await;
        let many = |change: &dyn Fn(&mut NewObservation)| {
            let mut many = vec![seen("rust"); 2_200];
            change(&mut many[2_100]);
            many
        };
        let of_another = many(&|new| new.item_code = "moss".into());
        let refusal = inspections.record_many(task.clone(), of_another).await;
        invalid(refusal, "observations[2100].item_code");
        let of_theirs = many(&|new| new.drone_id = Some(foreign.clone()));
        let missing = inspections.record_many(task.clone(), of_theirs).await;
        assert_eq!(
            missing,
            Err(Error::NotFound {
                entity: "drone".into()
            })
        );
        assert_eq!(count(&inspections).await, 0);

        // Nor where something in the database keeps one out, with an error or without.
        for (name, sqlite, postgres) in [
            (
                "boom",
                "SELECT RAISE(ABORT, 'no')",
                "RAISE EXCEPTION 'no'; RETURN NEW",
            ),
            ("hush", "SELECT RAISE(IGNORE)", "RETURN NULL"),
        ] {
            let trigger = match world.place.engine {
                Engine::Sqlite => format!(
                    "CREATE TRIGGER host_{name} BEFORE INSERT ON inspection_observations \
                     WHEN NEW.note = '{name}' BEGIN {sqlite}; END"
                ),
                Engine::Postgres => format!(
                    "CREATE FUNCTION host_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {postgres}; END $$; \
                     CREATE TRIGGER host_{name} BEFORE INSERT ON inspection_observations FOR EACH ROW \
                     WHEN (NEW.note = '{name}') EXECUTE FUNCTION host_{name}()"
                ),
            };
            world.place.raw(&trigger).await.unwrap();
            let kept_out = many(&|new| new.note = Some(name.into()));
            let refusal = inspections.record_many(task.clone(), kept_out).await;
            assert!(refusal.is_err(), "{name}");
            assert_eq!(count(&inspections).await, 0, "{name}");
        }
        inspections.record_many(task, many(&|_| {})).await.unwrap();
        assert_eq!(count(&inspections).await, 2_200);
        assert!(session.audit().verify().await.unwrap().is_intact());
    }
);

each_engine!(
    /// The platform before let a code stand more than once.
    #[tokio::test]
    async fn of_items_that_share_a_code_the_first_by_their_places_and_ids_counts(world: &World) {
        let inspections = world.north.admin().await.inspections();
        let task = task(&inspections, &[]).await;
        for (id, place, severity) in [("a", 2, 2), ("c", 1, 3), ("b", 1, 4)] {
            let item = format!(
                "INSERT INTO inspection_template_items \
                 (tenant_id, id, template_id, code, title, severity_default, required, sort_order, created_at) \
                 SELECT 'north', '{id}', template_id, 'rust', 'Rust {id}', {severity}, true, {place}, created_at \
                 FROM inspection_tasks"
            );
            world.place.plant(&item).await;
        }
        let rust = inspections.record(task.clone(), seen("rust"));
        assert_eq!(rust.await.unwrap().severity, 4);
        let folder = TempDir::new().unwrap();
        let within = folder.path().to_str().unwrap().to_owned();
        let report = inspections.export(task, ExportFormat::Csv, within);
        let report = std::fs::read_to_string(report.await.unwrap().file_path).unwrap();
        assert!(report.contains(r#","rust","Rust b",4,"#), "{report}");
    }
);

each_engine!(
    /// The platform before let an item say anything.
    #[tokio::test]
    async fn an_item_that_is_graver_than_anything_can_be_is_as_grave_as_can_be(world: &World) {
        let inspections = world.north.admin().await.inspections();
        let task = task(&inspections, &[("rust", 3)]).await;
        for (said, counts) in [(-1, 1), (0, 1), (1, 1), (5, 5), (6, 5), (1_000, 5)] {
            let says = format!("UPDATE inspection_template_items SET severity_default = {said}");
            world.place.plant(&says).await;
            let rust = inspections.record(task.clone(), seen("rust"));
            assert_eq!(rust.await.unwrap().severity, counts, "{said}");
        }
    }
);

each_engine!(
    /// A whole survey in one call.
    #[tokio::test]
    async fn a_hundred_thousand_are_recorded_in_one_call_or_none_of_them(world: &World) {
        const MANY: usize = 100_000;
        // The machine may be busy with other tests, and the library is not optimised here.
        let patient = OpenOptions {
            call_timeout_ms: 600_000,
            ..OpenOptions::default()
        };
        let patient = Ringfence::open(world.place.url.clone(), patient).await;
        let patient = patient.unwrap();
        let (tenant, admin) = (world.north.tenant.clone(), world.north.admin.clone());
        let inspections = patient.session(tenant, admin).await.unwrap().inspections();
        let task = task(&inspections, &[("rust", 2)]).await;
        let mut many = vec![seen("rust"); MANY];
        many[MANY - 1].item_code = "moss".into();
        let refusal = inspections.record_many(task.clone(), many.clone()).await;
        invalid(refusal, "observations[99999].item_code");
        assert_eq!(count(&inspections).await, 0);
        many[MANY - 1].item_code = "rust".into();
        let recorded = inspections.record_many(task, many).await.unwrap();
        let ids: BTreeSet<_> = recorded.ids.iter().map(|id| id.as_str()).collect();
        assert_eq!(ids.len(), MANY);
        assert_eq!(count(&inspections).await, MANY as i64);
    }
);
