//! `cogbox:discord/interactions`: the handle through which a cog answers.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::command_types::Visibility;
use cogbox_world::cogbox::discord::interactions::{Host, HostInteraction, Interaction, Modal};
use cogbox_world::cogbox::discord::model::{
    ChannelId, GuildId, Member, Mentions, Message, MessageEdit, MessageId, OutgoingMessage,
    Permissions, User,
};
use serenity::model::{id as discord, permissions};
use tracing::Instrument;
use wasmtime::component::Resource;

use super::answer::Answer;
use super::grants::Interface;
use super::{Guest, Invoker, Origin, convert, id};

/// What the handle stands for.
pub struct Live {
    /// Who did it, and where.
    pub facts: Facts,
    /// How to answer.
    pub answer: Answer,
}

/// Who did it, and where.
#[derive(Clone)]
pub struct Facts {
    pub user: User,
    pub member: Option<Member>,
    pub guild: Option<discord::GuildId>,
    pub channel: discord::ChannelId,
    pub permissions: Option<permissions::Permissions>,
    pub locale: String,
    pub guild_locale: Option<String>,
    pub message: Option<Message>,
}

impl Facts {
    /// Returns whoever did it, where it was done in a guild.
    fn invoker(&self) -> Option<Invoker> {
        let member = self.member.as_ref()?;
        let roles = member.roles.iter().filter_map(|id| id.parse().ok());
        Some(Invoker {
            user: self.user.id.parse().ok()?,
            guild: self.guild?,
            channel: (self.channel, self.permissions?),
            roles: roles.collect(),
        })
    }
}

impl Guest {
    /// Puts an interaction into the guest's table and returns the handle to pass in.
    pub fn hold(&mut self, live: Live) -> wasmtime::Result<Resource<Interaction>> {
        self.invoker = live.facts.invoker();
        Ok(Resource::new_own(self.table.push(live)?.rep()))
    }

    fn live(&mut self, handle: &Resource<Interaction>) -> wasmtime::Result<&Live> {
        self.require_or_trap(Interface::Interactions)?;
        Ok(self
            .table
            .get(&Resource::<Live>::new_borrow(handle.rep()))?)
    }

    /// Checks whom an answer pings.
    async fn pings(&mut self, text: &str, mentions: &Mentions) -> Result<(), Fault> {
        let Origin { guild, channel, .. } = self.origin;
        match channel {
            Some(channel) => {
                let interface = Interface::Interactions;
                self.require_pings(interface, guild, channel, text, mentions)
                    .await
            }
            None => Ok(()),
        }
    }

    async fn edit_pings(&mut self, edit: &MessageEdit) -> Result<(), Fault> {
        match (&edit.content, &edit.mentions) {
            (Some(text), Some(mentions)) => self.pings(text, mentions).await,
            _ => Ok(()),
        }
    }

    fn answer(&mut self, handle: &Resource<Interaction>) -> Result<Answer, Fault> {
        self.require(Interface::Interactions)?;
        Ok(self
            .table
            .get(&Resource::<Live>::new_borrow(handle.rep()))?
            .answer
            .clone())
    }
}

/// Takes a step of an answer to its end, even when the call that asked for it is stopped
/// meanwhile: what Discord was told and what the answer's state says must not part.
async fn whole<T: Send + 'static>(
    step: impl Future<Output = Result<T, Fault>> + Send + 'static,
) -> Result<T, Fault> {
    let gone = |_| Fault::Trap(wasmtime::format_err!("the host is shutting down"));
    tokio::spawn(step.in_current_span()).await.map_err(gone)?
}

impl Host for Guest {}

impl HostInteraction for Guest {
    async fn user(&mut self, this: Resource<Interaction>) -> wasmtime::Result<User> {
        Ok(self.live(&this)?.facts.user.clone())
    }

    async fn member(&mut self, this: Resource<Interaction>) -> wasmtime::Result<Option<Member>> {
        Ok(self.live(&this)?.facts.member.clone())
    }

    async fn guild(&mut self, this: Resource<Interaction>) -> wasmtime::Result<Option<GuildId>> {
        Ok(self.live(&this)?.facts.guild.map(|guild| guild.to_string()))
    }

    async fn channel(&mut self, this: Resource<Interaction>) -> wasmtime::Result<ChannelId> {
        Ok(self.live(&this)?.facts.channel.to_string())
    }

    async fn permissions(
        &mut self,
        this: Resource<Interaction>,
    ) -> wasmtime::Result<Option<Permissions>> {
        Ok(self
            .live(&this)?
            .facts
            .permissions
            .map(|permissions| permissions.bits().to_string()))
    }

    async fn locale(&mut self, this: Resource<Interaction>) -> wasmtime::Result<String> {
        Ok(self.live(&this)?.facts.locale.clone())
    }

    async fn guild_locale(
        &mut self,
        this: Resource<Interaction>,
    ) -> wasmtime::Result<Option<String>> {
        Ok(self.live(&this)?.facts.guild_locale.clone())
    }

    async fn message(&mut self, this: Resource<Interaction>) -> wasmtime::Result<Option<Message>> {
        Ok(self.live(&this)?.facts.message.clone())
    }

    async fn reply(
        &mut self,
        this: Resource<Interaction>,
        message: OutgoingMessage,
        to: Visibility,
    ) -> Result<(), Fault> {
        let answer = self.answer(&this)?;
        self.pings(&message.content, &message.mentions).await?;
        let (body, files) = convert::outgoing(&self.identity.name, message)?;
        let private = to == Visibility::Invoker;
        whole(async move { answer.reply(body, files, private).await }).await
    }

    async fn defer(&mut self, this: Resource<Interaction>, to: Visibility) -> Result<(), Fault> {
        let answer = self.answer(&this)?;
        whole(async move { answer.defer(to == Visibility::Invoker).await }).await
    }

    async fn edit_reply(
        &mut self,
        this: Resource<Interaction>,
        edit: MessageEdit,
    ) -> Result<MessageId, Fault> {
        let answer = self.answer(&this)?;
        self.edit_pings(&edit).await?;
        let (body, files) = convert::edit(&self.identity.name, edit)?;
        let id = whole(async move { answer.edit_reply(body, files).await }).await?;
        Ok(id.to_string())
    }

    async fn delete_reply(&mut self, this: Resource<Interaction>) -> Result<(), Fault> {
        let answer = self.answer(&this)?;
        whole(async move { answer.delete_reply().await }).await
    }

    async fn followup(
        &mut self,
        this: Resource<Interaction>,
        message: OutgoingMessage,
        to: Visibility,
    ) -> Result<MessageId, Fault> {
        let answer = self.answer(&this)?;
        self.pings(&message.content, &message.mentions).await?;
        let (body, files) = convert::outgoing(&self.identity.name, message)?;
        let private = to == Visibility::Invoker;
        let id = whole(async move { answer.followup(body, files, private).await }).await?;
        Ok(id.to_string())
    }

    async fn update(
        &mut self,
        this: Resource<Interaction>,
        edit: MessageEdit,
    ) -> Result<(), Fault> {
        let answer = self.answer(&this)?;
        self.edit_pings(&edit).await?;
        let (body, files) = convert::edit(&self.identity.name, edit)?;
        whole(async move { answer.update(body, files).await }).await
    }

    async fn edit_followup(
        &mut self,
        this: Resource<Interaction>,
        followup: MessageId,
        edit: MessageEdit,
    ) -> Result<(), Fault> {
        let answer = self.answer(&this)?;
        self.edit_pings(&edit).await?;
        let (body, files) = convert::edit(&self.identity.name, edit)?;
        answer
            .edit_followup(id("message", &followup)?.into(), body, files)
            .await
    }

    async fn delete_followup(
        &mut self,
        this: Resource<Interaction>,
        followup: MessageId,
    ) -> Result<(), Fault> {
        let followup = id("message", &followup)?.into();
        self.answer(&this)?.delete_followup(followup).await
    }

    async fn show_modal(&mut self, this: Resource<Interaction>, modal: Modal) -> Result<(), Fault> {
        let answer = self.answer(&this)?;
        let modal = convert::modal(&self.identity.name, modal)?;
        whole(async move { answer.show_modal(modal).await }).await
    }

    async fn drop(&mut self, this: Resource<Interaction>) -> wasmtime::Result<()> {
        // The answer itself is settled when the call returns, dropped or not.
        self.table.delete(Resource::<Live>::new_own(this.rep()))?;
        Ok(())
    }
}
