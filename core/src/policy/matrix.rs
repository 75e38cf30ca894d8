//! `governance/rbac_matrix.md` says who may do what; it is generated from the roles, and held equal to them here.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;
use std::path::Path;

use super::roles::STARTING_ROLES;
use crate::model::Permission;

fn matrix() -> String {
    let mut text = String::from(
        "# Roles and permissions\n\n\
         Generated from `core/src/policy/roles.rs`; after a change there run\n\
         `RINGFENCE_BLESS=1 cargo test -p ringfence --lib rbac_matrix`.\n\n\
         Every tenant starts with these roles and may make its own. A deny wins over every grant.\n\n\
         | role | what it is for |\n|---|---|\n",
    );
    for role in STARTING_ROLES {
        writeln!(text, "| `{}` | {} |", role.name, role.description).unwrap();
    }
    text.push_str("\n| permission |");
    for role in STARTING_ROLES {
        write!(text, " {} |", role.name).unwrap();
    }
    text.push_str("\n|---|");
    text.push_str(&":-:|".repeat(STARTING_ROLES.len()));
    text.push('\n');
    for &permission in Permission::ALL {
        write!(text, "| `{permission}` |").unwrap();
        for role in STARTING_ROLES {
            text.push_str(if role.set().contains(permission) {
                " ✓ |"
            } else {
                " |"
            });
        }
        text.push('\n');
    }
    text.push_str(
        "\nThe catalogue is fixed by the library. The stored legacy names `inspection:read` and `inspection:write` count as\n\
         `inspection.read` and `inspection.write`; any other name grants nothing and is reported.\n",
    );
    text
}

#[test]
fn the_rbac_matrix_says_what_the_roles_hold() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../governance/rbac_matrix.md");
    if std::env::var_os("RINGFENCE_BLESS").is_some() {
        std::fs::write(&path, matrix()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(
        written == matrix(),
        "{} is out of date: run this test with RINGFENCE_BLESS=1",
        path.display()
    );
}
