//! Reports in files: whole, told of, or not there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use jiff::Timestamp;
use ringfence::Error;
use ringfence::model::{Action, ExportFilter, ExportFormat, NewObservation, TimedPageRequest};
use ringfence_tests::fixture::{Engine, Hold, World, each_engine};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::observations::task;
use super::templates::refused;
use crate::calls::things::seen;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

each_engine!(
    #[tokio::test]
    async fn a_report_is_the_file_that_its_event_tells_of(world: &World) {
        const ROWS: usize = 2_050;
        let session = world.north.admin().await;
        let inspections = session.inspections();
        let roofs = task(&inspections, &[("rust", 2)]).await;
        let rows = (0..ROWS).map(|n| NewObservation {
            note: Some(format!("number {n} & more")),
            ..seen("rust")
        });
        inspections
            .record_many(roofs.clone(), rows.collect())
            .await
            .unwrap();
        let other = task(&inspections, &[]).await;
        inspections
            .record(other, seen("of another task"))
            .await
            .unwrap();
        let audit = session.audit();
        for format in ExportFormat::ALL {
            let folder = TempDir::new().unwrap();
            let within = folder.path().to_str().unwrap().to_owned();
            let report = inspections
                .export(roofs.clone(), format.clone(), within)
                .await
                .unwrap();
            assert_eq!(inspections.report(report.id.clone()).await.unwrap(), report);
            assert_eq!(names(folder.path()), [format!("{}.{format}", report.id)]);
            let file = fs::read(&report.file_path).unwrap();
            let text = String::from_utf8(file.clone()).unwrap();
            let escaped = if *format == ExportFormat::Html {
                "&amp;"
            } else {
                "&"
            };
            for n in [0, 999, 1_000, ROWS - 1] {
                assert!(
                    text.contains(&format!("number {n} {escaped} more")),
                    "{format}: {n}"
                );
            }
            assert_eq!(text.matches("more").count(), ROWS, "{format}");
            assert!(!text.contains("another task"), "{format}");
            let last = audit.verify().await.unwrap().size - 1;
            let event = audit.event(last).await.unwrap();
            assert_eq!(
                (&event.action, event.entity_id.as_str()),
                (&Action::Export, report.id.as_str())
            );
            let told: serde_json::Value =
                serde_json::from_str(event.detail.unwrap().as_str()).unwrap();
            assert_eq!(
                (&told["observations"], &told["bytes"], &told["sha256"]),
                (&ROWS.into(), &file.len().into(), &digest(&file).into())
            );
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_report_tells_what_was_seen_in_the_order_in_which_it_was_seen(world: &World) {
        let inspections = world.north.admin().await.inspections();
        let roofs = task(&inspections, &[]).await;
        for second in [3, 1, 2] {
            let new = NewObservation {
                ts: Some(Timestamp::from_second(second).unwrap()),
                note: Some(format!("seen as number {second}")),
                ..seen("rust")
            };
            inspections.record(roofs.clone(), new).await.unwrap();
        }
        let folder = TempDir::new().unwrap();
        let within = folder.path().to_str().unwrap();
        for format in [ExportFormat::Csv, ExportFormat::Json, ExportFormat::Html] {
            let report = inspections.export(roofs.clone(), format.clone(), within.into());
            let text = fs::read_to_string(report.await.unwrap().file_path).unwrap();
            let told = text.split("seen as number ").skip(1);
            let told: Vec<&str> = told.map(|rest| &rest[..1]).collect();
            assert_eq!(told, ["1", "2", "3"], "{format}");
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn where_nothing_can_be_written_nothing_is_told(world: &World) {
        let inspections = world.north.admin().await.inspections();
        let task = task(&inspections, &[]).await;
        inspections
            .record(task.clone(), seen("rust"))
            .await
            .unwrap();
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("a file");
        fs::write(&file, "kept").unwrap();
        let gone = folder.path().join("gone");
        let mut places = vec![
            String::new(),
            "a\0b".into(),
            file.display().to_string(),
            gone.display().to_string(),
        ];
        if cfg!(target_os = "linux") {
            // Whoever runs this, nothing is made there.
            places.push("/sys".into());
        }
        for place in places {
            let outcome = inspections
                .export(task.clone(), ExportFormat::Html, place)
                .await;
            refused(outcome, "invalid", Some("folder"));
        }
        let unknown = ExportFormat::Other {
            text: "docx".into(),
        };
        let within = folder.path().to_str().unwrap().to_owned();
        refused(
            inspections
                .export(task.clone(), unknown, within.clone())
                .await,
            "invalid",
            Some("format"),
        );

        // What the database does not take is no file either.
        let trigger = match world.place.engine {
            Engine::Sqlite => {
                "CREATE TRIGGER host_no BEFORE INSERT ON inspection_exports BEGIN SELECT RAISE(ABORT, 'no'); END"
            }
            Engine::Postgres => {
                "CREATE FUNCTION host_no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; \
                 CREATE TRIGGER host_no BEFORE INSERT ON inspection_exports FOR EACH ROW EXECUTE FUNCTION host_no()"
            }
        };
        world.place.raw(trigger).await.unwrap();
        assert!(
            inspections
                .export(task, ExportFormat::Csv, within)
                .await
                .is_err()
        );
        assert_eq!(names(folder.path()), ["a file"]);
        let all = inspections.exports(ExportFilter::default(), TimedPageRequest::default());
        assert_eq!(all.await.unwrap().items, []);
        let events = "SELECT count(*) FROM audit_events WHERE action = 'export'";
        assert_eq!(world.place.count(events).await, 0);
    }
);

/// The name of the file that is being written in a folder, as soon as there is one.
async fn begun(folder: &Path) -> String {
    loop {
        let part = names(folder).into_iter().find(|it| it.ends_with(".part"));
        match part {
            Some(part) => return part,
            None => tokio::task::yield_now().await,
        }
    }
}

each_engine!(
    #[tokio::test]
    async fn a_report_of_a_task_that_is_deleted_meanwhile_is_not_there(world: &World) {
        let inspections = world.north.admin().await.inspections();
        let task = task(&inspections, &[]).await;
        let folder = TempDir::new().unwrap();
        let within = folder.path().to_str().unwrap().to_owned();
        // Whoever writes waits, the deletion first.
        let held = Hold::take(&world.place, "north").await;
        let deleting = inspections.delete_task(task.clone());
        let exporting = inspections.export(task.clone(), ExportFormat::Csv, within);
        let released = async {
            begun(folder.path()).await;
            held.release().await;
        };
        let (deleted, report, ()) = tokio::join!(deleting, exporting, released);
        deleted.unwrap();
        let entity = "task".to_owned();
        assert_eq!(report, Err(Error::NotFound { entity }));
        assert!(names(folder.path()).is_empty());
        let all = inspections.count_exports(ExportFilter::default());
        assert_eq!(all.await, Ok(0));
    }
);

each_engine!(
    /// Its row and its event stand by then: nobody is told that nothing was done, and whoever looks finds it.
    #[tokio::test]
    async fn a_report_that_cannot_be_moved_to_its_place_stays_whole_beside_it(world: &World) {
        let session = world.north.admin().await;
        let (inspections, audit) = (session.inspections(), session.audit());
        let task = task(&inspections, &[]).await;
        inspections
            .record(task.clone(), seen("rust"))
            .await
            .unwrap();
        let folder = TempDir::new().unwrap();
        let within = folder.path().to_str().unwrap().to_owned();
        let held = Hold::take(&world.place, "north").await;
        let taken = async {
            let part = begun(folder.path()).await;
            let place = part.trim_start_matches('.').trim_end_matches(".part");
            fs::create_dir(folder.path().join(place)).unwrap();
            held.release().await;
            part
        };
        let exporting = inspections.export(task, ExportFormat::Csv, within);
        let (report, part) = tokio::join!(exporting, taken);
        let unknown = report.unwrap_err();
        assert_eq!(unknown.code(), "outcome_unknown");
        assert!(!unknown.is_retryable());
        let last = audit.verify().await.unwrap().size - 1;
        let event = audit.event(last).await.unwrap();
        assert_eq!(event.action, Action::Export);
        assert!(part.contains(&event.entity_id));
        let told: serde_json::Value = serde_json::from_str(event.detail.unwrap().as_str()).unwrap();
        let file = fs::read(folder.path().join(part)).unwrap();
        assert_eq!(told["sha256"], digest(&file));
    }
);

/// Which of the files of a folder are finished, by the ids of their reports, and how many are not.
fn finished(folder: &Path) -> (BTreeSet<String>, usize) {
    let (parts, whole): (Vec<_>, Vec<_>) = names(folder)
        .into_iter()
        .partition(|name| name.ends_with(".part"));
    let ids = whole.iter().filter_map(|name| name.split_once('.'));
    (ids.map(|(id, _)| id.to_owned()).collect(), parts.len())
}

each_engine!(
    /// Once where a finished file is there, and at every poll of a call that is given up.
    #[tokio::test]
    async fn whenever_its_call_is_given_up_a_report_is_finished_where_a_row_tells_of_it(
        world: &World,
    ) {
        let inspections = world.north.admin().await.inspections();
        let task = task(&inspections, &[]).await;
        let rows = std::iter::repeat_with(|| seen("rust")).take(1_100);
        inspections
            .record_many(task.clone(), rows.collect())
            .await
            .unwrap();
        let folder = TempDir::new().unwrap();
        let within = folder.path().to_str().unwrap().to_owned();
        let polls = (0..40).map(|n| n * 2).chain([usize::MAX]);
        for most in polls {
            let before = finished(folder.path()).0;
            let call = inspections.export(task.clone(), ExportFormat::Json, within.clone());
            let mut call = pin!(call);
            let mut context = Context::from_waker(Waker::noop());
            for poll in 0.. {
                let is_there = most == usize::MAX && finished(folder.path()).0 != before;
                if poll == most || is_there || call.as_mut().poll(&mut context).is_ready() {
                    break;
                }
                tokio::time::sleep(Duration::from_micros(500)).await;
            }
        }
        let mut seen = None;
        for _ in 0..500 {
            let all = inspections.exports(ExportFilter::default(), TimedPageRequest::default());
            let rows = all.await.unwrap().items;
            let told: BTreeSet<String> = rows.iter().map(|it| it.id.to_string()).collect();
            let files = finished(folder.path());
            let settled = files == (told.clone(), 0) && seen.as_ref() == Some(&told);
            seen = Some(told);
            if settled {
                assert!(!rows.is_empty());
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!(
            "{seen:?} are told of, and {:?} are there",
            finished(folder.path())
        );
    }
);
