//! Rules that the code and the database hold both: the code, with what the database holds asleep. That the database
//! holds them alone is shown by the guards' own tests, whose statements are no library's.

use std::process::Command;

use ringfence::Error;
use ringfence::schema;
use ringfence_tests::fixture::{Engine, World, each_engine};

use crate::calls::things::{self, nowhere};
use crate::calls::{Asked, lookups};

/// Puts to sleep whatever refuses a row: references, keys, four eyes, the policies of rows. What keeps versions,
/// epochs and logs stays awake.
async fn put_guards_to_sleep(world: &World) {
    let place = &world.place;
    match place.engine {
        Engine::Sqlite => {
            let kept = "name NOT LIKE '%_epoch_%' AND name NOT LIKE '%_version%' AND name NOT LIKE 'rf_audit%' \
                        AND name NOT LIKE 'rf_tenants%'";
            let sql = format!(
                "SELECT group_concat('DROP TRIGGER ' || name, '; ') FROM sqlite_schema \
                 WHERE type = 'trigger' AND {kept}"
            );
            let drops = place.raw_text(&sql).await.unwrap();
            assert!(drops.contains("four_eyes"), "{drops}");
            place.raw(&drops).await.unwrap();
        }
        Engine::Postgres => {
            let sql = "SELECT string_agg(format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', \
                       conrelid::regclass, conname), '; ') FROM pg_constraint \
                       WHERE contype = 'f' AND connamespace = 'public'::regnamespace";
            let drops = place.raw_text(sql).await.unwrap();
            place.raw(&drops).await.unwrap();
            let sql = "SELECT string_agg(format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass), '; ') \
                       FROM pg_trigger WHERE NOT tgisinternal AND tgname IN ('ringfence_four_eyes', 'ringfence_key')";
            let drops = place.raw_text(sql).await.unwrap();
            place.raw(&drops).await.unwrap();
            for table in schema::catalogue() {
                let open = format!("ALTER TABLE {} DISABLE ROW LEVEL SECURITY", table.name);
                place.raw(&open).await.unwrap();
            }
        }
    }
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn with_the_databases_guards_asleep_the_code_still_keeps_tenants_apart(world: &World) {
        let own = things::settle(&world.north, "ours").await;
        let theirs = things::settle(&world.south, "theirs").await;
        put_guards_to_sleep(world).await;
        let session = world.north.admin().await;
        for (lookup, entity) in lookups() {
            // An event's place in the log is no id: the other log's is there in ours as well.
            if entity == "event" {
                continue;
            }
            for named in [theirs.clone(), nowhere()] {
                let asked = Asked::named(&session, &named, &own);
                let missing = Error::NotFound {
                    entity: entity.to_owned(),
                };
                assert_eq!(
                    (lookup.make)(&asked).await,
                    Err(missing),
                    "{}",
                    lookup.shown()
                );
            }
        }
        let drones = session
            .drones()
            .list(Default::default(), things::page())
            .await
            .unwrap();
        assert_eq!(drones.items.len(), 3);
    }
);

each_engine!(
    #[tokio::test]
    async fn with_the_guard_of_four_eyes_asleep_nobody_approves_their_own(world: &World) {
        let ids = things::settle(&world.north, "ours").await;
        put_guards_to_sleep(world).await;
        let own = world
            .north
            .admin()
            .await
            .missions()
            .approve(ids.mission, 1, None)
            .await;
        assert_eq!(own.unwrap_err().code(), "own_mission");
    }
);

each_engine!(
    /// An epoch that was rolled back is no other's: whoever has read the policy under it reads it again.
    #[tokio::test]
    async fn an_epoch_that_was_rolled_back_never_comes_again(world: &World) {
        let epoch = "SELECT epoch FROM policy_epochs WHERE tenant_id = 'north'";
        let change = "UPDATE users SET is_active = is_active WHERE tenant_id = 'north'";
        let mut seen = vec![world.place.raw_text(epoch).await.unwrap()];
        for _ in 0..3 {
            let rolled_back = match world.place.engine {
                Engine::Sqlite => {
                    let db = world.place.sqlite();
                    db.execute_batch(&format!("BEGIN; {change}")).unwrap();
                    let seen = db.query_row(epoch, [], |row| row.get(0)).unwrap();
                    db.execute_batch("ROLLBACK").unwrap();
                    seen
                }
                Engine::Postgres => {
                    let db = world.place.postgres().await;
                    db.batch_execute(&format!("BEGIN; {change}")).await.unwrap();
                    let seen = db.query_one(epoch, &[]).await.unwrap().get(0);
                    db.batch_execute("ROLLBACK").await.unwrap();
                    seen
                }
            };
            assert_eq!(world.place.raw_text(epoch).await.unwrap(), seen[0]);
            assert!(!seen.contains(&rolled_back), "{rolled_back} of {seen:?}");
            seen.push(rolled_back);
        }
    }
);

/// What a session remembers of the policy spares a read; what it does not spare is the decision.
#[test]
fn a_session_that_remembers_nothing_of_the_policy_decides_the_same() {
    let told = Command::new(std::env::current_exe().unwrap())
        .args(["calls::permissions", "escalation::"])
        .env("RINGFENCE_REMEMBERS_NOTHING", "1")
        .env(xtask::cluster::URL_VARIABLE, xtask::cluster::shared())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success(), "{said}");
    assert!(!said.contains("running 0 tests"), "{said}");
}
