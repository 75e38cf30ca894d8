//! A plan comes out as it went in.

use ringfence_tests::fixture::on_each_empty_database;
use serde_json::Value;

use crate::calls::{PLAN, Things};
use crate::every_command::acting;
use crate::printed;

#[tokio::test]
async fn the_file_of_a_plan_is_printed_byte_for_byte() {
    on_each_empty_database(async |place| {
        let things = Things::make(place).await;
        let run = |arguments: &[&str]| {
            acting(place, &things, "missions plan")
                .args([&things.mission, "--file"])
                .args(arguments)
                .output()
                .unwrap()
        };
        let file = run(&[]);
        printed(&file, 0);
        assert_eq!(file.stdout, PLAN);
        let document: Value = serde_json::from_str(&printed(&run(&["--json"]), 0)).unwrap();
        assert_eq!(document["file"].as_str().unwrap().as_bytes(), PLAN);
        assert_eq!(document["bytes"], PLAN.len());
    })
    .await;
}
