//! Logging in by Discord, for those who manage a server: OAuth2's authorization code, bound to the
//! browser that began it, with PKCE. Who they are and what they manage is asked once, and the token
//! for it given back.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serenity::model::Permissions;
use serenity::model::id::{GuildId, UserId};
use sha2::{Digest, Sha256};

use super::secret::Secret;
use super::{cookie, field, no_login};
use crate::config::DiscordLogin;
use crate::store::logins::{Person, Session};
use crate::web::Web;
use crate::web::access::Admitted;
use crate::web::refusal::refuse;

/// How long somebody stays logged in: what they manage at Discord may change.
const SESSION: Duration = Duration::from_secs(60 * 60);
/// How long Discord may take for one answer.
const PATIENCE: Duration = Duration::from_secs(4);
/// Where Discord sends people back to, below the dashboard's own address.
const RETURN: &str = "/login/discord/return";

/// Discord, as it is asked for people.
pub struct Discord {
    client: reqwest::Client,
    /// The base of its REST interface.
    api: String,
    login: DiscordLogin,
    /// The dashboard's own address.
    own: String,
}

/// Why somebody is not logged in.
enum Failure {
    /// Discord does not stand by what the browser brought.
    Refused,
    /// Discord does not answer as it should.
    Broken(String),
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
}

#[derive(Deserialize)]
struct User {
    id: UserId,
    username: String,
}

#[derive(Deserialize)]
struct Guild {
    id: GuildId,
    #[serde(default)]
    owner: bool,
    permissions: Permissions,
}

impl Discord {
    /// Returns Discord behind an interface, for an application.
    pub fn new(api: &str, login: DiscordLogin, own: &str) -> Result<Self, reqwest::Error> {
        let agent = concat!("DiscordBot (cogbox, ", env!("CARGO_PKG_VERSION"), ")");
        let client = reqwest::Client::builder()
            .user_agent(agent)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            // A proxy for Discord is the operator's explicit choice, never the environment's.
            .no_proxy()
            .build()?;
        Ok(Self {
            client,
            api: api.trim_end_matches('/').to_owned(),
            login,
            own: own.to_owned(),
        })
    }

    /// Returns where somebody agrees to be known.
    fn page(&self, begun: &Secret) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(derived(begun, "verifier")));
        let redirect = format!("{}{RETURN}", self.own);
        let pairs = [
            ("response_type", "code"),
            ("client_id", &self.login.client_id),
            ("scope", "identify guilds"),
            ("redirect_uri", &redirect),
            ("state", &derived(begun, "state")),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            // Who agreed before is not asked again.
            ("prompt", "none"),
        ];
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        format!("{}/oauth2/authorize?{query}", self.login.site)
    }

    /// Returns who somebody is and which guilds they manage.
    async fn person(&self, code: &str, begun: &Secret) -> Result<Person, Failure> {
        let redirect = format!("{}{RETURN}", self.own);
        let verifier = derived(begun, "verifier");
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect.as_str()),
            ("code_verifier", verifier.as_str()),
        ];
        let granted: Granted = self.read(self.posts("oauth2/token").form(&form)).await?;
        let token = &granted.access_token;
        let gets = |path| {
            self.client
                .get(format!("{}/{path}", self.api))
                .bearer_auth(token)
        };
        let user: Result<User, _> = self.read(gets("users/@me")).await;
        let guilds: Result<Vec<Guild>, _> = self.read(gets("users/@me/guilds")).await;
        let form = [
            ("token", token.as_str()),
            ("token_type_hint", "access_token"),
        ];
        if let Err(error) = self.posts("oauth2/token/revoke").form(&form).send().await {
            tracing::debug!(%error, "Discord did not take a token back; it ends by itself");
        }
        let (user, guilds) = (user?, guilds?);
        let manages = |guild: &Guild| {
            let enough = Permissions::MANAGE_GUILD | Permissions::ADMINISTRATOR;
            guild.owner || guild.permissions.intersects(enough)
        };
        let guilds = guilds.iter().filter(|guild| manages(guild));
        Ok(Person {
            user: user.id,
            name: user.username,
            guilds: guilds.map(|guild| guild.id).collect::<BTreeSet<_>>(),
        })
    }

    fn posts(&self, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.post(format!("{}/{path}", self.api));
        request.basic_auth(&self.login.client_id, Some(self.login.secret()))
    }

    async fn read<T: serde::de::DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<T, Failure> {
        let broken = |error: reqwest::Error| Failure::Broken(error.without_url().to_string());
        let answer = request.send().await.map_err(broken)?;
        match answer.status() {
            StatusCode::OK => answer.json().await.map_err(broken),
            // The code is not good, or its verifier or address is not.
            StatusCode::BAD_REQUEST => Err(Failure::Refused),
            status => Err(Failure::Broken(format!("it answered {status}"))),
        }
    }
}

/// Returns one of the texts that follow from what only the browser has.
fn derived(begun: &Secret, what: &str) -> String {
    let digest = Sha256::new()
        .chain_update(what)
        .chain_update(begun.reveal());
    URL_SAFE_NO_PAD.encode(digest.finalize())
}

/// `GET /login/discord`: sends the browser to Discord.
pub async fn begin(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    uri: Uri,
) -> Response {
    let Some(discord) = &web.discord else {
        return no_login(&uri);
    };
    match Secret::fresh() {
        Ok(begun) => {
            let cookie = cookie::set_begun(&begun, admitted.via.https);
            (
                [(header::SET_COOKIE, cookie)],
                Redirect::to(&discord.page(&begun)),
            )
                .into_response()
        }
        Err(error) => {
            tracing::error!(%error, "nobody can log in by Discord");
            let sentence = "Cogbox has no randomness, without which nobody can log in.";
            refuse(uri.path(), StatusCode::SERVICE_UNAVAILABLE, sentence)
        }
    }
}

/// `GET /login/discord/return`: who comes back from Discord, in the browser that went there.
pub async fn back(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    headers: axum::http::HeaderMap,
    uri: Uri,
) -> Response {
    let Some(discord) = &web.discord else {
        return no_login(&uri);
    };
    let via = &admitted.via;
    let refused = |status, sentence: &str| {
        web.door.failed();
        let gone = [(header::SET_COOKIE, cookie::clear_begun(via.https))];
        (gone, refuse(uri.path(), status, sentence)).into_response()
    };
    if web.door.attempts.take(via.client, web.door.now()).is_err() {
        let sentence = "Too many tries. Wait a minute, then log in again.";
        return refused(StatusCode::TOO_MANY_REQUESTS, sentence);
    }
    let query = uri.query().unwrap_or_default().as_bytes();
    let begun = cookie::begun(&headers, via.https);
    let state = field(query, "state").and_then(|state| Secret::parse(&state));
    // Digests are compared, so that the time it takes tells nothing of the state.
    let own = begun
        .as_ref()
        .and_then(|begun| Secret::parse(&derived(begun, "state")));
    let same = own.is_some() && own.map(|own| own.digest()) == state.map(|state| state.digest());
    let Some(begun) = begun.filter(|_| same) else {
        let sentence = "This login was not begun in this browser. Log in again from /login.";
        return refused(StatusCode::BAD_REQUEST, sentence);
    };
    let Some(code) = field(query, "code") else {
        let sentence = "Discord did not let you in, or you did not let Cogbox know who you are.";
        return refused(StatusCode::FORBIDDEN, sentence);
    };
    let person = match discord.person(&code, &begun).await {
        Ok(person) => person,
        Err(Failure::Refused) => {
            let sentence = "Discord does not know this login any more. Log in again from /login.";
            return refused(StatusCode::UNAUTHORIZED, sentence);
        }
        Err(Failure::Broken(error)) => {
            tracing::warn!(%error, "Discord does not say who somebody is");
            let sentence = "Discord does not say who you are. Try again in a moment.";
            return refused(StatusCode::BAD_GATEWAY, sentence);
        }
    };
    let (now, user) = (web.door.now(), person.user.get());
    let session = Session {
        made: now,
        ends: now + SESSION,
        person: Some(person),
    };
    let Ok(Some(secret)) = super::begin(&web, session, None).await else {
        let sentence = "The database does not answer. Try again in a moment.";
        return refused(StatusCode::SERVICE_UNAVAILABLE, sentence);
    };
    web.door.attempts.succeeded(via.client);
    tracing::info!(client = %via.client, user, "somebody logged in to the dashboard by Discord");
    let cookies = AppendHeaders([
        (header::SET_COOKIE, cookie::clear_begun(via.https)),
        (header::SET_COOKIE, cookie::set(&secret, SESSION, via.https)),
    ]);
    (cookies, Redirect::to("/guilds")).into_response()
}
