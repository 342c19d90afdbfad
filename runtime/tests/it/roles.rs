//! The stock cog `roles`: panels to choose from, roles at joining, and roles for a time.

use std::time::Duration;

use cogbox::config::Grant;
use cogbox_emulator::model::permissions::{ADMINISTRATOR, MANAGE_MESSAGES, MANAGE_ROLES};
use cogbox_emulator::{Answer, Emulator, Guild, Here};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::{Bot, Setup};
use crate::shown::patiently;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Roles that these tests hand out.
const NAMES: [&str; 7] = [
    "Red", "Green", "Blue", "Guests", "Machines", "Leaders", "Bots",
];

fn setup() -> Setup {
    let mut setup = Setup::with(&["roles"]);
    setup.share_code = true;
    // A reply that others don't see looks different after a defer.
    setup.deadlines.defer = Duration::from_secs(20);
    setup
}

fn home(discord: &Emulator) -> Guild {
    discord.guild("Cogbox Lab")
}

/// A bot whose own role stands high enough.
async fn bot_with(change: impl FnOnce(&mut Setup)) -> Bot {
    let mut setup = setup();
    change(&mut setup);
    let bot = setup.start().await;
    let lab = home(&bot.discord);
    for name in ["Red", "Green", "Blue", "Guests", "Machines"] {
        lab.add_role(name, 0);
    }
    lab.add_role("Leaders", MANAGE_ROLES);
    lab.add_role("Bots", ADMINISTRATOR);
    lab.move_role("Leaders", 8);
    lab.move_role("Bots", 9);
    lab.give_bot_role("Bots");
    bot
}

async fn bot() -> Bot {
    bot_with(|_| {}).await
}

/// A text with names in the place of roles and people.
fn named(bot: &Bot, text: &str) -> String {
    let lab = home(&bot.discord);
    let mut text = text.to_owned();
    for name in NAMES {
        text = text.replace(&lab.role(name).to_string(), name);
    }
    bot.named(&text)
}

/// An answer with its fields, and whether only its reader sees it.
fn reads(bot: &Bot, answer: &Answer) -> String {
    let embed = &answer.message()["embeds"][0];
    let text = |of: &Value, key: &str| of[key].as_str().unwrap_or_default().to_owned();
    let fields = embed["fields"].as_array().into_iter().flatten();
    let fields = fields.map(|field| format!("\n{}: {}", text(field, "name"), text(field, "value")));
    let fields: String = fields.collect();
    let private = if answer.is_private() { " (alone)" } else { "" };
    let embed = text(embed, "description");
    named(bot, &format!("{}{embed}{fields}{private}", answer.text()))
}

/// The roles that the bot gave and took, of whom, and how that went.
fn changes(bot: &Bot) -> String {
    let requests = bot.discord.requests().into_iter();
    let changes = requests.filter_map(|request| {
        let (before, role) = request.path.split_once("/roles/")?;
        let (_, user) = before.rsplit_once('/')?;
        let line = format!("{} {role} {user} {}", request.method, request.status);
        Some(named(bot, &line))
    });
    changes.collect::<Vec<_>>().join("\n")
}

/// Waits until the bot's changes of roles are these.
async fn does(bot: &Bot, expected: &str) {
    let expected: Vec<&str> = expected.lines().map(str::trim).collect();
    let expected = expected.join("\n");
    patiently(|| changes(bot) == expected).await;
    assert_eq!(changes(bot), expected);
    bot.discord.clear_requests();
}

/// Makes a panel in #bots with these roles, and returns where somebody sees it.
async fn panel(bot: &Bot, more: &str, roles: &[&str]) -> Answer {
    let ann = bot.here("ann");
    let typed = format!("/roles panel create title:Colours channel:#bots {more}");
    let menu = ann.runs(&typed).await;
    picks(bot, &ann, &menu, roles).await
}

/// Picks roles from the menu of a panel.
async fn picks(bot: &Bot, here: &Here, menu: &Answer, roles: &[&str]) -> Answer {
    let id = &menu.message()["components"][0]["components"][0]["custom_id"];
    let lab = home(&bot.discord);
    let roles = roles.iter().map(|role| match *role {
        "@everyone" => lab.id.to_string(),
        role => lab.role(role).to_string(),
    });
    let roles: Vec<String> = roles.collect();
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    here.selects(menu, id.as_str().unwrap(), &roles).await
}

fn in_bots(bot: &Bot, person: &str) -> Here {
    let bots = home(&bot.discord).channel("bots");
    bot.discord.person(person).in_channel(&bots)
}

#[tokio::test(flavor = "multi_thread")]
async fn members_choose_roles_by_buttons() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), in_bots(&bot, "ben"));
    let made = panel(&bot, "text:Wear one.", &["Red", "Green"]).await;
    assert_snapshot!(reads(&bot, &made), @"The panel is here: https://discord.com/channels/LAB/bots/ID (alone)");
    ann.runs("/roles panel role panel:colours role:@Green emoji:🌿 label:Leaf about:like grass")
        .await;
    let said = [
        ben.clicks_newest("Red").await,
        ben.clicks_newest("Leaf").await,
        ben.clicks_newest("Red").await,
    ];
    let said = said.each_ref().map(|answer| reads(&bot, answer));
    assert_snapshot!(said.join("\n"), @r"
    You have <@&Red> now. (alone)
    You have <@&Green> now. (alone)
    You don't have <@&Red> any more. (alone)
    ");
    assert_snapshot!(named(&bot, &ben.channel().transcript_for(&ben)), @r"
    Cogbox: | Colours
      | Wear one.
      | 
      | <@&Red>
      | 🌿 <@&Green> – like grass
      [Red] [Leaf]
      (edited)
    Cogbox: You have <@&Red> now.
      (only you can see this)
    Cogbox: You have <@&Green> now.
      (only you can see this)
    Cogbox: You don't have <@&Red> any more.
      (only you can see this)
    ");
    does(
        &bot,
        "PUT Red ben 204
        PUT Green ben 204
        DELETE Red ben 204",
    )
    .await;
    assert_snapshot!(reads(&bot, &ann.runs("/roles panel list").await), @r"
    Colours: https://discord.com/channels/LAB/bots/ID
    <@&Red> <@&Green> (alone)
    ");
    assert!(bot.cog("roles").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn members_choose_roles_from_a_menu_that_shows_what_they_have() {
    let bot = bot().await;
    let ben = in_bots(&bot, "ben");
    panel(
        &bot,
        "look:One button that opens a menu most:2",
        &["Red", "Green", "Blue"],
    )
    .await;
    assert_snapshot!(named(&bot, &ben.channel().transcript_for(&ben)), @r"
    Cogbox: | Colours
      | <@&Red>
      | <@&Green>
      | <@&Blue>
      | You may have up to 2 of them.
      [Choose roles]
    ");
    home(&bot.discord).give_role(&bot.discord.person("ben"), "Blue");
    let menu = ben.clicks_newest("Choose roles").await;
    let picked = |answer: &Answer| {
        let menu = &answer.message()["components"][0]["components"][0];
        let options = menu["options"].as_array().unwrap().iter();
        let picked = options.filter(|option| option["default"] == true);
        let labels = picked.map(|option| option["label"].as_str().unwrap().to_owned());
        labels.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(picked(&menu), "Blue");
    let again = picks(&bot, &ben, &menu, &["Red", "Green"]).await;
    let none = picks(&bot, &ben, &again, &[]).await;
    let same = picks(&bot, &ben, &none, &[]).await;
    assert_eq!(picked(&again), "Red Green");
    assert_snapshot!([&menu, &again, &none, &same].map(|one| reads(&bot, one)).join("\n--\n"), @r"
    Which roles would you like? What is picked is what you have. (alone)
    --
    You have <@&Red> now.
    You have <@&Green> now.
    You don't have <@&Blue> any more. (alone)
    --
    You don't have <@&Red> any more.
    You don't have <@&Green> any more. (alone)
    --
    Nothing has changed. (alone)
    ");
    does(
        &bot,
        "PUT Red ben 204
        PUT Green ben 204
        DELETE Blue ben 204
        DELETE Red ben 204
        DELETE Green ben 204",
    )
    .await;
    assert!(bot.cog("roles").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_some_roles_one_has_one_also_when_pressing_twice_at_once() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), in_bots(&bot, "ben"));
    let made = panel(&bot, "most:1", &["Red", "Green", "Blue"]).await;
    assert!(made.text().contains("The panel is here"));
    ben.clicks_newest("Red").await;
    ben.clicks_newest("Green").await;
    does(
        &bot,
        "PUT Red ben 204
        PUT Green ben 204
        DELETE Red ben 204",
    )
    .await;
    let presses = ["Red", "Blue", "Red", "Blue"].map(|role| ben.clicks_newest(role));
    join_all(presses).await;
    ann.runs("/roles panel edit panel:Colours most:0").await;
    let menu = ann
        .runs("/roles panel edit panel:Colours look:One button that opens a menu")
        .await;
    assert!(menu.text().starts_with("That is changed."));
    let menu = ben.clicks_newest("Choose roles").await;
    let options = &menu.message()["components"][0]["components"][0]["options"];
    let options = options.as_array().unwrap().iter();
    let has = options.filter(|option| option["default"] == true).count();
    assert!(has <= 1, "{}", changes(&bot));
    assert!(bot.cog("roles").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn some_roles_are_not_for_everybody() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let lab = home(&bot.discord);
    lab.add_role("Lords", 0);
    lab.move_role("Lords", 9);
    lab.move_role("Bots", 7);
    lab.give_role(&bot.discord.person("ben"), "Leaders");
    let mut said = vec![reads(
        &bot,
        &panel(
            &bot,
            "",
            &["Helpers", "@everyone", "Leaders", "Bots", "Red"],
        )
        .await,
    )];
    let menu = ben.runs("/roles panel edit panel:Colours").await;
    said.push(reads(
        &bot,
        &picks(&bot, &ben, &menu, &["Red", "Bots", "Leaders"]).await,
    ));
    for (here, typed) in [
        (&ben, "/roles auto add role:@Leaders"),
        (&ben, "/roles auto add role:@Helpers"),
        (&ben, "/roles give member:@cleo role:@Leaders"),
        (&ann, "/roles give member:@cleo role:@Leaders"),
        (&ann, "/roles panel role panel:Colours role:@Helpers"),
    ] {
        said.push(format!("{typed}: {}", reads(&bot, &here.runs(typed).await)));
    }
    // Giving one that moderates to one person is the operator's to allow.
    said.push(reads(
        &bot,
        &ann.runs("/roles give member:@cleo role:@Helpers").await,
    ));
    // One that moderates now is not given to who presses its button.
    lab.set_role("Red", MANAGE_MESSAGES, false);
    said.push(reads(
        &bot,
        &in_bots(&bot, "cleo").clicks_newest("Red").await,
    ));
    let own = ben.runs("/roles panel edit panel:Colours").await;
    lab.take_role(&bot.discord.person("ben"), "Leaders");
    said.push(reads(&bot, &picks(&bot, &ben, &own, &["Blue"]).await));
    assert_snapshot!(said.join("\n--\n"), @r"
    <@&HELPERS> moderates (`MANAGE_MESSAGES`). Such a role is not for everybody who wants it.
    <@&LAB> can't be given to anybody: it belongs to everyone, to a bot or to boosters.
    I can't give <@&Leaders>: it stands above my own roles. Drag one of mine above it in the server's settings.
    I can't give <@&Bots>: it stands above my own roles. Drag one of mine above it in the server's settings.
    The panel is here: https://discord.com/channels/LAB/bots/ID (alone)
    --
    I can't give <@&Bots>: it stands above my own roles. Drag one of mine above it in the server's settings.
    You can't hand out <@&Leaders>: for that you need the permission Manage Roles and a role above it.
    The panel is here: https://discord.com/channels/LAB/bots/ID (alone)
    --
    /roles auto add role:@Leaders: You can't hand out <@&Leaders>: for that you need the permission Manage Roles and a role above it. (alone)
    --
    /roles auto add role:@Helpers: <@&HELPERS> moderates (`MANAGE_MESSAGES`). Such a role is not for everybody who wants it. (alone)
    --
    /roles give member:@cleo role:@Leaders: You can't hand out <@&Leaders>: for that you need the permission Manage Roles and a role above it. (alone)
    --
    /roles give member:@cleo role:@Leaders: I can't give <@&Leaders>: it stands above my own roles. Drag one of mine above it in the server's settings. (alone)
    --
    /roles panel role panel:Colours role:@Helpers: <@&HELPERS> moderates (`MANAGE_MESSAGES`). Such a role is not for everybody who wants it. (alone)
    --
    <@&HELPERS> did not work: it would give people MANAGE_MESSAGES, which the operator has to grant by name, such as `hand-out.manage-messages`. (alone)
    --
    <@&Red> moderates (`MANAGE_MESSAGES`). Such a role is not for everybody who wants it. (alone)
    --
    For this you need the permission Manage Roles. (alone)
    ");
    assert!(ben.cannot_run("/roles timed").contains("sees no command"));
    assert_eq!(changes(&bot), "");
    // An operator may allow it.
    let allowed = bot_with(|setup| {
        let asks = [
            "act-alone",
            "guilds",
            "hand-out.manage-messages",
            "member-roles",
            "members",
            "messages",
            "roles",
            "schedule",
        ];
        setup.cogs.get_mut("roles").unwrap().grant = Grant::Only(asks.map(str::to_owned).to_vec());
    })
    .await;
    let given = allowed
        .here("ann")
        .runs("/roles give member:@cleo role:@Helpers")
        .await;
    assert_snapshot!(reads(&allowed, &given), @"<@cleo> has <@&HELPERS> now.");
    assert!(bot.cog("roles").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_follows_what_becomes_of_its_roles_and_its_message() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), in_bots(&bot, "ben"));
    let lab = home(&bot.discord);
    let made = panel(&bot, "", &["Red", "Green"]).await;
    let moderator = lab.moderator(&bot.discord.person("ann"));
    let (red, green) = (lab.role("Red"), lab.role("Green"));
    moderator.renames_role(red, "Crimson");
    bot.shows(&ben, "[Crimson]").await;
    moderator.renames_role(red, "Red");
    bot.shows(&ben, "[Red]").await;
    let old = ben.clicks_newest("Green").await;
    moderator.deletes_role(green);
    let only = patiently(|| !bot.transcript(&ben).contains("[Green]")).await;
    assert!(only, "{}", bot.transcript(&ben));
    lab.add_role("Green", 0);
    // Somebody deletes the message: the next change posts it anew.
    let message = made.text().rsplit('/').next().unwrap().parse().unwrap();
    in_bots(&bot, "ann").deletes(message);
    ann.runs("/roles panel edit panel:Colours title:Shades")
        .await;
    bot.shows(&ben, "Shades").await;
    let mut said = vec![reads(&bot, &old)];
    for typed in [
        "/roles panel edit panel:Colours",
        "/roles panel post panel:Shades channel:#general",
        "/roles panel create title:shades",
        "/roles panel create title:Empty",
        "/roles panel post panel:Empty",
        "/roles panel delete panel:Empty",
    ] {
        said.push(format!("{typed}: {}", reads(&bot, &ann.runs(typed).await)));
    }
    let offered = ann.types("/roles panel delete panel:sha").await;
    said.push(offered.join("\n"));
    ann.runs("/roles panel delete panel:Shades").await;
    said.push(reads(&bot, &ann.runs("/roles panel list").await));
    assert_snapshot!(said.join("\n"), @r"
        You have <@&ID> now. (alone)
        /roles panel edit panel:Colours: There is no such panel. `/roles panel list` shows them all. (alone)
        /roles panel post panel:Shades channel:#general: The panel is here: https://discord.com/channels/LAB/general/ID (alone)
        /roles panel create title:shades: There is a panel “shades” already. (alone)
        /roles panel create title:Empty: Which roles? The panel is posted in <#general> once you have chosen. (alone)
        /roles panel post panel:Empty: The panel has no roles, so it is not posted. `/roles panel edit` shows the menu for them. (alone)
        /roles panel delete panel:Empty: The panel “Empty” is deleted. Who has its roles keeps them. (alone)
        Shades
        There are no panels yet. `/roles panel create` makes one. (alone)
        ");
    assert_snapshot!(bot.transcript(&ben), @r"
    Cogbox: You have <@&ID> now.
      (only you can see this)
    ");
    bot.keeps_nothing("roles").await;
    assert!(bot.cog("roles").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_where_the_bot_may_not_write_is_told_of_and_kept() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let lab = home(&bot.discord);
    lab.set_role("Bots", MANAGE_ROLES, false);
    lab.channel("bots").set_everyone(0, 1 << 11);
    let refused = panel(&bot, "", &["Red"]).await;
    assert_snapshot!(reads(&bot, &refused), @"I can't write in <#bots>. Let me see it and send messages with embeds, or post the panel elsewhere with `/roles panel post`. (alone)");
    lab.channel("bots").set_everyone(0, 0);
    let menu = ann.runs("/roles panel edit panel:Colours").await;
    let wrong = ann
        .runs("/roles panel role panel:Colours role:@Red emoji:nonsense")
        .await;
    let done = picks(&bot, &ann, &menu, &["Red"]).await;
    assert_snapshot!([&wrong, &done].map(|one| reads(&bot, one)).join("\n"), @r"
    “nonsense” is no emoji. Choose one from the list, or one of this server. (alone)
    The panel is here: https://discord.com/channels/LAB/bots/ID (alone)
    ");
    assert!(bot.cog("roles").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_has_roles_after_agreeing_to_the_rules() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let lab = home(&bot.discord);
    let said = [
        "/roles auto add role:@Guests",
        "/roles auto add role:@Guests",
        "/roles auto add role:@Machines who:Bots",
        "/roles auto remove role:@Red",
    ];
    let mut lines = Vec::new();
    for typed in said {
        lines.push(reads(&bot, &ann.runs(typed).await));
    }
    assert_snapshot!(lines.join("\n"), @r"
    Whoever joins from now on gets <@&Guests>. (alone)
    <@&Guests> is given at joining already. (alone)
    Bots that join from now on get <@&Machines>. (alone)
    <@&Red> is not given at joining. (alone)
    ");
    let dora = bot.discord.add_person("dora");
    lab.add_member(&dora);
    lab.add_member(&bot.discord.add_bot("helper"));
    does(
        &bot,
        "PUT Guests ID 204
        PUT Machines ID 204",
    )
    .await;
    lab.set_screening(true);
    let emil = bot.discord.add_person("emil");
    lab.add_member(&emil);
    lab.moderator(&bot.discord.person("ann"))
        .renames(&emil, "Emil");
    let bot = bot
        .restarts_after(setup(), |discord| {
            let guild = discord.guild("Cogbox Lab");
            guild
                .moderator(&discord.person("ann"))
                .renames(&discord.person("emil"), "E");
        })
        .await;
    assert_eq!(changes(&bot), "");
    let emil = bot.discord.person("emil");
    home(&bot.discord).pass_screening(&emil);
    does(&bot, "PUT Guests ID 204").await;
    // Later changes give nothing again.
    let updated =
        "cogbox_cog_calls_total{cog=\"roles\",export=\"member-updated.updated\",outcome=\"ok\"}";
    let before = bot.metric(updated);
    home(&bot.discord)
        .moderator(&bot.discord.person("ann"))
        .takes_role(&emil, "Guests");
    patiently(|| bot.metric(updated) > before).await;
    assert_eq!(changes(&bot), "");
    assert!(bot.cog("roles").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_roles_from_who_joins_is_shown_and_what_passes_is_tried_again() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let lab = home(&bot.discord);
    ann.runs("/roles auto add role:@Guests").await;
    bot.discord.clear_requests();
    // Discord fails for a while.
    for _ in 0..4 {
        bot.discord
            .fail_next("PUT", "/guilds/*/members/*/roles/*", 503, json!({}));
    }
    lab.add_member(&bot.discord.add_person("dora"));
    let failed = "PUT Guests ID 503\n".repeat(4);
    does(&bot, failed.trim()).await;
    let joined =
        "cogbox_cog_calls_total{cog=\"roles\",export=\"member-joined.joined\",outcome=\"ok\"}";
    bot.counts(joined, 1.0).await;
    bot.app.services.clock.jump(60);
    does(&bot, "PUT Guests ID 204").await;
    lab.take_bot_role("Bots");
    lab.add_member(&bot.discord.add_person("emil"));
    let mut below = String::new();
    for _ in 0..500 {
        below = reads(&bot, &ann.runs("/roles auto show").await);
        if below.contains('⚠') {
            break;
        }
    }
    assert_snapshot!(below, @r"
    `/roles auto add` and `/roles auto remove` change them. Where new members agree to rules first, they get them then.
    People get: <@&Guests>
    ⚠️ I need the permission Manage Roles, and a role above it. (<t:…:R>)
    Bots get: none (alone)
    ");
    lab.give_bot_role("Bots");
    bot.discord.clear_requests();
    lab.add_member(&bot.discord.add_person("fred"));
    does(&bot, "PUT Guests ID 204").await;
    lab.moderator(&bot.discord.person("ann"))
        .deletes_role(lab.role("Guests"));
    lab.add_role("Guests", 0);
    let gone = patiently(|| {
        let heard =
            "cogbox_cog_calls_total{cog=\"roles\",export=\"role-events.deleted\",outcome=\"ok\"}";
        bot.metric(heard) >= 1.0
    });
    assert!(gone.await);
    assert_snapshot!(reads(&bot, &ann.runs("/roles auto show").await), @r"
    `/roles auto add` and `/roles auto remove` change them. Where new members agree to rules first, they get them then.
    People get: none
    Bots get: none (alone)
    ");
    assert!(bot.cog("roles").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_for_a_time_is_taken_back_once() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let mut said = Vec::new();
    for typed in [
        "/roles timed",
        "/roles give member:@ben role:@Red length:soon",
        "/roles give member:@ben role:@Red length:5s",
        "/roles give member:@ben role:@Red length:3d reason:won the race",
        "/roles give member:@ben role:@Red length:5d",
        "/roles give member:@cleo role:@Red length:1 day",
        "/roles give member:@cleo role:@Blue length:1 day",
        "/roles give member:@cleo role:@Blue",
        "/roles give member:@ben role:@Green length:2d",
        "/roles timed",
        "/roles take member:@ben role:@Green",
        "/roles take member:@ben role:@Green",
    ] {
        said.push(reads(&bot, &ann.runs(typed).await));
    }
    assert_snapshot!(said.join("\n"), @r"
    Nobody has a role for a time. `/roles give` with a length gives one. (alone)
    Write how long as a number with a unit, such as 12h, 3 days or 2 weeks. (alone)
    A role is for at least a minute and at most five years. (alone)
    <@ben> has <@&Red> now. I take it back <t:…:R>.
    <@ben> has <@&Red> now. I take it back <t:…:R>.
    <@cleo> has <@&Red> now. I take it back <t:…:R>.
    <@cleo> has <@&Blue> now. I take it back <t:…:R>.
    <@cleo> has <@&Blue> now.
    <@ben> has <@&Green> now. I take it back <t:…:R>.
    <@cleo> has <@&Red>, which ends <t:…:R>
    <@ben> has <@&Green>, which ends <t:…:R>
    <@ben> has <@&Red>, which ends <t:…:R> (alone)
    <@ben> does not have <@&Green> any more.
    <@ben> does not have <@&Green>. (alone)
    ");
    bot.discord.clear_requests();
    bot.app.services.clock.jump(DAY + 1);
    does(&bot, "DELETE Red cleo 204").await;
    bot.app.services.clock.jump(3 * DAY);
    // The bot is away at its end.
    let bot = bot
        .restarts_after(setup(), |discord| discord.clear_requests())
        .await;
    assert_eq!(changes(&bot), "");
    bot.app.services.clock.jump(6 * DAY);
    does(&bot, "DELETE Red ben 204").await;
    // It forgets it once Discord has answered.
    bot.keeps_nothing("roles").await;
    bot.app.services.clock.jump(30 * DAY);
    let said = reads(&bot, &bot.here("ann").runs("/roles timed").await);
    assert_snapshot!(said, @"Nobody has a role for a time. `/roles give` with a length gives one. (alone)");
    assert_eq!(changes(&bot), "");
    assert!(bot.cog("roles").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_and_comes_back_has_the_role_for_the_rest_of_its_time() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let lab = home(&bot.discord);
    let (ben, cleo) = (bot.discord.person("ben"), bot.discord.person("cleo"));
    let spare = lab.add_role("Spare", 0);
    for typed in [
        "/roles give member:@ben role:@Red length:3d",
        "/roles give member:@cleo role:@Red length:3d",
        "/roles give member:@cleo role:@Spare length:3d",
    ] {
        ann.runs(typed).await;
    }
    lab.remove_member(&ben);
    lab.remove_member(&cleo);
    bot.discord.clear_requests();
    lab.add_member(&ben);
    does(&bot, "PUT Red ben 204").await;
    lab.moderator(&bot.discord.person("ann"))
        .deletes_role(spare);
    bot.app.services.clock.jump(4 * DAY);
    let gone = patiently(|| changes(&bot).lines().count() == 3).await;
    let mut done: Vec<String> = changes(&bot).lines().map(str::to_owned).collect();
    done.sort();
    assert!(gone, "{done:?}");
    assert_snapshot!(done.join("\n"), @r"
    DELETE ID cleo 404
    DELETE Red ben 204
    DELETE Red cleo 404
    ");
    bot.keeps_nothing("roles").await;
    assert!(bot.cog("roles").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_can_not_be_taken_back_is_listed_and_tried_again() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let lab = home(&bot.discord);
    ann.runs("/roles give member:@ben role:@Red length:1d")
        .await;
    ann.runs("/roles give member:@cleo role:@Green length:2d")
        .await;
    assert!(bot.keeps_of("cleo").await > 0);
    bot.deletes_data_of("cleo").await;
    lab.take_bot_role("Bots");
    bot.discord.clear_requests();
    bot.app.services.clock.jump(DAY + 1);
    let tried = patiently(|| changes(&bot).contains("403")).await;
    assert!(tried, "{}", changes(&bot));
    let mut listed = String::new();
    for _ in 0..500 {
        listed = reads(&bot, &ann.runs("/roles timed").await);
        if listed.contains('⚠') {
            break;
        }
    }
    assert_snapshot!(listed, @r"
    <@ben> has <@&Red>, which ends <t:…:R>
    ⚠️ I need the permission Manage Roles, and a role above it. (<t:…:R>) (alone)
    ");
    lab.give_bot_role("Bots");
    bot.discord.clear_requests();
    bot.app.services.clock.jump(HOUR + 1);
    does(&bot, "DELETE Red ben 204").await;
    // Whose data were deleted has the role no longer than that.
    bot.app.services.clock.jump(DAY);
    does(&bot, "DELETE Green cleo 204").await;
    bot.keeps_nothing("roles").await;
    assert!(bot.cog("roles").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_speak_german() {
    let bot = bot().await;
    let ann = bot.here("ann");
    home(&bot.discord)
        .moderator(&bot.discord.person("ann"))
        .sets_language("de");
    for person in ["ann", "ben"] {
        bot.discord.person(person).set_locale("de");
    }
    let made = panel(
        &bot,
        "most:2 look:One button that opens a menu",
        &["Red", "Helpers"],
    )
    .await;
    let mut said = vec![reads(&bot, &made)];
    let menu = in_bots(&bot, "ben").clicks_newest("Rollen wählen").await;
    said.push(reads(&bot, &menu));
    said.push(reads(
        &bot,
        &ann.runs("/roles give member:@ben role:@Red length:3 Tage")
            .await,
    ));
    said.push(reads(&bot, &ann.runs("/roles timed").await));
    said.push(reads(&bot, &ann.runs("/roles auto show").await));
    assert_snapshot!(said.join("\n--\n"), @r"
    <@&HELPERS> moderiert (`MANAGE_MESSAGES`). So eine Rolle ist nicht für alle, die sie wollen.
    Die Auswahl steht hier: https://discord.com/channels/LAB/bots/ID (alone)
    --
    Welche Rollen möchtest du? Was gewählt ist, das hast du. (alone)
    --
    <@ben> hat jetzt <@&Red>. Ich nehme sie zurück: <t:…:R>.
    --
    <@ben> hat <@&Red>, Ende: <t:…:R> (alone)
    --
    `/rollen auto hinzufügen` und `/rollen auto entfernen` ändern sie. Wo neue Mitglieder erst Regeln zustimmen, bekommen sie sie dann.
    Menschen bekommen: keine
    Bots bekommen: keine (alone)
    ");
}
