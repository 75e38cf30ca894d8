//! What the old platform had drones told is read as it was left.

use jiff::Timestamp;
use ringfence::model::{
    LegacyCommand, LegacyCommandFilter, LegacyCommandStatus, LegacyCommandType, Order,
    TimedPageRequest,
};
use ringfence::{Error, TenantSession};
use ringfence_tests::fixture::{Engine, Home, World, each_engine, register};

use crate::calls::things;

fn at(day: u8) -> Timestamp {
    format!("2026-01-0{day}T00:00:00Z").parse().unwrap()
}

fn in_order(order: Order) -> TimedPageRequest {
    TimedPageRequest::in_order(order)
}

/// Two drones, of which each was told two things, on the first and on the second of January; the ids of the second drone's
/// are before those of the first.
async fn told(home: &Home) -> (TenantSession, [String; 2]) {
    let session = home.admin().await;
    let mut drones = Vec::new();
    for (stem, name) in [("b", "kite"), ("a", "heron")] {
        let drone = register(&session, name).await.unwrap().id;
        drop(things::inspected(home, stem, &drone).await);
        drones.push(drone.as_str().to_owned());
    }
    (session, drones.try_into().unwrap())
}

each_engine!(
    #[tokio::test]
    async fn what_the_old_platform_had_drones_told_is_found_by_drone_by_outcome_and_by_time(
        world: &World,
    ) {
        let (session, [kite, heron]) = told(&world.north).await;
        told(&world.south).await;
        let (second, other) = (
            "legacy_command b of north besides",
            "legacy_command a of north",
        );
        let sql = format!("UPDATE command_requests SET status = 'ACKED' WHERE id = '{second}'");
        world.place.plant(&sql).await;
        let commands = session.commands();
        let all = LegacyCommandFilter::default;
        let of = |drone: &str| LegacyCommandFilter {
            drone_id: Some(drone.into()),
            ..all()
        };
        let acked = || Some(LegacyCommandStatus::Acked);
        let first = "legacy_command b of north";
        let last = "legacy_command a of north besides";
        let cases: [(LegacyCommandFilter, &[&str]); 9] = [
            (of(&kite), &[first, second]),
            (of(&heron), &[other, last]),
            (of("nobody's"), &[]),
            (
                LegacyCommandFilter {
                    status: acked(),
                    ..all()
                },
                &[second],
            ),
            (
                LegacyCommandFilter {
                    status: acked(),
                    ..of(&kite)
                },
                &[second],
            ),
            (
                LegacyCommandFilter {
                    status: acked(),
                    ..of(&heron)
                },
                &[],
            ),
            (
                LegacyCommandFilter {
                    since: Some(at(2)),
                    ..of(&heron)
                },
                &[last],
            ),
            (
                LegacyCommandFilter {
                    until: Some(at(2)),
                    ..of(&heron)
                },
                &[other],
            ),
            (
                LegacyCommandFilter {
                    since: Some(at(1)),
                    until: Some(at(3)),
                    ..all()
                },
                &[other, first, last, second],
            ),
        ];
        for (filter, wanted) in cases {
            let page = in_order(Order::Oldest);
            let found = commands
                .legacy_commands(filter.clone(), page)
                .await
                .unwrap();
            let ids: Vec<&str> = found.items.iter().map(|it| it.id.as_str()).collect();
            assert_eq!(ids, wanted, "{filter:?}");
            let page = in_order(Order::Newest);
            let found = commands
                .legacy_commands(filter.clone(), page)
                .await
                .unwrap();
            let ids: Vec<&str> = found.items.iter().rev().map(|it| it.id.as_str()).collect();
            assert_eq!(ids, wanted, "{filter:?}");
            let counted = commands.count_legacy_commands(filter).await.unwrap();
            assert_eq!(counted, wanted.len() as i64);
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_command_of_the_old_platform_is_read_as_it_was_written(world: &World) {
        let (session, [kite, _]) = told(&world.north).await;
        let params = r#"{ "lat":47.40,  "note": "\u00fc ü", "lat": 1e2 }"#;
        let id = "legacy_command b of north";
        world
            .place
            .plant(&format!(
                "UPDATE command_requests SET command_type = 'GOTO', params = '{params}', status = 'sent?', \
                 idempotency_key = ' twice ', expect_ack = false, ack_ok = false, ack_message = 'zu hoch \u{7f}', attempts = -1, \
                 issued_by = 'nobody here', updated_at = '2026-01-05 12:00:00.123456' WHERE id = '{id}'"
            ))
            .await;
        let command = session.commands().legacy_command(id.into()).await.unwrap();
        let wanted = LegacyCommand {
            id: id.into(),
            drone_id: kite.as_str().into(),
            command_type: LegacyCommandType::Goto,
            params: params.into(),
            idempotency_key: " twice ".into(),
            expect_ack: false,
            status: LegacyCommandStatus::Other {
                text: "sent?".into(),
            },
            ack_ok: Some(false),
            ack_message: Some("zu hoch \u{7f}".into()),
            attempts: -1,
            issued_by: Some("nobody here".into()),
            issued_at: at(1),
            updated_at: "2026-01-05T12:00:00.123456Z".parse().unwrap(),
        };
        assert_eq!(command, wanted);
        let bare = "legacy_command a of north";
        let bare = session
            .commands()
            .legacy_command(bare.into())
            .await
            .unwrap();
        assert_eq!(
            (bare.ack_ok, bare.ack_message, bare.issued_by),
            (None, None, None)
        );
        assert!(bare.expect_ack);
    }
);

each_engine!(
    /// The column is text on both engines, and text is what it holds.
    #[tokio::test]
    async fn nothing_that_reads_the_history_writes_a_row_of_it(world: &World) {
        let (session, _) = told(&world.north).await;
        let rows = match world.place.engine {
            Engine::Sqlite => {
                "SELECT group_concat(id || status || attempts || updated_at || params) FROM command_requests"
            }
            Engine::Postgres => {
                "SELECT string_agg(id || status || attempts || updated_at || params, '' ORDER BY id) FROM command_requests"
            }
        };
        let before = world.place.raw_text(rows).await.unwrap();
        let commands = session.commands();
        commands
            .legacy_commands(LegacyCommandFilter::default(), TimedPageRequest::default())
            .await
            .unwrap();
        let id = "legacy_command b of north";
        commands.legacy_command(id.into()).await.unwrap();
        let theirs = world
            .south
            .admin()
            .await
            .commands()
            .legacy_command(id.into())
            .await;
        assert!(matches!(theirs, Err(Error::NotFound { entity }) if entity == "legacy_command"));
        assert_eq!(world.place.raw_text(rows).await.unwrap(), before);
    }
);
