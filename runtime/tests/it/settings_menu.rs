//! `/cogs settings`: what a server's admins set, by menus and forms.

use cogbox_emulator::{Answer, Here};
use insta::assert_snapshot;

use crate::harness::Bot;

async fn chosen(here: &Here, menu: &Answer, key: &str) -> Answer {
    here.selects(menu, "~m:clockwork", &[key]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_setting_has_its_control() {
    let bot = Bot::with(&["clockwork"]).await;
    let ann = bot.here("ann");
    let lab = bot.discord.guild("Cogbox Lab");
    let (bots, helpers) = (lab.channel("bots").id, lab.role("Helpers"));
    let menu = ann.runs("/cogs settings cog:clockwork").await;
    assert!(menu.is_private());
    assert_snapshot!(menu.text(), @r"
    Settings of **clockwork** in this server
    **Loud**: on
    **Motto**: not set
    **Mood**: `calm`
    **Volume**: 5
    **Place**: not set
    **Staff**: not set
    ");

    let one = chosen(&ann, &menu, "loud").await;
    assert_snapshot!(one.text(), @r"
    **Loud**
    Now: on
    ");
    let menu = ann.clicks(&one, "Off").await;
    let one = chosen(&ann, &menu, "mood").await;
    let menu = ann.selects(&one, "~v:clockwork:mood", &["wild"]).await;
    let one = chosen(&ann, &menu, "place").await;
    let menu = ann
        .selects(&one, "~v:clockwork:place", &[&bots.to_string()])
        .await;
    let one = chosen(&ann, &menu, "staff").await;
    let menu = ann
        .selects(&one, "~v:clockwork:staff", &[&helpers.to_string()])
        .await;
    let one = chosen(&ann, &menu, "volume").await;
    let form = ann.clicks(&one, "Change").await;
    let refused = ann.submits(&form, &[("value", "eleven")]).await;
    assert_eq!(
        refused.text(),
        "That was not set: `eleven` is not a number."
    );
    let form = ann.clicks(&one, "Change").await;
    let refused = ann.submits(&form, &[("value", "11")]).await;
    assert_eq!(
        refused.text(),
        "That was not set: `volume` is from 0 to 10."
    );
    let form = ann.clicks(&one, "Change").await;
    let menu = ann.submits(&form, &[("value", "7,5")]).await;
    let text = menu
        .text()
        .replace(&bots.to_string(), "BOTS")
        .replace(&helpers.to_string(), "HELPERS");
    assert_snapshot!(text, @r"
    Settings of **clockwork** in this server
    **Loud**: off
    **Motto**: not set
    **Mood**: `wild`
    **Volume**: 7.5 (saved)
    **Place**: <#BOTS>
    **Staff**: <@&HELPERS>
    ");
    // The cog reads what was chosen.
    assert_eq!(
        ann.runs("/show key:volume").await.text(),
        "Some(Value::Number(7.5))"
    );
    assert_eq!(
        ann.runs("/show key:loud").await.text(),
        "Some(Value::Toggle(false))"
    );
    let one = chosen(&ann, &menu, "loud").await;
    let menu = ann.clicks(&one, "Default").await;
    let one = chosen(&ann, &menu, "motto").await;
    let menu = ann.clicks(&one, "Back").await;
    assert!(menu.text().contains("**Loud**: on\n"), "{}", menu.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_without_settings_says_so() {
    let bot = Bot::with(&["counter"]).await;
    let answer = bot.here("ann").runs("/cogs settings cog:counter").await;
    assert_eq!(answer.text(), "**counter** has nothing to set.");
}
