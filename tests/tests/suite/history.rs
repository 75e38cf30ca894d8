//! What the old platform wrote down about itself is read by its tenant, without a word of another's.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ringfence::model::{
    IntegrityProblem, LegacyEvent, LegacyEventFilter, LegacyRequest, LegacyRequestFilter, Order,
    TimedPageRequest,
};
use ringfence::schema::version;
use ringfence::{Error, MigrateMode, TenantSession};
use ringfence_tests::fixture::{Home, Place, World, each_engine, register};

use crate::legacy_rows::{self, dated};
use crate::picture::Inspect;

fn at(day: u8) -> Timestamp {
    format!("2026-01-0{day}T00:00:00Z").parse().unwrap()
}

fn in_order(order: Order) -> TimedPageRequest {
    TimedPageRequest::in_order(order)
}

/// Writes an event and a request down as the old platform did.
struct Wrote<'w> {
    world: &'w World,
    tenant: &'static str,
}

impl Wrote<'_> {
    async fn event(&self, id: &str, kind: &str, day: u8, actor: Option<&str>, payload: &str) {
        let (tenant, actor) = (self.tenant, quoted(actor));
        let sql = format!(
            "INSERT INTO events (event_id, event_type, tenant_id, ts, actor_id, payload) \
             VALUES ('{id}', '{kind}', '{tenant}', '2026-01-0{day} 00:00:00.000000', {actor}, '{payload}')"
        );
        self.world.place.raw(&sql).await.unwrap();
    }

    async fn request(&self, id: &str, path: &str, day: u8, actor: Option<&str>) {
        let (tenant, actor) = (self.tenant, quoted(actor));
        let sql = format!(
            "INSERT INTO audit_logs (id, tenant_id, actor_id, action, resource, method, status_code, ts, detail) \
             VALUES ('{id}', '{tenant}', {actor}, 'POST:{path}', '{path}', 'POST', 404, \
             '2026-01-0{day} 00:00:00.000000', '{{}}')"
        );
        self.world.place.raw(&sql).await.unwrap();
    }
}

fn quoted(text: Option<&str>) -> String {
    text.map_or("NULL".to_owned(), |text| format!("'{text}'"))
}

/// The ids of all events and of all requests, the oldest first.
async fn read(session: &TenantSession) -> (Vec<String>, Vec<String>) {
    let audit = session.audit();
    let events = audit.legacy_events(LegacyEventFilter::default(), in_order(Order::Oldest));
    let requests = audit.legacy_requests(LegacyRequestFilter::default(), in_order(Order::Oldest));
    let (events, requests) = (events.await.unwrap().items, requests.await.unwrap().items);
    let ids = events.iter().map(|it| it.event_id.as_str().to_owned());
    let requests = requests.iter().map(|it| it.id.as_str().to_owned());
    (ids.collect(), requests.collect())
}

each_engine!(
    #[tokio::test]
    async fn what_happened_and_what_was_asked_is_found_by_type_by_user_and_by_time(world: &World) {
        let session = world.north.admin().await;
        let ours = Wrote {
            world,
            tenant: "north",
        };
        let theirs = Wrote {
            world,
            tenant: "south",
        };
        let admin = world.north.admin.as_str();
        for (id, kind, day) in [("e2", "a", 1), ("e1", "b", 2), ("e3", "a", 2)] {
            ours.event(id, kind, day, None, "{}").await;
            let actor = (kind == "a").then_some(admin);
            ours.request(id, "/x", day, actor).await;
        }
        theirs.event("e4", "a", 1, None, "{}").await;
        theirs.request("e4", "/x", 1, None).await;
        let audit = session.audit();
        let cases: [(Option<&str>, Option<Timestamp>, &[&str]); 5] = [
            (None, None, &["e2", "e1", "e3"]),
            (Some("a"), None, &["e2", "e3"]),
            (Some("nothing"), None, &[]),
            (None, Some(at(2)), &["e1", "e3"]),
            (Some("a"), Some(at(2)), &["e3"]),
        ];
        for (kind, since, wanted) in cases {
            let events = LegacyEventFilter {
                event_type: kind.map(str::to_owned),
                since,
                ..LegacyEventFilter::default()
            };
            let actor = kind.map(|kind| if kind == "a" { admin } else { kind });
            let requests = LegacyRequestFilter {
                actor_id: actor.map(Into::into),
                since,
                ..LegacyRequestFilter::default()
            };
            for order in [Order::Oldest, Order::Newest] {
                let found = audit.legacy_events(events.clone(), in_order(order));
                let found = found.await.unwrap().items;
                let mut ids: Vec<_> = found.iter().map(|it| it.event_id.as_str()).collect();
                let asked = audit.legacy_requests(requests.clone(), in_order(order));
                let asked = asked.await.unwrap().items;
                let mut asked: Vec<_> = asked.iter().map(|it| it.id.as_str()).collect();
                if order == Order::Newest {
                    ids.reverse();
                    asked.reverse();
                }
                assert_eq!(
                    (&ids[..], &asked[..]),
                    (wanted, wanted),
                    "{kind:?} {since:?}"
                );
            }
            let counted = audit.count_legacy_events(events).await.unwrap();
            assert_eq!(counted, wanted.len() as i64);
            let counted = audit.count_legacy_requests(requests).await.unwrap();
            assert_eq!(counted, wanted.len() as i64);
        }
        let elsewhere = audit.legacy_event("e4".into()).await;
        assert!(matches!(elsewhere, Err(Error::NotFound { entity }) if entity == "legacy_event"));
        let elsewhere = audit.legacy_request("e4".into()).await;
        assert!(matches!(elsewhere, Err(Error::NotFound { entity }) if entity == "legacy_request"));
    }
);

/// What each of them has: a drone.
async fn drone_of(home: &Home) -> String {
    let drone = register(&home.admin().await, "kite").await.unwrap();
    drone.id.as_str().to_owned()
}

each_engine!(
    #[tokio::test]
    async fn an_id_is_shown_where_a_row_of_the_tenant_has_it_and_masked_otherwise(world: &World) {
        let session = world.north.admin().await;
        let (own, other) = (drone_of(&world.north).await, drone_of(&world.south).await);
        let wrote = Wrote {
            world,
            tenant: "north",
        };
        let (admin, stranger) = (world.north.admin.as_str(), world.south.admin.as_str());
        let gone = "0190d3a8-0000-7000-8000-000000000000";
        let payload = |first: &str, others: [&str; 3]| {
            let [second, tenant, named] = others;
            format!(
                r#"{{ "drone_id":"{first}",  "drones": ["{first}", "x {second}"], "tenant_id": "{tenant}", "n":4.50, "{named}": null }}"#
            )
        };
        wrote
            .event(
                "e1",
                "telemetry.normalized",
                1,
                Some(stranger),
                &payload(&own, [&other, "south", gone]),
            )
            .await;
        wrote
            .request(
                "r1",
                &format!("/api/drones/{own}/credentials/{other}"),
                1,
                Some(admin),
            )
            .await;
        let audit = session.audit();
        let event = audit.legacy_event("e1".into()).await.unwrap();
        let wanted = LegacyEvent {
            event_id: "e1".into(),
            event_type: "telemetry.normalized".to_owned(),
            ts: at(1),
            actor_id: Some("***".into()),
            correlation_id: None,
            payload: payload(&own, ["***", "***", "***"]).as_str().into(),
        };
        assert_eq!(event, wanted);
        let request = audit.legacy_request("r1".into()).await.unwrap();
        let path = format!("/api/drones/{own}/credentials/***");
        let asked = LegacyRequest {
            id: "r1".into(),
            actor_id: Some(world.north.admin.clone()),
            action: format!("POST:{path}"),
            resource: path,
            method: "POST".to_owned(),
            status_code: 404,
            ts: at(1),
            detail: "{}".into(),
        };
        assert_eq!(request, asked);
        let page = audit.legacy_events(LegacyEventFilter::default(), TimedPageRequest::default());
        assert_eq!(page.await.unwrap().items, [wanted]);
        let page =
            audit.legacy_requests(LegacyRequestFilter::default(), TimedPageRequest::default());
        assert_eq!(page.await.unwrap().items, [asked]);

        // Nothing of it is another's to see, and what goes later is masked from then on.
        world
            .north
            .admin()
            .await
            .drones()
            .delete(own.as_str().into())
            .await
            .unwrap();
        let request = audit.legacy_request("r1".into()).await.unwrap();
        assert_eq!(request.resource, "/api/drones/***/credentials/***");
        assert_eq!(read(&world.south.admin().await).await, (vec![], vec![]));
    }
);

each_engine!(
    /// Ids need have no form: whose they are is told by whose row has them.
    #[tokio::test]
    async fn a_plain_word_that_is_an_id_is_shown_to_its_tenant_alone(world: &World) {
        for (id, tenant) in [("nora", "north"), ("sol", "south")] {
            let user = format!(
                "INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at) \
                 VALUES ('{id}', '{tenant}', '{id}', 'x', true, '2026-01-01 00:00:00.000000')"
            );
            world.place.plant(&user).await;
        }
        let wrote = Wrote {
            world,
            tenant: "north",
        };
        let audit = world.north.admin().await.audit();
        for (n, (actor, shown)) in [("nora", "nora"), ("sol", "***")].into_iter().enumerate() {
            // The rows are the tenant's, and have other ids than the users.
            let (event, request) = (format!("e{n}"), format!("r{n}"));
            wrote
                .event(&event, "drone.updated", 1, Some(actor), "{}")
                .await;
            wrote
                .request(&request, "/drones/heron", 1, Some(actor))
                .await;
            let event = audit.legacy_event(event.as_str().into()).await.unwrap();
            assert_eq!(event.actor_id, Some(shown.into()));
            let request = audit.legacy_request(request.as_str().into()).await.unwrap();
            assert_eq!(request.actor_id, Some(shown.into()));
            assert_eq!(
                (request.action.as_str(), request.resource.as_str()),
                ("POST:/drones/***", "/drones/***")
            );
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn what_is_nobodys_and_what_a_tenant_left_that_is_gone_reaches_nobody(place: &Place) {
        legacy_rows::make(place).await;
        let left = "
            INSERT INTO events (event_id, event_type, tenant_id, ts, payload) VALUES ('left', 'x', 'gone', NOW, '{}');
            INSERT INTO audit_logs (id, tenant_id, action, resource, method, status_code, ts, detail) VALUES
                ('left', 'gone', 'x', '/x', 'POST', 200, NOW, '{}');";
        place.raw(&dated(place.engine, left)).await.unwrap();
        let before = place.legacy_rows().await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        assert_eq!(place.legacy_rows().await, before);
        let scan = rf.integrity_scan(None, None).await.unwrap();
        assert!(scan.lets_migrate());
        let found: BTreeSet<_> = scan
            .findings
            .iter()
            .map(|it| {
                assert_eq!(it.problem, IntegrityProblem::TenantGone, "{it:?}");
                (it.table.as_str(), it.key.as_str())
            })
            .collect();
        let wanted = [("audit_logs", "left"), ("events", "left")];
        assert_eq!(found, BTreeSet::from(wanted));
        for tenant in ["a", "b"] {
            let admin = format!("u1_{tenant}");
            let session = rf.session(tenant.into(), admin.into()).await.unwrap();
            let own = (vec![format!("g1_{tenant}")], vec![format!("l1_{tenant}")]);
            assert_eq!(read(&session).await, own);
            for nobodys in ["l_system", "left"] {
                let asked = session.audit().legacy_request(nobodys.into()).await;
                assert!(matches!(asked, Err(Error::NotFound { .. })), "{asked:?}");
            }
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn what_is_newly_written_down_is_of_a_tenant_that_stays_or_a_request_of_nobodys(
        place: &Place,
    ) {
        legacy_rows::make(place).await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        let event = |tenant: &str| {
            let sql = format!(
                "INSERT INTO events (event_id, event_type, tenant_id, ts, payload) VALUES ('n', 'x', '{tenant}', NOW, '{{}}')"
            );
            dated(place.engine, &sql)
        };
        let request = |tenant: &str| {
            let sql = format!(
                "INSERT INTO audit_logs (id, tenant_id, action, resource, method, status_code, ts, detail)
                 VALUES ('n', '{tenant}', 'x', '/x', 'POST', 200, NOW, '{{}}')"
            );
            dated(place.engine, &sql)
        };
        let tenant = "INSERT INTO tenants (id, name, created_at) VALUES ('system', 'System', NOW)";
        for (sql, guard) in [
            (event("gone"), "ringfence.reference:fk_events_tenant"),
            (event("system"), "ringfence.reference:fk_events_tenant"),
            (request("gone"), "ringfence.reference:fk_audit_logs_tenant"),
            (dated(place.engine, tenant), "ringfence.reserved:tenants"),
        ] {
            let refused = place.raw(&sql).await.expect_err(&sql);
            assert!(refused.contains(guard), "{refused}");
        }
        place.raw(&event("a")).await.unwrap();
        place.raw(&request("system")).await.unwrap();
        // Before the step they were let in, and its way back lets them in again.
        let back = version::LOGS_BACKFILL;
        rf.rollback("suite".into(), back, None).await.unwrap();
        place
            .raw("DELETE FROM audit_logs WHERE id = 'n'")
            .await
            .unwrap();
        place.raw(&request("gone")).await.unwrap();
        rf.migrate("suite".into(), None, None).await.unwrap();
        assert_eq!(
            rf.integrity_scan(None, None).await.unwrap().findings.len(),
            1
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn a_tenant_under_the_word_for_nobody_stops_the_adoption(place: &Place) {
        legacy_rows::make(place).await;
        let tenant = "INSERT INTO tenants (id, name, created_at) VALUES ('system', 'System', NOW)";
        place.raw(&dated(place.engine, tenant)).await.unwrap();
        let Err(Error::Integrity { findings, .. }) = place.open(MigrateMode::Auto).await else {
            panic!("adopted");
        };
        let found: Vec<_> = findings
            .iter()
            .map(|it| (it.key.as_str(), it.problem))
            .collect();
        assert_eq!(found, [("system", IntegrityProblem::TenantReserved)]);
    }
);
