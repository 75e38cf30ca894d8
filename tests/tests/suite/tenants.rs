//! Creating, listing, disabling and enabling tenants, and what operators give back to them.

mod admins;
mod growth;

use ringfence::model::{Action, EventFilter, NewTenant, NewUser, PageRequest, Permission};
use ringfence::{Error, MigrateMode, OpenOptions, Ringfence, SecretKey};
use ringfence_tests::fixture::{Engine, Place, World, each_engine};

use crate::calls::operators::each_operation;

fn tenant(id: Option<&str>, name: &str) -> NewTenant {
    NewTenant {
        id: id.map(Into::into),
        ..NewTenant::new(name, NewUser::new("admin"))
    }
}

fn operator() -> String {
    "operator".to_owned()
}

fn code_and_field(error: &Error) -> (&str, Option<&str>) {
    (error.code(), error.field())
}

each_engine!(
    #[tokio::test]
    async fn a_new_tenant_has_its_first_admin(place: &Place) {
        let ringfence = Ringfence::open(place.url.clone(), OpenOptions::default())
            .await
            .unwrap();
        let made = ringfence
            .create_tenant(operator(), tenant(None, "Nordwind"))
            .await
            .unwrap();
        assert_eq!(made.tenant.name, "Nordwind");
        assert_eq!(made.tenant.disabled_at, None);
        assert_eq!(
            ringfence.tenant(made.tenant.id.clone()).await.unwrap(),
            made.tenant
        );
        ringfence
            .session(made.tenant.id, made.admin.id)
            .await
            .unwrap();
        ringfence.shutdown().await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn names_and_ids_of_tenants_are_unique(world: &World) {
        let create = async |new| world.ringfence.create_tenant(operator(), new).await;
        let taken = create(tenant(None, "north")).await.unwrap_err();
        assert_eq!(code_and_field(&taken), ("taken", Some("name")));
        let taken = create(tenant(Some("north"), "other")).await.unwrap_err();
        assert_eq!(code_and_field(&taken), ("taken", Some("id")));
        let reserved = create(tenant(Some("~x"), "other")).await.unwrap_err();
        assert_eq!(code_and_field(&reserved), ("invalid", Some("id")));
        let blank = create(tenant(None, " ")).await.unwrap_err();
        assert_eq!(code_and_field(&blank), ("invalid", Some("name")));
    }
);

each_engine!(
    #[tokio::test]
    async fn tenants_are_listed_in_pages_in_bytewise_order(world: &World) {
        for id in ["Zulu", "alpha", "éclair"] {
            let new = tenant(Some(id), id);
            world
                .ringfence
                .create_tenant(operator(), new)
                .await
                .unwrap();
        }
        let alpha = "alpha".into();
        let disabled = world.ringfence.disable_tenant(operator(), alpha);
        let disabled = disabled.await.unwrap();
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = PageRequest {
                limit: Some(2),
                after,
            };
            let page = world.ringfence.tenants(page).await.unwrap();
            seen.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(seen.contains(&disabled));
        let names: Vec<&str> = seen.iter().map(|tenant| tenant.name.as_str()).collect();
        assert_eq!(names, ["Zulu", "alpha", "north", "south", "éclair"]);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_tenant_is_renamed_and_goes_on_under_its_id(world: &World) {
        let (ringfence, north) = (&world.ringfence, &world.north);
        let open = north.admin().await;
        let rename =
            |name: &str| ringfence.rename_tenant(operator(), north.tenant.clone(), name.into());
        let renamed = rename("Northern lights").await.unwrap();
        assert_eq!(renamed.name, "Northern lights");
        assert_eq!(ringfence.tenant(north.tenant.clone()).await, Ok(renamed));
        assert_eq!(open.tenant().await.unwrap().name, "Northern lights");
        for (name, code) in [
            ("Northern lights", "taken"),
            ("south", "taken"),
            (" ", "invalid"),
        ] {
            let refused = rename(name).await.unwrap_err();
            assert_eq!(code_and_field(&refused), (code, Some("name")));
        }
        let nobody = ringfence.rename_tenant(operator(), "nowhere".into(), "x".into());
        assert_eq!(nobody.await.unwrap_err().code(), "not_found");
        let told = ringfence
            .deployment_log()
            .events(Default::default(), Default::default())
            .await
            .unwrap();
        let told = told.items.last().unwrap();
        let detail = told.detail.as_ref().unwrap().to_string();
        assert!(detail.contains(r#""name":"Northern lights""#), "{detail}");
        assert!(detail.contains(r#""name":"north""#), "{detail}");
    }
);

each_engine!(
    #[tokio::test]
    async fn a_disabled_tenant_opens_no_session_and_ends_those_that_are_open(world: &World) {
        let (ringfence, north) = (&world.ringfence, &world.north);
        let open = north.admin().await;
        let elsewhere = world.south.admin().await;
        let list = async |session: &ringfence::TenantSession| {
            let drones = session.drones();
            drones
                .list(Default::default(), Default::default())
                .await
                .map(drop)
        };
        list(&open).await.unwrap();

        let disabled = ringfence
            .disable_tenant(operator(), north.tenant.clone())
            .await
            .unwrap();
        assert!(disabled.disabled_at.is_some());
        assert_eq!(list(&open).await, Err(Error::Unauthenticated));
        assert_eq!(list(&elsewhere).await, Ok(()));
        let session = ringfence.session(north.tenant.clone(), north.admin.clone());
        assert_eq!(session.await.err(), Some(Error::Unauthenticated));
        let again = ringfence.disable_tenant(operator(), north.tenant.clone());
        assert_eq!(again.await.unwrap_err().code(), "already_disabled");

        let enabled = ringfence
            .enable_tenant(operator(), north.tenant.clone())
            .await
            .unwrap();
        assert_eq!(enabled.disabled_at, None);
        list(&open).await.unwrap();
        let again = ringfence.enable_tenant(operator(), north.tenant.clone());
        assert_eq!(again.await.unwrap_err().code(), "not_disabled");
    }
);

each_engine!(
    #[tokio::test]
    async fn a_tenant_decides_about_self_approval_for_itself(world: &World) {
        let north = &world.north;
        let admin = north.admin().await;
        let allowed = admin.set_self_approval(true).await.unwrap();
        assert!(allowed.self_approval);
        assert_eq!(admin.tenant().await.unwrap(), allowed);
        let south = world.south.admin().await;
        assert!(!south.tenant().await.unwrap().self_approval);

        let audit = admin.audit();
        let page = audit.events(EventFilter::default(), PageRequest::default());
        let event = page.await.unwrap().items.pop().unwrap();
        assert_eq!(
            (
                event.action,
                event.entity_type.as_str(),
                event.entity_id.as_str()
            ),
            (Action::Update, "tenant", "north")
        );
        let detail = event.detail.unwrap();
        assert!(
            detail
                .as_str()
                .contains(r#""after":{"self_approval":true}"#)
        );

        for (held, lacks) in [
            (Permission::IdentityWrite, "mission.approve"),
            (Permission::MissionApprove, "identity.write"),
        ] {
            let session = north.holder(&[held]).await;
            let refused = Error::Forbidden {
                permission: lacks.to_owned(),
            };
            assert_eq!(session.set_self_approval(false).await, Err(refused));
        }
        assert!(admin.tenant().await.unwrap().self_approval);
    }
);

/// What every operator's method that takes a tenant's id says of this one.
async fn refusals(ringfence: &Ringfence, id: &str) -> Vec<Error> {
    vec![
        ringfence.tenant(id.into()).await.unwrap_err(),
        ringfence
            .disable_tenant(operator(), id.into())
            .await
            .unwrap_err(),
        ringfence
            .enable_tenant(operator(), id.into())
            .await
            .unwrap_err(),
    ]
}

each_engine!(
    #[tokio::test]
    async fn a_tenant_that_does_not_exist_is_not_found(world: &World) {
        for refused in refusals(&world.ringfence, "nobody").await {
            assert!(refused.is_not_found(), "{refused:?}");
        }
    }
);

each_engine!(
    /// The ids that are the library's own are refused at every entry that takes a tenant's, before anything is looked at.
    #[tokio::test]
    async fn a_reserved_id_is_invalid_wherever_a_tenant_is_named(world: &World) {
        let ringfence = &world.ringfence;
        for id in ["~deployment", "~", "~north", "system"] {
            let mut refused = refusals(ringfence, id).await;
            let new = tenant(Some(id), "east");
            refused.push(ringfence.create_tenant(operator(), new).await.unwrap_err());
            for refused in refused {
                assert_eq!(refused.field(), Some("id"), "{refused:?}");
                assert_eq!(refused.status(), 422);
            }
            let actor = world.north.admin.clone();
            let opened = ringfence.session(id.into(), actor).await;
            let login = ringfence.login(id.into(), "admin".into(), "correct horse".into());
            for refused in [opened.err(), login.await.err()] {
                let refused = refused.unwrap();
                assert_eq!(refused.field(), Some("tenant"), "{refused:?}");
                assert_eq!(refused.status(), 422);
            }
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn every_act_of_an_operator_upon_a_tenant_is_an_event_in_the_deployments_log_and_the_tenants(
        world: &World,
    ) {
        let size = async || {
            let query =
                "SELECT CAST(size AS TEXT) FROM audit_heads WHERE tenant_id = '~deployment'";
            let text = world.place.raw_text(query).await.unwrap();
            text.parse::<u64>().unwrap()
        };
        let before = size().await;
        let new = tenant(Some("east"), "east");
        let founded = world.ringfence.create_tenant(operator(), new).await;
        let admin = founded.unwrap().admin.id;
        world
            .ringfence
            .disable_tenant(operator(), "east".into())
            .await
            .unwrap();
        let refused = world
            .ringfence
            .disable_tenant(operator(), "east".into())
            .await;
        assert!(refused.is_err());
        world
            .ringfence
            .enable_tenant(operator(), "east".into())
            .await
            .unwrap();
        assert_eq!(size().await, before + 3);

        // In the tenant's log nobody of its own acted; the operator is named.
        let session = world.ringfence.session("east".into(), admin).await.unwrap();
        let audit = session.audit();
        let events = audit.events(EventFilter::default(), PageRequest::default());
        let events = events.await.unwrap().items;
        let told: Vec<(Action, &str, &str)> = events
            .iter()
            .map(|event| {
                (
                    event.action.clone(),
                    event.actor.as_str(),
                    event.entity_id.as_str(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (Action::Create, "~deployment", "east"),
                (Action::Update, "~deployment", "east"),
                (Action::Update, "~deployment", "east"),
            ]
        );
        let named = format!(r#""operator":"{}""#, operator());
        for event in &events {
            let detail = event.detail.as_ref().unwrap().as_str();
            assert!(detail.contains(&named), "{detail}");
        }
        assert!(audit.verify().await.unwrap().is_intact());
        let deployment = world.ringfence.deployment_log();
        assert!(deployment.verify().await.unwrap().is_intact());
        // Each event has a salt of its own.
        let salts = "SELECT count(*) - count(DISTINCT salt) FROM audit_events";
        assert_eq!(world.place.count(salts).await, 0);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_login_that_is_the_runtime_role_itself_does_nothing_that_operators_do(world: &World) {
        if world.place.engine == Engine::Sqlite {
            // There are no logins: whoever opens the file is the operator.
            return;
        }
        let database = world.place.url.rsplit('/').next().unwrap();
        let bare = format!("{database}_bare");
        let role = "SELECT DISTINCT grantee::text FROM information_schema.role_table_grants \
                    WHERE table_name = 'drones' AND grantee LIKE 'ringfence\\_%'";
        let role = world.place.raw_text(role).await.unwrap();
        let login = format!("CREATE ROLE {bare} LOGIN PASSWORD 'bare'; GRANT {role} TO {bare}");
        world.place.raw(&login).await.unwrap();
        let (_, server) = world.place.url.rsplit_once('@').unwrap();
        let options = OpenOptions {
            migrate: MigrateMode::Check,
            // Neither of the two that sealing anew is called with, which nobody hears who may not call it.
            secret_key: Some(SecretKey::new(vec![3; 32]).into()),
            ..OpenOptions::default()
        };
        let url = format!("postgres://{bare}:bare@{server}");
        let ringfence = Ringfence::open(url, options).await.unwrap();

        let refused = Error::Forbidden {
            permission: "database.operator".to_owned(),
        };
        let mut served = Vec::new();
        for (method, outcome) in each_operation(&ringfence, &world.north.admin).await {
            if outcome != Err(refused.clone()) {
                served.push(method);
            }
        }
        // Nobody is an operator for any of these.
        let expected = ["migration_status", "session", "login"];
        assert_eq!(served, expected.map(|method| format!("ringfence.{method}")));

        let north = &world.north;
        // What a tenant's sessions do, it does.
        let session = ringfence.session(north.tenant.clone(), north.admin.clone());
        let identity = session.await.unwrap().identity();
        let mara = NewUser {
            password: Some("correct horse".to_owned()),
            ..NewUser::new("mara")
        };
        identity.create_user(mara).await.unwrap();
        let attempt = async |password: &str| {
            ringfence
                .login(north.tenant.clone(), "mara".into(), password.into())
                .await
        };
        assert_eq!(
            attempt("wrong horse").await.err(),
            Some(Error::Unauthenticated)
        );
        attempt("correct horse").await.unwrap();
        ringfence.shutdown().await.unwrap();
        let gone = format!("DROP ROLE {bare}");
        world.place.raw(&gone).await.unwrap();
    }
);
