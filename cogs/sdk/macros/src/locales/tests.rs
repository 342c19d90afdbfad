//! What an author reads when something is wrong with a file, and what becomes of a right one.

use super::declared::{Declared, Kind, Source, SourceOption};
use super::folder::{Fault, File};
use super::{pattern, texts};
use std::path::Path;

fn file(language: &str, text: &str) -> (File, Vec<Fault>) {
    File::parse(language, Path::new("unused"), text)
}

/// What is wrong with an English and a German file, line by line.
fn wrong(english: &str, german: &str) -> String {
    let ((english, mut faults), (german, more)) = (file("en-US", english), file("de", german));
    faults.extend(more);
    faults.extend(texts(&[english, german]).1);
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// An English text with what is put in, or what is wrong with it.
fn outline(english: &str) -> String {
    let (english, faults) = file("en-US", english);
    assert_eq!(faults, []);
    let (texts, faults) = texts(&[english]);
    match faults.first() {
        Some(fault) => fault.to_string(),
        None => pattern::outline(&texts[0].languages[0]),
    }
}

#[test]
fn right_files_have_nothing_wrong() {
    let english = "# A comment\nrolled = { $dice }: { $total }\nhello = Hello\n";
    let german = "hello = Hallo\nrolled = { $total } mit { $dice }\ncommand-roll = würfeln\n";
    assert_eq!(wrong(english, german), "");
}

#[test]
fn what_one_language_lacks_is_named_with_its_line_in_the_other() {
    assert_eq!(
        wrong("hello = Hello\n\nbye = Bye\n", "hello = Hallo\n"),
        "locales/de.ftl: `bye` is missing, which is in locales/en-US.ftl:3"
    );
    assert_eq!(
        wrong("hello = Hello\n", "hello = Hallo\n\n\nhallo = Hallo\n"),
        "locales/de.ftl:4: `hallo` is not in locales/en-US.ftl"
    );
    assert_eq!(
        wrong("hello = Hello\n", "hello = Hallo, { $name }\n"),
        "locales/de.ftl:1: `hello` has a variable $name, which locales/en-US.ftl has not"
    );
}

#[test]
fn a_file_that_can_not_be_read_is_told_by_line() {
    assert_eq!(
        wrong("hello = Hello { $name\nbye = Bye\n", "bye = Tschüss\n"),
        "locales/en-US.ftl:2: Expected a token starting with \"}\", near `bye = Bye`"
    );
    assert_eq!(
        wrong("a = A\na = B\n", "a = A\n"),
        "locales/en-US.ftl:2: `a` was on line 1 already"
    );
    assert_eq!(
        wrong("a-b = A\na_b = B\n", "a-b = A\na_b = B\n"),
        "locales/en-US.ftl:2: `a_b` and `a-b` are one name in Rust"
    );
    assert_eq!(
        wrong("a = A\n    .title = T\n", "a = A\n"),
        "locales/en-US.ftl:2: `a` has an attribute `.title`, which only command-... and choice-... have"
    );
    assert_eq!(
        wrong("command-roll = roll\n", ""),
        "locales/en-US.ftl:1: `command-roll` is told in the source, by the doc comment; only other languages write it here"
    );
}

#[test]
fn terms_and_other_texts_are_put_in() {
    let brand = "a = { -brand } { b }{\" \"}{ 1 }\n-brand = Cogbox\nb = and { $who }\n";
    assert_eq!(outline(brand), "Cogbox and {who} 1");
    assert_eq!(
        outline("a = { a }\n"),
        "locales/en-US.ftl:1: `a` puts in `a`, which contains itself"
    );
    assert_eq!(
        outline("a = { -brand }\n"),
        "locales/en-US.ftl:1: `a` puts in `-brand`, which is not there"
    );
    assert_eq!(
        outline("a = { -brand(case: \"genitive\") }\n-brand = Cogbox\n"),
        "locales/en-US.ftl:1: `a` gives `-brand` arguments or takes an attribute of it, which cogs can't: write a term for each, such as `-brand-genitive`"
    );
}

#[test]
fn functions_that_are_not_there_are_named() {
    assert_eq!(
        outline("a = { NUMBER($n, minimumFractionDigits: 2) }\n"),
        "{n}"
    );
    assert_eq!(
        outline("a = { NUMBER($n, minimumFractionDigits: 4) }\n"),
        "locales/en-US.ftl:1: `a` needs a `minimumFractionDigits` from 0 to 3"
    );
    assert_eq!(
        outline("a = { NUMBER($n, type: \"ordinal\") }\n"),
        "locales/en-US.ftl:1: `a` gives NUMBER `type`; it takes minimumFractionDigits and maximumFractionDigits"
    );
    assert!(outline("a = { DATETIME($t) }\n").contains("`markdown::time`"));
    assert!(outline("a = { LOUD($t) }\n").contains("the only function is NUMBER"));
    let select = "a = { $n ->\n    [1.2345] x\n   *[other] y\n }\n";
    assert!(outline(select).contains("the case [1.2345]"));
}

/// What is wrong with the German of `/roll dice:`.
fn declared(german: &str) -> Result<(String, Vec<String>), String> {
    let (german, faults) = file("de", german);
    assert_eq!(faults, []);
    let source = Source {
        key: "roll",
        kind: Kind::Typed,
        name: "roll",
        description: "Rolls dice.",
        options: ["dice", "times"]
            .map(|name| SourceOption {
                key: name,
                name,
                description: "What.",
            })
            .into(),
    };
    let calls = Declared::of(vec![german]).calls(&source);
    let text = |call: &proc_macro2::TokenStream| call.to_string().replace(' ', "");
    calls
        .map(|calls| (text(&calls.whole), calls.options.iter().map(text).collect()))
        .map_err(|faults| {
            let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
            lines.join("\n")
        })
}

const GERMAN: &str = "\
command-roll = würfeln
    .description = Würfelt.
    .dice-name = würfel
    .dice-description = Was.
    .times-description = Wie oft.
";

#[test]
fn a_command_is_declared_in_other_languages() {
    let (whole, options) = declared(GERMAN).unwrap();
    assert_eq!(
        whole,
        r#".in_languages(&[("de","würfeln")],&[("de","Würfelt.")])"#
    );
    assert_eq!(
        options,
        [
            r#".option_in_languages(&[("de","würfel")],&[("de","Was.")])"#,
            r#".option_in_languages(&[],&[("de","Wieoft.")])"#,
        ]
    );
}

#[test]
fn what_discord_would_refuse_of_a_command_is_told_by_line() {
    assert_eq!(
        declared("").unwrap_err(),
        "locales/de.ftl: `command-roll` is missing; write
command-roll = roll
    .description = Rolls dice.
    .dice-name = dice
    .dice-description = What.
    .times-name = times
    .times-description = What."
    );
    let changed = |from: &str, to: &str| declared(&GERMAN.replace(from, to)).unwrap_err();
    assert_eq!(
        changed("würfeln", "Würfeln"),
        "locales/de.ftl:1: `command-roll` is wrong: a command needs a name in lower case without spaces: `würfeln` instead of `Würfeln`"
    );
    assert_eq!(
        changed("Was.", &"x".repeat(101)),
        "locales/de.ftl:4: `command-roll.dice-description` is wrong: it has 101 characters, and Discord takes 1 to 100"
    );
    assert_eq!(
        changed("    .description = Würfelt.\n", ""),
        "locales/de.ftl:1: `command-roll` lacks `.description`, which is \"Rolls dice.\" in English"
    );
    assert_eq!(
        changed("dice-name = würfel", "dice-name = times"),
        "locales/de.ftl:3: `command-roll.dice-name` is `times`, as another option is called"
    );
    assert_eq!(
        changed(".dice-name", ".dize-name"),
        "locales/de.ftl:3: `command-roll` has an attribute `.dize-name`, for which there is nothing in the source"
    );
    assert_eq!(
        changed("Würfelt.", "Würfelt { $count }."),
        "locales/de.ftl:2: `command-roll.description` has a variable, and Discord is told this text once and for all"
    );
}
