//! The pages of servers: who manages one logs in by Discord, changes there what `/cogs` changes as well,
//! and nothing anywhere else.

use cogbox::config::DiscordLogin;
use cogbox_emulator::{Emulator, Person};
use insta::assert_snapshot;
use serde_json::Value;

use crate::dashboard::{client, web};
use crate::harness::{Bot, Setup, eventually};

/// Discord's permission Manage Server.
const MANAGE_GUILD: u64 = 1 << 5;

/// A browser at the dashboard, which keeps no cookies by itself.
struct Browser {
    base: String,
}

impl Browser {
    async fn get(&self, path: &str, cookie: &str) -> (u16, reqwest::header::HeaderMap, String) {
        let request = client().get(format!("{}{path}", self.base));
        let request = request.header("host", "dash.test").header("cookie", cookie);
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.text().await.unwrap())
    }

    /// Sends a form, as a page of the dashboard does.
    async fn post(&self, path: &str, cookie: &str, form: &[(&str, &str)]) -> (u16, String, String) {
        let request = client().post(format!("{}{path}", self.base));
        let request = request.header("host", "dash.test").header("cookie", cookie);
        let request = request.header("origin", "http://dash.test").form(form);
        let answer = request.send().await.unwrap();
        let location = answer.headers().get("location");
        let location = location.map(|to| to.to_str().unwrap().to_owned());
        let status = answer.status().as_u16();
        (
            status,
            location.unwrap_or_default(),
            answer.text().await.unwrap(),
        )
    }

    /// Lets somebody log in; returns their session.
    async fn logs_in(&self, person: &Person) -> String {
        let (page, begun) = self.begins().await;
        let query = chooses(&page, &format!("as={}", person.id)).await;
        self.returns(&query, &begun).await.1.unwrap()
    }

    /// Begins a login: where to agree, and what the browser keeps of it.
    async fn begins(&self) -> (String, String) {
        let (status, headers, _) = self.get("/login/discord", "").await;
        assert_eq!(status, 303);
        let page = headers["location"].to_str().unwrap().to_owned();
        let cookie = headers["set-cookie"].to_str().unwrap();
        (page, cookie.split(';').next().unwrap().to_owned())
    }

    /// Comes back from Discord: the answer, and the session if there is one.
    async fn returns(&self, query: &str, cookie: &str) -> (u16, Option<String>, String) {
        let path = format!("/login/discord/return?{query}");
        let (status, headers, page) = self.get(&path, cookie).await;
        let set = headers.get_all("set-cookie").iter();
        let mut set = set.map(|line| line.to_str().unwrap().split(';').next().unwrap());
        let session = set.find(|pair| pair.starts_with("cogbox="));
        (status, session.map(str::to_owned), page)
    }
}

/// Chooses something on Discord's page; returns what the browser is sent back with.
async fn chooses(page: &str, choice: &str) -> String {
    let form = "application/x-www-form-urlencoded";
    let request = client().post(page).header("content-type", form);
    let answer = request.body(choice.to_owned()).send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap();
    let query = location.strip_prefix("http://dash.test/login/discord/return?");
    query.unwrap().to_owned()
}

/// A bot where those who manage a server log in by Discord, and a browser at its dashboard.
async fn start(mut setup: Setup, discord: Emulator) -> (Bot, Browser) {
    let (id, secret) = discord.allows_login("http://dash.test/login/discord/return");
    setup.dashboard = web("[web]\nauth = \"token\"\nurl = \"http://dash.test\"");
    let site = discord.page_url();
    let login = DiscordLogin::local(&id, &secret, site.trim_end_matches('/'));
    setup.dashboard.discord = Some(login);
    let bot = setup.start_on(discord, tempfile::tempdir().unwrap()).await;
    let base = format!("http://{}", bot.web);
    (bot, Browser { base })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_manages_a_server_sees_its_page_and_nothing_else() {
    let setup = Setup::with(&["fun"]);
    let discord = Emulator::start(setup.discord.clone()).await.unwrap();
    let elsewhere = discord
        .add_guild("Elsewhere", &["talk"], &["ben", "ann"])
        .id;
    let lab = discord.guild("Cogbox Lab").id;
    let (bot, browser) = start(setup, discord).await;
    let login = browser.get("/login", "").await.2;
    assert!(login.contains("href=\"/login/discord\""), "{login}");

    let as_of = |name: &str| format!("as={}", bot.discord.person(name).id);
    let (page, begun) = browser.begins().await;
    let asked = client()
        .get(&page)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(asked.contains("It will know: identify guilds"), "{asked}");
    let query = chooses(&page, &as_of("ann")).await;
    // Another browser can't be made to log in as ann, nor one that began a login of its own.
    let (status, session, told) = browser.returns(&query, "").await;
    assert!(status == 400 && session.is_none(), "{told}");
    assert!(told.contains("was not begun in this browser"), "{told}");
    let (_, other) = browser.begins().await;
    assert_eq!(browser.returns(&query, &other).await.0, 400);
    let forged = query.replace("state=", "state=A");
    assert_eq!(browser.returns(&forged, &begun).await.0, 400);
    let (status, ann, told) = browser.returns(&query, &begun).await;
    assert_eq!(status, 303, "{told}");
    let ann = ann.unwrap();
    // A code is good once.
    let (status, session, told) = browser.returns(&query, &begun).await;
    assert!(status == 401 && session.is_none(), "{status} {told}");

    let (status, _, list) = browser.get("/guilds", &ann).await;
    assert!(status == 200 && list.contains("Cogbox Lab"), "{list}");
    assert!(!list.contains("Elsewhere"), "{list}");
    let (status, _, page) = browser.get(&format!("/guilds/{lab}"), &ann).await;
    assert!(status == 200 && page.contains("<bdi>fun</bdi>"), "{page}");
    let (status, _, told) = browser.get(&format!("/guilds/{elsewhere}"), &ann).await;
    assert!(
        status == 403 && told.contains("You did not manage this server"),
        "{told}"
    );
    let elsewhere = format!("/api/guilds/{elsewhere}");
    assert_eq!(browser.get(&elsewhere, &ann).await.0, 403);
    for path in ["/", "/api/status", "/access", "/nowhere"] {
        let (status, _, told) = browser.get(path, &ann).await;
        assert!(
            status == 403 && told.contains("for those who run the bot"),
            "{path}: {told}"
        );
    }

    // Who manages nothing here is somebody all the same, and sees nothing.
    let (page, begun) = browser.begins().await;
    let query = chooses(&page, &as_of("cleo")).await;
    let cleo = browser.returns(&query, &begun).await.1.unwrap();
    let (_, _, list) = browser.get("/guilds", &cleo).await;
    assert!(list.contains("no server that you manage"), "{list}");
    assert_eq!(browser.get(&format!("/guilds/{lab}"), &cleo).await.0, 403);

    // Who does not agree is not known.
    let (page, begun) = browser.begins().await;
    let query = chooses(&page, "cancel=1").await;
    let (status, session, told) = browser.returns(&query, &begun).await;
    assert!(status == 403 && session.is_none(), "{told}");
    assert!(
        told.contains("you did not let Cogbox know who you are"),
        "{told}"
    );
    // An hour later ann has to ask Discord again whether she still manages it.
    bot.app.services.clock.jump(3_601);
    assert_eq!(browser.get("/guilds", &ann).await.0, 303);
}

/// A bot whose server "Cogbox Lab" ben manages by a role, and ben logged in.
async fn managed(setup: Setup) -> (Bot, Browser, String) {
    let discord = Emulator::start(setup.discord.clone()).await.unwrap();
    let lab = discord.guild("Cogbox Lab");
    lab.add_role("Managers", MANAGE_GUILD);
    lab.give_role(&discord.person("ben"), "Managers");
    let (bot, browser) = start(setup, discord).await;
    let ben = browser.logs_in(&bot.discord.person("ben")).await;
    (bot, browser, ben)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_manages_a_server_turns_cogs_on_and_off_there() {
    let setup = Setup::with(&["counter", "fun"]).cog("fun", |cog| cog.everywhere = false);
    let (bot, browser, ben) = managed(setup).await;
    let (cleo, lab) = (bot.here("cleo"), bot.discord.guild("Cogbox Lab").id);
    let there = bot.elsewhere("cleo");
    let elsewhere = bot.discord.guild("Elsewhere").id;

    cleo.runs("/count").await;
    let off = format!("/guilds/{lab}/counter/disable");
    let (status, to, told) = browser.post(&off, &ben, &[]).await;
    assert_eq!(
        (status, to),
        (303, format!("/guilds/{lab}/counter")),
        "{told}"
    );
    assert_snapshot!(cleo.runs("/count").await.text(), @"**counter** is switched off in this server. Whoever manages the server can switch it on with `/cogs enable`.");
    assert_snapshot!(there.runs("/count").await.text(), @"This server has counted to **1**.");
    // One for chosen servers has its commands where it is on, and nowhere else.
    let fun = |what| format!("/guilds/{lab}/fun/{what}");
    assert_snapshot!(cleo.cannot_run("/coin"), @"cleo sees no command /coin; there are /count, /count-show");
    let from_list = [("list", "1")];
    let (_, to, _) = browser.post(&fun("enable"), &ben, &from_list).await;
    assert_eq!(to, format!("/guilds/{lab}#cog-fun"));
    let offered = |is| {
        let all = bot.discord.commands();
        all.iter().any(|command| command.name == "coin") == is
    };
    assert!(eventually(|| offered(true)).await);
    cleo.runs("/coin").await;
    browser.post(&fun("disable"), &ben, &from_list).await;
    assert!(eventually(|| offered(false)).await);

    // Nothing is changed in another server, by a page of others, or without a session.
    let theirs = format!("/guilds/{elsewhere}/counter/disable");
    let (status, _, told) = browser.post(&theirs, &ben, &[]).await;
    assert!(
        status == 403 && told.contains("You did not manage this server"),
        "{told}"
    );
    let url = format!("{}{off}", browser.base);
    let forged = client().post(url).header("host", "dash.test");
    let forged = forged
        .header("cookie", &ben)
        .header("origin", "http://evil.test");
    assert_eq!(forged.send().await.unwrap().status(), 403);
    assert_eq!(browser.post(&off, "", &[]).await.0, 303);
    let counter = bot.cog("counter");
    let is_on = |guild: cogbox_emulator::Id| {
        let guild = guild.to_string().parse().ok();
        bot.app.services.per_guild.is_on(&counter.identity, guild)
    };
    assert!(is_on(elsewhere) && !is_on(lab));

    // Who did what is told to the people there, and to the bot's operator.
    let page = browser.get(&format!("/guilds/{lab}"), &ben).await.2;
    assert!(
        page.contains("<bdi>ben</bdi> <span class=\"tag\">dashboard</span>"),
        "{page}"
    );
    let done = bot.app.services.store.actions(None, 10).await.unwrap();
    let ben = bot.discord.person("ben").id.to_string();
    let done = done.iter().map(|action| {
        let same = action.user.to_string() == ben && action.guild.to_string() == lab.to_string();
        format!(
            "{same} {} by {}: {} {}",
            action.name, action.by, action.cog, action.what
        )
    });
    assert_snapshot!(done.collect::<Vec<_>>().join("\n"), @r"
    true ben by dashboard: fun switched off
    true ben by dashboard: fun switched on
    true ben by dashboard: counter switched off
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_a_form_that_keeps_what_was_typed() {
    let (bot, browser, ben) = managed(Setup::with(&["clockwork"])).await;
    let ann = bot.here("ann");
    let lab = bot.discord.guild("Cogbox Lab");
    let lobby = bot.discord.add_guild("Elsewhere", &["lobby"], &["ben"]);
    let lobby = lobby.channel("lobby").id.to_string();
    let (bots, helpers) = (
        lab.channel("bots").id.to_string(),
        lab.role("Helpers").to_string(),
    );
    let path = format!("/guilds/{}/clockwork", lab.id);
    let (status, _, page) = browser.get(&path, &ben).await;
    assert_eq!(status, 200);
    for part in [
        "<option value=\"calm\" selected>calm</option>",
        &format!("<option value=\"{bots}\">#bots</option>"),
        &format!("value=\"{helpers}\""),
        "What is said each hour. At most 10 characters.",
        "From 0 to 10.",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }

    // Both say the same of what can't be set, and what can is not set either.
    let form = format!("{path}/settings");
    let wrong = [
        ("was.volume", "5"),
        ("volume", "eleven"),
        ("was.motto", ""),
        ("motto", "Too long a motto"),
        ("was.place", ""),
        ("place", &lobby),
        ("was.mood", "calm"),
        ("mood", "wild"),
    ];
    let (status, _, page) = browser.post(&form, &ben, &wrong).await;
    assert_eq!(status, 422);
    let told = page.split("<p class=\"wrong\"").skip(1).map(|part| {
        let (sentence, _) = part.split_once("</bdi>").unwrap();
        let (_, sentence) = sentence.split_once("<bdi>").unwrap();
        sentence.replace("<code>", "`").replace("</code>", "`")
    });
    let told: Vec<_> = told.collect();
    assert_snapshot!(told.join("\n"), @r"
    That was not set: `motto` has at most 10 characters; this has 16.
    That was not set: `eleven` is not a number.
    That was not set: `place` takes a channel of this server.
    ");
    assert!(
        page.contains("value=\"eleven\"") && page.contains("\nToo long a motto<"),
        "{page}"
    );
    assert!(page.contains("<option value=\"wild\" selected>"), "{page}");
    assert!(
        page.contains(
            "aria-describedby=\"set-volume-wrong set-volume-help\" aria-invalid=\"true\""
        ),
        "{page}"
    );
    assert_eq!(
        ann.runs("/show key:mood").await.text(),
        "Some(Value::Text(\"calm\"))"
    );

    let right = [
        ("was.volume", "5"),
        ("volume", "7,5"),
        ("was.motto", ""),
        ("motto", "Hello"),
        ("was.place", ""),
        ("place", &bots),
        ("was.staff", ""),
        ("staff", &helpers),
        ("was.mood", "wild"),
        ("mood", "wild"),
    ];
    let (status, to, page) = browser.post(&form, &ben, &right).await;
    let saved = format!("{path}?saved=motto,volume,place,staff#settings");
    assert_eq!((status, to), (303, saved), "{page}");
    let mut said = Vec::new();
    for key in ["volume", "motto", "place", "staff", "mood"] {
        let answer = ann.runs(&format!("/show key:{key}")).await;
        let answer = answer.text().replace(&bots, "BOTS");
        said.push(answer.replace(&helpers, "HELPERS"));
    }
    assert_snapshot!(said.join("\n"), @r#"
    Some(Value::Number(7.5))
    Some(Value::Text("Hello"))
    Some(Value::Channel("BOTS"))
    Some(Value::Roles(["HELPERS"]))
    Some(Value::Text("calm"))
    "#);
    let (_, to, _) = browser
        .post(&format!("{path}/default"), &ben, &[("key", "volume")])
        .await;
    assert_eq!(to, format!("{path}?saved=volume#settings"));
    assert_eq!(
        ann.runs("/show key:volume").await.text(),
        "Some(Value::Number(5.0))"
    );

    // What is withheld here is told by `/cogs about` as well.
    let grant = [("grant", "messages")];
    let (status, _, page) = browser
        .post(&format!("{path}/withhold"), &ben, &grant)
        .await;
    assert_eq!(status, 303, "{page}");
    let about = ann.runs("/cogs about cog:clockwork").await;
    assert!(
        about.text().contains("(`messages`, withheld here)"),
        "{}",
        about.text()
    );
    let none = browser
        .post(&format!("{path}/withhold"), &ben, &[("grant", "player")])
        .await;
    assert_eq!(none.0, 404);

    let told = browser
        .get(
            &format!("/api{}", path.trim_end_matches("/clockwork")),
            &ben,
        )
        .await
        .2;
    let told: Value = serde_json::from_str(&told).unwrap();
    let cog = &told["cogs"][0];
    let withheld = cog["grants"].as_array().unwrap().iter();
    let withheld: Vec<_> = withheld.filter(|grant| grant["withheld"] == true).collect();
    assert_snapshot!(format!("{} {} {}", told["name"], cog["name"], withheld[0]), @r#""Cogbox Lab" "clockwork" {"name":"messages","withheld":true,"words":"post messages as the bot, and change or delete its own"}"#);
    assert_snapshot!(cog["settings"][1], @r#"{"default":null,"help":"What is said each hour","key":"motto","kind":"text","label":"Motto","longest":10,"value":"Hello"}"#);
    assert_snapshot!(cog["settings"][3], @r#"{"default":5.0,"help":"","key":"volume","kind":"number","label":"Volume","least":0.0,"most":10.0,"value":5.0}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_manages_a_server_no_more_is_refused() {
    let (bot, browser, ben) = managed(Setup::with(&["counter"])).await;
    let lab = bot.discord.guild("Cogbox Lab");
    let person = bot.discord.person("ben");
    let page = format!("/guilds/{}", lab.id);
    let off = format!("{page}/counter/disable");
    assert_eq!(browser.get(&page, &ben).await.0, 200);
    // Changing something at once.
    lab.take_role(&person, "Managers");
    let (status, _, told) = browser.post(&off, &ben, &[]).await;
    assert!(
        status == 403 && told.contains("You do not manage this server."),
        "{told}"
    );
    assert_eq!(browser.get(&page, &ben).await.0, 403);
    assert!(bot.app.services.per_guild.guilds().is_empty());
    lab.give_role(&person, "Managers");
    assert_eq!(browser.post(&off, &ben, &[]).await.0, 303);
    // Looking within half a minute.
    assert_eq!(browser.get(&page, &ben).await.0, 200);
    lab.take_role(&person, "Managers");
    bot.app.services.clock.jump(31);
    let (status, _, told) = browser.get(&page, &ben).await;
    assert!(
        status == 403 && told.contains("You do not manage this server."),
        "{told}"
    );
    // The role itself may lose the permission as well.
    lab.give_role(&person, "Managers");
    bot.app.services.clock.jump(31);
    assert_eq!(browser.get(&page, &ben).await.0, 200);
    lab.set_role("Managers", 0, false);
    assert_eq!(browser.post(&off, &ben, &[]).await.0, 403);
}
