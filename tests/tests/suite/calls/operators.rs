//! The table of what operators call: every public method of an open database and of its own log, once.

use futures_util::future::BoxFuture;
use ringfence::model::{EventFilter, NewTenant, NewUser, PageRequest, UserId};
use ringfence::{Error, Ringfence};

use super::{Listed, defined};
use crate::sources;

/// A call of a method.
pub(crate) struct Operation {
    /// The handle and the method.
    pub(crate) method: &'static str,
    make: for<'a> fn(&'a Ringfence, &'a UserId) -> BoxFuture<'a, Result<(), Error>>,
    /// A page of it, where it lists.
    list: Option<List>,
}

/// Asks for a page of a list.
type List = for<'a> fn(&'a Ringfence, PageRequest) -> BoxFuture<'a, Listed>;

macro_rules! operations {
    (|$rf:ident, $admin:ident, $page:ident|
        $($handle:ident . $method:ident $(listing $key:ident)? => $call:expr;)+
    ) => {
        &[$(Operation {
            method: concat!(stringify!($handle), ".", stringify!($method)),
            make: |$rf, $admin| Box::pin(async move {
                #[allow(unused_variables, reason = "not every call lists, and a session alone is somebody's")]
                let ($admin, $page) = ($admin, PageRequest::default());
                $call.await.map(drop)
            }),
            list: listed!(|$rf, $page| $call, $($key)?),
        }),+]
    };
}

macro_rules! listed {
    (|$rf:ident, $page:ident| $call:expr,) => {
        None
    };
    (|$rf:ident, $page:ident| $call:expr, $key:ident) => {
        Some(|$rf, $page| {
            Box::pin(async move {
                let page = $call.await?;
                let keys = page.items.iter().map(|it| it.$key.to_string());
                Ok((keys.collect(), page.next))
            })
        })
    };
}

/// `handle.method listing key => call`, about the tenant `north` and its first user; each possible behind those before
/// it. What lists takes the page.
const OPERATIONS: &[Operation] = operations! { |rf, admin, page|
    ringfence.migration_status => rf.migration_status();
    ringfence.rollback => rf.rollback(operator(), 8, None);
    ringfence.migrate => rf.migrate(operator(), None, None);
    ringfence.integrity_scan => rf.integrity_scan();
    ringfence.create_tenant => rf.create_tenant(operator(), another());
    ringfence.tenants listing id => rf.tenants(page);
    ringfence.tenant => rf.tenant("north".into());
    ringfence.disable_tenant => rf.disable_tenant(operator(), "north".into());
    ringfence.enable_tenant => rf.enable_tenant(operator(), "north".into());
    ringfence.session => rf.session("north".into(), admin.clone());
    ringfence.login => rf.login(FOUNDED.into(), "someone".into(), password());
    log.events listing seq => rf.deployment_log().events(EventFilter::default(), page);
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
pub(super) const HANDLES: [(&str, &str); 2] =
    [("ringfence", "Ringfence"), ("log", "DeploymentLog")];

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

/// Those that list.
pub(crate) fn lists() -> impl Iterator<Item = (&'static str, List)> {
    let operations = OPERATIONS.iter();
    operations.filter_map(|operation| Some((operation.method, operation.list?)))
}

#[test]
fn every_public_method_of_a_database_and_its_log_is_in_the_table() {
    let listed = OPERATIONS.iter().map(|it| it.method.to_owned());
    let besides = BESIDES.iter().map(|(method, _)| (*method).to_owned());
    sources::same(
        &defined(&HANDLES).into_keys().collect(),
        &listed.chain(besides).collect(),
        [
            "in no line of OPERATIONS in tests/tests/suite/calls/operators.rs, and not named as no line of it",
            "listed there, and a method no more",
        ],
    );
}
