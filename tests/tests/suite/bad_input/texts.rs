//! Every place for a text or an id in the calls of the tables. That a method has no other is read from what it takes.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use ringfence::model::UserId;
use ringfence::{Error, OpenOptions, Ringfence, TenantSession};
use ringfence_tests::fixture::Home;
use syn::{FnArg, Signature, Visibility};

use crate::calls::operators::{OPERATIONS, Operating, Operation};
use crate::calls::things::{nowhere, nowhere_but};
use crate::calls::{Asked, CALLS, Call, FILTERS, Texts, methods};
use crate::sources;

/// A place for a text in a call.
pub(super) struct Place {
    pub(super) method: &'static str,
    pub(super) field: String,
    call: Where,
}

enum Where {
    /// What a call says.
    Text(&'static Call),
    /// What a call names, and what that is the id of.
    Id(&'static Call, &'static str),
    /// What an operator's call says.
    Operation(&'static Operation),
}

/// Who asks.
pub(super) struct Asking {
    pub(super) rf: Ringfence,
    pub(super) session: TenantSession,
    pub(super) admin: UserId,
}

impl Asking {
    /// Makes the call with a text in its place, and names nothing besides that is there.
    pub(super) async fn with(&self, text: &str, place: &Place) -> Result<(), Error> {
        let texts = Texts::with(&place.field, text);
        match place.call {
            Where::Text(call) => self.made(call, texts).await.1,
            Where::Id(call, entity) => {
                let named = nowhere_but(entity, text);
                let asked = Asked::named(&self.session, &named, &nowhere());
                (call.make)(&asked).await.map(drop)
            }
            Where::Operation(operation) => self.operated(operation, texts).await.1,
        }
    }

    async fn made(&self, call: &Call, texts: Texts) -> (Texts, Result<(), Error>) {
        let asked = Asked {
            texts,
            ..Asked::of(&self.session, &nowhere())
        };
        let outcome = (call.make)(&asked).await.map(drop);
        (asked.texts, outcome)
    }

    async fn operated(&self, operation: &Operation, texts: Texts) -> (Texts, Result<(), Error>) {
        let operating = Operating {
            rf: self.rf.clone(),
            admin: self.admin.clone(),
            texts,
        };
        let outcome = (operation.make)(&operating).await;
        (operating.texts, outcome)
    }
}

/// Every place of the calls: what each says is heard by a database that is shut, and does nothing.
pub(super) async fn places() -> Vec<Place> {
    let rf = Ringfence::open("sqlite::memory:".into(), OpenOptions::default());
    let rf = rf.await.unwrap();
    let home = Home::found(&rf, "north").await;
    let shut = Asking {
        session: home.admin().await,
        admin: home.admin,
        rf,
    };
    shut.rf.shutdown().await.unwrap();
    let takes = taken(is_text);
    let mut places = Vec::new();
    let mut said = |method: &'static str, texts: &Texts, call: &dyn Fn() -> Where| {
        places.extend(texts.fields().into_iter().map(|field| Place {
            method,
            field: field.to_owned(),
            call: call(),
        }));
    };
    for call in CALLS.iter().chain(FILTERS) {
        let (texts, outcome) = shut.made(call, Texts::default()).await;
        assert_eq!(outcome, Err(Error::Closed), "{}", call.shown());
        said(call.method, &texts, &|| Where::Text(call));
    }
    for operation in OPERATIONS {
        let (texts, outcome) = shut.operated(operation, Texts::default()).await;
        assert_eq!(outcome, Err(Error::Closed), "{}", operation.method);
        said(operation.method, &texts, &|| Where::Operation(operation));
    }
    for call in CALLS {
        let named = takes[call.method].iter().filter(|(_, kind)| {
            let kind = kind.to_lowercase();
            let is_id = |entity: &str| {
                kind == format!("{}id", entity.replace('_', "")) || kind == "resource"
            };
            call.names.is_some_and(is_id)
        });
        places.extend(named.map(|(field, _)| Place {
            method: call.method,
            field: field.clone(),
            call: Where::Id(call, call.names.unwrap()),
        }));
    }
    places
}

/// What each method takes and is asked for here by its field and its type: by field, each with its type.
pub(super) fn taken(
    asked_for: fn(&str, &str) -> bool,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let structs = structs();
    let of = |signature: Signature| {
        let mut taken = BTreeMap::new();
        for input in &signature.inputs {
            if let FnArg::Typed(input) = input {
                let (name, kind) = (shown(&input.pat), kind(&input.ty));
                match structs.get(&kind) {
                    Some(fields) => collect(&structs, fields, "", &mut taken),
                    // An enum, whose every value has an id.
                    None if kind == "Resource" => drop(taken.insert(format!("{name}.id"), kind)),
                    None => drop(taken.insert(name, kind)),
                }
            }
        }
        taken.retain(|field, kind| asked_for(field, kind));
        taken
    };
    let methods = methods().into_iter();
    methods.map(|(name, method)| (name, of(method))).collect()
}

type Fields = Vec<(String, String)>;

/// The public structs of the model, by name, each with its public fields and their types.
fn structs() -> BTreeMap<String, Fields> {
    let files = sources::parsed("core/src/model");
    let items = files.iter().flat_map(|(_, file)| sources::items(file));
    let structs = items.filter_map(|item| match item {
        syn::Item::Struct(one) if matches!(one.vis, Visibility::Public(_)) => Some(one),
        _ => None,
    });
    let fields = |one: &syn::ItemStruct| -> Fields {
        let named = one.fields.iter().filter_map(|field| {
            let name = field.ident.as_ref()?.to_string();
            Some((name, kind(&field.ty)))
        });
        named.collect()
    };
    structs
        .map(|one| (one.ident.to_string(), fields(one)))
        .filter(|(_, fields)| !fields.is_empty())
        .collect()
}

fn collect(
    structs: &BTreeMap<String, Fields>,
    fields: &Fields,
    within: &str,
    taken: &mut BTreeMap<String, String>,
) {
    for (name, kind) in fields {
        match structs.get(kind) {
            Some(fields) => collect(structs, fields, &format!("{within}{name}."), taken),
            None => drop(taken.insert(format!("{within}{name}"), kind.clone())),
        }
    }
}

/// A name, a text, a document or an id.
fn is_text(_: &str, kind: &str) -> bool {
    ["String", "Json", "Resource"].contains(&kind) || kind.ends_with("Id")
}

/// A type, whether or not it may be absent.
fn kind(of: &impl ToTokens) -> String {
    let kind = shown(of);
    let inner = ["Option<", "Change<"].iter().find_map(|outer| {
        let inner = kind.strip_prefix(outer)?;
        inner.strip_suffix('>')
    });
    inner.unwrap_or(&kind).to_owned()
}

fn shown(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}

#[tokio::test]
async fn every_text_and_id_that_a_method_takes_is_one_that_its_calls_say() {
    let besides = |method: &str| {
        !CALLS.iter().any(|call| call.method == method)
            && !OPERATIONS
                .iter()
                .any(|operation| operation.method == method)
    };
    let taken: BTreeSet<(String, String)> = taken(is_text)
        .into_iter()
        .filter(|(method, _)| !besides(method))
        .flat_map(|(method, fields)| fields.into_keys().map(move |field| (method.clone(), field)))
        .collect();
    let places = places().await.into_iter();
    let said = places.map(|place| (place.method.to_owned(), place.field));
    sources::same(
        &taken,
        &said.collect(),
        [
            "in no call of the method: hand it over with `t` in its line of the table of calls, or name what it is the id of",
            "handed over with `t`, and no field that the method takes",
        ],
    );
}
