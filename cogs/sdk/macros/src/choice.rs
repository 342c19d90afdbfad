//! `#[derive(Choice)]`: an enum whose variants are the choices of an option.

use crate::check;
use crate::locales::Declared;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result, Variant};

pub fn expand(input: DeriveInput) -> Result<TokenStream> {
    let ident = &input.ident;
    let Data::Enum(choices) = &input.data else {
        return Err(Error::new_spanned(
            ident,
            "#[derive(Choice)] is for an enum, with a variant for each choice",
        ));
    };
    if choices.variants.is_empty() {
        return Err(Error::new_spanned(
            ident,
            "an option needs at least one choice",
        ));
    }
    check::count(choices.variants.len(), "choices", ident.span())?;

    let variants: Vec<_> = choices
        .variants
        .iter()
        .map(|variant| &variant.ident)
        .collect();
    let values = variants
        .iter()
        .map(|variant| check::kebab(&variant.to_string()));
    let values: Vec<String> = values.collect();
    let names = choices
        .variants
        .iter()
        .map(name)
        .collect::<Result<Vec<_>>>()?;
    let named: Vec<(String, String)> = values
        .iter()
        .zip(&names)
        .map(|(value, name)| (value.clone(), name.value()))
        .collect();
    let in_languages = Declared::read(ident.span())?.choices(
        &check::kebab(&ident.to_string()),
        &named,
        ident.span(),
    )?;
    let types = quote! { ::cogbox_sdk::command };
    Ok(quote! {
        impl ::cogbox_sdk::option::OptionType for #ident {
            fn kind() -> #types::OptionKind {
                #types::OptionKind::Choice(::std::vec![#(#types::Choice {
                    name: ::std::string::String::from(#names),
                    names: ::cogbox_sdk::locale::localized(#in_languages),
                    value: #types::ChoiceValue::Text(::std::string::String::from(#values)),
                }),*])
            }

            fn read(value: ::cogbox_sdk::option::Value) -> ::std::option::Option<Self> {
                let ::cogbox_sdk::option::Value::Text(text) = value else {
                    return ::std::option::Option::None;
                };
                match text.as_str() {
                    #(#values => ::std::option::Option::Some(#ident::#variants),)*
                    _ => ::std::option::Option::None,
                }
            }
        }
    })
}

/// Returns what people see of a choice.
fn name(variant: &Variant) -> Result<LitStr> {
    if !matches!(variant.fields, Fields::Unit) {
        return Err(Error::new_spanned(
            variant,
            "a choice is a variant without fields",
        ));
    }
    let made = check::sentence(&variant.ident.to_string());
    let mut name = LitStr::new(&made, variant.ident.span());
    for attribute in variant
        .attrs
        .iter()
        .filter(|it| it.path().is_ident("choice"))
    {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("name") {
                return Err(meta.error("#[choice] takes `name = \"...\"`"));
            }
            name = meta.value()?.parse()?;
            Ok(())
        })?;
    }
    check::label(&name.value(), "a choice", Some(check::TEXT), name.span())?;
    Ok(name)
}
