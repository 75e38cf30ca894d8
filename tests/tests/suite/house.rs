//! A Postgres database and the logins that go with it.

use std::collections::BTreeSet;

use ringfence::model::{NewTenant, NewUser};
use ringfence::schema::{self, Privilege};
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence};
use ringfence_tests::fixture::{Engine, Place, administer, connect, register};

/// An empty database, and logins that go with it.
pub(crate) struct House {
    pub(crate) place: Place,
    logins: Vec<String>,
}

impl House {
    pub(crate) async fn build() -> Self {
        Self::at(Place::fresh(Engine::Postgres).await)
    }

    /// A database that is there already.
    pub(crate) fn at(place: Place) -> Self {
        Self {
            place,
            logins: Vec::new(),
        }
    }

    pub(crate) fn database(&self) -> &str {
        self.place.url.rsplit('/').next().unwrap()
    }

    /// Makes a login with these attributes; its name needs quotes.
    pub(crate) async fn login(&mut self, stem: &str, attributes: &str) -> String {
        let name = format!("{stem} of {}", self.database());
        administer(&format!(
            "CREATE ROLE \"{name}\" LOGIN PASSWORD 'secret' {attributes}"
        ))
        .await;
        self.logins.push(name.clone());
        name
    }

    /// A login that owns the database.
    pub(crate) async fn owner(&mut self, attributes: &str) -> String {
        let name = self.login("owner", attributes).await;
        let database = self.database();
        administer(&format!("ALTER DATABASE {database} OWNER TO \"{name}\"")).await;
        name
    }

    pub(crate) fn url(&self, login: &str) -> String {
        let (_, host) = self.place.url.split_once('@').unwrap();
        format!("postgres://{}:secret@{host}", login.replace(' ', "%20"))
    }

    pub(crate) async fn open_as(
        &self,
        login: &str,
        migrate: MigrateMode,
    ) -> ringfence::Result<Ringfence> {
        let options = OpenOptions {
            migrate,
            ..OpenOptions::default()
        };
        Ringfence::open(self.url(login), options).await
    }

    /// It opens for this login, and closes again.
    pub(crate) async fn opens(&self, login: &str, migrate: MigrateMode) {
        let rf = self.open_as(login, migrate).await.unwrap();
        rf.shutdown().await.unwrap();
    }

    /// The runtime role of this database.
    pub(crate) async fn role(&self) -> String {
        let granted = "SELECT DISTINCT grantee::text FROM information_schema.role_table_grants
            WHERE table_name = 'ringfence_schema_history' AND grantee LIKE 'ringfence\\_%'";
        let client = connect(&self.place.url).await;
        client.query_one(granted, &[]).await.unwrap().get(0)
    }

    pub(crate) async fn clear(self) {
        self.place.remove().await;
        for login in self.logins {
            administer(&format!("DROP ROLE \"{login}\"")).await;
        }
    }
}

impl House {
    pub(crate) async fn admin(&self, tenant: &str) -> String {
        self.admin_in("public", tenant).await
    }

    pub(crate) async fn admin_in(&self, schema: &str, tenant: &str) -> String {
        let sql = format!("SELECT id FROM {schema}.users WHERE tenant_id = '{tenant}'");
        self.place.raw_text(&sql).await.unwrap()
    }
}

pub(crate) async fn found(rf: &Ringfence, name: &str) -> Result<(), Error> {
    let new = NewTenant {
        id: Some(name.into()),
        ..NewTenant::new(name, NewUser::new("admin"))
    };
    let founded = rf.create_tenant("suite".into(), new).await?;
    works(rf, name, founded.admin.id.as_str()).await;
    Ok(())
}

/// A session of the tenant writes and reads.
pub(crate) async fn works(rf: &Ringfence, tenant: &str, actor: &str) {
    let session = rf.session(tenant.into(), actor.into()).await.unwrap();
    let name = format!("drone {}", rand::random::<u64>());
    let drone = register(&session, name).await.unwrap();
    assert_eq!(session.drones().get(drone.id.clone()).await.unwrap(), drone);
    assert!(session.audit().verify().await.unwrap().is_intact());
}

pub(crate) fn schema_error<T>(outcome: Result<T, Error>) -> (String, String) {
    match outcome {
        Err(Error::Schema { code, detail }) => (code, detail),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it worked"),
    }
}

/// What a refusal tells a DBA to run.
pub(crate) fn statements(detail: &str) -> &str {
    let (_, statements) = detail.split_once(": ").unwrap();
    assert!(statements.ends_with(';'), "{detail}");
    statements
}

/// What the runtime role may do at a version, as the catalogue says it: `table privilege [column]`.
pub(crate) fn declared(version: u32) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for table in schema::catalogue() {
        for privilege in table.runtime_at(version) {
            let name = table.name;
            match privilege {
                Privilege::Select => all.insert(format!("{name} SELECT")),
                Privilege::Insert => all.insert(format!("{name} INSERT")),
                Privilege::Update => all.insert(format!("{name} UPDATE")),
                Privilege::Delete => all.insert(format!("{name} DELETE")),
                Privilege::UpdateOf(columns) => {
                    all.extend(
                        columns
                            .iter()
                            .map(|column| format!("{name} UPDATE {column}")),
                    );
                    true
                }
            };
        }
    }
    all.insert("ringfence_schema_history SELECT".into());
    all
}

pub(crate) async fn granted(house: &House, role: &str) -> BTreeSet<String> {
    let sql = format!(
        "SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants WHERE grantee = '{role}'
         UNION ALL
         SELECT table_name || ' ' || privilege_type || ' ' || column_name
         FROM information_schema.role_column_grants c WHERE grantee = '{role}' AND NOT EXISTS (
             SELECT FROM information_schema.role_table_grants t WHERE t.grantee = c.grantee
                 AND t.table_name = c.table_name AND t.privilege_type = c.privilege_type)"
    );
    let rows = connect(&house.place.url)
        .await
        .query(&sql, &[])
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
