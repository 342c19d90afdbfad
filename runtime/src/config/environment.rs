//! What the process's environment says. This is the only file that reads it.

use std::ffi::OsString;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::Problem;

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
        Self(token.into())
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

/// What the process's environment says, read once.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    token: Option<String>,
    token_file: Option<PathBuf>,
    pub(super) shards: Option<String>,
    pub(super) rest_proxy: Option<String>,
    pub(super) web_bind: Option<String>,
    pub(super) store_path: Option<String>,
}

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

    fn from_vars(vars: impl Iterator<Item = (String, String)>) -> Result<Self, Problem> {
        let mut env = Self::default();
        for (name, value) in vars {
            match name.as_str() {
                "DISCORD_TOKEN" => env.token = Some(value),
                "DISCORD_TOKEN_FILE" => env.token_file = Some(value.into()),
                "COGBOX_DISCORD_SHARDS" => env.shards = Some(value),
                "COGBOX_DISCORD_REST_PROXY" => env.rest_proxy = Some(value),
                "COGBOX_WEB_BIND" => env.web_bind = Some(value),
                "COGBOX_STORE_PATH" => env.store_path = Some(value),
                // Read by the command line itself.
                "COGBOX_CONFIG" | "COGBOX_LOG" => {}
                _ if name.starts_with("COGBOX_") => {
                    return Err(Problem::new(
                        name,
                        "no such setting",
                        "the variables are COGBOX_CONFIG, COGBOX_DISCORD_REST_PROXY, \
                         COGBOX_DISCORD_SHARDS, COGBOX_LOG, COGBOX_WEB_BIND and \
                         COGBOX_STORE_PATH",
                    ));
                }
                _ => {}
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
                Ok(text) => (path.display().to_string(), text),
                Err(error) => {
                    return Err(Problem::new(
                        "DISCORD_TOKEN_FILE",
                        format!("{} can't be read: {error}", path.display()),
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
            true => Ok(Token(token.to_owned())),
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
    }
}
