//! Commands in several languages.

use cogbox_emulator::Emulator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, options, slash};
use crate::rest::raw;

async fn start() -> (Emulator, Bot) {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    (discord, bot)
}

/// `/colour shade:`, in German, British English and Spanish.
fn colour() -> Value {
    let shade = json!({
        "type": 3, "name": "shade", "description": "Which one", "required": true,
        "name_localizations": {"de": "ton"},
        "description_localizations": {"de": "Welcher"},
        "choices": [{"name": "Red", "value": "r", "name_localizations": {"de": "Rot"}}],
    });
    json!({
        "name": "color", "description": "Picks a color", "options": [shade],
        "name_localizations": {"de": "farbe", "en-GB": "colour", "es-ES": "color-es"},
        "description_localizations": {"de": "Wählt eine Farbe"},
    })
}

#[tokio::test]
async fn c15_texts_that_equal_the_default_are_not_kept() {
    let (_discord, bot) = start().await;
    let mut command = slash("hello");
    command["name_localizations"] = json!({"de": "hello", "fr": "bonjour"});
    let made = bot.registers(json!([command])).await;
    assert_eq!(made[0]["name_localizations"], json!({"fr": "bonjour"}));
}

#[tokio::test]
async fn c16_option_names_differ_in_every_language() {
    let (_discord, bot) = start().await;
    let path = format!("/applications/{}/commands", bot.application);
    let option = |name: &str, names: Value| json!({"type": 3, "name": name, "description": "x", "name_localizations": names});
    let with = |one: Value, two: Value| {
        let mut command = slash("cmd");
        command["options"] = json!([one, two]);
        command
    };
    for (one, two, at) in [
        // Another's default name.
        (
            option("one", json!({})),
            option("two", json!({"de": "one"})),
            "options.1.name_localizations.de",
        ),
        (
            option("one", json!({"de": "two"})),
            option("two", json!({})),
            "options.1.name",
        ),
        // Another's name in the same language.
        (
            option("one", json!({"de": "eins"})),
            option("two", json!({"de": "eins"})),
            "options.1.name_localizations.de",
        ),
    ] {
        bot.post(&path, with(one, two)).await.faults_at(at);
    }
    let right = with(
        option("one", json!({"de": "eins"})),
        option("two", json!({"de": "zwei", "fr": "eins"})),
    );
    assert_eq!(bot.post(&path, right).await.status, 201);
}

#[tokio::test]
async fn c17_interactions_carry_the_default_names() {
    let (discord, mut bot) = start().await;
    bot.registers(json!([colour()])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann");
    ann.set_locale("de");
    ann.in_channel(&general).starts("/farbe ton:Rot").await;
    let got = bot.interaction().await;
    assert_eq!(
        (&got["data"]["name"], &got["locale"]),
        (&json!("color"), &json!("de"))
    );
    let filled = json!([{"name": "shade", "type": 3, "value": "r"}]);
    assert_eq!(got["data"]["options"], filled);
}

#[tokio::test]
async fn c18_languages_fall_back_on_their_neighbours() {
    let (discord, _bot) = start().await;
    _bot.registers(json!([colour()])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann");
    let here = ann.in_channel(&general);
    for (locale, name) in [
        ("en-US", "colour"),
        ("en-GB", "colour"),
        ("es-419", "color-es"),
    ] {
        ann.set_locale(locale);
        here.prepares(&format!("/{name} Red"));
    }
    for (locale, name) in [("fr", "colour"), ("fr", "color-es"), ("en-US", "farbe")] {
        ann.set_locale(locale);
        here.cannot_run(&format!("/{name} Red"));
    }
    here.prepares("/color Red");
}

#[tokio::test]
async fn c19_lists_show_the_texts_of_one_language_or_of_all() {
    let (discord, bot) = start().await;
    bot.registers(json!([colour()])).await;
    let token = format!("Bot {}", discord.token());
    let path = format!("/applications/{}/commands", bot.application);
    let listed = async |path: &str, headers: &[(&str, &str)]| -> Value {
        let all = [headers, &[("authorization", token.as_str())]].concat();
        raw(&discord, Method::GET, path, &all, "").await.body[0].clone()
    };
    for headers in [
        [("x-discord-locale", "de"), ("accept-language", "fr")],
        [("accept-language", "xx, de;q=0.9, fr"), ("x-other", "fr")],
    ] {
        let command = listed(&path, &headers).await;
        assert_eq!(command["name_localized"], "farbe");
        assert_eq!(command["description_localized"], "Wählt eine Farbe");
        let shade = &command["options"][0];
        assert_eq!(shade["name_localized"], "ton");
        assert_eq!(shade["description_localized"], "Welcher");
        assert_eq!(shade["choices"][0]["name_localized"], "Rot");
        for level in [&command, shade, &shade["choices"][0]] {
            assert!(level.get("name_localizations").is_none(), "{level}");
        }
    }
    // The bot's own language is en-US, for which there is nothing.
    for headers in [[("x-other", "")], [("x-discord-locale", "fr")]] {
        let command = listed(&path, &headers).await;
        for absent in [
            "name_localized",
            "name_localizations",
            "description_localized",
        ] {
            assert!(command.get(absent).is_none(), "{absent}");
        }
    }
    let command = listed(&format!("{path}?with_localizations=true"), &[]).await;
    assert_eq!(command["name_localizations"]["de"], "farbe");
    assert_eq!(
        command["options"][0]["choices"][0]["name_localizations"],
        json!({"de": "Rot"})
    );
    assert!(command.get("name_localized").is_none());
}
