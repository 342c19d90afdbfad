//! A panel as its message shows it, and keeping that message up to date.

use crate::panel::{self, Kept, Look, Offer, Panel};
use cogbox_sdk::discord::{messages, roles};
use cogbox_sdk::markdown::{mention_role, shorten};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

const BLURPLE: u32 = 0x58_65_f2;
/// Buttons in a row, and characters on one and in a menu: what Discord takes.
const ROW: usize = 5;
const LABEL: usize = 80;
const CHOICE: usize = 100;

/// The names of a server's roles.
pub struct Names(Vec<Role>);

impl Names {
    pub fn of(guild: &str) -> Result<Self, Refused> {
        roles::all(guild).map(Names)
    }

    pub fn role(&self, id: &str) -> Option<&Role> {
        self.0.iter().find(|role| role.id == id)
    }

    fn label(&self, offer: &Offer, most: usize) -> String {
        let name = self.role(&offer.role).map(|role| role.name.as_str());
        let label = offer.label.as_deref().or(name).unwrap_or("?");
        shorten(label, most)
    }
}

/// Returns a panel's message.
pub fn message(kept: &Kept, names: &Names) -> OutgoingMessage {
    let (id, panel) = (&kept.id, &kept.panel);
    let lines = panel.offers.iter().map(|offer| {
        let emoji = offer.emoji.as_ref().map(|emoji| format!("{emoji} "));
        let about = offer.about.as_ref().map(|about| format!(" – {about}"));
        let role = mention_role(&offer.role);
        format!(
            "{}{role}{}",
            emoji.unwrap_or_default(),
            about.unwrap_or_default()
        )
    });
    let lines: Vec<String> = panel
        .about
        .iter()
        .cloned()
        .chain([lines.collect::<Vec<_>>().join("\n")])
        .collect();
    let mut embed = Embed::titled(&panel.title)
        .color(BLURPLE)
        .description(lines.join("\n\n"));
    if let Some(rule) = rule(panel) {
        embed = embed.footer(rule);
    }
    let mut message = OutgoingMessage::from(embed);
    match panel.look {
        Look::Buttons => {
            for row in panel.offers.chunks(ROW) {
                message = message.row(row.iter().map(|offer| {
                    let label = names.label(offer, LABEL);
                    let button = Button::secondary(format!("role:{id}:{}", offer.role), label);
                    match &offer.emoji {
                        Some(emoji) => button.emoji(emoji.as_str()),
                        None => button,
                    }
                }));
            }
            message
        }
        Look::Menu => {
            let label = t!(&panel.locale, choose_roles);
            message.row([Button::primary(format!("choose:{id}"), label)])
        }
    }
}

/// Returns how many one may have, where that is limited.
fn rule(panel: &Panel) -> Option<String> {
    match panel.most {
        0 => None,
        1 => Some(t!(&panel.locale, one_of_them)),
        most => Some(t!(&panel.locale, at_most, most = most)),
    }
}

/// Returns the menu of a panel for somebody with these roles, which are picked from the start.
pub fn menu(kept: &Kept, names: &Names, has: &[String]) -> SelectMenu {
    let panel = &kept.panel;
    let most = match panel.most {
        0 => panel.offers.len(),
        most => most.min(panel.offers.len()),
    };
    let mut left = most;
    let choices = panel.offers.iter().map(|offer| {
        let mut choice = SelectChoice::new(names.label(offer, CHOICE), &offer.role);
        choice.emoji = offer.emoji.as_deref().map(Into::into);
        if let Some(about) = &offer.about {
            choice = choice.description(shorten(about, CHOICE));
        }
        // Whoever has more than they may choose sees as many as the menu takes.
        match has.contains(&offer.role) && left > 0 {
            true => {
                left -= 1;
                choice.selected()
            }
            false => choice,
        }
    });
    SelectMenu::choices(format!("pick:{}", kept.id), choices.collect::<Vec<_>>())
        .picks(0, most as u8)
}

/// Shows a panel as it is now: in its message, or in a new one where there is none. A panel without
/// roles has none.
pub fn show(guild: &str, kept: &mut Kept) -> Result<(), Refused> {
    if kept.panel.offers.is_empty() {
        return take_down(kept);
    }
    let message = message(kept, &Names::of(guild)?);
    let channel = &kept.panel.channel;
    if let Some(there) = &kept.panel.message {
        match messages::edit(channel, there, &message.clone().into()) {
            Ok(_) => return Ok(()),
            // Somebody deleted it.
            Err(gone) if gone.kind == ErrorKind::NotFound => kept.panel.message = None,
            Err(refused) => return Err(refused),
        }
    }
    kept.panel.message = Some(messages::send(channel, &message)?.id);
    Ok(())
}

/// Deletes a panel's message.
pub fn take_down(kept: &mut Kept) -> Result<(), Refused> {
    let Some(there) = &kept.panel.message else {
        return Ok(());
    };
    match messages::delete(&kept.panel.channel, there) {
        Err(refused) if refused.kind != ErrorKind::NotFound => Err(refused),
        _ => {
            kept.panel.message = None;
            Ok(())
        }
    }
}

/// Shows panels anew with the name that a role has now.
pub fn renamed(guild: &str, role: &str) -> Answer {
    for mut kept in panel::all(guild)? {
        if kept.panel.offer(role).is_some() {
            show_quietly(guild, &mut kept);
            kept.save(guild)?;
        }
    }
    Ok(())
}

/// Takes a role that is gone out of the panels.
pub fn role_deleted(guild: &str, role: &str) -> Answer {
    for mut kept in panel::all(guild)? {
        if kept.panel.offer(role).is_some() {
            kept.panel.offers.retain(|offer| offer.role != role);
            show_quietly(guild, &mut kept);
            kept.save(guild)?;
        }
    }
    Ok(())
}

fn show_quietly(guild: &str, kept: &mut Kept) {
    // Nobody waits for it, and the next change shows it.
    if kept.panel.message.is_some()
        && let Err(refused) = show(guild, kept)
    {
        info!("a panel can't be shown now: {}", refused.message);
    }
}
