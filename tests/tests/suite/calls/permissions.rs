//! What every call of the table needs: exactly the permissions that it says, whatever else is given or taken.

use std::collections::BTreeMap;

use ringfence::model::Permission;
use ringfence::{Error, TenantSession};
use ringfence_tests::fixture::{Home, World, each_engine};

use super::things::{self, Ids};
use super::{Asked, CALLS, Call};

/// Sessions by what they hold.
struct Holders<'h> {
    home: &'h Home,
    met: BTreeMap<Vec<Permission>, TenantSession>,
}

impl Holders<'_> {
    async fn of(&mut self, mut permissions: Vec<Permission>) -> TenantSession {
        permissions.sort_unstable();
        if !self.met.contains_key(&permissions) {
            let session = self.home.holder(&permissions).await;
            self.met.insert(permissions.clone(), session);
        }
        self.met[&permissions].clone()
    }
}

async fn made(call: &Call, session: &TenantSession, ids: &Ids) -> Result<String, Error> {
    (call.make)(&Asked::of(session, ids)).await
}

/// Every one but that which stands for all of them.
fn every() -> impl Iterator<Item = Permission> {
    let all = Permission::ALL.iter().copied();
    all.filter(|permission| *permission != Permission::All)
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn each_call_needs_exactly_the_permissions_that_the_table_says(world: &World) {
        let home = &world.north;
        let mut holders = Holders {
            home,
            met: BTreeMap::new(),
        };
        for (call, ids) in things::settle_for(home, CALLS).await {
            for missing in call.needs {
                let rest = every().filter(|permission| permission != missing);
                let session = holders.of(rest.collect()).await;
                match made(call, &session, &ids).await {
                    Err(Error::Forbidden { permission }) if permission == missing.as_str() => {}
                    other => panic!("{} without {missing:?}: {other:?}", call.shown()),
                }
            }
            // With them alone, after all those refusals: nothing was done.
            let session = holders.of(call.needs.to_vec()).await;
            let outcome = made(call, &session, &ids).await;
            assert!(outcome.is_ok(), "{}: {outcome:?}", call.shown());
            // Whoever may not make it does not hear why it cannot be made again, but of what is not there any more.
            for missing in call.needs {
                let rest = every().filter(|permission| permission != missing);
                let session = holders.of(rest.collect()).await;
                match made(call, &session, &ids).await {
                    Err(Error::Forbidden { permission }) if permission == missing.as_str() => {}
                    Err(Error::NotFound { .. }) => {}
                    other => panic!("{} again, without {missing:?}: {other:?}", call.shown()),
                }
            }
        }
    }
);
