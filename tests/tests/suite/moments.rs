//! What counts at the very moment at which something ends: statements, run by themselves on rows that lie on either
//! side of it.

use std::collections::BTreeSet;

use ringfence::testing;
use ringfence_tests::fixture::{Engine, World, each_engine};
use rusqlite::types::Value;

/// A second of the first minute of a day.
fn second(number: u32) -> String {
    format!("2026-03-01 00:00:{number:02}.000000")
}

/// A moment as this engine is asked about it.
fn literal(engine: Engine, time: &str) -> String {
    match engine {
        Engine::Sqlite => format!("'{time}'"),
        Engine::Postgres => format!("CAST('{time}+00' AS timestamptz)"),
    }
}

/// The statement of this name, with these in place of its parameters.
fn bound(world: &World, name: &str, parameters: &[String]) -> String {
    let all = testing::registry();
    let statement = all.iter().find(|it| it.name == name).unwrap();
    let text = match world.place.engine {
        Engine::Sqlite => statement.sqlite,
        Engine::Postgres => statement.postgres,
    };
    let mut text = text.unwrap().to_owned();
    for (number, parameter) in parameters.iter().enumerate().rev() {
        text = text.replace(&format!("${}", number + 1), parameter);
    }
    text
}

async fn rows(world: &World, sql: &str) -> Vec<Vec<String>> {
    match world.place.engine {
        Engine::Sqlite => {
            let connection = world.place.sqlite();
            let mut prepared = connection.prepare(sql).unwrap();
            let columns = prepared.column_count();
            let rows = prepared.query_map([], |row| {
                let text = |column| {
                    Ok(match row.get(column)? {
                        Value::Text(text) => text,
                        Value::Integer(number) => number.to_string(),
                        other => format!("{other:?}"),
                    })
                };
                (0..columns).map(text).collect()
            });
            rows.unwrap().map(Result::unwrap).collect()
        }
        Engine::Postgres => {
            let client = world.place.postgres().await;
            let rows = client.query(sql, &[]).await.unwrap();
            let text = |row: &tokio_postgres::Row, column| match row.try_get::<_, i64>(column) {
                Ok(number) => number.to_string(),
                Err(_) => row.get::<_, String>(column),
            };
            rows.iter()
                .map(|row| (0..row.len()).map(|column| text(row, column)).collect())
                .collect()
        }
    }
}

/// From when, and until when, times of counters are current; the first is not, the last is.
const CURRENT: (u32, u32) = (10, 20);

/// Either side of both, and none.
const TIMES: [Option<u32>; 6] = [None, Some(9), Some(10), Some(11), Some(20), Some(21)];

fn is_current(time: Option<u32>) -> bool {
    time.is_some_and(|time| CURRENT.0 < time && time <= CURRENT.1)
}

each_engine!(
    #[tokio::test]
    async fn counters_go_on_while_any_time_of_theirs_is_current_and_are_forgotten_then(
        world: &World,
    ) {
        let engine = world.place.engine;
        let time = |time: Option<u32>| match time {
            Some(time) => literal(engine, &second(time)),
            None => "NULL".to_owned(),
        };
        let put = |tenant: &str, subject: &str, refused: i64, times: [Option<u32>; 3]| {
            let [started, blocked, in_flight] = times.map(time);
            format!(
                "INSERT INTO login_throttles (tenant_id, subject, failures, refused, in_flight,
                 window_started_at, blocked_until, in_flight_until)
                 VALUES ('{tenant}', '{subject}', 1, {refused}, 0, {started}, {blocked}, {in_flight});"
            )
        };
        let (mut script, mut going_on, mut untold) = (String::new(), BTreeSet::new(), 0);
        for started in TIMES.into_iter().flatten() {
            for blocked in TIMES {
                for in_flight in TIMES {
                    let subject = format!("{started} {blocked:?} {in_flight:?}");
                    let refused = 1 << (going_on.len() % 7);
                    let times = [Some(started), blocked, in_flight];
                    script += &put("north", &subject, refused, times);
                    if times.into_iter().any(is_current) {
                        going_on.insert(subject);
                    } else {
                        untold += refused;
                    }
                }
            }
        }
        // Neither those of the attempt itself, nor nobody's, nor another tenant's.
        for subject in ["own", "shared", ""] {
            script += &put("north", subject, 1_000_000, [Some(9), None, None]);
        }
        script += &put("south", "own", 1_000_000, [Some(9), None, None]);
        script += &put("south", "theirs", 1_000_000, [Some(9), None, None]);
        world.place.plant(&script).await;

        let parameters = [
            "'north'".to_owned(),
            "'own'".to_owned(),
            "'shared'".to_owned(),
            time(Some(CURRENT.0)),
            time(Some(CURRENT.1)),
        ];
        let others = rows(world, &bound(world, "THROTTLES_OTHERS", &parameters)).await;
        assert_eq!(others, [[going_on.len().to_string(), untold.to_string()]]);

        let forget = bound(world, "THROTTLES_FORGET", &parameters);
        world.place.plant(&forget).await;
        let left = rows(world, "SELECT tenant_id, subject FROM login_throttles").await;
        let left: BTreeSet<(String, String)> = left
            .into_iter()
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect();
        let of = |tenant: &str, subject: &str| (tenant.to_owned(), subject.to_owned());
        let mut expected: BTreeSet<_> = going_on.iter().map(|it| of("north", it)).collect();
        expected.extend(["own", "shared", ""].map(|subject| of("north", subject)));
        expected.extend(["own", "theirs"].map(|subject| of("south", subject)));
        assert_eq!(left, expected);
    }
);

each_engine!(
    #[tokio::test]
    async fn an_assignment_counts_until_its_end_and_not_at_it(world: &World) {
        let (engine, admin) = (world.place.engine, &world.north.admin);
        let end = literal(engine, &second(10));
        let ends = format!("UPDATE user_roles SET expires_at = {end} WHERE tenant_id = 'north'");
        world.place.plant(&ends).await;
        for name in ["RULES_OF_USER", "ROLE_NAMES_OF_USER"] {
            for (at, counts) in [(9, true), (10, false), (11, false)] {
                let parameters = [
                    "'north'".to_owned(),
                    format!("'{admin}'"),
                    literal(engine, &second(at)),
                ];
                let asked = bound(world, name, &parameters);
                let some = format!("SELECT count(*) FROM ({asked}) AS found");
                let found = world.place.count(&some).await;
                assert_eq!(found > 0, counts, "{name} at {at}");
            }
        }
    }
);
