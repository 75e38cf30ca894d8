//! What the sources name, and where: the invariants that no running test would notice.

mod given;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use xtask::repository::root;

/// The crates that only the store may name.
const DRIVERS: [&str; 5] = [
    "rusqlite",
    "tokio_postgres",
    "deadpool_postgres",
    "refinery",
    "refinery_core",
];

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

/// The public methods that the files under `folder` define, by name.
pub(crate) fn methods(folder: &str) -> BTreeSet<String> {
    let found = owned_methods(folder).into_iter();
    found.map(|(method, _)| method).collect()
}

/// Likewise, each with the type that it is a method of.
pub(crate) fn owned_methods(folder: &str) -> BTreeSet<(String, String)> {
    methods_of(folder, &handles())
}

/// The public methods of these types, each with its type. What gives another of them and asks nothing of the database is
/// no method of its own.
pub(crate) fn methods_of(folder: &str, handles: &BTreeSet<String>) -> BTreeSet<(String, String)> {
    let found = signatures(folder, handles).into_iter();
    found
        .map(|(owner, signature)| (signature.ident.to_string(), owner))
        .collect()
}

/// Likewise, with all that a method says of itself.
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

/// Where a line of these files is one that must not be.
fn offences(
    files: Vec<(PathBuf, Vec<String>)>,
    offends: impl Fn(&str) -> bool,
) -> Vec<(PathBuf, String)> {
    let lines = files
        .into_iter()
        .flat_map(|(path, lines)| lines.into_iter().map(move |line| (path.clone(), line)));
    lines.filter(|(_, line)| offends(line)).collect()
}

fn names_a_driver(line: &str) -> bool {
    line.split(|c: char| c != '_' && !c.is_alphanumeric())
        .any(|word| DRIVERS.contains(&word))
}

#[test]
fn drivers_are_named_in_the_store_alone() {
    for (folder, spared) in [
        ("core/src", &["core/src/store"][..]),
        ("migrations/src", &[]),
        ("bindings-python/src", &[]),
        ("bindings-mobile/src", &[]),
        ("tooling/cli/src", &[]),
        // The quickstart tries the boundary from a connection that is not the library's.
        ("examples", &["examples/quickstart/raw.rs"]),
    ] {
        assert_eq!(offences(code(folder, spared), names_a_driver), []);
    }
    // The check itself sees them where they are.
    assert!(!offences(code("core/src/store", &[]), names_a_driver).is_empty());
}

#[test]
fn time_and_chance_come_from_the_environment_alone() {
    const DRAWN: [&str; 7] = [
        "Timestamp::now(",
        "SystemTime::now(",
        "Zoned::now(",
        "Uuid::now",
        "Uuid::new_v4",
        "rand::",
        "OsRng",
    ];
    let draws = |line: &str| DRAWN.iter().any(|drawn| line.contains(drawn));
    let everywhere_else = code("core/src", &["core/src/environment.rs"]);
    assert_eq!(offences(everywhere_else, draws), []);
}

/// `cargo bench -p ringfence -- --quick` hands `--quick` to every target that it runs, and only the benchmarks take
/// it: no other one may be run.
#[test]
fn the_benchmarks_arguments_reach_nothing_but_the_benchmarks() {
    let manifest = fs::read_to_string(root().join("core/Cargo.toml")).unwrap();
    assert!(manifest.contains("\n[lib]\nbench = false\n"), "{manifest}");
    for folder in ["core/src/main.rs", "core/src/bin", "core/examples"] {
        assert!(!root().join(folder).exists(), "{folder} has a harness");
    }
}

#[test]
fn the_core_forbids_unsafe_code() {
    let library = fs::read_to_string(root().join("core/src/lib.rs")).unwrap();
    assert!(
        library
            .lines()
            .any(|line| line == "#![forbid(unsafe_code)]")
    );
}

/// Whatever opens, makes or removes a file, and whatever would bring in its name alone.
fn touches_a_file(line: &str) -> bool {
    // These only look.
    const LOOKS: [&str; 6] = [
        "std::fs::metadata(",
        "std::fs::Metadata",
        "std::fs::canonicalize(",
        "std::os::unix::fs::MetadataExt",
        "rustix::fs::{Access, AtFlags, CWD, accessat}",
        "rustix::io::Errno",
    ];
    const TOUCHES: [&str; 6] = [
        "fs::",
        "rustix::",
        "File::open",
        "File::create",
        "File::options",
        "OpenOptions::new(",
    ];
    let rest = LOOKS
        .iter()
        .fold(line.to_owned(), |rest, look| rest.replace(look, ""));
    TOUCHES.iter().any(|touch| rest.contains(touch))
}

#[test]
fn nothing_but_sqlite_opens_makes_or_removes_a_database_file() {
    for (folder, spared) in [
        // Tests that read examples and write a page of the documentation, and what tells them what is reached.
        (
            "core/src",
            &[
                "core/src/error/guide.rs",
                "core/src/model/plan/tests.rs",
                "core/src/policy/matrix.rs",
                "core/src/store/rigging.rs",
            ][..],
        ),
        ("bindings-python/src", &[]),
        ("bindings-mobile/src", &[]),
        ("tooling/cli/src", &[]),
    ] {
        assert_eq!(offences(code(folder, spared), touches_a_file), []);
    }
    // The check itself sees it where it happens.
    let suite = code("tests/tests/suite/database_file", &[]);
    assert!(!offences(suite, touches_a_file).is_empty());
}

/// What a text of SQL begins with.
const VERBS: [&str; 26] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "REPLACE",
    "WITH",
    "VALUES",
    "MERGE",
    "TRUNCATE",
    "COPY",
    "CALL",
    "DO",
    "SET",
    "RESET",
    "LOCK",
    "PRAGMA",
    "VACUUM",
    "ATTACH",
    "ALTER",
    "CREATE",
    "DROP",
    "GRANT",
    "REVOKE",
    "BEGIN",
    "SAVEPOINT",
    "COMMENT",
];

/// The verbs that a text of SQL begins a statement with, if it is one: in capitals, or in the company that they keep.
fn verbs(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for statement in text.split(';') {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let Some((first, rest)) = words.split_first() else {
            continue;
        };
        let keeps = |company: &[&str]| {
            let mut rest = rest.iter();
            rest.any(|word| company.iter().any(|it| word.eq_ignore_ascii_case(it)))
        };
        let verb = first.to_ascii_uppercase();
        let is_sql = match verb.as_str() {
            _ if *first == verb => !rest.is_empty() || verb == "VACUUM",
            "SELECT" | "DELETE" => keeps(&["from"]),
            "INSERT" | "REPLACE" => keeps(&["into"]),
            "UPDATE" => keeps(&["set"]),
            "WITH" => keeps(&["as"]) && keeps(&["from", "select", "(select"]),
            "CREATE" | "ALTER" | "DROP" | "TRUNCATE" => keeps(&[
                "table", "index", "view", "trigger", "function", "role", "schema",
            ]),
            "PRAGMA" | "VACUUM" | "ATTACH" => true,
            _ => false,
        };
        if is_sql && VERBS.contains(&verb.as_str()) {
            found.push(verb);
        } else if words
            .iter()
            .any(|word| ["FROM", "WHERE", "INTO"].contains(word))
        {
            found.push("a part".to_owned());
        }
    }
    found
}

/// The prover proves what stands in the registry: what stands elsewhere nobody would. So elsewhere stands nothing that
/// touches a row: the beginnings of the texts there are listed.
#[test]
fn sql_stands_in_the_registry_the_steps_and_the_generated_scan_alone() {
    // The registry, and what the catalogue writes into the steps.
    let proved = ["core/src/store/statements", "core/src/schema/ddl"];
    let mut elsewhere = BTreeSet::new();
    for folder in [
        "core/src",
        "bindings-python/src",
        "bindings-mobile/src",
        "tooling/cli/src",
    ] {
        for (path, file) in parsed(folder) {
            let path = path.strip_prefix(root()).unwrap().to_str().unwrap();
            if proved.iter().any(|proved| path.starts_with(proved)) {
                continue;
            }
            let found = texts(&file).into_iter().flat_map(|it| verbs(&it));
            elsewhere.extend(found.map(|verb| (path.to_owned(), verb)));
        }
    }
    let listed = [
        // Holds the tables of a step.
        ("core/src/store/migrate/stepping.rs", &["LOCK"][..]),
        // Make a statement of the registry of a table's columns, and wrap it.
        ("core/src/store/sql/record.rs", &["INSERT", "a part"]),
        (
            "core/src/store/sql/statement.rs",
            &["SELECT", "WITH", "a part"],
        ),
        // Settings of a connection, and of a transaction.
        ("core/src/store/sqlite/connection.rs", &["PRAGMA"]),
        ("core/src/store/postgres/connections.rs", &["SET"]),
        ("core/src/store/postgres/schema_lock.rs", &["SET"]),
        // Makes the runtime role; grants, and whose tables are whose.
        (
            "core/src/store/postgres/rights.rs",
            &[
                "ALTER", "BEGIN", "CREATE", "DO", "GRANT", "REVOKE", "SELECT", "a part",
            ],
        ),
        (
            "core/src/store/postgres/misfit.rs",
            &["ALTER", "GRANT", "REVOKE"],
        ),
    ];
    let listed: BTreeSet<(String, String)> = listed
        .iter()
        .flat_map(|(path, verbs)| {
            let each = verbs.iter();
            each.map(|verb| ((*path).to_owned(), (*verb).to_owned()))
        })
        .collect();
    same(
        &elsewhere,
        &listed,
        [
            "SQL outside the registry: declare it with `statements!` in a file of core/src/store/statements",
            "listed here, and there no more",
        ],
    );
}

/// What is made otherwise is in no registry, and neither proved nor mutated.
#[test]
fn statements_are_made_by_their_macro_and_by_the_generated_scan_alone() {
    let makers = [
        "core/src/store/sql/statement.rs",
        "core/src/store/statements/scan/boundaries.rs",
        "core/src/store/statements/scan/values.rs",
    ];
    for (path, file) in parsed("core/src") {
        if makers.iter().any(|maker| path.ends_with(maker)) {
            continue;
        }
        let makes = items(&file).any(|item| {
            let text = item.to_token_stream().to_string();
            text.contains("Statement :: new")
        });
        assert!(
            !makes,
            "{} makes a statement: declare it with `statements!`",
            path.display()
        );
    }
    // A file of them that nobody lists.
    let registry = root().join("core/src/store/statements/mod.rs");
    let listed = fs::read_to_string(registry).unwrap();
    assert!(listed.contains("scan::all()"));
    for (path, _) in code(
        "core/src/store/statements",
        &["core/src/store/statements/scan"],
    ) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            name == "mod" || listed.contains(&format!("{name}::ALL")),
            "core/src/store/statements/mod.rs does not list {name}::ALL in `all`"
        );
    }
}

#[test]
fn sql_is_known_however_it_is_written() {
    for sql in [
        "SELECT 1",
        "SELECT\n  name FROM drones",
        " delete from drones",
        "DELETE FROM drones",
        "REPLACE INTO drones VALUES (1)",
        "{} FROM {t}",
        "vacuum",
        "update drones set name = 'x'",
        "a remark; drop table drones",
        "with all as (select 1) select * from all",
    ] {
        assert!(!verbs(sql).is_empty(), "{sql}");
    }
    for words in [
        "select a permission",
        "with a slash",
        "set a password first",
        "SELECT",
        "update the app",
        "Delete me",
    ] {
        assert!(verbs(words).is_empty(), "{words}");
    }
}

/// What a method of a handle reaches the database by is the frame: a handle has no store, and who else names it is
/// listed.
#[test]
fn the_store_is_reached_through_the_frame() {
    let found: BTreeSet<String> = parsed("core/src/service")
        .into_iter()
        .filter(|(_, file)| {
            let mut bodies = items(file).filter(|item| !matches!(item, syn::Item::Use(_)));
            bodies.any(|item| names(item, "store"))
        })
        .map(|(path, _)| path.strip_prefix(root()).unwrap().display().to_string())
        .collect();
    let listed = [
        "core/src/service/login/mod.rs",
        "core/src/service/migrations.rs",
    ];
    same(
        &found,
        &listed.map(str::to_owned).into(),
        [
            "a service reads and writes through the frame (`self.scope`), which decides and records",
            "listed here, and it names the store no more",
        ],
    );
}

/// Settings of connections and transactions, as the texts name them.
fn settings(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "=;,()".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found: Vec<&&str> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let mut rest = words.iter().skip(at + 1);
        match word.to_ascii_uppercase().as_str() {
            "PRAGMA" => found.extend(rest.next()),
            "SET" => found.extend(rest.find(|it| !["LOCAL", "SESSION"].contains(it))),
            _ => {}
        }
    }
    found.into_iter().map(|name| (*name).to_owned()).collect()
}

/// One that nobody decided on would be found by whoever it surprises. The registry's own SET is of columns.
#[test]
fn every_setting_that_the_library_makes_is_documented_with_its_reason() {
    let page = fs::read_to_string(root().join("docs/settings.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with('|'));
    let documented: String = rows.collect::<Vec<_>>().join("\n");
    let mut made = BTreeSet::new();
    for (path, file) in parsed("core/src/store") {
        if !path.starts_with(root().join("core/src/store/statements")) {
            made.extend(texts(&file).iter().flat_map(|it| settings(it)));
        }
    }
    // Asks, and changes nothing.
    assert!(made.remove("schema_version"));
    made.extend(settings_by_call());
    assert!(made.len() > 8, "{made:?}");
    for setting in made {
        let named = [format!("`{setting}`"), format!("SET LOCAL {setting}")];
        let is_there = named.iter().any(|named| documented.contains(named));
        assert!(is_there, "docs/settings.md has no row for {setting}");
    }
}

/// The settings that are made otherwise than by a text of SQL: switches of SQLite, and options of the startup message.
fn settings_by_call() -> BTreeSet<String> {
    const SWITCH: &str = "SQLITE_DBCONFIG_";
    let mut made = BTreeSet::new();
    for (path, file) in parsed("core/src/store") {
        for item in items(&file) {
            let tokens = item.to_token_stream().to_string();
            assert!(
                !tokens.contains("pragma_update"),
                "{}: a pragma is set by its text, so that it is seen",
                path.display()
            );
            let words = tokens.split(|c: char| c != '_' && !c.is_alphanumeric());
            made.extend(words.filter_map(|word| word.strip_prefix(SWITCH).map(str::to_owned)));
        }
        for text in texts(&file) {
            let options = text.split("-c ").skip(1);
            made.extend(options.filter_map(|option| Some(option.split_once('=')?.0.to_owned())));
        }
    }
    assert!(made.contains("DEFENSIVE") && made.contains("timezone"));
    made
}
