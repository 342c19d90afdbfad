//! `locales!`: a cog's texts, from `locales/*.ftl`, as structs that fill them in.
//!
//! Whatever could go wrong in front of a member goes wrong here instead: a file that can't be
//! read, a text that one language lacks, a variable that the English text does not have.

mod declared;
mod folder;
mod pattern;
#[cfg(test)]
mod tests;

pub use declared::{Calls, Declared, Kind, Source, SourceOption};

use folder::{ENGLISH, FOLDER, Fault, File};
use pattern::Piece;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Mutex;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Error, LitStr, Result, Token};

/// What messages are called that translate the declaration, and are no texts of their own.
const DECLARED: &[&str] = &["command-", "choice-"];

pub fn expand(tokens: TokenStream) -> Result<TokenStream> {
    let listed = Punctuated::<LitStr, Token![,]>::parse_terminated.parse2(tokens)?;
    let listed: Vec<LitStr> = listed.into_iter().collect();
    let (files, mut faults) = folder::read(&root());
    for language in &listed {
        let read = files.iter().any(|file| file.language == language.value());
        let told = faults.iter().any(|fault| names(fault, &language.value()));
        if !read && !told {
            let wrong = format!("there is no {FOLDER}/{}.ftl", language.value());
            return Err(Error::new(language.span(), wrong));
        }
    }
    for file in &files {
        if !listed.iter().any(|listed| listed.value() == file.language) {
            faults.push(Fault::new(format!(
                "{} is not listed: add {:?} to locales!(...)",
                file.name(),
                file.language
            )));
        }
    }
    let (texts, more) = texts(&files);
    faults.extend(more);
    let module = module(&files, &texts);
    // The texts stand for themselves, so that one fault does not hide behind a hundred others.
    let told = told_once(faults, Span::call_site()).map(|error| error.to_compile_error());
    Ok(quote! { #told #module })
}

/// One text in all languages, in the order of the files.
pub struct Text {
    key: String,
    variables: Vec<String>,
    languages: Vec<Vec<Piece>>,
    lines: Vec<usize>,
}

/// Lays the files' messages side by side; the first file's are the measure.
fn texts(files: &[File]) -> (Vec<Text>, Vec<Fault>) {
    let mut faults = Vec::new();
    let Some((english, others)) = files.split_first() else {
        let wrong = format!("there is no {FOLDER}/{ENGLISH}.ftl, with which a cog's texts begin");
        return (Vec::new(), vec![Fault::new(wrong)]);
    };
    let is_text = |key: &&String| !DECLARED.iter().any(|prefix| key.starts_with(prefix));
    for file in others {
        for key in file.messages.keys().filter(is_text) {
            if !english.messages.contains_key(key) {
                let wrong = format!("is not in {}", english.name());
                faults.push(file.fault(file.messages[key].line, key, wrong));
            }
        }
    }
    for key in english.messages.keys().filter(|key| !is_text(key)) {
        let wrong = "is told in the source, by the doc comment; only other languages write it here";
        faults.push(english.fault(english.messages[key].line, key, wrong));
    }
    let mut texts = Vec::new();
    let mut idents = BTreeMap::new();
    for (key, message) in english.messages.iter().filter(|(key, _)| is_text(key)) {
        if let Some(other) = idents.insert(key.replace('-', "_"), key) {
            let wrong = format!("and `{other}` are one name in Rust");
            faults.push(english.fault(message.line, key, wrong));
            continue;
        }
        match text(key, english, others) {
            Ok(text) => texts.push(text),
            Err(more) => faults.extend(more),
        }
    }
    (texts, faults)
}

fn text(key: &str, english: &File, others: &[File]) -> std::result::Result<Text, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut text = Text {
        key: key.to_string(),
        variables: Vec::new(),
        languages: Vec::new(),
        lines: Vec::new(),
    };
    for file in std::iter::once(english).chain(others) {
        let Some(message) = file.messages.get(key) else {
            let line = english.messages[key].line;
            faults.push(Fault::new(format!(
                "{}: `{key}` is missing, which is in {}:{line}",
                file.name(),
                english.name()
            )));
            continue;
        };
        if let Some((attribute, (line, _))) = message.attributes.iter().next() {
            let wrong = format!(
                "has an attribute `.{attribute}`, which only command-... and choice-... have"
            );
            faults.push(file.fault(*line, key, wrong));
        }
        let pieces = message.value.as_ref().ok_or("has no text".to_string());
        let pieces = pieces.and_then(|value| pattern::resolve(file, value));
        let pieces = match pieces {
            Ok(pieces) => pieces,
            Err(wrong) => {
                faults.push(file.fault(message.line, key, wrong));
                continue;
            }
        };
        let mut variables = BTreeSet::new();
        pattern::variables(&pieces, &mut variables);
        if text.languages.is_empty() {
            text.variables = variables.into_iter().collect();
        } else if let Some(new) = variables.iter().find(|it| !text.variables.contains(it)) {
            let wrong = format!("has a variable ${new}, which {} has not", english.name());
            faults.push(file.fault(message.line, key, wrong));
        }
        text.languages.push(pieces);
        text.lines.push(message.line);
    }
    if faults.is_empty() {
        Ok(text)
    } else {
        Err(faults)
    }
}

fn module(files: &[File], texts: &[Text]) -> TokenStream {
    let locale = quote! { ::cogbox_sdk::locale };
    let constants = files.iter().map(|file| {
        let name = file.language.to_uppercase().replace('-', "_");
        Ident::new(&name, Span::call_site())
    });
    let constants: Vec<Ident> = constants.collect();
    let structs = texts.iter().map(one);
    let checks = texts.iter().flat_map(|text| forms(text, files, &constants));
    let tracked = tracked(files);
    let count = files.len();
    quote! {
        #tracked
        #(#checks)*
        /// The texts of `locales/`, which `t!` fills in.
        #[allow(non_camel_case_types)]
        mod text {
            static LANGUAGES: [#locale::Language; #count] =
                [#(#locale::languages::#constants),*];

            fn fill(
                audience: &dyn #locale::Audience,
                texts: &[&[#locale::Part]],
                args: &[#locale::Arg],
            ) -> ::std::string::String {
                let language = audience.language(&LANGUAGES);
                LANGUAGES[language].fill(texts[language], args)
            }

            #(#structs)*
        }
    }
}

/// Writes the struct of one text.
fn one(text: &Text) -> TokenStream {
    let locale = quote! { ::cogbox_sdk::locale };
    let name = ident(&text.key.replace('-', "_"));
    let fields: Vec<Ident> = text.variables.iter().map(|name| ident(name)).collect();
    let outline = text.languages.first().map(|it| pattern::outline(it));
    let languages = text
        .languages
        .iter()
        .map(|pieces| pattern::parts(pieces, &text.variables));
    let (lifetime, elided) = match fields.is_empty() {
        true => (None, None),
        false => (Some(quote! { <'a> }), Some(quote! { <'_> })),
    };
    quote! {
        #[doc = #outline]
        pub(crate) struct #name #lifetime {
            #(pub(crate) #fields: #locale::Arg<'a>),*
        }

        impl #name #elided {
            pub(crate) fn to(self, audience: &dyn #locale::Audience) -> ::std::string::String {
                fill(audience, &[#(#languages),*], &[#(self.#fields),*])
            }
        }
    }
}

/// Writes what refuses cases for forms that a language does not have. The SDK knows its forms.
fn forms(text: &Text, files: &[File], constants: &[Ident]) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    for (at, (file, pieces)) in files.iter().zip(&text.languages).enumerate() {
        let (mut forms, language) = (BTreeSet::new(), &constants[at]);
        pattern::forms(pieces, &mut forms);
        for (name, form) in forms {
            let form = format_ident!("{form}");
            let wrong =
                format!("has a case [{name}], a form that words don't have in this language");
            let wrong = file.fault(text.lines[at], &text.key, wrong).to_string();
            checks.push(quote! {
                const _: () = ::std::assert!(
                    ::cogbox_sdk::locale::languages::#language.has(::cogbox_sdk::locale::Form::#form),
                    #wrong
                );
            });
        }
    }
    checks
}

/// Has the compiler look at the files again when they change.
fn tracked(files: &[File]) -> TokenStream {
    let paths = files
        .iter()
        .map(|file| file.path.to_string_lossy().into_owned());
    quote! { #(const _: &str = ::std::include_str!(#paths);)* }
}

fn ident(name: &str) -> Ident {
    match syn::parse_str::<Ident>(name) {
        Ok(_) => Ident::new(name, Span::call_site()),
        Err(_) => Ident::new_raw(name, Span::call_site()),
    }
}

fn root() -> PathBuf {
    // Cargo says so to everything that it compiles.
    std::env::var_os("CARGO_MANIFEST_DIR")
        .unwrap_or_default()
        .into()
}

fn names(fault: &Fault, language: &str) -> bool {
    fault
        .to_string()
        .starts_with(&format!("{FOLDER}/{language}.ftl"))
}

/// Makes errors of what no other macro of this crate told yet: all of them read the same files.
fn told_once(faults: Vec<Fault>, span: Span) -> Option<Error> {
    static TOLD: Mutex<Option<HashSet<Fault>>> = Mutex::new(None);
    let mut told = TOLD.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let told = told.get_or_insert_default();
    let new = faults
        .into_iter()
        .filter(|fault| told.insert(fault.clone()));
    new.map(|fault| Error::new(span, fault))
        .reduce(|mut all, next| {
            all.combine(next);
            all
        })
}
