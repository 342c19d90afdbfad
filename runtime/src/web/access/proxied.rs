//! Who somebody is, by the word of a proxy in front of us.

use axum::http::{HeaderMap, HeaderName, StatusCode};

use super::forwarding::folded;
use super::{May, Via, Visitor};
use crate::config::WebConfig;
use crate::web::refusal::Refused;

/// Returns whom the proxy names. A request with a name that did not come from the proxy is refused,
/// and so is one that could have two.
pub fn visitor(config: &WebConfig, via: &Via, headers: &HeaderMap) -> Result<Visitor, Refused> {
    let user = said(headers, &config.user_header)?;
    let groups = said(headers, &config.groups_header)?;
    if !via.trusted {
        return match user.or(groups) {
            None => Ok(Visitor::nobody()),
            Some(_) => Err(Refused::new(
                StatusCode::FORBIDDEN,
                format!(
                    "This request says who you are, which only the proxy may, and {} is not one of \
                     trusted-proxies under [web] in cogbox.toml. Open the dashboard by its proxy.",
                    via.peer
                ),
            )),
        };
    }
    let Some(user) = user.filter(|user| !user.is_empty()) else {
        return Ok(Visitor::nobody());
    };
    let groups = groups.unwrap_or_default();
    let groups = || groups.split('|').map(str::trim);
    let may = match () {
        () if config.admins.contains(&user, groups()) => May::Administer,
        () if config.viewers.contains(&user, groups()) => May::View,
        () => May::Nothing,
    };
    Ok(Visitor {
        name: Some(user.clone()),
        may,
        ..Visitor::nobody()
    })
}

/// Returns what the one header of a name says. Two of them, or one that some server on the way takes
/// for it, may be a client's own.
fn said(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, Refused> {
    let alike: Vec<_> = headers
        .iter()
        .filter(|(other, _)| folded(other) == name.as_str())
        .collect();
    let doubtful = |why: &str| {
        let sentence = format!("This request has {why}, so it is not known who sends it.");
        Refused::new(StatusCode::BAD_REQUEST, sentence)
    };
    match alike[..] {
        [] => Ok(None),
        [(other, value)] if other == name => match str::from_utf8(value.as_bytes()) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(_) => Err(doubtful(&format!("no text in the header {name}"))),
        },
        [(other, _)] => Err(doubtful(&format!(
            "the header {other}, which some take for {name}"
        ))),
        _ => Err(doubtful(&format!("more than one header like {name}"))),
    }
}
