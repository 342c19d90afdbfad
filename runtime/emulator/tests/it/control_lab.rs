//! The control API for programs that test a bot: setting the stage, and reading what happened.

use serde_json::{Value, json};

use crate::client::{id, says, slash};
use crate::control::{Page, start};

#[tokio::test]
async fn guilds_and_roles_are_made_and_changed() {
    let (discord, mut bot) = start().await;
    let page = Page::of(&discord, "ben");
    for wrong in ["", "x"] {
        let refused = page.post("/guilds", json!({"name": wrong})).await;
        assert_eq!(refused.status, 400);
        assert_eq!(
            refused.body["message"],
            "The name of a guild has 2 to 100 characters."
        );
    }
    let guild = id(&page.post("/guilds", json!({"name": "Garden"})).await.body);
    bot.socket.dispatch("GUILD_CREATE").await;
    let created = bot.socket.dispatch("GUILD_CREATE").await["d"].clone();
    assert_eq!(
        (&created["id"], &created["name"]),
        (&json!(guild), &json!("Garden"))
    );
    assert_eq!(created["owner_id"], page.person);

    let roles = format!("/guilds/{guild}/roles");
    let role = json!({"name": "Gardeners", "permissions": "8192"});
    let role = id(&page.post(&roles, role).await.body);
    let told = bot.socket.dispatch("GUILD_ROLE_CREATE").await["d"]["role"].clone();
    assert_eq!(
        (&told["id"], &told["permissions"]),
        (&json!(role), &json!("8192"))
    );
    let path = format!("{roles}/{role}");
    assert_eq!(
        page.post(&path, json!({"mentionable": true})).await.status,
        200
    );
    let told = bot.socket.dispatch("GUILD_ROLE_UPDATE").await["d"]["role"].clone();
    assert_eq!(
        (&told["mentionable"], &told["permissions"]),
        (&json!(true), &json!("8192"))
    );
    for (path, wrong) in [
        (&path, json!({"permissions": 8192})),
        (&path, json!({"permissions": "all"})),
        (&roles, json!({"name": ""})),
        (&format!("{roles}/42"), json!({"mentionable": true})),
        (&"/guilds/42/roles".to_owned(), json!({"name": "x"})),
    ] {
        assert_eq!(page.post(path, wrong.clone()).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_channel_becomes_another_kind_and_slow() {
    let (discord, mut bot) = start().await;
    let page = Page::of(&discord, "ann");
    let channel = format!("/channels/{}", page.channel);
    let shape = json!({"type": 5, "nsfw": true, "slow_mode": 30});
    assert_eq!(page.post(&channel, shape).await.status, 200);
    let shown = bot.get(&channel).await.body;
    assert_eq!(
        (
            &shown["type"],
            &shown["nsfw"],
            &shown["rate_limit_per_user"]
        ),
        (&json!(5), &json!(true), &json!(30))
    );
    bot.socket.dispatch("CHANNEL_UPDATE").await;
    for wrong in [
        json!({}),
        json!({"type": 4}),
        json!({"type": "text"}),
        json!({"nsfw": 1}),
        json!({"slow_mode": 21_601}),
    ] {
        assert_eq!(
            page.post(&channel, wrong.clone()).await.status,
            400,
            "{wrong}"
        );
    }
    let direct = id(&page.post("/dms", json!({})).await.body);
    let refused = page
        .post(&format!("/channels/{direct}"), json!({"nsfw": true}))
        .await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn people_edit_and_delete_what_they_wrote() {
    let (discord, mut bot) = start().await;
    let (ann, ben) = (Page::of(&discord, "ann"), Page::of(&discord, "ben"));
    let said = id(&ben
        .post(&ben.here("/messages"), json!({"content": "helo"}))
        .await
        .body);
    let path = |what: &str| ben.here(&format!("/messages/{said}/{what}"));
    let text = json!({"content": "hello"});
    let others = ann.post(&path("edit"), text.clone()).await;
    assert_eq!(
        others.status, 400,
        "not even the owner edits what others wrote"
    );
    assert_eq!(
        ben.post(&path("edit"), json!({"content": " "}))
            .await
            .status,
        400
    );
    let long = "x".repeat(2_001);
    assert_eq!(
        ben.post(&path("edit"), json!({"content": long}))
            .await
            .status,
        400
    );
    assert_eq!(ben.post(&path("edit"), text).await.status, 200);
    let update = bot.socket.dispatch("MESSAGE_UPDATE").await["d"].clone();
    assert_eq!(update["content"], "hello");
    assert!(update["edited_timestamp"].is_string());

    let mine = id(&ann
        .post(&ann.here("/messages"), json!({"content": "hi"}))
        .await
        .body);
    let refused = ben
        .post(&ben.here(&format!("/messages/{mine}/delete")), json!({}))
        .await;
    assert_eq!(
        refused.body["message"],
        "ben may not delete what others wrote here."
    );
    // ann owns the guild.
    assert_eq!(ann.post(&path("delete"), json!({})).await.status, 200);
    let gone = bot.socket.dispatch("MESSAGE_DELETE").await["d"].clone();
    assert_eq!(gone["id"], said);
    assert_eq!(ann.post(&path("delete"), json!({})).await.status, 400);
}

#[tokio::test]
async fn what_happened_is_read_back() {
    let (discord, mut bot) = start().await;
    bot.registers(json!([slash("ping")])).await;
    let page = Page::of(&discord, "ann");
    let forget = |token: &'static str| {
        let url = format!("{}/_local/requests", page.base);
        page.http.delete(url).header("authorization", token).send()
    };
    assert_eq!(forget("Local wrong").await.unwrap().status(), 403);
    let kept = page.get("/requests").await.body;
    assert_eq!(kept.as_array().unwrap().len(), discord.requests().len());
    assert_eq!(kept[0]["method"], "PUT");
    assert_eq!(forget("Local local.dev.token").await.unwrap().status(), 200);
    assert_eq!(page.get("/requests").await.body, json!([]));

    let general = discord.guild("Cogbox Lab").channel("general");
    let pending = discord
        .person("ann")
        .in_channel(&general)
        .starts("/ping")
        .await;
    let got = bot.interaction().await;
    assert_eq!(bot.answers(&got, says("pong")).await.status, 204);
    pending.answered().await;
    let requests = page.get("/requests?limit=1").await.body;
    let last = &requests[0];
    assert_eq!(
        (&last["method"], &last["status"], &last["body"]),
        (&json!("POST"), &json!(204), &says("pong"))
    );
    assert!(last["path"].as_str().unwrap().ends_with("/callback"));

    let one = page.get(&format!("/interactions/{}", id(&got))).await.body;
    assert_eq!(
        (&one["name"], &one["state"]),
        (&json!("ping"), &json!("answered"))
    );
    assert_eq!(page.get("/interactions/42").await.status, 400);

    let aloud = page.here(&format!("/transcript?as={}", page.person));
    let aloud = page.get(&aloud).await;
    assert_eq!(
        aloud.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    let ann = discord.person("ann").in_channel(&general);
    assert_eq!(aloud.body, Value::String(general.transcript_for(&ann)));
    assert!(aloud.body.as_str().unwrap().contains("pong"));
    let nobody = page.get(&page.here("/transcript?as=42")).await;
    assert_eq!(nobody.status, 400);

    let gateway = page.get("/sessions").await.body;
    let session = &gateway["sessions"][0];
    assert_eq!(session["id"], bot.ready["session_id"]);
    assert_eq!(
        (&session["shard"], &session["connected"]),
        (&json!([0, 1]), &json!(true))
    );
    assert_eq!(
        (&gateway["identifies"], &gateway["advice"]),
        (&json!(1), &json!([]))
    );
    assert_eq!(gateway["log"][0]["did"], "identify");
}

#[tokio::test]
async fn time_is_moved_on_while_the_clock_runs() {
    let (discord, mut bot) = start().await;
    bot.registers(json!([slash("ping")])).await;
    let page = Page::of(&discord, "ann");
    let general = discord.guild("Cogbox Lab").channel("general");
    let pending = discord
        .person("ann")
        .in_channel(&general)
        .starts("/ping")
        .await;
    let late = bot.interaction().await;
    let pass = json!({"fault": "pass_time", "seconds": 3});
    assert_eq!(page.post("/faults", pass).await.status, 200);
    assert!(pending.answered().await.failed().is_some());
    assert_eq!(
        bot.answers(&late, says("late")).await.refusal(),
        (404, 10062)
    );
}
