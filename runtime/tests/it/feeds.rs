//! The stock cog `feeds`, as those who run a server use it: following a site, what comes of it, and
//! sites that fail or mean ill.

use std::time::Duration;

use cogbox_emulator::{Answer, Fault, Here, Scope};
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Bot, Setup};
use crate::shown::patiently;
use crate::web::{Names, Page, Site};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const VIEW: u64 = 1 << 10;
const SEND: u64 = 1 << 11;
const MANAGE_GUILD: u64 = 1 << 5;
const URL: &str = "http://news.example.org/feed";

/// A bot with `feeds`, and a site with news.
struct News {
    bot: Bot,
    names: Names,
    site: Site,
}

/// A post of a feed: its number, and what else stands in it.
fn post(number: u32, more: &str) -> String {
    format!(
        "<item><guid isPermaLink=\"false\">{number}</guid><title>Post {number}</title>\
         <link>http://news.example.org/{number}</link>{more}</item>"
    )
}

/// A feed with these posts.
fn rss(posts: &[String]) -> Page {
    let posts = posts.concat();
    let feed = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>The News</title>\
         <link>http://news.example.org/</link>{posts}</channel></rss>"
    );
    Page::new("application/rss+xml", feed)
}

/// A feed whose posts have these numbers.
fn numbered(numbers: impl IntoIterator<Item = u32>) -> Page {
    let posts: Vec<_> = numbers.into_iter().map(|number| post(number, "")).collect();
    rss(&posts)
}

fn setup(names: &Names, site: &Site) -> Setup {
    let mut setup = Setup::with(&["feeds"]);
    setup.share_code = true;
    setup.net = site.net(names);
    // A reply that others don't see looks different after a defer.
    setup.deadlines.defer = Duration::from_secs(20);
    setup
}

impl News {
    async fn new() -> Self {
        let (names, site) = (Names::default(), Site::start().await);
        names.lead("news.example.org", &[&[site.address]]);
        let bot = setup(&names, &site).start().await;
        site.has("/feed", numbered([2, 1]));
        Self { bot, names, site }
    }

    /// The same, with Ann having followed the site in #bots.
    async fn followed() -> (Self, Here) {
        let news = Self::new().await;
        let bots = news.bots("ann");
        let said = news
            .bot
            .here("ann")
            .runs(&format!("/feeds add url:{URL} channel:#bots"))
            .await;
        assert!(
            said.text().starts_with("📡 I look at **The News**"),
            "{}",
            said.text()
        );
        (news, bots)
    }

    /// Somebody in #bots.
    fn bots(&self, person: &str) -> Here {
        let bots = self.bot.discord.guild("Cogbox Lab").channel("bots");
        self.bot.discord.person(person).in_channel(&bots)
    }

    /// Brings the time forward, and waits until the feed was looked at.
    async fn later(&self, seconds: i64) {
        let done = || self.bot.metric(FIRED);
        let before = done();
        self.bot.app.services.clock.jump(seconds);
        assert!(patiently(|| done() > before).await, "nobody looks");
    }

    /// Stops the bot and starts it again, with the same data, Discord and web.
    async fn restarts(self) -> Self {
        let Self { bot, names, site } = self;
        let bot = bot.restarts(setup(&names, &site)).await;
        Self { bot, names, site }
    }

    async fn ann(&self, typed: &str) -> String {
        self.bot.reads(&self.bot.here("ann").runs(typed).await)
    }

    fn healthy(&self) {
        let fault = self.bot.cog("feeds").last_fault();
        assert!(fault.is_none(), "{fault:?}");
    }
}

const FIRED: &str = r#"cogbox_cog_calls_total{cog="feeds",export="timers.fired",outcome="ok"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_is_posted_and_nothing_old() {
    let (news, bots) = News::followed().await;
    // Nothing changed.
    news.later(20 * MINUTE).await;
    assert_eq!(news.bot.transcript(&bots), "");
    let more = "<description>&lt;p&gt;What &lt;b&gt;happened&lt;/b&gt;.&lt;/p&gt;</description>\
        <dc:creator>Dora</dc:creator><enclosure type=\"image/png\" url=\"/3.png\"/>";
    let posts = [post(4, ""), post(3, more), post(2, ""), post(1, "")];
    news.site.has("/feed", rss(&posts));
    news.later(20 * MINUTE).await;
    assert_snapshot!(news.bot.transcript(&bots), @r"
    Cogbox: | The News · Dora
      | Post 3
      | What happened.
      | [image]
    Cogbox: | The News
      | Post 4
    ");
    news.later(20 * MINUTE).await;
    assert_eq!(news.bot.transcript(&bots).matches("Post").count(), 2);
    assert_snapshot!(news.ann("/feeds list").await, @r"
    **The News** · <#bots> · as a card
    <http://news.example.org/feed>
    Posted <t:…:R> (alone)
    ");
    assert_snapshot!(news.ann("/feeds remove feed:The News").await, @"**The News** is followed no more. (alone)");
    assert_snapshot!(news.ann("/feeds list").await, @"This server follows no feed yet: `/feeds add`. (alone)");
    news.bot.keeps_nothing("feeds").await;
    news.healthy();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_leads_to_its_feed_which_may_be_atom_json_or_packed() {
    let news = News::new().await;
    let page = "<!doctype html><title>Blog</title><link rel=\"alternate\" type=\"application/atom+xml\" href=\"/blog/atom\">";
    news.site.has("/blog", Page::new("text/html", page));
    let atom = b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><feed><title>Gr\xfc\xdfe</title>\
        <entry><id>a</id><title>Erster</title></entry></feed>";
    news.site.has(
        "/blog/atom",
        Page::new("application/xml", &atom[..]).packed(),
    );
    let json = json!({"version": "https://jsonfeed.org/version/1.1", "title": "Json", "items": [{"id": "1", "content_text": "Hi"}]});
    news.site.has(
        "/json",
        Page::new("application/feed+json", json.to_string()),
    );
    news.site.has(
        "/moved",
        Page {
            status: 301,
            ..Page::new("text/plain", "")
        }
        .header("location", "/json"),
    );
    let said = [
        news.ann("/feeds add url:http://news.example.org/blog")
            .await,
        news.ann("/feeds add url:http://news.example.org/moved")
            .await,
    ];
    assert_snapshot!(said.join("\n"), @r"
    📡 I look at **Grüße** every 15 minutes and post what is new in <#general>.
    Its latest: Erster (alone)
    📡 I look at **Json** every 15 minutes and post what is new in <#general>.
    It has one post so far. (alone)
    ");
    news.healthy();
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_look_as_the_server_wants_and_ping_whom_it_names() {
    let (news, bots) = News::followed().await;
    let (ann, lab) = (news.bot.here("ann"), news.bot.discord.guild("Cogbox Lab"));
    let form = ann.runs("/feeds text feed:The News").await;
    let told = ann.submits(&form, &[("text", "New: {titel}")]).await;
    assert_snapshot!(news.bot.reads(&told), @"There is no placeholder `{titel}`. There are `{title}`, `{link}`, `{summary}`, `{author}`, `{date}`, `{feed}`, `{site}`, `{picture}`, `{random:a|b|c}`. For a brace itself, write `{{`. (alone)");
    let form = ann.clicks(&told, "Go on writing").await;
    assert_eq!(form.filled_in(), ["New: {titel}"]);
    let said = ann
        .submits(&form, &[("text", "New: [{title}]({link}) {date}")])
        .await;
    assert_snapshot!(news.bot.reads(&said), @"The text is saved. `/feeds test` shows how **The News** looks now. (alone)");
    assert_snapshot!(news.ann("/feeds edit feed:The News role:@Helpers card:false").await, @"Changed: **The News** · <#bots> · pings <@&HELPERS> · as a text (alone)");
    let shown = ann.runs("/feeds test feed:The News").await;
    assert_snapshot!(news.bot.reads(&shown), @r"
    <@&HELPERS>
    New: [Post 2](http://news.example.org/2) (alone)
    ");
    // What a post says pings nobody.
    let hostile = "<item><guid>x</guid><title>@everyone &lt;@1&gt; [free](http://evil.example) `x`</title>\
        <link>http://news.example.org/a)b</link><pubDate>Fri, 27 Nov 2099 12:00:00 GMT</pubDate></item>";
    news.site.has(
        "/feed",
        rss(&[hostile.to_owned(), post(2, ""), post(1, "")]),
    );
    news.bot.discord.clear_requests();
    news.later(20 * MINUTE).await;
    news.bot.shows(&bots, "New:").await;
    assert_snapshot!(news.bot.transcript(&bots), @r"
    Cogbox: <@&HELPERS>
      New: [@everyone \<@1\> \[free\]\(http://evil.example\) \`x\`](http://news.example.org/a%29b) <t:…:f>
    ");
    let sent = news
        .bot
        .discord
        .request(|request| request.path.ends_with("/messages"))
        .await;
    assert_eq!(
        sent.body["allowed_mentions"],
        json!({
            "parse": [],
            "replied_user": false,
            "roles": [lab.role("Helpers").to_string()],
            "users": [],
        })
    );
    assert_snapshot!(news.ann(&format!("/feeds edit feed:The News role:{} only:rust, Wasm name:Rust", lab.id)).await, @"Changed: **Rust** · <#bots> · as a text · only “rust”, “wasm” (alone)");
    let rust = post(4, "<category>WASM</category>");
    news.site.has(
        "/feed",
        rss(&[post(5, ""), rust, hostile.to_owned(), post(2, "")]),
    );
    news.later(20 * MINUTE).await;
    news.bot.shows(&bots, "Post 4").await;
    assert!(!news.bot.transcript(&bots).contains("Post 5"));
    news.healthy();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_bounded_and_the_same_site_is_asked_politely() {
    let (news, bots) = News::followed().await;
    news.site
        .has("/feed", numbered((1..=12).rev()).header("etag", "\"one\""));
    news.later(20 * MINUTE).await;
    news.bot.shows(&bots, "5 more").await;
    let shown = news.bot.transcript(&bots);
    let posts: Vec<&str> = shown
        .lines()
        .filter(|line| line.contains("Post") || line.contains('…'))
        .collect();
    assert_snapshot!(posts.join("\n"), @r"
      | Post 8
      | Post 9
      | Post 10
      | Post 11
      | Post 12
    Cogbox: … and 5 more of **The News**: http://news.example.org/
    ");
    let before = news.site.seen().len();
    news.later(20 * MINUTE).await;
    let asked = news.site.seen()[before].clone();
    assert!(asked.contains("if-none-match: \"one\""), "{asked}");
    assert_eq!(news.bot.transcript(&bots), shown);
    news.healthy();
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_to_whoever_makes_them() {
    let news = News::new().await;
    let (ann, ben) = (news.bot.here("ann"), news.bot.here("ben"));
    assert!(ben.cannot_run("/feeds list").contains("sees no command"));
    news.site.has(
        "/page",
        Page::new("text/html", "<html><p>Nothing</p></html>"),
    );
    news.site.has("/gone", Page::status(410));
    news.site.has("/none", Page::status(404));
    news.site.has("/odd", Page::status(502));
    news.names
        .lead("inside.example.org", &[&["10.0.0.1:80".parse().unwrap()]]);
    let said = [
        "/feeds list",
        "/feeds add url:the news",
        "/feeds add url:ftp://news.example.org",
        "/feeds add url:http://news.example.org/page",
        "/feeds add url:http://news.example.org/gone",
        "/feeds add url:http://news.example.org/none",
        "/feeds add url:http://news.example.org/odd",
        "/feeds add url:http://nowhere.example.org",
        "/feeds add url:http://inside.example.org",
        "/feeds add url:http://news.example.org/feed",
        "/feeds add url:http://news.example.org/feed",
        "/feeds edit feed:The News",
        "/feeds resume feed:The News",
        "/feeds test feed:Yesterday",
    ];
    assert_snapshot!(news.bot.all(&ann, &said).await, @r"
    /feeds list
      This server follows no feed yet: `/feeds add`. (alone)
    /feeds add url:the news
      “the news” is no address. Write one such as `https://example.org/feed`. (alone)
    /feeds add url:ftp://news.example.org
      “ftp://news.example.org” is no address. Write one such as `https://example.org/feed`. (alone)
    /feeds add url:http://news.example.org/page
      There is no feed, and no page that names one. Look on the site for RSS or Atom. (alone)
    /feeds add url:http://news.example.org/gone
      The site says that this is gone for good (410). (alone)
    /feeds add url:http://news.example.org/none
      There is nothing at this address (404). (alone)
    /feeds add url:http://news.example.org/odd
      The site answered with an error (502). (alone)
    /feeds add url:http://nowhere.example.org
      The site gives no answer. (alone)
    /feeds add url:http://inside.example.org
      I can't go there: inside.example.org leads to 10.0.0.1, which is not on the public internet (alone)
    /feeds add url:http://news.example.org/feed
      📡 I look at **The News** every 15 minutes and post what is new in <#general>.
      Its latest: Post 2 (alone)
    /feeds add url:http://news.example.org/feed
      **The News** is posted in <#general> already. (alone)
    /feeds edit feed:The News
      There is nothing to change: name a channel, a role, words or a name. (alone)
    /feeds resume feed:The News
      **The News** is well: there is nothing to take up again. (alone)
    /feeds test feed:Yesterday
      There is no feed “Yesterday” here. Choose one from those that are offered while you type. (alone)
    ");
    news.bot.discord.person("ann").set_locale("de");
    assert_snapshot!(news.bot.all(&ann, &["/feeds test feed:Gestern"]).await, @r"
    /feeds test feed:Gestern
      Hier gibt es keinen Feed „Gestern“. Wähl einen von denen, die beim Tippen angeboten werden. (alone)
    ");
    news.bot.discord.person("ann").set_locale("en-US");
    // Where the bot may not write, or whoever asks may not themselves.
    let bots = news.bots("ben");
    bots.channel().set_bot(0, SEND);
    assert_snapshot!(news.ann(&format!("/feeds add url:{URL} channel:#bots")).await, @"I may not write in <#bots>. I need the permissions View Channel and Send Messages there, and Embed Links for cards. (alone)");
    bots.channel().set_bot(SEND, 0);
    let lab = news.bot.discord.guild("Cogbox Lab");
    lab.set_role("Helpers", MANAGE_GUILD, false);
    lab.give_role(&news.bot.discord.person("ben"), "Helpers");
    bots.channel().set_everyone(0, SEND);
    let said = [
        format!("/feeds add url:{URL} channel:#bots"),
        format!("/feeds add url:{URL} role:@Helpers"),
    ];
    assert_snapshot!(news.bot.all(&ben, &said.each_ref().map(String::as_str)).await, @r"
    /feeds add url:http://news.example.org/feed channel:#bots
      You may not write in <#bots> yourself. (alone)
    /feeds add url:http://news.example.org/feed role:@Helpers
      You may not ping <@&HELPERS> yourself: it takes the permission Mention Everyone, or a role that anyone may mention. (alone)
    ");
    news.bot.chooses(&ann, "feeds", "most", "1", true).await;
    assert_snapshot!(news.ann("/feeds add url:http://news.example.org/other").await, @"This server may follow one feed, and does. `/feeds remove` makes room, and `/cogs settings cog:feeds` allows more. (alone)");
    assert_eq!(
        ann.types("/feeds test feed:new").await,
        ["The News · http://news.example.org/feed"]
    );
    news.healthy();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_named_hosts_are_reached_where_the_operator_names_some() {
    let (names, site) = (Names::default(), Site::start().await);
    let setup = setup(&names, &site).cog("feeds", |cog| {
        cog.http = cogbox::config::Hosts::parse(["feeds.example.org"]).unwrap();
    });
    let bot = setup.start().await;
    let said = bot.here("ann").runs(&format!("/feeds add url:{URL}")).await;
    assert_snapshot!(bot.reads(&said), @r#"I can't go there: news.example.org is not among this cog's hosts; to allow it, write under [cogs.feeds]: http = ["feeds.example.org", "news.example.org"], or for `cogbox dev` the same as `hosts` under [http] in its cog.toml (alone)"#);
    assert!(bot.cog("feeds").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_feeds_and_what_was_seen() {
    let (news, _) = News::followed().await;
    news.site.has("/feed", numbered([3, 2, 1]));
    let news = news.restarts().await;
    news.later(20 * MINUTE).await;
    let bots = news.bots("ann");
    news.bot.shows(&bots, "Post 3").await;
    let news = news.restarts().await;
    // A week is made up for once.
    news.site.has("/feed", numbered([4, 3, 2]));
    news.later(7 * DAY).await;
    let bots = news.bots("ann");
    news.bot.shows(&bots, "Post 4").await;
    let shown = news.bot.transcript(&bots);
    assert_eq!(
        (
            shown.matches("Post 3").count(),
            shown.matches("Post 4").count()
        ),
        (1, 1)
    );
    news.healthy();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_waited_for_then_told_once_and_taken_up_again() {
    let (news, bots) = News::followed().await;
    news.site.has("/feed", Page::status(503));
    let asked = || news.site.seen().len();
    let before = asked();
    for _ in 0..8 {
        news.later(20 * MINUTE).await;
    }
    // Less and less often.
    assert!(
        (3..=5).contains(&(asked() - before)),
        "{}",
        asked() - before
    );
    assert_snapshot!(news.ann("/feeds list").await, @r"
    **The News** · <#bots> · as a card
    <http://news.example.org/feed>
    ⚠️ The site answered with an error (503). (<t:…:R>) (alone)
    ");
    for _ in 0..30 {
        if news.bot.transcript(&bots).contains("I stop") {
            break;
        }
        news.later(6 * HOUR + 20 * MINUTE).await;
    }
    assert_snapshot!(news.bot.transcript(&bots), @"Cogbox: 📡 I stop looking at **The News**. The site answered with an error (503). (since <t:…:R>) Who manages the server can take it up again with `/feeds resume`.");
    let before = asked();
    news.bot.app.services.clock.jump(DAY);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(asked(), before);
    assert_snapshot!(news.ann("/feeds resume feed:The News").await, @"The site answered with an error (503). (alone)");
    news.site.has("/feed", numbered([9, 2, 1]));
    assert_snapshot!(news.ann("/feeds resume feed:The News").await, @r"
    📡 I look at **The News** every 15 minutes and post what is new in <#bots>.
    Its latest: Post 9 (alone)
    ");
    // What came meanwhile is no news.
    news.site.has("/feed", numbered([10, 9, 2, 1]));
    news.later(20 * MINUTE).await;
    news.bot.shows(&bots, "Post 10").await;
    assert!(!news.bot.transcript(&bots).contains("Post 9"));
    news.healthy();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_is_gone_for_good_and_a_channel_that_is() {
    let (news, bots) = News::followed().await;
    news.site.has("/feed", Page::status(410));
    news.later(20 * MINUTE).await;
    news.bot
        .shows(&bots, "I stop looking at **The News**")
        .await;
    news.site.has("/feed", numbered([2, 1]));
    news.ann("/feeds resume feed:The News").await;
    news.site.has("/feed", numbered([3, 2, 1]));
    let lab = news.bot.discord.guild("Cogbox Lab");
    lab.delete_channel(&bots.channel());
    news.later(20 * MINUTE).await;
    let listed = news.bot.here("ann").runs("/feeds list").await;
    let listed = listed.message()["embeds"][0]["description"].to_string();
    assert!(listed.contains("The channel is gone"), "{listed}");
    // In another channel it goes on, with what could not be posted.
    let said = news
        .bot
        .here("ann")
        .runs("/feeds edit feed:The News channel:#general")
        .await;
    assert!(said.text().starts_with("Changed"), "{}", said.text());
    news.later(20 * MINUTE).await;
    let shown = || {
        let here = news.bot.here("ben");
        here.channel().transcript_for(&here).contains("Post 3")
    };
    assert!(patiently(shown).await);
    news.healthy();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_can_t_take_now_is_posted_later_and_once() {
    let (news, bots) = News::followed().await;
    news.site
        .has("/feed", numbered([4, 3, 2, 1]).header("etag", "\"two\""));
    news.bot.discord.cause(Fault::Limit {
        method: "POST".into(),
        path: "/channels/*/messages".into(),
        retry_after: 300.0,
        scope: Scope::Shared,
        times: 1,
    });
    news.later(20 * MINUTE).await;
    assert_eq!(news.bot.transcript(&bots), "");
    // The limit lasts for minutes, which nobody waits for: by then the bot was started anew.
    let news = news.restarts().await;
    news.later(20 * MINUTE).await;
    let bots = news.bots("ann");
    news.bot.shows(&bots, "Post 4").await;
    let shown = news.bot.transcript(&bots);
    assert_eq!(
        (
            shown.matches("Post 3").count(),
            shown.matches("Post 4").count()
        ),
        (1, 1)
    );
    // What Discord refuses for its card comes without.
    news.site.has("/feed", numbered([5, 4, 3]));
    let form = json!({"code": 50035, "message": "Invalid Form Body"});
    news.bot
        .discord
        .fail_next("POST", "/channels/*/messages", 400, form);
    news.later(20 * MINUTE).await;
    news.bot.shows(&bots, "**Post 5**").await;
    // A closed channel is told to admins; what came meanwhile comes when it is open again.
    bots.channel().set_bot(0, VIEW | SEND);
    news.site.has("/feed", numbered([6, 5]));
    news.later(20 * MINUTE).await;
    let listed = news.ann("/feeds list").await;
    assert!(
        listed.contains("I may not write in the channel"),
        "{listed}"
    );
    bots.channel().set_bot(VIEW | SEND, 0);
    news.later(20 * MINUTE).await;
    news.bot.shows(&bots, "Post 6").await;
    news.healthy();
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_sites_do_no_harm() {
    let (news, bots) = News::followed().await;
    let bomb = "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>\
        <rss><channel><item><guid>bomb</guid><title>&b;</title></item></channel></rss>";
    let deep = format!("<rss><channel>{}", "<item><a>".repeat(100_000));
    let wide = format!("<rss><channel>{}", post(1, "").repeat(20_000));
    let tags = format!(
        "<rss><channel><item><description>{}",
        "&lt;a ".repeat(150_000)
    );
    let unlike = "\0".repeat(1 << 20);
    let huge = "<".repeat(3 << 20);
    for body in [bomb, &deep, &wide, &tags, &unlike, &huge] {
        news.site.has("/feed", Page::new("text/xml", body));
        news.later(6 * HOUR + 20 * MINUTE).await;
    }
    // What unpacks to much more than it is, and what never ends.
    for path in ["bomb", "endless"] {
        let at = format!("http://news.example.org/{path}");
        let said = news.ann(&format!("/feeds add url:{at}")).await;
        assert!(
            said.starts_with("There is no feed") || said.starts_with("The site gives no answer"),
            "{said}"
        );
    }
    assert_snapshot!(news.bot.transcript(&bots), @r"
    Cogbox: | The News
      | &b;
    ");
    news.healthy();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_follow_a_site_once() {
    let news = News::new().await;
    let (ann, ben) = (news.bot.here("ann"), news.bot.here("ben"));
    let lab = news.bot.discord.guild("Cogbox Lab");
    lab.set_role("Helpers", MANAGE_GUILD, false);
    lab.give_role(&news.bot.discord.person("ben"), "Helpers");
    let add = format!("/feeds add url:{URL}");
    let (one, other) = tokio::join!(ann.runs(&add), ben.runs(&add));
    let followed = |said: &Answer| said.text().starts_with("📡 I look at");
    assert!(
        followed(&one) != followed(&other),
        "{} / {}",
        one.text(),
        other.text()
    );
    let listed = ann.runs("/feeds list").await;
    let listed = listed.message()["embeds"][0]["description"].to_string();
    assert_eq!(listed.matches("The News").count(), 1, "{listed}");
    news.healthy();
}
