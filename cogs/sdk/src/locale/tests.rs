use super::languages::{self, ALL, DE, EN_US, ES_ES, FR, PL};
use super::{Arg, Audience, Form, Key, Language, Part, Select};

/// What JavaScript's `Intl` says (ICU 78, CLDR 48): a language, a number as JavaScript writes it,
/// the plural form and how the number reads. `tests/intl.mjs` writes it.
const INTL: &str = include_str!("../../tests/intl.tsv");

const ARGUMENT: &[Part] = &[Part::Arg(0)];

fn form(language: &Language, number: f64) -> Form {
    match Arg::from(number) {
        Arg::Number(number) => language.form(&number.shown(0, 3)),
        Arg::Text(text) => panic!("{text} is no number"),
    }
}

#[test]
fn numbers_and_their_forms_are_those_of_unicode() {
    for line in INTL.lines() {
        let [locale, number, category, written] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let language = ALL.iter().find(|it| it.name == locale).unwrap();
        let number: f64 = number.parse().unwrap();
        let form = form(language, number);
        assert_eq!(format!("{form:?}").to_lowercase(), category, "{line}");
        assert!(language.has(form), "{line}");
        assert_eq!(language.fill(ARGUMENT, &[number.into()]), written, "{line}");
    }
    for language in ALL {
        let rows = |line: &&str| line.split('\t').next() == Some(language.name);
        let seen: Vec<&str> = INTL.lines().filter(rows).collect();
        assert!(!seen.is_empty(), "{} is not tested", language.name);
        for form in language.forms {
            let name = format!("{form:?}").to_lowercase();
            let has = seen.iter().any(|row| row.split('\t').nth(2) == Some(&name));
            assert!(has, "{} has no form {name}", language.name);
        }
    }
}

#[test]
fn numbers_round_to_the_digits_that_are_shown() {
    let shown = |number: f64, min, max| {
        let part = [Part::Number(0, min, max)];
        DE.fill(&part, &[number.into()])
    };
    assert_eq!(shown(2.0, 2, 3), "2,00");
    assert_eq!(shown(1.25, 0, 1), "1,3");
    assert_eq!(shown(1.249, 0, 1), "1,2");
    assert_eq!(shown(9.996, 0, 2), "10");
    assert_eq!(shown(-0.4, 0, 0), "0");
    assert_eq!(shown(-0.5, 0, 0), "-1");
    assert_eq!(shown(0.05, 2, 2), "0,05");
    assert_eq!(shown(f64::NAN, 0, 0), "NaN");
    assert_eq!(
        DE.fill(ARGUMENT, &[u64::MAX.into()]),
        "18.446.744.073.709.551.615"
    );
    assert_eq!(
        DE.fill(ARGUMENT, &[i64::MIN.into()]),
        "-9.223.372.036.854.775.808"
    );
}

/// Apples in English, with a word for none.
const APPLES: &[Part] = &[Part::Select(Select {
    arg: 0,
    digits: (0, 3),
    cases: &[
        (Key::Exactly(0), &[Part::Text("no apples")]),
        (Key::Form(Form::One, "one"), &[Part::Text("an apple")]),
        (Key::Text("half"), &[Part::Text("half an apple")]),
    ],
    other: &[Part::Arg(0), Part::Text(" apples")],
})];

#[test]
fn a_case_holds_for_a_number_a_form_or_a_text() {
    let apples = |arg: Arg| EN_US.fill(APPLES, &[arg]);
    assert_eq!(apples(0.into()), "no apples");
    assert_eq!(apples(1.into()), "an apple");
    assert_eq!(apples(1_500.into()), "1,500 apples");
    assert_eq!(apples(1.5.into()), "1.5 apples");
    assert_eq!(apples("half".into()), "half an apple");
    assert_eq!(apples("one".into()), "an apple");
    assert_eq!(apples("many".into()), "many apples");
}

#[test]
fn whoever_speaks_no_language_of_the_cog_gets_a_neighbour_or_the_first() {
    let spoken = [EN_US, DE, ES_ES];
    let of = |locale: &str| spoken[locale.language(&spoken)].name;
    assert_eq!(of("de"), "de");
    assert_eq!(of("en-GB"), "en-US");
    assert_eq!(of("es-419"), "es-ES");
    assert_eq!(of("fr"), "en-US");
    assert_eq!(of("xx"), "en-US");
    assert_eq!(Some("de").language(&spoken), 1);
    assert_eq!(None::<&str>.language(&spoken), 0);
    assert_eq!("fr".language(&[EN_US, PL, FR]), 2);
    // The list is Discord's.
    assert_eq!(languages::ALL.len(), 32);
}
