//! Recorded decisions: about what the tenant has, which stays; never changed, and read in the order of time.

use std::fmt::Debug;

use ringfence::model::{
    ApprovalEntity, ApprovalRecordFilter, ApprovalStatus, DroneId, Order, Resource,
    TimedPageRequest,
};
use ringfence::schema::{self, Parent};
use ringfence::{Error, Result};
use ringfence_tests::fixture::{Engine, World, each_engine, register};

use crate::calls::things::{self, Ids};

fn code<T: Debug>(outcome: Result<T>) -> String {
    outcome.unwrap_err().code().to_owned()
}

/// Everything that decisions are recorded about.
fn recorded(ids: &Ids) -> [Resource; 8] {
    [
        Resource::Mission {
            id: ids.mission.clone(),
        },
        Resource::Template {
            id: ids.template.clone(),
        },
        Resource::Task {
            id: ids.task.clone(),
        },
        Resource::Observation {
            id: ids.observation.clone(),
        },
        Resource::Defect {
            id: ids.defect.clone(),
        },
        Resource::Incident {
            id: ids.incident.clone(),
        },
        Resource::Alert {
            id: ids.alert.clone(),
        },
        Resource::Drone {
            id: ids.drone.clone(),
        },
    ]
}

/// What leads to the table that a record names.
fn chosen() -> impl Iterator<Item = &'static Parent> {
    let records = schema::table("approval_records").unwrap();
    records.parents.iter().filter(|it| it.when.is_some())
}

fn about(drone: &DroneId) -> Resource {
    Resource::Drone { id: drone.clone() }
}

each_engine!(
    #[tokio::test]
    async fn a_decision_is_recorded_about_everything_that_the_catalogue_lets_one_be(world: &World) {
        let ids = things::settle(&world.north, "ours").await;
        let session = world.north.admin().await;
        let me = session.whoami().await.unwrap().user_id;
        let mut tables: Vec<&str> = Vec::new();
        for resource in recorded(&ids) {
            let approvals = session.approvals();
            let made = approvals.record(resource.clone(), ApprovalStatus::Approved);
            let made = made.await.unwrap();
            assert_eq!(made.entity_id, resource.id());
            assert_eq!(made.approved_by, me);
            assert_eq!(approvals.get(made.id.clone()).await.unwrap(), made);
            let named = |it: &&Parent| it.when.unwrap().is == made.entity_type.as_str();
            tables.push(chosen().find(named).unwrap().table);
        }
        assert_eq!(tables, chosen().map(|it| it.table).collect::<Vec<_>>());
        for resource in [
            Resource::Run {
                id: ids.run.clone(),
            },
            Resource::Export {
                id: ids.export.clone(),
            },
            Resource::LegacyCommand {
                id: ids.legacy_command.clone(),
            },
            Resource::User {
                id: ids.user.clone(),
            },
            Resource::Role {
                id: ids.role.clone(),
            },
        ] {
            let approvals = session.approvals();
            let refused = approvals.record(resource, ApprovalStatus::Approved);
            let refused = refused.await.unwrap_err();
            assert!(
                matches!(&refused, Error::Invalid { field, .. } if field == "resource"),
                "{refused:?}"
            );
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_decision_that_the_library_does_not_know_is_none(world: &World) {
        let session = world.north.admin().await;
        let kite = register(&session, "kite").await.unwrap().id;
        let text = "PERHAPS".to_owned();
        let approvals = session.approvals();
        let refused = approvals.record(about(&kite), ApprovalStatus::Other { text });
        let refused = refused.await.unwrap_err();
        assert_eq!(
            (refused.code(), refused.field()),
            ("invalid", Some("status"))
        );
        let all = approvals.count(ApprovalRecordFilter::default());
        assert_eq!(all.await, Ok(0));
    }
);

each_engine!(
    #[tokio::test]
    async fn what_was_decided_about_stays_and_what_only_shares_its_id_goes(world: &World) {
        let session = world.north.admin().await;
        let (drones, approvals) = (session.drones(), session.approvals());
        let kite = register(&session, "kite").await.unwrap().id;
        let made = approvals
            .record(about(&kite), ApprovalStatus::Rejected)
            .await
            .unwrap();
        let delete = async || drones.delete(kite.clone()).await;
        assert_eq!(code(delete().await), "in_use");
        let gone = format!("DELETE FROM approval_records WHERE id = '{}'", made.id);
        world.place.plant(&gone).await;
        // About a mission of the same id, and about another tenant's drone of it.
        let at = "'2026-01-01 00:00:00.000000'";
        let mission = format!(
            "INSERT INTO missions (tenant_id, id, name, plan_type, payload, constraints, state, created_by, created_at,
                 updated_at)
             VALUES ('north', '{kite}', 'm', 'AREA_GRID', '{{}}', '{{}}', 'DRAFT', 'ana', {at}, {at})"
        );
        world.place.plant(&mission).await;
        let id = kite.as_str().into();
        let of_mission = Resource::Mission { id };
        approvals
            .record(of_mission, ApprovalStatus::Approved)
            .await
            .unwrap();
        delete().await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn the_database_takes_no_decision_about_what_is_nothing_or_another_tenants(
        world: &World,
    ) {
        let ours = things::settle(&world.north, "ours").await;
        let theirs = things::settle(&world.south, "theirs").await;
        let me = world.north.admin().await.whoami().await.unwrap().user_id;
        let kinds = ApprovalEntity::ALL.iter().map(|kind| kind.as_str());
        let mut number = 0;
        let mut insert = async |kind: &str, id: &str| {
            number += 1;
            let record = format!(
                "INSERT INTO approval_records (tenant_id, id, entity_type, entity_id, status, approved_by, created_at)
                 VALUES ('north', 'r{number}', '{kind}', '{id}', 'APPROVED', '{me}', '2026-01-01 00:00:00.000000')"
            );
            world.place.raw(&record).await
        };
        for ((kind, own), other) in kinds.zip(recorded(&ours)).zip(recorded(&theirs)) {
            insert(kind, own.id()).await.unwrap();
            for wrong in [other.id(), "nothing", ""] {
                let refused = insert(kind, wrong).await.unwrap_err();
                assert!(refused.contains(&format!("_entity_{kind}")), "{refused}");
            }
            for wrong in ["MISSION", "Defect", "", "user"] {
                let refused = insert(wrong, own.id()).await.unwrap_err();
                assert!(refused.contains("fk_approval_records_tenant_entity"));
            }
        }
    }
);

/// As a foreign key would: whoever comes second waits, and is refused.
#[tokio::test]
async fn nobody_deletes_what_somebody_is_about_to_decide_about_on_postgres() {
    let world = World::new(Engine::Postgres).await;
    let session = world.north.admin().await;
    let me = session.whoami().await.unwrap().user_id;
    let record = |id: &str, drone: &DroneId| {
        format!(
            "INSERT INTO approval_records (tenant_id, id, entity_type, entity_id, status, approved_by, created_at)
             VALUES ('north', '{id}', 'drone', '{drone}', 'APPROVED', '{me}', now())"
        )
    };
    let kite = register(&session, "kite").await.unwrap().id;
    let heron = register(&session, "heron").await.unwrap().id;
    let cases = [
        (
            record("first", &kite),
            format!("DELETE FROM drones WHERE id = '{kite}'"),
            "ringfence.restrict:fk_approval_records_tenant_entity_drone",
        ),
        (
            format!("DELETE FROM drones WHERE id = '{heron}'"),
            record("second", &heron),
            "ringfence.reference:fk_approval_records_tenant_entity_drone",
        ),
    ];
    for (first, second, refusal) in cases {
        let (one, other) = (world.place.postgres().await, world.place.postgres().await);
        let pid: i32 = other
            .query_one("SELECT pg_backend_pid()", &[])
            .await
            .unwrap()
            .get(0);
        one.batch_execute(&format!("BEGIN; {first}")).await.unwrap();
        let waits = tokio::spawn(async move { other.batch_execute(&second).await });
        let asked = "SELECT count(*) FROM pg_locks WHERE pid = $1 AND NOT granted";
        while one
            .query_one(asked, &[&pid])
            .await
            .unwrap()
            .get::<_, i64>(0)
            == 0
        {
            assert!(!waits.is_finished(), "it did not wait");
            tokio::task::yield_now().await;
        }
        one.batch_execute("COMMIT").await.unwrap();
        let refused = waits.await.unwrap().unwrap_err();
        assert_eq!(refused.as_db_error().unwrap().message(), refusal);
    }
}

each_engine!(
    #[tokio::test]
    async fn decisions_are_read_in_the_order_of_time_and_by_what_narrows_them(world: &World) {
        let session = world.north.admin().await;
        let (kite, heron) = (
            register(&session, "kite").await.unwrap().id,
            register(&session, "heron").await.unwrap().id,
        );
        let approvals = session.approvals();
        let other = world.north.member("admin").await;
        let them = other.whoami().await.unwrap().user_id;
        let mut made = Vec::new();
        for (who, drone, status) in [
            (&session, &kite, ApprovalStatus::Pending),
            (&other, &kite, ApprovalStatus::Rejected),
            (&session, &heron, ApprovalStatus::Rejected),
        ] {
            let record = who.approvals().record(about(drone), status).await.unwrap();
            made.push(record.id);
        }
        // The clock of the fixture may stand still between two calls.
        for (number, id) in made.iter().enumerate() {
            let moved = format!(
                "UPDATE approval_records SET created_at = '2026-01-0{} 00:00:00.000000' WHERE id = '{id}'",
                number + 1
            );
            world.place.plant(&moved).await;
        }
        let listed = async |filter: ApprovalRecordFilter| {
            let count = approvals.count(filter.clone()).await.unwrap();
            let page = TimedPageRequest::in_order(Order::Newest);
            let found = approvals.list(filter, page).await.unwrap().items;
            assert_eq!(usize::try_from(count).unwrap(), found.len());
            let place = |id| made.iter().position(|it| *it == id).unwrap();
            found.into_iter().map(|it| place(it.id)).collect::<Vec<_>>()
        };
        let all = ApprovalRecordFilter::default;
        assert_eq!(listed(all()).await, [2, 1, 0]);
        let of_kite = ApprovalRecordFilter {
            entity_id: Some(kite.to_string()),
            ..all()
        };
        assert_eq!(listed(of_kite.clone()).await, [1, 0]);
        let of_them = ApprovalRecordFilter {
            approved_by: Some(them),
            ..all()
        };
        assert_eq!(listed(of_them).await, [1]);
        let rejected = ApprovalRecordFilter {
            status: Some(ApprovalStatus::Rejected),
            ..all()
        };
        assert_eq!(listed(rejected.clone()).await, [2, 1]);
        let both = ApprovalRecordFilter {
            status: rejected.status,
            ..of_kite.clone()
        };
        assert_eq!(listed(both).await, [1]);
        let of_missions = ApprovalRecordFilter {
            entity_type: Some(ApprovalEntity::Mission),
            ..of_kite
        };
        assert!(listed(of_missions).await.is_empty());
    }
);
