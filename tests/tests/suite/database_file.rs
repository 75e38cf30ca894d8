//! The file of an open SQLite database: nothing but SQLite touches it, it stays the one that was opened, and its log
//! stays short.

mod acknowledged;
mod fuse;
mod identity;
mod locks;
mod log;
mod looking;
mod mounts;
mod names;
mod refusal;
mod strange_log;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ringfence::blocking::wait;
use ringfence::model::{
    DroneFilter, NewDrone, NewTenant, NewUser, PageRequest, TenantId, UserId, Vendor,
};
use ringfence::{Drones, Error, OpenOptions, Ringfence, Source, SystemSource};

/// How long threads try to read at the same time before a test gives up: moments are enough.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open database with one tenant, for threads.
struct Fleet {
    ringfence: Ringfence,
    drones: Arc<Drones>,
    tenant: TenantId,
    admin: UserId,
}

impl Fleet {
    fn found(url: &str) -> Self {
        Self::found_with(url, OpenOptions::default(), Arc::new(SystemSource))
    }

    fn found_with(url: &str, options: OpenOptions, source: Arc<dyn Source>) -> Self {
        let opened = Ringfence::open_with_source(url.to_owned(), options, source);
        let ringfence = wait(opened).unwrap();
        let new = NewTenant {
            id: Some("north".into()),
            ..NewTenant::new("north", NewUser::new("admin"))
        };
        let founded = wait(ringfence.create_tenant("suite".to_owned(), new)).unwrap();
        Self::entered(ringfence, founded.tenant.id, founded.admin.id)
    }

    fn entered(ringfence: Ringfence, tenant: TenantId, admin: UserId) -> Self {
        let session = wait(ringfence.session(tenant.clone(), admin.clone()));
        Self {
            drones: session.unwrap().drones(),
            ringfence,
            tenant,
            admin,
        }
    }

    /// The same through another handle.
    fn again(&self, file: &Path) -> Self {
        let ringfence = wait(Ringfence::open(url(file), OpenOptions::default())).unwrap();
        Self::entered(ringfence, self.tenant.clone(), self.admin.clone())
    }

    /// Registers a drone that takes so many bytes, and returns its name.
    fn register(&self, number: usize, bytes: usize) -> String {
        let name = format!("drone-{number:04}");
        self.try_register(name, bytes).unwrap()
    }

    fn try_register(&self, name: String, bytes: usize) -> Result<String, Error> {
        let new = NewDrone {
            capabilities: format!("{{\"notes\":\"{}\"}}", "x".repeat(bytes)).into(),
            ..NewDrone::new(name, Vendor::Fake)
        };
        Ok(wait(self.drones.register(new))?.name)
    }

    /// Reads in several threads at the same time, so that further connections are opened, until one cannot be.
    fn refused_reader(&self) -> Error {
        let refused = AtomicBool::new(false);
        let began = Instant::now();
        let read = || {
            while !refused.load(Ordering::SeqCst) {
                if let Err(error) = wait(self.drones.list(DroneFilter::default(), page())) {
                    refused.store(true, Ordering::SeqCst);
                    return Some(error);
                }
                assert!(began.elapsed() < PATIENCE, "every reader was opened");
            }
            None
        };
        std::thread::scope(|scope| {
            let readers = [(); 4].map(|()| scope.spawn(read));
            let errors = readers.map(|reader| reader.join().unwrap());
            errors.into_iter().flatten().next().unwrap()
        })
    }

    /// Reads in as many threads as there are connections, all of which meet.
    fn read_together(&self) {
        let pool = usize::try_from(OpenOptions::default().pool_size).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..pool {
                scope.spawn(|| {
                    for _ in 0..50 {
                        wait(self.drones.list(DroneFilter::default(), page())).unwrap();
                    }
                });
            }
        });
    }
}

fn page() -> PageRequest {
    PageRequest {
        limit: Some(1_000),
        after: None,
    }
}

/// Every file of a folder, by its name, with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// The log beside a file.
fn log_of(file: &Path) -> PathBuf {
    PathBuf::from(format!("{}-wal", file.display()))
}

/// And its index.
fn index_of(file: &Path) -> PathBuf {
    PathBuf::from(format!("{}-shm", file.display()))
}

fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// The names of the drones in a file that nobody has open.
fn stored(file: &Path) -> Vec<String> {
    texts(file, "SELECT name FROM drones ORDER BY name")
}

fn texts(file: &Path, ask: &str) -> Vec<String> {
    let db = rusqlite::Connection::open(file).unwrap();
    let mut texts = db.prepare(ask).unwrap();
    let texts = texts.query_map([], |row| row.get(0)).unwrap();
    texts.map(Result::unwrap).collect()
}
