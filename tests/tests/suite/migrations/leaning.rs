//! What a host made that relies on a key which a step takes away: a run that would stop at it does not begin.

use ringfence::schema::version::{BASELINE, KEYS_BACKFILL, LATEST};
use ringfence_tests::fixture::{Engine, Place, each_engine};

use super::schema_error;
use crate::legacy_rows;
use crate::picture::Inspect;

/// A table of the host's whose rows refer to drones.
fn batteries(reference: &str) -> String {
    format!(
        "CREATE TABLE batteries (id INT PRIMARY KEY, tenant_id VARCHAR, drone VARCHAR, {reference});
         INSERT INTO batteries VALUES (1, 'a', 'd1_a')"
    )
}

/// What relies on the key of drones that the old platform gave them, on this engine.
fn leaning(engine: Engine) -> Vec<(String, &'static str, &'static str)> {
    let refers = "FOREIGN KEY (drone) REFERENCES drones (ID)";
    let mut all = vec![(
        batteries(refers),
        "DROP TABLE batteries",
        "batteries (drone) on drones (id)",
    )];
    match engine {
        Engine::Sqlite => {
            let refers = "FOREIGN KEY (drone) references \"Drones\"";
            let told = "batteries (drone) on drones";
            all.push((batteries(refers), "DROP TABLE batteries", told));
        }
        Engine::Postgres => {
            let view = "CREATE VIEW by_drone AS SELECT d.id, d.name, count(m.id) FROM drones d
                 LEFT JOIN missions m ON m.drone_id = d.id GROUP BY d.id";
            let told = "by_drone on drones (id)";
            all.push((view.to_owned(), "DROP VIEW by_drone", told));
            // A reference that the old platform never declared, and one in a column that it does not have.
            let refers = "ALTER TABLE alerts ADD CONSTRAINT host_drone
                 FOREIGN KEY (drone_id) REFERENCES drones (id)";
            let gone = "ALTER TABLE alerts DROP CONSTRAINT host_drone";
            all.push((refers.to_owned(), gone, "alerts (drone_id) on drones (id)"));
            let refers = "ALTER TABLE missions ADD COLUMN spare VARCHAR REFERENCES drones (id)";
            let gone = "ALTER TABLE missions DROP COLUMN spare";
            all.push((refers.to_owned(), gone, "missions (spare) on drones (id)"));
        }
    }
    all
}

/// A run is refused for that and nothing else, and nothing changes.
async fn stopped<T>(
    place: &Place,
    run: impl Future<Output = ringfence::Result<T>>,
    step: &str,
    told: &str,
) {
    let before = place.picture().await;
    let (code, detail) = schema_error(run.await);
    assert_eq!(code, "step_failed");
    let detail = detail.replace("public.", "");
    let wanted =
        format!("{step} takes keys away that others rely on, and no step was taken: {told};");
    assert!(detail.starts_with(&wanted), "{wanted} {detail}");
    assert_eq!(place.picture().await, before, "{detail}");
}

each_engine!(
    #[tokio::test]
    async fn a_run_does_not_begin_where_a_step_takes_a_key_away_that_a_host_relies_on(
        place: &Place,
    ) {
        legacy_rows::make(place).await;
        if place.engine == Engine::Postgres {
            // What is called so and is none of ours.
            let elsewhere =
                "CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.drones (id VARCHAR PRIMARY KEY);
                CREATE TABLE elsewhere.batteries (drone VARCHAR REFERENCES elsewhere.drones)";
            place.raw(elsewhere).await.unwrap();
        }
        for begins in [BASELINE, KEYS_BACKFILL] {
            let rf = place.at(begins).await;
            for (made, gone, told) in leaning(place.engine) {
                place.raw(&made).await.unwrap();
                let up = rf.migrate("suite".into(), None, None);
                stopped(place, up, "07a9_keys_enforce", told).await;
                place.raw(gone).await.unwrap();
            }
            // Nor does it stand in the way of the others.
            place.raw(&leaning(place.engine)[0].0).await.unwrap();
            let up = rf.migrate("suite".into(), Some(KEYS_BACKFILL), None);
            up.await.unwrap();
            place.raw(leaning(place.engine)[0].1).await.unwrap();
        }
        let rf = place.at(LATEST).await;
        assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
    }
);

each_engine!(
    #[tokio::test]
    async fn nor_does_one_on_the_way_back(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.at(LATEST).await;
        let refers = "FOREIGN KEY (tenant_id, drone) REFERENCES drones (tenant_id, id)";
        place.raw(&batteries(refers)).await.unwrap();
        // SQLite looks for whatever key there is, Postgres keeps the one that was there.
        let stops_at = match place.engine {
            Engine::Sqlite => "07a2_core_batch_a_expand",
            Engine::Postgres => "07a9_keys_enforce",
        };
        let told = "batteries (tenant_id, drone) on drones (tenant_id, id)";
        let down = rf.rollback("suite".into(), BASELINE, None);
        stopped(place, down, stops_at, told).await;
        place.raw("DROP TABLE batteries").await.unwrap();
        if place.engine == Engine::Postgres {
            // A column of the host's in a table of ours, which SQLite adds with a reference to one column alone.
            let refers = "ALTER TABLE missions ADD COLUMN spare VARCHAR, ADD CONSTRAINT host_spare
                 FOREIGN KEY (tenant_id, spare) REFERENCES drones (tenant_id, id)";
            place.raw(refers).await.unwrap();
            let told = "missions (tenant_id, spare) on drones (tenant_id, id)";
            let down = rf.rollback("suite".into(), BASELINE, None);
            stopped(place, down, stops_at, told).await;
            let gone = "ALTER TABLE missions DROP COLUMN spare";
            place.raw(gone).await.unwrap();
        }
        let down = rf.rollback("suite".into(), BASELINE, None);
        down.await.unwrap();
    }
);
