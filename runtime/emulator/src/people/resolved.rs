//! The `resolved` part of an interaction: the objects that its ids name.

use serde_json::{Map, Value, json};

use crate::clock::Time;
use crate::model::permissions::VIEW_CHANNEL;
use crate::snowflake::Id;
use crate::wire;
use crate::world::World;

/// Collects what an interaction names, as seen by the person who made it.
pub struct Resolved<'a> {
    world: &'a World,
    person: Id,
    channel: Id,
    guild: Option<Id>,
    now: Time,
    found: Map<String, Value>,
}

/// The id names nothing that the person can name here.
#[derive(Debug)]
pub struct NotHere;

impl From<NotHere> for String {
    fn from(_: NotHere) -> String {
        "What the command is for is not here any more.".to_owned()
    }
}

impl<'a> Resolved<'a> {
    pub fn new(world: &'a World, person: Id, channel: Id, now: Time) -> Self {
        Resolved {
            world,
            person,
            channel,
            guild: world
                .channels
                .get(&channel)
                .and_then(|channel| channel.guild),
            now,
            found: Map::new(),
        }
    }

    /// Adds a user, and their membership where there is one.
    pub fn user(&mut self, id: Id) -> Result<(), NotHere> {
        let user = self.world.user(id).ok_or(NotHere)?;
        self.add("users", id, wire::user::full(user));
        if let Some(guild) = self.guild
            && let Some(member) = self.world.member(guild, id)
        {
            let mut shown = wire::guild::bare_member(member);
            let allowed = self.world.permissions(id, self.channel, self.now);
            shown["permissions"] = json!(allowed.to_string());
            self.add("members", id, shown);
        }
        Ok(())
    }

    /// Adds a role of the guild.
    pub fn role(&mut self, id: Id) -> Result<(), NotHere> {
        let guild = self.guild.and_then(|guild| self.world.guilds.get(&guild));
        let role = guild
            .and_then(|guild| guild.roles.get(&id))
            .ok_or(NotHere)?;
        self.add("roles", id, wire::guild::role(role));
        Ok(())
    }

    /// Adds a channel of the guild that the person sees, and returns its type.
    pub fn channel(&mut self, id: Id) -> Result<u64, NotHere> {
        let channel = self.world.channels.get(&id).ok_or(NotHere)?;
        let invoker = self.world.permissions(self.person, id, self.now);
        if channel.guild != self.guild || invoker & VIEW_CHANNEL == 0 {
            return Err(NotHere);
        }
        let bot = self.world.application.bot;
        let application = self.world.permissions(bot, id, self.now);
        self.add(
            "channels",
            id,
            wire::channel::resolved(self.world, channel, invoker, application),
        );
        Ok(u64::from(channel.kind))
    }

    /// Adds a message of the channel that the person sees.
    pub fn message(&mut self, id: Id) -> Result<(), NotHere> {
        let message = self.world.message(self.channel, id).ok_or(NotHere)?;
        if !message.seen_by(self.person) {
            return Err(NotHere);
        }
        let bot = self.world.application.bot;
        let message = wire::message::full(self.world, message, "", bot);
        self.add("messages", id, message);
        Ok(())
    }

    /// Adds a file that the person has picked, if it is of one of the types (none: of any).
    pub fn attachment(&mut self, id: Id, types: &[String]) -> Result<(), String> {
        let file = self.world.uploads.get(&id);
        let file = file.ok_or("That file is not here any more; pick it again.")?;
        let name = file.filename.to_lowercase();
        let kind = file.content_type.as_deref().unwrap_or_default();
        // A type is an ending such as `.pdf`, or the first word of a media type.
        let fits = |wanted: &String| match wanted.starts_with('.') {
            true => name.ends_with(wanted.as_str()),
            false => kind.split('/').next() == Some(wanted),
        };
        if !types.is_empty() && !types.iter().any(fits) {
            return Err(format!(
                "{} is not one of {}.",
                file.filename,
                types.join(", ")
            ));
        }
        let shown = wire::message::file(self.world, self.channel, file, true, "");
        self.add("attachments", id, shown);
        Ok(())
    }

    /// Returns what was collected, if there is anything.
    pub fn into_json(self) -> Option<Value> {
        (!self.found.is_empty()).then_some(Value::Object(self.found))
    }

    fn add(&mut self, kind: &str, id: Id, object: Value) {
        self.found.entry(kind).or_insert_with(|| json!({}))[id.to_string()] = object;
    }
}
