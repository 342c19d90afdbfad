//! What the process's environment says. This is the only file that reads it.

use std::ffi::OsString;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::Problem;
use super::secrets::hide;

/// Returns the folder in this user's cache for what builds of cogs need.
pub fn cache_folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let cache = set("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(set("HOME")?).join(".cache")))?;
    Some(cache.join("cogbox/toolchains"))
}

/// Returns where programs are looked for.
pub fn search_path() -> OsString {
    let set = std::env::var_os("PATH").filter(|path| !path.is_empty());
    set.unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into())
}

/// The bot's token. It never shows in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes a token that was not read from the environment, such as the local Discord's.
    pub fn new(token: impl Into<String>) -> Self {
        let token = token.into();
        hide(&token);
        Self(token)
    }

    /// Returns a digest that tells one bot from another and nothing of the secret.
    pub fn digest(&self) -> String {
        let digest = Sha256::digest(self.0.as_bytes());
        hex::encode(&digest[..16])
    }

    /// Returns the secret itself, for the header and the handshake that need it.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What the process's environment says, read once. An empty variable is one that is not set, since
/// service files and Compose files often cannot leave one out.
#[derive(Clone, Default)]
pub struct Environment {
    token: Option<String>,
    token_file: Option<String>,
    pub(super) shards: Option<String>,
    pub(super) rest_proxy: Option<String>,
    pub(super) store_path: Option<String>,
    pub(super) web_bind: Option<String>,
    pub(super) web_auth: Option<String>,
    pub(super) web_url: Option<String>,
    pub(super) web_hosts: Option<String>,
    pub(super) web_trusted_proxies: Option<String>,
    pub(super) web_admins: Option<String>,
    pub(super) web_viewers: Option<String>,
    pub(super) web_metrics_bind: Option<String>,
    pub(super) web_metrics_allow: Option<String>,
    pub(super) web_discord_secret: Option<String>,
    pub(super) web_discord_secret_file: Option<String>,
}

/// Where a variable is kept.
type Place = fn(&mut Environment) -> &mut Option<String>;

/// The variables that are read here.
const VARIABLES: &[(&str, Place)] = &[
    ("DISCORD_TOKEN", |env| &mut env.token),
    ("DISCORD_TOKEN_FILE", |env| &mut env.token_file),
    ("COGBOX_DISCORD_REST_PROXY", |env| &mut env.rest_proxy),
    ("COGBOX_DISCORD_SHARDS", |env| &mut env.shards),
    ("COGBOX_STORE_PATH", |env| &mut env.store_path),
    ("COGBOX_WEB_ADMINS", |env| &mut env.web_admins),
    ("COGBOX_WEB_AUTH", |env| &mut env.web_auth),
    ("COGBOX_WEB_BIND", |env| &mut env.web_bind),
    ("COGBOX_WEB_DISCORD_CLIENT_SECRET", |env| {
        &mut env.web_discord_secret
    }),
    ("COGBOX_WEB_DISCORD_CLIENT_SECRET_FILE", |env| {
        &mut env.web_discord_secret_file
    }),
    ("COGBOX_WEB_HOSTS", |env| &mut env.web_hosts),
    ("COGBOX_WEB_METRICS_ALLOW", |env| &mut env.web_metrics_allow),
    ("COGBOX_WEB_METRICS_BIND", |env| &mut env.web_metrics_bind),
    ("COGBOX_WEB_TRUSTED_PROXIES", |env| {
        &mut env.web_trusted_proxies
    }),
    ("COGBOX_WEB_URL", |env| &mut env.web_url),
    ("COGBOX_WEB_VIEWERS", |env| &mut env.web_viewers),
];

/// Those that the command line itself reads.
const OF_COMMAND_LINE: [&str; 2] = ["COGBOX_CONFIG", "COGBOX_LOG"];

impl Environment {
    /// Reads the variables that Cogbox knows, and refuses a `COGBOX_` name that it doesn't.
    pub fn read() -> Result<Self, Problem> {
        Self::from_vars(std::env::vars_os().filter_map(|(name, value)| {
            Some((
                name.into_string().ok()?,
                value.to_string_lossy().into_owned(),
            ))
        }))
    }

    pub(super) fn from_vars(vars: impl Iterator<Item = (String, String)>) -> Result<Self, Problem> {
        let mut env = Self::default();
        for (name, value) in vars {
            let known = VARIABLES.iter().find(|(known, _)| *known == name);
            if let Some((_, place)) = known {
                *place(&mut env) = Some(value).filter(|value| !value.trim().is_empty());
            } else if name.starts_with("COGBOX_") && !OF_COMMAND_LINE.contains(&name.as_str()) {
                let names = VARIABLES.iter().map(|(name, _)| *name);
                let mut names: Vec<_> = names.chain(OF_COMMAND_LINE).collect();
                names.retain(|name| name.starts_with("COGBOX_"));
                names.sort_unstable();
                let fix = format!("the variables are {}", names.join(", "));
                return Err(Problem::new(name, "no such setting", fix));
            }
        }
        Ok(env)
    }

    /// Whether it says where the database is.
    pub fn places_store(&self) -> bool {
        self.store_path.is_some()
    }

    /// Returns the bot's token, from the variable or the file it names.
    pub fn token(&self) -> Result<Token, Problem> {
        let (place, text) = match (&self.token, &self.token_file) {
            (Some(_), Some(_)) => {
                return Err(Problem::new(
                    "DISCORD_TOKEN",
                    "DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set",
                    "keep one of them",
                ));
            }
            (Some(token), None) => ("DISCORD_TOKEN".to_owned(), token.clone()),
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => (path.clone(), text),
                Err(error) => {
                    return Err(Problem::new(
                        "DISCORD_TOKEN_FILE",
                        format!("{path} can't be read: {error}"),
                        "check the path, and that this user may read the file",
                    ));
                }
            },
            (None, None) => {
                return Err(Problem::new(
                    "DISCORD_TOKEN",
                    "there is no bot token",
                    "set DISCORD_TOKEN or DISCORD_TOKEN_FILE (the token is shown once at \
                     discord.com/developers under Bot), or try `cogbox dev`, which needs none",
                ));
            }
        };
        let token = text.trim();
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        let shaped = token.split('.').count() == 3
            && token.split('.').all(|part| !part.is_empty())
            && token.bytes().all(|b| b.is_ascii_graphic());
        match shaped {
            true => Ok(Token::new(token)),
            false => Err(Problem::new(
                place,
                "this is not a bot token, which has three parts joined by dots",
                "copy it again from discord.com/developers, under Bot (not the client secret)",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_checked_and_never_shown() {
        let env = |vars: &[(&str, &str)]| {
            Environment::from_vars(vars.iter().map(|(n, v)| (n.to_string(), v.to_string())))
        };
        let token = env(&[("DISCORD_TOKEN", " Bot aa.bb.cc\n")])
            .unwrap()
            .token()
            .unwrap();
        assert_eq!(token.secret(), "aa.bb.cc");
        assert!(!format!("{token:?}").contains("aa"));
        let told = env(&[("DISCORD_TOKEN", "hunter2")])
            .unwrap()
            .token()
            .unwrap_err();
        assert!(!told.to_string().contains("hunter2"), "{told}");
        assert!(
            env(&[])
                .unwrap()
                .token()
                .unwrap_err()
                .to_string()
                .contains("cogbox dev")
        );
        assert!(env(&[("COGBOX_WEB_BNID", "x")]).is_err());
        // What is empty is not set.
        let told = env(&[("DISCORD_TOKEN", "aa.bb.cc"), ("DISCORD_TOKEN_FILE", "")]);
        assert!(told.unwrap().token().is_ok());
    }
}
