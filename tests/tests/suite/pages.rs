//! Page by page, a list is what it is as a whole: each row once, in the order of the keys.

use std::time::Duration;

use futures_util::future::BoxFuture;
use ringfence::Ringfence;
use ringfence::model::{Cursor, EventFilter, NewTenant, NewUser, PageRequest};
use ringfence_tests::fixture::{World, each_engine};
use sqlparser::ast::Statement;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use crate::calls::things::{self, Ids};
use crate::calls::{Asked, CALLS, Listed, operators};

type Asking<'a> = BoxFuture<'a, Listed>;

/// A method that lists, and its pages.
pub(crate) type List<'a> = (&'static str, Box<dyn Fn(PageRequest) -> Asking<'a> + 'a>);

/// Every list of all handles.
pub(crate) fn lists<'a>(rf: &'a Ringfence, asked: &'a Asked) -> Vec<List<'a>> {
    let of_operators = operators::lists().map(|(method, list)| {
        let pages: Box<dyn Fn(PageRequest) -> Asking<'a> + 'a> =
            Box::new(move |page| list(rf, page));
        (method, pages)
    });
    let of_sessions = CALLS.iter().filter_map(|call| {
        let list = call.list?;
        let pages: Box<dyn Fn(PageRequest) -> Asking<'a> + 'a> =
            Box::new(move |page| list(asked, page));
        Some((call.method, pages))
    });
    of_operators.chain(of_sessions).collect()
}

/// Three runs and three approvals of one mission, and of others besides.
async fn furnish(world: &World) -> Ids {
    let ids = things::settle(&world.north, "a").await;
    things::settle(&world.north, "b").await;
    let at = "'2026-01-01 00:00:00.000000'";
    let (flown, rejected) = (&ids.running, &ids.rejected);
    for n in [2, 1, 3] {
        let run = format!(
            "INSERT INTO mission_runs (tenant_id, id, mission_id, state, started_at)
             VALUES ('north', 'r{n}', '{flown}', 'COMPLETED', {at})"
        );
        let approval = format!(
            "INSERT INTO approvals (tenant_id, id, mission_id, approver_id, decision, created_at)
             VALUES ('north', 'a{n}', '{rejected}', '{}', 'REJECT', {at})",
            world.north.admin
        );
        world.place.plant(&run).await;
        world.place.plant(&approval).await;
    }
    let new = NewTenant {
        id: Some("a-tenant".into()),
        ..NewTenant::new("zenith", NewUser::new("admin"))
    };
    let founded = world.ringfence.create_tenant("suite".to_owned(), new).await;
    assert_eq!(founded.unwrap().tenant.id.as_str(), "a-tenant");
    ids
}

each_engine!(
    #[tokio::test]
    async fn every_list_gives_each_row_once_whatever_the_pages(world: &World) {
        let ids = furnish(world).await;
        let session = world.north.admin().await;
        let asked = Asked::of(&session, &ids);
        for (method, list) in lists(&world.ringfence, &asked) {
            let (whole, next) = list(page(1_000, None)).await.unwrap();
            assert_eq!(next, None, "{method}");
            assert!(whole.len() >= 3, "{method}: {whole:?}");
            let mut sorted = whole.clone();
            sorted.sort_by_key(|key| (key.parse::<i64>().ok(), key.clone()));
            assert_eq!(whole, sorted, "{method}");
            sorted.dedup();
            assert_eq!(whole.len(), sorted.len(), "{method}: {whole:?}");
            for limit in [1, 2] {
                let (mut together, mut after) = (Vec::new(), None);
                while together.len() <= whole.len() {
                    let (keys, next) = list(page(limit, after)).await.unwrap();
                    assert!(keys.len() <= limit as usize, "{method}: {keys:?}");
                    together.extend(keys);
                    after = next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(together, whole, "{method} by {limit}");
            }
        }
        let tenants = world
            .ringfence
            .tenants(page(1_000, None))
            .await
            .unwrap()
            .items;
        assert_eq!(
            (tenants[0].id.as_str(), tenants[0].name.as_str()),
            ("a-tenant", "zenith")
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn events_are_found_from_a_time_on_and_up_to_another(world: &World) {
        world.clock.stop();
        let audit = world.north.admin().await.audit();
        for name in ["first", "second", "third"] {
            world.north.user(name).await;
            world.clock.advance(Duration::from_secs(1));
        }
        let whole = PageRequest::default;
        let all = audit.events(EventFilter::default(), whole()).await.unwrap();
        let newest: Vec<_> = all.items.iter().rev().take(3).rev().collect();
        let [first, second, third] = newest.try_into().unwrap();
        let filter = EventFilter {
            since: first.at,
            until: third.at,
            ..EventFilter::default()
        };
        let found = audit.events(filter, whole()).await.unwrap().items;
        let found: Vec<i64> = found.iter().map(|event| event.seq).collect();
        assert_eq!(found, [first.seq, second.seq]);
    }
);

fn page(limit: u32, after: Option<Cursor>) -> PageRequest {
    PageRequest {
        limit: Some(limit),
        after,
    }
}

/// What the database reads for a page is a page: never a whole table, of which the rest is thrown away. And which rows
/// come before a limit is never left to it.
#[test]
fn a_page_ends_at_its_limit_and_what_ends_at_a_limit_has_an_order() {
    let mut pages = 0;
    for statement in ringfence::testing::registry() {
        // A thousand findings are as good as any other thousand.
        if statement.name.starts_with("SCAN ") {
            continue;
        }
        let is_page = statement.name.ends_with("_PAGE");
        for text in [statement.sqlite, statement.postgres].into_iter().flatten() {
            let Ok(parsed) = Parser::parse_sql(&GenericDialect {}, text) else {
                assert!(!is_page, "{text}");
                continue;
            };
            let [Statement::Query(query)] = parsed.as_slice() else {
                continue;
            };
            let ends = query.limit_clause.is_some();
            assert!(ends || !is_page, "{text}");
            assert!(query.order_by.is_some() || !ends, "{text}");
            pages += usize::from(is_page);
        }
    }
    assert!(pages >= 16, "only {pages}");
}
