//! The stock cog `serverlog`: what happens in a server, written down where its admins chose.

use std::time::Duration;

use cogbox::store::Scope;
use cogbox_emulator::model::permissions::{
    ADMINISTRATOR, ATTACH_FILES, SEND_MESSAGES, VIEW_CHANNEL,
};
use cogbox_emulator::{Answer, Guild, Here, Moderator};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::{Bot, Setup};
use crate::shown::patiently;

const COG: &str = "serverlog";

fn setup() -> Setup {
    let mut setup = Setup::with(&[COG]);
    setup.share_code = true;
    // A reply that others don't see looks different after a defer.
    setup.deadlines.defer = Duration::from_secs(20);
    setup
}

/// A server whose log is #bots, where Ann may do everything.
struct Scene {
    bot: Bot,
    lab: Guild,
    ann: Here,
    ben: Here,
    log: Here,
    /// How much of the log was read.
    read: usize,
    /// How often the server changed, and the last time what it asks of moderators.
    changes: f64,
    asks: bool,
}

impl Scene {
    async fn begins(what: &[&str]) -> Self {
        let mut scene = Self::of(setup().start().await);
        scene.lab.add_role("Bots", ADMINISTRATOR);
        scene.lab.move_role("Bots", 9);
        scene.lab.give_bot_role("Bots");
        for what in what {
            scene.sets(what, "bots").await;
        }
        scene.written().await;
        scene
    }

    fn of(bot: Bot) -> Self {
        // Two seconds gather what belongs together: a busy machine needs more.
        bot.app.services.clock.slow(20);
        let lab = bot.discord.guild("Cogbox Lab");
        let log = bot.discord.person("ann").in_channel(&lab.channel("bots"));
        Self {
            ann: bot.here("ann"),
            ben: bot.here("ben"),
            lab,
            log,
            bot,
            read: 0,
            changes: 0.0,
            asks: false,
        }
    }

    /// The same server after the bot was started anew.
    async fn restarts(self) -> Self {
        let mut scene = Self::of(self.bot.restarts(setup()).await);
        scene.read = self.read;
        scene
    }

    async fn sets(&self, what: &str, channel: &str) -> String {
        let typed = format!("/serverlog set what:{what} channel:#{channel}");
        self.bot.reads(&self.ann.runs(&typed).await)
    }

    fn mods(&self) -> Moderator {
        self.lab.moderator(&self.bot.discord.person("ann"))
    }

    /// Waits until the cog has heard of all that happened.
    async fn heard(&mut self) {
        // A change that is not shown, after everything else.
        self.asks = !self.asks;
        self.lab.set_mfa(self.asks);
        self.changes += 1.0;
        let heard = calls("guild-updated.updated");
        let all = patiently(|| self.bot.metric(&heard) >= self.changes).await;
        assert!(all, "not all was heard of");
    }

    /// Waits until all that happened is written down, and returns what is new in the log.
    async fn written(&mut self) -> String {
        self.heard().await;
        self.bot.app.services.clock.jump(5);
        let mut rest = 10_000;
        while self.is_at_work().await {
            rest -= 1;
            assert!(rest > 0, "it is never written");
            // What waits for more is gathered once more.
            if rest % 100 == 0 {
                self.bot.app.services.clock.jump(2);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.new_lines()
    }

    fn new_lines(&mut self) -> String {
        let all = self.bot.transcript(&self.log);
        let new = all[self.read..].to_owned();
        self.read = all.len();
        new
    }

    async fn is_at_work(&self) -> bool {
        let store = &self.bot.app.services.store;
        let guild = Scope {
            guild: self.lab.id.0,
            user: 0,
        };
        // In this order: a call that writes sets its timer before it takes the mark away.
        let soon = store.get(COG, guild, "soon:write").await.unwrap();
        let timers = store.timer_counts().await.unwrap();
        soon.is_some() || timers.get(COG).is_some_and(|count| *count > 0)
    }

    fn is_well(&self) {
        assert!(self.bot.cog(COG).last_fault().is_none());
    }

    fn dispatches(&self, name: &str, data: Value) {
        self.bot.discord.dispatch_raw(name, &data);
    }

    /// Has the server change, as far as one counts on it.
    fn server_changes(&mut self, times: f64) {
        self.changes += times;
    }
}

fn calls(export: &str) -> String {
    format!("cogbox_cog_calls_total{{cog=\"{COG}\",export=\"{export}\",outcome=\"ok\"}}")
}

fn menu_of(answer: &Answer) -> String {
    let menu = &answer.message()["components"][0]["components"][0];
    menu["custom_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_change_are_written_down() {
    let mut scene = Scene::begins(&["All about messages"]).await;
    let ben = &scene.ben;
    let first = ben.says("Buy *this*").await;
    ben.edits(first, "Buy that");
    ben.deletes(first);
    let second = ben.says("@everyone look <@1>").await;
    scene.ann.deletes(second);
    let third = ben.sends("", &[("cat.png", "image/png")]);
    ben.deletes(third);
    assert_snapshot!(scene.written().await, @"
    Cogbox: | ✏️ Message edited
      | **Author:** <@ben> (ben)
      | **Channel:** <#general> · https://discord.com/channels/LAB/general/ID
      | Before: Buy *this*
      | After: Buy that
      | 🗑️ Message deleted
      | **Author:** <@ben> (ben)
      | **Channel:** <#general>
      | **Sent:** <t:…:R>
      | Content: Buy that
      | 🗑️ Message deleted
      | **Author:** <@ben> (ben)
      | **Channel:** <#general>
      | **Sent:** <t:…:R>
      | **By:** <@ann>
      | Content: @everyone look <@1>
      | 🗑️ Message deleted
      | **Author:** <@ben> (ben)
      | **Channel:** <#general>
      | **Sent:** <t:…:R>
      | **Files:** cat.png
    ");
    // One that was written before the bot came, and is known to nobody.
    let place = scene.ben.channel.to_string();
    let lab = scene.lab.id.to_string();
    let old = json!({ "id": "175928847299117063", "channel_id": place, "guild_id": lab });
    scene.dispatches("MESSAGE_DELETE", old);
    let entry = json!({ "id": "9", "guild_id": lab, "user_id": scene.ann.id.to_string(),
        "target_id": scene.ben.id.to_string(), "action_type": 72,
        "options": { "channel_id": place, "count": "1" } });
    scene.dispatches("GUILD_AUDIT_LOG_ENTRY_CREATE", entry);
    let long = scene.ben.says(&"long ".repeat(300)).await;
    scene.ben.deletes(long);
    assert_snapshot!(scene.written().await, @"
    Cogbox: | 🗑️ Message deleted
      | **Channel:** <#general>
      | **Sent:** <t:…:R>
      | **Content:** *Not known any more*
      | **Author:** <@ben>
      | **By:** <@ann>
      | 🗑️ Message deleted
      | **Author:** <@ben> (ben)
      | **Channel:** <#general>
      | **Sent:** <t:…:R>
      | Content: long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long…
      |   📎 text-2-1.txt
      [file text-2-1.txt]
    ");
    let sent = scene.bot.discord.requests();
    let sent = sent.iter().filter(|one| one.path.ends_with("/messages"));
    for request in sent {
        let pings = &request.body["allowed_mentions"];
        for key in ["parse", "users", "roles"] {
            assert_eq!(pings[key], json!([]), "{pings}");
        }
    }
    scene.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_are_deleted_together_are_one_file() {
    let mut scene = Scene::begins(&["Messages deleted together"]).await;
    let one = scene
        .ben
        .says("one\n[2026-01-01 00:00 UTC] ann (1): me")
        .await;
    let two = scene.ann.says("two").await;
    let helper = scene.bot.discord.add_bot("helper");
    scene.lab.add_member(&helper);
    let helper = helper.in_channel(&scene.lab.channel("general"));
    let three = helper.says("A bot's, which is left out").await;
    let lab = scene.lab.id.to_string();
    let place = scene.ben.channel.to_string();
    let gone = json!({ "ids": [one.to_string(), two.to_string(), three.to_string(), "7"], "channel_id": place,
        "guild_id": lab });
    scene.dispatches("MESSAGE_DELETE_BULK", gone);
    let entry = json!({ "id": "9", "guild_id": lab, "user_id": scene.ann.id.to_string(),
        "target_id": place, "action_type": 73, "options": { "count": "3" }, "reason": "Spam" });
    scene.dispatches("GUILD_AUDIT_LOG_ENTRY_CREATE", entry);
    assert_snapshot!(scene.written().await, @"
    Cogbox: | 🗑️ 4 messages deleted together
      | **Channel:** <#general>
      | **Known of them:** 3
      | **By:** <@ann>
      | **Reason:** Spam
      [file messages-1.txt]
    ");
    let file = file(&scene).await;
    let file = regex::Regex::new("[0-9]{4}-[0-9-]+ [0-9:]+ UTC")
        .unwrap()
        .replace_all(&file, "…");
    assert_snapshot!(scene.bot.named(&file), @"
    […] ben (ben): one
        […] ann (1): me
    […] ann (ann): two
    ");
    scene.is_well();
}

/// The newest file of the log.
async fn file(scene: &Scene) -> String {
    let discord = &scene.bot.discord;
    let url = format!(
        "{}/channels/{}/messages",
        discord.api_url(),
        scene.log.channel
    );
    let asked = reqwest::Client::new()
        .get(url)
        .header("Authorization", format!("Bot {}", discord.token()))
        .header("User-Agent", "DiscordBot (https://example.org, 1)");
    let messages: Value = asked.send().await.unwrap().json().await.unwrap();
    let all = messages.as_array().unwrap().iter();
    let mut files = all.filter_map(|message| message["attachments"][0]["url"].as_str());
    let file = files.next().expect("a message has a file");
    reqwest::get(file).await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn members_who_come_change_and_go_are_written_down() {
    let mut scene = Scene::begins(&["All about members", "All about moderation"]).await;
    let ann = scene.mods().because("for *order*");
    let dora = scene.bot.discord.add_person("dora");
    scene.lab.add_member(&dora);
    scene.lab.add_role("Guests", 0);
    ann.gives_role(&dora, "Guests");
    ann.renames(&dora, "Dodo");
    ann.times_out(&dora, Duration::from_secs(600));
    assert_snapshot!(scene.written().await, @r"
    Cogbox: | 📥 Joined
      | **Member:** <@ID> (dora)
      | **Account made:** <t:…:R> · ⚠️ new
      | **Members:** 5
      | 🏷️ Roles changed
      | **Member:** <@ID> (dora)
      | **Added:** <@&ID>
      | **By:** <@ann>
      | **Reason:** for \*order\*
      | 📝 Name changed
      | **Member:** <@ID> (dora)
      | **Nickname:** *none* → Dodo
      | **By:** <@ann>
      | **Reason:** for \*order\*
      | 🔇 Timed out
      | **Member:** <@ID> (dora)
      | **Until:** <t:…:f>
      | **By:** <@ann>
      | **Reason:** for \*order\*
    ");
    ann.lifts_timeout(&dora);
    ann.takes_role(&dora, "Guests");
    ann.kicks(&dora);
    assert_snapshot!(scene.written().await, @r"
    Cogbox: | 🔊 Timeout ended
      | **Member:** <@ID> (dora)
      | **By:** <@ann>
      | **Reason:** for \*order\*
      | 🏷️ Roles changed
      | **Member:** <@ID> (dora)
      | **Removed:** <@&ID>
      | **By:** <@ann>
      | **Reason:** for \*order\*
      | 👢 Kicked
      | **Member:** <@ID> (dora)
      | **By:** <@ann>
      | **Reason:** for \*order\*
    ");
    scene.lab.add_member(&dora);
    ann.bans(&dora);
    assert_snapshot!(scene.written().await, @r"
    Cogbox: | 📥 Joined
      | **Member:** <@ID> (dora)
      | **Account made:** <t:…:R> · ⚠️ new
      | **Members:** 4
      | 🔨 Banned
      | **Member:** <@ID> (dora)
      | **By:** <@ann>
      | **Reason:** for \*order\*
    ");
    ann.unbans(&dora);
    scene.lab.add_member(&dora);
    scene.lab.remove_member(&dora);
    // Of whom nothing was known before the audit log alone tells what changed.
    ann.renames(&scene.bot.discord.person("cleo"), "Cleopatra");
    assert_snapshot!(scene.written().await, @r"
    Cogbox: | 🕊️ Ban lifted
      | **Member:** <@ID> (dora)
      | **By:** <@ann>
      | **Reason:** for \*order\*
      | 📥 Joined
      | **Member:** <@ID> (dora)
      | **Account made:** <t:…:R> · ⚠️ new
      | **Members:** 4
      | 📤 Left
      | **Member:** <@ID> (dora)
      | 📝 Name changed
      | **Member:** <@cleo> (cleo)
      | **Nickname:** *none* → Cleopatra
      | **By:** <@ann>
      | **Reason:** for \*order\*
    ");
    scene.is_well();
}

/// Somebody's state in voice, as Discord tells it.
fn voice(scene: &Scene, person: &Here, channel: Option<&str>, muted: (bool, bool)) -> Value {
    json!({ "guild_id": scene.lab.id.to_string(), "user_id": person.id.to_string(),
        "channel_id": channel, "session_id": "s", "deaf": false, "mute": muted.0,
        "self_deaf": false, "self_mute": muted.1, "self_video": false, "suppress": false,
        "request_to_speak_timestamp": null })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_into_voice_moves_and_leaves_is_written_down() {
    let mut scene = Scene::begins(&["Voice channels"]).await;
    let (lounge, hall) = ("10000000000000005", "10000000000000006");
    for (channel, muted) in [
        (Some(lounge), (false, false)),
        (Some(lounge), (false, true)),
        (Some(hall), (false, true)),
        (Some(hall), (true, true)),
        (None, (false, false)),
    ] {
        let state = voice(&scene, &scene.ben, channel, muted);
        scene.dispatches("VOICE_STATE_UPDATE", state);
    }
    let entry = json!({ "id": "9", "guild_id": scene.lab.id.to_string(),
        "user_id": scene.ann.id.to_string(), "target_id": scene.ben.id.to_string(),
        "action_type": 24, "changes": [{ "key": "mute", "old_value": false, "new_value": true }] });
    scene.dispatches("GUILD_AUDIT_LOG_ENTRY_CREATE", entry);
    assert_snapshot!(scene.written().await, @"
    Cogbox: | 🎙️ Came into voice
      | **Member:** <@ben>
      | **Channel:** <#ID>
      | 🎙️ Changed the voice channel
      | **Member:** <@ben>
      | **Channel:** <#ID> → <#ID>
      | 🎙️ Muted or deafened
      | **Member:** <@ben>
      | **Channel:** <#ID>
      | **Muted:** no → yes
      | **By:** <@ann>
      | 🎙️ Left voice
      | **Member:** <@ben>
      | **Channel:** <#ID>
    ");
    scene.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_roles_and_the_server_are_written_down() {
    let mut scene = Scene::begins(&["All about channels", "All about the server"]).await;
    let ann = scene.mods();
    ann.makes_channel("hall");
    let hall = scene.lab.channel("hall");
    let ann = ann.because("spring");
    ann.renames_channel(&hall, "the-hall");
    let helpers = scene.lab.role("Helpers");
    ann.overwrites(&hall, helpers, VIEW_CHANNEL, SEND_MESSAGES);
    let there = scene.bot.discord.person("ben").in_channel(&hall);
    let talk = there.starts_thread("talk");
    ann.deletes_thread(&talk);
    assert_snapshot!(scene.written().await, @r"
    Cogbox: | 📁 Channel made
      | **Name:** <#ID> (hall)
      | **By:** <@ann>
      | 📁 Channel changed
      | **Channel:** <#ID>
      | **Name:** hall → the\-hall
      | **By:** <@ann>
      | **Reason:** spring
      | 📁 Channel changed
      | **Channel:** <#ID>
      | **Permissions of:** <@&HELPERS>
      | **Allowed:** View Channel
      | **Denied:** Send Messages
      | **By:** <@ann>
      | **Reason:** spring
      | 🧵 Thread started
      | **Name:** <#ID> (talk)
      | **In:** <#ID>
      | **By:** <@ben>
      | 🧵 Thread deleted
      | **Name:** talk (ID)
      | **In:** <#ID>
      | **By:** <@ann>
      | **Reason:** spring
    ");
    // Whoever is named may be who did it.
    let (lab, doer) = (scene.lab.id.to_string(), scene.ann.id.to_string());
    let own = json!({ "id": "9", "guild_id": lab, "user_id": doer, "target_id": hall.id.to_string(),
        "action_type": 13, "options": { "id": doer, "type": "1" },
        "changes": [{ "key": "allow", "new_value": "1024" }] });
    scene.dispatches("GUILD_AUDIT_LOG_ENTRY_CREATE", own);
    assert_snapshot!(scene.written().await, @"
    Cogbox: | 📁 Channel changed
      | **Channel:** <#ID>
      | **Permissions of:** <@ann>
      | **Allowed:** View Channel
      | **By:** <@ann>
    ");
    ann.invites_to(&hall);
    ann.takes_back_invites();
    ann.deletes_channel(&hall);
    ann.makes_role("Guests");
    let guests = scene.lab.role("Guests");
    ann.renames_role(guests, "Friends");
    ann.deletes_role(guests);
    scene.lab.add_emoji("cog");
    scene.lab.channel("general").add_webhook("News");
    assert_snapshot!(invites_named(&scene.written().await), @r"
    Cogbox: | ✉️ Invite made
      | **Code:** CODE
      | **Channel:** <#ID>
      | **By:** <@ann>
      | **Reason:** spring
      | ✉️ Invite deleted
      | **Code:** CODE
      | **Channel:** <#ID>
      | **Uses:** 0
      | **By:** <@ann>
      | **Reason:** spring
      | 📁 Channel deleted
      | **Name:** the\-hall (ID)
      | **By:** <@ann>
      | **Reason:** spring
      | 🏷️ Role made
      | **Name:** <@&ID> (Guests)
      | **By:** <@ann>
      | **Reason:** spring
      | 🏷️ Role changed
      | **Role:** <@&ID>
      | **Name:** Guests → Friends
      | **By:** <@ann>
      | **Reason:** spring
      | 🏷️ Role deleted
      | **Id:** ID
      | **Name:** Friends
      | **By:** <@ann>
      | **Reason:** spring
      | 😀 Emoji added
      | **Name:** cog
      | **By:** <@ann>
      | 🪝 Webhook made
      | **Name:** News
      | **Channel:** <#general>
      | **By:** <@ann>
    ");
    ann.renames_guild("The *Lab*");
    ann.sets_verification(3);
    ann.renames_guild("Cogbox Lab");
    scene.server_changes(3.0);
    assert_snapshot!(scene.written().await, @r"
    Cogbox: | ⚙️ Server changed
      | **Name:** Cogbox Lab → The \*Lab\*
      | **By:** <@ann>
      | **Reason:** spring
      | ⚙️ Server changed
      | **Verification level:** none → high
      | **By:** <@ann>
      | **Reason:** spring
      | ⚙️ Server changed
      | **Name:** The \*Lab\* → Cogbox Lab
      | **By:** <@ann>
      | **Reason:** spring
    ");
    // It is told of in the server's new language.
    ann.sets_language("de");
    scene.server_changes(1.0);
    assert_snapshot!(scene.written().await, @r"
    Cogbox: | ⚙️ Server geändert
      | **Sprache:** en\-US → de
      | **Durch:** <@ann>
      | **Grund:** spring
    ");
    ann.sets_language("en-US");
    scene.server_changes(1.0);
    assert_snapshot!(scene.written().await, @r"
    Cogbox: | ⚙️ Server changed
      | **Language:** de → en\-US
      | **By:** <@ann>
      | **Reason:** spring
    ");
    scene.is_well();
}

/// A text with invites of one code.
fn invites_named(text: &str) -> String {
    let code = regex::Regex::new(r"\*\*Code:\*\* \S+").unwrap();
    code.replace_all(text, "**Code:** CODE").into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_audit_log_what_happens_is_told_and_not_who_did_it() {
    let mut scene = Scene::of(setup().start().await);
    let set = scene.sets("Everything", "bots").await;
    let ann = scene.mods().because("unheard");
    let dora = scene.bot.discord.add_person("dora");
    scene.lab.add_member(&dora);
    ann.renames(&dora, "Dodo");
    ann.kicks(&dora);
    let message = scene.ben.says("Gone").await;
    scene.ann.deletes(message);
    ann.makes_channel("hall");
    ann.renames_channel(&scene.lab.channel("hall"), "the-hall");
    ann.renames_guild("Another");
    ann.renames_guild("Cogbox Lab");
    scene.lab.add_emoji("cog");
    let another = json!({ "id": scene.lab.id.to_string(), "name": "Cogbox Lab", "icon": "0123456789abcdef0123456789abcdef",
        "owner_id": scene.ben.id.to_string(), "preferred_locale": "en-US",
        "premium_subscription_count": 2 });
    scene.dispatches("GUILD_UPDATE", another);
    scene.server_changes(3.0);
    let written = scene.written().await;
    let shown = scene.bot.reads(&scene.ann.runs("/serverlog show").await);
    assert_snapshot!([set, written, shown].join("\n--\n"), @r"
    Deleted messages, Messages deleted together, Edited messages, Who joins, Who leaves, Names of members, Roles of members, Kicks, Bans, Lifted bans, Timeouts, Voice channels, Channels, Threads, Roles, Emoji and stickers, Invites, Webhooks, Settings of the server: in <#bots> from now on.
    ⚠️ I lack **View Audit Log**: without it I can't say who did something, and hear nothing of: Kicks, Emoji and stickers, Webhooks.
    ⚠️ I lack **Manage Channels**: without it I hear of invites by the audit log alone. (alone)
    --
    Cogbox: | 📥 Joined
      | **Member:** <@ID> (dora)
      | **Account made:** <t:…:R> · ⚠️ new
      | **Members:** 4
      | 📝 Name changed
      | **Member:** <@ID> (dora)
      | **Nickname:** *none* → Dodo
      | 📤 Left
      | **Member:** <@ID> (dora)
      | 🗑️ Message deleted
      | **Author:** <@ben> (ben)
      | **Channel:** <#general>
      | **Sent:** <t:…:R>
      | Content: Gone
      | 📁 Channel made
      | **Name:** <#ID> (hall)
      | 📁 Channel changed
      | **Channel:** <#ID>
      | **Name:** hall → the\-hall
      | ⚙️ Server changed
      | **Name:** Cogbox Lab → Another
      | ⚙️ Server changed
      | **Name:** Another → Cogbox Lab
      | ⚙️ Server changed
      | **Picture:** another one
      | **Owner:** <@ann> → <@ben>
      | **Boosts:** 0 → 2
      | ⚙️ Server changed
      | **Picture:** *none*
      | **Owner:** <@ben> → <@ann>
      | **Boosts:** 2 → 0

    --
    <#bots>: Deleted messages, Messages deleted together, Edited messages, Who joins, Who leaves, Names of members, Roles of members, Kicks, Bans, Lifted bans, Timeouts, Voice channels, Channels, Threads, Roles, Emoji and stickers, Invites, Webhooks, Settings of the server
    ⚠️ I lack **View Audit Log**: without it I can't say who did something, and hear nothing of: Kicks, Emoji and stickers, Webhooks.
    ⚠️ I lack **Manage Channels**: without it I hear of invites by the audit log alone.
    Where: `/serverlog set`. No more: `/serverlog off`. Leave out: `/serverlog ignore channels` and `people`. Bots and new accounts: `/cogs settings cog:serverlog`. (alone)
    ");
    scene.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_choose_what_goes_where_and_read_what_is_in_the_way() {
    let scene = Scene::of(setup().start().await);
    scene.lab.add_role("Bots", ADMINISTRATOR);
    scene.lab.give_bot_role("Bots");
    let refused = scene.ben.cannot_run("/serverlog show");
    assert!(refused.contains("sees no command"), "{refused}");
    let typed = [
        "/serverlog show",
        "/serverlog off what:Bans",
        "/serverlog set what:All about messages channel:#bots",
        "/serverlog set what:Bans channel:#general",
        "/serverlog off what:Edited messages",
        "/serverlog show",
    ];
    assert_snapshot!(scene.bot.all(&scene.ann, &typed).await, @"
    /serverlog show
      Nothing is written down yet.
      Where: `/serverlog set`. No more: `/serverlog off`. Leave out: `/serverlog ignore channels` and `people`. Bots and new accounts: `/cogs settings cog:serverlog`. (alone)
    /serverlog off what:Bans
      That was off already. (alone)
    /serverlog set what:All about messages channel:#bots
      Deleted messages, Messages deleted together, Edited messages: in <#bots> from now on. (alone)
    /serverlog set what:Bans channel:#general
      Bans: in <#general> from now on. (alone)
    /serverlog off what:Edited messages
      Off now: Edited messages. (alone)
    /serverlog show
      <#general>: Bans
      <#bots>: Deleted messages, Messages deleted together
      Off: Edited messages, Who joins, Who leaves, Names of members, Roles of members, Kicks, Lifted bans, Timeouts, Voice channels, Channels, Threads, Roles, Emoji and stickers, Invites, Webhooks, Settings of the server
      Where: `/serverlog set`. No more: `/serverlog off`. Leave out: `/serverlog ignore channels` and `people`. Bots and new accounts: `/cogs settings cog:serverlog`. (alone)
    ");
    // Where it may not write, nothing is set.
    scene.lab.take_bot_role("Bots");
    let bots = scene.lab.channel("bots");
    bots.set_bot(0, VIEW_CHANNEL | ATTACH_FILES);
    let closed = scene.sets("Who joins", "bots").await;
    bots.set_bot(0, ATTACH_FILES);
    let no_files = scene.bot.reads(&scene.ann.runs("/serverlog show").await);
    scene
        .ann
        .runs("/cogs withhold cog:serverlog grant:members")
        .await;
    let withheld = scene.sets("Who joins", "bots").await;
    assert_snapshot!([closed, no_files, withheld].join("\n--\n"), @"
    In <#bots> I lack **View Channel**, **Send Messages**, **Embed Links**, **Attach Files**. (alone)
    --
    <#general>: Bans
    <#bots>: Deleted messages, Messages deleted together
    Off: Edited messages, Who joins, Who leaves, Names of members, Roles of members, Kicks, Lifted bans, Timeouts, Voice channels, Channels, Threads, Roles, Emoji and stickers, Invites, Webhooks, Settings of the server
    ⚠️ In <#bots> I lack **Attach Files**.
    ⚠️ I lack **View Audit Log**: without it I can't say who did something, and why.
    Where: `/serverlog set`. No more: `/serverlog off`. Leave out: `/serverlog ignore channels` and `people`. Bots and new accounts: `/cogs settings cog:serverlog`. (alone)
    --
    That doesn't work: the cog called cogbox:discord/members which an admin of this server withholds from it. (alone)
    ");
    scene.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_at_once_change_what_each_of_them_chose() {
    let scene = Scene::begins(&[]).await;
    scene
        .lab
        .give_role(&scene.bot.discord.person("ben"), "Bots");
    let (one, two) = tokio::join!(
        scene.ann.runs("/serverlog set what:Bans channel:#bots"),
        scene.ben.runs("/serverlog set what:Kicks channel:#general"),
    );
    assert!(one.failed().is_none() && two.failed().is_none());
    let shown = scene.bot.reads(&scene.ann.runs("/serverlog show").await);
    assert!(shown.contains("<#bots>: Bans"), "{shown}");
    assert!(shown.contains("<#general>: Kicks"), "{shown}");
    scene.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_is_not_written_down() {
    let mut scene = Scene::begins(&["Everything"]).await;
    let team = scene.lab.add_channel("team");
    scene.lab.add_role("Quiet", 0);
    scene
        .lab
        .give_role(&scene.bot.discord.person("cleo"), "Quiet");
    let dora = scene.bot.discord.add_person("dora");
    scene.lab.add_member(&dora);
    scene.written().await;
    let menu = scene.ann.runs("/serverlog ignore channels").await;
    let channels = scene
        .ann
        .selects(&menu, &menu_of(&menu), &[&team.id.to_string()])
        .await;
    let menu = scene.ann.runs("/serverlog ignore people").await;
    let quiet = scene.lab.role("Quiet").to_string();
    let (ben, gone) = (scene.ben.id.to_string(), dora.id.to_string());
    let people = scene
        .ann
        .selects(&menu, &menu_of(&menu), &[&quiet, &ben, &gone])
        .await;
    let again = scene.ann.runs("/serverlog ignore people").await;
    let said = [channels, people, again].map(|answer| scene.bot.reads(&answer));
    assert_snapshot!(said.join("\n--\n"), @"
    Left out from now on: <#ID> (alone)
    --
    Left out from now on: <@&ID> <@ben> <@ID> (alone)
    --
    Left out now: <@&ID> <@ben> <@ID>. Whom you choose here takes their place. (alone)
    ");
    let secret = scene.bot.discord.person("ann").in_channel(&team);
    let in_team = secret.says("Not for the log").await;
    secret.deletes(in_team);
    let thread = secret.starts_thread("Plans");
    let deeper = secret.in_thread(&thread);
    let plan = deeper.says("Nor this").await;
    deeper.deletes(plan);
    for name in ["ben", "cleo"] {
        let here = scene.bot.here(name);
        let said = here.says("Nobody logs me").await;
        here.deletes(said);
    }
    let helper = scene.bot.discord.add_bot("helper");
    scene.lab.add_member(&helper);
    let helper = helper.in_channel(&scene.lab.channel("general"));
    let said = helper.says("beep").await;
    helper.deletes(said);
    // A log that tells of itself would never end.
    let in_log = scene.log.says("Into the log").await;
    scene.log.edits(in_log, "Into the log again");
    scene.log.deletes(in_log);
    // Who is left out comes, goes and is punished like everybody.
    scene
        .mods()
        .times_out(&scene.bot.discord.person("ben"), Duration::from_secs(600));
    scene.lab.remove_member(&dora);
    scene.lab.add_member(&dora);
    assert_snapshot!(scene.written().await, @"
    Cogbox: | 🤖 Bot added
      | **Member:** <@ID> (helper)
      | **Account made:** <t:…:R> · ⚠️ new
      | **Members:** 6
      | 🔇 Timed out
      | **Member:** <@ben> (ben)
      | **Until:** <t:…:f>
      | **By:** <@ann>
      | 📤 Left
      | **Member:** <@ID> (dora)
      | 📥 Joined
      | **Member:** <@ID> (dora)
      | **Account made:** <t:…:R> · ⚠️ new
      | **Members:** 6
    ");
    scene
        .bot
        .chooses(&scene.ann, COG, "bots", "On", false)
        .await;
    let said = helper.says("boop").await;
    helper.deletes(said);
    assert!(scene.written().await.contains("boop"));
    scene.mods().lifts_timeout(&scene.bot.discord.person("ben"));
    scene.bot.deletes_data_of("ben").await;
    let ben = &scene.ben;
    let said = ben.says("Log me").await;
    ben.deletes(said);
    assert!(
        scene.written().await.contains("Log me"),
        "the list forgets people"
    );
    scene.is_well();
}

/// Has ben delete so many messages at once: what comes within two seconds is written together.
async fn says_and_deletes(scene: &Scene, count: usize) {
    let mut said = Vec::new();
    for number in 0..count {
        said.push(scene.ben.says(&format!("number {number}")).await);
    }
    for said in said {
        scene.ben.deletes(said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_one_message_with_a_file() {
    let mut scene = Scene::begins(&["Deleted messages"]).await;
    says_and_deletes(&scene, 40).await;
    assert_snapshot!(scene.written().await, @"
    Cogbox: | 📚 40 things at once
      | **40** × 🗑️ Message deleted
      [file log.txt]
    ");
    let file = file(&scene).await;
    assert_eq!(file.matches("Content: number").count(), 40, "{file}");
    says_and_deletes(&scene, 15).await;
    let messages = scene.written().await;
    assert_eq!(messages.matches("Cogbox: ").count(), 2, "{messages}");
    assert_eq!(messages.matches("number ").count(), 15, "{messages}");
    scene.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_outlives_a_restart_and_is_written_once() {
    let mut scene = Scene::begins(&["Deleted messages"]).await;
    let said = scene.ben.says("Before the restart").await;
    scene.ben.deletes(said);
    scene.heard().await;
    assert!(scene.is_at_work().await);
    let mut scene = scene.restarts().await;
    scene.bot.app.services.clock.jump(5);
    scene.bot.shows(&scene.log, "Before the restart").await;
    let lines = scene.written().await;
    assert_eq!(lines.matches("Before the restart").count(), 1, "{lines}");
    scene.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_discord_fails_nothing_is_lost_and_it_is_tried_again() {
    let mut scene = Scene::begins(&["Deleted messages"]).await;
    for _ in 0..4 {
        let path = "/channels/*/messages";
        scene.bot.discord.fail_next("POST", path, 503, json!({}));
    }
    let said = scene.ben.says("While Discord fails").await;
    scene.ben.deletes(said);
    scene.heard().await;
    scene.bot.app.services.clock.jump(5);
    let fired = calls("timers.fired");
    let before = scene.bot.metric(&fired);
    assert!(patiently(|| scene.bot.metric(&fired) > before).await);
    assert_eq!(scene.new_lines(), "");
    let said = scene.ben.says("After that").await;
    scene.ben.deletes(said);
    scene.heard().await;
    scene.bot.app.services.clock.jump(61);
    let lines = scene.written().await;
    for text in ["While Discord fails", "After that"] {
        assert_eq!(lines.matches(text).count(), 1, "{lines}");
    }
    scene.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_log_rests_and_one_that_is_gone_is_off_and_told_of_once() {
    let mut scene = Scene::begins(&["Deleted messages"]).await;
    let news = scene.lab.add_channel("news");
    scene.sets("Threads", "news").await;
    scene.lab.take_bot_role("Bots");
    let bots = scene.lab.channel("bots");
    bots.set_bot(0, SEND_MESSAGES);
    async fn loses(scene: &Scene, text: &str) {
        let said = scene.ben.says(text).await;
        scene.ben.deletes(said);
    }
    let tried = |scene: &Scene| {
        let path = format!("/channels/{}/messages", bots.id);
        let requests = scene.bot.discord.requests();
        requests
            .iter()
            .filter(|one| one.path.ends_with(&path))
            .count()
    };
    loses(&scene, "Nowhere to write it").await;
    assert_eq!(scene.written().await, "");
    let before = tried(&scene);
    loses(&scene, "Nor this").await;
    assert_eq!(scene.written().await, "");
    assert_eq!(tried(&scene), before, "it rests");
    let closed = scene.bot.reads(&scene.ann.runs("/serverlog show").await);
    bots.set_bot(SEND_MESSAGES, 0);
    scene.bot.app.services.clock.jump(601);
    loses(&scene, "Open again").await;
    let lines = scene.written().await;
    assert!(lines.contains("Open again"), "{lines}");
    let open = scene.bot.reads(&scene.ann.runs("/serverlog show").await);
    assert_snapshot!([closed, open].join("\n--\n"), @"
    <#bots>: Deleted messages
    ⚠️ I may not write there. (<t:…:R>)
    <#ID>: Threads
    Off: Messages deleted together, Edited messages, Who joins, Who leaves, Names of members, Roles of members, Kicks, Bans, Lifted bans, Timeouts, Voice channels, Channels, Roles, Emoji and stickers, Invites, Webhooks, Settings of the server
    ⚠️ I lack **View Audit Log**: without it I can't say who did something, and why.
    Where: `/serverlog set`. No more: `/serverlog off`. Leave out: `/serverlog ignore channels` and `people`. Bots and new accounts: `/cogs settings cog:serverlog`. (alone)
    --
    <#bots>: Deleted messages
    <#ID>: Threads
    Off: Messages deleted together, Edited messages, Who joins, Who leaves, Names of members, Roles of members, Kicks, Bans, Lifted bans, Timeouts, Voice channels, Channels, Roles, Emoji and stickers, Invites, Webhooks, Settings of the server
    ⚠️ I lack **View Audit Log**: without it I can't say who did something, and why.
    Where: `/serverlog set`. No more: `/serverlog off`. Leave out: `/serverlog ignore channels` and `people`. Bots and new accounts: `/cogs settings cog:serverlog`. (alone)
    ");
    // Without files what is too long is shortened.
    bots.set_bot(0, ATTACH_FILES);
    loses(&scene, &"long ".repeat(300)).await;
    let lines = scene.written().await;
    assert!(lines.contains("I may not attach files here"), "{lines}");
    bots.set_bot(ATTACH_FILES, 0);
    loses(&scene, "Lost with its channel").await;
    scene.mods().deletes_channel(&bots);
    scene.heard().await;
    scene.bot.app.services.clock.jump(5);
    let news = scene.bot.discord.person("ann").in_channel(&news);
    let told = || {
        let all = news.channel().transcript_for(&news);
        all.matches("A log channel is gone").count()
    };
    assert!(patiently(|| told() == 1).await);
    let shown = scene.ann.runs("/serverlog show").await;
    let embed = shown.message()["embeds"][0]["description"].clone();
    let gone = embed
        .as_str()
        .unwrap()
        .replace(&bots.id.to_string(), "BOTS");
    assert!(
        gone.contains("The log channel BOTS is gone. What went there is off: Deleted messages."),
        "{gone}"
    );
    assert_eq!(told(), 1);
    scene.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_lies_under_whom_it_is_about() {
    let mut scene = Scene::begins(&["All about messages"]).await;
    let said = scene.ben.says("My secret").await;
    scene.ben.deletes(said);
    let said = scene.ann.says("My own").await;
    scene.ann.deletes(said);
    scene.heard().await;
    assert_eq!(scene.bot.keeps_of("ben").await, 1);
    scene.bot.deletes_data_of("ben").await;
    assert_eq!(scene.bot.keeps_of("ben").await, 0);
    let lines = scene.written().await;
    assert!(
        !lines.contains("My secret") && lines.contains("My own"),
        "{lines}"
    );
    // Nothing of it stays once it is written.
    scene.ann.runs("/serverlog off what:Everything").await;
    scene.bot.keeps_nothing(COG).await;
    scene.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_speaks_german() {
    let mut scene = Scene::begins(&["Everything"]).await;
    scene.mods().sets_language("de");
    scene.server_changes(1.0);
    scene.bot.discord.person("ann").set_locale("de");
    scene.written().await;
    let said = scene.ben.says("Weg damit").await;
    scene.ann.deletes(said);
    scene.mods().bans(&scene.bot.discord.person("cleo"));
    let lines = scene.written().await;
    let shown = scene.bot.reads(&scene.ann.runs("/serverlog show").await);
    assert_snapshot!([lines, shown].join("\n--\n"), @"
    Cogbox: | 🗑️ Nachricht gelöscht
      | **Von:** <@ben> (ben)
      | **Kanal:** <#general>
      | **Gesendet:** <t:…:R>
      | **Durch:** <@ann>
      | Inhalt: Weg damit
      | 🔨 Gebannt
      | **Mitglied:** <@cleo> (cleo)
      | **Durch:** <@ann>

    --
    <#bots>: Gelöschte Nachrichten, Zusammen gelöschte Nachrichten, Bearbeitete Nachrichten, Wer beitritt, Wer geht, Namen von Mitgliedern, Rollen von Mitgliedern, Rauswürfe, Banne, Aufgehobene Banne, Auszeiten, Sprachkanäle, Kanäle, Threads, Rollen, Emojis und Sticker, Einladungen, Webhooks, Einstellungen des Servers
    Wohin: `/serverlog setzen`. Nicht mehr: `/serverlog aus`. Auslassen: `/serverlog auslassen kanäle` und `leute`. Bots und neue Konten: `/cogs settings cog:serverlog`. (alone)
    ");
}
