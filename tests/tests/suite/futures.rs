//! How large the future of a call is: hosts nest them in their own, and a thread's stack holds what is polled.

use std::mem::size_of_val;

use ringfence::model::{DroneFilter, EventFilter, NewUser, PageRequest};
use ringfence_tests::fixture::{World, each_engine, new_drone};

/// In bytes. A future of its own for every step of a nested call takes as much again, unoptimised.
const MOST: usize = 4 << 10;

each_engine!(
    #[tokio::test]
    async fn the_future_of_a_call_is_small(world: &World) {
        let session = world.north.admin().await;
        let (drones, missions, audit) = (session.drones(), session.missions(), session.audit());
        let identity = session.identity();
        let id = || "nobody".to_owned();
        let page = PageRequest::default;
        let sizes = [
            (
                "open",
                size_of_val(&world.place.open(ringfence::MigrateMode::Check)),
            ),
            (
                "session",
                size_of_val(&world.ringfence.session(id().into(), id().into())),
            ),
            (
                "login",
                size_of_val(&world.ringfence.login(id().into(), id(), id())),
            ),
            (
                "identity.create_user",
                size_of_val(&identity.create_user(NewUser::new("kite"))),
            ),
            (
                "identity.set_password",
                size_of_val(&identity.set_password(id().into(), id())),
            ),
            ("whoami", size_of_val(&session.whoami())),
            ("drones.get", size_of_val(&drones.get(id().into()))),
            (
                "drones.list",
                size_of_val(&drones.list(DroneFilter::default(), page())),
            ),
            (
                "drones.register",
                size_of_val(&drones.register(new_drone("kite"))),
            ),
            ("missions.get", size_of_val(&missions.get(id().into()))),
            (
                "audit.events",
                size_of_val(&audit.events(EventFilter::default(), page())),
            ),
            ("audit.verify", size_of_val(&audit.verify())),
        ];
        println!("{sizes:?}");
        let large: Vec<_> = sizes.iter().filter(|(_, size)| *size > MOST).collect();
        assert!(large.is_empty(), "{large:?}");
    }
);
