//! Time zones: a person's own, that of the server, and the names that there are.

use crate::rules::Rules;
use crate::when::Zone;
use cogbox_sdk::prelude::*;
use jiff::tz::{TimeZone, db};

/// The key of a person's own zone. It counts in all servers.
const OWN: &str = "zone";
const UTC: &str = "UTC";
const CHOICES: usize = 25;

/// The zone that counts for somebody.
pub struct Counting {
    pub name: String,
    pub zone: Zone,
    /// Whether they chose it themselves.
    pub own: bool,
}

/// Returns the zone that counts for somebody: their own, else the server's, else UTC.
pub fn of(user: &str, guild: Option<&str>) -> Answer<Counting> {
    let own = store::user(user).text(OWN)?;
    let chosen = match (&own, guild) {
        (Some(own), _) => Some(own.clone()),
        (None, Some(guild)) => Rules::of(guild).time_zone()?,
        (None, None) => None,
    };
    // A name may go with an update, and what admins write may be none.
    let found = chosen.as_deref().and_then(find);
    let name = found.unwrap_or_else(|| UTC.to_string());
    let zone = named(&name);
    Ok(Counting {
        own: own.is_some(),
        name,
        zone,
    })
}

/// Returns a zone by its name, and UTC for a name that there is not.
pub fn named(name: &str) -> Zone {
    Zone(TimeZone::get(name).unwrap_or(TimeZone::UTC))
}

/// Tells or changes your time zone, which counts in all servers.
#[command]
pub fn timezone(
    ctx: &Context,
    /// Such as Europe/Berlin; type your city or one near you.
    #[option(max_length = 60, autocomplete)]
    zone: Option<String>,
) -> Answer {
    let user = ctx.user().id;
    if let Some(typed) = zone {
        let name = find(&typed).or_tell(t!(ctx, no_zone, zone = markdown::escape(&typed)))?;
        store::user(&user).set(OWN, &name)?;
    }
    let guild = ctx.guild();
    let counting = of(&user, guild.as_deref())?;
    let time = clock_of(&counting.zone, clock::now() as i64);
    let name = counting.name;
    ctx.reply_privately(match (counting.own, guild) {
        (true, _) => t!(ctx, zone_is, zone = name, time = time),
        (false, Some(_)) => t!(ctx, zone_of_server, zone = name, time = time),
        (false, None) => t!(ctx, zone_of_nobody, zone = name, time = time),
    })
}

/// Offers zones by the names of their cities, with the time there.
pub fn offer(request: &Request) -> Vec<Choice> {
    let now = clock::now() as i64;
    let names = matching(&request.typed);
    let choice = |name: String| {
        let time = clock_of(&named(&name), now);
        Choice::new(format!("{name} · {time}"), name)
    };
    names.into_iter().take(CHOICES).map(choice).collect()
}

/// Returns the name of a zone as somebody wrote it, or their city: the only one that fits.
fn find(typed: &str) -> Option<String> {
    let typed = spelled(typed);
    let all = || db().available().map(|name| name.to_string());
    if let Some(exact) = all().find(|name| name.to_lowercase() == typed) {
        return Some(exact);
    }
    let mut cities = all().filter(|name| city(name) == typed);
    let first = cities.next()?;
    cities.next().is_none().then_some(first)
}

/// Returns the names in which something occurs, those whose city begins with it first.
fn matching(typed: &str) -> Vec<String> {
    let typed = spelled(typed);
    let mut names: Vec<String> = db()
        .available()
        .map(|name| name.to_string())
        .filter(|name| name.to_lowercase().contains(&typed))
        .collect();
    names.sort_by_key(|name| (!city(name).starts_with(&typed), !name.contains('/')));
    names
}

fn spelled(typed: &str) -> String {
    typed.trim().to_lowercase().replace(' ', "_")
}

fn city(name: &str) -> String {
    let city = name.rsplit('/').next().unwrap_or(name);
    city.to_lowercase()
}

/// Returns what a zone's clocks show.
fn clock_of(zone: &Zone, now: i64) -> String {
    let local = zone.local(now);
    local.map_or(String::new(), |time| {
        format!("{:02}:{:02}", time.hour(), time.minute())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_by_name_and_by_city() {
        for (typed, name) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("europe/berlin", "Europe/Berlin"),
            ("berlin", "Europe/Berlin"),
            ("new york", "America/New_York"),
            ("utc", "UTC"),
        ] {
            assert_eq!(find(typed).as_deref(), Some(name), "{typed}");
        }
        for odd in ["", "Mars", "Europe", "berl", "../UTC", "+02:00"] {
            assert_eq!(find(odd), None, "{odd}");
        }
    }

    #[test]
    fn cities_that_begin_so_come_first() {
        assert_eq!(matching("lond")[0], "Europe/London");
        assert_eq!(matching("new y"), ["America/New_York"]);
        assert!(matching("mars").is_empty());
    }

    #[test]
    fn a_name_that_there_is_not_is_utc() {
        assert_eq!(clock_of(&named("Mars/Olympus"), 3_660), "01:01");
        assert_eq!(clock_of(&named("Asia/Tokyo"), 3_660), "10:01");
    }
}
