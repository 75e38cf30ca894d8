//! What a caller learns when the network to Postgres takes an answer away.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use ringfence::model::{
    Action, AuditEvent, Drone, DroneFilter, EventFilter, ExportFilter, ExportFormat, PageRequest,
    TimedPageRequest,
};
use ringfence::{Error, OpenOptions, Ringfence, TenantSession, WorkOutcome};
use ringfence_tests::delay_proxy::DelayProxy;
use ringfence_tests::fixture::{Engine, Home, World, connect, register};
use tempfile::TempDir;
use tokio_postgres::Client;

use crate::inspections::observations::task;
use crate::postgres_fixture::{
    KEEPS_COMMIT, WAITS_IN_COMMIT, ours_are_idle, somebody_waits, somebody_waits_in_commit,
};

/// The request that ends a transaction, to its last byte: `READ COMMITTED` begins one.
pub(crate) const COMMIT: &[u8] = b"COMMIT\0";

/// A database that is reached over a bad network, and the same one over a good one.
pub(crate) struct Setting {
    pub(crate) world: World,
    pub(crate) proxy: DelayProxy,
    pub(crate) far: Ringfence,
}

impl Setting {
    pub(crate) async fn new(options: OpenOptions) -> Self {
        let world = World::new(Engine::Postgres).await;
        let (before, rest) = world.place.url.rsplit_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let proxy = DelayProxy::start(address(server), Duration::ZERO).unwrap();
        let url = format!("{before}@{}/{database}?sslmode=disable", proxy.address());
        let far = Ringfence::open(url, options).await.unwrap();
        Self { world, proxy, far }
    }

    /// A session over the bad network that has written and read already, and of which nothing is under way.
    pub(crate) async fn session(&self, of: &Home) -> TenantSession {
        let Home { tenant, admin, .. } = of;
        let session = self
            .far
            .session(tenant.clone(), admin.clone())
            .await
            .unwrap();
        register(&session, "first").await.unwrap();
        drones(&session).await.unwrap();
        ours_are_idle(&connect(&self.world.place.url).await).await;
        session
    }

    /// How often the good network shows a drone of this name, and how often its creation is in the log.
    pub(crate) async fn stands(&self, name: &str) -> (usize, usize) {
        let session = self.world.north.admin().await;
        let ids: Vec<String> = drones(&session)
            .await
            .unwrap()
            .into_iter()
            .filter(|drone| drone.name == name)
            .map(|drone| drone.id.to_string())
            .collect();
        let created = created(&session).await;
        let recorded = created.iter().filter(|event| {
            let detail = event.detail.as_ref().unwrap().as_str();
            detail.contains(&format!("\"{name}\""))
        });
        let recorded = recorded.count();
        assert_eq!(created.len(), drones(&session).await.unwrap().len());
        assert!(session.audit().verify().await.unwrap().is_intact());
        (ids.len(), recorded)
    }

    /// A connection that knows nothing of Ringfence and holds what this statement locks.
    pub(crate) async fn lock(&self, sql: &str) -> Client {
        let client = connect(&self.world.place.url).await;
        client.batch_execute("BEGIN").await.unwrap();
        client.batch_execute(sql).await.unwrap();
        client
    }

    async fn somebody_waits(&self) {
        somebody_waits(&connect(&self.world.place.url).await).await;
    }

    pub(crate) async fn remove(self) {
        self.far.shutdown().await.unwrap();
        self.world.ringfence.shutdown().await.unwrap();
        self.world.place.remove().await;
    }
}

fn address(server: &str) -> SocketAddr {
    let known = server.to_socket_addrs();
    let known = known.or_else(|_| (server, 5432).to_socket_addrs());
    known.unwrap().find(SocketAddr::is_ipv4).unwrap()
}

pub(crate) async fn drones(session: &TenantSession) -> ringfence::Result<Vec<Drone>> {
    let drones = session.drones();
    let listed = drones.list(DroneFilter::default(), PageRequest::default());
    Ok(listed.await?.items)
}

async fn created(session: &TenantSession) -> Vec<AuditEvent> {
    let filter = EventFilter {
        action: Some(Action::Create),
        entity_type: Some("drone".to_owned()),
        ..EventFilter::default()
    };
    let log = session.audit();
    let events = log.events(filter, PageRequest::default());
    events.await.unwrap().items
}

#[tokio::test(flavor = "multi_thread")]
async fn a_committed_write_whose_answer_was_lost_is_a_success_and_stands_once() {
    let setting = Setting::new(OpenOptions::default()).await;
    let session = setting.session(&setting.world.north).await;
    for round in 1..=3 {
        let name = format!("kite {round}");
        setting.proxy.swallow_answer_to(COMMIT);
        register(&session, &name).await.unwrap();
        assert_eq!(setting.proxy.swallowed(), round);
        assert_eq!(setting.stands(&name).await, (1, 1));
    }
    setting.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_whose_answer_was_lost_stands_once_whole() {
    let setting = Setting::new(OpenOptions::default()).await;
    let session = setting.session(&setting.world.north).await;
    setting.proxy.swallow_answer_to(COMMIT);
    let names: Vec<String> = (0..12).map(|number| format!("kite {number}")).collect();
    let all = names.iter().map(|name| register(&session, name));
    for outcome in futures_util::future::join_all(all).await {
        outcome.unwrap();
    }
    assert_eq!(setting.proxy.swallowed(), 1);
    for name in &names {
        assert_eq!(setting.stands(name).await, (1, 1));
    }
    setting.remove().await;
}

/// A pool of two places that everybody may use (the third is kept for what must not be late), of which another
/// tenant's writer holds one: there is nobody to ask through but the place of the lost connection itself.
#[tokio::test(flavor = "multi_thread")]
async fn the_outcome_is_asked_for_with_an_exhausted_pool() {
    let options = OpenOptions {
        pool_size: 3,
        ..OpenOptions::default()
    };
    let setting = Setting::new(options).await;
    let session = setting.session(&setting.world.north).await;
    let south = setting.session(&setting.world.south).await;
    let holder = setting
        .lock("SELECT FROM audit_heads WHERE tenant_id = 'south' FOR UPDATE")
        .await;
    let held = register(&south, "held");
    let asked = async {
        setting.somebody_waits().await;
        setting.proxy.swallow_answer_to(COMMIT);
        register(&session, "kite").await.unwrap();
        holder.batch_execute("ROLLBACK").await.unwrap();
    };
    let (held, ()) = futures_util::join!(held, asked);
    held.unwrap();
    assert_eq!(setting.stands("kite").await, (1, 1));
    setting.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_whose_connection_breaks_before_its_commit_runs_again_and_stands_once() {
    let setting = Setting::new(OpenOptions::default()).await;
    let session = setting.session(&setting.world.north).await;
    let head = "SELECT FROM audit_heads WHERE tenant_id = 'north' FOR UPDATE";
    // Before the units run, and with the COMMIT on its way behind a write that waits.
    for (name, lock) in [
        ("kite 1", head),
        ("kite 2", "LOCK TABLE drones IN SHARE MODE"),
    ] {
        let holder = setting.lock(lock).await;
        let writing = register(&session, name);
        let breaking = async {
            setting.somebody_waits().await;
            assert!(setting.proxy.sever() > 0);
            holder.batch_execute("ROLLBACK").await.unwrap();
        };
        let (written, ()) = futures_util::join!(writing, breaking);
        written.unwrap();
        assert_eq!(setting.stands(name).await, (1, 1));
    }
    setting.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_nobody_can_tell_is_called_unknown() {
    let options = OpenOptions {
        busy_timeout_ms: 300,
        ..OpenOptions::default()
    };
    let setting = Setting::new(options).await;
    let session = setting.session(&setting.world.north).await;
    // One connection alone is left: nobody else can be asked.
    setting.proxy.sever();
    register(&session, "second").await.unwrap();
    setting.proxy.refuse(true);
    setting.proxy.swallow_answer_to(COMMIT);
    let unknown = register(&session, "kite").await.unwrap_err();
    assert_eq!(unknown.code(), "outcome_unknown");
    let Error::Unavailable { outcome, .. } = &unknown else {
        panic!("{unknown:?}")
    };
    assert_eq!(*outcome, WorkOutcome::Unknown);
    assert!(!unknown.is_retryable());
    // The server is still away: now it is known that nothing was done.
    let away = register(&session, "glider").await.unwrap_err();
    assert_eq!(away.code(), "unreachable");
    assert!(away.is_retryable());
    assert_eq!(drones(&session).await.unwrap_err().code(), "unreachable");

    setting.proxy.refuse(false);
    register(&session, "buzzard").await.unwrap();
    assert_eq!(setting.stands("kite").await, (1, 1));
    assert_eq!(setting.stands("glider").await, (0, 0));
    setting.remove().await;
}

/// A server that crashed before it had flushed a transaction gives its number out again: that a number was committed
/// says nothing where the log does not hold what was recorded.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_left_nothing_in_the_log_is_not_believed() {
    let setting = Setting::new(OpenOptions::default()).await;
    let session = setting.session(&setting.world.north).await;
    let place = &setting.world.place;
    // One connection alone is left, so that nobody is asked before the log is as it was.
    setting.proxy.sever();
    register(&session, "second").await.unwrap();
    let then = "CREATE TABLE kept AS SELECT * FROM audit_heads WHERE tenant_id = 'north'";
    place.raw(then).await.unwrap();
    setting.proxy.refuse(true);
    setting.proxy.swallow_answer_to(COMMIT);
    let undone = async {
        while setting.proxy.swallowed() == 0 {
            tokio::task::yield_now().await;
        }
        let as_it_was = "DELETE FROM drones WHERE name = 'kite';
            DELETE FROM audit_events e USING kept k WHERE e.tenant_id = k.tenant_id AND e.seq >= k.size;
            UPDATE audit_heads h SET size = k.size, range = k.range FROM kept k WHERE h.tenant_id = k.tenant_id";
        assert_eq!(setting.stands("kite").await, (1, 1));
        place.plant(as_it_was).await;
        setting.proxy.refuse(false);
    };
    let (written, ()) = futures_util::join!(register(&session, "kite"), undone);
    written.unwrap();
    assert_eq!(setting.stands("kite").await, (1, 1));
    setting.remove().await;
}

/// Not even one by one: each may stand already.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_whose_outcome_nobody_can_tell_is_not_run_again() {
    let options = OpenOptions {
        busy_timeout_ms: 2_000,
        ..OpenOptions::default()
    };
    let setting = Setting::new(options).await;
    let session = setting.session(&setting.world.north).await;
    setting.proxy.sever();
    register(&session, "second").await.unwrap();
    let head = setting
        .lock("SELECT FROM audit_heads WHERE tenant_id = 'north' FOR UPDATE")
        .await;
    // Whoever comes while the first one waits for the head is of its group.
    let kites = ["kite 1", "kite 2"].map(|name| register(&session, name));
    let breaking = async {
        setting.somebody_waits().await;
        setting.proxy.refuse(true);
        setting.proxy.swallow_answer_to(COMMIT);
        head.batch_execute("ROLLBACK").await.unwrap();
    };
    let kites = futures_util::future::join_all(kites);
    let (kites, ()) = futures_util::join!(kites, breaking);
    assert_eq!(setting.proxy.swallowed(), 1);
    for unknown in kites {
        assert_eq!(unknown.unwrap_err().code(), "outcome_unknown");
    }
    setting.proxy.refuse(false);
    register(&session, "buzzard").await.unwrap();
    for name in ["kite 1", "kite 2"] {
        assert_eq!(setting.stands(name).await, (1, 1));
    }
    setting.remove().await;
}

/// FATAL as PgBouncer says it of a server or a database that went: with no severity by its letter (`V`).
fn last_words() -> Vec<u8> {
    let fields = b"SFATAL\0C08P01\0Mdatabase removed\0\0";
    let length = u32::try_from(fields.len() + 4).unwrap();
    [b"E", &length.to_be_bytes()[..], fields].concat()
}

/// Whose COMMIT was on its way when a pooler hung up: a caller, and a group. `learned` says whether the server ends the
/// transaction while it is asked for.
async fn hung_up_on_in_commit(learned: bool) {
    let options = OpenOptions {
        busy_timeout_ms: if learned { 10_000 } else { 2_000 },
        ..OpenOptions::default()
    };
    let setting = Setting::new(options).await;
    let session = setting.session(&setting.world.north).await;
    setting.world.place.raw(WAITS_IN_COMMIT).await.unwrap();
    let watcher = connect(&setting.world.place.url).await;
    for together in [1, 6] {
        let names: Vec<String> = (1..=together)
            .map(|number| format!("kite {number} of {together}"))
            .collect();
        // Whoever comes while the first one waits for the head is of its group.
        let head = setting
            .lock("SELECT FROM audit_heads WHERE tenant_id = 'north' FOR UPDATE")
            .await;
        let keeper = setting.lock(KEEPS_COMMIT).await;
        let all = names.iter().map(|name| register(&session, name));
        let hanging_up = async {
            setting.somebody_waits().await;
            head.batch_execute("ROLLBACK").await.unwrap();
            somebody_waits_in_commit(&watcher).await;
            assert!(setting.proxy.hang_up(&last_words()) > 0);
            if learned {
                keeper.batch_execute("ROLLBACK").await.unwrap();
            }
        };
        let all = futures_util::future::join_all(all);
        let (all, ()) = futures_util::join!(all, hanging_up);
        for outcome in all {
            if learned {
                outcome.unwrap();
                continue;
            }
            let unknown = outcome.unwrap_err();
            assert_eq!(unknown.code(), "outcome_unknown", "{unknown:?}");
            assert!(!unknown.is_retryable());
        }
        keeper.batch_execute("ROLLBACK").await.unwrap();
        // Behind the COMMIT that waited for it.
        drop(setting.lock(KEEPS_COMMIT).await);
        for name in &names {
            assert_eq!(setting.stands(name).await, (1, 1), "{name}");
        }
        drones(&session).await.unwrap();
    }
    setting.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_a_pooler_answers_with_its_last_words_is_asked_for_and_stands_once() {
    hung_up_on_in_commit(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_last_words_are_all_that_is_known_is_called_unknown() {
    hung_up_on_in_commit(false).await;
}

/// Whether or not its event is known to stand: there may be one that tells of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_whose_answer_was_lost_lies_in_its_place() {
    for learned in [true, false] {
        let options = OpenOptions {
            busy_timeout_ms: if learned { 10_000 } else { 2_000 },
            ..OpenOptions::default()
        };
        let setting = Setting::new(options).await;
        let session = setting.session(&setting.world.north).await;
        let inspections = session.inspections();
        let task = task(&inspections, &[("rust", 2)]).await;
        let waits = WAITS_IN_COMMIT.replace("drones", "inspection_exports");
        setting.world.place.raw(&waits).await.unwrap();
        let watcher = connect(&setting.world.place.url).await;
        let keeper = setting.lock(KEEPS_COMMIT).await;
        let folder = TempDir::new().unwrap();
        let within = folder.path().to_str().unwrap().to_owned();
        let losing = async {
            somebody_waits_in_commit(&watcher).await;
            assert!(setting.proxy.sever() > 0);
            if learned {
                keeper.batch_execute("ROLLBACK").await.unwrap();
            }
        };
        let exporting = inspections.export(task, ExportFormat::Csv, within);
        let (report, ()) = futures_util::join!(exporting, losing);
        let refused = report.err().map(|error| error.code().to_owned());
        assert_eq!(refused.as_deref(), (!learned).then_some("outcome_unknown"));
        keeper.batch_execute("ROLLBACK").await.unwrap();
        // Behind the COMMIT that waited for it.
        drop(setting.lock(KEEPS_COMMIT).await);
        let all = setting.world.north.admin().await.inspections();
        let all = all.exports(ExportFilter::default(), TimedPageRequest::default());
        let [stored] = &all.await.unwrap().items[..] else {
            panic!("one report")
        };
        let there = std::fs::read_dir(folder.path()).unwrap();
        let there: Vec<_> = there.map(|entry| entry.unwrap().path()).collect();
        assert_eq!(there, [PathBuf::from(&stored.file_path)]);
        setting.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_died_while_idle_are_replaced_without_an_error() {
    let setting = Setting::new(OpenOptions::default()).await;
    let session = setting.session(&setting.world.north).await;
    for round in 0..10 {
        // Several connections lie idle.
        for read in futures_util::future::join_all((0..6).map(|_| drones(&session))).await {
            read.unwrap();
        }
        assert!(setting.proxy.sever() > 0);
        if round % 2 == 0 {
            for read in futures_util::future::join_all((0..6).map(|_| drones(&session))).await {
                read.unwrap();
            }
            session.whoami().await.unwrap();
        } else {
            let name = format!("kite {round}");
            register(&session, &name).await.unwrap();
            assert_eq!(setting.stands(&name).await, (1, 1));
        }
    }
    setting.remove().await;
}
