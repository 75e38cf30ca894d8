//! The public methods of the handles, as they are written.

use std::collections::BTreeSet;
use std::fs;

use proc_macro2::TokenStream;
use quote::ToTokens;
use xtask::repository::root;

use super::{items, names, owner, parsed, same};

/// The public types that reach the scope of a session, however it stands in them.
pub(crate) fn handles() -> BTreeSet<String> {
    reaching("SessionScope")
}

/// The public types that hold this one, or hold what does.
pub(crate) fn reaching(held: &str) -> BTreeSet<String> {
    // What is below the frame has names of its own.
    let below = root().join("core/src/store");
    let mut files = parsed("core/src");
    files.retain(|(path, _)| !path.starts_with(&below));
    let types: Vec<(&syn::Visibility, String, TokenStream)> = files
        .iter()
        .flat_map(|(_, file)| items(file))
        .filter_map(|item| match item {
            syn::Item::Struct(one) => Some((
                &one.vis,
                one.ident.to_string(),
                one.fields.to_token_stream(),
            )),
            syn::Item::Enum(one) => Some((
                &one.vis,
                one.ident.to_string(),
                one.variants.to_token_stream(),
            )),
            _ => None,
        })
        .collect();
    let mut reach = BTreeSet::from([held.to_owned()]);
    loop {
        let before = reach.len();
        for (_, name, held) in &types {
            if reach.iter().any(|known| names(held, known)) {
                reach.insert(name.clone());
            }
        }
        if reach.len() == before {
            break;
        }
    }
    let public = types.into_iter().filter_map(|(visibility, name, _)| {
        matches!(visibility, syn::Visibility::Public(_)).then_some(name)
    });
    public.filter(|name| reach.contains(name)).collect()
}

/// The names of the public methods of the handles of a session.
pub(crate) fn methods(folder: &str) -> BTreeSet<String> {
    let found = signatures(folder, &handles()).into_iter();
    found
        .map(|(_, signature)| signature.ident.to_string())
        .collect()
}

/// The public methods of these types, each with its type and all that it says of itself. What gives another of them and
/// asks nothing of the database is no method of its own.
pub(crate) fn signatures(
    folder: &str,
    handles: &BTreeSet<String>,
) -> Vec<(String, syn::Signature)> {
    let mut found = Vec::new();
    for (path, file) in parsed(folder) {
        found.extend(methods_in(&file, handles, &path.display().to_string()));
    }
    assert!(!found.is_empty());
    found
}

fn methods_in(
    file: &syn::File,
    handles: &BTreeSet<String>,
    path: &str,
) -> Vec<(String, syn::Signature)> {
    let mut found = Vec::new();
    for item in items(file) {
        let of = match item {
            syn::Item::Impl(of) => of,
            syn::Item::Macro(made) => {
                let text = made.mac.tokens.to_string();
                let makes =
                    text.contains("pub async fn") && handles.iter().any(|it| names(made, it));
                assert!(
                    !makes,
                    "{path}: a method of a handle is made where nobody can read it"
                );
                continue;
            }
            _ => continue,
        };
        let owner = owner(of);
        for item in &of.items {
            let syn::ImplItem::Fn(method) = item else {
                continue;
            };
            let is_public = of.trait_.is_some() || matches!(method.vis, syn::Visibility::Public(_));
            let gives_a_handle = handles.iter().any(|it| names(&method.sig.output, it));
            let asks = method.sig.asyncness.is_some() || method.sig.inputs.len() > 1;
            if handles.contains(&owner) && is_public && (asks || !gives_a_handle) {
                found.push((owner.clone(), method.sig.clone()));
            }
        }
    }
    found
}

#[test]
fn a_method_is_seen_however_it_is_written() {
    let handles = BTreeSet::from(["Drones".to_owned(), "TenantSession".to_owned()]);
    let seen = |text: &str| {
        let file = syn::parse_str(text).unwrap();
        !methods_in(&file, &handles, "here").is_empty()
    };
    for text in [
        "impl Drones { pub async fn purge(&self) {} }",
        "impl super::Drones { pub async fn purge(&self) {} }",
        "impl<'s> crate::Drones<'s> { pub fn purge(&self) {} }",
        "mod within { impl super::Drones { pub async fn purge(&self) {} } }",
        "impl Purge for Drones { async fn purge(&self) {} }",
        "impl Drones { pub async fn act_as(&self, user: UserId) -> Result<TenantSession> {} }",
        "impl Drones { pub fn act_as(&self, user: UserId) -> TenantSession {} }",
    ] {
        assert!(seen(text), "{text}");
    }
    for text in [
        "impl Drones { async fn purge(&self) {} }",
        "impl Others { pub async fn purge(&self) {} }",
        "impl TenantSession { pub fn drones(&self) -> Drones {} }",
        "#[cfg(test)] mod tests { impl Drones { pub async fn purge(&self) {} } }",
    ] {
        assert!(!seen(text), "{text}");
    }
}

/// A function beside the handles would be in no table of calls.
#[test]
fn nothing_reaches_the_database_from_outside_but_the_methods_of_the_handles() {
    let library = fs::read_to_string(root().join("core/src/lib.rs")).unwrap();
    let is_public = |visibility: &syn::Visibility| matches!(visibility, syn::Visibility::Public(_));
    let mut modules = BTreeSet::new();
    for item in syn::parse_file(&library).unwrap().items {
        match item {
            syn::Item::Use(used) if is_public(&used.vis) => {
                let text = used.tree.to_token_stream().to_string();
                let mut words = text.split(|c: char| c != '_' && !c.is_alphanumeric());
                let leads = [
                    "crate",
                    "as",
                    "error",
                    "environment",
                    "options",
                    "ringfence",
                    "service",
                    "session",
                ];
                let other = words
                    .find(|word| word.starts_with(char::is_lowercase) && !leads.contains(word));
                assert_eq!(
                    other, None,
                    "{text}: a type is exported, a function is a method of one"
                );
            }
            syn::Item::Mod(module) if is_public(&module.vis) => {
                modules.insert(module.ident.to_string());
            }
            syn::Item::Fn(function) => assert!(!is_public(&function.vis), "{}", function.sig.ident),
            _ => {}
        }
    }
    let listed = ["blocking", "model", "schema", "testing"].map(str::to_owned);
    same(
        &modules,
        &listed.into(),
        ["public: say here what it does for a host", "public no more"],
    );
    for module in ["blocking.rs", "model", "schema"] {
        let files = match module {
            "blocking.rs" => vec![
                syn::parse_file(&fs::read_to_string(root().join("core/src/blocking.rs")).unwrap())
                    .unwrap(),
            ],
            folder => parsed(&format!("core/src/{folder}"))
                .into_iter()
                .map(|(_, file)| file)
                .collect(),
        };
        let reach = files.iter().flat_map(items).any(|item| {
            ["Database", "SessionScope", "Store"]
                .iter()
                .any(|held| names(item, held))
        });
        assert!(!reach, "core/src/{module} reaches the database");
    }
}
