//! What the sources say, read as the compiler reads them: the invariants that no running test would notice.

mod given;
mod logs;
mod methods;
mod rules;
mod settings;
mod sql;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use xtask::repository::root;

pub(crate) use methods::{handles, methods, reaching, signatures};

/// That two sets are one: else the difference, and in plain words what to do about either side of it.
pub(crate) fn same<T: Ord + std::fmt::Debug>(
    found: &BTreeSet<T>,
    listed: &BTreeSet<T>,
    [to_list, to_remove]: [&str; 2],
) {
    let missing: Vec<&T> = found.difference(listed).collect();
    assert!(missing.is_empty(), "{missing:?}: {to_list}");
    let gone: Vec<&T> = listed.difference(found).collect();
    assert!(gone.is_empty(), "{gone:?}: {to_remove}");
}

/// Every Rust file under `folder`, except what is under `spared`, with its lines of code: comments are not
/// code.
pub(crate) fn code(folder: &str, spared: &[&str]) -> Vec<(PathBuf, Vec<String>)> {
    let spared: Vec<PathBuf> = spared.iter().map(|path| root().join(path)).collect();
    let mut folders = vec![root().join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if spared.contains(&path) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let lines = text.lines().map(str::trim_start);
                let code = lines.filter(|line| !line.starts_with("//"));
                files.push((path, code.map(str::to_owned).collect()));
            }
        }
    }
    assert!(!files.is_empty(), "no sources under {folder}");
    files
}

/// Likewise, each as the compiler reads it, with what `given!` declares.
pub(crate) fn parsed(folder: &str) -> Vec<(PathBuf, syn::File)> {
    let files = code(folder, &[]).into_iter();
    let parsed = files.map(|(path, _)| {
        let text = fs::read_to_string(&path).unwrap();
        let file = syn::parse_file(&text);
        let file = file.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, given::expanded(file))
    });
    parsed.collect()
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    let mut cfgs = attributes.iter().filter(|it| it.path().is_ident("cfg"));
    cfgs.any(|it| it.to_token_stream().to_string().contains("(test)"))
}

/// The items of a file that ship, and those of the modules within it.
pub(crate) fn items(file: &syn::File) -> impl Iterator<Item = &syn::Item> {
    fn among<'i>(items: &'i [syn::Item], into: &mut Vec<&'i syn::Item>) {
        for item in items {
            match item {
                syn::Item::Mod(module) if is_test(&module.attrs) => {}
                syn::Item::Mod(syn::ItemMod {
                    content: Some((_, within)),
                    ..
                }) => among(within, into),
                _ => into.push(item),
            }
        }
    }
    let mut found = Vec::new();
    among(&file.items, &mut found);
    found.into_iter()
}

/// The name of the type that a block is of, whatever leads to it and whatever it is generic over.
pub(crate) fn owner(block: &syn::ItemImpl) -> String {
    match &*block.self_ty {
        syn::Type::Path(path) => {
            let last = path.path.segments.last();
            last.map_or_else(String::new, |last| last.ident.to_string())
        }
        other => other.to_token_stream().to_string(),
    }
}

fn names(tokens: &impl ToTokens, name: &str) -> bool {
    fn among(stream: TokenStream, name: &str) -> bool {
        stream.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == name,
            TokenTree::Group(group) => among(group.stream(), name),
            _ => false,
        })
    }
    among(tokens.to_token_stream(), name)
}

/// The texts of a file that ships.
fn texts(file: &syn::File) -> Vec<String> {
    fn within(stream: TokenStream, into: &mut Vec<String>) {
        // Documentation is an attribute.
        let mut is_attribute = false;
        for token in stream {
            match token {
                TokenTree::Punct(mark) => {
                    is_attribute = mark.as_char() == '#' || (is_attribute && mark.as_char() == '!');
                }
                TokenTree::Group(_) if is_attribute => is_attribute = false,
                TokenTree::Group(group) => within(group.stream(), into),
                TokenTree::Literal(literal) => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                        into.push(text.value());
                    }
                }
                TokenTree::Ident(_) => is_attribute = false,
            }
        }
    }
    let mut found = Vec::new();
    for item in items(file) {
        within(item.to_token_stream(), &mut found);
    }
    found
}
