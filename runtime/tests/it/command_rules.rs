//! What Discord would refuse of a command is refused when the cog is loaded, before any request:
//! each rule with a command that breaks it, and what the operator is told.

use cogbox::commands::check;
use cogbox_world::cogbox::discord::command_types::*;
use cogbox_world::cogbox::discord::model::ChannelKind;

fn command(name: &str) -> Command {
    Command {
        name: name.into(),
        description: "d".into(),
        target: Target::Chat,
        options: Vec::new(),
        subcommands: Vec::new(),
        needs: None,
        contexts: Contexts::GUILD,
        nsfw: false,
        cooldown: None,
        concurrency: None,
        defer_as: Visibility::Everyone,
        names: Vec::new(),
        descriptions: Vec::new(),
    }
}

fn menu(name: &str) -> Command {
    Command {
        description: String::new(),
        target: Target::User,
        ..command(name)
    }
}

fn option(name: &str, kind: OptionKind) -> CommandOption {
    CommandOption {
        name: name.into(),
        description: "d".into(),
        kind,
        required: false,
        autocomplete: false,
        names: Vec::new(),
        descriptions: Vec::new(),
    }
}

fn subcommand(group: Option<&str>, name: &str) -> Subcommand {
    Subcommand {
        group: group.map(str::to_owned),
        name: name.into(),
        description: "d".into(),
        options: Vec::new(),
        names: Vec::new(),
        descriptions: Vec::new(),
    }
}

/// `/c` with these options.
fn having(options: impl IntoIterator<Item = CommandOption>) -> Command {
    Command {
        options: options.into_iter().collect(),
        ..command("c")
    }
}

/// `/c` with these subcommands.
fn of(subcommands: impl IntoIterator<Item = Subcommand>) -> Command {
    Command {
        subcommands: subcommands.into_iter().collect(),
        ..command("c")
    }
}

fn text(min: Option<u16>, max: Option<u16>) -> OptionKind {
    OptionKind::Text(TextBounds {
        min_length: min,
        max_length: max,
    })
}

fn integer(min: Option<i64>, max: Option<i64>) -> OptionKind {
    OptionKind::Integer(IntegerBounds { min, max })
}

fn number(min: Option<f64>, max: Option<f64>) -> OptionKind {
    OptionKind::Number(NumberBounds { min, max })
}

fn plain() -> OptionKind {
    text(None, None)
}

fn choices<'a>(choices: impl IntoIterator<Item = (&'a str, ChoiceValue)>) -> OptionKind {
    let choice = |(name, value): (&str, _)| Choice {
        name: name.into(),
        names: Vec::new(),
        value,
    };
    OptionKind::Choice(choices.into_iter().map(choice).collect())
}

fn word(text: &str) -> ChoiceValue {
    ChoiceValue::Text(text.into())
}

fn within(texts: &[(&str, &str)]) -> Vec<Localized> {
    let texts = texts.iter().map(|(locale, text)| Localized {
        locale: (*locale).into(),
        text: (*text).into(),
    });
    texts.collect()
}

/// The same with a change.
fn but<T>(mut it: T, change: impl FnOnce(&mut T)) -> T {
    change(&mut it);
    it
}

/// Checks each command by itself against what is told of it; none is told of one that is right.
fn told(table: Vec<(Command, Option<&str>)>) {
    let mut wrong = Vec::new();
    for (command, expected) in table {
        let told = check(&[command]).err().map(|refusal| {
            assert!(!refusal.fix.is_empty(), "{refusal}");
            refusal.what
        });
        if told.as_deref() != expected {
            wrong.push(format!("{told:?}\n  is not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn c01_names_are_lower_case_words_of_any_script() {
    let long = "x".repeat(33);
    let mut table: Vec<_> = [
        "roll",
        "würfel",
        "кости",
        "骰子",
        "o'clock-1_2",
        "नमस्ते",
        "สวัสดี",
    ]
    .map(|name| (command(name), None))
    .into();
    let not = |name: &str| {
        format!("the name `{name}` of the command `{name}` is not one that Discord takes")
    };
    let names = [
        "Roll",
        "two words",
        "a;b",
        "",
        "smile😀",
        "தமிழ்",
        "ÉTÉ",
        &long,
    ];
    let sentences = names.map(not);
    table.extend(
        names
            .iter()
            .zip(&sentences)
            .map(|(name, told)| (command(name), Some(told.as_str()))),
    );
    table.push((
        having([option("A", plain())]),
        Some("the name `A` of the option `A` of the command `c` is not one that Discord takes"),
    ));
    told(table);
}

#[test]
fn c02_c03_menus_have_names_of_any_kind_and_no_description() {
    let long = "x".repeat(33);
    let sentence = format!(
        "the command `{long}` has a name of 33 characters; Discord takes 1 to 32 characters"
    );
    let lost = Some("the command `m` stands in a menu and has a description or options");
    told(vec![
        (menu("Show Their Avatar!"), None),
        (menu(&long), Some(&sentence)),
        (
            menu(""),
            Some("the command `` has no name; Discord takes 1 to 32 characters"),
        ),
        (
            menu(" "),
            Some("the command ` ` has a blank name; Discord takes 1 to 32 characters"),
        ),
        (but(menu("m"), |it| it.description = "d".into()), lost),
        (
            but(menu("m"), |it| it.options = vec![option("o", plain())]),
            lost,
        ),
        (
            but(menu("m"), |it| it.subcommands = vec![subcommand(None, "s")]),
            lost,
        ),
        (
            but(command("c"), |it| it.description = "x".repeat(100)),
            None,
        ),
        (
            but(command("c"), |it| it.description = "x".repeat(101)),
            Some(
                "the command `c` has a description of 101 characters; Discord takes 1 to 100 characters",
            ),
        ),
        (
            but(command("c"), |it| it.description = String::new()),
            Some("the command `c` has no description; Discord takes 1 to 100 characters"),
        ),
    ]);
}

#[test]
fn c04_c05_c06_options_are_25_described_differ_and_have_the_required_ones_first() {
    let many = |count: usize| (0..count).map(|n| option(&format!("o{n}"), plain()));
    let twice = || [option("o", plain()), option("o", integer(None, None))];
    let inside = |options: Vec<CommandOption>| {
        of([Subcommand {
            options,
            ..subcommand(None, "s")
        }])
    };
    told(vec![
        (having(many(25)), None),
        (
            having(many(26)),
            Some("the command `c` has 26 options on one level; Discord takes 25"),
        ),
        (
            inside(many(26).collect()),
            Some("`s` of the command `c` has 26 options on one level; Discord takes 25"),
        ),
        (
            of((0..26).map(|n| subcommand(Some("g"), &format!("s{n}")))),
            Some("`g` of the command `c` has 26 options on one level; Discord takes 25"),
        ),
        (having(twice()), Some("the command `c` has two options `o`")),
        (
            inside(twice().into()),
            Some("`s` of the command `c` has two options `o`"),
        ),
        (
            of([subcommand(None, "s"), subcommand(Some("s"), "t")]),
            Some("the command `c` has two options `s`"),
        ),
        (
            having([but(option("o", plain()), |it| {
                it.description = String::new()
            })]),
            Some(
                "the option `o` of the command `c` has no description; Discord takes 1 to 100 characters",
            ),
        ),
        (
            of([but(subcommand(Some("g"), "s"), |it| {
                it.description = String::new()
            })]),
            Some(
                "the option `s` of `g` of the command `c` has no description; Discord takes 1 to 100 characters",
            ),
        ),
        (
            having([
                option("a", plain()),
                but(option("b", plain()), |it| it.required = true),
            ]),
            Some(
                "the option `b` of the command `c` is required and stands after `a`, which is not",
            ),
        ),
        (
            having([
                but(option("b", plain()), |it| it.required = true),
                option("a", plain()),
            ]),
            None,
        ),
    ]);
}

#[test]
fn c07_c08_a_command_has_options_or_subcommands() {
    told(vec![
        (
            of([
                subcommand(Some("g"), "s"),
                subcommand(None, "t"),
                subcommand(Some("g"), "u"),
            ]),
            None,
        ),
        (
            but(of([subcommand(None, "s")]), |it| {
                it.options = vec![option("o", plain())]
            }),
            Some("the command `c` has options and subcommands; Discord takes one of the two"),
        ),
    ]);
}

#[test]
fn c09_c10_choices_fit_their_option_and_are_not_completed() {
    let having = |kind| having([option("o", kind)]);
    let names: Vec<_> = (0..26).map(|n| n.to_string()).collect();
    let many = |count: usize| {
        choices(
            names[..count]
                .iter()
                .map(|name| (name.as_str(), word(name))),
        )
    };
    let long = "x".repeat(101);
    let named_long = format!(
        "the choice `{long}` of the option `o` of the command `c` has a name of 101 characters; Discord takes 1 to 100 characters"
    );
    let completed = |kind| {
        let option = but(option("o", kind), |it| it.autocomplete = true);
        super::command_rules::having([option])
    };
    told(vec![
        (having(many(25)), None),
        (
            having(many(26)),
            Some("the option `o` of the command `c` has 26 choices; Discord takes 1 to 25"),
        ),
        (
            having(many(0)),
            Some("the option `o` of the command `c` has 0 choices; Discord takes 1 to 25"),
        ),
        (
            having(choices([(long.as_str(), word("v"))])),
            Some(&named_long),
        ),
        (
            having(choices([("n", word(&long))])),
            Some(
                "the choice `n` of the option `o` of the command `c` has a value of 101 characters; Discord takes 1 to 100 characters",
            ),
        ),
        (
            having(choices([("n", word("a")), ("n", word("b"))])),
            Some("the option `o` of the command `c` has two choices `n`"),
        ),
        (
            having(choices([("n", ChoiceValue::Integer(1)), ("m", word("b"))])),
            Some(
                "the choice `m` of the option `o` of the command `c` has a value of another kind than the option, or none",
            ),
        ),
        (
            having(choices([
                ("n", ChoiceValue::Number(1.5)),
                ("m", ChoiceValue::Number(2.0)),
            ])),
            None,
        ),
        (completed(plain()), None),
        (completed(integer(None, None)), None),
        (
            completed(OptionKind::Toggle),
            Some(
                "the option `o` of the command `c` is to be completed; Discord does that for texts and numbers only",
            ),
        ),
        (
            completed(many(1)),
            Some(
                "the option `o` of the command `c` has choices and is to be completed; Discord takes one of the two",
            ),
        ),
    ]);
}

#[test]
fn c11_c13_bounds_are_such_as_clients_can_keep() {
    let having = |kind| having([option("o", kind)]);
    const WHOLE: i64 = (1 << 53) - 1;
    let lengths = |low: u16, high: u16| {
        format!(
            "the option `o` of the command `c` takes texts of {low} to {high} characters; Discord takes bounds of 0 to 6000, and at least 1 for the longest"
        )
    };
    let (zero, long, longest) = (lengths(0, 0), lengths(0, 6_001), lengths(6_001, 6_000));
    let beyond = Some(
        "the option `o` of the command `c` has a number beyond 2^53 - 1, which is the largest that Discord takes",
    );
    let beyond_all = Some(
        "the option `o` of the command `c` has a number beyond 2^53, which is the largest that Discord takes",
    );
    told(vec![
        (having(text(Some(0), Some(6_000))), None),
        (having(text(None, Some(0))), Some(&zero)),
        (having(text(None, Some(6_001))), Some(&long)),
        (having(text(Some(6_001), None)), Some(&longest)),
        (
            having(text(Some(5), Some(4))),
            Some("the option `o` of the command `c` takes lengths from 5 to 4, which is none"),
        ),
        (having(integer(Some(-WHOLE), Some(WHOLE))), None),
        (having(integer(Some(-WHOLE - 1), None)), beyond),
        (having(integer(None, Some(i64::MAX))), beyond),
        (
            having(integer(Some(2), Some(1))),
            Some("the option `o` of the command `c` takes values from 2 to 1, which is none"),
        ),
        (having(number(Some(-9_007_199_254_740_992.0), None)), None),
        (having(number(Some(1e16), None)), beyond_all),
        (having(number(Some(f64::NAN), None)), beyond_all),
        (having(number(None, Some(f64::INFINITY))), beyond_all),
        (
            having(choices([("n", ChoiceValue::Integer(1 << 53))])),
            Some(
                "the choice `n` of the option `o` of the command `c` has a number beyond 2^53 - 1, which is the largest that Discord takes",
            ),
        ),
        (
            having(OptionKind::Channel(vec![
                ChannelKind::Text,
                ChannelKind::Forum,
            ])),
            None,
        ),
        (
            having(OptionKind::Channel(vec![ChannelKind::Other(99)])),
            Some(
                "the option `o` of the command `c` takes channels of type 99, which Discord does not have",
            ),
        ),
    ]);
}

#[test]
fn c14_all_texts_together_have_8000_characters() {
    let long = "x".repeat(100);
    let names: Vec<_> = (0..25).map(|n| format!("{n:0>100}")).collect();
    let wide = |name: &str| CommandOption {
        description: long.clone(),
        ..option(
            name,
            choices(names.iter().map(|name| (name.as_str(), word("v")))),
        )
    };
    let last = |description: usize, translations: &[usize]| {
        let texts: Vec<_> = translations.iter().map(|&n| "x".repeat(n)).collect();
        let texts = texts.iter().map(String::as_str);
        let texts: Vec<_> = ["de", "fr"].into_iter().zip(texts).collect();
        let last = but(option("e", plain()), |it| {
            it.description = "x".repeat(description);
            it.descriptions = within(&texts);
        });
        // The command has 101, each wide option 101 and 25 times 101, the last its description and 1.
        Command {
            description: long.clone(),
            ..having([wide("a"), wide("b"), wide("c"), last])
        }
    };
    let rest = 8_000 - 101 - 3 * 26 * 101 - 1;
    let told_of = "the command `c` has 8001 characters in its texts, the longest translation of each counted; Discord takes 8000";
    told(vec![
        (last(rest, &[]), None),
        (last(rest + 1, &[]), Some(told_of)),
        (last(1, &[rest, rest]), None),
        (last(1, &[rest, rest + 1]), Some(told_of)),
    ]);
}

#[test]
fn c15_c16_translations_are_known_obey_the_same_rules_and_differ() {
    let named = |texts: &[(&str, &str)]| but(command("c"), |it| it.names = within(texts));
    let with = |name: &str, texts: &[(&str, &str)]| {
        but(option(name, plain()), |it| it.names = within(texts))
    };
    told(vec![
        (
            named(&[("de", "würfel"), ("pt-BR", "dado"), ("es-419", "dado")]),
            None,
        ),
        (
            named(&[("tlh", "qap")]),
            Some("the command `c` has a name in `tlh`, which is no language of Discord's"),
        ),
        (
            named(&[("de", "Würfel")]),
            Some("the name `Würfel` of the command `c` in `de` is not one that Discord takes"),
        ),
        (
            named(&[("de", "a"), ("de", "b")]),
            Some("the command `c` has a text with two translations into `de`"),
        ),
        (
            but(command("c"), |it| it.descriptions = within(&[("de", "")])),
            Some("the command `c` in `de` has no description; Discord takes 1 to 100 characters"),
        ),
        (
            but(menu("m"), |it| it.names = within(&[("de", "Bild zeigen")])),
            None,
        ),
        (
            having([with("a", &[("de", "x")]), with("b", &[("fr", "x")])]),
            None,
        ),
        (having([with("a", &[("de", "a")]), with("b", &[])]), None),
        (
            having([with("a", &[("de", "x")]), with("b", &[("de", "x")])]),
            Some("in `de` the option `b` of the command `c` is called `x`, as the option `a` is"),
        ),
        (
            having([with("a", &[("de", "b")]), with("b", &[])]),
            Some("in `de` the option `a` of the command `c` is called `b`, as the option `b` is"),
        ),
    ]);
}

#[test]
fn c20_c22_names_differ_per_type_and_one_cog_has_its_share() {
    let told = |commands: Vec<Command>| check(&commands).err().map(|refusal| refusal.what);
    let many = |count: usize, make: &dyn Fn(&str) -> Command| {
        (0..count)
            .map(|n| make(&format!("c{n}")))
            .collect::<Vec<_>>()
    };
    let message = |name: &str| but(menu(name), |it| it.target = Target::Message);
    assert_eq!(told(vec![command("a"), menu("a"), message("a")]), None);
    assert_eq!(
        told(vec![menu("a"), menu("a")]).as_deref(),
        Some("it declares the command `a` twice")
    );
    let full = [many(50, &command), many(5, &menu), many(5, &message)].concat();
    assert_eq!(told(full), None);
    for (commands, sentence) in [
        (
            many(51, &command),
            "it declares 51 slash commands; one cog may have 50",
        ),
        (
            many(6, &menu),
            "it declares 6 user commands; one cog may have 5",
        ),
        (
            many(6, &message),
            "it declares 6 message commands; one cog may have 5",
        ),
    ] {
        assert_eq!(told(commands).as_deref(), Some(sentence));
    }
}

#[test]
fn c29_c30_permissions_are_a_number_and_there_is_a_context() {
    told(vec![
        (but(command("c"), |it| it.needs = Some("32".into())), None),
        (
            but(command("c"), |it| it.needs = Some("MANAGE_GUILD".into())),
            Some("the command `c` needs `MANAGE_GUILD`, which is not a set of permissions"),
        ),
        (
            but(command("c"), |it| it.contexts = Contexts::empty()),
            Some("the command `c` can be used nowhere, since it has no context"),
        ),
    ]);
}
