//! What the runtime role may do is compared with the catalogue when a database is opened, and settled by `migrate`,
//! at the newest step too: a database is renamed, restored, or granted something by hand.

use ringfence::MigrateMode::{Auto, Check, Never};
use ringfence::model::{AuditEvent, EventFilter, PageRequest};
use ringfence::schema::version;
use ringfence::{Error, Ringfence};
use ringfence_tests::fixture::{Place, administer, connect};

use crate::house::{House, declared, found, granted, schema_error, statements, works};

impl House {
    /// Renames the database, as soon as those have left it who were connected.
    async fn rename(&mut self) {
        let old = self.database().to_owned();
        let new = format!("{old}_renamed");
        let rename = format!("ALTER DATABASE {old} RENAME TO {new}");
        let server = connect(&self.place.url.replace(&old, "postgres")).await;
        while server.batch_execute(&rename).await.is_err() {
            tokio::task::yield_now().await;
        }
        self.place.url = self.place.url.replace(&old, &new);
    }

    /// A tenant's session reads and writes.
    async fn serves(&self, rf: &Ringfence) {
        works(rf, "north", &self.admin("north").await).await;
    }

    async fn mended_by(&self, login: &str, migrate: ringfence::MigrateMode) {
        let rf = self.open_as(login, migrate).await.unwrap();
        if migrate == Never {
            rf.migrate("suite".into(), None, None).await.unwrap();
        }
        self.serves(&rf).await;
        rf.shutdown().await.unwrap();
    }
}

async fn migrated(house: &House, login: &str) {
    let rf = house.open_as(login, Auto).await.unwrap();
    found(&rf, "north").await.unwrap();
    rf.shutdown().await.unwrap();
}

/// The events of rights that were settled, the newest first.
async fn settled(rf: &Ringfence) -> Vec<AuditEvent> {
    let log = rf.deployment_log();
    let filter = EventFilter {
        entity_id: Some("rights".to_owned()),
        ..EventFilter::default()
    };
    let events = log.events(filter, PageRequest::default()).await.unwrap();
    assert!(log.verify().await.unwrap().is_intact());
    events.items
}

#[tokio::test]
async fn a_renamed_database_is_settled_by_migrate_at_the_newest_step() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    migrated(&house, &owner).await;
    let old = house.role().await;
    house.rename().await;

    let (code, detail) = schema_error(house.open_as(&owner, Check).await);
    assert_eq!(code, "runtime_role_missing");
    assert!(detail.contains("`migrate` settles it"), "{detail}");
    assert!(statements(&detail).contains("CREATE ROLE"), "{detail}");

    let rf = house.open_as(&owner, Never).await.unwrap();
    rf.migrate("suite".into(), None, None).await.unwrap();
    house.serves(&rf).await;
    let new = house.role().await;
    assert_ne!(new, old);
    assert_eq!(granted(&house, &new).await, declared(version::LATEST));
    // Whoever makes a database of the old name has a role of that name, which is let at nothing here.
    assert!(granted(&house, &old).await.is_empty());

    let events = settled(&rf).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].actor, "suite");
    let log = rf.deployment_log();
    // With nothing to settle nothing is written.
    let before = log.verify().await.unwrap();
    rf.migrate("suite".into(), None, None).await.unwrap();
    assert_eq!(log.verify().await.unwrap(), before);
    rf.shutdown().await.unwrap();
    house.mended_by(&owner, Check).await;
    house.clear().await;
}

#[tokio::test]
async fn a_renamed_database_is_settled_by_opening() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    migrated(&house, &owner).await;
    house.rename().await;
    house.mended_by(&owner, Auto).await;
    house.mended_by(&owner, Check).await;
    house.clear().await;
}

#[tokio::test]
async fn what_a_dba_is_told_after_a_rename_is_all_that_it_takes() {
    for run_all in [true, false] {
        let mut house = House::build().await;
        let owner = house.owner("CREATEROLE").await;
        migrated(&house, &owner).await;
        house.rename().await;
        let database = house.database();
        administer(&format!("ALTER ROLE \"{owner}\" NOCREATEROLE")).await;
        let mut told = Vec::new();
        for mode in [Auto, Check] {
            let (code, detail) = schema_error(house.open_as(&owner, mode).await);
            assert_eq!(code, "runtime_role_missing", "{database}");
            told.push(statements(&detail).to_owned());
        }
        assert_eq!(told[0], told[1]);
        if run_all {
            house.place.raw(&told[0]).await.unwrap();
            house.mended_by(&owner, Check).await;
        } else {
            // The first two, which only a DBA may: the login itself does the rest.
            let two: Vec<&str> = told[0].split_inclusive("; ").take(2).collect();
            assert!(
                two[0].starts_with("CREATE ROLE") && two[1].ends_with("; "),
                "{two:?}"
            );
            administer(&two.concat()).await;
            assert_eq!(
                schema_error(house.open_as(&owner, Check).await).0,
                "runtime_role_rights"
            );
            house.mended_by(&owner, Never).await;
            house.mended_by(&owner, Check).await;
        }
        house.clear().await;
    }
}

/// A dump that is restored by a superuser, without its owners and grants.
#[tokio::test]
async fn a_restored_database_is_settled_by_whoever_owns_it_now() {
    for mode in [Auto, Never] {
        let mut house = House::build().await;
        let owner = house.owner("CREATEROLE").await;
        migrated(&house, &owner).await;
        let role = house.role().await;
        house
            .place
            .raw(&format!(
                "REASSIGN OWNED BY \"{owner}\" TO CURRENT_USER; DROP OWNED BY {role}; DROP ROLE {role}"
            ))
            .await
            .unwrap();
        let (code, detail) = schema_error(house.place.open(Check).await);
        assert_eq!(code, "runtime_role_missing", "{detail}");
        let rf = house.place.open(mode).await.unwrap();
        if mode == Never {
            rf.migrate("suite".into(), None, None).await.unwrap();
        }
        house.serves(&rf).await;
        assert_eq!(granted(&house, &role).await, declared(version::LATEST));
        rf.shutdown().await.unwrap();
        house.clear().await;
    }
}

/// What is done to a database that was settled, by whom it may be.
const MEDDLING: [&str; 12] = [
    "REVOKE SELECT ON drones FROM ROLE",
    "REVOKE INSERT ON audit_events FROM ROLE",
    "REVOKE UPDATE (range) ON audit_heads FROM ROLE",
    "REVOKE SELECT ON ringfence_schema_history FROM ROLE",
    "REVOKE USAGE ON SCHEMA public FROM PUBLIC, ROLE",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ROLE",
    "GRANT DELETE ON audit_events TO ROLE",
    "GRANT UPDATE (id) ON tenants TO ROLE",
    "GRANT TRUNCATE ON missions TO ROLE",
    "GRANT INSERT ON audit_logs TO ROLE",
    "ALTER TABLE missions OWNER TO CURRENT_USER",
    "ALTER FUNCTION ringfence_refuse() OWNER TO CURRENT_USER",
];

#[tokio::test]
async fn whatever_differs_from_the_catalogue_is_noticed_told_and_settled() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    migrated(&house, &owner).await;
    let role = house.role().await;
    for meddling in MEDDLING {
        let meddling = meddling.replace("ROLE", &role);
        let meddle = async || house.place.raw(&meddling).await.unwrap();
        // A superuser settles it by opening and by migrating, and a DBA by what is told.
        for way in [Auto, Never] {
            meddle().await;
            let (code, detail) = schema_error(house.place.open(Check).await);
            assert_eq!(code, "runtime_role_rights", "{meddling}: {detail}");
            let rf = house.place.open(way).await.unwrap();
            if way == Never {
                rf.migrate("suite".into(), None, None).await.unwrap();
            }
            rf.shutdown().await.unwrap();
            house.mended_by(&owner, Check).await;
        }
        meddle().await;
        let (_, detail) = schema_error(house.open_as(&owner, Check).await);
        house.place.raw(statements(&detail)).await.unwrap();
        house.mended_by(&owner, Check).await;
        assert_eq!(
            granted(&house, &role).await,
            declared(version::LATEST),
            "{meddling}"
        );
    }
    house.clear().await;
}

#[tokio::test]
async fn what_differs_is_told_in_the_order_of_the_names() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    migrated(&house, &owner).await;
    let tables = ["missions", "alerts", "drones", "users", "defects"];
    for table in tables {
        let of_another = format!("ALTER TABLE {table} OWNER TO CURRENT_USER");
        house.place.raw(&of_another).await.unwrap();
    }
    let functions = ["ringfence_version", "ringfence_append", "ringfence_refuse"];
    for function in functions {
        let of_another = format!("ALTER FUNCTION {function}() OWNER TO CURRENT_USER");
        house.place.raw(&of_another).await.unwrap();
    }
    let (_, detail) = schema_error(house.open_as(&owner, Check).await);
    for mut named in [tables.to_vec(), functions.to_vec()] {
        named.sort_unstable();
        let places = named
            .iter()
            .map(|name| detail.find(&format!(".\"{name}\"")));
        let places: Vec<usize> = places.map(Option::unwrap).collect();
        assert!(places.is_sorted(), "{named:?}: {detail}");
    }
    house.clear().await;
}

/// What was given to everybody, or comes by a membership, is somebody else's too: it is told, and not taken away by
/// itself.
#[tokio::test]
async fn rights_that_come_by_another_way_are_told_and_left_to_a_dba() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    migrated(&house, &owner).await;
    let role = house.role().await;
    for meddling in [
        "GRANT INSERT ON audit_logs TO PUBLIC".to_owned(),
        format!("GRANT \"{owner}\" TO {role}"),
    ] {
        if meddling.contains(&owner) {
            // Members of each other cannot be.
            administer(&format!("REVOKE {role} FROM \"{owner}\"")).await;
        }
        house.place.raw(&meddling).await.unwrap();
        let rf = house.place.open(Never).await.unwrap();
        let (code, detail) = schema_error(rf.migrate("suite".into(), None, None).await);
        assert_eq!(code, "runtime_role_rights", "{meddling}: {detail}");
        assert!(settled(&rf).await.is_empty(), "nothing was");
        rf.shutdown().await.unwrap();
        for mode in [Auto, Check] {
            assert_eq!(schema_error(house.place.open(mode).await).1, detail);
        }
        house.place.raw(statements(&detail)).await.unwrap();
        let rf = house.place.open(Check).await.unwrap();
        house.serves(&rf).await;
        rf.shutdown().await.unwrap();
    }
    house.clear().await;
}

/// As where another login migrated, and this one was never given the role.
#[tokio::test]
async fn a_call_that_may_not_take_on_the_role_says_so_with_the_statement() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    migrated(&house, &owner).await;
    let (role, admin) = (house.role().await, house.admin("north").await);
    let rf = house.open_as(&owner, Check).await.unwrap();
    administer(&format!("REVOKE {role} FROM \"{owner}\"")).await;
    let refused = rf.session("north".into(), admin.as_str().into()).await;
    let (code, detail) = schema_error(refused);
    assert_eq!(code, "runtime_role_missing");
    administer(statements(&detail)).await;
    works(&rf, "north", &admin).await;
    rf.shutdown().await.unwrap();
    house.clear().await;
}

#[tokio::test]
async fn only_what_was_settled_is_recorded_as_settled() {
    let house = House::build().await;
    let rf = house.place.open(Auto).await.unwrap();
    found(&rf, "north").await.unwrap();
    let role = house.role().await;
    let meddling =
        format!("GRANT INSERT ON audit_logs TO PUBLIC; REVOKE SELECT ON drones FROM {role}");
    house.place.raw(&meddling).await.unwrap();
    for _ in 0..2 {
        let refused = rf.migrate("suite".into(), None, None).await;
        assert_eq!(schema_error(refused).0, "runtime_role_rights");
    }
    let recorded = settled(&rf).await;
    let recorded: Vec<&str> = recorded
        .iter()
        .map(|event| event.detail.as_ref().unwrap().as_str())
        .collect();
    assert_eq!(
        recorded,
        [r#"{"lacked":["SELECT on drones"],"exceeded":[]}"#]
    );
    rf.shutdown().await.unwrap();
    house.clear().await;
}

#[tokio::test]
async fn what_another_databases_runtime_role_may_do_is_noticed_told_and_settled() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    migrated(&house, &owner).await;
    let stranger = format!("ringfence_{:016x}", rand::random::<u64>());
    administer(&format!("CREATE ROLE {stranger}")).await;
    let grant = format!("GRANT SELECT, INSERT ON drones TO {stranger}");
    house.place.raw(&grant).await.unwrap();
    let (code, detail) = schema_error(house.open_as(&owner, Check).await);
    assert_eq!(code, "runtime_role_rights");
    let told = format!("what {stranger} may do with drones");
    assert_eq!(detail.matches(&told).count(), 1, "{detail}");
    house.place.raw(statements(&detail)).await.unwrap();
    house.mended_by(&owner, Check).await;
    house.place.raw(&grant).await.unwrap();
    house.mended_by(&owner, Never).await;
    assert!(granted(&house, &stranger).await.is_empty());
    house.clear().await;
    administer(&format!("DROP ROLE {stranger}")).await;
}

/// A host may name its functions as it likes, and in a schema of its own as ours are named.
#[tokio::test]
async fn functions_of_the_host_are_not_taken_for_ours() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    migrated(&house, &owner).await;
    let host = "CREATE FUNCTION ringfence_of_the_host() RETURNS int LANGUAGE sql AS 'SELECT 1'; \
                CREATE FUNCTION ringfence_append(text) RETURNS int LANGUAGE sql AS 'SELECT 1'; \
                CREATE SCHEMA hosts; \
                CREATE FUNCTION hosts.ringfence_refuse() RETURNS int LANGUAGE sql AS 'SELECT 1'";
    house.place.raw(host).await.unwrap();
    house.mended_by(&owner, Check).await;
    house.mended_by(&owner, Never).await;
    let not_of_the_owner = format!(
        "SELECT count(*) FROM pg_proc WHERE proname LIKE 'ringfence%' \
         AND pg_get_userbyid(proowner) <> '{owner}'"
    );
    assert_eq!(house.place.count(&not_of_the_owner).await, 3);
    house.clear().await;
}

#[tokio::test]
async fn a_bare_login_that_may_more_than_the_runtime_role_is_told_what_to_revoke() {
    let mut house = House::build().await;
    let operator = house.place.open(Auto).await.unwrap();
    found(&operator, "north").await.unwrap();
    let bare = house.login("bare", "").await;
    let role = house.role().await;
    administer(&format!("GRANT {role} TO \"{bare}\"")).await;
    house.mended_by(&bare, Check).await;
    for more in [
        format!("GRANT INSERT ON events TO \"{bare}\""),
        format!("GRANT DELETE ON audit_events TO {role}"),
    ] {
        house.place.raw(&more).await.unwrap();
        let (code, detail) = schema_error(house.open_as(&bare, Check).await);
        assert_eq!(code, "runtime_role_rights", "{more}");
        house.place.raw(statements(&detail)).await.unwrap();
        house.mended_by(&bare, Check).await;
    }
    // It settles nothing itself.
    house
        .place
        .raw(&format!("REVOKE SELECT ON drones FROM {role}"))
        .await
        .unwrap();
    assert_eq!(
        schema_error(house.open_as(&bare, Auto).await).0,
        "runtime_role_rights"
    );
    let refused = operator.migrate("suite".into(), None, None).await.map(drop);
    assert_eq!(refused, Ok::<(), Error>(()));
    house.mended_by(&bare, Check).await;
    operator.shutdown().await.unwrap();
    house.clear().await;
}

#[tokio::test]
async fn two_databases_of_one_server_do_not_share_a_runtime_role() {
    let house = House::build().await;
    let rf = house.place.open(Auto).await.unwrap();
    found(&rf, "north").await.unwrap();
    rf.shutdown().await.unwrap();
    let copy = format!("{}_copy", house.database());
    let made = format!("CREATE DATABASE {copy} TEMPLATE {}", house.database());
    let server = connect(&house.place.url.replace(house.database(), "postgres")).await;
    while server.batch_execute(&made).await.is_err() {
        tokio::task::yield_now().await;
    }
    let url = house.place.url.replace(house.database(), &copy);
    let copied = House::at(Place::existing(url));
    let rf = copied.place.open(Auto).await.unwrap();
    copied.serves(&rf).await;
    rf.shutdown().await.unwrap();
    assert!(granted(&copied, &house.role().await).await.is_empty());
    assert_eq!(
        granted(&house, &house.role().await).await,
        declared(version::LATEST)
    );
    copied.clear().await;
    house.clear().await;
}
