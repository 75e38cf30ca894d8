//! The structs that `given!` and `filter!` declare, as the compiler has them: their names and fields, without attributes.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, Token, Type, parse_quote};

/// What a file declares, with the structs in the place of each of them.
pub(super) fn expanded(mut file: syn::File) -> syn::File {
    let items = file.items.into_iter().flat_map(|item| match item {
        syn::Item::Macro(called) if called.mac.path.is_ident("given") => {
            let given: Given = called.mac.parse_body().unwrap();
            given.structs()
        }
        syn::Item::Macro(called) if called.mac.path.is_ident("filter") => {
            let filter: Filter = called.mac.parse_body().unwrap();
            vec![filter.0]
        }
        item => vec![item],
    });
    file.items = items.collect();
    file
}

struct Given {
    new: Option<Ident>,
    update: Option<Ident>,
    fields: Vec<(Ident, Type)>,
}

impl Parse for Given {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut given = Self {
            new: None,
            update: None,
            fields: Vec::new(),
        };
        while !input.is_empty() {
            input.call(Attribute::parse_outer)?;
            let name: Ident = input.parse()?;
            if input.peek(Token![:]) {
                input.parse::<Token![:]>()?;
                given.fields.push((name, input.parse()?));
            } else if name == "new" {
                given.new = Some(input.parse()?);
            } else {
                given.update = Some(input.parse()?);
            }
            // The rule, the default, or whose update it is.
            while !input.peek(Token![;]) {
                input.parse::<proc_macro2::TokenTree>()?;
            }
            input.parse::<Token![;]>()?;
        }
        Ok(given)
    }
}

/// What `filter!` declares.
struct Filter(syn::Item);

impl Parse for Filter {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        let name: Ident = input.parse()?;
        let mut fields = Vec::new();
        while !input.peek(Token![;]) {
            input.parse::<proc_macro2::TokenTree>()?;
        }
        input.parse::<Token![;]>()?;
        while !input.is_empty() {
            input.call(Attribute::parse_outer)?;
            let field: Ident = input.parse()?;
            input.parse::<Token![:]>()?;
            let kind: Type = input.parse()?;
            fields.push(quote::quote!(pub #field: Option<#kind>));
            while !input.peek(Token![;]) {
                input.parse::<proc_macro2::TokenTree>()?;
            }
            input.parse::<Token![;]>()?;
        }
        let times = ["since", "until"].map(|name| quote::format_ident!("{name}"));
        fields.extend(times.map(|name| quote::quote!(pub #name: Option<Timestamp>)));
        Ok(Self(declared(&name, fields.into_iter())))
    }
}

impl Given {
    fn structs(&self) -> Vec<syn::Item> {
        let new = self.new.iter().map(|name| {
            let fields = self.fields.iter();
            let fields = fields.map(|(field, kind)| quote::quote!(pub #field: #kind));
            declared(name, fields)
        });
        let update = self.update.iter().map(|name| {
            let fields = self.fields.iter().map(|(field, kind)| {
                if kind.to_token_stream().to_string().starts_with("Option") {
                    quote::quote!(pub #field: #kind)
                } else {
                    quote::quote!(pub #field: Option<#kind>)
                }
            });
            let version = quote::quote!(pub version: Option<i64>);
            declared(name, fields.chain([version]))
        });
        new.chain(update).collect()
    }
}

fn declared(name: &Ident, fields: impl Iterator<Item = TokenStream>) -> syn::Item {
    parse_quote!(pub struct #name { #(#fields),* })
}
