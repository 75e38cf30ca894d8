//! What every call of the table leaves: the rows that it says, one event that tells them, and nothing else.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ringfence::model::{AuditEvent, Outcome};
use ringfence_tests::fixture::{Engine, World, each_engine, on};
use serde_json::Value;

use super::rows::{Row, Rows, rows, shown};
use super::things;
use super::{Asked, CALLS, Call, Writes};

/// What the library keeps beside what a method writes.
const KEPT: [&str; 2] = ["audit_heads", "policy_epochs"];

/// What moves with an event alone.
const KEPT_BY_AN_EVENT: [&str; 1] = ["audit_heads"];

/// Columns that no event shows, each with its reason.
const UNTOLD: [(&str, &str); 13] = [
    ("id", "the event's entity"),
    ("tenant_id", "the log's tenant"),
    ("created_at", "the event's time"),
    ("updated_at", "the event's time"),
    ("version", "one more than before"),
    ("plan", "its digest is told"),
    ("password_hash", "secrets are named"),
    ("password_argon2", "secrets are named"),
    ("password_source", "secrets are named"),
    ("secret", "secrets are named"),
    (
        "session_epoch",
        "drawn by chance: that sessions ended is told",
    ),
    ("name_key", "it follows from the name"),
    ("edited_version", "the version that the row has then"),
];

/// Whether a value that an event tells is the one that the row has.
fn agree(told: Option<&Value>, stored: Option<&str>) -> bool {
    let told = told.and_then(shown);
    match (told.as_deref(), stored) {
        (None, None) => true,
        (Some(told), Some(stored)) if told == stored => true,
        (Some(told), Some(stored)) => {
            let json = |text: &str| {
                serde_json::from_str::<Value>(text)
                    .ok()
                    .filter(|it| !it.is_number())
            };
            let time = |text: &str| {
                let text = text.replace(' ', "T");
                let zoned = if text.contains(['Z', '+']) {
                    text
                } else {
                    format!("{text}Z")
                };
                zoned.parse::<Timestamp>().ok()
            };
            let number = |text: &str| text.parse::<f64>().ok();
            number(told).is_some_and(|it| number(stored) == Some(it))
                || json(told).is_some_and(|it| json(stored) == Some(it))
                || time(told).is_some_and(|it| time(stored) == Some(it))
        }
        _ => false,
    }
}

/// How many events the tenant's log has.
async fn events(world: &World) -> i64 {
    let count = "SELECT count(*) FROM audit_events WHERE tenant_id = 'north'";
    world.place.count(count).await
}

fn tables(rows: &BTreeSet<&(String, String)>) -> BTreeSet<String> {
    rows.iter().map(|(table, _)| table.clone()).collect()
}

/// The rows that are not the same in both.
fn differing<'r>(before: &'r Rows, after: &'r Rows) -> BTreeSet<&'r (String, String)> {
    let keys = before.keys().chain(after.keys());
    keys.filter(|key| before.get(*key) != after.get(*key))
        .collect()
}

/// Holds the event against the row before and after: it tells every column that changed, as it was and as it is, and
/// no other.
fn tells(call: &Call, event: &AuditEvent, before: Option<&Row>, after: Option<&Row>) {
    let detail: Value = serde_json::from_str(event.detail.as_ref().unwrap().as_str()).unwrap();
    if call.method == "inspections.record_many" {
        // Of many rows their number and their digest are told.
        assert_eq!(detail["observations"]["count"], 1);
        return;
    }
    let empty = Row::new();
    let sides = [
        ("before", before.unwrap_or(&empty)),
        ("after", after.unwrap_or(&empty)),
    ];
    let columns: BTreeSet<&String> = sides.iter().flat_map(|(_, row)| row.keys()).collect();
    for column in columns {
        let is_untold = UNTOLD.iter().any(|(name, _)| name == column);
        let [was, is] = sides.map(|(_, row)| row.get(column).and_then(Option::as_deref));
        for (side, row) in sides {
            let stored = row.get(column).and_then(Option::as_deref);
            let told = detail.get(side).and_then(|columns| columns.get(column));
            if was == is {
                assert_eq!(told.and_then(shown), None, "{}: {column}", call.shown());
            } else if let Some(told) = told {
                assert!(
                    agree(Some(told), stored),
                    "{side} {column}: {told} is {stored:?}"
                );
            } else if stored.is_some() && !is_untold {
                // An id is told by what it is the id of.
                let name = column.trim_end_matches("_id");
                let beside = detail.get(side).and_then(|columns| columns.get(name));
                let elsewhere = beside.or_else(|| detail.get(name));
                let stored = stored.map(|stored| stored.trim_start_matches("permission:"));
                let is_told = agree(elsewhere, stored)
                    || [&event.entity_id, &event.actor]
                        .map(String::as_str)
                        .contains(&stored.unwrap());
                assert!(
                    is_told,
                    "{}: {side} {column} ({stored:?}) is not told: {detail}",
                    call.shown()
                );
            }
        }
    }
    for (side, row) in sides {
        let told = detail.get(side).and_then(Value::as_object);
        for column in told.into_iter().flat_map(|columns| columns.keys()) {
            assert!(
                row.contains_key(column)
                    || row.contains_key(&format!("{column}_id"))
                    || ["approvals", "items"].contains(&column.as_str()),
                "{side} has no {column}: {detail}"
            );
        }
    }
}

/// Calls of one world: every look at what a call left reads all that was made for all of them.
const TOGETHER: usize = 24;

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn each_call_leaves_the_rows_that_the_table_says_and_one_event_that_tells_them(
        engine: &Engine,
    ) {
        for calls in CALLS.chunks(TOGETHER) {
            on(*engine, async |world: &World| leave(world, calls).await).await;
        }
    }
);

async fn leave(world: &World, calls: &'static [Call]) {
    let session = world.north.member("admin").await;
    let actor = session.whoami().await.unwrap().user_id;
    let role = world.north.role("admin").await;
    let settled = things::settle_for(&world.north, calls).await;
    let mut after = rows(&world.place).await;
    for (call, ids) in settled {
        let asked = Asked::of(&session, &ids);
        let recorded = events(world).await;
        let outcome = (call.make)(&asked).await;
        outcome.unwrap_or_else(|error| panic!("{}: {error:?}", call.shown()));
        // What one call leaves is what the next one finds.
        let before = std::mem::replace(&mut after, rows(&world.place).await);

        let differing = differing(&before, &after);
        let Some(writes) = &call.writes else {
            assert_eq!(differing, BTreeSet::new(), "{}", call.shown());
            continue;
        };
        let Writes {
            action,
            entity,
            row,
            also,
            telling,
        } = writes;
        let mut told = Vec::new();
        for seq in recorded..events(world).await {
            told.push(session.audit().event(seq).await.unwrap());
        }
        let (mut about, others): (Vec<_>, Vec<_>) = told
            .into_iter()
            .partition(|event| event.entity_type == *entity);
        let others: Vec<&str> = others
            .iter()
            .map(|event| event.entity_type.as_str())
            .collect();
        assert_eq!(others, *telling, "{}", call.shown());
        assert_eq!(about.len(), 1, "{}", call.shown());
        let event = about.remove(0);
        assert_eq!(
            (&event.action, event.entity_type.as_str()),
            (action, *entity),
            "{}",
            call.shown()
        );
        assert_eq!(event.actor, actor.as_str());
        assert_eq!(event.method, call.method);
        assert_eq!(event.outcome, Outcome::Done);
        assert_eq!(event.role_id.as_ref(), Some(&role), "{}", call.shown());
        let Some((table, column)) = row else {
            assert_eq!(
                tables(&differing),
                KEPT_BY_AN_EVENT.map(str::to_owned).into(),
                "{}",
                call.shown()
            );
            continue;
        };
        // The tenant's alone.
        for (table, key) in &differing {
            let of = |rows: &Rows| {
                rows.get(&(table.clone(), key.clone()))?
                    .get("tenant_id")
                    .cloned()
            };
            let tenant = of(&after).or_else(|| of(&before)).flatten();
            let is_own =
                tenant.as_deref() == Some("north") || (table == "tenants" && key == "north");
            assert!(is_own, "{}: {table} {key}", call.shown());
        }
        let mut written = tables(&differing);
        written.retain(|table| !KEPT.contains(&table.as_str()));
        let expected = [table].into_iter().chain(*also).map(ToString::to_string);
        assert_eq!(written, expected.collect(), "{}", call.shown());
        let of_table: Vec<_> = differing.iter().filter(|(name, _)| name == table).collect();
        assert_eq!(of_table.len(), 1, "{}: {of_table:?}", call.shown());
        let key = of_table[0];
        let (was, is) = (before.get(*key), after.get(*key));
        let id = was.or(is).unwrap()[*column].as_deref();
        assert_eq!(Some(event.entity_id.as_str()), id, "{}", call.shown());
        tells(call, &event, was, is);
    }
}
