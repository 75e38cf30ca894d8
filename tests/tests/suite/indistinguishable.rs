//! Invariant 4: another tenant's id is like one that exists nowhere. The same error to the byte and the same
//! statements, whether or not the caller holds the permission.
//!
//! The calls are those of the table of calls that name something.

use ringfence::model::{NewUser, UserUpdate};
use ringfence::{Error, TenantSession, testing};
use ringfence_tests::fixture::{Engine, World, each_engine};

use crate::calls::things::{self, Ids, drone, nowhere};
use crate::calls::{Asked, Call, FILTERS, lookups};

/// What a call showed: its answer to the byte, and the statements that it ran for the caller's tenant.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    answer: Result<String, (String, String, u16)>,
    statements: Vec<&'static str>,
}

async fn show(lookup: &Call, asked: &Asked, tenant: &str) -> Shown {
    drop(testing::sequence(tenant));
    let answer = (lookup.make)(asked).await;
    Shown {
        answer: answer.map_err(|error| (format!("{error:?}"), error.to_string(), error.status())),
        statements: testing::sequence(tenant),
    }
}

struct Neighbours {
    /// Whose sessions ask, and by what the statements are told from other tests'.
    tenant: String,
    /// One who may do everything, and one who may do nothing.
    callers: [TenantSession; 2],
    own: Ids,
    theirs: Ids,
}

/// A tenant's id that no other test's statements are bound to.
fn unused_tenant(world: &World, stem: &str) -> String {
    static MET: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let number = MET.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    match world.place.engine {
        Engine::Sqlite => format!("{stem}-sqlite-{number}"),
        Engine::Postgres => format!("{stem}-postgres-{number}"),
    }
}

async fn neighbours(world: &World) -> Neighbours {
    let tenant = unused_tenant(world, "neighbour");
    let ours = world.found(&tenant).await;
    let own = things::settle(&ours, "ours").await;
    let callers = [ours.admin().await, ours.holder(&[]).await];
    let theirs = things::settle(&world.south, "theirs").await;
    let admin = world.south.admin().await;
    for number in 0..40 {
        drone(&admin, &format!("one more {number}")).await;
    }
    let theirs = Ids {
        seq: admin.audit().verify().await.unwrap().size - 1,
        ..theirs
    };
    assert!(
        theirs.seq > own.seq + 10,
        "their log reaches further than ours"
    );
    testing::watch(&tenant);
    Neighbours {
        tenant,
        callers,
        own,
        theirs,
    }
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn another_tenants_id_is_indistinguishable_from_a_random_one(world: &World) {
        let neighbours = neighbours(world).await;
        for (lookup, entity) in lookups() {
            let mut shown = Vec::new();
            for session in &neighbours.callers {
                // What the policy says is known from here on, as it is to a caller who asks a second time.
                session.whoami().await.unwrap();
                for foreign in [&neighbours.theirs, &nowhere()] {
                    let asked = Asked::named(session, foreign, &neighbours.own);
                    shown.push(show(lookup, &asked, &neighbours.tenant).await);
                }
            }
            let missing = Error::NotFound {
                entity: entity.to_owned(),
            };
            let expected = (format!("{missing:?}"), missing.to_string(), 404);
            for seen in &shown {
                assert_eq!(seen.answer, Err(expected.clone()), "{}", lookup.shown());
            }
            // With and without the permission, and whether the id is anybody's or nobody's.
            for seen in &shown {
                assert_eq!(seen.statements, shown[0].statements, "{}", lookup.shown());
            }
            assert!(!shown[0].statements.is_empty(), "{}", lookup.shown());
        }
    }
);

each_engine!(
    /// The list above is worth something only if the very same calls find what is the caller's own.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_same_calls_find_what_is_the_callers_own(world: &World) {
        let neighbours = neighbours(world).await;
        for (lookup, _) in lookups() {
            let asked = Asked::of(&neighbours.callers[1], &neighbours.own);
            // Whoever may do nothing is told so: what it names is there.
            let refused = (lookup.make)(&asked).await;
            match refused {
                Err(Error::Forbidden { .. }) => {}
                other => panic!("{}: {other:?}", lookup.shown()),
            }
        }
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_filter_by_another_tenants_id_selects_nothing(world: &World) {
        let neighbours = neighbours(world).await;
        for lookup in FILTERS {
            for session in &neighbours.callers {
                session.whoami().await.unwrap();
                // The first refusal of a kind is recorded, those that follow are counted: one goes ahead.
                let ahead = Asked::named(session, &nowhere(), &neighbours.own);
                drop((lookup.make)(&ahead).await);
                let mut shown = Vec::new();
                for foreign in [&neighbours.theirs, &nowhere()] {
                    let asked = Asked::named(session, foreign, &neighbours.own);
                    shown.push(show(lookup, &asked, &neighbours.tenant).await);
                }
                assert_eq!(shown[0], shown[1], "{}", lookup.shown());
                if let Ok(answer) = &shown[0].answer {
                    let nothing = answer.contains("items: []") || answer == "0";
                    assert!(nothing, "{}: {answer}", lookup.shown());
                }
            }
        }
    }
);

each_engine!(
    /// Nor does a session open differently for a user of another tenant.
    #[tokio::test(flavor = "multi_thread")]
    async fn another_tenants_user_opens_no_session(world: &World) {
        let neighbours = neighbours(world).await;
        let mut shown = Vec::new();
        for user in [neighbours.theirs.user.clone(), nowhere().user] {
            drop(testing::sequence(&neighbours.tenant));
            let opened = world
                .ringfence
                .session(neighbours.tenant.as_str().into(), user);
            let refusal = opened.await.err().expect("no session");
            assert_eq!(refusal, Error::Unauthenticated);
            shown.push((
                format!("{refusal:?}"),
                testing::sequence(&neighbours.tenant),
            ));
        }
        assert_eq!(shown[0], shown[1]);
    }
);

each_engine!(
    /// Nor does a login show whether there is a user of that name: every refused attempt runs the same statements, the
    /// first as well as later ones, whatever was recorded of others before.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_name_that_nobody_has_is_indistinguishable_from_one_that_somebody_has(world: &World) {
        let tenant = unused_tenant(world, "login");
        let home = world.found(&tenant).await;
        let admin = home.admin().await;
        let identity = admin.identity();
        let with_password = async |username: &str| {
            let new = NewUser {
                password: Some("correct horse".to_owned()),
                ..NewUser::new(username)
            };
            identity.create_user(new).await.unwrap().id
        };
        with_password("mara").await;
        let off = UserUpdate {
            is_active: Some(false),
            ..UserUpdate::default()
        };
        let inactive = with_password("lena").await;
        identity.update_user(inactive, off).await.unwrap();
        testing::watch(&tenant);

        let attempt = async |username: &str, password: &str| {
            // What was handed over before is written, and its statements are not this attempt's.
            admin.set_self_approval(true).await.unwrap();
            admin.set_self_approval(false).await.unwrap();
            drop(testing::sequence(&tenant));
            let (username, password) = (username.to_owned(), password.to_owned());
            let login = world
                .ringfence
                .login(tenant.as_str().into(), username, password);
            assert_eq!(login.await.err(), Some(Error::Unauthenticated));
            // Behind what was handed over with the answer.
            admin.set_self_approval(true).await.unwrap();
            of_the_attempt(testing::sequence(&tenant))
        };
        // The first names that nobody has, and one of them when others were recorded already.
        let names = [
            ("nobody", "wrong horse"),
            ("mara", "wrong horse"),
            ("somebody", "wrong horse"),
            ("lena", "correct horse"),
            // A user without a password.
            ("admin", "wrong horse"),
            ("anybody", "wrong horse"),
        ];
        for first in [true, false] {
            let mut shown = Vec::new();
            for (username, password) in names {
                shown.push((username, attempt(username, password).await));
            }
            for (username, (statements, behind)) in &shown {
                assert_eq!(*statements, shown[0].1.0, "{username}");
                assert!(!statements.contains(&"EVENT_INSERT"), "{username}");
                // Whoever comes next waits for it.
                assert_eq!(*behind, usize::from(first), "{username}");
            }
        }
    }
);

/// The statements of a refused attempt, which ends with the fourth counter that it writes, and how many counters are
/// written behind it.
fn of_the_attempt(mut statements: Vec<&'static str>) -> (Vec<&'static str>, usize) {
    let is_written = |name: &&str| *name == "THROTTLE_PUT";
    let written = |(place, name)| is_written(name).then_some(place);
    let end = statements.iter().enumerate().filter_map(written).nth(3);
    let behind = statements.split_off(end.expect("four counters") + 1);
    assert!(!behind.contains(&"CANDIDATE"), "{behind:?}");
    (
        statements,
        behind.iter().filter(|name| is_written(name)).count(),
    )
}
