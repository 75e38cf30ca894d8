//! A registry is proved whole, and its unproved scopes are held to lists.

use super::super::{Entry, Exceptions, Finding, Scope, prove_registry};
use super::tables;

fn entry(name: &'static str, scope: Scope, text: &'static str) -> Entry<'static> {
    Entry {
        name,
        scope,
        sqlite: Some(text),
        postgres: Some(text),
    }
}

const HELD: &str = "SELECT id FROM drones WHERE tenant_id = $1";

#[test]
fn a_registry_with_every_exception_listed_is_proved_on_both_engines() {
    let entries = [
        entry("drone", Scope::Tenant, HELD),
        entry(
            "permission_names",
            Scope::Global,
            "SELECT name FROM permissions",
        ),
        entry("scan", Scope::Operator, "SELECT id FROM drones"),
        entry("begin", Scope::Control, "BEGIN"),
    ];
    let exceptions = Exceptions {
        operator: &["scan"],
        control: &["begin"],
    };
    assert_eq!(prove_registry(entries, &tables(), exceptions), Ok(4));
}

#[test]
fn everything_wrong_with_a_registry_is_found_at_once() {
    let weak = Entry {
        postgres: Some("SELECT id FROM drones"),
        ..entry("weak", Scope::Tenant, HELD)
    };
    let entries = [
        weak,
        entry("twice", Scope::Tenant, HELD),
        entry("twice", Scope::Tenant, HELD),
        entry("new", Scope::Operator, "SELECT id FROM drones"),
        entry("moved", Scope::Control, "BEGIN"),
    ];
    let exceptions = Exceptions {
        operator: &["moved"],
        control: &[],
    };
    let findings = prove_registry(entries, &tables(), exceptions).unwrap_err();
    let texts: Vec<_> = findings.iter().map(Finding::to_string).collect();
    assert_eq!(
        texts,
        [
            "weak (Postgres): `drones` at 1:16 in query › FROM: no top-level conjunct `drones.tenant_id = $1`",
            "twice: two statements bear this name",
            "new: Operator scope, and not among the listed exceptions",
            "moved: Control scope, and not among the listed exceptions",
            "moved: listed as an exception, and no statement of Operator scope",
        ]
    );
}
