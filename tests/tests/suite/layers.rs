//! Imports run downward only: between the layers of the core, between the floors of its store, and from file to file.
//!
//! An import goes to the file in which the name is declared, however it is spelled and through whichever re-export, in
//! a `use`, in a path or in what a macro is made of. A module and its children are files like any others: where a `mod.rs`
//! uses or re-exports a child, what the child needs stands beside it and not in the `mod.rs`. What only tests need is
//! passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item, UseTree};
use xtask::repository::root;

/// The core, from the top, as `docs/architecture.md` draws it. What stands in one line knows nothing of each other.
const LAYERS: &[&[&str]] = &[
    &["blocking", "testing"],
    &["ringfence"],
    &["session"],
    &["service"],
    &["frame"],
    &["password"],
    &["database"],
    &["audit", "policy"],
    &["store"],
    &["environment", "options", "sealing"],
    &["process"],
    &["error"],
    &["schema"],
    &["model"],
];

/// Its store, likewise.
const FLOORS: &[&[&str]] = &[
    &["migrate"],
    &["open"],
    &["writers"],
    &["tx"],
    &["location"],
    &["postgres", "sqlite"],
    &["terms"],
    &["probe"],
    &["statements"],
    &["sql"],
    &["rigging"],
    &["calling", "engine", "settings"],
];

#[test]
fn no_layer_of_the_core_imports_what_is_above_it() {
    assert_eq!(core().upward(None, LAYERS), [""; 0]);
}

#[test]
fn no_floor_of_the_store_imports_what_is_above_it() {
    assert_eq!(core().upward(Some("store"), FLOORS), [""; 0]);
}

#[test]
fn no_file_of_the_core_imports_itself_through_others() {
    assert_eq!(core().circle(), None);
}

#[test]
fn an_import_is_seen_however_it_is_spelled() {
    let lower = [
        "use crate::upper::Thing;",
        "use super::upper::{inner, Thing as Other};",
        "fn f() { crate::upper::make() }",
        "use crate::upper; fn f() { upper::make() }",
        "fn f() -> Vec<super::upper::Thing> { vec![] }",
        "macro_rules! m { () => { $crate::upper::Thing }; }",
        "fn f() { use super::upper::{Thing, make}; }",
        "mod nested { use super::super::upper::Thing; }",
        "use crate::Thing;",
        "use crate::facade::Thing;",
    ];
    for text in lower {
        let found = small(text).upward(None, ABOVE);
        let one = ["lower.rs imports upper.rs"];
        assert_eq!(found, one, "{text}");
        assert_eq!(small(text).circle(), None, "{text}");
    }
    let none = "#[cfg(test)] mod tests { use crate::upper::Thing; } use std::upper::Thing;";
    assert_eq!(small(none).upward(None, ABOVE), [""; 0]);
}

#[test]
fn a_circle_is_found_through_a_modules_children_and_their_macros() {
    let parents = Graph::of([
        (
            "a/mod.rs",
            "mod b; pub struct Of(b::B); macro_rules! m { () => {}; }",
        ),
        ("a/b.rs", "pub struct B; use super::Of;"),
    ]);
    let circle = Some("a/b.rs > a/mod.rs > a/b.rs".to_owned());
    assert_eq!(parents.circle(), circle);
    let macros = Graph::of([
        (
            "a/mod.rs",
            "mod b; pub struct Of(b::B); macro_rules! m { () => {}; }",
        ),
        ("a/b.rs", "pub struct B; m!();"),
    ]);
    assert_eq!(macros.circle(), circle);
    let facade = Graph::of([
        ("a/mod.rs", "mod b; mod c; pub use b::B;"),
        ("a/b.rs", "pub struct B;"),
        ("a/c.rs", "use super::B; use crate::a::B as Again;"),
    ]);
    assert_eq!(facade.circle(), None);
}

const ABOVE: &[&[&str]] = &[&["facade"], &["upper"], &["lower"]];

/// A file that imports, beside one that is imported.
fn small(lower: &'static str) -> Graph {
    Graph::of([
        (
            "lib.rs",
            "mod facade; mod lower; mod upper; pub use upper::Thing;",
        ),
        (
            "facade/mod.rs",
            "pub use crate::upper::*; pub use crate::upper::Thing;",
        ),
        ("lower.rs", lower),
        (
            "upper.rs",
            "pub struct Thing; pub fn make() {} pub mod inner {}",
        ),
    ])
}

fn core() -> Graph {
    let source = root().join("core/src");
    let files = crate::sources::code("core/src", &[]).into_iter();
    let files: Vec<(String, String)> = files
        .map(|(path, lines)| {
            let path = path.strip_prefix(&source).unwrap();
            (path.display().to_string(), lines.join("\n"))
        })
        .collect();
    Graph::of(files.iter().map(|(path, text)| (&**path, &**text)))
}

/// The place of a module, from the crate's root.
type Place = Vec<String>;

#[derive(Default)]
struct Module {
    file: String,
    /// What is declared in it, and its macros.
    declared: BTreeSet<String>,
    macros: BTreeSet<String>,
    /// Its names for what is elsewhere, with the paths as they are written.
    named: Vec<(String, Place)>,
    /// Paths in its code, as they are written, and macros without a path.
    paths: Vec<Place>,
    calls: BTreeSet<String>,
}

/// Which file imports which.
struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    fn of<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let (mut modules, mut tests) = (BTreeMap::new(), Vec::new());
        for (file, text) in files {
            let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
            read(&mut modules, &mut tests, place_of(file), file, parsed.items);
        }
        modules.retain(|place: &Place, _| !tests.iter().any(|test| place.starts_with(test)));
        let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (place, module) in &modules {
            let of = imports.entry(module.file.clone()).or_default();
            of.extend(imported(&modules, place, module));
            of.remove(&module.file);
        }
        Self(imports)
    }

    /// The imports that point up, or aside, between what stands directly under a place.
    fn upward(&self, under: Option<&str>, layers: &[&[&str]]) -> Vec<String> {
        let layer = |file: &str| {
            let place = place_of(file);
            let name = match under {
                None => place.first()?,
                Some(whole) if place.first()? == whole => place.get(1)?,
                Some(_) => return None,
            };
            let at = layers.iter().position(|names| names.contains(&&**name));
            Some((
                at.unwrap_or_else(|| panic!("{name} stands in no layer")),
                name.clone(),
            ))
        };
        let mut wrong = Vec::new();
        for (from, all) in &self.0 {
            for to in all {
                if let (Some((above, from_name)), Some((below, to_name))) = (layer(from), layer(to))
                    && from_name != to_name
                    && above >= below
                {
                    wrong.push(format!("{from} imports {to}"));
                }
            }
        }
        wrong
    }

    /// A way from a file back to it.
    fn circle(&self) -> Option<String> {
        let mut done = BTreeSet::new();
        self.0
            .keys()
            .find_map(|file| self.way_back(file, &mut Vec::new(), &mut done))
    }

    fn way_back<'g>(
        &'g self,
        file: &'g str,
        way: &mut Vec<&'g str>,
        done: &mut BTreeSet<&'g str>,
    ) -> Option<String> {
        if let Some(begins) = way.iter().position(|passed| *passed == file) {
            let circle = way[begins..].iter().chain([&file]).copied();
            return Some(circle.collect::<Vec<_>>().join(" > "));
        }
        if !done.insert(file) {
            return None;
        }
        way.push(file);
        let mut next = self.0[file].iter();
        let found = next.find_map(|next| self.way_back(next, way, done));
        way.pop();
        found
    }
}

fn place_of(file: &str) -> Place {
    let path = Path::new(file).with_extension("");
    let mut place: Place = path
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if matches!(&*place[place.len() - 1], "mod" | "lib") {
        place.pop();
    }
    place
}

/// Reads what a module declares, and what it names.
fn read(
    modules: &mut BTreeMap<Place, Module>,
    tests: &mut Vec<Place>,
    place: Place,
    file: &str,
    items: Vec<Item>,
) {
    let mut module = Module {
        file: file.to_owned(),
        ..Module::default()
    };
    for item in items {
        let for_tests = attributes(&item).iter().any(is_for_tests);
        match item {
            Item::Mod(inner) => {
                let mut place = place.clone();
                place.push(inner.ident.to_string());
                if for_tests {
                    tests.push(place);
                } else if let Some((_, items)) = inner.content {
                    read(modules, tests, place, file, items);
                }
            }
            _ if for_tests => {}
            Item::Use(used) => flatten(used.tree, Vec::new(), &mut module.named),
            item => {
                module.declared.extend(name(&item));
                if let Item::Macro(made) = &item
                    && made.mac.path.is_ident("macro_rules")
                {
                    module
                        .macros
                        .extend(made.ident.iter().map(ToString::to_string));
                }
                mentioned(item.into_token_stream(), &mut module);
            }
        }
    }
    modules.insert(place, module);
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    let condition = attribute.meta.to_token_stream().to_string();
    condition.replace(' ', "") == "cfg(test)"
}

fn name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Macro(item) => item.ident.as_ref()?.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        _ => return None,
    })
}

/// The names that a `use` gives, with what they stand for.
fn flatten(tree: UseTree, mut path: Place, into: &mut Vec<(String, Place)>) {
    match tree {
        UseTree::Path(step) => {
            path.push(step.ident.to_string());
            flatten(*step.tree, path, into);
        }
        UseTree::Name(last) if last.ident == "self" => {
            into.push((path[path.len() - 1].clone(), path));
        }
        UseTree::Name(last) => {
            path.push(last.ident.to_string());
            into.push((last.ident.to_string(), path));
        }
        UseTree::Rename(last) => {
            if last.ident != "self" {
                path.push(last.ident.to_string());
            }
            into.push((last.rename.to_string(), path));
        }
        UseTree::Glob(_) => into.push(("*".to_owned(), path)),
        UseTree::Group(group) => {
            for tree in group.items {
                flatten(tree, path.clone(), into);
            }
        }
    }
}

/// The paths in a text, and the macros that it calls by their bare names.
fn mentioned(tokens: TokenStream, module: &mut Module) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(found)) if found.as_char() == sign);
    let ident = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(found)) => Some(found.to_string()),
        _ => None,
    };
    if ident(0).is_some_and(|first| first == "in") {
        // Who may see something is no import: `pub(in crate::store)`.
        return;
    }
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if let TokenTree::Group(group) = token {
            mentioned(group.stream(), module);
        }
        let first = ident(at);
        at += 1;
        let Some(first) = first else { continue };
        if is(at, '!') && !is(at + 1, '=') {
            module.calls.insert(first);
            continue;
        }
        let mut path = vec![first];
        while is(at, ':') && is(at + 1, ':') {
            at += 2;
            let Some(next) = ident(at) else { break };
            path.push(next);
            at += 1;
        }
        let of_several = path.len() == 1 && is(at - 1, ':');
        if path.len() > 1 || (of_several && matches!(tokens.get(at), Some(TokenTree::Group(_)))) {
            module.paths.push(path);
        }
    }
}

/// The files that declare what a module names.
fn imported<'m>(
    modules: &'m BTreeMap<Place, Module>,
    place: &'m Place,
    module: &'m Module,
) -> impl Iterator<Item = String> + 'm {
    let paths = module
        .named
        .iter()
        .map(|(_, path)| path)
        .chain(&module.paths);
    let paths = paths.filter_map(|path| {
        let path = from_root(modules, place, path)?;
        declared(modules, &path, 0)
    });
    let bare = module.calls.iter().filter(|name| {
        let named = module.named.iter().any(|(alias, _)| alias == *name);
        !named && !module.macros.contains(*name)
    });
    let inherited = bare.filter_map(|name| {
        let mut above = (0..place.len())
            .rev()
            .filter_map(|end| modules.get(&place[..end]));
        above.find(|module| module.macros.contains(name))
    });
    let inherited = inherited.map(|module| module.file.clone());
    paths.chain(inherited)
}

/// A path from the crate's root on, if it leads anywhere in the crate.
fn from_root(modules: &BTreeMap<Place, Module>, place: &Place, path: &[String]) -> Option<Place> {
    let (first, rest) = path.split_first()?;
    let mut from = place.clone();
    let mut rest = rest;
    match &**first {
        "crate" => from.clear(),
        "self" => {}
        "super" => {
            from.pop();
            while let Some(("super", further)) =
                rest.split_first().map(|(next, rest)| (&**next, rest))
            {
                from.pop();
                rest = further;
            }
        }
        name => {
            from.push(name.to_owned());
            if !modules.contains_key(&from) {
                from.pop();
                let named = modules.get(place)?.named.iter();
                let (_, path) = named
                    .clone()
                    .find(|(alias, path)| alias == name && path.len() > 1)?;
                if path.first().is_some_and(|first| first == name) {
                    return None;
                }
                from = from_root(modules, place, path)?;
            }
        }
    }
    from.extend(rest.iter().cloned());
    Some(from)
}

/// The file in which the name at the end of a path is declared, be it a module.
fn declared(modules: &BTreeMap<Place, Module>, path: &[String], depth: usize) -> Option<String> {
    assert!(depth < 32, "{path:?} is re-exported in a circle");
    let mut place = Place::new();
    for (at, name) in path.iter().enumerate() {
        place.push(name.clone());
        if modules.contains_key(&place) {
            continue;
        }
        place.pop();
        let module = modules.get(&place)?;
        let elsewhere = module.named.iter().find(|(alias, _)| alias == name);
        if let Some((_, named)) = elsewhere
            && !module.declared.contains(name)
        {
            let mut further = from_root(modules, &place, named)?;
            further.extend(path[at + 1..].iter().cloned());
            return declared(modules, &further, depth + 1);
        }
        break;
    }
    modules.get(&place).map(|module| module.file.clone())
}
