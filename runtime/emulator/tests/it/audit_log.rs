//! The audit log: what is written into it, for which reason, and who is told.

use cogbox_emulator::model::intents::{GUILD_EXPRESSIONS, GUILD_INVITES, GUILD_MODERATION, GUILDS};
use cogbox_emulator::model::permissions::{
    ADMINISTRATOR, BAN_MEMBERS, KICK_MEMBERS, MANAGE_ROLES, VIEW_AUDIT_LOG,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, id, start_with};

#[tokio::test]
async fn f22_every_act_is_written_with_its_actor_target_and_changes() {
    let (discord, mut bot) = start_with(ADMINISTRATOR).await;
    let guild = format!("/guilds/{}", bot.guild);
    let [ben, cleo] = ["ben", "cleo"].map(|name| discord.person(name).id);
    let role = bot
        .post(&format!("{guild}/roles"), json!({"name": "Guards"}))
        .await
        .body;
    let role = id(&role);
    bot.patch(&format!("{guild}/roles/{role}"), json!({"hoist": true}))
        .await;
    bot.put(&format!("{guild}/members/{ben}/roles/{role}"), Value::Null)
        .await;
    bot.patch(&format!("{guild}/members/{ben}"), json!({"nick": "Benny"}))
        .await;
    bot.delete(&format!("{guild}/roles/{role}")).await;
    let channel = bot
        .post(&format!("{guild}/channels"), json!({"name": "news"}))
        .await
        .body;
    let channel = id(&channel);
    let one = format!("/channels/{channel}");
    bot.patch(&one, json!({"topic": "What is new"})).await;
    let overwrite = format!("{one}/permissions/{cleo}");
    for deny in ["1", "2"] {
        bot.put(&overwrite, json!({"type": 1, "deny": deny})).await;
    }
    bot.delete(&overwrite).await;
    let invite = bot.post(&format!("{one}/invites"), json!({})).await.body;
    let code = invite["code"].as_str().unwrap();
    bot.delete(&format!("/invites/{code}")).await;
    bot.delete(&one).await;
    bot.patch(&guild, json!({"name": "The Lab"})).await;
    bot.delete(&format!("{guild}/members/{ben}")).await;
    bot.put(&format!("{guild}/bans/{ben}"), json!({})).await;
    bot.delete(&format!("{guild}/bans/{ben}")).await;

    let me = bot.ready["user"]["id"].clone();
    let mut told = Vec::new();
    for (action, target) in [
        (30, json!(role)),
        (31, json!(role)),
        (25, json!(ben)),
        (24, json!(ben)),
        (32, json!(role)),
        (10, json!(channel)),
        (11, json!(channel)),
        (13, json!(channel)),
        (14, json!(channel)),
        (15, json!(channel)),
        (40, Value::Null),
        (42, Value::Null),
        (12, json!(channel)),
        (1, json!(bot.guild)),
        (20, json!(ben)),
        (22, json!(ben)),
        (23, json!(ben)),
    ] {
        let name = "GUILD_AUDIT_LOG_ENTRY_CREATE";
        let mut entry = bot.socket.dispatch(name).await["d"].clone();
        assert_eq!(
            (&entry["action_type"], &entry["target_id"]),
            (&json!(action), &target)
        );
        assert_eq!(entry["user_id"], me);
        assert_eq!(
            entry.as_object_mut().unwrap().remove("guild_id"),
            Some(json!(bot.guild))
        );
        told.push(entry);
    }
    let change = json!([{"key": "hoist", "old_value": false, "new_value": true}]);
    assert_eq!(told[1]["changes"], change);
    let added = json!([{"key": "$add", "new_value": [{"id": role, "name": "Guards"}]}]);
    assert_eq!(told[2]["changes"], added);
    assert_eq!(
        told[3]["changes"],
        json!([{"key": "nick", "new_value": "Benny"}])
    );
    assert_eq!(told[7]["options"], json!({"id": cleo, "type": "1"}));
    // The log holds the same, the newest first.
    let log = bot.get(&format!("{guild}/audit-logs")).await;
    assert_eq!(log.status, 200, "{}", log.body);
    told.reverse();
    assert_eq!(log.body["audit_log_entries"], json!(told));
    let users = log.body["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(id)
        .collect::<Vec<_>>();
    assert!(users.contains(&ben.to_string()) && users.contains(&me.as_str().unwrap().to_owned()));
    for list in [
        "integrations",
        "webhooks",
        "guild_scheduled_events",
        "threads",
        "application_commands",
        "auto_moderation_rules",
    ] {
        assert!(log.body[list].is_array(), "{list}");
    }
}

#[tokio::test]
async fn a60_f22_a_changed_guild_is_told_of_and_the_log_says_what_changed() {
    let (discord, mut bot) = start_with(VIEW_AUDIT_LOG).await;
    let lab = discord.guild("Cogbox Lab");
    let ann = lab.moderator(&discord.person("ann")).because("spring");
    ann.renames_guild("The Lab");
    ann.sets_verification(3);
    let guild = bot.socket.dispatch("GUILD_UPDATE").await["d"].clone();
    assert_eq!(
        (&guild["id"], &guild["name"]),
        (&json!(bot.guild), &json!("The Lab"))
    );
    assert!(guild["owner_id"].is_string() && guild["icon"].is_null());
    for (key, before, after) in [
        ("name", json!("Cogbox Lab"), json!("The Lab")),
        ("verification_level", json!(0), json!(3)),
    ] {
        let entry = bot.socket.dispatch("GUILD_AUDIT_LOG_ENTRY_CREATE").await["d"].clone();
        let change = json!([{ "key": key, "old_value": before, "new_value": after }]);
        assert_eq!(
            (&entry["action_type"], &entry["target_id"], &entry["reason"]),
            (&json!(1), &json!(bot.guild), &json!("spring"))
        );
        assert_eq!(entry["changes"], change);
    }
    // What is not changed is not written.
    ann.sets_verification(3);
    let helpers = lab.role("Helpers");
    ann.overwrites(&lab.channel("general"), helpers, 1, 2);
    let entry = bot.socket.dispatch("GUILD_AUDIT_LOG_ENTRY_CREATE").await["d"].clone();
    assert_eq!(entry["action_type"], 13);
    assert_eq!(
        entry["options"],
        json!({ "id": helpers, "type": "0", "role_name": "Helpers" })
    );
}

#[tokio::test]
async fn f22_what_people_delete_of_others_is_written_and_not_what_is_their_own() {
    let (discord, mut bot) = start_with(VIEW_AUDIT_LOG).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let [ann, ben] = ["ann", "ben"].map(|name| discord.person(name).in_channel(&general));
    let [own, others] = [ben.says("own").await, ben.says("others").await];
    ben.deletes(own);
    ann.deletes(others);
    for message in [own, others] {
        let gone = bot.socket.dispatch("MESSAGE_DELETE").await["d"].clone();
        assert_eq!(gone["id"], json!(message));
    }
    let entry = bot.socket.dispatch("GUILD_AUDIT_LOG_ENTRY_CREATE").await["d"].clone();
    assert_eq!(
        (
            &entry["action_type"],
            &entry["user_id"],
            &entry["target_id"]
        ),
        (&json!(72), &json!(ann.id), &json!(ben.id))
    );
    let log = format!("/guilds/{}/audit-logs", bot.guild);
    let log = bot.get(&log).await.body;
    assert_eq!(log["audit_log_entries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn b33_a_reason_is_url_encoded_and_at_most_512_characters() {
    let (discord, mut bot) = start_with(KICK_MEMBERS | VIEW_AUDIT_LOG).await;
    let path = format!("/guilds/{}/members/{}", bot.guild, discord.person("ben").id);
    let long = "%C3%A9".repeat(513);
    let refused = bot.because(&long, Method::DELETE, &path, json!({})).await;
    refused.faults_at("reason");
    let reason = "%C3%A9".repeat(512);
    let kicked = bot.because(&reason, Method::DELETE, &path, json!({})).await;
    assert_eq!(kicked.status, 204, "{}", kicked.body);
    let told = bot.socket.dispatch("GUILD_AUDIT_LOG_ENTRY_CREATE").await;
    assert_eq!(told["d"]["reason"], "é".repeat(512));
    let cleo = format!(
        "/guilds/{}/members/{}",
        bot.guild,
        discord.person("cleo").id
    );
    bot.because("too%20loud%21", Method::DELETE, &cleo, json!({}))
        .await;
    let told = bot.socket.dispatch("GUILD_AUDIT_LOG_ENTRY_CREATE").await;
    assert_eq!(told["d"]["reason"], "too loud!");
}

#[tokio::test]
async fn b28_f22_the_log_comes_in_pages_and_parts() {
    let (discord, bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/guilds/{}/audit-logs", bot.guild);
    assert_eq!(bot.get(&path).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", VIEW_AUDIT_LOG, false);
    let ann = discord.person("ann");
    let moderator = lab.moderator(&ann).because("a test");
    let (ben, cleo) = (discord.person("ben"), discord.person("cleo"));
    moderator.renames(&ben, "B");
    moderator.renames(&cleo, "C");
    moderator.kicks(&ben);
    let ids = async |query: &str| {
        let log = bot.get(&format!("{path}?{query}")).await.body;
        let entries = log["audit_log_entries"].as_array().unwrap().iter();
        entries.map(id).collect::<Vec<_>>()
    };
    let all = ids("").await;
    assert_eq!(all.len(), 3);
    let [kick, second, first] = [0, 1, 2].map(|n| all[n].clone());
    assert_eq!(ids("limit=1").await, all[..1]);
    assert_eq!(
        ids(&format!("before={kick}")).await,
        [second.clone(), first.clone()]
    );
    assert_eq!(
        ids(&format!("after={first}")).await,
        [second.clone(), kick.clone()]
    );
    assert_eq!(ids("action_type=20").await, all[..1]);
    assert_eq!(ids(&format!("target_id={}", cleo.id)).await, [second]);
    assert_eq!(ids(&format!("user_id={}", ann.id)).await, all);
    assert_eq!(
        ids(&format!("user_id={}", ben.id)).await,
        Vec::<String>::new()
    );
    for limit in [0, 101] {
        bot.get(&format!("{path}?limit={limit}"))
            .await
            .faults_at("limit");
    }
}

#[tokio::test]
async fn a60_bans_and_the_log_are_told_to_those_who_may_see_them() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let ann = lab.moderator(&discord.person("ann"));
    let ben = discord.person("ben");
    for (rights, told) in [
        (MANAGE_ROLES, vec![]),
        (BAN_MEMBERS, vec!["GUILD_BAN_ADD", "GUILD_BAN_REMOVE"]),
        (
            VIEW_AUDIT_LOG,
            vec![
                "GUILD_BAN_ADD",
                "GUILD_AUDIT_LOG_ENTRY_CREATE",
                "GUILD_BAN_REMOVE",
                "GUILD_AUDIT_LOG_ENTRY_CREATE",
            ],
        ),
    ] {
        lab.set_role("Cogbox", rights, false);
        bot.socket.dispatch("GUILD_ROLE_UPDATE").await;
        ann.bans(&ben);
        ann.unbans(&ben);
        lab.set_role("Helpers", 0, false);
        let mut between = bot.socket.names_before("GUILD_ROLE_UPDATE").await;
        between.retain(|name| name != "GUILD_MEMBER_REMOVE");
        assert_eq!(between, told);
    }
}

#[tokio::test]
async fn f22_what_is_done_to_messages_is_written_too() {
    let (discord, mut bot) = start_with(ADMINISTRATOR).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ben = discord.person("ben");
    let here = ben.in_channel(&general);
    let [one, two, three] = [
        here.says("1").await,
        here.says("2").await,
        here.says("3").await,
    ];
    let channel = format!("/channels/{}", general.id);
    let pin = format!("{channel}/messages/pins/{one}");
    for _ in 0..2 {
        bot.put(&pin, Value::Null).await;
    }
    bot.delete(&pin).await;
    let delete = format!("{channel}/messages/{one}");
    bot.because("off%20topic", Method::DELETE, &delete, Value::Null)
        .await;
    let many = json!({"messages": [two, three]});
    bot.post(&format!("{channel}/messages/bulk-delete"), many)
        .await;
    // What the bot wrote itself is its own to delete.
    let own = bot
        .post(&format!("{channel}/messages"), json!({"content": "x"}))
        .await
        .body;
    bot.delete(&format!("{channel}/messages/{}", id(&own)))
        .await;
    let on = |message| json!({"channel_id": general.id, "message_id": message});
    for (action, target, options) in [
        (74, ben.id, on(one)),
        (75, ben.id, on(one)),
        (72, ben.id, json!({"channel_id": general.id, "count": "1"})),
        (73, general.id, json!({"count": "2"})),
    ] {
        let entry = bot.socket.dispatch("GUILD_AUDIT_LOG_ENTRY_CREATE").await["d"].clone();
        assert_eq!(entry["action_type"], action);
        assert_eq!(
            (&entry["target_id"], &entry["options"]),
            (&json!(target), &options)
        );
        let reason = if action == 72 {
            json!("off topic")
        } else {
            Value::Null
        };
        assert_eq!(entry["reason"], reason);
    }
    let log = format!("/guilds/{}/audit-logs", bot.guild);
    let log = bot.get(&log).await.body;
    assert_eq!(log["audit_log_entries"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a20_a60_bans_invites_and_the_log_have_intents_of_their_own() {
    let (discord, _) = start_with(ADMINISTRATOR).await;
    let lab = discord.guild("Cogbox Lab");
    let ben = discord.person("ben");
    let general = lab.channel("general");
    for (intents, told) in [
        (GUILDS, vec!["GUILD_CREATE"]),
        (
            GUILDS | GUILD_INVITES,
            vec!["GUILD_CREATE", "INVITE_CREATE"],
        ),
        (
            GUILDS | GUILD_EXPRESSIONS,
            vec!["GUILD_CREATE", "GUILD_EMOJIS_UPDATE"],
        ),
        (
            GUILDS | GUILD_MODERATION,
            vec![
                "GUILD_CREATE",
                "GUILD_AUDIT_LOG_ENTRY_CREATE",
                "GUILD_AUDIT_LOG_ENTRY_CREATE",
                "GUILD_BAN_ADD",
                "GUILD_AUDIT_LOG_ENTRY_CREATE",
                "GUILD_BAN_REMOVE",
                "GUILD_AUDIT_LOG_ENTRY_CREATE",
            ],
        ),
    ] {
        let mut bot = Bot::connect_with(&discord, intents).await;
        let invite = json!({"unique": true});
        bot.post(&format!("/channels/{}/invites", general.id), invite)
            .await;
        lab.add_emoji("cog");
        let ban = format!("/guilds/{}/bans/{}", bot.guild, ben.id);
        bot.put(&ban, json!({})).await;
        bot.delete(&ban).await;
        lab.add_role("Last", 0);
        let between = bot.socket.names_before("GUILD_ROLE_CREATE").await;
        assert_eq!(between, told);
    }
}
