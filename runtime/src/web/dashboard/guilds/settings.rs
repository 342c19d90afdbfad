//! A cog's settings as a form of the browser's: each kind has its control, and what is wrong stands
//! beside it.

use cogbox_world::cogbox::host::basics::Value;
use cogbox_world::exports::cogbox::cog::settings_form::Kind;
use maud::{Markup, html};

use super::super::super::guilds::choices::{Choice, Choices};
use super::super::super::guilds::form::{Field, texts};
use super::super::super::guilds::{CogHere, Named};
use super::super::text::{counted, ticked};
use crate::settings::{ROLES_MAX, TEXT_MAX};

/// What the form is drawn from.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    /// The settings.
    pub fields: &'a [Field],
    /// What can be chosen for some of them.
    pub choices: &'a Choices,
    /// The keys of those that were just saved.
    pub saved: &'a [String],
}

impl Form<'_> {
    /// Returns how many fields have something wrong in them.
    pub fn mistakes(&self) -> usize {
        let wrong = self.fields.iter().filter(|field| field.wrong.is_some());
        wrong.count()
    }

    fn is_saved(&self, field: &Field) -> bool {
        self.saved.contains(&field.setting.key)
    }
}

/// Returns the form, which only who may change something can send.
pub fn settings(guild: &Named, cog: &CogHere, form: &Form<'_>, changes: bool) -> Markup {
    let action = format!("/guilds/{}/{}", guild.id, cog.name);
    let (mistakes, mut first) = (form.mistakes(), true);
    html! {
        h2 #settings { "Settings" }
        @if form.fields.is_empty() { p.empty { "It has nothing to set." } } @else {
            @if mistakes > 0 {
                p.said.bad role="alert" {
                    "Not saved: " (counted(mistakes as u64, "value")) " below can't be set."
                }
            } @else if form.fields.iter().any(|field| form.is_saved(field)) {
                p.said.good role="status" { "Saved." }
            }
            // Beside the form, so that Enter saves and does not go back to a default.
            form #defaults method="post" action={ (action) "/default" } {}
            form.settings method="post" action={ (action) "/settings" } autocomplete="off" {
                fieldset.all disabled[!changes] {
                    legend.unseen { "Settings of " (cog.name) }
                    @for field in form.fields {
                        (drawn(field, form, changes, field.wrong.is_some() && std::mem::take(&mut first)))
                    }
                }
                @if changes { button { "Save" } } @else { p.hint { "You may look, and not change it." } }
            }
        }
    }
}

/// What stands around a control, by the ids that name it.
struct Control<'a> {
    field: &'a Field,
    id: String,
    /// The ids of what describes it.
    about: Option<String>,
    /// Whether the keyboard begins here: at the first mistake.
    first: bool,
}

fn drawn(field: &Field, form: &Form<'_>, changes: bool, first: bool) -> Markup {
    let id = format!("set-{}", field.setting.key);
    let (help, wrong) = (help(field), field.wrong.as_deref());
    let (help_id, wrong_id) = (format!("{id}-help"), format!("{id}-wrong"));
    let about = [
        wrong.map(|_| wrong_id.as_str()),
        (!help.is_empty()).then_some(help_id.as_str()),
    ];
    let about: Vec<_> = about.into_iter().flatten().collect();
    let control = Control {
        field,
        id,
        about: (!about.is_empty()).then(|| about.join(" ")),
        first,
    };
    let label = html! {
        (field.setting.label)
        @if form.is_saved(field) { " " span.tag.good { "saved" } }
    };
    let below = html! {
        @if let Some(wrong) = wrong { p.wrong #(wrong_id) { (ticked(wrong)) } }
        @if !help.is_empty() { p.quiet #(help_id) { (help) } }
        @if changes { (default(field, form.choices)) }
    };
    let group = matches!(field.setting.kind, Kind::Toggle | Kind::Roles);
    html! {
        @if group {
            fieldset.field aria-describedby=[&control.about] {
                legend { (label) }
                (control.draw(form.choices))
                (below)
            }
        } @else {
            div.field {
                label for=(control.id) { (label) }
                (control.draw(form.choices))
                (below)
            }
        }
    }
}

impl Control<'_> {
    fn draw(&self, choices: &Choices) -> Markup {
        let kind = &self.field.setting.kind;
        let drawn = match kind {
            Kind::Toggle => self.toggle(),
            Kind::Text(max) => self.text(max.unwrap_or(TEXT_MAX)),
            Kind::Number(_) => self.number(),
            Kind::Choice(all) => {
                let all = all.iter().map(|choice| Choice {
                    id: choice.clone(),
                    name: choice.clone(),
                });
                self.select(&all.collect::<Vec<_>>())
            }
            Kind::Channel | Kind::Role | Kind::Roles => match choices.fitting(kind) {
                Some(all) if matches!(kind, Kind::Roles) => self.roles(all),
                Some(all) => self.select(all),
                // It can't be changed, and what is not sent stays as it is.
                None => return unknown(kind),
            },
        };
        let (key, was) = (&self.field.setting.key, &self.field.was);
        html! { (drawn) input type="hidden" name={ "was." (key) } value=(was); }
    }

    fn one(&self) -> &str {
        self.field.texts.last().map_or("", String::as_str)
    }

    fn wrong(&self) -> Option<&str> {
        self.field.wrong.as_ref().map(|_| "true")
    }

    fn toggle(&self) -> Markup {
        html! {
            div.options {
                @for (value, word) in [("on", "On"), ("off", "Off")] {
                    label {
                        input type="radio" name=(self.field.setting.key) value=(value)
                            checked[self.one() == value] autofocus[self.first && value == "on"];
                        (word)
                    }
                }
            }
        }
    }

    fn text(&self, max: u16) -> Markup {
        html! {
            textarea #(self.id) name=(self.field.setting.key) rows=(if max > 200 { 4 } else { 2 })
                aria-describedby=[&self.about] aria-invalid=[self.wrong()] autofocus[self.first] {
                // A browser drops the first end of a line.
                "\n" (self.one())
            }
        }
    }

    fn number(&self) -> Markup {
        html! {
            input #(self.id) type="text" inputmode="decimal" name=(self.field.setting.key)
                value=(self.one()) aria-describedby=[&self.about] aria-invalid=[self.wrong()]
                autofocus[self.first];
        }
    }

    fn select(&self, all: &[Choice]) -> Markup {
        let chosen = self.one();
        let there = all.iter().any(|choice| choice.id == chosen);
        html! {
            select #(self.id) name=(self.field.setting.key) aria-describedby=[&self.about]
                aria-invalid=[self.wrong()] autofocus[self.first] {
                @if chosen.is_empty() { option value="" selected { "not set" } }
                @else if !there { option value=(chosen) selected { (chosen) " (not there any more)" } }
                @for choice in all {
                    option value=(choice.id) selected[choice.id == chosen] { (choice.name) }
                }
            }
        }
    }

    fn roles(&self, all: &[Choice]) -> Markup {
        let chosen = &self.field.texts;
        let gone = chosen
            .iter()
            .filter(|id| !all.iter().any(|choice| choice.id == **id));
        let gone: Vec<_> = gone
            .map(|id| Choice {
                id: id.clone(),
                name: format!("{id} (not there any more)"),
            })
            .collect();
        html! {
            div.options.many {
                @for (place, choice) in gone.iter().chain(all).enumerate() {
                    label {
                        input type="checkbox" name=(self.field.setting.key) value=(choice.id)
                            checked[chosen.contains(&choice.id)] autofocus[self.first && place == 0];
                        bdi { (choice.name) }
                    }
                }
            }
        }
    }
}

fn unknown(kind: &Kind) -> Markup {
    let what = match kind {
        Kind::Channel => "channels",
        _ => "roles",
    };
    html! { p.said { "Discord does not tell the " (what) " of this server at the moment. Load the page again." } }
}

/// What the cog says of a setting, and what can be set.
fn help(field: &Field) -> String {
    let rule = match &field.setting.kind {
        Kind::Text(Some(max)) => format!("At most {max} characters."),
        Kind::Number(Some(range)) => format!("From {} to {}.", range.min, range.max),
        Kind::Roles => format!("At most {ROLES_MAX}."),
        _ => String::new(),
    };
    let help = field.setting.help.trim();
    match (help.is_empty(), rule.is_empty()) {
        (true, _) => rule,
        (_, true) => help.to_owned(),
        _ if help.ends_with(['.', '!', '?']) => format!("{help} {rule}"),
        _ => format!("{help}. {rule}"),
    }
}

/// The button that goes back to the default, where it is not the default already.
fn default(field: &Field, choices: &Choices) -> Markup {
    let setting = &field.setting;
    let differs = field.value.as_ref().map(texts) != setting.default.as_ref().map(texts);
    html! {
        @if differs {
            button.plain form="defaults" name="key" value=(setting.key) {
                "Default: " (shown(&setting.kind, setting.default.as_ref(), choices))
                span.unseen { " for " (setting.label) }
            }
        }
    }
}

/// A value as people read it.
fn shown(kind: &Kind, value: Option<&Value>, choices: &Choices) -> String {
    match value {
        None => "not set".to_owned(),
        Some(Value::Text(text)) if text.is_empty() => "empty".to_owned(),
        Some(Value::Text(text)) => {
            let line: String = text.chars().take(40).collect();
            let more = if line.len() < text.len() { "…" } else { "" };
            format!("{}{more}", line.replace('\n', " "))
        }
        Some(Value::Roles(ids)) if ids.is_empty() => "none".to_owned(),
        Some(value @ (Value::Channel(_) | Value::Role(_) | Value::Roles(_))) => {
            let names = texts(value).into_iter().map(|id| choices.name(kind, &id));
            names.collect::<Vec<_>>().join(", ")
        }
        Some(value) => texts(value).concat(),
    }
}
