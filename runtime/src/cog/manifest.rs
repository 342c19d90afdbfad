//! `cog.toml`: what an author says of a cog, beside its sources.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::shape::Metadata;
use super::subscriptions::Subscription;
use crate::config::{Hosts, Problem, Source, check_name, limits};
use crate::host::grants::Interface;
use crate::host::powers;

/// The file's name.
pub const FILE: &str = "cog.toml";

/// A cog's manifest, checked.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// How it is built.
    pub language: Language,
    /// The interfaces it asks for.
    pub asks: Vec<Interface>,
    /// The interfaces it listens to.
    pub listens: Vec<Subscription>,
    /// What goes into the component.
    pub metadata: Metadata,
}

/// How a cog becomes a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `cargo build`, with the Rust SDK.
    Rust,
    /// `componentize-py`.
    Python,
    /// `componentize-qjs`.
    JavaScript,
    /// `zig cc`, with generated bindings.
    C,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    name: Spanned<String>,
    version: Spanned<String>,
    description: String,
    language: Spanned<String>,
    #[serde(default)]
    asks: BTreeMap<Spanned<String>, Spanned<String>>,
    listens: Listens,
    #[serde(default)]
    http: Http,
    #[serde(default)]
    limits: Option<Spanned<limits::Written>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listens {
    exports: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Http {
    #[serde(default)]
    hosts: Vec<Spanned<String>>,
}

impl Manifest {
    /// Reads the manifest in a folder.
    pub fn read(folder: &Path) -> Result<Self, Problem> {
        Self::parse(&Source::read(&folder.join(FILE))?)
    }

    fn parse(source: &Source) -> Result<Self, Problem> {
        let file: File = source.parse()?;
        check_name(file.name.get_ref())
            .map_err(|(what, fix)| source.at(Some(file.name.span()), what, fix))?;
        if semver::Version::parse(file.version.get_ref()).is_err() {
            return Err(source.at(
                Some(file.version.span()),
                format!("`{}` is not a version", file.version.get_ref()),
                "write three numbers, such as \"0.1.0\"",
            ));
        }
        let language = match file.language.get_ref().as_str() {
            "rust" => Language::Rust,
            "python" => Language::Python,
            "javascript" => Language::JavaScript,
            "c" => Language::C,
            other => {
                return Err(source.at(
                    Some(file.language.span()),
                    format!("`{other}` is not a language that this version builds"),
                    "write \"rust\", \"python\", \"javascript\" or \"c\", or build the component with your language's own tools",
                ));
            }
        };
        let mut asks = Vec::new();
        let mut reasons = BTreeMap::new();
        for (name, reason) in &file.asks {
            let interface = Interface::by_name(name.get_ref());
            if interface.is_none() && powers::words(name.get_ref()).is_none() {
                return Err(source.at(
                    Some(name.span()),
                    format!("there is nothing called `{}` to ask for", name.get_ref()),
                    "see wit/README.md for the list",
                ));
            }
            if reason.get_ref().trim().is_empty() {
                return Err(source.at(
                    Some(reason.span()),
                    format!("`{}` has no reason", name.get_ref()),
                    "say in a few words what for: the operator reads it before granting",
                ));
            }
            asks.extend(interface);
            reasons.insert(name.get_ref().clone(), reason.get_ref().clone());
        }
        let mut listens = Vec::new();
        for export in &file.listens.exports {
            listens.push(Subscription::by_name(export.get_ref()).ok_or_else(|| {
                source.at(
                    Some(export.span()),
                    format!(
                        "there is no interface `{}` to listen with",
                        export.get_ref()
                    ),
                    "see wit/README.md for the list",
                )
            })?);
        }
        for host in &file.http.hosts {
            Hosts::parse([host.get_ref().as_str()])
                .map_err(|(what, fix)| source.at(Some(host.span()), what, fix))?;
        }
        let hosts = file.http.hosts.into_iter().map(Spanned::into_inner);
        let default = crate::config::Limits::default();
        let transfer = match &file.limits {
            None => None,
            Some(written) => {
                let limits = written.get_ref().over(default.clone());
                let limits =
                    limits.map_err(|(what, fix)| source.at(Some(written.span()), what, fix))?;
                (limits.transfer > default.transfer).then_some(limits.transfer)
            }
        };
        let metadata = Metadata {
            name: file.name.into_inner(),
            version: file.version.into_inner(),
            description: file.description,
            reasons,
            hosts: hosts.collect(),
            transfer,
        };
        Ok(Self {
            language,
            asks,
            listens,
            metadata,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name = \"music\"\nversion = \"0.1.0\"\ndescription = \"Plays\"\n\
        language = \"rust\"\n[asks]\nmessages = \"to post\"\n[listens]\nexports = [\"commands\"]\n";

    fn parse(text: &str) -> Result<Manifest, String> {
        Manifest::parse(&Source::given("cog.toml", text)).map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_manifest_becomes_metadata() {
        let manifest = parse(GOOD).unwrap();
        assert_eq!(manifest.asks, [Interface::Messages]);
        assert_eq!(manifest.listens, [Subscription::Commands]);
        assert_eq!(manifest.metadata.reasons["messages"], "to post");
        assert_eq!(manifest.metadata.transfer, None);
        let large = format!("{GOOD}[limits]\ntransfer = \"2MiB\"\n");
        assert_eq!(parse(&large).unwrap().metadata.transfer, Some(2 << 20));
        let web = format!("{GOOD}[http]\nhosts = [\"api.example.org\"]\n");
        assert_eq!(parse(&web).unwrap().metadata.hosts, ["api.example.org"]);
        let wrong = parse(&format!("{GOOD}[http]\nhosts = [\"10.0.0.1\"]\n")).unwrap_err();
        assert!(
            wrong.starts_with("cog.toml:10: `10.0.0.1` is an address"),
            "{wrong}"
        );
    }

    #[test]
    fn mistakes_name_the_line_and_the_cure() {
        for (from, to, line) in [
            ("\"music\"", "\"My Music\"", 1),
            ("0.1.0", "one", 2),
            ("\"rust\"", "\"cobol\"", 4),
            ("messages", "massages", 6),
            ("to post", " ", 6),
            ("commands", "comands", 8),
            ("exports", "export", 8),
        ] {
            let told = parse(&GOOD.replace(from, to)).unwrap_err();
            assert!(
                told.starts_with(&format!("cog.toml:{line}: ")),
                "{to}: {told}"
            );
            assert!(told.contains("fix: "), "{told}");
        }
    }
}
