//! What operators' documents tell to type: each command and option there is one.

use std::collections::BTreeSet;
use std::path::Path;

use crate::process::run;

/// The documents, from the repository's root.
const DOCUMENTS: [&str; 8] = [
    "README.md",
    "compose.yaml",
    "runtime/docs/README.md",
    "runtime/docs/cogbox.service",
    "runtime/docs/kubernetes.yaml",
    "runtime/image/check.py",
    "runtime/image/cogbox.toml",
    "runtime/observe/README.md",
];

/// Returns `(subcommand, options)` of each command line in a text: what follows the word `cogbox`, up
/// to what ends a command there.
fn commands(text: &str) -> BTreeSet<(String, Vec<String>)> {
    let mut found = BTreeSet::new();
    let ends = |c: char| "`|&;\n#".contains(c);
    for (at, _) in text.match_indices("cogbox ") {
        let before = text[..at].chars().next_back();
        if !before.is_some_and(|c| " `/\n".contains(c)) {
            continue;
        }
        let line = text[at + "cogbox ".len()..].split(ends).next();
        let mut words = line.unwrap_or_default().split_whitespace();
        let Some(word) = words
            .next()
            .filter(|word| word.bytes().all(|b| b.is_ascii_lowercase()))
        else {
            continue;
        };
        let options = words.filter(|word| word.starts_with("--"));
        let options = options.map(|word| word.split('=').next().unwrap_or(word).to_owned());
        found.insert((word.to_owned(), options.collect()));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_in_the_documents_is_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let help = run(&root, &["--help"]).await.out;
    let names = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"));
    let names: BTreeSet<_> = names
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let (mut seen, mut checked) = (BTreeSet::new(), 0);
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(root.join(document)).unwrap();
        for (command, options) in commands(&text) {
            // `docker compose exec cogbox cogbox login` names the container first.
            if command == "cogbox" || !names.contains(command.as_str()) {
                assert!(
                    ["cogbox", "decode", "in"].contains(&command.as_str()),
                    "{document}: cogbox {command}"
                );
                continue;
            }
            seen.insert(command.clone());
            if options.is_empty() {
                continue;
            }
            let mut help = run(&root, &[&command, "--help"]).await.out;
            for sub in ["export", "delete"].iter().filter(|_| command == "data") {
                help += &run(&root, &[&command, sub, "--help"]).await.out;
            }
            for option in options {
                assert!(
                    help.contains(&option),
                    "{document}: cogbox {command} {option}"
                );
                checked += 1;
            }
        }
    }
    for command in [
        "add", "backup", "doctor", "invite", "login", "restore", "run",
    ] {
        assert!(seen.contains(command), "no document tells of {command}");
    }
    assert!(checked > 5, "{checked}");
}
