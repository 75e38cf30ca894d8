//! A log whose head does not fit it, or is gone: nothing is written behind it, and nobody is told otherwise than that.

use std::fmt::Debug;

use ringfence::model::{IntegrityProblem, NewTenant, NewUser};
use ringfence::{Error, OpenOptions, Ringfence};
use ringfence_tests::fixture::{Engine, Hold, Place, World, connect, each_engine, register};

use super::{drop_guards, keep, restore};

const PASSWORD: &str = "correct horse";

fn broken<T: Debug>(outcome: Result<T, Error>, what: &str) {
    match outcome {
        Err(Error::Integrity { detail, findings }) => {
            assert!(detail.starts_with("the audit log "), "{what}: {detail}");
            assert!(findings.is_empty(), "{what}");
        }
        other => panic!("{what}: {other:?}"),
    }
}

/// Ways to set a head, or what is behind it, so that the next event would be written where one is, behind a gap, or
/// over hashes that no event has.
fn changes(engine: Engine, tenant: &str, size: i64) -> Vec<String> {
    let head = |set: &str| format!("UPDATE audit_heads SET {set} WHERE tenant_id = '{tenant}'");
    let columns = "time, actor, method, action, outcome, entity_type, entity_id, detail_hash, leaf_hash, subtrees";
    let zeros = match engine {
        Engine::Sqlite => "range = zeroblob(length(range))",
        Engine::Postgres => "range = decode(repeat('00', length(range)), 'hex')",
    };
    let last_of_range = match engine {
        Engine::Sqlite => "range = substr(range, 1, length(range) - 1) || 'x'",
        Engine::Postgres => {
            "range = set_byte(range, length(range) - 1, 255 - get_byte(range, length(range) - 1))"
        }
    };
    let mut changes = vec![
        head("size = size - 1"),
        head("size = size - 2"),
        head("size = 0"),
        head("size = -1"),
        head("size = size + 1"),
        head("size = 0, range = ''"),
        head("range = ''"),
        head(zeros),
        head(last_of_range),
        format!("DELETE FROM audit_events WHERE tenant_id = '{tenant}'"),
        format!("DELETE FROM audit_events WHERE tenant_id = '{tenant}' AND seq = {size} - 1"),
        // The head fits, and another event follows.
        format!(
            "INSERT INTO audit_events (tenant_id, seq, {columns}) SELECT tenant_id, {size}, {columns} \
             FROM audit_events WHERE tenant_id = '{tenant}' AND seq = 0"
        ),
    ];
    if engine == Engine::Sqlite {
        changes.push(head("range = 'text'"));
        changes.push(head("log_id = x'ff'"));
    }
    changes
}

async fn size_of(place: &Place, tenant: &str) -> i64 {
    let sql = format!("SELECT size FROM audit_heads WHERE tenant_id = '{tenant}'");
    place.count(&sql).await
}

each_engine!(
    #[tokio::test]
    async fn nothing_is_written_behind_a_head_that_does_not_fit_its_log(world: &World) {
        let (session, elsewhere) = (world.north.admin().await, world.south.admin().await);
        // Sizes whose ranges are as long as those of one less, and are not.
        for name in ["kite", "heron", "tern", "gull", "swift"] {
            drop_guards(&world.place).await;
            let size = size_of(&world.place, "north").await;
            keep(&world.place).await;
            for sql in changes(world.place.engine, "north", size) {
                world.place.raw(&sql).await.unwrap();
                broken(register(&session, "nobody").await, &sql);
                let renamed = world
                    .ringfence
                    .disable_tenant("suite".into(), "north".into());
                broken(renamed.await, &sql);
                restore(&world.place).await;
            }
            register(&session, name).await.unwrap();
            assert!(session.audit().verify().await.unwrap().is_intact());
            for table in super::TABLES {
                let forgotten = format!("DROP TABLE kept_{table}");
                world.place.raw(&forgotten).await.unwrap();
            }
        }
        register(&elsewhere, "kite").await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn nor_behind_the_deployments(world: &World) {
        drop_guards(&world.place).await;
        let size = size_of(&world.place, "~deployment").await;
        keep(&world.place).await;
        let gone = "DELETE FROM audit_heads WHERE tenant_id = '~deployment'".to_owned();
        let changes = changes(world.place.engine, "~deployment", size);
        for sql in changes.into_iter().chain([gone]) {
            world.place.raw(&sql).await.unwrap();
            let new = NewTenant::new("another", NewUser::new("admin"));
            let created = world.ringfence.create_tenant("suite".into(), new).await;
            broken(created, &sql);
            let taken_back = world.ringfence.rollback("suite".into(), 9, None);
            broken(taken_back.await, &sql);
            restore(&world.place).await;
        }
        let heads = "DELETE FROM audit_heads WHERE tenant_id = '~deployment'";
        world.place.raw(heads).await.unwrap();
        let log = world.ringfence.deployment_log();
        broken(log.verify().await, "verify");
        let scan = world.ringfence.integrity_scan(None, None).await.unwrap();
        let [found] = scan.findings.as_slice() else {
            panic!("{:?}", scan.findings);
        };
        let named = (found.table.as_str(), found.key.as_str(), found.problem);
        assert_eq!(
            named,
            ("audit_heads", "~deployment", IntegrityProblem::LogMissing)
        );
    }
);

/// Deletes rows whose guards stand.
pub(crate) async fn delete(place: &Place, table: &str) {
    if place.engine == Engine::Sqlite {
        let guards = format!(
            "SELECT coalesce(group_concat('DROP TRIGGER ' || name, ';'), '') FROM sqlite_master \
             WHERE type = 'trigger' AND tbl_name = '{table}' AND sql LIKE '%DELETE ON%'"
        );
        let guards = place.raw_text(&guards).await.unwrap();
        place.raw(&guards).await.unwrap();
    }
    let rows = format!("DELETE FROM {table} WHERE tenant_id = 'north'");
    place.plant(&rows).await;
}

each_engine!(
    #[tokio::test]
    async fn a_tenant_without_a_log_or_an_epoch_is_broken_for_whoever_may_know_and_for_nobody_else(
        world: &World,
    ) {
        let rf = &world.ringfence;
        let session = world.north.admin().await;
        let identity = session.identity();
        let (admin, secret) = (world.north.admin.clone(), PASSWORD.to_owned());
        identity.set_password(admin.clone(), secret).await.unwrap();
        let session = world.north.admin().await;
        register(&session, "kite").await.unwrap();
        let log_in = async |tenant: &str, username: &str, password: &str| {
            let (username, password) = (username.to_owned(), password.to_owned());
            rf.login(tenant.into(), username, password).await.map(drop)
        };
        log_in("north", "admin", PASSWORD).await.unwrap();

        for tables in [&["policy_epochs"][..], &["audit_events", "audit_heads"]] {
            for table in tables {
                world
                    .place
                    .raw(&format!(
                        "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT * FROM {table}"
                    ))
                    .await
                    .unwrap();
                delete(&world.place, table).await;
            }
            let opened = rf.session("north".into(), admin.clone()).await;
            broken(opened.map(drop), "session");
            broken(register(&session, "heron").await, "write");
            if tables.contains(&"audit_heads") {
                broken(session.audit().verify().await, "verify");
                let disabled = rf.disable_tenant("suite".into(), "north".into()).await;
                broken(disabled, "disable");
            }
            // A right password is told what any other is: where none is counted, none is confirmed.
            for (tenant, username, password) in [
                ("north", "admin", PASSWORD),
                ("north", "admin", "wrong horse"),
                ("north", "nobody", PASSWORD),
                ("nowhere", "admin", PASSWORD),
            ] {
                let told = log_in(tenant, username, password).await;
                assert_eq!(told, Err(Error::Unauthenticated), "{tenant} {username}");
            }
            let scan = rf.integrity_scan(None, None).await.unwrap();
            let found: Vec<_> = scan.findings.iter().collect();
            let [found] = found.as_slice() else {
                panic!("{found:?}");
            };
            assert_eq!(found.problem, IntegrityProblem::LogMissing);
            assert_eq!(
                (found.table.as_str(), found.key.as_str()),
                ("tenants", "north")
            );
            assert_eq!(found.refers_to.as_deref(), tables.last().copied());
            assert!(scan.lets_migrate());
            let elsewhere = world.south.admin().await;
            assert!(elsewhere.audit().verify().await.unwrap().is_intact());
            if *tables == ["policy_epochs"] {
                let back = "INSERT INTO policy_epochs SELECT * FROM kept WHERE tenant_id = 'north'";
                world.place.plant(back).await;
                register(&world.north.admin().await, "back").await.unwrap();
            }
        }
    }
);

each_engine!(
    /// It fits the event that it once stood behind, and others follow.
    #[tokio::test]
    async fn behind_a_head_that_was_set_back_to_where_it_stood_no_password_is_confirmed(
        world: &World,
    ) {
        let session = world.north.admin().await;
        let (identity, admin) = (session.identity(), world.north.admin.clone());
        let set = identity.set_password(admin, PASSWORD.to_owned());
        set.await.unwrap();
        let session = world.north.admin().await;
        drop_guards(&world.place).await;
        let then =
            "CREATE TABLE kept AS SELECT size, range FROM audit_heads WHERE tenant_id = 'north'";
        world.place.raw(then).await.unwrap();
        register(&session, "kite").await.unwrap();
        let back = "UPDATE audit_heads SET size = (SELECT size FROM kept), range = (SELECT range FROM kept) \
                    WHERE tenant_id = 'north'";
        world.place.raw(back).await.unwrap();
        broken(register(&session, "heron").await, back);
        for password in [PASSWORD, "wrong horse"] {
            let (username, password) = ("admin".to_owned(), password.to_owned());
            let told = world.ringfence.login("north".into(), username, password);
            let told = told.await.map(drop);
            assert_eq!(told, Err(Error::Unauthenticated));
        }
    }
);

/// A refusal ends the transaction and not its connection, which others would wait for to be made anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_write_gives_its_connection_back() {
    let world = World::new(Engine::Postgres).await;
    let options = OpenOptions {
        busy_timeout_ms: 1_000,
        ..OpenOptions::default()
    };
    let url = format!("{}?application_name=suite", world.place.url);
    let rf = Ringfence::open(url, options).await.unwrap();
    let session = rf.session(world.north.tenant.clone(), world.north.admin.clone());
    let session = session.await.unwrap();
    register(&session, "kite").await.unwrap();
    let looking = connect(&world.place.url).await;
    // But for the one that opening looked through besides, which is being closed.
    let backends = async || -> Vec<i32> {
        let backends = "SELECT array_agg(pid) FROM pg_stat_activity \
                        WHERE application_name = 'suite' AND query NOT LIKE '%pg_backend_pid%'";
        looking.query_one(backends, &[]).await.unwrap().get(0)
    };
    let before = backends().await;
    let all_stay = async || {
        let now = backends().await;
        assert!(
            before.iter().all(|backend| now.contains(backend)),
            "{before:?} {now:?}"
        );
    };
    let held = Hold::take(&world.place, "north").await;
    for _ in 0..2 {
        let refused = register(&session, "heron").await.unwrap_err();
        assert_eq!(refused.code(), "busy");
    }
    held.release().await;
    all_stay().await;
    drop_guards(&world.place).await;
    let shorter = "UPDATE audit_heads SET size = size - 1 WHERE tenant_id = 'north'";
    world.place.raw(shorter).await.unwrap();
    for _ in 0..3 {
        broken(register(&session, "heron").await, shorter);
    }
    all_stay().await;
    rf.shutdown().await.unwrap();
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}
