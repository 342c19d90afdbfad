//! Logins by Discord, for those who manage a server: `[web.discord]`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::{Auth, WebConfig, at};
use crate::config::environment::Environment;
use crate::config::problem::{Problem, Source};

/// Where people agree to be known.
const SITE: &str = "https://discord.com";

/// An application at Discord, by which people log in.
#[derive(Clone)]
pub struct DiscordLogin {
    /// Its id.
    pub client_id: String,
    /// Where people agree, without a slash at its end. Another one is a local Discord's.
    pub site: String,
    secret: String,
}

impl DiscordLogin {
    /// Returns an application of a local Discord.
    pub fn local(client_id: &str, secret: &str, site: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            site: site.to_owned(),
            secret: secret.to_owned(),
        }
    }

    /// Returns its secret, for the request that needs it.
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

impl std::fmt::Debug for DiscordLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DiscordLogin({})", self.client_id)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Written {
    client_id: Spanned<String>,
    client_secret: Option<Spanned<toml::Value>>,
    client_secret_file: Option<Spanned<PathBuf>>,
}

impl Written {
    /// Checks what was written; the secret's file is below the configuration's folder.
    pub(super) fn read(
        &self,
        source: &Source,
        env: &Environment,
        web: &WebConfig,
    ) -> Result<DiscordLogin, Problem> {
        if let Some(secret) = &self.client_secret {
            return Err(source.at(
                Some(secret.span()),
                "a secret doesn't belong in this file, which gets copied and shared",
                "write client-secret-file, or set COGBOX_WEB_DISCORD_CLIENT_SECRET instead",
            ));
        }
        let client = &self.client_id;
        let id = client.get_ref();
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            let what = format!("`{id}` is not an application's id at Discord, which is a number");
            let fix = "copy it from discord.com/developers, under OAuth2".into();
            return Err(at(source, client, (what, fix)));
        }
        if web.auth == Auth::None {
            let what = "without a login everybody on this machine may see everything".into();
            let fix = "write auth = \"token\" or \"proxy\" under [web], or leave [web.discord] out";
            return Err(at(source, client, (what, fix.into())));
        }
        if web.url.is_none() {
            let what = "Discord has to know where it sends people back to".into();
            let fix = "write url under [web], such as \"https://bot.example.org\", and that address \
                       with /login/discord/return behind it at Discord, as a redirect";
            return Err(at(source, client, (what, fix.into())));
        }
        Ok(DiscordLogin::local(id, &self.secret(source, env)?, SITE))
    }

    fn secret(&self, source: &Source, env: &Environment) -> Result<String, Problem> {
        let written = self.client_secret_file.as_ref();
        let base = source.path.parent().unwrap_or(Path::new(""));
        let file = match (
            &env.web_discord_secret,
            &env.web_discord_secret_file,
            written,
        ) {
            (Some(secret), None, None) => return Ok(secret.trim().to_owned()),
            (None, Some(file), None) => PathBuf::from(file),
            (None, None, Some(written)) => base.join(written.get_ref()),
            (None, None, None) => {
                let what = "there is no client secret".into();
                let fix = "write client-secret-file, or set COGBOX_WEB_DISCORD_CLIENT_SECRET";
                return Err(at(source, &self.client_id, (what, fix.into())));
            }
            _ => {
                let what = "there is more than one client secret".into();
                let fix = "keep one of client-secret-file, COGBOX_WEB_DISCORD_CLIENT_SECRET and \
                           COGBOX_WEB_DISCORD_CLIENT_SECRET_FILE";
                return Err(at(source, &self.client_id, (what, fix.into())));
            }
        };
        let read = std::fs::read_to_string(&file);
        read.map(|text| text.trim().to_owned()).map_err(|error| {
            let what = format!("{} can't be read: {error}", file.display());
            let fix = "check the path, and that this user may read the file".into();
            at(source, &self.client_id, (what, fix))
        })
    }
}
