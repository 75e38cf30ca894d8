//! The table of what operators call: every public method of an open database and of its own log, once.

use futures_util::future::BoxFuture;
use ringfence::model::{EventFilter, NewTenant, NewUser, PageRequest, UserId};
use ringfence::{Error, Ringfence};
use ringfence_tests::fixture::{another_key, secret_key};

use super::{Listed, Texts, defined};
use crate::sources;

/// A call of a method.
pub(crate) struct Operation {
    /// The handle and the method.
    pub(crate) method: &'static str,
    pub(crate) make: for<'a> fn(&'a Operating) -> BoxFuture<'a, Result<(), Error>>,
    /// A page of it, where it lists.
    list: Option<List>,
}

/// What a call sees: the database, the first user of `north`, and its texts.
pub(crate) struct Operating {
    pub(crate) rf: Ringfence,
    pub(crate) admin: UserId,
    pub(crate) texts: Texts,
}

/// Asks for a page of a list.
type List = for<'a> fn(&'a Ringfence, PageRequest) -> BoxFuture<'a, Listed>;

macro_rules! operations {
    (|$rf:ident, $admin:ident, $page:ident, $t:ident|
        $($handle:ident . $method:ident $(as $with:literal)? $(listing $key:ident)? => $call:expr;)+
    ) => {
        &[$(Operation {
            method: concat!(stringify!($handle), ".", stringify!($method)),
            make: |operating| Box::pin(async move {
                #[allow(unused_variables, reason = "not every call lists, or hands over a text")]
                let ($rf, $admin, $page, $t) = (
                    &operating.rf,
                    &operating.admin,
                    PageRequest::default(),
                    |field: &'static str, usual: &str| operating.texts.of(field, usual),
                );
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

/// `handle.method as "with what" listing key => call`, about the tenant `north` and its first user; each possible behind
/// those before it. What lists takes the `page`, and a text is `t(its field, the text)`.
pub(crate) const OPERATIONS: &[Operation] = operations! { |rf, admin, page, t|
    ringfence.migration_status => rf.migration_status();
    ringfence.rollback => rf.rollback(t("operator", OPERATOR), 8, None);
    ringfence.migrate => rf.migrate(t("operator", OPERATOR), None, None);
    ringfence.integrity_scan => rf.integrity_scan(None, None);
    ringfence.boundary_report => rf.boundary_report();
    ringfence.create_tenant => rf.create_tenant(t("operator", OPERATOR), NewTenant {
        id: Some(t("id", FOUNDED).into()),
        ..NewTenant::new(t("name", FOUNDED), NewUser {
            password: Some(t("admin.password", PASSWORD)), ..NewUser::new(t("admin.username", "someone"))
        })
    });
    ringfence.tenants listing id => rf.tenants(page);
    ringfence.tenant => rf.tenant(t("id", "north").into());
    ringfence.rename_tenant
        => rf.rename_tenant(t("operator", OPERATOR), t("id", "north").into(), t("name", "Northern lights"));
    ringfence.disable_tenant => rf.disable_tenant(t("operator", OPERATOR), t("id", "north").into());
    ringfence.enable_tenant => rf.enable_tenant(t("operator", OPERATOR), t("id", "north").into());
    ringfence.restore_admin
        => held(rf.restore_admin(t("operator", OPERATOR), t("tenant", "north").into(), t("username", "admin")));
    ringfence.create_admin => held(rf.create_admin(t("operator", OPERATOR), t("tenant", "north").into(), NewUser {
        password: Some(t("password", PASSWORD)), ..NewUser::new(t("username", "someone"))
    }));
    ringfence.role_growth listing tenant_id => rf.role_growth(page);
    ringfence.grow_roles => rf.grow_roles(t("operator", OPERATOR), t("tenant", "north").into());
    ringfence.rekey => rf.rekey(t("operator", OPERATOR), secret_key(), another_key());
    ringfence.rekey as "and back" => rf.rekey(OPERATOR.to_owned(), another_key(), secret_key());
    ringfence.session => rf.session(t("tenant", "north").into(), t("actor", admin.as_str()).into());
    ringfence.login
        => rf.login(t("tenant", FOUNDED).into(), t("username", "someone"), t("password", PASSWORD));
    log.events listing seq => rf.deployment_log().events(EventFilter::default(), page);
    log.events as "of a kind" => rf.deployment_log().events(EventFilter {
        entity_type: Some(t("entity_type", "tenant")), ..EventFilter::default()
    }, page);
    log.events as "of an entity" => rf.deployment_log().events(EventFilter {
        entity_id: Some(t("entity_id", "north")), ..EventFilter::default()
    }, page);
    log.events as "of an actor" => rf.deployment_log().events(EventFilter {
        actor: Some(t("actor", OPERATOR)), ..EventFilter::default()
    }, page);
    log.event => rf.deployment_log().event(0);
    log.verify => rf.deployment_log().verify();
};

/// A tenant that has an administrator is given none, which is all that a call finds in this database.
async fn held<T>(restored: impl Future<Output = Result<T, Error>>) -> Result<(), Error> {
    match restored.await {
        Err(error) if error.code() == "has_admin" => Ok(()),
        restored => restored.map(drop),
    }
}

const OPERATOR: &str = "suite";

const PASSWORD: &str = "a long password";

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

/// Makes every call of the table, and keeps what came of each.
pub(crate) async fn each_operation(
    rf: &Ringfence,
    admin: &UserId,
) -> Vec<(String, Result<(), Error>)> {
    let operating = Operating {
        rf: rf.clone(),
        admin: admin.clone(),
        texts: Texts::default(),
    };
    let mut came_of = Vec::new();
    for operation in OPERATIONS {
        let outcome = (operation.make)(&operating).await;
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
