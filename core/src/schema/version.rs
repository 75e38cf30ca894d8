//! The migration steps by name, where the catalogue speaks of them.

/// The tables of the old platform, as it made them.
pub const BASELINE: u32 = 1;
/// The log's tables and their guards.
pub const AUDIT_LOG: u32 = 2;
/// Columns, unique keys and indexes of batch 07A-1.
pub const IDENTITY_EXPAND: u32 = 3;
/// The links' tenants are filled.
pub const IDENTITY_BACKFILL: u32 = 4;
/// Batch 07A-1 holds.
pub const IDENTITY_ENFORCE: u32 = 5;
/// Columns, unique keys and indexes of batch 07A-2.
pub const CORE_A_EXPAND: u32 = 6;
/// Batch 07A-2 is validated.
pub const CORE_A_BACKFILL: u32 = 7;
/// Batch 07A-2 holds.
pub const CORE_A_ENFORCE: u32 = 8;
/// The policy tables and the epoch.
pub const POLICY: u32 = 9;
/// The form in which names of users are compared.
pub const NAMES: u32 = 10;
/// The tables of the later batches are opened to lookups.
pub const OPEN: u32 = 11;
/// Columns, unique keys and indexes of batch 07A-3 B1: templates and tasks.
pub const TASKS_EXPAND: u32 = 12;
/// Batch 07A-3 B1 is validated.
pub const TASKS_BACKFILL: u32 = 13;
/// Batch 07A-3 B1 holds.
pub const TASKS_ENFORCE: u32 = 14;
/// Columns, unique keys and indexes of batch 07A-3 B2: observations and exports.
pub const OBSERVATIONS_EXPAND: u32 = 15;
/// Batch 07A-3 B2 is validated.
pub const OBSERVATIONS_BACKFILL: u32 = 16;
/// Batch 07A-3 B2 holds.
pub const OBSERVATIONS_ENFORCE: u32 = 17;
/// Columns, unique keys and indexes of batch 07A-4: defects.
pub const DEFECTS_EXPAND: u32 = 18;
/// Batch 07A-4 is validated.
pub const DEFECTS_BACKFILL: u32 = 19;
/// Batch 07A-4 holds.
pub const DEFECTS_ENFORCE: u32 = 20;
/// Unique keys and indexes of batch 07A-6: incidents, alerts and the old platform's command requests.
pub const LINKS_EXPAND: u32 = 21;
/// Batch 07A-6 is validated.
pub const LINKS_BACKFILL: u32 = 22;
/// Batch 07A-6 holds.
pub const LINKS_ENFORCE: u32 = 23;
/// Unique keys and indexes of batch 07A-7: approval records.
pub const APPROVALS_EXPAND: u32 = 24;
/// Batch 07A-7 is validated.
pub const APPROVALS_BACKFILL: u32 = 25;
/// Batch 07A-7 holds.
pub const APPROVALS_ENFORCE: u32 = 26;
/// Indexes of batch 07A-8: whom rows name.
pub const USER_REFERENCES_EXPAND: u32 = 27;
/// Nothing of batch 07A-8 is to be filled.
pub const USER_REFERENCES_BACKFILL: u32 = 28;
/// Batch 07A-8 holds.
pub const USER_REFERENCES_ENFORCE: u32 = 29;
/// Indexes of batch 07A-10: the old platform's logs.
pub const LOGS_EXPAND: u32 = 30;
/// Nothing of batch 07A-10 is to be filled.
pub const LOGS_BACKFILL: u32 = 31;
/// Batch 07A-10 holds.
pub const LOGS_ENFORCE: u32 = 32;
/// The unique keys that were left without the tenant are widened: batch 07A-9.
pub const KEYS_EXPAND: u32 = 33;
/// Every key and reference is validated once more.
pub const KEYS_BACKFILL: u32 = 34;
/// Primary keys are those of a tenant: `(tenant_id, id)`.
pub const KEYS_ENFORCE: u32 = 35;
/// The newest step that this library knows.
pub const LATEST: u32 = KEYS_ENFORCE;
