//! The boxes of 07A, batch by batch.

use super::By::{Open, Run, Tests};
use super::{By, Item, Phase, item};

const LINT: &str = "cargo xtask --require-all build --lint --typecheck";
const SUITE: &str = "cargo xtask --require-all test";
const SCHEMA: &str = "cargo xtask db --upgrade-head --integrity-scan";

/// The three that every batch names first.
const GATE: [Item; 4] = [
    item("`ruff check .` (here rustfmt, clippy and ruff)", Run(LINT)),
    item("`mypy app` (here the compiler and mypy)", Run(LINT)),
    item("`pytest` (here the suite, and pytest)", Run(SUITE)),
    item(
        "`alembic upgrade head` (here `ringfence migrate`)",
        Run(SCHEMA),
    ),
];

/// Another tenant's id is one that there is not.
const NOT_FOUND: By = Tests(&[
    "indistinguishable::another_tenants_id_is_indistinguishable_from_a_random_one",
    "indistinguishable::the_same_calls_find_what_is_the_callers_own",
    "lookups_postgres::another_tenants_id_touches_no_more_buffers_than_a_random_one",
]);

/// No statement fetches by the id alone.
const SCOPED: By = Tests(&[
    "statements::every_statement_of_the_registry_is_proved_or_listed",
    "statements::what_the_calls_run_is_proved_and_bound_to_its_tenant_and_is_the_whole_registry",
    "statements::a_statement_without_its_tenant_does_not_pass",
]);

/// The database refuses what crosses tenants.
const REFUSED: By = Tests(&[
    "attacks::sqlite_refuses_every_attack_that_the_catalogue_names",
    "attacks::postgres_refuses_every_attack_that_the_catalogue_names",
    "guards_sqlite::no_guard_can_be_weakened_unnoticed",
    "guards_postgres::nothing_that_holds_the_boundary_on_postgres_can_be_dropped_unnoticed",
]);

/// What stays in its tenant goes on working.
const LET_THROUGH: By = Tests(&[
    "attacks::sqlite_lets_through_what_stays_in_its_tenant",
    "attacks::postgres_lets_through_what_stays_in_its_tenant",
    "migrations::beside::the_old_platform_goes_on_writing_into_every_table",
]);

/// The schema is what the catalogue says.
const AS_DECLARED: By = Tests(&[
    "catalogue::sqlite_is_what_the_catalogue_says_at_every_version",
    "catalogue::postgres_is_what_the_catalogue_says_at_every_version",
]);

/// Rows that break the batch stop it, and are named.
const VALIDATED: By = Tests(&[
    "migrations::preflight::broken_rows_stop_the_first_step_and_every_one_is_named",
    "migrations::preflight::what_is_written_while_a_run_goes_on_stops_the_step_that_validates_it",
]);

/// The steps are taken back in reverse, with the rows as they were.
const TAKEN_BACK: By = Tests(&[
    "steps_sqlite::every_step_goes_down_and_up_again_with_rows_present",
    "steps_postgres::every_step_on_postgres_has_an_exact_reverse",
    "migrations::steps::steps_are_taken_one_by_one_taken_back_and_taken_again_with_the_rows_as_they_were",
]);

pub(super) const PHASES: &[Phase] = &[
    Phase {
        label: "07A-1",
        title: "Identity boundary",
        batch: Some("07A-1"),
        commits: &[
            "migrations: bind users, roles and their links to one tenant (07a1_identity)",
            "migrations: enforce batch 07A-1 on Postgres",
        ],
        verified: &[
            GATE[0],
            GATE[1],
            GATE[2],
            GATE[3],
            item("Cross-tenant bind/unbind verified as `404`", NOT_FOUND),
            item(
                "The way back, in reverse, with the data as it was",
                TAKEN_BACK,
            ),
        ],
        done: &[
            item("Composite identity constraints active", AS_DECLARED),
            item("Identity lookups tenant-scoped", SCOPED),
            item(
                "Tests covering boundary behavior merged",
                Tests(&[
                    "identity::users::users_and_roles_of_another_tenant_are_not_found",
                    "migrations::preflight::a_link_between_two_tenants_stops_the_step_that_fills_it",
                    "escalation::every_method_that_touches_a_user_or_a_role_is_tried",
                ]),
            ),
        ],
    },
    Phase {
        label: "07A-2",
        title: "Core batch A: drones, missions, runs",
        batch: Some("07A-2"),
        commits: &[
            "migrations: bind drones, missions and what hangs on them to one tenant (07a2_core_batch_a)",
            "migrations: enforce batch 07A-2 on Postgres",
        ],
        verified: &[
            GATE[0],
            GATE[1],
            GATE[2],
            item(
                "e2e smoke for mission/drone flows",
                Tests(&["smoke::smoke_a_mission_is_planned_approved_flown_and_on_record"]),
            ),
            item("DB negative tests for composite FKs", REFUSED),
            item(
                "The way back, in reverse, with the data as it was",
                TAKEN_BACK,
            ),
        ],
        done: &[
            item("Composite mission/drone constraints active", AS_DECLARED),
            item("Mission/drone lookup hardening complete", SCOPED),
            item(
                "Regression coverage merged",
                Tests(&[
                    "missions::boundary::another_tenants_drone_flies_no_mission_of_ours",
                    "missions::boundary::another_tenants_missions_are_not_listed",
                ]),
            ),
        ],
    },
    Phase {
        label: "07A-5",
        title: "Opened to lookups",
        batch: Some("07A-5"),
        commits: &["07a5_open: the tables of the later batches are opened to lookups"],
        verified: &[item(
            "Rows of every table reach their tenant alone",
            Tests(&[
                "guards_postgres::row_level_security::the_runtime_role_sees_its_tenants_rows_and_no_others",
                "guards_postgres::row_level_security::without_a_tenant_the_runtime_role_sees_nothing",
                "roles_postgres::the_runtime_role_is_bare_and_may_do_what_the_catalogue_says_at_every_version",
            ]),
        )],
        done: &[],
    },
    Phase {
        label: "07A-5 C1",
        title: "Lookups of inspections and defects",
        batch: None,
        commits: &["07A-5 C1: inspections and defects are read"],
        verified: &[
            item(
                "`rg -n \"session\\.get\\(\" app/services` reviewed for scoped models (here the proof of the statements)",
                SCOPED,
            ),
            item("`pytest` passing", Run(SUITE)),
            item("Cross-tenant behavior preserved as `404`", NOT_FOUND),
        ],
        done: &[
            item(
                "No tenant-scoped id-only lookup remains in C1 services",
                SCOPED,
            ),
            item(
                "Tests green",
                Tests(&[
                    "inspections::lists::what_a_filter_selects_is_listed_and_counted",
                    "inspections::lists::what_happened_is_read_from_the_newest_and_from_the_oldest",
                ]),
            ),
            item(
                "Error/status behavior parity preserved",
                Tests(&[
                    "inspections::lists::numbers_and_texts_that_no_rule_lets_in_are_read_as_they_are",
                ]),
            ),
        ],
    },
    Phase {
        label: "07A-5 C2",
        title: "Lookups of incidents and alerts",
        batch: None,
        commits: &["07A-5 C2: incidents are flown to, and alerts are raised from telemetry"],
        verified: &[
            item(
                "`session.get` removed/replaced for tenant-owned lookups",
                SCOPED,
            ),
            item(
                "Incident/alert tests pass",
                Tests(&[
                    "incidents::an_incident_becomes_a_mission_a_task_and_a_link_that_three_events_tell",
                    "incidents::a_failure_after_mission_and_task_were_written_leaves_neither",
                    "alerts::what_is_seen_again_is_the_same_alert_whose_severity_only_rises",
                ]),
            ),
            item(
                "e2e spot-check of alert lifecycle",
                Tests(&["stories::alert::a_sample_raises_alerts_that_are_taken_up_and_closed"]),
            ),
        ],
        done: &[
            item("C2 lookups hardened", SCOPED),
            item("Tests and semantics verified", NOT_FOUND),
        ],
    },
    Phase {
        label: "07A-3 B1",
        title: "Templates and tasks",
        batch: Some("07A-3 B1"),
        commits: &["07A-3 B1: templates and tasks lie in one tenant, and are written"],
        verified: &[
            item("DB cross-tenant insert/update fails", REFUSED),
            item("API/service `404` semantics preserved", NOT_FOUND),
            item(
                "In-tenant template/task workflows pass",
                Tests(&[
                    "inspections::tasks::a_task_goes_from_draft_to_done_one_step_at_a_time",
                    "inspections::templates::a_template_is_kept_while_a_task_is_made_of_it",
                ]),
            ),
            item(
                "The way back, in reverse, with the data as it was",
                TAKEN_BACK,
            ),
        ],
        done: &[
            item("Template/task composite constraints enabled", AS_DECLARED),
            item("Tenant-scoped lookup enforcement complete", SCOPED),
            item("Tests updated and green", LET_THROUGH),
        ],
    },
    Phase {
        label: "07A-3 B2",
        title: "Observations",
        batch: Some("07A-3 B2"),
        commits: &["07A-3 B2: observations and exports lie in one tenant, and are written"],
        verified: &[
            item("Composite FKs verified in schema", AS_DECLARED),
            item("Negative tenant mismatch tests pass", REFUSED),
            item(
                "Existing observation workflows unaffected",
                Tests(&[
                    "inspections::observations::many_are_recorded_in_their_order_under_one_event_with_their_digest",
                    "migrations::beside::the_old_platform_goes_on_writing_into_every_table",
                ]),
            ),
            item(
                "The way back, in reverse, with the data as it was",
                TAKEN_BACK,
            ),
        ],
        done: &[
            item("Observation constraints enforced", AS_DECLARED),
            item("Lookup hardening complete", SCOPED),
            item("Test and migration checks pass", VALIDATED),
        ],
    },
    Phase {
        label: "07A-4",
        title: "Core batch C: defects",
        batch: Some("07A-4"),
        commits: &["07A-4: defects are made out, assigned, mended and reviewed"],
        verified: &[
            item("DB composite FKs enforced", AS_DECLARED),
            item(
                "Service validation prevents cross-tenant references",
                NOT_FOUND,
            ),
            item(
                "Defect lifecycle regression tests green",
                Tests(&[
                    "inspections::defects::steps::a_defect_goes_from_open_to_closed_one_step_at_a_time",
                    "inspections::defects::review::an_inspector_goes_from_a_template_to_a_mended_defect_and_its_report",
                ]),
            ),
            item(
                "The way back, in reverse, with the data as it was",
                TAKEN_BACK,
            ),
        ],
        done: &[
            item("Defect domain constraints active", REFUSED),
            item(
                "Service checks aligned with DB rules",
                Tests(&[
                    "held_twice::with_the_databases_guards_asleep_the_code_still_keeps_tenants_apart",
                ]),
            ),
            item("Tests and quality gate green", Run(SUITE)),
        ],
    },
    Phase {
        label: "07A-5 C3",
        title: "Lookups of the old platform's commands",
        batch: None,
        commits: &["07A-5 C3: what the old platform had drones told is read"],
        verified: &[
            item(
                "No tenant-owned id-only `session.get` in command service",
                SCOPED,
            ),
            item(
                "Command tests green",
                Tests(&[
                    "commands::a_command_of_the_old_platform_is_read_as_it_was_written",
                    "commands::what_the_old_platform_had_drones_told_is_found_by_drone_by_outcome_and_by_time",
                ]),
            ),
            item(
                "No regression in command state transitions",
                Open("the command queue, which is the library's own"),
            ),
        ],
        done: &[
            item("Command lookups hardened", NOT_FOUND),
            item(
                "Regression coverage complete",
                Tests(&["commands::nothing_that_reads_the_history_writes_a_row_of_it"]),
            ),
        ],
    },
    Phase {
        label: "07A-5 C4",
        title: "Lookups of users and roles",
        batch: None,
        commits: &["07A-5 C4: identity is complete"],
        verified: &[
            item("Tenant-scoped helper methods in identity service", SCOPED),
            item(
                "User/role tests pass with `404` cross-tenant",
                Tests(&[
                    "identity::users::users_and_roles_of_another_tenant_are_not_found",
                    "identity::gone::the_last_admin_is_not_deleted_and_nobody_is_whom_another_tenant_has",
                ]),
            ),
            item(
                "Global model lookups unchanged where intended",
                Tests(&["statements::the_global_tables_are_few"]),
            ),
        ],
        done: &[
            item("User/role lookup hardening complete", NOT_FOUND),
            item(
                "Identity tests green",
                Tests(&[
                    "identity::gone::a_role_goes_when_nobody_has_it_and_none_inherits_it",
                    "identity::gone::a_user_whom_nothing_names_goes_with_the_roles_that_it_has",
                    "tenants::a_tenant_is_renamed_and_goes_on_under_its_id",
                ]),
            ),
        ],
    },
    Phase {
        label: "07A-6",
        title: "Incidents, alerts and command requests",
        batch: Some("07A-6"),
        commits: &["07A-6: incidents, alerts and commands lie in one tenant"],
        verified: &[
            item("The drone of an alert is a reference", AS_DECLARED),
            item("What crosses tenants is refused", REFUSED),
            item(
                "The way back, in reverse, with the data as it was",
                TAKEN_BACK,
            ),
        ],
        done: &[item(
            "The services work on it",
            Tests(&[
                "alerts::an_alert_is_about_a_drone_of_the_tenant_and_nobody_elses",
                "stories::incident::an_incident_is_reported_flown_to_and_closed",
            ]),
        )],
    },
    Phase {
        label: "07A-7",
        title: "Approvals",
        batch: Some("07A-7"),
        commits: &["07A-7: decisions are recorded about what a tenant has"],
        verified: &[
            item(
                "The approver is a user of the tenant, and what was decided about is there, in the tenant, and stays",
                Tests(&[
                    "approvals::the_database_takes_no_decision_about_what_is_nothing_or_another_tenants",
                    "approvals::what_was_decided_about_stays_and_what_only_shares_its_id_goes",
                ]),
            ),
            item("What crosses tenants is refused", REFUSED),
            item(
                "The way back, in reverse, with the data as it was",
                TAKEN_BACK,
            ),
        ],
        done: &[item(
            "The service works on it",
            Tests(&[
                "approvals::a_decision_is_recorded_about_everything_that_the_catalogue_lets_one_be",
                "approvals::decisions_are_read_in_the_order_of_time_and_by_what_narrows_them",
            ]),
        )],
    },
    Phase {
        label: "07A-8",
        title: "References to users",
        batch: Some("07A-8"),
        commits: &["07A-8: whom rows newly name is a user of the tenant, who stays"],
        verified: &[
            item("What crosses tenants is refused", REFUSED),
            item(
                "What stays in its tenant, free text among it, goes on working",
                LET_THROUGH,
            ),
            item(
                "The way back, in reverse, with the data as it was",
                TAKEN_BACK,
            ),
        ],
        done: &[
            item(
                "Whoever made, approved, took up, closed or was given something is scanned and reported",
                Tests(&[
                    "user_references::whom_the_old_platforms_rows_name_is_reported_stays_and_is_read_as_it_is",
                ]),
            ),
            item(
                "What is written names a user of the tenant",
                Tests(&[
                    "user_references::what_is_written_names_a_user_of_the_tenant_from_the_enforcing_step_on",
                    "user_references::on_postgres_nobody_is_named_and_deleted_at_once",
                ]),
            ),
        ],
    },
    Phase {
        label: "07A-10",
        title: "The old platform's logs",
        batch: Some("07A-10"),
        commits: &["07A-10: what the old platform wrote down is read by its tenant alone"],
        verified: &[
            item("What crosses tenants is refused", REFUSED),
            item("Another tenant's row is one that there is not", NOT_FOUND),
            item(
                "The way back, in reverse, with the data as it was",
                TAKEN_BACK,
            ),
        ],
        done: &[
            item(
                "Read by id, by type or user and in the order of time",
                Tests(&[
                    "history::what_happened_and_what_was_asked_is_found_by_type_by_user_and_by_time",
                ]),
            ),
            item(
                "No `system` row and no other tenant's id reaches a tenant",
                Tests(&[
                    "history::what_is_nobodys_and_what_a_tenant_left_that_is_gone_reaches_nobody",
                    "history::an_id_is_shown_where_a_row_of_the_tenant_has_it_and_masked_otherwise",
                ]),
            ),
            item(
                "What is newly written there is of a tenant that stays",
                Tests(&[
                    "history::what_is_newly_written_down_is_of_a_tenant_that_stays_or_a_request_of_nobodys",
                    "history::a_tenant_under_the_word_for_nobody_stops_the_adoption",
                ]),
            ),
        ],
    },
    Phase {
        label: "07A-9",
        title: "Keys",
        batch: Some("07A-9"),
        commits: &["07A-9: rows are told apart in their tenant"],
        verified: &[
            item("What crosses tenants is refused", REFUSED),
            item(
                "The way back, in reverse, with the data as it was",
                TAKEN_BACK,
            ),
            item(
                "The way back is refused while two tenants have the same id",
                Tests(&[
                    "migrations::keys::keys_are_not_taken_back_while_two_tenants_have_the_same_id",
                ]),
            ),
            item(
                "Values, and what a host made on the tables, stay as they are",
                Tests(&[
                    "migrations::keys::a_column_of_another_type_keeps_it_on_sqlite_and_every_value_with_it",
                    "migrations::keys::what_a_host_made_on_tables_that_are_made_anew_on_sqlite_stays",
                ]),
            ),
        ],
        done: &[item(
            "Primary keys are `(tenant_id, id)`, and no unique key reaches beyond its tenant",
            Tests(&[
                "catalogue::sqlite_is_what_the_catalogue_says_at_every_version",
                "catalogue::postgres_is_what_the_catalogue_says_at_every_version",
                "migrations::keys::what_another_tenant_has_under_the_same_id_is_neither_read_nor_written",
            ]),
        )],
    },
];
