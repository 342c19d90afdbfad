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

/// So many uses at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Concurrency {
    /// Who shares the uses.
    pub per: Per,
    /// How many.
    pub uses: u16,
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
    /// How often it may be used at the same time; `Some(None)` is as often as people like.
    pub concurrency: Option<Option<Concurrency>>,
    /// Who sees it, unless a server's admins say otherwise; empty for everybody.
    pub needs: Option<Permissions>,
}

/// The table of one command as it is written; every key is optional.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Written {
    cooldown: Option<Spanned<Setting<Cooldown>>>,
    concurrency: Option<Spanned<Setting<Concurrency>>>,
    needs: Option<Vec<Spanned<String>>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Setting<T> {
    On(bool),
    Set(T),
}

impl<T: Copy> Setting<T> {
    /// Returns what was set, `None` for off. The error says how to write it.
    fn read(
        of: &Spanned<Self>,
        is_fine: impl Fn(&T) -> bool,
        name: &str,
        example: &str,
    ) -> Result<Option<T>, Mistake> {
        match of.get_ref() {
            Self::On(false) => Ok(None),
            Self::Set(set) if is_fine(set) => Ok(Some(*set)),
            _ => Err((
                of.span(),
                format!("this is not a {name}"),
                format!("write `false`, or {example} with numbers above 0"),
            )),
        }
    }
}

/// Where a mistake is, what is wrong, and how to mend it.
type Mistake = (std::ops::Range<usize>, String, String);

impl Written {
    /// Checks what was written.
    pub(super) fn read(&self) -> Result<CommandConfig, Mistake> {
        let cooldown = self.cooldown.as_ref().map(|setting| {
            let is_fine = |set: &Cooldown| set.uses > 0 && set.seconds > 0;
            let example = r#"{ per = "user", uses = 1, seconds = 5 }"#;
            Setting::read(setting, is_fine, "cooldown", example)
        });
        let concurrency = self.concurrency.as_ref().map(|setting| {
            let is_fine = |set: &Concurrency| set.uses > 0;
            let example = r#"{ per = "user", uses = 1 }"#;
            Setting::read(setting, is_fine, "concurrency", example)
        });
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
        Ok(CommandConfig {
            cooldown: cooldown.transpose()?,
            concurrency: concurrency.transpose()?,
            needs,
        })
    }
}
