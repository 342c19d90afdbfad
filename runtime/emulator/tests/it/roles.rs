//! Roles: made, changed, moved, handed out, and all of it only below the bot's own.

use cogbox_emulator::Emulator;
use cogbox_emulator::model::intents::{GUILD_MESSAGES, GUILDS};
use cogbox_emulator::model::permissions::{
    BAN_MEMBERS, EVERYONE, KICK_MEMBERS, MANAGE_CHANNELS, MANAGE_ROLES, VIEW_AUDIT_LOG,
    VIEW_CHANNEL,
};
use serde_json::{Value, json};

use crate::client::{Bot, id, options, start_with};

#[tokio::test]
async fn f16_a_role_is_made_with_what_everyone_may_or_what_is_asked() {
    let (discord, mut bot) = start_with(MANAGE_ROLES | KICK_MEMBERS).await;
    let path = format!("/guilds/{}/roles", bot.guild);
    let plain = bot.post(&path, json!({})).await;
    assert_eq!(plain.status, 200, "{}", plain.body);
    assert_eq!(plain.body["name"], "new role");
    assert_eq!(plain.body["permissions"], EVERYONE.to_string());
    assert_eq!(plain.body["position"], 1);
    assert_eq!(plain.body["managed"], false);
    let told = bot.socket.dispatch("GUILD_ROLE_CREATE").await["d"].clone();
    assert_eq!(told, json!({"guild_id": bot.guild, "role": plain.body}));
    let wanted = json!({
        "name": "Guards",
        "permissions": KICK_MEMBERS.to_string(),
        "colors": {"primary_color": 0xff_0000, "secondary_color": null, "tertiary_color": null},
        "hoist": true,
        "mentionable": true,
    });
    let made = bot.post(&path, wanted).await.body;
    assert_eq!(made["name"], "Guards");
    assert_eq!(made["permissions"], "2");
    assert_eq!(
        (&made["color"], &made["colors"]["primary_color"]),
        (&json!(0xff_0000), &json!(0xff_0000))
    );
    assert_eq!(
        (&made["hoist"], &made["mentionable"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(bot.get(&format!("{path}/{}", id(&made))).await.body, made);
    for (body, field) in [
        (json!({"name": "x".repeat(101)}), "name"),
        (json!({"permissions": "many"}), "permissions"),
        (json!({"color": 0x100_0000}), "color"),
        (json!({"colors": {}}), "colors.primary_color"),
        (json!({"hoist": 1}), "hoist"),
    ] {
        bot.post(&path, body).await.faults_at(field);
    }
    let lab = discord.guild("Cogbox Lab");
    for n in 6..250 {
        lab.add_role(&format!("r{n}"), 0);
    }
    assert_eq!(bot.post(&path, json!({})).await.status, 200);
    assert_eq!(bot.post(&path, json!({})).await.refusal(), (400, 30005));
}

#[tokio::test]
async fn f06_roles_are_changed_only_below_the_own_and_give_only_own_rights() {
    let (discord, mut bot) = start_with(MANAGE_ROLES | KICK_MEMBERS).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/guilds/{}/roles", bot.guild);
    let helpers = format!("{path}/{}", lab.role("Helpers"));
    let edit = json!({"name": "Guards", "permissions": KICK_MEMBERS.to_string()});
    let changed = bot.patch(&helpers, edit.clone()).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let told = bot.socket.dispatch("GUILD_ROLE_UPDATE").await["d"].clone();
    assert_eq!(told, json!({"guild_id": bot.guild, "role": changed.body}));
    // Not what the bot may not do itself, neither to a role that is there nor to a new one.
    let beyond = json!({"permissions": (KICK_MEMBERS | BAN_MEMBERS).to_string()});
    assert_eq!(
        bot.patch(&helpers, beyond.clone()).await.refusal(),
        (403, 50013)
    );
    assert_eq!(bot.post(&path, beyond).await.refusal(), (403, 50013));
    // Not the own role, and none above it.
    let own = format!("{path}/{}", lab.role("Cogbox"));
    assert_eq!(bot.patch(&own, edit.clone()).await.refusal(), (403, 50013));
    lab.move_role("Guards", 7);
    assert_eq!(
        bot.patch(&helpers, edit.clone()).await.refusal(),
        (403, 50013)
    );
    assert_eq!(bot.delete(&helpers).await.refusal(), (403, 50013));
    let ben = discord.person("ben").id;
    let member = format!("/guilds/{}/members/{ben}", bot.guild);
    let guards = lab.role("Guards");
    let give = format!("{member}/roles/{guards}");
    assert_eq!(bot.put(&give, Value::Null).await.refusal(), (403, 50013));
    let list = json!({"roles": [guards]});
    assert_eq!(
        bot.patch(&member, list.clone()).await.refusal(),
        (403, 50013)
    );
    lab.move_role("Guards", 1);
    assert_eq!(
        bot.patch(&member, list).await.body["roles"],
        json!([guards])
    );
    lab.set_role("Cogbox", 0, false);
    assert_eq!(bot.patch(&helpers, edit).await.refusal(), (403, 50013));
    assert_eq!(bot.delete(&give).await.refusal(), (403, 50013));
}

#[tokio::test]
async fn f07_roles_of_bots_and_everyone_cannot_be_handed_out() {
    let (discord, bot) = start_with(MANAGE_ROLES).await;
    let lab = discord.guild("Cogbox Lab");
    let ben = discord.person("ben").id;
    let member = format!("/guilds/{}/members/{ben}", bot.guild);
    for role in [lab.role("@everyone"), lab.role("Cogbox")] {
        let give = format!("{member}/roles/{role}");
        assert_eq!(bot.put(&give, Value::Null).await.refusal(), (400, 50028));
        assert_eq!(bot.delete(&give).await.refusal(), (400, 50028));
        let list = json!({"roles": [role]});
        assert_eq!(bot.patch(&member, list).await.refusal(), (400, 50028));
    }
    let everyone = format!("/guilds/{}/roles/{}", bot.guild, bot.guild);
    assert_eq!(bot.delete(&everyone).await.refusal(), (400, 50028));
}

#[tokio::test]
async fn f15_a_role_is_given_and_taken_with_204_also_when_nothing_changes() {
    let (discord, mut bot) = start_with(MANAGE_ROLES).await;
    let lab = discord.guild("Cogbox Lab");
    let (ben, helpers) = (discord.person("ben").id, lab.role("Helpers"));
    let give = format!("/guilds/{}/members/{ben}/roles/{helpers}", bot.guild);
    for _ in 0..2 {
        let given = bot.put(&give, Value::Null).await;
        assert_eq!((given.status, given.body), (204, json!("")));
    }
    let told = bot.socket.dispatch("GUILD_MEMBER_UPDATE").await["d"].clone();
    assert_eq!(told["roles"], json!([helpers]));
    assert_eq!(told["user"]["username"], "ben");
    for _ in 0..2 {
        assert_eq!(bot.delete(&give).await.status, 204);
    }
    let told = bot.socket.dispatch("GUILD_MEMBER_UPDATE").await["d"].clone();
    assert_eq!(told["roles"], json!([]));
    lab.add_role("Last", 0);
    let between = bot.socket.names_before("GUILD_ROLE_CREATE").await;
    assert_eq!(between, Vec::<String>::new());
    let unknown = format!("/guilds/{}/members/{ben}/roles/42", bot.guild);
    assert_eq!(bot.put(&unknown, Value::Null).await.refusal(), (404, 10011));
    let nobody = format!("/guilds/{}/members/42/roles/{helpers}", bot.guild);
    assert_eq!(bot.put(&nobody, Value::Null).await.refusal(), (404, 10007));
    let list = format!("/guilds/{}/members/{ben}", bot.guild);
    let roles = json!({"roles": ["42"]});
    assert_eq!(bot.patch(&list, roles).await.refusal(), (404, 10011));
}

#[tokio::test]
async fn f06_people_hand_out_roles_below_their_own() {
    let (discord, mut bot) = start_with(VIEW_AUDIT_LOG).await;
    let lab = discord.guild("Cogbox Lab");
    lab.add_role("Staff", MANAGE_ROLES);
    lab.move_role("Staff", 4);
    let (ben, cleo) = (discord.person("ben"), discord.person("cleo"));
    lab.give_role(&cleo, "Staff");
    let moderator = lab.moderator(&cleo).because("welcome");
    moderator.gives_role(&ben, "Helpers");
    let told = bot.socket.dispatch("GUILD_AUDIT_LOG_ENTRY_CREATE").await["d"].clone();
    assert_eq!(
        (&told["action_type"], &told["reason"]),
        (&json!(25), &json!("welcome"))
    );
    assert_eq!(told["user_id"], json!(cleo.id));
    moderator.takes_role(&ben, "Helpers");
    let told = bot.socket.dispatch("GUILD_AUDIT_LOG_ENTRY_CREATE").await["d"].clone();
    assert_eq!(told["changes"][0]["key"], "$remove");
    assert_eq!(
        moderator.cannot_give_role(&ben, "Staff"),
        "cleo has no say over the role Staff."
    );
}

#[tokio::test]
async fn f17_roles_are_moved_in_a_list_with_an_update_each() {
    let (discord, mut bot) = start_with(MANAGE_ROLES).await;
    let lab = discord.guild("Cogbox Lab");
    lab.move_role("Cogbox", 5);
    let (helpers, guards) = (lab.role("Helpers"), lab.add_role("Guards", 0));
    let path = format!("/guilds/{}/roles", bot.guild);
    let order = json!([{"id": helpers, "position": 2}, {"id": guards, "position": 3}]);
    bot.socket.dispatch("GUILD_ROLE_CREATE").await;
    let moved = bot.patch(&path, order).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    assert_eq!(moved.body.as_array().unwrap().len(), 4);
    for (role, position) in [(helpers, 2), (guards, 3)] {
        let told = bot.socket.dispatch("GUILD_ROLE_UPDATE").await["d"]["role"].clone();
        assert_eq!(
            (&told["id"], &told["position"]),
            (&json!(role), &json!(position))
        );
    }
    // The bot's role is older than the others, so it stands above them at the same position.
    let to = |role, position: u64| json!([{"id": role, "position": position}]);
    assert_eq!(
        bot.patch(&path, to(guards, 6)).await.refusal(),
        (403, 50013)
    );
    assert_eq!(
        bot.patch(&path, to(lab.role("Cogbox"), 1)).await.refusal(),
        (403, 50013)
    );
    assert_eq!(
        bot.patch(&path, to(lab.id, 1)).await.refusal(),
        (400, 50028)
    );
    let unknown = json!([{"id": "42", "position": 1}]);
    assert_eq!(bot.patch(&path, unknown).await.refusal(), (404, 10011));
    bot.patch(&path, json!([{"position": 1}]))
        .await
        .faults_at("0.id");
}

#[tokio::test]
async fn f06_a_deleted_role_is_gone_from_members_and_channels() {
    let (discord, mut bot) = start_with(MANAGE_ROLES | MANAGE_CHANNELS).await;
    let lab = discord.guild("Cogbox Lab");
    let (ben, helpers) = (discord.person("ben"), lab.role("Helpers"));
    lab.give_role(&ben, "Helpers");
    let channel = format!("/channels/{}", lab.channel("general").id);
    let overwrite = format!("{channel}/permissions/{helpers}");
    let hidden = json!({"type": 0, "deny": VIEW_CHANNEL.to_string()});
    assert_eq!(bot.put(&overwrite, hidden).await.status, 204);
    let role = format!("/guilds/{}/roles/{helpers}", bot.guild);
    let gone = bot.delete(&role).await;
    assert_eq!((gone.status, gone.body), (204, json!("")));
    let told = bot.socket.dispatch("GUILD_ROLE_DELETE").await["d"].clone();
    assert_eq!(told, json!({"guild_id": bot.guild, "role_id": helpers}));
    let member = format!("/guilds/{}/members/{}", bot.guild, ben.id);
    assert_eq!(bot.get(&member).await.body["roles"], json!([]));
    assert_eq!(
        bot.get(&channel).await.body["permission_overwrites"],
        json!([])
    );
    assert_eq!(bot.delete(&role).await.refusal(), (404, 10011));
    assert_eq!(bot.get(&role).await.refusal(), (404, 10011));
}

#[tokio::test]
async fn f20_the_bot_is_told_of_its_own_changes_and_loses_channels_in_silence() {
    let discord = Emulator::start(options()).await.unwrap();
    let lab = discord.guild("Cogbox Lab");
    let staff = lab.add_channel("staff");
    lab.add_role("Staff", 0);
    staff.set_everyone(0, VIEW_CHANNEL);
    staff.set_role("Staff", VIEW_CHANNEL, 0);
    // Without the members intent the bot still hears of itself.
    let mut bot = Bot::connect_with(&discord, GUILDS | GUILD_MESSAGES).await;
    let path = format!("/channels/{}", staff.id);
    assert_eq!(bot.get(&path).await.refusal(), (403, 50001));
    lab.give_bot_role("Staff");
    let told = bot.socket.dispatch("GUILD_MEMBER_UPDATE").await["d"].clone();
    assert_eq!(told["user"]["id"], bot.ready["user"]["id"]);
    let roles = told["roles"].as_array().unwrap();
    assert!(roles.contains(&json!(lab.role("Staff"))));
    assert_eq!(bot.get(&path).await.status, 200);
    lab.take_bot_role("Staff");
    bot.socket.dispatch("GUILD_MEMBER_UPDATE").await;
    assert_eq!(bot.get(&path).await.refusal(), (403, 50001));
    let ann = discord.person("ann");
    ann.in_channel(&staff).says("unheard").await;
    ann.in_channel(&lab.channel("general")).says("heard").await;
    let between = bot.socket.names_before("MESSAGE_CREATE").await;
    assert_eq!(between, Vec::<String>::new());
}
