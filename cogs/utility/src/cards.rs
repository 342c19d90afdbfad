//! What each command's embed says.
//!
//! Owns turning the contract's records into embeds. Asks the host nothing.

use crate::words;
use cogbox_sdk::discord::bot::Vitals;
use cogbox_sdk::markdown::{TimeStyle, created, escape, mention_role, mention_user, time};
use cogbox_sdk::prelude::*;

const BLURPLE: u32 = 0x58_65_f2;
const GREEN: u32 = 0x57_f2_87;
const YELLOW: u32 = 0xfe_e7_5c;
const RED: u32 = 0xed_42_45;

/// Up to here people call an answer instant, in milliseconds, and up to there slow.
const FAST: u32 = 200;
const SLOW: u32 = 600;
/// Roles named in full; more would not fit a field.
const ROLES_SHOWN: usize = 20;
/// The largest size in which Discord serves avatars, in pixels, is 4096; this fills a screen.
const AVATAR_SIZE: u32 = 1024;

pub fn ping(to: &dyn Audience, vitals: &Vitals) -> Embed {
    let latencies = [vitals.gateway_latency_ms, vitals.rest_latency_ms];
    let color = match latencies.into_iter().flatten().max() {
        None => BLURPLE,
        Some(ms) if ms <= FAST => GREEN,
        Some(ms) if ms <= SLOW => YELLOW,
        Some(_) => RED,
    };
    Embed::titled(t!(to, pong))
        .color(color)
        .inline(t!(to, gateway), latency(to, vitals.gateway_latency_ms))
        .inline(t!(to, rest), latency(to, vitals.rest_latency_ms))
}

pub fn uptime(to: &dyn Audience, vitals: &Vitals, now: f64) -> Embed {
    let start = time(vitals.started, TimeStyle::DateTime);
    let duration = words::duration(to, now - vitals.started);
    let shard = t!(
        to,
        shard_of,
        shard = vitals.shard + 1,
        shards = vitals.shards
    );
    Embed::titled(t!(to, uptime))
        .color(BLURPLE)
        .description(t!(to, up_for, duration = duration, start = start))
        .inline(t!(to, servers), t!(to, number, number = vitals.guilds))
        .inline(t!(to, shard), shard)
        .inline(t!(to, version), vitals.version.clone())
}

pub fn server(to: &dyn Audience, guild: &Guild) -> Embed {
    Embed::titled(escape(&guild.name))
        .color(BLURPLE)
        .thumbnail(guild.icon_url.clone())
        .inline(t!(to, owner), mention_user(&guild.owner))
        .inline(t!(to, members), t!(to, number, number = guild.member_count))
        .inline(t!(to, boosts), t!(to, number, number = guild.boosts))
        .inline(t!(to, created), since(to, created(&guild.id)))
        .inline(t!(to, language), guild.locale.clone())
        .footer(format!("ID {}", guild.id))
}

pub fn person(to: &dyn Audience, person: &Person) -> Embed {
    let user = &person.user;
    let mut embed = Embed::titled(escape(shown_name(person)))
        .color(BLURPLE)
        .thumbnail(avatar_url(person))
        .description(mention_user(&user.id))
        .inline(t!(to, name), format!("`{}`", user.name.replace('`', "'")))
        .inline(t!(to, account_made), since(to, created(&user.id)))
        .footer(format!("ID {}", user.id));
    if user.bot {
        embed = embed.inline(t!(to, kind), t!(to, bot));
    }
    let Some(member) = &person.member else {
        return embed;
    };
    embed = embed.inline(t!(to, joined), since(to, member.joined));
    if let Some(boosting) = member.boosting_since {
        embed = embed.inline(t!(to, boosting), since(to, Some(boosting)));
    }
    if let Some(until) = member.timed_out_until {
        embed = embed.inline(t!(to, timed_out_until), time(until, TimeStyle::DateTime));
    }
    embed.field(
        t!(to, roles, count = member.roles.len()),
        roles(to, &member.roles),
    )
}

pub fn avatar(to: &dyn Audience, person: &Person) -> Embed {
    let url = avatar_url(person);
    Embed::titled(t!(to, avatar_of, name = escape(shown_name(person))))
        .color(BLURPLE)
        .url(url.clone())
        .image(url)
}

fn shown_name(person: &Person) -> &str {
    let nickname = person
        .member
        .as_ref()
        .and_then(|member| member.nickname.as_deref());
    nickname.unwrap_or(&person.user.display_name)
}

/// Returns the avatar of the server, else of the account, else the one that Discord gives to
/// accounts without.
fn avatar_url(person: &Person) -> String {
    let of_server = person
        .member
        .as_ref()
        .and_then(|member| member.avatar_url.clone());
    of_server
        .or_else(|| person.user.avatar_url.clone())
        .map_or_else(|| default_avatar(&person.user.id), |url| sized(&url))
}

fn sized(url: &str) -> String {
    let bare = url.split('?').next().unwrap_or(url);
    format!("{bare}?size={AVATAR_SIZE}")
}

/// Discord's documentation, "CDN Formatting": default avatars are numbered by the id.
fn default_avatar(id: &str) -> String {
    let id: u64 = id.parse().unwrap_or(0);
    format!(
        "https://cdn.discordapp.com/embed/avatars/{}.png",
        (id >> 22) % 6
    )
}

fn latency(to: &dyn Audience, ms: Option<u32>) -> String {
    match ms {
        Some(ms) => t!(to, milliseconds, number = ms),
        None => t!(to, not_measured),
    }
}

fn since(to: &dyn Audience, at: Option<f64>) -> String {
    match at {
        Some(at) => time(at, TimeStyle::Relative),
        None => t!(to, unknown),
    }
}

fn roles(to: &dyn Audience, ids: &[String]) -> String {
    if ids.is_empty() {
        return t!(to, no_roles);
    }
    let shown = ids.iter().take(ROLES_SHOWN).map(|id| mention_role(id));
    let shown = shown.collect::<Vec<_>>().join(" ");
    match ids.len().saturating_sub(ROLES_SHOWN) {
        0 => shown,
        more => t!(to, more_roles, shown = shown, count = more),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: &dyn Audience = &"en-US";

    fn vitals(gateway: Option<u32>, rest: Option<u32>) -> Vitals {
        Vitals {
            gateway_latency_ms: gateway,
            rest_latency_ms: rest,
            started: 1_000.0,
            shard: 0,
            shards: 2,
            guilds: 1_234,
            version: "0.1.0".into(),
        }
    }

    fn ann() -> Person {
        let user = User {
            id: "175928847299117063".into(),
            name: "ann".into(),
            display_name: "Ann*".into(),
            avatar_url: None,
            bot: false,
        };
        Person { user, member: None }
    }

    fn as_member(person: Person, roles: usize) -> Person {
        let member = Member {
            guild: "1".into(),
            user: person.user.clone(),
            nickname: Some("Annie".into()),
            avatar_url: Some("https://cdn.example/a.png?size=64".into()),
            roles: (0..roles).map(|id| id.to_string()).collect(),
            joined: Some(2_000.5),
            boosting_since: None,
            timed_out_until: None,
            pending: false,
        };
        Person {
            member: Some(member),
            ..person
        }
    }

    fn value<'a>(embed: &'a Embed, name: &str) -> Option<&'a str> {
        let field = embed.fields.iter().find(|field| field.name == name);
        field.map(|field| field.value.as_str())
    }

    #[test]
    fn ping_shows_both_latencies_and_colours_by_the_slower() {
        let embed = ping(EN, &vitals(Some(40), Some(900)));
        assert_eq!(value(&embed, "Gateway"), Some("40 ms"));
        assert_eq!(value(&embed, "REST"), Some("900 ms"));
        assert_eq!(embed.color, Some(RED));
        assert_eq!(ping(EN, &vitals(Some(40), Some(200))).color, Some(GREEN));
        let fresh = ping(EN, &vitals(None, None));
        assert_eq!(value(&fresh, "Gateway"), Some("not measured yet"));
    }

    #[test]
    fn uptime_counts_from_the_start() {
        let embed = uptime(EN, &vitals(None, None), 1_061.0);
        let text = embed.description.as_deref();
        assert_eq!(
            text,
            Some("Up for **1 minute, 1 second**, since <t:1000:f>.")
        );
        assert_eq!(value(&embed, "Shard"), Some("1 of 2"));
        assert_eq!(value(&embed, "Servers"), Some("1,234"));
    }

    #[test]
    fn someone_from_elsewhere_has_no_roles_here() {
        let embed = person(EN, &ann());
        assert_eq!(embed.title.as_deref(), Some(r"Ann\*"));
        assert_eq!(value(&embed, "Account made"), Some("<t:1462015105:R>"));
        assert_eq!(value(&embed, "Joined"), None);
        let picture = embed.thumbnail_url.as_deref();
        assert_eq!(
            picture,
            Some("https://cdn.discordapp.com/embed/avatars/2.png")
        );
    }

    #[test]
    fn a_member_is_shown_as_the_server_knows_them() {
        let embed = person(EN, &as_member(ann(), 23));
        assert_eq!(embed.title.as_deref(), Some("Annie"));
        assert_eq!(value(&embed, "Joined"), Some("<t:2000:R>"));
        let roles = value(&embed, "Roles (23)").unwrap();
        assert!(roles.ends_with("<@&19> and 3 more"), "{roles}");
        assert!(roles.len() <= 1024);
        assert_eq!(
            value(&person(EN, &as_member(ann(), 0)), "Roles (0)"),
            Some("none")
        );
    }

    #[test]
    fn avatars_come_large_and_the_servers_own_goes_first() {
        let embed = avatar(EN, &as_member(ann(), 0));
        assert_eq!(embed.title.as_deref(), Some("Annie's avatar"));
        let picture = embed.image_url.as_deref();
        assert_eq!(picture, Some("https://cdn.example/a.png?size=1024"));
    }

    #[test]
    fn a_server_is_shown_with_its_owner_and_age() {
        let guild = Guild {
            id: "175928847299117063".into(),
            name: "Plants".into(),
            icon_url: None,
            owner: "9".into(),
            member_count: 1_500,
            locale: "en-GB".into(),
            boosts: 2,
        };
        let embed = server(EN, &guild);
        assert_eq!(value(&embed, "Owner"), Some("<@9>"));
        assert_eq!(value(&embed, "Members"), Some("1,500"));
        assert_eq!(value(&embed, "Created"), Some("<t:1462015105:R>"));
    }
}
