//! The suite: every fact that the design promises, proved on the engines themselves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod alerts;
mod apart;
mod approvals;
mod arrival;
mod attacks;
mod bad_input;
mod blessed;
mod boundary_matrix;
mod boundary_report;
mod calls;
mod catalogue;
mod commands;
mod conformance;
mod copying;
mod crash;
mod credentials;
mod database_file;
mod deadlines;
mod defaults_postgres;
mod escalation;
mod event_filters;
mod forked;
mod futures;
mod generated;
mod group_commit;
mod guards_postgres;
mod guards_sqlite;
mod handles;
mod held_twice;
mod history;
mod host_triggers;
mod house;
mod identity;
mod incidents;
mod indistinguishable;
mod inspections;
mod later_batches;
mod layers;
mod legacy_data;
mod legacy_revisions;
mod legacy_rows;
mod login;
mod long_work;
mod lookups_postgres;
mod lost_answers;
mod migrating_together;
mod migrations;
mod missions;
mod mobile;
mod moments;
mod mounted;
mod mutation;
mod names;
mod pages;
mod parity;
mod picture;
mod poolers_postgres;
mod postgres_fixture;
mod python;
mod refusals;
mod rights_postgres;
mod roles_postgres;
mod schemas_postgres;
mod settings_postgres;
mod smoke;
mod sources;
mod sqlite_fixture;
mod standby;
mod state;
mod statements;
mod steps_postgres;
mod steps_sqlite;
mod stories;
mod tampering;
mod tenants;
mod timelines;
mod tls_postgres;
mod unchanged;
mod unknown_values;
mod urls;
mod user_references;
