//! What is let in on Postgres beside what the steps let in.

use ringfence::model::BoundaryLayer::{
    Functions, Grants, Login, RowLevelSecurity, RuntimeRole, Triggers,
};
use ringfence::model::BoundaryProblem::{Changed, Excess, Foreign, Missing, Privileged};
use ringfence::model::{BoundaryLayer, BoundaryProblem, BoundaryReport};
use ringfence_tests::fixture::{Engine, World, on};

use super::{broken, change, layer, report};

const ROLE: &str = "SELECT 'ringfence_' || left(encode(sha256(convert_to(current_database(), 'UTF8')), 'hex'), 16)";

/// The findings of a layer.
fn told(
    report: &BoundaryReport,
    table: Option<&str>,
    of: BoundaryLayer,
) -> Vec<(String, BoundaryProblem)> {
    let findings = &layer(report, table, of).findings;
    findings
        .iter()
        .map(|it| (it.what.clone(), it.problem))
        .collect()
}

#[tokio::test]
async fn what_everybody_may_is_too_much_even_what_the_runtime_role_may() {
    on(Engine::Postgres, async |world: &World| {
        for (right, of) in [
            ("SELECT", "SELECT on drones"),
            ("SELECT (name)", "SELECT (name) on drones"),
        ] {
            change(&world.place, &format!("GRANT {right} ON drones TO PUBLIC")).await;
            let found = report(&world.ringfence).await;
            let expected = vec![(of.to_owned(), Excess)];
            assert_eq!(told(&found, Some("drones"), Grants), expected);
            assert!(!found.is_whole());
            change(
                &world.place,
                &format!("REVOKE {right} ON drones FROM PUBLIC"),
            )
            .await;
        }
        assert!(report(&world.ringfence).await.is_whole());
    })
    .await;
}

/// A function is what triggers run by its name alone: neither one of another schema nor one that takes an argument.
#[tokio::test]
async fn a_function_that_only_has_the_name_stands_in_for_none_of_ours() {
    on(Engine::Postgres, async |world: &World| {
        let place = &world.place;
        let ours = "SELECT pg_get_functiondef('ringfence_refuse'::regproc)";
        let ours = place.raw_text(ours).await.unwrap();
        let body = "SELECT prosrc FROM pg_proc WHERE oid = 'ringfence_refuse'::regproc";
        let body = place.raw_text(body).await.unwrap();
        let returns = "RETURNS trigger LANGUAGE plpgsql AS $ours$";
        let elsewhere = format!(
            "CREATE SCHEMA elsewhere; CREATE FUNCTION elsewhere.ringfence_refuse() {returns}{body}$ours$;"
        );
        // One that takes an argument is no trigger's.
        let argument = format!(
            "CREATE FUNCTION ringfence_refuse(what text) RETURNS text LANGUAGE plpgsql AS $ours${body}$ours$;"
        );
        let silent = format!("CREATE OR REPLACE FUNCTION ringfence_refuse() {returns}BEGIN RETURN NULL; END$ours$;");
        change(place, &(elsewhere + &argument)).await;
        assert!(report(&world.ringfence).await.is_whole());
        change(place, &silent).await;
        let found = report(&world.ringfence).await;
        let expected = vec![("function ringfence_refuse".to_owned(), Changed)];
        assert_eq!(told(&found, None, Functions), expected);
        change(place, &ours).await;
        assert!(report(&world.ringfence).await.is_whole());
    })
    .await;
}

#[tokio::test]
async fn what_another_role_may_is_told() {
    on(Engine::Postgres, async |world: &World| {
        let role = format!("reporting_{:08x}", rand::random::<u32>());
        change(
            &world.place,
            &format!("CREATE ROLE {role}; GRANT SELECT ON drones TO {role}"),
        )
        .await;
        let found = report(&world.ringfence).await;
        let grants = layer(&found, Some("drones"), Grants);
        let [finding] = &grants.findings[..] else {
            panic!("{grants:?}")
        };
        assert_eq!(
            (finding.problem, finding.breaks, finding.what.as_str()),
            (Foreign, false, "SELECT on drones")
        );
        assert!(finding.why.contains(&role));
        assert!(found.is_whole());
        let gone = format!("DROP OWNED BY {role}; DROP ROLE {role}");
        change(&world.place, &gone).await;
    })
    .await;
}

#[tokio::test]
async fn a_policy_beside_the_tenants_own_is_too_much_where_it_shows_the_runtime_role_more() {
    on(Engine::Postgres, async |world: &World| {
        let role = world.place.raw_text(ROLE).await.unwrap();
        for (name, policy, problem) in [
            ("host", "USING (true)", Excess),
            ("host", "FOR SELECT USING (true)", Excess),
            ("host", "FOR INSERT WITH CHECK (true)", Excess),
            ("host", &format!("TO {role} USING (true)"), Excess),
            ("host", "TO pg_monitor USING (true)", Foreign),
            ("host", "AS RESTRICTIVE USING (true)", Foreign),
            // What is read is what the policy is, and not what it speaks of.
            ("host", "USING (name <> ' AS RESTRICTIVE')", Excess),
            (
                "host",
                "FOR INSERT WITH CHECK (name <> ' AS RESTRICTIVE')",
                Excess,
            ),
            ("host AS RESTRICTIVE", "USING (true)", Excess),
            ("host USING (true)", "AS RESTRICTIVE USING (true)", Foreign),
        ] {
            let made = format!("CREATE POLICY \"{name}\" ON drones {policy}");
            change(&world.place, &made).await;
            let found = report(&world.ringfence).await;
            let expected = vec![(format!("policy {name} on drones"), problem)];
            assert_eq!(
                told(&found, Some("drones"), RowLevelSecurity),
                expected,
                "{made}"
            );
            assert_eq!(found.is_whole(), problem == Foreign, "{made}");
            change(&world.place, &format!("DROP POLICY \"{name}\" ON drones")).await;
        }
    })
    .await;
}

/// A policy applies to whoever has the rights of its role, and to nobody whose name is only like it. What stands in another
/// schema says nothing of this one.
#[tokio::test]
async fn a_policy_for_a_role_whose_rights_the_runtime_role_has_shows_it_more() {
    on(Engine::Postgres, async |world: &World| {
        let role = world.place.raw_text(ROLE).await.unwrap();
        let (crew, alike) = (format!("crew_of_{role}"), format!("{role}_alike"));
        change(
            &world.place,
            &format!("CREATE ROLE {crew}; CREATE ROLE {alike}; CREATE ROLE {crew}s; GRANT {crew} TO {crew}s"),
        )
        .await;
        let elsewhere = "CREATE SCHEMA beside; CREATE TABLE beside.drones (id text);
             CREATE POLICY host ON beside.drones USING (true)";
        change(&world.place, elsewhere).await;
        for (granted, to, problem) in [
            ("SELECT 1".to_owned(), &crew, Foreign),
            ("SELECT 1".to_owned(), &alike, Foreign),
            (format!("GRANT {crew}s TO {role}"), &crew, Excess),
        ] {
            let policy = format!("CREATE POLICY host ON drones TO {to} USING (true)");
            change(&world.place, &format!("{granted}; {policy}")).await;
            let found = report(&world.ringfence).await;
            let expected = vec![("policy host on drones".to_owned(), problem)];
            assert_eq!(
                told(&found, Some("drones"), RowLevelSecurity),
                expected,
                "{granted}: {to}"
            );
            assert_eq!(found.is_whole(), problem == Foreign, "{granted}: {to}");
            change(&world.place, "DROP POLICY host ON drones").await;
        }
        let gone = format!(
            "DROP SCHEMA beside CASCADE; DROP ROLE {crew}s; DROP ROLE {crew}; DROP ROLE {alike}"
        );
        change(&world.place, &gone).await;
    })
    .await;
}

#[tokio::test]
async fn the_tenants_policy_for_some_roles_or_commands_only_is_not_the_tenants_policy() {
    on(Engine::Postgres, async |world: &World| {
    for narrowed in ["AS RESTRICTIVE", "FOR UPDATE", "TO pg_monitor"] {
        let policy = "SELECT 'USING (' || qual || ') WITH CHECK (' || with_check || ')' FROM pg_policies \
                      WHERE tablename = 'drones'";
        let policy = world.place.raw_text(policy).await.unwrap();
        let drop = "DROP POLICY ringfence_tenant ON drones";
        let made = format!("CREATE POLICY ringfence_tenant ON drones {narrowed} {policy}");
        change(&world.place, &format!("{drop}; {made}")).await;
        let found = report(&world.ringfence).await;
        let expected = vec![(
            "policy ringfence_tenant on drones".to_owned(),
            BoundaryProblem::Changed,
        )];
        assert_eq!(
            told(&found, Some("drones"), RowLevelSecurity),
            expected,
            "{narrowed}"
        );
        let whole = format!("{drop}; CREATE POLICY ringfence_tenant ON drones {policy}");
        change(&world.place, &whole).await;
        assert!(report(&world.ringfence).await.is_whole());
    }
    }).await;
}

#[tokio::test]
async fn a_rule_is_told() {
    on(Engine::Postgres, async |world: &World| {
        let rule = "CREATE RULE host AS ON DELETE TO drones DO ALSO NOTHING";
        change(&world.place, rule).await;
        let found = report(&world.ringfence).await;
        let expected = vec![("rule host on drones".to_owned(), Foreign)];
        assert_eq!(told(&found, Some("drones"), Triggers), expected);
        assert!(found.is_whole());
    })
    .await;
}

#[tokio::test]
async fn a_runtime_role_that_passes_row_level_security_holds_nothing() {
    on(Engine::Postgres, async |world: &World| {
        let role = world.place.raw_text(ROLE).await.unwrap();
        let what = format!("role {role}");
        for (gained, lost) in [("SUPERUSER", "NOSUPERUSER"), ("BYPASSRLS", "NOBYPASSRLS")] {
            change(&world.place, &format!("ALTER ROLE {role} {gained}")).await;
            let found = report(&world.ringfence).await;
            change(&world.place, &format!("ALTER ROLE {role} {lost}")).await;
            assert!(!found.is_whole());
            assert!(told(&found, None, RuntimeRole).contains(&(what.clone(), Excess)));
        }
        let stranger = format!("ringfence_{:016x}", rand::random::<u64>());
        let given = format!("CREATE ROLE {stranger}; GRANT SELECT ON drones TO {stranger}");
        change(&world.place, &given).await;
        let found = report(&world.ringfence).await;
        assert_eq!(broken(&found).len(), 1, "{:#?}", broken(&found));
        change(
            &world.place,
            &format!("DROP OWNED BY {stranger}; DROP ROLE {stranger}"),
        )
        .await;
        assert!(report(&world.ringfence).await.is_whole());
    })
    .await;
}

#[tokio::test]
async fn a_runtime_role_that_is_not_there_is_missed() {
    on(Engine::Postgres, async |world: &World| {
        let role = world.place.raw_text(ROLE).await.unwrap();
        change(
            &world.place,
            &format!("DROP OWNED BY {role}; DROP ROLE {role}"),
        )
        .await;
        let found = report(&world.ringfence).await;
        let what = format!("role {role}");
        assert!(told(&found, None, RuntimeRole).contains(&(what, Missing)));
        assert!(!found.is_whole());
    })
    .await;
}

/// The suite's is a superuser.
#[tokio::test]
async fn a_login_that_passes_row_level_security_is_told() {
    on(Engine::Postgres, async |world: &World| {
        let found = report(&world.ringfence).await;
        let login = "login postgres".to_owned();
        assert_eq!(told(&found, None, Login), [(login, Privileged)]);
        assert!(found.is_whole());
    })
    .await;
}
