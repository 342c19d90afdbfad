//! One option of a command: a parameter with its doc comment and `#[option(...)]`.

use crate::args::{idents, picked};
use crate::check;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, Expr, GenericArgument, LitInt, LitStr, Pat, PatType, PathArguments, Result,
    Type,
};

/// The kinds of channel that an option can be narrowed to.
const CHANNELS: &[(&str, &str)] = &[
    ("text", "Text"),
    ("voice", "Voice"),
    ("category", "Category"),
    ("announcement", "Announcement"),
    ("stage", "Stage"),
    ("forum", "Forum"),
    ("media", "Media"),
    ("public_thread", "PublicThread"),
    ("private_thread", "PrivateThread"),
];
/// The most characters that Discord takes in a text option.
const LONGEST: u16 = 6000;

pub struct Parameter {
    pub name: LitStr,
    /// What it is called in `locales/`: the parameter's own name.
    pub key: String,
    /// The type, without the `Option` around it.
    pub kind: Type,
    pub required: bool,
    pub span: Span,
    pub description: Option<String>,
    attribute: Attributes,
}

#[derive(Default)]
struct Attributes {
    name: Option<LitStr>,
    description: Option<LitStr>,
    min: Option<Expr>,
    max: Option<Expr>,
    min_length: Option<u16>,
    max_length: Option<u16>,
    channels: Option<Vec<TokenStream>>,
    autocomplete: bool,
}

impl Parameter {
    /// Reads a parameter and removes the attributes that are ours.
    pub fn take(typed: &mut PatType) -> Result<Self> {
        let Pat::Ident(pattern) = &*typed.pat else {
            return Err(Error::new_spanned(
                &typed.pat,
                "an option needs a plain name, which people see, such as `sides: u8`",
            ));
        };
        let made = LitStr::new(
            &check::kebab(&pattern.ident.to_string()),
            pattern.ident.span(),
        );
        let doc = check::doc(&typed.attrs);
        let attribute = Attributes::parse(&typed.attrs)?;
        typed
            .attrs
            .retain(|it| !it.path().is_ident("doc") && !it.path().is_ident("option"));
        let inner = inside_option(&typed.ty);
        Ok(Parameter {
            key: made.value(),
            name: attribute.name.clone().unwrap_or(made),
            required: inner.is_none(),
            kind: inner.unwrap_or(&typed.ty).clone(),
            span: pattern.ident.span(),
            description: attribute.description.as_ref().map(LitStr::value).or(doc),
            attribute,
        })
    }

    /// Writes the function that knows its type, the only place that names it: a type that
    /// can't be an option is reported once.
    pub fn knows(&self, at: usize) -> Result<TokenStream> {
        let (function, kind, read) = (knower(at), &self.kind, self.reading()?);
        let option = quote! { ::cogbox_sdk::option };
        Ok(quote! {
            fn #function() -> #option::Known<#kind> {
                #read
            }
        })
    }

    /// Writes the call that describes it for Discord.
    pub fn declare(&self, at: usize) -> Result<TokenStream> {
        let (name, function) = (&self.name, knower(at));
        check::name(&name.value(), "an option", name.span())?;
        let description = self.description.as_ref().ok_or_else(|| {
            Error::new(
                name.span(),
                format!(
                    "the option `{0}` needs a description: write a doc comment above it, or `#[option(description = \"...\")] {0}: ...`",
                    name.value()
                ),
            )
        })?;
        check::description(description, "an option", name.span())?;
        let required = self.required;
        let autocomplete = self.attribute.autocomplete;
        Ok(quote! {
            .option(#name, #description, (Self::#function().kind)(), #required, #autocomplete)
        })
    }

    /// Writes the expression that takes its value out of the arguments.
    pub fn read(&self, at: usize) -> TokenStream {
        let (name, function) = (&self.name, knower(at));
        if self.required {
            quote! { _arguments.required(ctx, #name, Self::#function())? }
        } else {
            quote! { _arguments.optional(ctx, #name, Self::#function())? }
        }
    }

    fn reading(&self) -> Result<TokenStream> {
        let kind = &self.kind;
        let span = kind.span();
        let Attributes {
            min,
            max,
            min_length,
            max_length,
            channels,
            ..
        } = &self.attribute;
        let ranged = min.is_some() || max.is_some();
        let lengthy = min_length.is_some() || max_length.is_some();
        if usize::from(ranged) + usize::from(lengthy) + usize::from(channels.is_some()) > 1 {
            return Err(Error::new(
                self.span,
                "`min` and `max` are for numbers, `min_length` and `max_length` for text, `channels` for channels: an option has one of these",
            ));
        }
        let option = quote! { ::cogbox_sdk::option };
        let asks = if ranged {
            let (min, max) = (maybe(min, span), maybe(max, span));
            quote_spanned! { span => <#kind as #option::Ranged>::between(#min, #max) }
        } else if lengthy {
            let (min, max) = (maybe(min_length, span), maybe(max_length, span));
            quote_spanned! { span => <#kind as #option::OfLength>::of_length(#min, #max) }
        } else if let Some(channels) = channels {
            quote_spanned! { span =>
                <#kind as #option::OfChannels>::of_kinds(::std::vec![#(#channels),*])
            }
        } else {
            return Ok(quote_spanned! { span => #option::known::<#kind>() });
        };
        Ok(quote_spanned! { span => #option::narrowed::<#kind>(|| #asks) })
    }
}

impl Attributes {
    fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut found = Attributes::default();
        for attribute in attributes.iter().filter(|it| it.path().is_ident("option")) {
            attribute.parse_nested_meta(|meta| {
                let key = meta.path.get_ident().map(ToString::to_string);
                match key.as_deref() {
                    Some("name") => found.name = Some(meta.value()?.parse()?),
                    Some("description") => found.description = Some(meta.value()?.parse()?),
                    Some("min") => found.min = Some(meta.value()?.parse()?),
                    Some("max") => found.max = Some(meta.value()?.parse()?),
                    Some("min_length") => found.min_length = Some(length(meta.value()?.parse()?)?),
                    Some("max_length") => found.max_length = Some(length(meta.value()?.parse()?)?),
                    Some("channels") => {
                        let kinds = picked(&idents(&meta)?, CHANNELS)?;
                        let kind = |name| quote! { ::cogbox_sdk::component::ChannelKind::#name };
                        found.channels = Some(kinds.into_iter().map(kind).collect());
                    }
                    Some("autocomplete") => found.autocomplete = true,
                    _ => {
                        return Err(meta.error(
                            "#[option] takes `name`, `description`, `min`, `max`, `min_length`, `max_length`, `channels` and `autocomplete`",
                        ));
                    }
                }
                Ok(())
            })?;
        }
        Ok(found)
    }
}

/// The name of the function that knows the type of an option.
fn knower(at: usize) -> Ident {
    format_ident!("option_{at}")
}

fn length(written: LitInt) -> Result<u16> {
    let length: u16 = written.base10_parse()?;
    if length <= LONGEST {
        return Ok(length);
    }
    Err(Error::new(
        written.span(),
        format!("Discord takes at most {LONGEST} characters in an option"),
    ))
}

fn maybe(value: &Option<impl ToTokens>, span: Span) -> TokenStream {
    match value {
        Some(value) => quote_spanned! { span => ::std::option::Option::Some(#value) },
        None => quote_spanned! { span => ::std::option::Option::None },
    }
}

/// Returns the `T` of `Option<T>`.
fn inside_option(kind: &Type) -> Option<&Type> {
    let Type::Path(path) = kind else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(inside) = &last.arguments else {
        return None;
    };
    match (last.ident == "Option", inside.args.first()) {
        (true, Some(GenericArgument::Type(inner))) => Some(inner),
        _ => None,
    }
}
