//! What stands in the parentheses of `#[command(...)]`.

use crate::check;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, LitInt, LitStr, Path, Result, Token, parenthesized};

/// The arguments, checked one by one.
#[derive(Default)]
pub struct Args {
    pub name: Option<LitStr>,
    pub description: Option<LitStr>,
    /// What it is called in `locales/`, without `command-`.
    pub key: Option<LitStr>,
    pub subcommands: Option<Vec<Path>>,
    /// Calls on the SDK's `Node`, and where the first of them stands: what only a whole
    /// command can have.
    pub calls: Vec<TokenStream>,
    pub whole: Option<Span>,
}

/// The channels that a cooldown can be counted by, and the other short lists, as written in
/// an attribute and as the SDK names them.
const CONTEXTS: &[(&str, &str)] = &[
    ("guild", "GUILD"),
    ("bot_dm", "BOT_DM"),
    ("private_channel", "PRIVATE_CHANNEL"),
];
const BUCKETS: &[(&str, &str)] = &[
    ("user", "User"),
    ("member", "Member"),
    ("channel", "Channel"),
    ("guild", "Guild"),
    ("global", "Global"),
];
const VISIBILITIES: &[(&str, &str)] = &[("everyone", "Everyone"), ("invoker", "Invoker")];

impl Args {
    pub fn parse(tokens: TokenStream) -> Result<Self> {
        let mut args = Args::default();
        let parser = syn::meta::parser(|meta| args.take(meta));
        parser.parse2(tokens)?;
        Ok(args)
    }

    /// Returns the description, from the argument or else from the doc comment.
    pub fn describe(&self, attributes: &[Attribute]) -> Option<String> {
        let written = self.description.as_ref().map(LitStr::value);
        written.or_else(|| check::doc(attributes))
    }

    /// Returns what the command is called in `locales/`: `command-`, and the Rust name.
    pub fn key(&self, ident: &Ident) -> String {
        let written = self.key.as_ref().map(LitStr::value);
        written.unwrap_or_else(|| check::kebab(&ident.to_string()))
    }

    fn take(&mut self, meta: ParseNestedMeta) -> Result<()> {
        let key = meta.path.get_ident().map(Ident::to_string);
        match key.as_deref() {
            Some("name") => self.name = Some(meta.value()?.parse()?),
            Some("description") => self.description = Some(meta.value()?.parse()?),
            Some("key") => self.key = Some(meta.value()?.parse()?),
            Some("subcommands") => {
                let content;
                parenthesized!(content in meta.input);
                let paths = Punctuated::<Path, Token![,]>::parse_terminated(&content)?;
                self.subcommands = Some(paths.into_iter().collect());
            }
            Some("needs") => {
                let names = idents(&meta)?;
                let call = quote! {
                    .needs(::cogbox_sdk::permissions::Permissions::NONE
                        #(| ::cogbox_sdk::permissions::Permissions::#names)*)
                };
                // First of all, because `contexts` may say otherwise.
                self.calls.insert(0, call);
            }
            Some("contexts") => {
                let names = picked(&idents(&meta)?, CONTEXTS)?;
                self.calls.push(quote! {
                    .contexts(::cogbox_sdk::command::Contexts::empty()
                        #(| ::cogbox_sdk::command::Contexts::#names)*)
                });
            }
            Some("nsfw") => self.calls.push(quote! { .nsfw() }),
            Some("cooldown") => self.calls.push(cooldown(&meta)?),
            Some("concurrency") => self.calls.push(concurrency(&meta)?),
            Some("defer_as") => {
                let names = picked(&idents(&meta)?, VISIBILITIES)?;
                let [name] = names.as_slice() else {
                    return Err(meta.error("write `defer_as(everyone)` or `defer_as(invoker)`"));
                };
                self.calls.push(quote! {
                    .defer_as(::cogbox_sdk::command::Visibility::#name)
                });
            }
            _ => {
                return Err(meta.error(
                    "#[command] takes `name`, `description`, `key`, `needs`, `contexts`, `nsfw`, `cooldown`, `concurrency`, `defer_as` and `subcommands`",
                ));
            }
        }
        if !matches!(
            key.as_deref(),
            Some("name" | "description" | "key" | "subcommands")
        ) {
            self.whole.get_or_insert(meta.path.segments[0].ident.span());
        }
        Ok(())
    }
}

/// Reads `(a, b, c)`.
pub fn idents(meta: &ParseNestedMeta) -> Result<Vec<Ident>> {
    let content;
    parenthesized!(content in meta.input);
    let names = Punctuated::<Ident, Token![,]>::parse_terminated(&content)?;
    if names.is_empty() {
        return Err(meta.error("name at least one in the parentheses"));
    }
    Ok(names.into_iter().collect())
}

/// Replaces words by the SDK's names for them, or says which words there are.
pub fn picked(written: &[Ident], known: &[(&str, &str)]) -> Result<Vec<Ident>> {
    let pick = |word: &Ident| {
        let found = known.iter().find(|(name, _)| word == name);
        found
            .map(|(_, name)| format_ident!("{name}", span = word.span()))
            .ok_or_else(|| {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                Error::new(
                    word.span(),
                    format!("`{word}` is none of {}", names.join(", ")),
                )
            })
    };
    written.iter().map(pick).collect()
}

fn cooldown(meta: &ParseNestedMeta) -> Result<TokenStream> {
    let mut per = format_ident!("User");
    let mut uses: u16 = 1;
    let mut seconds: Option<u32> = None;
    meta.parse_nested_meta(|inner| {
        if inner.path.is_ident("per") {
            let word: Ident = inner.value()?.parse()?;
            let names = picked(&[word], BUCKETS)?;
            per = names[0].clone();
        } else if inner.path.is_ident("uses") {
            uses = inner.value()?.parse::<LitInt>()?.base10_parse()?;
        } else if inner.path.is_ident("seconds") {
            seconds = Some(inner.value()?.parse::<LitInt>()?.base10_parse()?);
        } else {
            return Err(inner.error("`cooldown` takes `per`, `uses` and `seconds`"));
        }
        Ok(())
    })?;
    let seconds = seconds
        .filter(|seconds| *seconds > 0 && uses > 0)
        .ok_or_else(|| {
            meta.error(
                "write how long it lasts, such as `cooldown(per = user, uses = 1, seconds = 5)`",
            )
        })?;
    Ok(quote! { .cooldown(::cogbox_sdk::command::Bucket::#per, #uses, #seconds) })
}

fn concurrency(meta: &ParseNestedMeta) -> Result<TokenStream> {
    let mut per = format_ident!("User");
    let mut uses: u16 = 1;
    meta.parse_nested_meta(|inner| {
        if inner.path.is_ident("per") {
            let word: Ident = inner.value()?.parse()?;
            let names = picked(&[word], BUCKETS)?;
            per = names[0].clone();
        } else if inner.path.is_ident("uses") {
            uses = inner.value()?.parse::<LitInt>()?.base10_parse()?;
        } else {
            return Err(inner.error("`concurrency` takes `per` and `uses`"));
        }
        Ok(())
    })?;
    if uses == 0 {
        return Err(meta.error(
            "write how many at the same time, such as `concurrency(per = user, uses = 1)`",
        ));
    }
    Ok(quote! { .concurrency(::cogbox_sdk::command::Bucket::#per, #uses) })
}
