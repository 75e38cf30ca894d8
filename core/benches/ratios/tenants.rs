//! What many tenants cost: the same work with a million drones of 10 tenants and of 10 000.
//!
//! On both sides ten tenants work, on as many drones each as a tenant of the 10 000 has (a hundred), which lie
//! all over the file, each in a page of its own: what differs is the number of tenants, and not how much of the
//! file a call touches.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ringfence::Drones;
use ringfence::model::{DroneFilter, DroneId, PageRequest};
use tempfile::TempDir;

use crate::bare;
use crate::fleet::{self, Admin, new_drone};
use crate::measure::{Effort, Line, Target, ratios};

const FEW: u32 = 10;
const MANY: u32 = 10_000;
const WORKING: u32 = 10;

struct Operators {
    working: Vec<Arc<Drones>>,
    /// The drones that are read: of the first working tenant, of the second, …, and so on again.
    ids: Vec<DroneId>,
    next: usize,
    page: u32,
    _directory: TempDir,
}

impl Operators {
    fn found(tenants: u32, rows: u32) -> Self {
        let directory = fleet::directory();
        let file = directory.path().join("tenants.db");
        let db = fleet::open(fleet::sqlite_url(&file));
        let operator = bare::Sqlite::open(&file);
        // The scattered keys of a million rows fit into no smaller cache.
        let mut fill = "PRAGMA cache_size = -1000000; BEGIN;".to_owned();
        for tenant in 1..=tenants {
            fill += &tenant_text(&format!("tenant-{tenant}"));
        }
        fill += &fleet::sqlite_drones_scattered(rows, tenants);
        fill += "; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)";
        operator.connection().execute_batch(&fill).unwrap();
        // Tenants spread over all there are: drone `i` is of tenant `1 + i % tenants`.
        let apart = tenants / WORKING;
        let working = (0..WORKING)
            .map(|n| {
                let tenant = format!("tenant-{}", 1 + n * apart);
                Admin::new(&tenant, &format!("admin-of-{tenant}")).drones(&db)
            })
            .collect();
        let each = rows / MANY;
        let ids = (0..each)
            .flat_map(|turn| (0..WORKING).map(move |n| (turn, n)))
            .map(|(turn, n)| {
                let turn = turn * (rows / tenants / each);
                fleet::drone_id(turn * tenants + n * apart).into()
            })
            .collect();
        Self {
            working,
            ids,
            next: 0,
            page: each,
            _directory: directory,
        }
    }

    fn turn(&mut self) -> (&Arc<Drones>, &DroneId) {
        self.next = (self.next + 1) % self.ids.len();
        (
            &self.working[self.next % self.working.len()],
            &self.ids[self.next],
        )
    }

    fn read(&mut self, calls: u32) {
        for _ in 0..calls {
            let (drones, id) = self.turn();
            pollster::block_on(drones.get(id.clone())).unwrap();
        }
    }

    fn page(&mut self, calls: u32) {
        for _ in 0..calls {
            let request = PageRequest {
                limit: Some(self.page),
                after: None,
            };
            let (drones, _) = self.turn();
            pollster::block_on(drones.list(DroneFilter::default(), request)).unwrap();
        }
    }

    fn write(&mut self, calls: u32) {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        for _ in 0..calls {
            let (drones, _) = self.turn();
            let name = format!("New {}", NUMBER.fetch_add(1, Ordering::Relaxed));
            pollster::block_on(drones.register(new_drone(name))).unwrap();
        }
    }
}

/// Founds a tenant as `create_tenant` does but for the log, which 10 000 flushes would take minutes over.
fn tenant_text(tenant: &str) -> String {
    let now = "'2026-01-05 12:00:00.000000'";
    format!(
        "INSERT INTO tenants (id, name, created_at) VALUES ('{tenant}', 'Operator of {tenant}', {now});
         INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at)
         VALUES ('admin-of-{tenant}', '{tenant}', 'admin', '!', true, {now});
         INSERT INTO roles (id, tenant_id, name, description, created_at)
         VALUES ('role-of-{tenant}', '{tenant}', 'admin', 'may do everything', {now});
         INSERT INTO role_permissions (role_id, permission_id, created_at)
         SELECT 'role-of-{tenant}', id, {now} FROM permissions WHERE name = '*';
         INSERT INTO user_roles (user_id, role_id, created_at)
         VALUES ('admin-of-{tenant}', 'role-of-{tenant}', {now});"
    )
}

pub fn lines(effort: Effort) -> Vec<Line> {
    let rows = effort.pick(20_000, 200_000, 1_000_000);
    let mut few = Operators::found(FEW, rows);
    let mut many = Operators::found(MANY, rows);
    let rounds = effort.pick(1, 30, 200);
    let line = |what: &str, rounds| {
        let what = format!("{what}: 10 000 tenants over 10, {rows} rows");
        Line::new(what, rounds, Target::AtMost(1.15))
    };
    let slice = Duration::from_millis(5);
    let read = ratios(rounds, slice, |n| many.read(n), |n| few.read(n));
    let page = ratios(rounds, slice, |n| many.page(n), |n| few.page(n));
    let slice = Duration::from_millis(40);
    let write = ratios(
        rounds.div_ceil(2),
        slice,
        |n| many.write(n),
        |n| few.write(n),
    );
    let page_of = format!("SQLite: page of {}", many.page);
    vec![
        line("SQLite: read by id", read),
        line(&page_of, page),
        line("SQLite: audited write", write),
    ]
}
