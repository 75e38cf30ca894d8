//! What a host's own triggers and constraints may do to the library's writes.

use futures_util::future::join_all;
use ringfence::model::{Action, DroneFilter, DroneUpdate, EventFilter, PageRequest};
use ringfence::{Error, TenantSession};
use ringfence_tests::fixture::{Engine, World, each_engine, new_drone};

/// Keeps out every new drone whose name begins with `ghost`, and every change to one named `rock`, without an error.
pub(crate) fn swallowing(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "CREATE TRIGGER host_insert BEFORE INSERT ON drones WHEN NEW.name GLOB 'ghost*' \
             BEGIN SELECT RAISE(IGNORE); END; \
             CREATE TRIGGER host_update BEFORE UPDATE ON drones WHEN OLD.name = 'rock' \
             BEGIN SELECT RAISE(IGNORE); END"
        }
        Engine::Postgres => {
            "CREATE FUNCTION host_swallows() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RETURN NULL; END $$; \
             CREATE TRIGGER host_insert BEFORE INSERT ON drones \
             FOR EACH ROW WHEN (NEW.name LIKE 'ghost%') EXECUTE FUNCTION host_swallows(); \
             CREATE TRIGGER host_update BEFORE UPDATE ON drones \
             FOR EACH ROW WHEN (OLD.name = 'rock') EXECUTE FUNCTION host_swallows()"
        }
    }
}

async fn names(session: &TenantSession) -> Vec<String> {
    let page = PageRequest::default();
    let found = session.drones().list(DroneFilter::default(), page).await;
    let mut names: Vec<String> = found.unwrap().items.into_iter().map(|d| d.name).collect();
    names.sort();
    names
}

async fn created(session: &TenantSession) -> usize {
    let filter = EventFilter {
        action: Some(Action::Create),
        entity_type: Some("drone".to_owned()),
        ..EventFilter::default()
    };
    let found = session.audit().events(filter, PageRequest::default()).await;
    found.unwrap().items.len()
}

each_engine!(
    #[tokio::test]
    async fn a_row_that_a_trigger_swallows_leaves_no_event_and_troubles_no_neighbour(
        world: &World,
    ) {
        let session = world.north.admin().await;
        world
            .place
            .raw(swallowing(world.place.engine))
            .await
            .unwrap();

        // Alone, and among neighbours.
        let alone = session.drones().register(new_drone("ghost")).await;
        assert_eq!(alone.unwrap_err().code(), "not_written");
        let asked: Vec<String> = (0..12)
            .map(|n| {
                if n % 4 == 1 {
                    format!("ghost {n}")
                } else {
                    format!("kite {n}")
                }
            })
            .collect();
        let drones = session.drones();
        let outcomes = join_all(asked.iter().map(|name| drones.register(new_drone(name)))).await;
        for (name, outcome) in asked.iter().zip(&outcomes) {
            match outcome {
                Ok(registered) => assert_eq!(registered.name, *name),
                Err(refused) => {
                    assert!(name.starts_with("ghost"), "{name}: {refused:?}");
                    assert_eq!((refused.status(), refused.code()), (409, "not_written"));
                }
            }
        }
        let mut stand: Vec<String> = asked
            .iter()
            .filter(|n| n.starts_with("kite"))
            .cloned()
            .collect();
        stand.sort();
        assert_eq!(names(&session).await, stand);
        assert_eq!(created(&session).await, stand.len());
        assert!(session.audit().verify().await.unwrap().is_intact());
    }
);

each_engine!(
    #[tokio::test]
    async fn a_change_that_a_trigger_swallows_is_told_as_stale_and_to_nobody_else(world: &World) {
        let session = world.north.admin().await;
        let rock = session.drones().register(new_drone("rock")).await.unwrap();
        let kite = session.drones().register(new_drone("kite")).await.unwrap();
        world
            .place
            .raw(swallowing(world.place.engine))
            .await
            .unwrap();
        let renamed = |name: &str| DroneUpdate {
            name: Some(name.to_owned()),
            ..DroneUpdate::default()
        };
        let drones = session.drones();
        let (kept, changed, new) = futures_util::join!(
            drones.update(rock.id.clone(), renamed("moved")),
            drones.update(kite.id.clone(), renamed("heron")),
            drones.register(new_drone("crane")),
        );
        let stale = Error::Conflict {
            code: "stale_version".to_owned(),
            field: Some("version".to_owned()),
            detail: "the row was changed since the version that you saw".to_owned(),
        };
        assert_eq!(kept, Err(stale));
        assert_eq!(changed.unwrap().name, "heron");
        assert_eq!(new.unwrap().name, "crane");
        assert_eq!(names(&session).await, ["crane", "heron", "rock"]);
        assert!(session.audit().verify().await.unwrap().is_intact());
    }
);

/// Lets a drone named `bad` through, and refuses the COMMIT of whatever transaction it is in.
fn refusing_the_commit(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "CREATE TABLE host_places (id TEXT PRIMARY KEY); \
             CREATE TABLE host_notes (place TEXT REFERENCES host_places (id) \
             DEFERRABLE INITIALLY DEFERRED); \
             CREATE TRIGGER host_note AFTER INSERT ON drones WHEN NEW.name = 'bad' \
             BEGIN INSERT INTO host_notes VALUES ('nowhere'); END"
        }
        Engine::Postgres => {
            "CREATE TABLE host_places (id text PRIMARY KEY); \
             CREATE TABLE host_notes (place text REFERENCES host_places (id) \
             DEFERRABLE INITIALLY DEFERRED); \
             GRANT INSERT ON host_notes TO PUBLIC; \
             CREATE FUNCTION host_notes() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN INSERT INTO host_notes VALUES ('nowhere'); RETURN NULL; END $$; \
             CREATE TRIGGER host_note AFTER INSERT ON drones \
             FOR EACH ROW WHEN (NEW.name = 'bad') EXECUTE FUNCTION host_notes()"
        }
    }
}

each_engine!(
    #[tokio::test]
    async fn a_commit_that_the_database_refuses_is_told_to_whose_fault_it_is_alone(world: &World) {
        let (north, south) = (world.north.admin().await, world.south.admin().await);
        let refusing = refusing_the_commit(world.place.engine);
        world.place.raw(refusing).await.unwrap();
        let (ours, theirs) = (north.drones(), south.drones());
        let wanted: Vec<String> = (0..6).map(|n| format!("kite {n}")).collect();
        let mut calls = Vec::new();
        for (number, name) in wanted.iter().enumerate() {
            calls.push(ours.register(new_drone(name)));
            calls.push(theirs.register(new_drone(name)));
            if number == 2 {
                calls.push(ours.register(new_drone("bad")));
            }
        }
        let outcomes = join_all(calls).await;
        let failed: Vec<_> = outcomes.iter().filter(|it| it.is_err()).collect();
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert_eq!(failed[0].as_ref().unwrap_err().status(), 409);
        for session in [&north, &south] {
            assert_eq!(names(session).await, wanted);
            assert_eq!(created(session).await, wanted.len());
            assert!(session.audit().verify().await.unwrap().is_intact());
        }
    }
);
