//! A text of Fluent as the SDK fills it in: terms and other messages are put in where they are
//! named, and what the SDK can't do is refused here, while the cog is compiled.

use super::folder::File;
use fluent_syntax::ast::{
    CallArguments, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey,
};
use fluent_syntax::unicode::unescape_unicode_to_string;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

/// The most digits behind the point.
const DIGITS: u8 = 3;
/// The forms of words that depend on numbers, by Fluent's names and the SDK's.
const FORMS: &[(&str, &str)] = &[
    ("zero", "Zero"),
    ("one", "One"),
    ("two", "Two"),
    ("few", "Few"),
    ("many", "Many"),
    ("other", "Other"),
];

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Text(String),
    Variable(Variable),
    Select(Variable, Vec<(Key, Vec<Piece>)>, Vec<Piece>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    pub name: String,
    /// At least and at most so many digits behind the point.
    digits: (u8, u8),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    Form(&'static str, &'static str),
    Text(String),
    /// In thousandths.
    Exactly(i64),
}

/// Returns a text's pieces, or what is wrong with it.
pub fn resolve(file: &File, pattern: &Pattern<String>) -> Result<Vec<Piece>, String> {
    let mut resolver = Resolver {
        file,
        inside: Vec::new(),
    };
    resolver.pattern(pattern)
}

struct Resolver<'a> {
    file: &'a File,
    /// What is being put in, so that nothing contains itself.
    inside: Vec<String>,
}

impl Resolver<'_> {
    fn pattern(&mut self, pattern: &Pattern<String>) -> Result<Vec<Piece>, String> {
        let mut pieces = Vec::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => add(&mut pieces, value),
                PatternElement::Placeable { expression } => {
                    self.expression(expression, &mut pieces)?;
                }
            }
        }
        Ok(pieces)
    }

    fn expression(
        &mut self,
        expression: &Expression<String>,
        out: &mut Vec<Piece>,
    ) -> Result<(), String> {
        match expression {
            Expression::Inline(inline) => self.inline(inline, out),
            Expression::Select { selector, variants } => {
                let variable = variable(selector)?.ok_or(
                    "selects by something else than a variable: write `{ $count -> ... }` or `{ NUMBER($count) -> ... }`",
                )?;
                let (mut cases, mut other) = (Vec::new(), Vec::new());
                for variant in variants {
                    let pieces = self.pattern(&variant.value)?;
                    match variant.default {
                        true => other = pieces,
                        false => cases.push((key(variant)?, pieces)),
                    }
                }
                out.push(Piece::Select(variable, cases, other));
                Ok(())
            }
        }
    }

    fn inline(
        &mut self,
        inline: &InlineExpression<String>,
        out: &mut Vec<Piece>,
    ) -> Result<(), String> {
        if let Some(variable) = variable(inline)? {
            out.push(Piece::Variable(variable));
            return Ok(());
        }
        match inline {
            InlineExpression::StringLiteral { value } => {
                add(out, &unescape_unicode_to_string(value));
                Ok(())
            }
            InlineExpression::NumberLiteral { value } => {
                add(out, value);
                Ok(())
            }
            InlineExpression::Placeable { expression } => self.expression(expression, out),
            InlineExpression::TermReference {
                id,
                attribute: None,
                arguments: None,
            } => self.put_in(format!("-{}", id.name), out),
            InlineExpression::TermReference { id, .. } => Err(format!(
                "gives `-{0}` arguments or takes an attribute of it, which cogs can't: write a term for each, such as `-{0}-genitive`",
                id.name
            )),
            InlineExpression::MessageReference {
                id,
                attribute: None,
            } => self.put_in(id.name.clone(), out),
            InlineExpression::MessageReference { id, .. } => Err(format!(
                "takes an attribute of `{}`; only whole messages can be put in",
                id.name
            )),
            InlineExpression::FunctionReference { id, .. } if id.name == "DATETIME" => Err(
                "calls DATETIME; Discord shows times to everyone in their own way: put in what `markdown::time` returns".into(),
            ),
            InlineExpression::FunctionReference { id, .. } => Err(format!(
                "calls {}; the only function is NUMBER, of a variable",
                id.name
            )),
            InlineExpression::VariableReference { id } => {
                Err(format!("has a variable that can't be read: `${}`", id.name))
            }
        }
    }

    fn put_in(&mut self, name: String, out: &mut Vec<Piece>) -> Result<(), String> {
        if self.inside.contains(&name) {
            return Err(format!("puts in `{name}`, which contains itself"));
        }
        let found = match name.strip_prefix('-') {
            Some(term) => self.file.terms.get(term),
            None => self.file.messages.get(&name),
        };
        let pattern = found.and_then(|message| message.value.as_ref());
        let pattern = pattern.ok_or_else(|| format!("puts in `{name}`, which is not there"))?;
        self.inside.push(name);
        for piece in self.pattern(pattern)? {
            match piece {
                Piece::Text(text) => add(out, &text),
                other => out.push(other),
            }
        }
        self.inside.pop();
        Ok(())
    }
}

fn add(out: &mut Vec<Piece>, text: &str) {
    match out.last_mut() {
        Some(Piece::Text(before)) => before.push_str(text),
        _ => out.push(Piece::Text(text.to_string())),
    }
}

/// Reads `$name`, `NUMBER($name)` and `NUMBER($name, maximumFractionDigits: 1)`; nothing when it is
/// something else.
fn variable(inline: &InlineExpression<String>) -> Result<Option<Variable>, String> {
    let (id, arguments) = match inline {
        InlineExpression::VariableReference { id } => (id, None),
        InlineExpression::FunctionReference { id, arguments } if id.name == "NUMBER" => {
            let [InlineExpression::VariableReference { id }] = arguments.positional.as_slice()
            else {
                return Err("calls NUMBER of something else than one variable".into());
            };
            (id, Some(arguments))
        }
        _ => return Ok(None),
    };
    let digits = arguments.map_or(Ok((0, DIGITS)), digits)?;
    let name = id.name.replace('-', "_");
    Ok(Some(Variable { name, digits }))
}

fn digits(arguments: &CallArguments<String>) -> Result<(u8, u8), String> {
    let (mut min, mut max) = (None, None);
    for argument in &arguments.named {
        let name = argument.name.name.as_str();
        let given = match &argument.value {
            InlineExpression::NumberLiteral { value } => value.parse().ok(),
            _ => None,
        };
        let slot = match name {
            "minimumFractionDigits" => &mut min,
            "maximumFractionDigits" => &mut max,
            _ => {
                return Err(format!(
                    "gives NUMBER `{name}`; it takes minimumFractionDigits and maximumFractionDigits"
                ));
            }
        };
        *slot = given.filter(|digits| *digits <= DIGITS);
        if slot.is_none() {
            return Err(format!("needs a `{name}` from 0 to {DIGITS}"));
        }
    }
    let least = min.unwrap_or(0);
    let most = max.unwrap_or(DIGITS);
    if least > most {
        return Err("wants more digits at least than at most".into());
    }
    Ok((least, most))
}

fn key(variant: &Variant<String>) -> Result<Key, String> {
    match &variant.key {
        VariantKey::Identifier { name } => {
            let form = FORMS.iter().find(|(form, _)| form == name);
            Ok(form.map_or_else(
                || Key::Text(name.clone()),
                |(name, form)| Key::Form(name, form),
            ))
        }
        VariantKey::NumberLiteral { value } => {
            let thousandths = value.parse::<f64>().ok().map(|number| number * 1000.0);
            thousandths
                .filter(|it| it.fract() == 0.0 && it.abs() < 9e15)
                .map(|it| Key::Exactly(it as i64))
                .ok_or_else(|| {
                    format!(
                        "has the case [{value}], with more than {DIGITS} digits behind the point"
                    )
                })
        }
    }
}

/// Returns the text of pieces without variables.
pub fn plain(pieces: &[Piece]) -> Result<String, String> {
    match pieces {
        [] => Ok(String::new()),
        [Piece::Text(text)] => Ok(text.clone()),
        _ => Err("has a variable, and Discord is told this text once and for all".into()),
    }
}

/// Returns a text as people write it, with `{name}` for what is filled in.
pub fn outline(pieces: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Variable(variable) => format!("{{{}}}", variable.name),
        Piece::Select(_, _, other) => outline(other),
    };
    pieces.iter().map(piece).collect()
}

/// Collects the variables of a text.
pub fn variables(pieces: &[Piece], into: &mut BTreeSet<String>) {
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Variable(variable) => {
                into.insert(variable.name.clone());
            }
            Piece::Select(variable, cases, other) => {
                into.insert(variable.name.clone());
                cases.iter().for_each(|(_, pieces)| variables(pieces, into));
                variables(other, into);
            }
        }
    }
}

/// Collects the forms that a text's cases name.
pub fn forms<'a>(pieces: &'a [Piece], into: &mut BTreeSet<(&'a str, &'a str)>) {
    for piece in pieces {
        if let Piece::Select(_, cases, other) = piece {
            for (key, pieces) in cases {
                if let Key::Form(name, form) = key {
                    into.insert((name, form));
                }
                forms(pieces, into);
            }
            forms(other, into);
        }
    }
}

/// Writes pieces as the SDK's `Part`s; `names` are the variables in the order of their places.
pub fn parts(pieces: &[Piece], names: &[String]) -> TokenStream {
    let locale = quote! { ::cogbox_sdk::locale };
    let place = |name: &str| {
        let at = names.iter().position(|it| it == name).unwrap_or_default();
        u8::try_from(at).unwrap_or(u8::MAX)
    };
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => quote! { #locale::Part::Text(#text) },
        Piece::Variable(variable) => {
            let (at, (min, max)) = (place(&variable.name), variable.digits);
            match (min, max) {
                (0, DIGITS) => quote! { #locale::Part::Arg(#at) },
                _ => quote! { #locale::Part::Number(#at, #min, #max) },
            }
        }
        Piece::Select(variable, cases, other) => {
            let (at, (min, max)) = (place(&variable.name), variable.digits);
            let cases = cases.iter().map(|(key, pieces)| {
                let key = match key {
                    Key::Form(name, form) => {
                        let form = Ident::new(form, Span::call_site());
                        quote! { Form(#locale::Form::#form, #name) }
                    }
                    Key::Text(text) => quote! { Text(#text) },
                    Key::Exactly(thousandths) => quote! { Exactly(#thousandths) },
                };
                let pieces = parts(pieces, names);
                quote! { (#locale::Key::#key, #pieces) }
            });
            let other = parts(other, names);
            quote! { #locale::Part::Select(#locale::Select {
                arg: #at,
                digits: (#min, #max),
                cases: &[#(#cases),*],
                other: #other,
            }) }
        }
    };
    let pieces = pieces.iter().map(piece);
    quote! { &[#(#pieces),*] }
}
