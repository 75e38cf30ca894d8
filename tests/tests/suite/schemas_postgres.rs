//! Where the tables are on Postgres: found out once, and the same schema in every transaction.

use ringfence::MigrateMode::{Auto, Check};
use ringfence::model::PageRequest;
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence};
use ringfence_tests::fixture::{Engine, Place};

use crate::house::{House, found, schema_error};

fn in_schema(migrate: MigrateMode, schema: &str) -> OpenOptions {
    OpenOptions {
        migrate,
        schema: Some(schema.to_owned()),
        ..OpenOptions::default()
    }
}

/// Everything that has a transaction of its own: operators, tenants, steps in both directions.
async fn works_throughout(rf: &Ringfence, tenant: &str) {
    found(rf, tenant).await.unwrap();
    rf.rollback("suite".into(), 8, None).await.unwrap();
    rf.migrate("suite".into(), None, None).await.unwrap();
    assert!(rf.integrity_scan(None, None).await.unwrap().is_clean());
    crate::boundary_report::is_whole(rf).await;
    assert!(rf.deployment_log().verify().await.unwrap().is_intact());
    let tenants = rf.tenants(PageRequest::default()).await.unwrap();
    let ids: Vec<&str> = tenants
        .items
        .iter()
        .map(|tenant| tenant.id.as_str())
        .collect();
    assert_eq!(ids, [tenant]);
    rf.disable_tenant("suite".into(), tenant.into())
        .await
        .unwrap();
    rf.enable_tenant("suite".into(), tenant.into())
        .await
        .unwrap();
}

async fn tables_in(place: &Place, schema: &str) -> i64 {
    let schema = schema.replace('\'', "''");
    let sql = format!("SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'");
    place.count(&sql).await
}

/// `"$user"` leads to it as the owner, and elsewhere under the runtime role.
#[tokio::test]
async fn a_schema_that_bears_its_owners_name_works_throughout() {
    let mut house = House::build().await;
    let owner = house.owner("CREATEROLE").await;
    let made = format!("CREATE SCHEMA AUTHORIZATION \"{owner}\"");
    house.place.raw(&made).await.unwrap();
    let rf = house.open_as(&owner, Auto).await.unwrap();
    works_throughout(&rf, "north").await;
    rf.shutdown().await.unwrap();
    assert!(tables_in(&house.place, &owner).await > 0);
    assert_eq!(tables_in(&house.place, "public").await, 0);
    let again = house.open_as(&owner, Check).await.unwrap();
    found(&again, "south").await.unwrap();
    again.shutdown().await.unwrap();
    house.clear().await;
}

/// The search path of the login leads to tables of the same names, which would be taken by whoever looks a name
/// up along it, in preparing a statement or in running it.
#[tokio::test]
async fn the_schema_of_the_option_is_the_one_whatever_the_search_path_says() {
    let house = House::build().await;
    let place = &house.place;
    let name = place.url.rsplit('/').next().unwrap();
    let decoy = "CREATE SCHEMA decoy; CREATE TABLE decoy.drones (tenant_id int, name bytea);
         CREATE TABLE decoy.tenants (id int); CREATE TABLE decoy.audit_heads (size text)";
    place.raw(decoy).await.unwrap();
    let path = format!("ALTER DATABASE {name} SET search_path = decoy, public");
    place.raw(&path).await.unwrap();
    for (schema, quoted) in [
        ("fleet", "fleet"),
        ("Fleet \"two\"; or '3'", "\"Fleet \"\"two\"\"; or '3'\""),
        ("Flotte für Ödland", "\"Flotte für Ödland\""),
    ] {
        place.raw(&format!("CREATE SCHEMA {quoted}")).await.unwrap();
        let rf = Ringfence::open(place.url.clone(), in_schema(Auto, schema))
            .await
            .unwrap();
        // Its tenants are its own: those of the other schemas are not among them.
        works_throughout(&rf, "north").await;
        rf.shutdown().await.unwrap();
        let rf = Ringfence::open(place.url.clone(), in_schema(Check, schema))
            .await
            .unwrap();
        found(&rf, "south").await.unwrap();
        rf.shutdown().await.unwrap();
        assert!(tables_in(place, schema).await > 0, "{schema}");
    }
    assert_eq!(tables_in(place, "public").await, 0);
    assert_eq!(tables_in(place, "decoy").await, 3);
    house.clear().await;
}

#[tokio::test]
async fn the_schema_of_the_urls_search_path_works_throughout() {
    let house = House::build().await;
    let place = &house.place;
    place.raw("CREATE SCHEMA fleet").await.unwrap();
    let url = format!("{}?options=-csearch_path%3Dfleet", place.url);
    let rf = Ringfence::open(url.clone(), OpenOptions::default())
        .await
        .unwrap();
    works_throughout(&rf, "north").await;
    rf.shutdown().await.unwrap();
    // The same tables by the option.
    let rf = Ringfence::open(place.url.clone(), in_schema(Check, "fleet"))
        .await
        .unwrap();
    found(&rf, "south").await.unwrap();
    rf.shutdown().await.unwrap();
    assert_eq!(tables_in(place, "public").await, 0);
    house.clear().await;
}

/// A bare login sees nothing in a schema that it may not use, and is told what it lacks.
#[tokio::test]
async fn a_bare_login_works_in_a_schema_of_its_operators() {
    let mut house = House::build().await;
    house.place.raw("CREATE SCHEMA fleet").await.unwrap();
    let url = house.place.url.clone();
    let operator = Ringfence::open(url, in_schema(Auto, "fleet"))
        .await
        .unwrap();
    found(&operator, "north").await.unwrap();
    operator.shutdown().await.unwrap();
    let bare = house.login("bare", "").await;
    let open = async || Ringfence::open(house.url(&bare), in_schema(Check, "fleet")).await;
    let (code, detail) = schema_error(open().await);
    assert_eq!(code, "runtime_role_rights");
    let (_, grant) = detail.split_once(": ").unwrap();
    house.place.raw(grant).await.unwrap();
    let rf = open().await.unwrap();
    crate::house::works(&rf, "north", &house.admin_in("fleet", "north").await).await;
    rf.shutdown().await.unwrap();
    house.clear().await;
}

#[tokio::test]
async fn a_schema_that_cannot_be_is_refused_by_its_field() {
    let house = House::build().await;
    let too_long = "x".repeat(64);
    for schema in [
        "nowhere",
        "",
        " ",
        "a\0b",
        "pg_catalog",
        "information_schema",
        &too_long,
    ] {
        let refused = Ringfence::open(house.place.url.clone(), in_schema(Auto, schema)).await;
        match refused.map(drop) {
            Err(Error::Invalid { field, .. }) => assert_eq!(field, "schema", "{schema:?}"),
            other => panic!("{schema:?}: {other:?}"),
        }
    }
    assert_eq!(tables_in(&house.place, "public").await, 0);
    let url = format!("{}?options=-csearch_path%3Dnowhere", house.place.url);
    let refused = Ringfence::open(url, OpenOptions::default()).await;
    assert_eq!(schema_error(refused).0, "no_schema");
    house.clear().await;

    let file = Place::fresh(Engine::Sqlite).await;
    let refused = Ringfence::open(file.url.clone(), in_schema(Auto, "fleet")).await;
    assert!(matches!(refused.map(drop), Err(Error::Invalid { field, .. }) if field == "schema"));
    assert!(!file.file().exists());
    file.remove().await;
}
