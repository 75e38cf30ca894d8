//! Times that another program spelled otherwise, on SQLite: whatever the spellings, pages give each row once, and a window
//! holds the rows whose moment lies in it.

use std::collections::BTreeSet;

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use ringfence::model::{MissionFilter, MissionState, Order};
use ringfence_tests::fixture::{Engine, World};

use super::{listed, moment};

/// The same moment as programs write it, each with the offset that it writes there. Seconds that have a 60th are the
/// second before it.
const SPELLINGS: &[(&str, i32)] = &[
    ("%Y-%m-%d %H:%M:%S.%6f", 0),
    ("%Y-%m-%d %H:%M:%S.%3f+00", 0),
    ("%Y-%m-%d %H:%M:%S.%5fZ", 0),
    ("%Y-%m-%dT%H:%M:%S.%5fZ", 0),
    ("%Y-%m-%dT%H:%M:%S.%9f", 0),
    ("%Y-%m-%d %H:%M:%S", 0),
    ("%Y-%m-%dT%H:%M:%SZ", 0),
    ("%Y-%m-%dt%H:%M:%Sz", 0),
    ("%Y-%m-%d %H:%M:%S+08:00", 8),
    ("%Y-%m-%dT%H:%M:%S.%6f-0330", -3),
    ("%Y-%m-%d %H:%M:%S.%3f+25", 25),
    ("%Y-%m-%dT%H:%M:%S-25:00", -25),
    ("%Y-%m-%d %H:%M:60.000000", 0),
];

fn spelled(at: Timestamp, (form, hours): (&str, i32)) -> String {
    let minutes = if form.ends_with("0330") { -30 } else { 0 };
    let offset = Offset::from_seconds(hours * 3_600 + minutes * 60).unwrap();
    at.to_zoned(TimeZone::fixed(offset))
        .strftime(form)
        .to_string()
}

/// What the library reads in such a text.
fn read(text: &str) -> Timestamp {
    let zoned = text.get(19..).unwrap().contains(['+', '-', 'Z', 'z']);
    match zoned {
        true => text.parse().unwrap(),
        false => format!("{text}Z").parse().unwrap(),
    }
}

/// Missions about a few moments in every spelling, some of the same text, ids in no order of time.
async fn furnish(world: &World) -> Vec<(Timestamp, String)> {
    let mut rows = Vec::new();
    let mut inserts = String::new();
    for (place, minute) in [0, 4, 4, 1_439, 1_501].into_iter().enumerate() {
        for (kind, spelling) in SPELLINGS.iter().enumerate() {
            let at = moment(minute) + SignedDuration::from_micros(123_450);
            let text = spelled(at, *spelling);
            let id = format!("m{:03}", (place * 37 + kind * 11) % 101);
            let state = ["DRAFT", "ABORTED"][kind % 2];
            inserts += &format!(
                "INSERT INTO missions (tenant_id, id, name, plan_type, payload, constraints, state, created_by,
                     created_at, updated_at)
                 VALUES ('north', '{id}', 'm', 'AREA_GRID', '{{}}', '{{}}', '{state}', 'ana', '{text}',
                     '2026-01-01 00:00:00.000000');"
            );
            rows.push((read(&text), id));
        }
    }
    world.place.plant(&inserts).await;
    let ids: BTreeSet<&String> = rows.iter().map(|(_, id)| id).collect();
    assert_eq!(ids.len(), rows.len());
    rows
}

#[tokio::test]
async fn pages_give_each_row_once_and_a_window_the_rows_whose_moment_lies_in_it() {
    let world = World::new(Engine::Sqlite).await;
    let rows = furnish(&world).await;
    let mut bounds: BTreeSet<Option<Timestamp>> = [None].into();
    for (at, _) in &rows {
        let beside = [-1, 0, 1].map(|micros| Some(*at + SignedDuration::from_micros(micros)));
        bounds.extend(beside);
    }
    let bounds: Vec<_> = bounds.into_iter().collect();
    let mut seen = 0;
    for since in &bounds {
        for until in &bounds {
            let within = rows.iter().filter(|(at, _)| {
                since.is_none_or(|since| *at >= since) && until.is_none_or(|until| *at < until)
            });
            let mut within: Vec<_> = within.map(|(_, id)| id.clone()).collect();
            within.sort();
            seen += within.len();
            let filter = MissionFilter {
                since: *since,
                until: *until,
                ..MissionFilter::default()
            };
            let limits: &[u32] = match (since, until) {
                (None, _) | (_, None) => &[1, 7, 100],
                _ => &[100],
            };
            for order in [None, Some(Order::Oldest), Some(Order::Newest)] {
                for limit in limits {
                    let mut found = listed(&world, &filter, order, *limit).await;
                    found.sort();
                    assert_eq!(found, within, "{since:?} {until:?} {order:?} by {limit}");
                }
            }
        }
    }
    assert!(seen > 1_000, "{seen}");
}

#[tokio::test]
async fn a_narrowed_list_gives_each_row_once_and_both_orders_are_each_others_reverse() {
    let world = World::new(Engine::Sqlite).await;
    furnish(&world).await;
    let narrowed = MissionFilter {
        state: Some(MissionState::Draft),
        ..MissionFilter::default()
    };
    for filter in [MissionFilter::default(), narrowed] {
        let mut whole = listed(&world, &filter, Some(Order::Oldest), 1_000).await;
        for limit in [1, 2, 7] {
            let oldest = listed(&world, &filter, Some(Order::Oldest), limit).await;
            assert_eq!(oldest, whole, "by {limit}");
        }
        whole.reverse();
        for limit in [1, 2, 7] {
            let newest = listed(&world, &filter, Some(Order::Newest), limit).await;
            assert_eq!(newest, whole, "by {limit}");
        }
    }
}
