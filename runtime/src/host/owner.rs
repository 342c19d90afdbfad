//! Who owns the application, and what they are told without being asked.

use std::sync::Arc;
use std::time::SystemTime;

use serde::Deserialize;
use serde_json::json;
use serenity::model::id::UserId;

use super::Services;
use super::messages::direct_channel;
use crate::rest::{Request, RestError, Route};

#[derive(Deserialize)]
struct Application {
    owner: Option<Person>,
    team: Option<Team>,
}

#[derive(Deserialize)]
struct Team {
    owner_user_id: Option<UserId>,
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    user: Person,
}

#[derive(Deserialize)]
struct Person {
    id: UserId,
}

impl Services {
    /// Returns who owns the application: one person, or the members of a team, its owner first.
    pub async fn owners(&self) -> Result<&[UserId], RestError> {
        let ask = async || {
            let owned: Application = self.rest.ask(Route::Application()).await?;
            let Some(team) = owned.team else {
                return Ok(owned.owner.into_iter().map(|owner| owner.id).collect());
            };
            let members = team.members.into_iter();
            let mut all: Vec<_> = members.map(|member| member.user.id).collect();
            all.sort_by_key(|id| Some(*id) != team.owner_user_id);
            Ok(all)
        };
        self.owners.get_or_try_init(ask).await.map(Vec::as_slice)
    }

    async fn write_to_owner(&self, text: &str) -> Result<(), RestError> {
        let Some(owner) = self.owners().await?.first().copied() else {
            return Ok(());
        };
        let direct = direct_channel(&self.rest, owner).await?;
        let message = json!({ "content": text, "allowed_mentions": { "parse": [] } });
        let sent = Request::new(Route::SendMessage(direct), message);
        self.rest.send(sent).await.map(drop)
    }
}

/// Writes to the owner in the background, once a day for each cog and occasion, also over restarts.
pub fn tell(services: Arc<Services>, cog: String, occasion: String, text: String) {
    tokio::spawn(async move {
        let now = SystemTime::now();
        let first = services.store.spend_daily(&cog, 0, &occasion, 1, now);
        match first.await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(cog, %error, "whether the owner was told can't be looked up");
                return;
            }
        }
        if let Err(error) = services.write_to_owner(&text).await {
            tracing::warn!(cog, error = error.message, "the owner can't be told");
        }
    });
}
