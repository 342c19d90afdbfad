//! `#[command]` on a function: a type of the same name that describes and runs it.

use crate::args::Args;
use crate::check;
use crate::locales::{Calls, Declared, Kind, Source, SourceOption};
use crate::parameter::Parameter;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, FnArg, ItemFn, LitStr, PatType, Result, Type};

/// How a command is used.
#[derive(Clone, Copy, PartialEq)]
pub enum Used {
    Typed,
    OnUser,
    OnMessage,
}

pub fn expand(args: TokenStream, mut function: ItemFn, used: Used) -> Result<TokenStream> {
    let args = Args::parse(args)?;
    if args.subcommands.is_some() {
        return Err(Error::new_spanned(
            &function.sig.ident,
            "a command that runs can't hold others: put `subcommands(...)` on a unit struct, such as `#[command(subcommands(add, show))] struct Counter;`",
        ));
    }
    let parameters = take_options(&mut function)?;
    let name = name(&args, &function.sig.ident, used)?;
    let description = description(&args, &function, used)?;
    let translated = translated(
        &args,
        &function.sig.ident,
        &name,
        &description,
        &parameters,
        used,
    )?;
    let mut body = match used {
        Used::Typed => typed(&function.sig.ident, &parameters)?,
        Used::OnUser => on_user(&function, &parameters)?,
        Used::OnMessage => on_message(&function, &parameters)?,
    };
    for (option, call) in body.options.iter_mut().zip(translated.options) {
        option.extend(call);
    }
    let in_languages = translated.whole;
    let Body {
        knows,
        options,
        run,
    } = body;
    let target = match used {
        Used::Typed => format_ident!("Chat"),
        Used::OnUser => format_ident!("User"),
        Used::OnMessage => format_ident!("Message"),
    };
    let calls = &args.calls;
    let whole = args.whole.is_some() || used != Used::Typed;
    let (visibility, ident) = (&function.vis, &function.sig.ident);
    // A braced struct takes a name among types only, so the function keeps its own, and
    // `use` brings both.
    Ok(quote! {
        #function

        #[doc(hidden)]
        #[allow(dead_code, non_camel_case_types)]
        #visibility struct #ident {}

        impl #ident {
            #(#knows)*
        }

        impl ::cogbox_sdk::command::Command for #ident {
            const NAME: &'static str = #name;
            const DEPTH: usize = 1;
            const WHOLE: bool = #whole;

            fn declare() -> ::cogbox_sdk::command::Node {
                ::cogbox_sdk::command::Node::new(
                    ::cogbox_sdk::command::Target::#target, Self::NAME, #description,
                )
                #in_languages #(#options)* #(#calls)*
            }

            fn invoke(
                ctx: &::cogbox_sdk::context::Context,
                _path: &[::std::string::String],
                mut _arguments: ::cogbox_sdk::option::Arguments,
            ) -> ::cogbox_sdk::error::Answer {
                #run
            }
        }
    })
}

struct Body {
    /// Functions of the type, one for each option.
    knows: Vec<TokenStream>,
    options: Vec<TokenStream>,
    run: TokenStream,
}

fn typed(function: &Ident, parameters: &[Parameter]) -> Result<Body> {
    check::count(parameters.len(), "options", function.span())?;
    let mut optional: Option<&Parameter> = None;
    for (at, parameter) in parameters.iter().enumerate() {
        if parameters[..at]
            .iter()
            .any(|other| other.name.value() == parameter.name.value())
        {
            return Err(Error::new(
                parameter.name.span(),
                format!("there are two options named `{}`", parameter.name.value()),
            ));
        }
        match optional {
            Some(before) if parameter.required => {
                return Err(Error::new(
                    parameter.span,
                    format!(
                        "the required option `{}` stands after the optional `{}`: Discord wants required options first",
                        parameter.name.value(),
                        before.name.value()
                    ),
                ));
            }
            None if !parameter.required => optional = Some(parameter),
            _ => {}
        }
    }
    let numbered = || parameters.iter().enumerate();
    let reads = numbered().map(|(at, parameter)| parameter.read(at));
    Ok(Body {
        knows: numbered()
            .map(|(at, parameter)| parameter.knows(at))
            .collect::<Result<_>>()?,
        options: numbered()
            .map(|(at, parameter)| parameter.declare(at))
            .collect::<Result<_>>()?,
        run: quote! { #function(ctx #(, #reads)*) },
    })
}

fn on_user(function: &ItemFn, parameters: &[Parameter]) -> Result<Body> {
    let [target] = parameters else {
        return Err(Error::new_spanned(
            &function.sig,
            "a user command has two parameters: `ctx: &Context` and the `User`, `Member` or `Person` it is used on",
        ));
    };
    let name = &function.sig.ident;
    let read = quote_spanned! { target.kind.span() => ::cogbox_sdk::option::target };
    let kind = &target.kind;
    Ok(Body {
        knows: Vec::new(),
        options: Vec::new(),
        run: quote! { #name(ctx, #read::<#kind>(ctx, &mut _arguments)?) },
    })
}

fn on_message(function: &ItemFn, parameters: &[Parameter]) -> Result<Body> {
    if parameters.len() != 1 {
        return Err(Error::new_spanned(
            &function.sig,
            "a message command has two parameters: `ctx: &Context` and the `Message` it is used on",
        ));
    }
    let name = &function.sig.ident;
    Ok(Body {
        knows: Vec::new(),
        options: Vec::new(),
        run: quote! { #name(ctx, ::cogbox_sdk::option::target_message(&mut _arguments)?) },
    })
}

/// Checks the first parameter, and takes the options out of the others together with the
/// attributes that the compiler would refuse.
fn take_options(function: &mut ItemFn) -> Result<Vec<Parameter>> {
    let missing = "a command's first parameter is `ctx: &Context`";
    let signature = &mut function.sig;
    if let Some(word) = &signature.asyncness {
        return Err(Error::new_spanned(
            word,
            "commands are plain functions: while one waits for the host, others run in instances of their own",
        ));
    }
    let is_reference = |argument: &FnArg| matches!(argument, FnArg::Typed(PatType { ty, .. }) if matches!(**ty, Type::Reference(_)));
    match signature.inputs.first() {
        Some(first) if is_reference(first) => {}
        Some(first) => return Err(Error::new_spanned(first, missing)),
        None => return Err(Error::new_spanned(&signature.ident, missing)),
    }
    let options = signature.inputs.iter_mut().skip(1);
    options
        .map(|argument| match argument {
            FnArg::Typed(typed) => Parameter::take(typed),
            FnArg::Receiver(receiver) => Err(Error::new_spanned(receiver, missing)),
        })
        .collect()
}

/// Looks up what the other languages call it.
fn translated(
    args: &Args,
    ident: &Ident,
    name: &LitStr,
    description: &str,
    parameters: &[Parameter],
    used: Used,
) -> Result<Calls> {
    let (kind, parameters) = match used {
        Used::Typed => (Kind::Typed, parameters),
        // Its one parameter is what it is used on.
        Used::OnUser | Used::OnMessage => (Kind::InMenu, Default::default()),
    };
    let names: Vec<String> = parameters.iter().map(|it| it.name.value()).collect();
    let options = parameters
        .iter()
        .zip(&names)
        .map(|(parameter, name)| SourceOption {
            key: &parameter.key,
            name,
            description: parameter.description.as_deref().unwrap_or_default(),
        });
    let source = Source {
        key: &args.key(ident),
        kind,
        name: &name.value(),
        description,
        options: options.collect(),
    };
    Declared::read(ident.span())?.command(&source, ident.span())
}

fn name(args: &Args, ident: &Ident, used: Used) -> Result<LitStr> {
    let name = args.name.clone().unwrap_or_else(|| {
        let made = match used {
            Used::Typed => check::kebab(&ident.to_string()),
            Used::OnUser | Used::OnMessage => check::sentence(&ident.to_string()),
        };
        LitStr::new(&made, ident.span())
    });
    match used {
        Used::Typed => check::name(&name.value(), "a command", name.span())?,
        Used::OnUser => check::label(&name.value(), "a user command", None, name.span())?,
        Used::OnMessage => check::label(&name.value(), "a message command", None, name.span())?,
    }
    Ok(name)
}

/// Commands in menus have no description.
fn description(args: &Args, function: &ItemFn, used: Used) -> Result<String> {
    if used != Used::Typed {
        return Ok(String::new());
    }
    let ident = &function.sig.ident;
    let text = args.describe(&function.attrs).ok_or_else(|| {
        Error::new_spanned(
            ident,
            format!("the command `{ident}` needs a description: write a doc comment above it, such as `/// Rolls dice.`"),
        )
    })?;
    check::description(&text, "a command", ident.span())?;
    Ok(text)
}
