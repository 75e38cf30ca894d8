//! What of the library can be done in a shell, and what cannot: read from the library's source.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use xtask::repository::root;

use crate::every_command::commands;

/// The command that calls a method.
const CALLED: &[(&str, &str)] = &[
    ("Ringfence::migration_status", "status"),
    ("Ringfence::migrate", "migrate"),
    ("Ringfence::rollback", "rollback"),
    ("Ringfence::integrity_scan", "scan"),
    ("Ringfence::boundary_report", "boundary"),
    ("Ringfence::rekey", "rekey"),
    ("Ringfence::create_tenant", "tenants create"),
    ("Ringfence::tenants", "tenants list"),
    ("Ringfence::tenant", "tenants show"),
    ("Ringfence::rename_tenant", "tenants rename"),
    ("Ringfence::disable_tenant", "tenants disable"),
    ("Ringfence::enable_tenant", "tenants enable"),
    ("Ringfence::restore_admin", "tenants restore-admin"),
    ("Ringfence::create_admin", "tenants create-admin"),
    ("Ringfence::role_growth", "tenants growth"),
    ("Ringfence::grow_roles", "tenants grow"),
    ("DeploymentLog::events", "deployment-log events"),
    ("DeploymentLog::event", "deployment-log event"),
    ("DeploymentLog::verify", "deployment-log verify"),
    ("Audit::events", "audit events"),
    ("Audit::event", "audit event"),
    ("Audit::verify", "audit verify"),
    ("Audit::legacy_events", "audit legacy-events"),
    ("Audit::legacy_event", "audit legacy-event"),
    ("Audit::legacy_requests", "audit legacy-requests"),
    ("Audit::legacy_request", "audit legacy-request"),
    ("TenantSession::whoami", "whoami"),
    ("TenantSession::authorize", "authorize"),
    ("TenantSession::set_self_approval", "self-approval"),
    ("Identity::users", "users list"),
    ("Identity::user", "users show"),
    ("Identity::create_user", "users create"),
    ("Identity::update_user", "users update"),
    ("Identity::delete_user", "users delete"),
    ("Identity::set_password", "users set-password"),
    ("Identity::end_sessions", "users end-sessions"),
    ("Identity::permissions_of", "users permissions"),
    ("Identity::roles", "roles list"),
    ("Identity::create_role", "roles create"),
    ("Identity::role", "roles show"),
    ("Identity::update_role", "roles update"),
    ("Identity::delete_role", "roles delete"),
    ("Identity::grant", "roles grant"),
    ("Identity::revoke", "roles revoke"),
    ("Identity::assign_role", "roles assign"),
    ("Identity::unassign_role", "roles unassign"),
    ("Drones::list", "drones list"),
    ("Drones::get", "drones show"),
    ("Missions::list", "missions list"),
    ("Missions::get", "missions show"),
    ("Missions::plan", "missions plan"),
    ("Missions::approvals", "missions approvals"),
    ("Missions::runs", "missions runs"),
    ("Missions::run", "missions run"),
    ("Inspections::templates", "inspections templates"),
    ("Inspections::tasks", "inspections tasks"),
    ("Inspections::task", "inspections task"),
    ("Inspections::observations", "inspections observations"),
    ("Inspections::exports", "inspections exports"),
    ("Inspections::export", "inspections export"),
    ("Defects::list", "defects list"),
    ("Defects::get", "defects show"),
    ("Incidents::list", "incidents list"),
    ("Incidents::get", "incidents show"),
    ("Incidents::close_incident", "incidents close"),
    ("Alerts::list", "alerts list"),
    ("Alerts::get", "alerts show"),
    ("Alerts::ack", "alerts ack"),
    ("Alerts::close_alert", "alerts close"),
    ("Approvals::list", "approvals list"),
    ("Approvals::get", "approvals show"),
    ("Commands::legacy_commands", "commands legacy-list"),
    ("Commands::legacy_command", "commands legacy-show"),
    ("Defects::assign", "defects assign"),
    ("Defects::advance", "defects advance"),
];

const EVERY: &str = "every command that works with a database or a session does it by itself";
const PROVES: &str = "who is at the shell vouches for the actor and proves nothing with a password";
/// The handles of which an operator looks at what has a command above: the rest has none, each with its reason.
const LOOKED_AT: &[(&str, &str)] = &[
    ("Drones", REGISTRY),
    ("Missions", FLIGHTS),
    ("Inspections", FINDINGS),
    ("Defects", FINDINGS),
    ("Incidents", REPORTS),
    ("Alerts", REPORTS),
    ("Approvals", DECISIONS),
    ("Commands", TOLD),
];

const COUNTED: &str = "history is looked at, a page at a time; hosts count";
const REGISTRY: &str = "the registry is kept by the host's own programs; an operator looks";
const REPORTS: &str =
    "the host's programs report and raise them; an operator looks, takes them up and closes them";
const DECISIONS: &str =
    "people decide in the host's program; an operator looks at what they decided";
const TOLD: &str = "what the old platform had drones told is history; an operator looks";
const FLIGHTS: &str = "missions are written, decided about and flown by people in the host's program; an operator looks";
const FINDINGS: &str = "what is seen is written by the host's own programs; an inspector looks, makes reports, and takes defects further";

/// What has no command, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("Ringfence::open", EVERY),
    ("Ringfence::open_with_source", EVERY),
    ("Ringfence::session", EVERY),
    ("Ringfence::shutdown", "the process ends"),
    ("Ringfence::login", PROVES),
    (
        "TenantSession::tenant",
        "`tenants show` says the same of any tenant",
    ),
    ("Audit::count_legacy_events", COUNTED),
    ("Audit::count_legacy_requests", COUNTED),
];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn parsed(path: &Path) -> syn::File {
    syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The names that the library's root makes public.
fn public_names() -> BTreeSet<String> {
    fn leaves(tree: &syn::UseTree, into: &mut BTreeSet<String>) {
        match tree {
            syn::UseTree::Path(path) => leaves(&path.tree, into),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, into)),
            syn::UseTree::Name(name) => drop(into.insert(name.ident.to_string())),
            syn::UseTree::Rename(name) => drop(into.insert(name.ident.to_string())),
            syn::UseTree::Glob(_) => panic!("the root names what is public"),
        }
    }
    let mut names = BTreeSet::new();
    for item in parsed(&root().join("core/src/lib.rs")).items {
        if let syn::Item::Use(public) = item
            && matches!(public.vis, syn::Visibility::Public(_))
        {
            leaves(&public.tree, &mut names);
        }
    }
    names
}

/// What the library's public handles do: their public methods that take a while.
fn methods() -> BTreeSet<String> {
    let handles = public_names();
    let mut files = Vec::new();
    sources(&root().join("core/src"), &mut files);
    let mut found = BTreeSet::new();
    // The blocking surface is the same over again.
    files.retain(|path| !path.ends_with("blocking.rs"));
    for item in files.iter().flat_map(|path| parsed(path).items) {
        let syn::Item::Impl(block) = item else {
            continue;
        };
        let owner = block.self_ty.to_token_stream().to_string();
        for item in block.items {
            if let syn::ImplItem::Fn(method) = item
                && handles.contains(&owner)
                && matches!(method.vis, syn::Visibility::Public(_))
                && method.sig.asyncness.is_some()
            {
                found.insert(format!("{owner}::{}", method.sig.ident));
            }
        }
    }
    found
}

#[test]
fn every_method_of_the_library_has_a_command_or_a_reason_for_none() {
    let found = methods();
    assert!(found.len() > 40, "{found:?}");
    let mut listed = BTreeMap::new();
    for (method, why) in CALLED.iter().chain(WITHOUT) {
        assert_eq!(
            listed.insert((*method).to_owned(), *why),
            None,
            "{method} is listed twice"
        );
    }
    let listed: BTreeSet<String> = listed.into_keys().collect();
    let looked_at = |method: &&String| {
        LOOKED_AT
            .iter()
            .any(|(handle, _)| method.starts_with(&format!("{handle}::")))
    };
    let missing: Vec<_> = found
        .difference(&listed)
        .filter(|it| !looked_at(it))
        .collect();
    assert!(
        missing.is_empty(),
        "{missing:?}: give it a command, or say in WITHOUT why it has none"
    );
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(
        gone.is_empty(),
        "{gone:?}: the library has no such method: take it out of the list"
    );
}

#[test]
fn every_command_calls_the_method_that_it_stands_for() {
    let mut left = commands();
    for (method, command) in CALLED {
        assert!(
            left.remove(*command),
            "there is no command {command}, or it is listed twice"
        );
        let file = command.replace(' ', "/").replace('-', "_") + ".rs";
        let path = root().join("tooling/cli/src/commands").join(file);
        let text = fs::read_to_string(&path).unwrap();
        let name = method.split_once("::").unwrap().1;
        assert!(
            text.contains(&format!(".{name}(")),
            "{} calls no {method}",
            path.display()
        );
    }
    let own: Vec<String> = left.into_iter().collect();
    assert_eq!(
        own,
        ["completions", "man"],
        "a command that no method stands behind"
    );
}

/// The texts in the patterns of its matches.
fn advised() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("tooling/cli/src/failure/advice.rs")).unwrap();
    let arms = text.lines().filter_map(|line| line.split_once("=>"));
    let texts = arms.flat_map(|(pattern, _)| pattern.split('"').skip(1).step_by(2));
    texts.map(str::to_owned).collect()
}

#[test]
fn advice_is_given_about_what_the_library_says() {
    let mut files = Vec::new();
    sources(&root().join("core/src"), &mut files);
    let library: String = files
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let advised = advised();
    assert!(advised.len() > 30, "{advised:?}");
    for code in advised {
        let text = format!("\"{code}\"");
        assert!(
            library.contains(&text),
            "{code}: the library says no such thing"
        );
    }
}
