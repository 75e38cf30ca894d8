//! Starting roles follow what a later version of the library gives new tenants, on request and where nobody changed them.

use ringfence::model::{
    EventFilter, PageRequest, Permission, RoleGrowth, TenantGrowth, TenantGrowthPage,
};
use ringfence::testing::{grow_roles_later, role_growth_later};
use ringfence_tests::fixture::{Home, World, each_engine};
use serde_json::{Value, json};

const MORE: Permission = Permission::AlertRead;

async fn listed(world: &World) -> Vec<TenantGrowth> {
    let first = PageRequest::default();
    let page = role_growth_later(&world.ringfence, first, "inspector", MORE).await;
    page.unwrap().items
}

async fn grow(world: &World, tenant: &str) -> TenantGrowth {
    let tenant = tenant.into();
    let grown = grow_roles_later(&world.ringfence, "dana", tenant, "inspector", MORE).await;
    grown.unwrap()
}

async fn lacking(home: &Home, changed: bool) -> TenantGrowth {
    TenantGrowth {
        tenant_id: home.tenant.clone(),
        roles: vec![RoleGrowth {
            role_id: home.role("inspector").await,
            name: "inspector".into(),
            lacks: vec![MORE],
            changed,
        }],
    }
}

fn nothing(home: &Home) -> TenantGrowth {
    TenantGrowth {
        tenant_id: home.tenant.clone(),
        roles: Vec::new(),
    }
}

/// The details of the events of this method.
async fn told(
    events: impl Future<Output = ringfence::Result<ringfence::model::EventPage>>,
) -> Vec<Value> {
    let events = events.await.unwrap().items.into_iter();
    let of_growth = events.filter(|event| event.method == "grow_roles");
    let details = of_growth.map(|event| event.detail.unwrap());
    details
        .map(|detail| serde_json::from_str(detail.as_str()).unwrap())
        .collect()
}

each_engine!(
    #[tokio::test]
    async fn what_this_version_gives_every_tenant_has(world: &World) {
        let rf = &world.ringfence;
        let page = rf.role_growth(PageRequest::default()).await.unwrap();
        let wanted = TenantGrowthPage {
            items: vec![nothing(&world.north), nothing(&world.south)],
            next: None,
        };
        assert_eq!(page, wanted);
        let grown = rf.grow_roles("dana".into(), "north".into()).await.unwrap();
        assert_eq!(grown, nothing(&world.north));
        let (filter, page) = (EventFilter::default(), PageRequest::default());
        assert!(
            told(rf.deployment_log().events(filter, page))
                .await
                .is_empty()
        );
        let nowhere = rf.grow_roles("dana".into(), "nowhere".into()).await;
        assert_eq!(nowhere.unwrap_err().code(), "not_found");
    }
);

each_engine!(
    #[tokio::test]
    async fn a_role_that_nobody_changed_is_listed_and_grows_on_request_and_both_logs_say_so(
        world: &World,
    ) {
        let (north, south) = (&world.north, &world.south);
        let inspector = north.member("inspector").await;
        let refused = inspector.authorize(MORE, None).await.unwrap_err();
        assert!(refused.is_forbidden());
        let wanted = lacking(north, false).await;
        assert_eq!(
            listed(world).await,
            [wanted.clone(), lacking(south, false).await]
        );
        // Listing gives nothing.
        assert!(inspector.authorize(MORE, None).await.is_err());

        assert_eq!(grow(world, "north").await, wanted);
        inspector.authorize(MORE, None).await.unwrap();
        assert_eq!(
            listed(world).await,
            [nothing(north), lacking(south, false).await]
        );
        assert_eq!(grow(world, "north").await, nothing(north));

        let all = || (EventFilter::default(), PageRequest::default());
        let session = north.admin().await;
        let (filter, page) = all();
        let deployments = told(world.ringfence.deployment_log().events(filter, page)).await;
        let grown = json!({"grown": {"inspector": ["alert.read"]}, "left": []});
        assert_eq!(deployments, std::slice::from_ref(&grown));
        let (filter, page) = all();
        let of_north = told(session.audit().events(filter, page)).await;
        let mut with_operator = grown;
        with_operator["operator"] = "dana".into();
        assert_eq!(of_north, [with_operator]);
        assert!(session.audit().verify().await.unwrap().is_intact());
    }
);

each_engine!(
    #[tokio::test]
    async fn the_event_of_a_role_that_grows_names_those_that_are_left(world: &World) {
        let north = &world.north;
        let session = north.admin().await;
        let operator = north.role("operator").await;
        let identity = session.identity();
        identity
            .revoke(operator, Permission::AlertWrite)
            .await
            .unwrap();
        grow(world, "north").await;
        let (filter, page) = (EventFilter::default(), PageRequest::default());
        let told = told(session.audit().events(filter, page)).await;
        let grown = json!({"inspector": ["alert.read"]});
        assert_eq!(
            told,
            [json!({"grown": grown, "left": ["operator"], "operator": "dana"})]
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn a_role_that_its_tenant_changed_is_reported_and_left(world: &World) {
        let (north, south) = (&world.north, &world.south);
        let identity = north.admin().await.identity();
        let role = north.role("inspector").await;
        identity
            .revoke(role, Permission::DefectWrite)
            .await
            .unwrap();
        let mut changed = lacking(north, true).await;
        changed.roles[0].lacks = vec![Permission::DefectWrite, MORE];
        // What another version of the role inherits or denies is a change as well.
        let denied = "INSERT INTO role_denies (tenant_id, role_id, permission, created_at) \
                      SELECT 'south', id, 'incident.write', created_at FROM roles \
                      WHERE tenant_id = 'south' AND name = 'inspector'";
        world.place.raw(denied).await.unwrap();
        let wanted = [changed, lacking(south, true).await];
        assert_eq!(listed(world).await, wanted);
        let grants = "SELECT count(*) FROM role_permissions";
        let before = world.place.count(grants).await;
        for (tenant, wanted) in ["north", "south"].into_iter().zip(&wanted) {
            assert_eq!(&grow(world, tenant).await, wanted);
        }
        assert_eq!(world.place.count(grants).await, before);
        assert_eq!(listed(world).await, wanted);

        // A role that is gone, or has another name, is none of the starting ones.
        let renamed = "UPDATE roles SET name = 'surveyor' WHERE name = 'inspector'";
        world.place.raw(renamed).await.unwrap();
        assert_eq!(listed(world).await, [nothing(north), nothing(south)]);
    }
);
