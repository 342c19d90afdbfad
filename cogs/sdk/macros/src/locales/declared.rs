//! What Discord is told of commands in other languages: `command-...` and `choice-...` in the files
//! of those languages. English is in the source, where the doc comments are.

use super::folder::{ENGLISH, Fault, File, Message};
use super::{folder, pattern, root, told_once};
use crate::check;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use std::collections::BTreeSet;
use syn::{Error, Result};

/// The languages but English.
pub struct Declared {
    files: Vec<File>,
}

/// Which rules a name obeys.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// Typed after a slash.
    Typed,
    /// In the menu of people or messages, without a description.
    InMenu,
}

/// A command as the source has it.
pub struct Source<'a> {
    /// Without `command-`.
    pub key: &'a str,
    pub kind: Kind,
    pub name: &'a str,
    pub description: &'a str,
    pub options: Vec<SourceOption<'a>>,
}

/// One of its options.
pub struct SourceOption<'a> {
    pub key: &'a str,
    pub name: &'a str,
    pub description: &'a str,
}

/// Calls on the SDK's `Node`: one for the command, and one for each option.
pub struct Calls {
    pub whole: TokenStream,
    pub options: Vec<TokenStream>,
}

/// Pairs of a language and a text.
type Pairs = Vec<(String, String)>;
type Found<T> = std::result::Result<T, Fault>;

impl Declared {
    /// Reads the cog's folder.
    pub fn read(span: Span) -> Result<Self> {
        // The SDK has texts of its own, and the commands of its tests are nobody's to translate.
        if std::env::var_os("CARGO_PKG_NAME").is_some_and(|name| name == "cogbox-sdk") {
            return Ok(Declared::of(Vec::new()));
        }
        let (files, faults) = folder::read(&root());
        match told_once(faults, span) {
            Some(error) => Err(error),
            None => Ok(Declared::of(files)),
        }
    }

    pub(super) fn of(mut files: Vec<File>) -> Self {
        files.retain(|file| file.language != ENGLISH);
        Declared { files }
    }

    /// Translates a command.
    pub fn command(&self, source: &Source, span: Span) -> Result<Calls> {
        self.calls(source).map_err(|faults| errors(faults, span))
    }

    /// Translates the choices of an option: for each variant, pairs of a language and a name.
    pub fn choices(
        &self,
        key: &str,
        variants: &[(String, String)],
        span: Span,
    ) -> Result<Vec<TokenStream>> {
        self.names(key, variants)
            .map(|names| names.iter().map(tokens).collect())
            .map_err(|faults| errors(faults, span))
    }

    pub(super) fn calls(&self, source: &Source) -> std::result::Result<Calls, Vec<Fault>> {
        let (mut names, mut descriptions) = (Pairs::new(), Pairs::new());
        let mut options = vec![(Pairs::new(), Pairs::new()); source.options.len()];
        let mut faults = Vec::new();
        for file in &self.files {
            let key = format!("command-{}", source.key);
            let Some(message) = file.messages.get(&key) else {
                faults.push(missing(file, &key, source));
                continue;
            };
            let texts = Texts {
                file,
                message,
                key: &key,
            };
            let language = &file.language;
            let mut keep = |into: &mut Pairs, found: Found<Option<String>>| match found {
                Ok(text) => into.extend(text.map(|text| (language.clone(), text))),
                Err(fault) => faults.push(fault),
            };
            let is_label = source.kind == Kind::InMenu;
            keep(&mut names, texts.own_name(source.kind));
            if !is_label {
                let description = texts.description("description", source.description);
                keep(&mut descriptions, description);
            }
            for (option, (names, descriptions)) in source.options.iter().zip(&mut options) {
                let (name, description) = attributes(option.key);
                keep(names, texts.name(&name));
                keep(
                    descriptions,
                    texts.description(&description, option.description),
                );
            }
            faults.extend(texts.unknown(source));
            faults.extend(texts.twice(source));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let pair = |call: TokenStream, (names, descriptions): &(Pairs, Pairs)| {
            if names.is_empty() && descriptions.is_empty() {
                return TokenStream::new();
            }
            let (names, descriptions) = (tokens(names), tokens(descriptions));
            quote! { .#call(#names, #descriptions) }
        };
        Ok(Calls {
            whole: pair(quote! { in_languages }, &(names, descriptions)),
            options: options
                .iter()
                .map(|option| pair(quote! { option_in_languages }, option))
                .collect(),
        })
    }

    fn names(
        &self,
        key: &str,
        variants: &[(String, String)],
    ) -> std::result::Result<Vec<Pairs>, Vec<Fault>> {
        let mut all = vec![Pairs::new(); variants.len()];
        let mut faults = Vec::new();
        let key = format!("choice-{key}");
        for file in &self.files {
            let Some(message) = file.messages.get(&key) else {
                let lines = variants
                    .iter()
                    .map(|(variant, name)| format!("\n    .{variant} = {name}"));
                let wanted = lines.collect::<String>();
                faults.push(Fault::new(format!(
                    "{}: `{key}` is missing; write\n{key} ={wanted}",
                    file.name()
                )));
                continue;
            };
            let texts = Texts {
                file,
                message,
                key: &key,
            };
            for ((variant, name), pairs) in variants.iter().zip(&mut all) {
                match texts.required(variant, name, |text| {
                    check::label(text, "a choice", Some(check::TEXT), Span::call_site())
                }) {
                    Ok(text) => pairs.push((file.language.clone(), text)),
                    Err(fault) => faults.push(fault),
                }
            }
            let known = |name: &str| variants.iter().any(|(variant, _)| variant == name);
            faults.extend(texts.strangers(known));
        }
        if faults.is_empty() {
            Ok(all)
        } else {
            Err(faults)
        }
    }
}

/// The texts of one command, or of one enum's choices, in one language.
struct Texts<'a> {
    file: &'a File,
    message: &'a Message,
    key: &'a str,
}

impl Texts<'_> {
    fn own_name(&self, kind: Kind) -> Found<Option<String>> {
        let fault = |wrong: String| self.file.fault(self.message.line, self.key, wrong);
        let Some(value) = &self.message.value else {
            return match kind {
                Kind::Typed => Ok(None),
                Kind::InMenu => Err(fault("has no text, which is the name in the menu".into())),
            };
        };
        let text = pattern::resolve(self.file, value).and_then(|pieces| pattern::plain(&pieces));
        let text = text.map_err(fault)?;
        let checked = match kind {
            Kind::Typed => check::name(&text, "a command", Span::call_site()),
            Kind::InMenu => check::label(&text, "a command", None, Span::call_site()),
        };
        checked.map_err(|error| fault(format!("is wrong: {error}")))?;
        Ok(Some(text))
    }

    fn name(&self, attribute: &str) -> Found<Option<String>> {
        self.attribute(attribute, |text| {
            check::name(text, "an option", Span::call_site())
        })
    }

    fn description(&self, attribute: &str, english: &str) -> Found<Option<String>> {
        let checked = |text: &str| check::length(text, Span::call_site());
        self.required(attribute, english, checked).map(Some)
    }

    fn required(
        &self,
        attribute: &str,
        english: &str,
        check: impl Fn(&str) -> Result<()>,
    ) -> Found<String> {
        self.attribute(attribute, check)?.ok_or_else(|| {
            let wrong = format!("lacks `.{attribute}`, which is \"{english}\" in English");
            self.file.fault(self.message.line, self.key, wrong)
        })
    }

    fn attribute(
        &self,
        attribute: &str,
        check: impl Fn(&str) -> Result<()>,
    ) -> Found<Option<String>> {
        let Some((line, value)) = self.message.attributes.get(attribute) else {
            return Ok(None);
        };
        let key = format!("{}.{attribute}", self.key);
        let text = pattern::resolve(self.file, value).and_then(|pieces| pattern::plain(&pieces));
        let text = text.map_err(|wrong| self.file.fault(*line, &key, wrong))?;
        let wrong = |error| self.file.fault(*line, &key, format!("is wrong: {error}"));
        check(&text).map_err(wrong)?;
        Ok(Some(text))
    }

    /// Returns what no option of the command asks for.
    fn unknown(&self, source: &Source) -> Vec<Fault> {
        self.strangers(|name| {
            let of_option = |option: &SourceOption| {
                let (own, description) = attributes(option.key);
                name == own || name == description
            };
            (name == "description" && source.kind == Kind::Typed)
                || source.options.iter().any(of_option)
        })
    }

    fn strangers(&self, known: impl Fn(&str) -> bool) -> Vec<Fault> {
        let attributes = self.message.attributes.iter();
        let stranger = |(name, (line, _)): (&String, &(usize, _))| {
            let wrong =
                format!("has an attribute `.{name}`, for which there is nothing in the source");
            self.file.fault(*line, self.key, wrong)
        };
        attributes
            .filter(|(name, _)| !known(name))
            .map(stranger)
            .collect()
    }

    /// Returns which names two options would share in this language.
    fn twice(&self, source: &Source) -> Vec<Fault> {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let defaults = source.options.iter().map(|option| option.name);
        let mut faults = Vec::new();
        for option in &source.options {
            let (attribute, _) = attributes(option.key);
            let Ok(Some(name)) = self.name(&attribute) else {
                continue;
            };
            let is_another = |other: &str| other == name && other != option.name;
            if defaults.clone().any(is_another) || !taken.insert(name.clone()) {
                let (line, _) = self.message.attributes[&attribute];
                let key = format!("{}.{attribute}", self.key);
                let wrong = format!("is `{name}`, as another option is called");
                faults.push(self.file.fault(line, &key, wrong));
            }
        }
        faults
    }
}

/// The attributes with an option's name and description.
fn attributes(option: &str) -> (String, String) {
    (format!("{option}-name"), format!("{option}-description"))
}

/// Says what to write for a command that a language lacks.
fn missing(file: &File, key: &str, source: &Source) -> Fault {
    let mut wanted = format!("{key} = {}", source.name);
    if source.kind == Kind::Typed {
        wanted += &format!("\n    .description = {}", source.description);
    }
    for option in &source.options {
        let (name, description) = attributes(option.key);
        wanted += &format!("\n    .{name} = {}", option.name);
        wanted += &format!("\n    .{description} = {}", option.description);
    }
    Fault::new(format!(
        "{}: `{key}` is missing; write\n{wanted}",
        file.name()
    ))
}

fn tokens(pairs: &Pairs) -> TokenStream {
    let pairs = pairs
        .iter()
        .map(|(language, text)| quote! { (#language, #text) });
    quote! { &[#(#pairs),*] }
}

fn errors(faults: Vec<Fault>, span: Span) -> Error {
    let each = faults.into_iter().map(|fault| Error::new(span, fault));
    let all = each.reduce(|mut all, next| {
        all.combine(next);
        all
    });
    all.unwrap_or_else(|| Error::new(span, "the translations can't be read"))
}
