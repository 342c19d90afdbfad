//! `#[command(subcommands(...))]` on a unit struct: a command, or a group in one, that holds
//! others.

use crate::args::Args;
use crate::check;
use crate::locales::{Declared, Kind, Source};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Fields, ItemStruct, LitStr, Result};

pub fn expand(args: TokenStream, holder: ItemStruct) -> Result<TokenStream> {
    let args = Args::parse(args)?;
    let ident = &holder.ident;
    if !matches!(holder.fields, Fields::Unit) {
        return Err(Error::new_spanned(
            &holder.fields,
            "a struct that holds subcommands has no fields: `struct Counter;`",
        ));
    }
    let children = args.subcommands.as_deref().unwrap_or_default();
    if children.is_empty() {
        return Err(Error::new_spanned(
            ident,
            "name what it holds: `#[command(subcommands(add, show))]`; a command that runs by itself is a function",
        ));
    }
    check::count(children.len(), "subcommands", ident.span())?;

    let made = LitStr::new(&check::kebab(&ident.to_string()), ident.span());
    let name = args.name.clone().unwrap_or(made);
    check::name(&name.value(), "a command", name.span())?;
    let description = args.describe(&holder.attrs).ok_or_else(|| {
        Error::new_spanned(
            ident,
            format!(
                "the command `{}` needs a description: write a doc comment above it",
                name.value()
            ),
        )
    })?;
    check::description(&description, "a command", ident.span())?;
    let source = Source {
        key: &args.key(ident),
        kind: Kind::Typed,
        name: &name.value(),
        description: &description,
        options: Vec::new(),
    };
    let in_languages = Declared::read(ident.span())?
        .command(&source, ident.span())?
        .whole;

    let command = quote! { ::cogbox_sdk::command };
    let depths = children.iter().map(|child| {
        quote_spanned! { child.span() => {
            let child = <#child as #command::Command>::DEPTH;
            if child > deepest { deepest = child; }
        } }
    });
    let checks = children.iter().map(|child| {
        quote_spanned! { child.span() =>
            const _: () = ::std::assert!(
                !<#child as #command::Command>::WHOLE,
                "a subcommand can't have needs, contexts, nsfw, cooldown, concurrency or defer_as of its own, nor be in a menu: put them on the command that holds it",
            );
        }
    });
    let whole = args.whole.is_some();
    let calls = &args.calls;
    Ok(quote! {
        #[allow(dead_code)]
        #holder

        #(#checks)*
        const _: () = ::std::assert!(
            <#ident as #command::Command>::DEPTH <= 3,
            "Discord has commands, groups in them, and subcommands in those, and nothing deeper",
        );

        impl #command::Command for #ident {
            const NAME: &'static str = #name;
            const DEPTH: usize = {
                let mut deepest = 0;
                #(#depths)*
                deepest + 1
            };
            const WHOLE: bool = #whole;

            fn declare() -> #command::Node {
                #command::Node::new(#command::Target::Chat, Self::NAME, #description)
                    #in_languages
                    #(.child(<#children as #command::Command>::declare()))*
                    #(#calls)*
            }

            fn invoke(
                ctx: &::cogbox_sdk::context::Context,
                path: &[::std::string::String],
                arguments: ::cogbox_sdk::option::Arguments,
            ) -> ::cogbox_sdk::error::Answer {
                if let ::std::option::Option::Some((name, rest)) = path.split_first() {
                    #(if name == <#children as #command::Command>::NAME {
                        return <#children as #command::Command>::invoke(ctx, rest, arguments);
                    })*
                }
                ::std::result::Result::Err(#command::unknown(path))
            }
        }
    })
}
