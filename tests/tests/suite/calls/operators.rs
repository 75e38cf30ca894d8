//! The table of what operators call: every public method of an open database and of its own log, once.

use std::collections::BTreeSet;

use futures_util::future::BoxFuture;
use ringfence::model::{EventFilter, NewTenant, NewUser, UserId};
use ringfence::{Error, Ringfence};

use super::things::page;
use crate::sources;

/// A call of a method.
pub(crate) struct Operation {
    /// The handle and the method.
    pub(crate) method: &'static str,
    make: for<'a> fn(&'a Ringfence, &'a UserId) -> BoxFuture<'a, Result<(), Error>>,
}

macro_rules! operations {
    (|$rf:ident, $admin:ident| $($handle:ident . $method:ident => $call:expr;)+) => {
        &[$(Operation {
            method: concat!(stringify!($handle), ".", stringify!($method)),
            make: |$rf, $admin| Box::pin(async move {
                #[allow(unused_variables, reason = "a session alone is somebody's")]
                let $admin = $admin;
                $call.await.map(drop)
            }),
        }),+]
    };
}

/// `handle.method => call`, about the tenant `north` and its first user; each possible behind those before it.
const OPERATIONS: &[Operation] = operations! { |rf, admin|
    ringfence.migration_status => rf.migration_status();
    ringfence.rollback => rf.rollback(operator(), 8, None);
    ringfence.migrate => rf.migrate(operator(), None, None);
    ringfence.integrity_scan => rf.integrity_scan();
    ringfence.create_tenant => rf.create_tenant(operator(), another());
    ringfence.tenants => rf.tenants(page());
    ringfence.tenant => rf.tenant("north".into());
    ringfence.disable_tenant => rf.disable_tenant(operator(), "north".into());
    ringfence.enable_tenant => rf.enable_tenant(operator(), "north".into());
    ringfence.session => rf.session("north".into(), admin.clone());
    ringfence.login => rf.login(FOUNDED.into(), "someone".into(), password());
    log.events => rf.deployment_log().events(EventFilter::default(), page());
    log.event => rf.deployment_log().event(0);
    log.verify => rf.deployment_log().verify();
};

/// The methods that are no line of the table, and why.
const BESIDES: [(&str, &str); 3] = [
    ("ringfence.open", "makes the handle"),
    ("ringfence.open_with_source", "likewise, for tests"),
    (
        "ringfence.shutdown",
        "serves when nothing else does any more",
    ),
];

/// The handles, as the sources name their types.
const HANDLES: [(&str, &str); 2] = [("ringfence", "Ringfence"), ("log", "DeploymentLog")];

/// The tenant that is created.
pub(crate) const FOUNDED: &str = "another";

fn operator() -> String {
    "suite".to_owned()
}

fn password() -> String {
    "a long password".to_owned()
}

fn another() -> NewTenant {
    NewTenant {
        id: Some(FOUNDED.into()),
        name: FOUNDED.to_owned(),
        admin: NewUser {
            username: "someone".to_owned(),
            password: Some(password()),
        },
    }
}

/// Makes every call of the table, and keeps what came of each.
pub(crate) async fn each_operation(
    rf: &Ringfence,
    admin: &UserId,
) -> Vec<(String, Result<(), Error>)> {
    let mut came_of = Vec::new();
    for operation in OPERATIONS {
        let outcome = (operation.make)(rf, admin).await;
        came_of.push((operation.method.to_owned(), outcome));
    }
    came_of
}

#[test]
fn every_public_method_of_a_database_and_its_log_is_in_the_table() {
    let owners = BTreeSet::from(HANDLES.map(|(_, owner)| owner.to_owned()));
    let defined = sources::methods_of("core/src", &owners);
    let defined: BTreeSet<String> = defined
        .into_iter()
        .map(|(method, owner)| {
            let (handle, _) = HANDLES.iter().find(|(_, name)| *name == owner).unwrap();
            format!("{handle}.{method}")
        })
        .collect();
    let listed = OPERATIONS.iter().map(|it| it.method.to_owned());
    let besides = BESIDES.iter().map(|(method, _)| (*method).to_owned());
    sources::same(
        &defined,
        &listed.chain(besides).collect(),
        [
            "in no line of OPERATIONS in tests/tests/suite/calls/operators.rs, and not named as no line of it",
            "listed there, and a method no more",
        ],
    );
}
