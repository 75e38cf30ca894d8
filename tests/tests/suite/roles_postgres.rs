//! One URL on Postgres: what the login is decides what the library does with it.

use ringfence::MigrateMode::{Auto, Check, Never};
use ringfence::model::{EventFilter, NewTenant, NewUser, PageRequest};
use ringfence::schema::{self, version};
use ringfence::{Error, Ringfence};

use crate::house::{House, declared, found, granted, schema_error, statements, works};
use crate::legacy_rows;
use crate::picture::Inspect;
use ringfence_tests::fixture::{Engine, administer, connect};

#[tokio::test]
async fn an_owner_who_may_create_roles_needs_nobody_else() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    let rf = house.open_as(&owner, Auto).await.unwrap();
    found(&rf, "north").await.unwrap();
    rf.rollback("suite".into(), 8, None).await.unwrap();
    rf.migrate("suite".into(), None, None).await.unwrap();
    assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
    crate::boundary_report::is_whole(&rf).await;
    rf.shutdown().await.unwrap();
    let again = house.open_as(&owner, Check).await.unwrap();
    found(&again, "south").await.unwrap();
    again.shutdown().await.unwrap();
    house.clear().await;
}

#[tokio::test]
async fn an_owner_who_may_not_create_roles_is_told_what_a_dba_runs() {
    let mut house = House::build().await;
    let owner = house.owner("").await;
    let before = house.place.picture().await;
    let (code, detail) = schema_error(house.open_as(&owner, Auto).await);
    assert_eq!(code, "runtime_role_rights");
    let sql = statements(&detail);
    assert!(
        sql.contains("CREATE ROLE") && sql.contains(&format!("TO \"{owner}\";")),
        "{detail}"
    );
    assert_eq!(house.place.picture().await, before);

    // With the role there and not granted, only the grant is asked for.
    let (create, grant) = sql.split_once(' ').and(sql.split_once("; ")).unwrap();
    administer(create).await;
    let (code, detail) = schema_error(house.open_as(&owner, Auto).await);
    assert_eq!(code, "runtime_role_rights");
    assert_eq!(statements(&detail), grant);
    assert_eq!(house.place.picture().await, before);
    administer(grant).await;

    let rf = house.open_as(&owner, Auto).await.unwrap();
    found(&rf, "north").await.unwrap();
    rf.shutdown().await.unwrap();
    house
        .open_as(&owner, Check)
        .await
        .unwrap()
        .shutdown()
        .await
        .unwrap();

    // Taken away again, opening says so and how to mend it.
    let revoke = grant.replace("GRANT", "REVOKE").replace(" TO ", " FROM ");
    administer(&revoke).await;
    let (code, detail) = schema_error(house.open_as(&owner, Check).await);
    assert_eq!(code, "runtime_role_missing");
    assert_eq!(statements(&detail), grant);
    administer(grant).await;
    let rf = house.open_as(&owner, Check).await.unwrap();
    found(&rf, "south").await.unwrap();
    rf.shutdown().await.unwrap();
    house.clear().await;
}

/// As in a copy or under another name of the database, where nobody settled it yet.
#[tokio::test]
async fn under_never_the_first_call_of_a_tenant_says_that_the_runtime_role_is_missing() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    let rf = house.open_as(&owner, Auto).await.unwrap();
    found(&rf, "north").await.unwrap();
    rf.shutdown().await.unwrap();
    let admin = house.admin("north").await;
    let role = house.role().await;
    administer(&format!("ALTER ROLE {role} RENAME TO {role}_x")).await;
    let rf = house.open_as(&owner, Never).await.unwrap();
    let session = rf.session("north".into(), admin.as_str().into()).await;
    let (code, detail) = schema_error(session.map(drop));
    assert_eq!(code, "runtime_role_missing");
    assert!(statements(&detail).contains(&role), "{detail}");
    rf.shutdown().await.unwrap();
    administer(&format!("ALTER ROLE {role}_x RENAME TO {role}")).await;
    house.clear().await;
}

#[tokio::test]
async fn a_runtime_role_that_passes_row_level_security_is_not_taken_on() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    house.opens(&owner, Auto).await;
    let role = house.role().await;
    for passes in ["BYPASSRLS", "SUPERUSER"] {
        administer(&format!("ALTER ROLE {role} {passes}")).await;
        let (code, detail) = schema_error(house.open_as(&owner, Auto).await);
        assert_eq!(code, "runtime_role_missing");
        assert_eq!(
            statements(&detail),
            format!("ALTER ROLE \"{role}\" NOSUPERUSER NOBYPASSRLS;")
        );
        let rf = house.open_as(&owner, Never).await.unwrap();
        let refused = rf.rollback("suite".into(), 8, None).await;
        assert_eq!(schema_error(refused).0, "runtime_role_rights");
        assert_eq!(
            rf.migration_status().await.unwrap().current,
            version::LATEST
        );
        rf.shutdown().await.unwrap();
        administer(statements(&detail)).await;
        house.opens(&owner, Auto).await;
    }
    house.clear().await;
}

/// Every method of an operator, by its outcome without a value.
async fn operators_methods(rf: &Ringfence) -> Vec<(&'static str, Result<(), Error>)> {
    let new = NewTenant::new("new", NewUser::new("admin"));
    let operator = || "suite".to_owned();
    let log = rf.deployment_log();
    let page = PageRequest::default;
    vec![
        (
            "create_tenant",
            rf.create_tenant(operator(), new).await.map(drop),
        ),
        ("tenants", rf.tenants(page()).await.map(drop)),
        ("tenant", rf.tenant("north".into()).await.map(drop)),
        (
            "rename_tenant",
            rf.rename_tenant(operator(), "north".into(), "north star".into())
                .await
                .map(drop),
        ),
        (
            "disable_tenant",
            rf.disable_tenant(operator(), "north".into())
                .await
                .map(drop),
        ),
        (
            "enable_tenant",
            rf.enable_tenant(operator(), "north".into()).await.map(drop),
        ),
        (
            "migrate",
            rf.migrate(operator(), None, None).await.map(drop),
        ),
        ("rollback", rf.rollback(operator(), 8, None).await.map(drop)),
        (
            "integrity_scan",
            rf.integrity_scan(None, None).await.map(drop),
        ),
        ("boundary_report", rf.boundary_report().await.map(drop)),
        (
            "log.events",
            log.events(EventFilter::default(), page()).await.map(drop),
        ),
        ("log.event", log.event(0).await.map(drop)),
        ("log.verify", log.verify().await.map(drop)),
    ]
}

fn is_forbidden_to_the_login(outcome: &Result<(), Error>) -> bool {
    matches!(outcome, Err(Error::Forbidden { permission }) if permission == "database.operator")
}

#[tokio::test]
async fn a_bare_login_serves_tenants_and_is_no_operator() {
    let mut house = House::build().await;
    let operator = house.place.open(Auto).await.unwrap();
    found(&operator, "north").await.unwrap();
    let bare = house.login("bare", "").await;

    for mode in [Auto, Check] {
        let (code, detail) = schema_error(house.open_as(&bare, mode).await);
        assert_eq!(code, "runtime_role_rights");
        let grant = format!("GRANT \"{}\" TO \"{bare}\";", house.role().await);
        assert_eq!(statements(&detail), grant);
    }
    administer(&format!("GRANT {} TO \"{bare}\"", house.role().await)).await;
    // That it makes tables of its own beside ours makes it none either.
    let of_its_own = format!(
        "GRANT CREATE ON SCHEMA public TO \"{bare}\";
         CREATE TABLE songs (); ALTER TABLE songs OWNER TO \"{bare}\";
         CREATE SCHEMA other; CREATE TABLE other.drones (); ALTER TABLE other.drones OWNER TO \"{bare}\""
    );
    house.place.raw(&of_its_own).await.unwrap();

    let before = house.place.picture().await;
    for mode in [Auto, Check, Never] {
        let rf = house.open_as(&bare, mode).await.unwrap();
        assert!(rf.migration_status().await.unwrap().is_current());
        for (method, outcome) in operators_methods(&rf).await {
            assert!(is_forbidden_to_the_login(&outcome), "{method}: {outcome:?}");
        }
        rf.shutdown().await.unwrap();
    }
    assert_eq!(house.place.picture().await, before);

    let rf = house.open_as(&bare, Auto).await.unwrap();
    let north = operator.tenants(PageRequest::default()).await.unwrap();
    let admin = house.admin("north").await;
    works(&rf, north.items[0].id.as_str(), &admin).await;
    let unknown = rf.session("south".into(), admin.into()).await.map(drop);
    assert_eq!(unknown, Err(Error::Unauthenticated));
    rf.shutdown().await.unwrap();

    // It brings no older database on, and says what is missing.
    operator.rollback("suite".into(), 8, None).await.unwrap();
    assert_eq!(
        schema_error(house.open_as(&bare, Check).await).0,
        "older_schema"
    );
    let brought = house.open_as(&bare, Auto).await.map(drop);
    assert!(is_forbidden_to_the_login(&brought), "{brought:?}");
    operator.shutdown().await.unwrap();
    house.clear().await;
}

/// One that has been granted the role, and does not have its rights for all that.
#[tokio::test]
async fn a_bare_login_that_does_not_inherit_is_told_what_is_right_for_it() {
    let mut house = House::build().await;
    let operator = house.place.open(Auto).await.unwrap();
    found(&operator, "north").await.unwrap();
    operator.shutdown().await.unwrap();
    let (role, admin) = (house.role().await, house.admin("north").await);
    for granted in [false, true] {
        let bare = house.login(&format!("bare {granted}"), "NOINHERIT").await;
        if granted {
            administer(&format!("GRANT {role} TO \"{bare}\"")).await;
        }
        for mode in [Auto, Check] {
            let (code, detail) = schema_error(house.open_as(&bare, mode).await);
            assert_eq!(code, "runtime_role_rights");
            assert!(detail.contains("INHERIT"), "{detail}");
            let plain = format!("GRANT \"{role}\" TO \"{bare}\";");
            assert!(!granted || !detail.contains(&plain), "{detail}");
        }
        let (_, detail) = schema_error(house.open_as(&bare, Check).await);
        administer(statements(&detail)).await;
        let rf = house.open_as(&bare, Check).await.unwrap();
        works(&rf, "north", &admin).await;
        rf.shutdown().await.unwrap();
    }
    house.clear().await;
}

#[tokio::test]
async fn a_bare_login_that_comes_before_the_operator_is_told_so() {
    let mut house = House::build().await;
    let bare = house.login("bare", "").await;
    // It may make no tables, and there are none.
    let closed = "REVOKE CREATE ON SCHEMA public FROM PUBLIC";
    house.place.raw(closed).await.unwrap();
    let checked = house.open_as(&bare, Check).await;
    assert_eq!(schema_error(checked).0, "older_schema");
    let brought = house.open_as(&bare, Auto).await.map(drop);
    assert!(is_forbidden_to_the_login(&brought), "{brought:?}");
    house.clear().await;
}

/// It passes row-level security, so it takes on the runtime role like an owner; what it owns nothing of it cannot
/// operate.
#[tokio::test]
async fn a_login_that_bypasses_row_level_security_takes_on_the_runtime_role() {
    let mut house = House::build().await;
    let operator = house.place.open(Auto).await.unwrap();
    found(&operator, "north").await.unwrap();
    let passing = house.login("passing", "BYPASSRLS").await;
    let role = house.role().await;
    administer(&format!("GRANT {role} TO \"{passing}\"")).await;
    let rf = house.open_as(&passing, Auto).await.unwrap();
    works(&rf, "north", &house.admin("north").await).await;

    administer(&format!("REVOKE {role} FROM \"{passing}\"")).await;
    house
        .place
        .raw(&format!(
            "GRANT SELECT ON ringfence_schema_history TO \"{passing}\""
        ))
        .await
        .unwrap();
    let (code, detail) = schema_error(house.open_as(&passing, Check).await);
    assert_eq!(code, "runtime_role_missing");
    assert_eq!(
        statements(&detail),
        format!("GRANT \"{role}\" TO \"{passing}\";")
    );
    // Now it may read the history and nothing else.
    let refused = [
        rf.tenants(PageRequest::default()).await.map(drop),
        rf.tenant("north".into()).await.map(drop),
        rf.integrity_scan(None, None).await.map(drop),
        rf.rollback("suite".into(), 8, None).await.map(drop),
        rf.deployment_log().verify().await.map(drop),
        found(&rf, "south").await,
    ];
    for outcome in refused {
        assert!(is_forbidden_to_the_login(&outcome), "{outcome:?}");
    }
    // What stands of the boundary is read from the server's catalogues, which are open to everybody.
    assert!(!rf.boundary_report().await.unwrap().is_whole());
    assert_eq!(
        rf.migration_status().await.unwrap().current,
        version::LATEST
    );
    rf.shutdown().await.unwrap();
    operator.shutdown().await.unwrap();
    house
        .place
        .raw(&format!("DROP OWNED BY \"{passing}\""))
        .await
        .unwrap();
    house.clear().await;
}

/// The DBA migrates, the old platform's login owns the tables: it goes on writing, triggers included, and may
/// open the database itself.
#[tokio::test]
async fn what_a_superuser_makes_in_the_old_platforms_database_is_the_platforms() {
    let mut house = House::build().await;
    let platform = house.owner("").await;
    let client = connect(&house.url(&platform)).await;
    let baseline = ringfence_migrations::STEPS[0].postgres.up;
    client.batch_execute(baseline).await.unwrap();
    let rows = legacy_rows::rows(Engine::Postgres);
    client.batch_execute(&rows).await.unwrap();
    let revision = legacy_rows::revision(legacy_rows::REVISION);
    client.batch_execute(&revision).await.unwrap();

    let dba = house.place.open(Auto).await.unwrap();
    let foreign = "SELECT count(*) FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
            AND rolname NOT LIKE 'owner of %'";
    assert_eq!(house.place.count(foreign).await, 0);
    let now = "'2026-01-02 03:04:05+00'";
    client
        .batch_execute(&format!(
            "INSERT INTO tenants (id, name, created_at) VALUES ('c', 'C', {now});
             INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at)
                 VALUES ('u_c', 'c', 'eve', 'x', true, {now});
             INSERT INTO roles (id, tenant_id, name, created_at) VALUES ('r_c', 'c', 'admin', {now});
             INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('u_c', 'r_c', {now});
             INSERT INTO role_permissions (role_id, permission_id, created_at) VALUES ('r_c', 'p_star', {now});
             UPDATE users SET username = 'ewa' WHERE id = 'u_c'"
        ))
        .await
        .unwrap();
    works(&dba, "c", "u_c").await;

    let role = house.role().await;
    let (_, detail) = schema_error(house.open_as(&platform, Check).await);
    assert_eq!(
        statements(&detail),
        format!("GRANT \"{role}\" TO \"{platform}\";")
    );
    administer(statements(&detail)).await;
    let rf = house.open_as(&platform, Check).await.unwrap();
    works(&rf, "c", "u_c").await;
    rf.rollback("suite".into(), 8, None).await.unwrap();
    rf.migrate("suite".into(), None, None).await.unwrap();
    works(&dba, "c", "u_c").await;
    rf.shutdown().await.unwrap();
    dba.shutdown().await.unwrap();
    drop(client);
    house.clear().await;
}

#[tokio::test]
async fn the_runtime_role_is_bare_and_may_do_what_the_catalogue_says_at_every_version() {
    let house = House::build().await;
    let rf = house.place.open(Auto).await.unwrap();
    let role = house.role().await;
    let facts = format!(
        "SELECT count(*) FROM pg_roles WHERE rolname = '{role}' AND NOT (rolcanlogin OR rolsuper OR rolbypassrls
             OR rolcreaterole OR rolcreatedb OR rolreplication)
         AND NOT EXISTS (SELECT FROM pg_shdepend WHERE refobjid = pg_roles.oid AND deptype = 'o')
         AND NOT EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)"
    );
    for version in (0..=version::LATEST).rev() {
        rf.rollback("suite".into(), version, None).await.unwrap();
        assert_eq!(
            granted(&house, &role).await,
            declared(version),
            "V{version} down"
        );
        // Taken back is not dropped: another database's operators could not make it again.
        assert_eq!(house.place.count(&facts).await, 1, "V{version}");
    }
    for version in 1..=version::LATEST {
        rf.migrate("suite".into(), Some(version), None)
            .await
            .unwrap();
        assert_eq!(
            granted(&house, &role).await,
            declared(version),
            "V{version} up"
        );
    }
    let closed = schema::catalogue()
        .iter()
        .filter(|table| table.opened.is_none());
    for table in closed {
        let any = granted(&house, &role).await;
        assert!(
            !any.iter()
                .any(|line| line.starts_with(&format!("{} ", table.name)))
        );
    }
    assert_eq!(house.place.count(&facts).await, 1);
    rf.shutdown().await.unwrap();
    house.clear().await;
}
