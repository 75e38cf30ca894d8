//! What `verify` says of a log whose guards were dropped and of which one thing was changed.

mod heads;

use ringfence::TenantSession;
use ringfence::model::{EventFilter, LogOutcome, PageRequest};
use ringfence_tests::fixture::{Engine, Place, World, each_engine, register};

pub(crate) use heads::delete;

const TABLES: [&str; 2] = ["audit_heads", "audit_events"];

/// Drops the guards of the log, as only an owner can.
pub(crate) async fn drop_guards(place: &Place) {
    let sql = match place.engine {
        Engine::Sqlite => {
            let guards = "SELECT coalesce(group_concat('DROP TRIGGER ' || name, ';'), '') FROM sqlite_master \
                          WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'";
            place.raw_text(guards).await.unwrap()
        }
        Engine::Postgres => TABLES
            .map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER;"))
            .concat(),
    };
    place.raw(&sql).await.unwrap();
}

/// Keeps a copy of the log, which [`restore`] puts back.
async fn keep(place: &Place) {
    let sql = TABLES.map(|table| format!("CREATE TABLE kept_{table} AS SELECT * FROM {table};"));
    place.raw(&sql.concat()).await.unwrap();
}

async fn restore(place: &Place) {
    let sql = TABLES.map(|table| {
        format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table};")
    });
    place.raw(&sql.concat()).await.unwrap();
}

async fn outcome(session: &TenantSession) -> LogOutcome {
    session.audit().verify().await.unwrap().outcome
}

/// A change of one thing in the log of the tenant `north`, and what it is found to be.
fn changes(engine: Engine, size: i64) -> Vec<(String, LogOutcome)> {
    let last = size - 1;
    let event = |seq: i64, set: &str| {
        format!("UPDATE audit_events SET {set} WHERE tenant_id = 'north' AND seq = {seq}")
    };
    let head = |set: &str| format!("UPDATE audit_heads SET {set} WHERE tenant_id = 'north'");
    let mut changes = Vec::new();

    for seq in [0, 1, last] {
        let gone = format!("DELETE FROM audit_events WHERE tenant_id = 'north' AND seq = {seq}");
        changes.push((gone, LogOutcome::EventMissing { seq }));
    }
    changes.push((
        head("size = size + 1"),
        LogOutcome::EventMissing { seq: size },
    ));

    for set in [
        "actor = 'somebody'",
        "role_id = 'another'",
        "role_id = NULL",
        "method = 'drones.delete'",
        "action = 'denied'",
        "outcome = 'refused'",
        "entity_type = 'kite'",
        "entity_id = 'another'",
        "detail_hash = leaf_hash",
        "leaf_hash = detail_hash",
        "time = (SELECT time FROM audit_events WHERE tenant_id = 'north' AND seq = 0)",
    ] {
        changes.push((event(last, set), LogOutcome::LeafDiffers { seq: last }));
    }
    let differs = LogOutcome::LeafDiffers { seq: 0 };
    changes.push((head("log_id = 'another'"), differs));

    for set in [
        "detail = '{}'",
        "detail = ''",
        "detail = '', salt = ''",
        "detail = detail || ' '",
        "salt = (SELECT salt FROM audit_events WHERE tenant_id = 'north' AND seq = 0)",
        "origin = '::1'",
        "correlation_id = 'another'",
        // What is not the whole of it.
        "detail = NULL",
        "salt = NULL",
        "salt = NULL, detail = NULL, origin = '::1'",
    ] {
        changes.push((event(last, set), LogOutcome::DetailDiffers { seq: last }));
    }
    for seq in [0, last] {
        let gone = event(seq, "salt = NULL, detail = NULL");
        changes.push((gone, LogOutcome::DetailMissing { seq }));
    }

    // What cannot be read is not what was recorded, whoever put it there.
    let unreadable: &[(&str, LogOutcome)] = match engine {
        Engine::Sqlite => &[
            ("time = 'never'", LogOutcome::LeafDiffers { seq: last }),
            ("time = 5", LogOutcome::LeafDiffers { seq: last }),
            ("actor = x'ff'", LogOutcome::LeafDiffers { seq: last }),
            ("leaf_hash = 'text'", LogOutcome::LeafDiffers { seq: last }),
            ("detail_hash = 5", LogOutcome::LeafDiffers { seq: last }),
            ("detail = x'ff'", LogOutcome::DetailDiffers { seq: last }),
            ("salt = 'text'", LogOutcome::DetailDiffers { seq: last }),
            ("subtrees = 'text'", LogOutcome::NodesDiffer { seq: last }),
        ],
        Engine::Postgres => &[
            ("time = 'infinity'", LogOutcome::LeafDiffers { seq: last }),
            ("time = '-infinity'", LogOutcome::LeafDiffers { seq: last }),
        ],
    };
    for (set, outcome) in unreadable {
        changes.push((event(last, set), outcome.clone()));
    }

    // The second leaf completes a node, the first none.
    for seq in [0, 1] {
        let differ = LogOutcome::NodesDiffer { seq };
        changes.push((event(seq, "subtrees = leaf_hash"), differ));
    }

    let columns = "time, actor, method, action, outcome, entity_type, entity_id, detail_hash, leaf_hash, subtrees";
    for seq in [size, size + 7] {
        let added = format!(
            "INSERT INTO audit_events (tenant_id, seq, {columns}) \
             SELECT tenant_id, {seq}, {columns} FROM audit_events \
             WHERE tenant_id = 'north' AND seq = 0"
        );
        changes.push((added, LogOutcome::EventBeyondSize { seq }));
    }
    // The first of several.
    let both = changes
        .iter()
        .rev()
        .take(2)
        .map(|(added, _)| added.as_str());
    let both = both.collect::<Vec<_>>().join("; ");
    changes.push((both, LogOutcome::EventBeyondSize { seq: size }));
    let beyond = LogOutcome::EventBeyondSize { seq: last };
    changes.push((head("size = size - 1"), beyond));

    let zeros = match engine {
        Engine::Sqlite => "range = zeroblob(length(range))",
        Engine::Postgres => "range = decode(repeat('00', length(range)), 'hex')",
    };
    changes.push((head(zeros), LogOutcome::RootDiffers));
    changes
}

each_engine!(
    #[tokio::test]
    async fn one_changed_thing_is_named(world: &World) {
        let session = world.north.admin().await;
        for name in ["kite", "heron", "tern", "gull", "swift"] {
            register(&session, name).await.unwrap();
        }
        let before = session.audit().verify().await.unwrap();
        assert!(before.is_intact());
        assert!(before.size >= 5);
        keep(&world.place).await;
        drop_guards(&world.place).await;

        for (sql, expected) in changes(world.place.engine, before.size) {
            world.place.raw(&sql).await.unwrap();
            assert_eq!(outcome(&session).await, expected, "{sql}");
            restore(&world.place).await;
            assert_eq!(session.audit().verify().await.unwrap(), before, "{sql}");
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn details_that_are_gone_are_missed_and_another_tenants_log_changes_nothing(
        world: &World,
    ) {
        let (session, elsewhere) = (world.north.admin().await, world.south.admin().await);
        register(&session, "kite").await.unwrap();
        register(&elsewhere, "kite").await.unwrap();
        drop_guards(&world.place).await;
        let south = "UPDATE audit_events SET actor = 'somebody' WHERE tenant_id = 'south'";
        world.place.raw(south).await.unwrap();
        assert_eq!(outcome(&session).await, LogOutcome::Intact);
        let north = "UPDATE audit_events SET detail = NULL, salt = NULL WHERE tenant_id = 'north'";
        world.place.raw(north).await.unwrap();
        let missing = LogOutcome::DetailMissing { seq: 0 };
        assert_eq!(outcome(&session).await, missing);
        // The event is there, and says nothing.
        let log = session.audit();
        let event = log.event(0).await.unwrap();
        assert_eq!((event.seq, event.detail.as_ref()), (0, None));
        let size = session.audit().verify().await.unwrap().size;
        let page = log.events(EventFilter::default(), PageRequest::default());
        let page = page.await.unwrap().items;
        assert_eq!(i64::try_from(page.len()).unwrap(), size);
        assert!(page.iter().all(|event| event.detail.is_none()));
        let differs = LogOutcome::LeafDiffers { seq: 0 };
        assert_eq!(outcome(&elsewhere).await, differs);
    }
);

each_engine!(
    /// An event that somebody has changed is what a reader of the log looks for.
    #[tokio::test]
    async fn an_event_that_cannot_be_read_is_shown_as_far_as_it_can(world: &World) {
        let session = world.north.admin().await;
        for name in ["kite", "heron"] {
            register(&session, name).await.unwrap();
        }
        let log = session.audit();
        let listed = async || {
            let whole = PageRequest::default();
            log.events(EventFilter::default(), whole)
                .await
                .unwrap()
                .items
        };
        let before = listed().await;
        let last = before.last().unwrap().clone();
        drop_guards(&world.place).await;
        let sets: &[&str] = match world.place.engine {
            Engine::Sqlite => &[
                "time = 'never'",
                "time = ''",
                "time = 5",
                "actor = x'ff'",
                "leaf_hash = 'text'",
                "detail = x'ff'",
                "action = 5",
            ],
            Engine::Postgres => &["time = 'infinity'", "time = '-infinity'"],
        };
        keep(&world.place).await;
        for set in sets {
            let sql = format!(
                "UPDATE audit_events SET {set} WHERE tenant_id = 'north' AND seq = {}",
                last.seq
            );
            world.place.raw(&sql).await.unwrap();
            let found = listed().await;
            assert_eq!(found.len(), before.len(), "{set}");
            assert_eq!(found.last().unwrap().entity_id, last.entity_id, "{set}");
            let shown = log.event(last.seq).await.unwrap();
            assert_eq!(&shown, found.last().unwrap(), "{set}");
            assert_eq!(shown.at.is_none(), set.starts_with("time"), "{set}");
            restore(&world.place).await;
        }
        assert_eq!(listed().await, before);
    }
);
