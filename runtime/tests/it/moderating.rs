//! What a cog may do to people: as much as whoever asked for it may, and no more.
//!
//! `steward` does what it is told with `/do`. ann owns the server; ben moderates it; cleo is a member
//! like any other; dora has just joined. The bot stands above all but ann.

use cogbox::config::{CogConfig, Grant};
use cogbox_emulator::model::permissions::{
    ADMINISTRATOR, BAN_MEMBERS, CHANGE_NICKNAME, KICK_MEMBERS, MANAGE_NICKNAMES, MANAGE_ROLES,
    MODERATE_MEMBERS, VIEW_AUDIT_LOG,
};
use cogbox_emulator::{Guild, Here};

use crate::events::echoes;
use crate::harness::{Bot, Setup, eventually};

/// What a moderator may do here.
const MODERATOR: u64 = KICK_MEMBERS
    | BAN_MEMBERS
    | MODERATE_MEMBERS
    | MANAGE_ROLES
    | MANAGE_NICKNAMES
    | VIEW_AUDIT_LOG;

/// A bot with the steward, and the people of a small server.
pub struct Server {
    pub bot: Bot,
    pub lab: Guild,
}

impl Server {
    pub async fn start(change: impl FnOnce(&mut CogConfig)) -> Self {
        let bot = Setup::with(&["steward"]).cog("steward", change);
        let bot = bot.start().await;
        let lab = bot.discord.guild("Cogbox Lab");
        lab.add_role("Moderators", MODERATOR);
        lab.add_role("Bots", ADMINISTRATOR);
        lab.move_role("Bots", 9);
        lab.give_bot_role("Bots");
        lab.give_role(&bot.discord.person("ben"), "Moderators");
        let dora = bot.discord.add_person("dora");
        lab.add_member(&dora);
        Self { bot, lab }
    }

    pub fn here(&self, person: &str) -> Here {
        self.bot.here(person)
    }

    pub fn id(&self, person: &str) -> String {
        self.bot.discord.person(person).id.to_string()
    }

    /// Tells the steward to do something, and returns what became of it.
    pub async fn told(&self, person: &str, what: &str) -> String {
        told(&self.here(person), what).await
    }
}

/// Returns the grants with which the steward gets all that it asks for, and these powers.
pub fn grants(powers: &[&str]) -> Grant {
    let asks = [
        "audit-log",
        "bot-account",
        "channel-admin",
        "channels",
        "direct-messages",
        "guild-commands",
        "guilds",
        "invites",
        "member-edit",
        "member-roles",
        "members",
        "message-admin",
        "message-history",
        "messages",
        "moderation",
        "role-admin",
        "roles",
        "threads",
    ];
    let all = asks.iter().chain(powers);
    Grant::Only(all.map(|name| (*name).to_owned()).collect())
}

pub async fn told(here: &Here, what: &str) -> String {
    let answer = here.runs(&format!("/do what:{what}")).await;
    answer.text().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_moderates_through_the_cog() {
    let server = Server::start(|_| {}).await;
    let (cleo, dora) = (server.id("cleo"), server.id("dora"));
    let told = async |what: String| server.told("ben", &what).await;
    assert_eq!(told(format!("kick {dora} was rude")).await, "kick: ok");
    assert_eq!(
        told(format!("timeout {cleo} 60 calm down")).await,
        "timeout: ok"
    );
    assert_eq!(told(format!("forgive {cleo}")).await, "forgive: ok");
    assert_eq!(told(format!("nick {cleo} Clio")).await, "nick: ok");
    assert_eq!(
        told(format!("member {cleo}")).await,
        "member: ok: Clio with 0 roles"
    );
    assert_eq!(told(format!("is-banned {cleo}")).await, "is-banned: ok: no");
    assert_eq!(told(format!("ban {cleo} 60 spam")).await, "ban: ok");
    let ben = server.id("ben");
    let reason = format!("Some(\\\"steward for {ben}: spam\\\")").replace('\\', "");
    assert_eq!(
        told(format!("is-banned {cleo}")).await,
        format!("is-banned: ok: cleo for {reason}")
    );
    assert_eq!(
        told("bans".into()).await,
        format!("bans: ok: cleo for {reason}")
    );
    assert_eq!(told(format!("unban {cleo}")).await, "unban: ok");
    // The audit log says which cog did it, and for whom.
    let kicked = told("log 20".into()).await;
    let entry = format!("log: ok: 20 Some(\"{dora}\") Some(\"steward for {ben}: was rude\")");
    assert_eq!(kicked, entry);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_gets_nothing_done_that_they_may_not_do() {
    let server = Server::start(|_| {}).await;
    let dora = server.id("dora");
    let mut said = Vec::new();
    for what in [
        format!("kick {dora}"),
        format!("ban {dora}"),
        format!("timeout {dora} 60"),
        "bans".into(),
        format!("nick {dora} Dodo"),
        format!("give {dora} {}", server.lab.role("Helpers")),
        "make-role Cleo".into(),
        "log".into(),
        "invites".into(),
        format!("mute {dora}"),
        format!("move {dora} -"),
    ] {
        said.push(server.told("cleo", &what).await);
    }
    insta::assert_snapshot!(said.join("\n"), @r"
    kick: Denied: whoever asked for this lacks the permission KICK_MEMBERS
    ban: Denied: whoever asked for this lacks the permission BAN_MEMBERS
    timeout: Denied: whoever asked for this lacks the permission MODERATE_MEMBERS
    bans: Denied: whoever asked for this lacks the permission BAN_MEMBERS
    nick: Denied: whoever asked for this lacks the permission MANAGE_NICKNAMES
    give: Denied: whoever asked for this lacks the permission MANAGE_ROLES
    make-role: Denied: whoever asked for this lacks the permission MANAGE_ROLES
    log: Denied: whoever asked for this lacks the permission VIEW_AUDIT_LOG
    invites: Denied: whoever asked for this lacks the permission MANAGE_GUILD
    mute: Denied: whoever asked for this lacks the permission MUTE_MEMBERS
    move: Denied: whoever asked for this lacks the permission MOVE_MEMBERS
    ");
    let asked = server.bot.discord.requests();
    let changed = asked
        .iter()
        .filter(|request| request.method != "GET" && request.path.contains("/guilds/"));
    assert_eq!(changed.count(), 0, "nothing of it reached Discord");
    let denied = "cogbox_cog_denied_total{cog=\"steward\",interface=\"moderation\"}";
    assert_eq!(server.bot.metric(denied), 4.0);
    // One's own name is another matter.
    let cleo = server.id("cleo");
    server.lab.set_role(
        "@everyone",
        cogbox_emulator::model::permissions::EVERYONE | CHANGE_NICKNAME,
        true,
    );
    assert_eq!(
        server.told("cleo", &format!("nick {cleo} Clio")).await,
        "nick: ok"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_above_themselves() {
    let server = Server::start(|_| {}).await;
    let (ann, cleo) = (server.id("ann"), server.id("cleo"));
    let told = async |what: String| server.told("ben", &what).await;
    server
        .lab
        .give_role(&server.bot.discord.person("cleo"), "Moderators");
    let above = "that member does not stand below whoever asked for this";
    // One of the same rank, and the owner, whom the bot could not touch either.
    assert_eq!(
        told(format!("kick {cleo}")).await,
        format!("kick: Denied: {above}")
    );
    assert_eq!(
        told(format!("nick {ann} Queen")).await,
        format!("nick: Denied: {above}")
    );
    // The bot itself stands higher.
    let bots = server.lab.role("Bots");
    let above = "that role does not stand below whoever asked for this";
    assert_eq!(
        told(format!("give {cleo} {bots}")).await,
        format!("give: Denied: {above}")
    );
    assert_eq!(
        told(format!("drop-role {bots}")).await,
        format!("drop-role: Denied: {above}")
    );
    assert_eq!(
        told(format!("outranks {ann} {cleo}")).await,
        "outranks: ok: true"
    );
    assert_eq!(
        told(format!("outranks {cleo} {ann}")).await,
        "outranks: ok: false"
    );
    // The owner reaches everyone.
    assert_eq!(
        server.told("ann", &format!("kick {cleo}")).await,
        "kick: ok"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dangerous_permissions_are_handed_out_only_by_name() {
    let server = Server::start(|cog| cog.grant = grants(&["hand-out.kick-members"])).await;
    let (cleo, guards) = (
        server.id("cleo"),
        server.lab.add_role("Guards", KICK_MEMBERS),
    );
    let admins = server.lab.add_role("Admins", ADMINISTRATOR);
    let told = async |what: String| server.told("ann", &what).await;
    assert_eq!(told(format!("give {cleo} {guards}")).await, "give: ok");
    assert_eq!(
        told(format!("give {cleo} {admins}")).await,
        "give: Denied: it would give people ADMINISTRATOR, which the operator has to grant by name, such as `hand-out.administrator`"
    );
    // Taking it is no gift.
    assert_eq!(told(format!("take {cleo} {admins}")).await, "take: ok");
    assert_eq!(
        told(format!("make-role Kickers {KICK_MEMBERS}")).await,
        "make-role: ok: Kickers"
    );
    let refused = told(format!("make-role Kings {ADMINISTRATOR}")).await;
    assert!(refused.contains("hand-out.administrator"), "{refused}");
    let refused = told(format!("change-role {guards} Guards {BAN_MEMBERS}")).await;
    assert!(refused.contains("hand-out.ban-members"), "{refused}");
    assert_eq!(
        told(format!("open {BAN_MEMBERS}")).await,
        "open: Denied: it would give people BAN_MEMBERS, which the operator has to grant by name, such as `hand-out.ban-members`"
    );
    // A moderator gives no more than they have.
    let refused = server
        .told("ben", &format!("make-role Writers {}", 1 << 30))
        .await;
    assert!(refused.starts_with("make-role: Denied: "), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_asked_for_needs_a_grant() {
    let server = Server::start(|cog| cog.grant = grants(&[])).await;
    let (ann, dora) = (server.here("ann"), server.id("dora"));
    // Even the owner's message is no command: the cog decided by itself.
    ann.says(&format!("do:kick {dora}")).await;
    assert!(eventually(|| echoes(&ann).len() == 1).await);
    assert_eq!(
        echoes(&ann),
        [
            "kick: Denied: nobody asked for this, and it may not act by itself: the operator can grant it `act-alone`"
        ]
    );

    let server = Server::start(|cog| cog.grant = grants(&["act-alone"])).await;
    let (cleo, dora) = (server.here("cleo"), server.id("dora"));
    cleo.says(&format!("do:kick {dora}")).await;
    assert!(eventually(|| echoes(&cleo).len() == 1).await);
    assert_eq!(echoes(&cleo), ["kick: ok"]);
    // With it a member gets done what the member may not, which is what it is for.
    let helpers = server.lab.role("Helpers");
    let give = format!("give {} {helpers}", server.id("cleo"));
    assert!(
        server
            .told("cleo", &give)
            .await
            .contains("hand-out.manage-messages")
    );
    let plain = server.lab.add_role("Readers", 0);
    let give = format!("give {} {plain}", server.id("cleo"));
    assert_eq!(server.told("cleo", &give).await, "give: ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_what_is_computed_as_discord_does() {
    let server = Server::start(|_| {}).await;
    let general = server.lab.channel("general");
    let told = async |what: String| server.told("ann", &what).await;
    let (ann, ben, cleo) = (server.id("ann"), server.id("ben"), server.id("cleo"));
    general.set_role(
        "Moderators",
        0,
        cogbox_emulator::model::permissions::SEND_MESSAGES,
    );
    let has = async |user: &str, channel: bool, name: &str| {
        let at = if channel {
            format!(" {}", general.id)
        } else {
            String::new()
        };
        let said = told(format!("rights {user}{at}")).await;
        assert!(said.starts_with("rights: ok"), "{said}");
        said.split(' ').any(|word| word == name)
    };
    assert!(has(&ann, true, "BAN_MEMBERS").await);
    assert!(has(&ben, false, "BAN_MEMBERS").await && has(&ben, false, "SEND_MESSAGES").await);
    assert!(!has(&ben, true, "SEND_MESSAGES").await);
    assert!(has(&cleo, true, "SEND_MESSAGES").await && !has(&cleo, false, "BAN_MEMBERS").await);
    // Roles that change are followed.
    server.lab.set_role("Moderators", 0, false);
    let mut left = true;
    for _ in 0..500 {
        left = has(&ben, false, "BAN_MEMBERS").await;
        if !left {
            break;
        }
    }
    assert!(!left);
    assert_eq!(
        told("user 1".into()).await,
        "user: NotFound: Discord answered GET /users/{user} with 404: Unknown User (10013)"
    );
    assert_eq!(
        told("search cl".into()).await,
        "search: ok: cleo with 0 roles"
    );
    assert_eq!(told("me".into()).await, "me: ok: Cogbox");
    let roles = told("roles".into()).await;
    assert!(roles.starts_with("roles: ok: 0 @everyone; "), "{roles}");
}
