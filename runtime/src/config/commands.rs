//! What an operator changes of single commands.

use serde::{Deserialize, Serialize};
use serenity::model::permissions::Permissions;
use toml::Spanned;

/// So many uses in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cooldown {
    /// Who shares the uses.
    pub per: Per,
    /// How many.
    pub uses: u16,
    /// In how long.
    pub seconds: u32,
}

/// Who shares the uses of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// One person, everywhere.
    User,
    /// One person in one guild.
    Member,
    /// All in one channel.
    Channel,
    /// All in one guild.
    Guild,
    /// Everybody.
    Global,
}

/// What the operator wants of one command, whatever its cog declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandConfig {
    /// How often it may be used; `Some(None)` is as often as people like.
    pub cooldown: Option<Option<Cooldown>>,
    /// Who sees it, unless a server's admins say otherwise; empty for everybody.
    pub needs: Option<Permissions>,
}

/// The table of one command as it is written; every key is optional.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Written {
    cooldown: Option<Spanned<CooldownSetting>>,
    needs: Option<Vec<Spanned<String>>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum CooldownSetting {
    On(bool),
    Set(Cooldown),
}

impl Written {
    /// Checks what was written. The error is where, what is wrong, and how to mend it.
    pub(super) fn read(&self) -> Result<CommandConfig, (std::ops::Range<usize>, String, String)> {
        let cooldown = match &self.cooldown {
            None => None,
            Some(setting) => Some(match setting.get_ref() {
                CooldownSetting::On(false) => None,
                CooldownSetting::Set(cooldown) if cooldown.uses > 0 && cooldown.seconds > 0 => {
                    Some(*cooldown)
                }
                _ => {
                    return Err((
                        setting.span(),
                        "this is not a cooldown".into(),
                        "write `false`, or { per = \"user\", uses = 1, seconds = 5 } with numbers above 0"
                            .into(),
                    ));
                }
            }),
        };
        let mut needs = self.needs.as_ref().map(|_| Permissions::empty());
        for name in self.needs.iter().flatten() {
            let upper = name.get_ref().to_uppercase().replace('-', "_");
            let Some(permission) = Permissions::from_name(&upper) else {
                return Err((
                    name.span(),
                    format!("`{}` is not one of Discord's permissions", name.get_ref()),
                    "write its name, such as \"manage-guild\" or \"kick-members\"".into(),
                ));
            };
            needs = needs.map(|all| all | permission);
        }
        Ok(CommandConfig { cooldown, needs })
    }
}
