//! Lists of what happens: in the order of time, from either end, between two moments, and by an index whatever they are
//! narrowed to.

mod plans;
mod spellings;

use jiff::{SignedDuration, Timestamp};
use ringfence::Error;
use ringfence::model::{
    Cursor, Mission, MissionFilter, MissionState, Order, PageRequest, TimedPageRequest,
};
use ringfence_tests::fixture::{World, each_engine, register};

/// Missions at moments of which some are the same, in an order that is neither that of the ids nor that of time; each field
/// that is filtered by has two values.
async fn furnish(world: &World) -> Vec<Mission> {
    let admin = world.north.admin().await;
    let kite = register(&admin, "kite").await.unwrap().id;
    let heron = register(&admin, "heron").await.unwrap().id;
    let rows = [
        ("d", 3, "ABORTED", &kite, "AREA_GRID", "ana"),
        ("a", 7, "DRAFT", &kite, "POINT_TASK", "ben"),
        ("c", 3, "ABORTED", &heron, "AREA_GRID", "ben"),
        ("f", 0, "DRAFT", &heron, "AREA_GRID", "ana"),
        ("b", 3, "ABORTED", &kite, "POINT_TASK", "ana"),
        ("e", 7, "ABORTED", &kite, "AREA_GRID", "ana"),
        ("g", 5, "DRAFT", &kite, "AREA_GRID", "ana"),
    ];
    for (id, minute, state, drone, plan, creator) in rows {
        let at = format!("2026-01-01 00:0{minute}:00.000000");
        let mission = format!(
            "INSERT INTO missions (tenant_id, id, name, drone_id, plan_type, payload, constraints, state, created_by,
                 created_at, updated_at)
             VALUES ('north', '{id}', 'm', '{drone}', '{plan}', '{{}}', '{{}}', '{state}', '{creator}', '{at}', '{at}')"
        );
        world.place.plant(&mission).await;
    }
    let whole = TimedPageRequest::default();
    let missions = admin.missions();
    let found = missions.list(MissionFilter::default(), whole).await;
    let found = found.unwrap().items;
    assert_eq!(found.len(), rows.len());
    found
}

fn moment(minute: i64) -> Timestamp {
    let midnight: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    midnight + SignedDuration::from_mins(minute)
}

/// The ids of a list, page by page.
async fn listed(
    world: &World,
    filter: &MissionFilter,
    order: Option<Order>,
    limit: u32,
) -> Vec<String> {
    let missions = world.north.admin().await.missions();
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let request = TimedPageRequest {
            limit: Some(limit),
            after,
            order,
        };
        let page = missions.list(filter.clone(), request).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        ids.extend(page.items.iter().map(|mission| mission.id.to_string()));
        assert!(ids.len() < 100, "the pages have no end: {ids:?}");
        after = page.next;
        if after.is_none() {
            return ids;
        }
    }
}

/// The ids in an order, by hand.
fn ordered(all: &[Mission], order: Option<Order>, fits: impl Fn(&Mission) -> bool) -> Vec<String> {
    let fitting = all.iter().filter(|mission| fits(mission));
    let mut all: Vec<_> = fitting
        .map(|it| (it.created_at, it.id.to_string()))
        .collect();
    match order {
        None => all.sort_by(|a, b| a.1.cmp(&b.1)),
        Some(Order::Oldest) => all.sort(),
        Some(Order::Newest) => all.sort_by(|a, b| b.cmp(a)),
    }
    all.into_iter().map(|(_, id)| id).collect()
}

/// Filters by everything that a mission may be selected by, alone and together.
fn filters(of: &Mission) -> Vec<MissionFilter> {
    let state = MissionFilter {
        state: Some(of.state.clone()),
        ..MissionFilter::default()
    };
    let drone = MissionFilter {
        drone_id: of.drone_id.clone(),
        ..MissionFilter::default()
    };
    let plan = MissionFilter {
        plan_type: Some(of.plan_type.clone()),
        ..MissionFilter::default()
    };
    let creator = MissionFilter {
        created_by: Some(of.created_by.clone()),
        ..MissionFilter::default()
    };
    let between = MissionFilter {
        since: Some(moment(3)),
        until: Some(moment(7)),
        ..MissionFilter::default()
    };
    let narrowed = [&drone, &plan, &creator, &between].map(|other| MissionFilter {
        state: state.state.clone(),
        ..other.clone()
    });
    let alone = [
        MissionFilter::default(),
        state,
        drone,
        plan,
        creator,
        between,
    ];
    alone.into_iter().chain(narrowed).collect()
}

fn fits(filter: &MissionFilter, mission: &Mission) -> bool {
    filter.state.as_ref().is_none_or(|it| *it == mission.state)
        && (filter.drone_id.is_none() || filter.drone_id == mission.drone_id)
        && filter
            .plan_type
            .as_ref()
            .is_none_or(|it| *it == mission.plan_type)
        && filter
            .created_by
            .as_ref()
            .is_none_or(|it| *it == mission.created_by)
        && filter.since.is_none_or(|it| mission.created_at >= it)
        && filter.until.is_none_or(|it| mission.created_at < it)
}

each_engine!(
    #[tokio::test]
    async fn the_next_page_goes_on_where_the_last_one_ended_though_that_row_was_given_another_time(
        world: &World,
    ) {
        let all = furnish(world).await;
        let missions = world.north.admin().await.missions();
        let narrowed = MissionFilter {
            state: Some(MissionState::Aborted),
            ..MissionFilter::default()
        };
        for filter in [MissionFilter::default(), narrowed] {
            for (order, elsewhere) in [(Order::Oldest, "2027"), (Order::Newest, "2025")] {
                let whole = ordered(&all, Some(order), |it| fits(&filter, it));
                let request = TimedPageRequest {
                    limit: Some(3),
                    after: None,
                    order: Some(order),
                };
                let page = missions.list(filter.clone(), request.clone()).await;
                let page = page.unwrap();
                let last = page.items.last().unwrap();
                let moved = |at: &str| {
                    format!(
                        "UPDATE missions SET created_at = '{at}' WHERE id = '{}'",
                        last.id
                    )
                };
                let away = format!("{elsewhere}-01-01 00:00:00.000000");
                world.place.plant(&moved(&away)).await;
                let request = TimedPageRequest {
                    limit: None,
                    after: page.next.clone(),
                    ..request
                };
                let rest = missions.list(filter.clone(), request).await.unwrap().items;
                let rest: Vec<String> = rest.iter().map(|it| it.id.to_string()).collect();
                let others = rest.iter().filter(|id| **id != last.id.to_string());
                assert_eq!(others.cloned().collect::<Vec<_>>(), whole[3..]);
                let back = last.created_at.strftime("%F %T.%6f").to_string();
                world.place.plant(&moved(&back)).await;
            }
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_list_in_the_order_of_time_gives_each_row_once_whatever_the_pages(world: &World) {
        let all = furnish(world).await;
        for filter in filters(&all[0]).into_iter().chain(filters(&all[2])) {
            for order in [None, Some(Order::Oldest), Some(Order::Newest)] {
                for limit in [1, 2, 100] {
                    let found = listed(world, &filter, order, limit).await;
                    let expected = ordered(&all, order, |it| fits(&filter, it));
                    assert_eq!(found, expected, "{filter:?} {order:?} by {limit}");
                }
            }
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_row_that_comes_or_goes_between_two_pages_moves_no_other(world: &World) {
        let all = furnish(world).await;
        let missions = world.north.admin().await.missions();
        let mut request = TimedPageRequest {
            limit: Some(2),
            ..TimedPageRequest::in_order(Order::Oldest)
        };
        let page = missions
            .list(MissionFilter::default(), request.clone())
            .await
            .unwrap();
        let last = page.items.last().unwrap().id.clone();
        assert_eq!(last.as_str(), "b");
        let gone = format!("DELETE FROM missions WHERE tenant_id = 'north' AND id = '{last}'");
        world.place.plant(&gone).await;
        request.after = page.next;
        request.limit = None;
        let rest = missions
            .list(MissionFilter::default(), request)
            .await
            .unwrap();
        let rest: Vec<_> = rest.items.iter().map(|it| it.id.to_string()).collect();
        assert_eq!(rest, ordered(&all, Some(Order::Oldest), |_| true)[2..]);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_cursor_of_another_order_is_refused(world: &World) {
        furnish(world).await;
        let missions = world.north.admin().await.missions();
        let request = |order, after: Option<Cursor>| TimedPageRequest {
            limit: Some(1),
            after,
            order,
        };
        let filter = MissionFilter::default;
        let by_id = missions.list(filter(), request(None, None)).await.unwrap();
        let in_time = request(Some(Order::Oldest), None);
        let in_time = missions.list(filter(), in_time).await.unwrap();
        for (order, after) in [(Some(Order::Newest), by_id.next), (None, in_time.next)] {
            let refused = missions
                .list(filter(), request(order, after))
                .await
                .unwrap_err();
            assert!(
                matches!(&refused, Error::Invalid { field, .. } if field == "after"),
                "{refused:?}"
            );
        }
        let page: TimedPageRequest = PageRequest::default().into();
        assert_eq!(page, TimedPageRequest::default());
    }
);
