//! Values that are too long, hold NUL, or are no position in a list.

use ringfence::Error;
use ringfence::model::{Cursor, NewPlan, PageRequest};
use ringfence_tests::fixture::{World, each_engine};

use super::names_field;
use super::texts::{Asking, places, taken};

use crate::calls::things::{Ids, nowhere};
use crate::calls::{Asked, CALLS};
use crate::pages::lists;
use crate::picture::Inspect;

fn new_plan(file: &[u8]) -> NewPlan {
    NewPlan::new("river", file.to_vec())
}

each_engine!(
    #[tokio::test]
    async fn ten_megabytes_and_nul_are_refused_by_the_field_that_they_stand_in(world: &World) {
        let asking = Asking {
            rf: world.ringfence.clone(),
            session: world.north.admin().await,
            admin: world.north.admin.clone(),
        };
        let places = places().await;
        let before = world.place.picture().await;
        for (what, bad) in [
            ("ten megabytes", "x".repeat(10 << 20)),
            ("NUL", "nul\0within".into()),
        ] {
            for place in &places {
                // A password is hashed and not stored: it may hold anything, within its length.
                if what == "NUL" && place.field.ends_with("password") {
                    continue;
                }
                let outcome = asking.with(&bad, place).await;
                let what = format!("{} with {what} as {}", place.method, place.field);
                names_field(&what, outcome, &place.field);
            }
        }
        assert_eq!(world.place.picture().await, before);
    }
);

each_engine!(
    /// Rows count from 1, so that a version below it is a mistake of the caller's, not a row that has changed.
    #[tokio::test]
    async fn a_version_that_no_row_has_is_refused_wherever_one_is_stated(world: &World) {
        let admin = world.north.admin().await;
        let stating = taken(|field, _| field == "version");
        for method in stating.into_iter().filter(|(_, fields)| !fields.is_empty()) {
            let (method, _) = method;
            for none in [0, -1, i64::MIN] {
                let asked = Asked::of(
                    &admin,
                    &Ids {
                        version: none,
                        ..nowhere()
                    },
                );
                let mut refused = false;
                for call in CALLS.iter().filter(|call| call.method == method) {
                    let outcome = (call.make)(&asked).await.map(drop);
                    refused |=
                        matches!(outcome, Err(Error::Invalid { field, .. }) if field == "version");
                }
                assert!(
                    refused,
                    "{method} of version {none}: no call of the table states `id.version`"
                );
            }
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn what_is_no_plan_is_refused_and_its_place_named(world: &World) {
        let missions = world.north.admin().await.missions();
        let before = world.place.picture().await;
        let file = include_str!("../../../../examples/data/river-survey.plan");
        let another_type = file.replace("\"Plan\"", "\"Parameters\"");
        let mut another_version: serde_json::Value = serde_json::from_str(file).unwrap();
        another_version["version"] = 99.into();
        for (what, bytes, under) in [
            ("nothing", b"".to_vec(), "plan"),
            ("invalid UTF-8", vec![b'{', 0xff, 0xfe, b'}'], "plan"),
            ("no JSON", b"not a plan".to_vec(), "plan"),
            ("another type", another_type.into_bytes(), "plan.fileType"),
            (
                "another version",
                another_version.to_string().into_bytes(),
                "plan.version",
            ),
        ] {
            let outcome = missions.import_plan(new_plan(&bytes)).await.map(drop);
            names_field(what, outcome, under);
        }
        assert_eq!(world.place.picture().await, before);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_page_that_cannot_be_is_refused_by_every_list(world: &World) {
        let asked = Asked::of(&world.north.admin().await, &nowhere());
        let lists = lists(&world.ringfence, &asked);
        let before = world.place.picture().await;
        for limit in [0, 1_001, u32::MAX] {
            let page = PageRequest {
                limit: Some(limit),
                after: None,
            };
            for (method, list) in &lists {
                let outcome = list(page.clone()).await.map(drop);
                names_field(&format!("{method} {limit}"), outcome, "limit");
            }
        }
        let nonsense = [
            "",
            "1",
            "nonsense",
            "2ab",
            "1a",
            "1AB",
            "100",
            "1ff",
            "1' OR 1=1 --",
            "\0",
        ];
        for cursor in nonsense
            .map(str::to_owned)
            .into_iter()
            .chain(["1".repeat((10 << 20) + 1)])
        {
            let page = PageRequest {
                limit: None,
                after: Some(Cursor::from(cursor.as_str())),
            };
            let cursor: String = cursor.chars().take(20).collect();
            // Well made, and beyond every row or no number: an empty page says as much.
            let well_made = cursor.len() == 20;
            for (method, list) in &lists {
                let outcome = list(page.clone()).await.map(drop);
                let counted = matches!(*method, "audit.events" | "log.events");
                if !well_made || counted {
                    names_field(&format!("{method} {cursor:?}"), outcome, "after");
                }
            }
        }
        assert_eq!(world.place.picture().await, before);
    }
);
