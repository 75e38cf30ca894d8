//! The Python package has all of the core: every method, for threads and for asyncio, and every enum.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use xtask::repository::root;

use crate::blessed;
use crate::sources::{items, owner, parsed, same};

const PACKAGE: &str = "bindings-python/python/ringfence";

/// What is Rust's alone, and why.
const RUSTS: [(&str, &str); 1] = [
    // A source of time and chance is a trait of the host's.
    ("Ringfence", "open_with_source"),
];

/// What Python's handles have beside the core's methods, and which of them.
const PYTHONS: [(&str, &[&str]); 3] = [
    // One name for what ends here, in a file and in a socket too.
    ("close", &["__init__", "_aio"]),
    // `with` and `async with`.
    ("__enter__ __exit__", &["__init__"]),
    ("__aenter__ __aexit__", &["_aio"]),
];

/// The public types of the core that have methods to await, and all of their public methods.
fn methods_of_the_core() -> BTreeSet<(String, String)> {
    let mut methods = BTreeSet::new();
    let mut awaited = BTreeSet::new();
    let exported = exported();
    for (_, file) in parsed("core/src") {
        for item in items(&file) {
            let syn::Item::Impl(of) = item else {
                continue;
            };
            let owner = owner(of);
            if of.trait_.is_some() || !exported.contains(&owner) {
                continue;
            }
            for item in &of.items {
                if let syn::ImplItem::Fn(method) = item
                    && matches!(method.vis, syn::Visibility::Public(_))
                {
                    if method.sig.asyncness.is_some() {
                        awaited.insert(owner.clone());
                    }
                    methods.insert((owner.clone(), method.sig.ident.to_string()));
                }
            }
        }
    }
    methods.retain(|(owner, _)| awaited.contains(owner));
    for (owner, method) in RUSTS {
        let known = methods.remove(&(owner.to_owned(), method.to_owned()));
        assert!(known, "{owner}::{method} is gone");
    }
    methods
}

/// The names that the crate exports.
fn exported() -> BTreeSet<String> {
    fn leaves(tree: &syn::UseTree, into: &mut BTreeSet<String>) {
        match tree {
            syn::UseTree::Path(path) => leaves(&path.tree, into),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, into)),
            syn::UseTree::Name(name) => drop(into.insert(name.ident.to_string())),
            syn::UseTree::Rename(_) => {}
            syn::UseTree::Glob(_) => panic!("the crate exports a glob"),
        }
    }
    let library = fs::read_to_string(root().join("core/src/lib.rs")).unwrap();
    let mut names = BTreeSet::new();
    for item in syn::parse_file(&library).unwrap().items {
        if let syn::Item::Use(used) = item {
            leaves(&used.tree, &mut names);
        }
    }
    names
}

/// The methods of the classes in a stub, and of the functions beside them, which open a `Ringfence`.
fn methods_of_python(stub: &str) -> BTreeSet<(String, String)> {
    let stub = fs::read_to_string(root().join(PACKAGE).join(stub)).unwrap();
    let mut methods = BTreeSet::new();
    let mut class = None;
    for line in stub.lines() {
        let name = |rest: &str| rest.split(['(', ':']).next().unwrap_or_default().to_owned();
        if let Some(rest) = line.strip_prefix("class ") {
            class = Some(name(rest));
        }
        let code = line.trim_start();
        let code = code.strip_prefix("async ").unwrap_or(code);
        if let Some(rest) = code.strip_prefix("def ") {
            let owner = match &class {
                Some(class) if line.starts_with(' ') => class.clone(),
                _ => "Ringfence".to_owned(),
            };
            methods.insert((owner, name(rest)));
        }
    }
    methods
}

#[test]
fn every_method_of_the_core_is_in_python_for_threads_and_for_asyncio() {
    let core = methods_of_the_core();
    assert!(core.len() > 50, "{core:?}");
    let handles: BTreeSet<&String> = core.iter().map(|(owner, _)| owner).collect();
    for module in ["__init__", "_aio"] {
        let stub = &format!("_ringfence/{module}.pyi");
        let mut python = methods_of_python(stub);
        python.retain(|(owner, _)| handles.contains(owner));
        for (methods, _) in PYTHONS.iter().filter(|(_, of)| of.contains(&module)) {
            for method in methods.split(' ') {
                let known = python.remove(&("Ringfence".to_owned(), method.to_owned()));
                assert!(known, "{stub} has no {method}");
            }
        }
        let to_list = format!("declare it in bindings-python/src/handles, it is not in {stub}");
        let to_remove = format!("the core has no such method, {stub} does");
        same(&core, &python, [&to_list, &to_remove]);
    }
}

/// The records of the core that are classes of Python.
fn records_of_the_core() -> BTreeSet<String> {
    let mut records = BTreeSet::new();
    for (_, file) in parsed("core/src") {
        for item in items(&file) {
            let (attributes, name) = match item {
                syn::Item::Struct(one) => (&one.attrs, &one.ident),
                syn::Item::Enum(one) => (&one.attrs, &one.ident),
                syn::Item::Macro(of) if of.mac.path.is_ident("page") => {
                    records.extend(pages(of.mac.tokens.clone()));
                    continue;
                }
                _ => continue,
            };
            let is_class =
                |it: &syn::Attribute| it.to_token_stream().to_string().contains("pyclass");
            if attributes.iter().any(is_class) {
                records.insert(name.to_string());
            }
        }
    }
    records
}

/// What `page!` declares: the name before each `of`.
fn pages(tokens: TokenStream) -> Vec<String> {
    let tokens: Vec<String> = tokens.into_iter().map(|it| it.to_string()).collect();
    let pairs = tokens.windows(2).filter(|pair| pair[1] == "of");
    pairs.map(|pair| pair[0].clone()).collect()
}

#[test]
fn every_record_of_the_core_is_a_class_of_python_that_shows_itself() {
    let handles: BTreeSet<String> = methods_of_the_core()
        .into_iter()
        .map(|(it, _)| it)
        .collect();
    let mut python = methods_of_python("_ringfence/__init__.pyi");
    python.retain(|(class, method)| !handles.contains(class) && method == "__repr__");
    let shown = python.into_iter().map(|(class, _)| class).collect();
    let wording = [
        "export it in bindings-python/src/lib.rs and show it in core/src/model/python.rs",
        "the core has no such record",
    ];
    same(&records_of_the_core(), &shown, wording);
}

/// The kinds of error, by their names in the core.
fn kinds_of_error() -> BTreeSet<String> {
    let (_, file) = parsed("core/src/error")
        .into_iter()
        .find(|(path, _)| path.ends_with("public.rs"))
        .unwrap();
    let kinds = items(&file).find_map(|item| match item {
        syn::Item::Enum(one) if one.ident == "RingfenceError" => Some(one),
        _ => None,
    });
    let kinds = kinds.unwrap().variants.iter();
    kinds.map(|kind| kind.ident.to_string()).collect()
}

#[test]
fn every_kind_of_error_is_an_exception_of_python() {
    let read = |path: String| fs::read_to_string(root().join(path)).unwrap();
    let exceptions = read(format!("{PACKAGE}/errors.py"));
    let declared = exceptions.lines().filter_map(|line| {
        let class = line.strip_prefix("class ")?;
        let (class, bases) = class.split_once('(')?;
        bases
            .starts_with("RingfenceError")
            .then(|| class.to_owned())
    });
    let wording = [
        "declare it in errors.py and raise it in bindings-python/src/errors.rs",
        "the core has no such kind",
    ];
    same(&kinds_of_error(), &declared.collect(), wording);
    // What is declared is raised: none falls to the class of all.
    let raised = read("bindings-python/src/errors.rs".to_owned());
    for kind in kinds_of_error() {
        assert!(raised.contains(&format!("=> {kind}::new_err(")), "{kind}");
    }
}

/// An enum whose values have a text each, as `text_enums!` declares it.
struct TextEnum {
    name: String,
    is_open: bool,
    doc: Vec<String>,
    values: Vec<(String, String, Vec<String>)>,
}

/// Takes the next tokens off a declaration.
struct Tokens(std::iter::Peekable<proc_macro2::token_stream::IntoIter>);

impl Tokens {
    fn of(stream: TokenStream) -> Self {
        Self(stream.into_iter().peekable())
    }

    fn word(&mut self) -> String {
        self.0.next().map(|token| token.to_string()).unwrap()
    }

    /// The lines of documentation of what follows; other attributes are passed over.
    fn doc(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        while self.0.next_if(|token| token.to_string() == "#").is_some() {
            let Some(TokenTree::Group(attribute)) = self.0.next() else {
                panic!("no attribute");
            };
            if let Ok(doc) = syn::parse2::<syn::MetaNameValue>(attribute.stream())
                && doc.path.is_ident("doc")
            {
                let text: syn::LitStr = syn::parse2(doc.value.to_token_stream()).unwrap();
                lines.push(text.value().trim().to_owned());
            }
        }
        lines
    }

    fn block(&mut self) -> Tokens {
        match self.0.next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                Tokens::of(group.stream())
            }
            other => panic!("no block: {other:?}"),
        }
    }

    fn is_done(&mut self) -> bool {
        self.0.peek().is_none()
    }
}

fn text_enums() -> Vec<TextEnum> {
    let mut found = Vec::new();
    for (path, file) in parsed("core/src") {
        // The macro itself.
        if path.ends_with("text_enum.rs") {
            continue;
        }
        for item in items(&file) {
            let syn::Item::Macro(of) = item else {
                continue;
            };
            if of.mac.path.is_ident("text_enums") {
                found.extend(declared(Tokens::of(of.mac.tokens.clone())));
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn declared(mut tokens: Tokens) -> Vec<TextEnum> {
    let mut found = Vec::new();
    while !tokens.is_done() {
        let doc = tokens.doc();
        let [visible, kind, keyword, name] = std::array::from_fn(|_| tokens.word());
        assert_eq!((visible.as_str(), keyword.as_str()), ("pub", "enum"));
        let mut block = tokens.block();
        let mut values = Vec::new();
        while !block.is_done() {
            let doc = block.doc();
            let [value, is, text, comma] = std::array::from_fn(|_| block.word());
            assert_eq!((is.as_str(), comma.as_str()), ("=", ","));
            let text: syn::LitStr = syn::parse_str(&text).unwrap();
            values.push((in_capitals(&value), text.value(), doc));
        }
        found.push(TextEnum {
            name,
            is_open: kind == "open",
            doc,
            values,
        });
    }
    found
}

/// `AreaGrid` as `AREA_GRID`.
fn in_capitals(name: &str) -> String {
    let mut capitals = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_uppercase() {
            capitals.push('_');
        }
        capitals.extend(letter.to_uppercase());
    }
    capitals
}

/// Documentation as Python shows it: without the links of Rust's.
fn docstring(lines: &[String], indent: &str) -> String {
    let mut text = lines.join(&format!("\n{indent}"));
    while let Some(link) = text.find("](") {
        let end = link + text[link..].find(')').unwrap();
        let start = text[..link].rfind('[').unwrap();
        let label = text[start + 1..link].replace("::", ".");
        text.replace_range(start..=end, &label);
    }
    if lines.len() > 1 {
        text.push_str(&format!("\n{indent}"));
    }
    format!("{indent}\"\"\"{text}\"\"\"\n").replace(&format!("\n{indent}\n"), "\n\n")
}

fn written(enums: &[TextEnum]) -> String {
    let mut text = String::from(
        "\"\"\"The enums of the library.\n\n\
         Made from the `text_enums!` of the core; after a change there run\n\
         `RINGFENCE_BLESS=1 cargo test -p ringfence-tests --test suite python`.\n\"\"\"\n\n\
         from ringfence._text_enum import OpenTextEnum, TextEnum\n\n__all__ = [\n",
    );
    for one in enums {
        writeln!(text, "    \"{}\",", one.name).unwrap();
    }
    text.push_str("]\n");
    for one in enums {
        let base = if one.is_open {
            "OpenTextEnum"
        } else {
            "TextEnum"
        };
        write!(text, "\n\nclass {}({base}):\n", one.name).unwrap();
        text.push_str(&docstring(&one.doc, "    "));
        text.push('\n');
        for (name, stored, doc) in &one.values {
            writeln!(text, "    {name} = \"{stored}\"").unwrap();
            text.push_str(&docstring(doc, "    "));
        }
    }
    text
}

#[test]
fn the_enums_of_python_are_those_of_the_core() {
    let enums = text_enums();
    assert!(enums.iter().any(|one| one.name == "Vendor" && one.is_open));
    blessed::is_written(&format!("{PACKAGE}/_enums.py"), &written(&enums));
}
