//! Whoever is meant by a name is found by an index that leads with the tenant, on both engines.

use ringfence::MigrateMode;
use ringfence::testing;
use ringfence_tests::fixture::{Engine, Place, each_engine};

use crate::legacy_rows;

/// The statements that find users by a name.
const BY_NAME: [&str; 2] = ["CANDIDATES", "USERS_NAMED"];

/// A hundred tenants with the same fifty names.
const FILL: &str = "
    INSERT INTO tenants (id, name, created_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
    SELECT 'f' || i, 'Fleet ' || i, NOW FROM n;
    INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
    SELECT t.id || '_' || i, t.id, 'n' || i, 'x', true, NOW FROM n, tenants t WHERE t.id LIKE 'f%';";

/// The steps of a statement's plan that look into `users`.
async fn looks(place: &Place, text: &str) -> Vec<String> {
    let mut text = text.to_owned();
    for number in (1..=2).rev() {
        let value = if number == 1 { "'f7'" } else { "'n7'" };
        text = text.replace(&format!("${number}"), value);
    }
    match place.engine {
        Engine::Sqlite => {
            let db = place.sqlite();
            let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
            let steps = plan.query_map([], |row| row.get::<_, String>(3)).unwrap();
            let steps = steps.map(Result::unwrap);
            steps
                .filter(|step| step.contains(" u ") || step.ends_with(" u"))
                .collect()
        }
        Engine::Postgres => {
            let client = place.postgres().await;
            let rows = client.query(&format!("EXPLAIN {text}"), &[]).await.unwrap();
            let lines = rows.iter().map(|row| row.get::<_, String>(0));
            lines.filter(|line| line.contains("Scan")).collect()
        }
    }
}

each_engine!(
    #[tokio::test]
    async fn a_name_is_looked_up_by_indexes(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        let fill = legacy_rows::dated(place.engine, FILL);
        place.raw(&fill).await.unwrap();
        let analysed = match place.engine {
            Engine::Sqlite => "ANALYZE",
            Engine::Postgres => "VACUUM ANALYZE users",
        };
        // What Postgres does without statistics it does not go on doing.
        let known: &[bool] = match place.engine {
            Engine::Sqlite => &[false, true],
            Engine::Postgres => &[true],
        };
        for &statistics in known {
            if statistics {
                place.raw(analysed).await.unwrap();
            }
            for name in BY_NAME {
                let all = testing::registry();
                let statement = all.iter().find(|it| it.name == name).unwrap();
                let text = match place.engine {
                    Engine::Sqlite => statement.sqlite,
                    Engine::Postgres => statement.postgres,
                };
                let looks = looks(place, text.unwrap()).await;
                // A key of the old platform's has no name of its own on SQLite.
                let indexes = match place.engine {
                    Engine::Sqlite => [
                        "tenant_id=? AND username=?",
                        "tenant_id=? AND name_key=?",
                        "ix_users_tenant_unkeyed (tenant_id=?)",
                    ],
                    Engine::Postgres => [
                        "uq_users_tenant_username",
                        "uq_users_tenant_name_key",
                        "ix_users_tenant_unkeyed",
                    ],
                };
                for index in indexes {
                    assert!(
                        looks.iter().any(|look| look.contains(index)),
                        "{name} {statistics} {index}: {looks:#?}"
                    );
                }
                let scanned = ["SCAN u", "Seq Scan on users"];
                let scanned = |look: &String| scanned.iter().any(|scan| look.contains(scan));
                assert!(!looks.iter().any(scanned), "{name}: {looks:#?}");
            }
        }
        rf.shutdown().await.unwrap();
    }
);
