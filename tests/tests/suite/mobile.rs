//! What Kotlin and Swift get of the public surface: all of it, as the sources say. What they do with it, their own
//! tests show.

use std::collections::BTreeSet;

use quote::ToTokens;

use crate::sources;

/// Methods for hosts in Rust alone.
const RUST_ALONE: [&str; 1] = [
    // A source of time and chance is called within every method: the other languages take the system's.
    "Ringfence.open_with_source",
];

/// Whether one of these attributes holds under the feature `uniffi` and says this.
fn says(attributes: &[syn::Attribute], what: &str) -> bool {
    let mut texts = attributes.iter().map(|it| it.to_token_stream().to_string());
    texts.any(|text| text.starts_with("# [cfg_attr (feature = \"uniffi\" ,") && text.contains(what))
}

/// The public methods of every handle, of those impl blocks that `wanted` takes.
fn methods(
    handles: &BTreeSet<String>,
    wanted: impl Fn(&syn::ItemImpl) -> bool,
) -> BTreeSet<String> {
    let files = sources::parsed("core/src");
    let blocks = files.iter().flat_map(|(_, file)| sources::items(file));
    let mut found = BTreeSet::new();
    for block in blocks {
        let syn::Item::Impl(block) = block else {
            continue;
        };
        let owner = sources::owner(block);
        if block.trait_.is_some() || !handles.contains(&owner) || !wanted(block) {
            continue;
        }
        for item in &block.items {
            if let syn::ImplItem::Fn(method) = item
                && matches!(method.vis, syn::Visibility::Public(_))
            {
                found.insert(format!("{owner}.{}", method.sig.ident));
            }
        }
    }
    found
}

#[test]
fn every_public_method_of_every_handle_reaches_kotlin_and_swift() {
    let handles = sources::reaching("Database");
    assert!(handles.contains("Ringfence") && handles.contains("DeploymentLog"));
    assert!(handles.is_superset(&sources::handles()));
    let mut all = methods(&handles, |_| true);
    for alone in RUST_ALONE {
        assert!(
            all.remove(alone),
            "{alone} is listed here, and there no more"
        );
    }
    let exported = methods(&handles, |block| says(&block.attrs, "uniffi :: export"));
    sources::same(
        &all,
        &exported,
        [
            "stands in an impl block without `#[cfg_attr(feature = \"uniffi\", uniffi::export)]`",
            "is exported and must not be",
        ],
    );
}

/// The generated constructors take what has no default from everybody.
#[test]
fn what_may_be_absent_in_json_may_be_left_out_in_kotlin_and_swift() {
    let mut seen = 0;
    for (path, file) in sources::parsed("core/src") {
        for item in sources::items(&file) {
            let syn::Item::Struct(record) = item else {
                continue;
            };
            if !says(&record.attrs, "uniffi :: Record") {
                continue;
            }
            let absent = |attributes: &[syn::Attribute]| {
                let mut serde = attributes.iter().filter(|it| it.path().is_ident("serde"));
                serde.any(|it| it.to_token_stream().to_string().contains("default"))
            };
            let all = absent(&record.attrs);
            for field in &record.fields {
                if all || absent(&field.attrs) {
                    seen += 1;
                    assert!(
                        says(&field.attrs, "uniffi (default"),
                        "{}: {}.{} has no `uniffi(default = …)`",
                        path.display(),
                        record.ident,
                        field.ident.to_token_stream()
                    );
                }
            }
        }
    }
    // Those of `given!` have theirs from the macro.
    assert!(seen > 20, "{seen}");
}
