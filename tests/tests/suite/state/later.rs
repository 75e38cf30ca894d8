//! The boxes of 07B to 07E.

use super::By::{Open, Run, Tests};
use super::{Phase, item};

pub(super) const PHASES: &[Phase] = &[
    Phase {
        label: "07B",
        title: "RBAC boundary",
        batch: Some("07B"),
        commits: &[
            "Policy: the permission catalogue, the starting roles and the decision",
            "migrations: add the policy tables and the epoch that triggers move (07b_policy)",
            "migrations: add the policy tables and the epoch on Postgres",
            "identity: names are one in every encoding, and sessions end with their password",
        ],
        verified: &[
            item(
                "Missing permission returns `403`",
                Tests(&[
                    "calls::permissions::each_call_needs_exactly_the_permissions_that_the_table_says",
                ]),
            ),
            item(
                "Cross-tenant access remains `404` (not `403`)",
                Tests(&[
                    "indistinguishable::another_tenants_id_is_indistinguishable_from_a_random_one",
                ]),
            ),
            item(
                "In-tenant allowed actions remain successful",
                Tests(&["conformance::both_engines_answer_every_call_alike"]),
            ),
        ],
        done: &[
            item(
                "RBAC matrix documented and approved",
                Run("cargo xtask doc --strict"),
            ),
            item(
                "Central authorization path wired for protected routes",
                Tests(&[
                    "calls::nothing_but_what_a_caller_is_told_of_itself_is_without_a_permission",
                    "sources::methods::nothing_reaches_the_database_from_outside_but_the_methods_of_the_handles",
                ]),
            ),
            item(
                "`403` vs `404` behavior tested and stable",
                Tests(&[
                    "calls::permissions::each_call_needs_exactly_the_permissions_that_the_table_says",
                    "indistinguishable::another_tenants_id_is_indistinguishable_from_a_random_one",
                ]),
            ),
            item(
                "People, sites and service accounts",
                Open("the depth of access, which comes after 07A"),
            ),
        ],
    },
    Phase {
        label: "07C",
        title: "Audit and traceability",
        batch: Some("07C"),
        commits: &[
            "migrations: keep an append-only audit log per tenant, and one for the deployment",
            "migrations: keep the Merkle log on Postgres",
            "audit: read and verify a tenant's log and the deployment's",
        ],
        verified: &[
            item(
                "Write operations emit audit events with tenant/user/action metadata",
                Tests(&[
                    "calls::effects::each_call_leaves_the_rows_that_the_table_says_and_one_event_that_tells_them",
                ]),
            ),
            item(
                "Event query API enforces tenant visibility",
                Tests(&[
                    "event_filters::a_filter_of_a_log_keeps_every_event_that_fits_it_and_no_other",
                    "guards_postgres::row_level_security::a_reserved_id_opens_no_log_whoever_names_it",
                ]),
            ),
        ],
        done: &[
            item("Audit spec published", Run("cargo xtask doc --strict")),
            item(
                "Audit storage path implemented",
                Tests(&["tampering::one_changed_thing_is_named"]),
            ),
            item(
                "Write-path event emission covered by tests",
                Tests(&["group_commit::a_unit_that_writes_without_an_event_is_refused_alone"]),
            ),
            item("Events of `command`", Open("the command queue")),
        ],
    },
    Phase {
        label: "07D",
        title: "Data integrity and backfill safety",
        batch: None,
        commits: &[],
        verified: &[
            item(
                "`tenant_id` nulls, tenant FK mismatches, orphaned child rows",
                Tests(&[
                    "migrations::preflight::broken_rows_stop_the_first_step_and_every_one_is_named",
                ]),
            ),
            item(
                "Before and after enforcement, as part of `migrate`",
                Tests(&[
                    "migrations::preflight::broken_rows_stop_the_adoption_before_anything_is_written",
                    "migrations::preflight::what_is_written_while_a_run_goes_on_stops_the_step_that_validates_it",
                ]),
            ),
        ],
        done: &[
            item(
                "Integrity script exists and is documented",
                Tests(&["migrations::scans::the_page_about_the_scan_is_what_the_library_does"]),
            ),
            item(
                "Log outputs written to `logs/`",
                Run("cargo xtask db --upgrade-head --integrity-scan"),
            ),
            item(
                "CI smoke target executes and fails on integrity issues",
                Run("cargo xtask postgres -- sh -c '.ci/scan \"$RINGFENCE_TEST_POSTGRES\"'"),
            ),
        ],
    },
    Phase {
        label: "07E",
        title: "Packaging and governance",
        batch: None,
        commits: &[],
        verified: &[],
        done: &[
            item(
                "Governance docs published",
                Tests(&[
                    "boundary_matrix::the_boundary_matrix_is_what_the_catalogue_says",
                    "state::the_state_is_what_the_boxes_say",
                ]),
            ),
            item(
                "Tooling modes available and documented: `doc --strict`",
                Run("cargo xtask doc --strict"),
            ),
            item(
                "`build --lint --typecheck --test`",
                Run("cargo xtask --require-all build --lint --typecheck"),
            ),
            item(
                "`db --upgrade-head --integrity-scan`",
                Run("cargo xtask db --upgrade-head --integrity-scan"),
            ),
            item(
                "PR template/checklist updated",
                Tests(&["state::the_template_of_a_change_asks_what_the_blueprint_asks"]),
            ),
        ],
    },
];
