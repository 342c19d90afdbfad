//! What a form may look like: whatever shows it must be able to, Discord's own forms too.

use std::collections::BTreeSet;

use cogbox_world::exports::cogbox::cog::settings_form::{Kind, Setting};

use super::{TEXT_MAX, fits};
use crate::cog::shape::Refusal;

/// Most settings of one cog: a menu of Discord's has 25 entries, and so five forms of five inputs
/// hold them all.
const SETTINGS_MAX: usize = 25;
/// Longest key, in bytes.
pub const KEY_MAX: usize = 64;
/// Longest label, in characters: what an input of Discord's forms takes.
const LABEL_MAX: usize = 45;
/// Longest help, in characters: the same.
const HELP_MAX: usize = 100;
/// Most choices, and the longest of them in characters: what a menu of Discord's takes.
const CHOICES_MAX: usize = 25;
const CHOICE_MAX: usize = 100;

/// Checks what a cog declares.
pub fn check(settings: &[Setting]) -> Result<(), Refusal> {
    if settings.len() > SETTINGS_MAX {
        let count = settings.len();
        return Err(Refusal::new(
            format!("it declares {count} settings; a cog may have {SETTINGS_MAX}"),
            "leave some out, or gather them into fewer",
        ));
    }
    let mut keys = BTreeSet::new();
    for setting in settings {
        let shown: String = setting.key.chars().take(KEY_MAX).collect();
        let shown = shown.escape_debug();
        if !keys.insert(&setting.key) {
            return Err(Refusal::new(
                format!("it declares the setting `{shown}` twice"),
                "give each setting a key of its own",
            ));
        }
        broken(setting)
            .map_err(|(what, fix)| Refusal::new(format!("its setting `{shown}` {what}"), fix))?;
    }
    Ok(())
}

/// Tells what is wrong with one setting and what to do; the first completes "its setting `key` ...".
fn broken(setting: &Setting) -> Result<(), (String, String)> {
    let key = setting.key.as_bytes();
    let plain = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    if !(1..=KEY_MAX).contains(&key.len()) || !key.iter().all(plain) {
        return Err((
            "has a key that can't be one".into(),
            format!("use 1 to {KEY_MAX} lower-case letters, digits, `-` and `_`"),
        ));
    }
    let length = setting.label.chars().count();
    if !(1..=LABEL_MAX).contains(&length) {
        let fix = format!("give it a label of 1 to {LABEL_MAX} characters");
        return Err((format!("has a label of {length} characters"), fix));
    }
    let length = setting.help.chars().count();
    if length > HELP_MAX {
        let fix = format!("shorten it to {HELP_MAX} characters");
        return Err((format!("has a help of {length} characters"), fix));
    }
    match &setting.kind {
        Kind::Text(Some(max)) if !(1..=TEXT_MAX).contains(max) => {
            let fix = format!("allow 1 to {TEXT_MAX} characters");
            return Err((format!("is a text of at most {max} characters"), fix));
        }
        Kind::Choice(choices) => {
            let different: BTreeSet<_> = choices.iter().collect();
            let fit = |choice: &String| (1..=CHOICE_MAX).contains(&choice.chars().count());
            if !(1..=CHOICES_MAX).contains(&choices.len())
                || different.len() != choices.len()
                || !choices.iter().all(fit)
            {
                return Err((
                    "has choices that can't be offered".into(),
                    format!(
                        "give it 1 to {CHOICES_MAX} different ones of 1 to {CHOICE_MAX} characters"
                    ),
                ));
            }
        }
        Kind::Number(Some(range)) => {
            let finite = range.min.is_finite() && range.max.is_finite();
            if !finite || range.min > range.max {
                let (min, max) = (range.min, range.max);
                return Err((
                    format!("has a range from {min} to {max}"),
                    "use finite bounds, the lower one first".into(),
                ));
            }
        }
        _ => {}
    }
    match &setting.default {
        None => Ok(()),
        Some(default) => fits(&setting.kind, default).map_err(|why| {
            let what = format!("has a default that does not fit it: it {why}");
            (what, "give it a default that fits, or none".into())
        }),
    }
}

#[cfg(test)]
mod tests {
    use cogbox_world::cogbox::host::basics::Value;
    use cogbox_world::exports::cogbox::cog::settings_form::NumberRange;

    use super::*;

    fn good() -> Setting {
        Setting {
            key: "welcome-text".into(),
            label: "Welcome".into(),
            help: "What newcomers read".into(),
            kind: Kind::Text(Some(200)),
            default: Some(Value::Text("Hello!".into())),
        }
    }

    #[test]
    fn a_good_form_is_taken() {
        assert_eq!(check(&[good()]), Ok(()));
        assert_eq!(check(&[]), Ok(()));
    }

    #[test]
    fn what_can_not_be_shown_is_refused() {
        let of_kind = |kind| Setting {
            kind,
            default: None,
            ..good()
        };
        let range = |min, max| of_kind(Kind::Number(Some(NumberRange { min, max })));
        let told = [
            vec![good(), good()],
            vec![Setting {
                key: "".into(),
                ..good()
            }],
            vec![Setting {
                key: "Größe".into(),
                ..good()
            }],
            vec![Setting {
                key: "k".repeat(65),
                ..good()
            }],
            vec![Setting {
                label: "".into(),
                ..good()
            }],
            vec![Setting {
                label: "l".repeat(46),
                ..good()
            }],
            vec![Setting {
                help: "h".repeat(101),
                ..good()
            }],
            vec![of_kind(Kind::Text(Some(0)))],
            vec![of_kind(Kind::Text(Some(4_001)))],
            vec![of_kind(Kind::Choice(vec![]))],
            vec![of_kind(Kind::Choice(vec!["a".into(), "a".into()]))],
            vec![of_kind(Kind::Choice(vec!["".into()]))],
            vec![range(2.0, 1.0)],
            vec![range(0.0, f64::INFINITY)],
            vec![Setting {
                kind: Kind::Toggle,
                ..good()
            }],
            vec![good(); 26],
        ]
        .map(|form| check(&form).unwrap_err().to_string());
        insta::assert_snapshot!(told.join("\n"), @r"
        it declares the setting `welcome-text` twice
          fix: give each setting a key of its own
        its setting `` has a key that can't be one
          fix: use 1 to 64 lower-case letters, digits, `-` and `_`
        its setting `Größe` has a key that can't be one
          fix: use 1 to 64 lower-case letters, digits, `-` and `_`
        its setting `kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk` has a key that can't be one
          fix: use 1 to 64 lower-case letters, digits, `-` and `_`
        its setting `welcome-text` has a label of 0 characters
          fix: give it a label of 1 to 45 characters
        its setting `welcome-text` has a label of 46 characters
          fix: give it a label of 1 to 45 characters
        its setting `welcome-text` has a help of 101 characters
          fix: shorten it to 100 characters
        its setting `welcome-text` is a text of at most 0 characters
          fix: allow 1 to 4000 characters
        its setting `welcome-text` is a text of at most 4001 characters
          fix: allow 1 to 4000 characters
        its setting `welcome-text` has choices that can't be offered
          fix: give it 1 to 25 different ones of 1 to 100 characters
        its setting `welcome-text` has choices that can't be offered
          fix: give it 1 to 25 different ones of 1 to 100 characters
        its setting `welcome-text` has choices that can't be offered
          fix: give it 1 to 25 different ones of 1 to 100 characters
        its setting `welcome-text` has a range from 2 to 1
          fix: use finite bounds, the lower one first
        its setting `welcome-text` has a range from 0 to inf
          fix: use finite bounds, the lower one first
        its setting `welcome-text` has a default that does not fit it: it is on or off
          fix: give it a default that fits, or none
        it declares 26 settings; a cog may have 25
          fix: leave some out, or gather them into fewer
        ");
    }
}
