//! Bans, one by one and many at once, and prunes.

use std::time::Duration;

use cogbox_emulator::model::permissions::{BAN_MEMBERS, KICK_MEMBERS, MANAGE_GUILD};
use cogbox_emulator::{Clock, Emulator, Options};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, id, options, start_with};

#[tokio::test]
async fn f11_a_ban_removes_a_member_and_what_they_wrote_and_bans_strangers_too() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let ben = discord.person("ben");
    let said = ben.in_channel(&general).says("buy this").await;
    let path = format!("/guilds/{}/bans/{}", bot.guild, ben.id);
    assert_eq!(bot.put(&path, json!({})).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", BAN_MEMBERS, false);
    let long = json!({"delete_message_seconds": 604_801});
    bot.put(&path, long)
        .await
        .faults_at("delete_message_seconds");
    let seconds = json!({"delete_message_seconds": 60});
    for _ in 0..2 {
        let banned = bot
            .because("spam", Method::PUT, &path, seconds.clone())
            .await;
        assert_eq!((banned.status, banned.body), (204, json!("")));
    }
    let told = bot.socket.dispatch("GUILD_BAN_ADD").await["d"].clone();
    assert_eq!(told["guild_id"], json!(bot.guild));
    assert_eq!(told["user"]["username"], "ben");
    bot.socket.dispatch("GUILD_MEMBER_REMOVE").await;
    let told = bot.socket.dispatch("MESSAGE_DELETE_BULK").await["d"].clone();
    assert_eq!(told["ids"], json!([said]));
    let shown = bot.get(&path).await.body;
    assert_eq!(shown["user"]["username"], "ben");
    assert_eq!(shown["reason"], "spam");
    // The second ban changed nothing, and nobody who is banned comes back.
    lab.add_member(&ben);
    let dora = discord.add_person("dora");
    let stranger = format!("/guilds/{}/bans/{}", bot.guild, dora.id);
    assert_eq!(bot.put(&stranger, Value::Null).await.status, 204);
    let told = bot.socket.dispatch("GUILD_BAN_ADD").await["d"].clone();
    assert_eq!(told["user"]["username"], "dora");
    let member = format!("/guilds/{}/members/{}", bot.guild, ben.id);
    assert_eq!(bot.get(&member).await.refusal(), (404, 10007));
    let unknown = format!("/guilds/{}/bans/42", bot.guild);
    assert_eq!(bot.put(&unknown, json!({})).await.refusal(), (404, 10013));
}

#[tokio::test]
async fn f13_a_ban_is_lifted_once() {
    let (discord, mut bot) = start_with(BAN_MEMBERS).await;
    let lab = discord.guild("Cogbox Lab");
    let ben = discord.person("ben");
    let path = format!("/guilds/{}/bans/{}", bot.guild, ben.id);
    assert_eq!(bot.delete(&path).await.refusal(), (404, 10026));
    assert_eq!(bot.get(&path).await.refusal(), (404, 10026));
    lab.moderator(&discord.person("ann"))
        .because("rude")
        .bans(&ben);
    bot.socket.dispatch("GUILD_BAN_ADD").await;
    assert_eq!(bot.get(&path).await.body["reason"], "rude");
    let lifted = bot.delete(&path).await;
    assert_eq!((lifted.status, lifted.body), (204, json!("")));
    let told = bot.socket.dispatch("GUILD_BAN_REMOVE").await["d"].clone();
    assert_eq!(told["user"]["username"], "ben");
    lab.add_member(&ben);
    bot.socket.dispatch("GUILD_MEMBER_ADD").await;
    lab.set_role("Cogbox", 0, false);
    assert_eq!(bot.delete(&path).await.refusal(), (403, 50013));
    assert_eq!(bot.get(&path).await.refusal(), (403, 50013));
}

#[tokio::test]
async fn b28_bans_come_in_pages_by_user_and_before_wins() {
    let (discord, bot) = start_with(BAN_MEMBERS).await;
    let path = format!("/guilds/{}/bans", bot.guild);
    let mut users = Vec::new();
    for n in 0..4 {
        let user = discord.add_person(&format!("p{n}")).id;
        bot.put(&format!("{path}/{user}"), json!({})).await;
        users.push(user.to_string());
    }
    let page = async |query: &str| {
        let page = bot.get(&format!("{path}?{query}")).await.body;
        let user = |ban: &Value| id(&ban["user"]);
        page.as_array()
            .unwrap()
            .iter()
            .map(user)
            .collect::<Vec<_>>()
    };
    assert_eq!(page("").await, users);
    assert_eq!(page("limit=2").await, users[..2]);
    assert_eq!(
        page(&format!("limit=2&after={}", users[0])).await,
        users[1..3]
    );
    assert_eq!(
        page(&format!("limit=2&before={}", users[3])).await,
        users[1..3]
    );
    let both = format!("before={}&after={}", users[1], users[1]);
    assert_eq!(page(&both).await, users[..1]);
    for limit in [0, 1_001] {
        let refused = bot.get(&format!("{path}?limit={limit}")).await;
        refused.faults_at("limit");
    }
}

#[tokio::test]
async fn f12_many_are_banned_at_once_and_none_is_an_error() {
    let (discord, bot) = start_with(BAN_MEMBERS).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/guilds/{}/bulk-ban", bot.guild);
    let [ann, ben] = ["ann", "ben"].map(|name| discord.person(name).id);
    let dora = discord.add_person("dora").id;
    let users = json!({"user_ids": [ann, ben, dora, "42"]});
    assert_eq!(bot.post(&path, users.clone()).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", BAN_MEMBERS | MANAGE_GUILD, false);
    let reply = bot.post(&path, users.clone()).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.body["banned_users"], json!([ben, dora]));
    assert_eq!(reply.body["failed_users"], json!(["42", ann]));
    assert_eq!(bot.post(&path, users).await.refusal(), (400, 500_000));
    bot.post(&path, json!({})).await.faults_at("user_ids");
    let many: Vec<String> = (0..201).map(|n| n.to_string()).collect();
    bot.post(&path, json!({"user_ids": many}))
        .await
        .faults_at("user_ids");
    let wrong = json!({"user_ids": ["x"]});
    bot.post(&path, wrong).await.faults_at("user_ids.0");
}

#[tokio::test]
async fn f21_b34_a_prune_takes_those_without_roles_who_were_not_seen_for_days() {
    let clock = Clock::manual();
    let discord = Emulator::start(Options { clock, ..options() })
        .await
        .unwrap();
    let lab = discord.guild("Cogbox Lab");
    lab.add_role("Guests", 0);
    let (dora, eve) = (discord.add_person("dora"), discord.add_person("eve"));
    for (person, role) in [(&dora, "Guests"), (&eve, "Helpers")] {
        lab.add_member(person);
        lab.give_role(person, role);
    }
    discord.advance(Duration::from_secs(8 * 86_400));
    let mut bot = Bot::connect(&discord).await;
    let path = format!("/guilds/{}/prune", bot.guild);
    lab.set_role("Cogbox", KICK_MEMBERS, false);
    assert_eq!(bot.get(&path).await.refusal(), (403, 50013));
    assert_eq!(bot.post(&path, json!({})).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", KICK_MEMBERS | MANAGE_GUILD, false);
    let general = lab.channel("general");
    discord
        .person("ben")
        .in_channel(&general)
        .says("here")
        .await;
    let count =
        async |query: &str| bot.get(&format!("{path}?{query}")).await.body["pruned"].clone();
    // Only cleo: ann owns the guild, ben wrote, and the others have roles.
    assert_eq!(count("").await, 1);
    assert_eq!(count("days=9").await, 0);
    let (guests, helpers) = (lab.role("Guests"), lab.role("Helpers"));
    assert_eq!(count(&format!("include_roles={guests}")).await, 2);
    let repeated = format!("include_roles={guests}&include_roles={helpers}");
    assert_eq!(count(&repeated).await, 3);
    assert_eq!(count(&format!("include_roles={guests},{helpers}")).await, 3);
    for wrong in ["days=0", "days=31"] {
        bot.get(&format!("{path}?{wrong}")).await.faults_at("days");
    }
    bot.post(&path, json!({"days": 31})).await.faults_at("days");
    let both = json!({"include_roles": [guests], "compute_prune_count": false});
    let pruned = bot.post(&path, both).await;
    assert_eq!((pruned.status, pruned.body), (200, json!({"pruned": null})));
    for name in ["cleo", "dora"] {
        let told = bot.socket.dispatch("GUILD_MEMBER_REMOVE").await["d"].clone();
        assert_eq!(told["user"]["username"], name);
    }
    assert_eq!(bot.post(&path, json!({})).await.body, json!({"pruned": 0}));
}
