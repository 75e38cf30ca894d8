//! The version that a caller saw: whoever names one that the row has no more is refused, and nothing is told of it.

use std::collections::BTreeSet;

use quote::ToTokens;
use ringfence_tests::fixture::{World, each_engine};

use super::things;
use super::{Asked, CALLS, Call, HANDLES, defined};
use crate::sources;

fn of_a_version() -> impl Iterator<Item = &'static Call> {
    CALLS.iter().filter(|call| call.names_a_version())
}

#[test]
fn whatever_takes_a_version_is_called_with_one() {
    let taking = defined(&HANDLES).into_iter().filter(|(_, signature)| {
        let inputs = signature.inputs.to_token_stream().to_string();
        // An update holds the version that it is of.
        inputs.contains("version") || inputs.contains("Update")
    });
    let called: BTreeSet<String> = of_a_version().map(|call| call.method.to_owned()).collect();
    sources::same(
        &taking.map(|(method, _)| method).collect(),
        &called,
        [
            "takes a version: add a line to CALLS in tests/tests/suite/calls.rs that names `id.version`",
            "called with a version, and takes none",
        ],
    );
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_version_that_was_seen_before_is_refused_by_every_call_that_names_one_and_leaves_no_event(
        world: &World,
    ) {
        let home = &world.north;
        let session = home.member("admin").await;
        let events = async || session.audit().verify().await.unwrap().size;
        for (call, ids) in things::settle_for(home, of_a_version()).await {
            let asked = Asked::of(&session, &ids);
            let first = (call.make)(&asked).await;
            assert!(first.is_ok(), "{}: {first:?}", call.shown());
            let before = events().await;
            let refused = (call.make)(&asked).await.expect_err(&call.shown());
            assert_eq!(
                (refused.status(), refused.code(), refused.field()),
                (409, "stale_version", Some("version")),
                "{}",
                call.shown()
            );
            assert_eq!(events().await, before, "{}", call.shown());
        }
    }
);
