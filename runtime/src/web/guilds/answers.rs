//! What the pages of servers and `/api/guilds` answer; who may ask was settled before.

use std::num::NonZeroU64;
use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serenity::model::id::GuildId;

use super::choices::Choices;
use super::form::{self, Field};
use super::{Asked, CogHere, Guild, Guilds, Named, OfGuild, Told};
use crate::cog::Cog;
use crate::web::access::Admitted;
use crate::web::actions::actions;
use crate::web::dashboard::guilds as page;
use crate::web::pages::no_database;
use crate::web::refusal::refuse;
use crate::web::views::patiently;
use crate::web::{Web, changes};

/// Answers with the list of somebody's servers.
pub async fn list(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    uri: Uri,
) -> Html<String> {
    let asked = Query::<Asked>::try_from_uri(&uri).unwrap_or_default().0;
    let guilds = Guilds::of(&web, &admitted.visitor, &asked).await;
    Html(page::list(&web, &admitted.visitor, &asked, &guilds).into_string())
}

/// The same as JSON.
pub async fn api_list(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    uri: Uri,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else {
        let sentence = "The page is a number from 1, as in ?search=lab&page=1.";
        return refuse(uri.path(), StatusCode::BAD_REQUEST, sentence);
    };
    Json(Guilds::of(&web, &admitted.visitor, &asked).await).into_response()
}

/// Answers with the cogs of one server.
pub async fn one(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    asked: Result<Path<OfGuild>, PathRejection>,
    uri: Uri,
) -> Response {
    let (id, guild) = match named(&web, asked, &uri).await {
        Ok(named) => named,
        Err(refused) => return *refused,
    };
    let snapshot = web.registry.snapshot();
    let cogs = snapshot.cogs().map(|cog| CogHere::of(&web, id, cog));
    let cogs = cogs.collect();
    let read = changes::changes(&web.services, Some(id));
    let changes = patiently("changes", read).await;
    let guild = Guild { guild, cogs };
    let page = page::one(&web, &admitted.visitor, &guild, changes.as_deref());
    Html(page.into_string()).into_response()
}

/// The same as JSON, with the settings of each cog.
pub async fn api_one(
    State(web): State<Web>,
    asked: Result<Path<OfGuild>, PathRejection>,
    uri: Uri,
) -> Response {
    let (id, guild) = match named(&web, asked, &uri).await {
        Ok(named) => named,
        Err(refused) => return *refused,
    };
    let mut cogs = Vec::new();
    for cog in web.registry.snapshot().cogs() {
        match Told::of(&web, id, cog).await {
            Ok(told) => cogs.push(told),
            Err(error) => return no_database(&uri, &error),
        }
    }
    Json(Guild { guild, cogs }).into_response()
}

/// What a page of a cog is asked.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Saved {
    /// The keys of the settings that were just saved, with commas between.
    saved: String,
}

/// Answers with a cog in a server: what it may do there, and its settings.
pub async fn cog(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    asked: Result<Path<(NonZeroU64, String)>, PathRejection>,
    uri: Uri,
) -> Response {
    let Ok(Path((id, name))) = asked else {
        return *unnamed(&uri);
    };
    let place = match Place::find(&web, id, &name, &uri).await {
        Ok(place) => place,
        Err(refused) => return *refused,
    };
    let fields = form::fields(&actions(&web, &admitted), place.id, &place.cog).await;
    let fields = match fields {
        Ok(fields) => fields,
        Err(error) => return no_database(&uri, &error),
    };
    let Saved { saved } = Query::try_from_uri(&uri).unwrap_or_default().0;
    let saved: Vec<_> = saved.split(',').map(str::to_owned).collect();
    let choices = place.choices(&web).await;
    let page = place.draw(&web, &admitted, &fields, &choices, &saved);
    Html(page).into_response()
}

/// A cog in a server, both of which are there.
pub struct Place {
    /// The server.
    pub id: GuildId,
    /// The cog.
    pub cog: Arc<Cog>,
    guild: Named,
}

impl Place {
    /// Finds both, or says which is not there.
    pub async fn find(
        web: &Web,
        id: NonZeroU64,
        name: &str,
        uri: &Uri,
    ) -> Result<Self, Box<Response>> {
        let id = GuildId::from(id);
        let guild = guild(web, id, uri).await?;
        let cog = web.registry.snapshot().cog(name).cloned();
        let cog = cog.ok_or_else(|| {
            let sentence = "There is no such cog, or it is not loaded.";
            Box::new(refuse(uri.path(), StatusCode::NOT_FOUND, sentence))
        })?;
        Ok(Self { id, cog, guild })
    }

    /// Returns what can be chosen for the cog's settings.
    pub async fn choices(&self, web: &Web) -> Choices {
        Choices::of(web, self.id, self.cog.identity.settings.settings()).await
    }

    /// Returns the page.
    pub fn draw(
        &self,
        web: &Web,
        admitted: &Admitted,
        fields: &[Field],
        choices: &Choices,
        saved: &[String],
    ) -> String {
        let here = CogHere::of(web, self.id, &self.cog);
        let form = page::Form {
            fields,
            choices,
            saved,
        };
        page::cog(web, &admitted.visitor, &self.guild, &here, form).into_string()
    }
}

/// Returns the server that a path names, or says that it names none.
async fn named(
    web: &Web,
    asked: Result<Path<OfGuild>, PathRejection>,
    uri: &Uri,
) -> Result<(GuildId, Named), Box<Response>> {
    let Path(asked) = asked.map_err(|_| unnamed(uri))?;
    let id = GuildId::from(asked.guild);
    Ok((id, guild(web, id, uri).await?))
}

/// Says that a path names no server that could be.
fn unnamed(uri: &Uri) -> Box<Response> {
    let sentence = "A server is named by its id, a number.";
    Box::new(refuse(uri.path(), StatusCode::NOT_FOUND, sentence))
}

/// Returns a server that the bot is in, or says that it is not.
async fn guild(web: &Web, id: GuildId, uri: &Uri) -> Result<Named, Box<Response>> {
    let cache = &web.services.cache;
    if !cache.is_in(id) {
        let sentence = "The bot is not in this server.";
        return Err(Box::new(refuse(
            uri.path(),
            StatusCode::NOT_FOUND,
            sentence,
        )));
    }
    if cache.name_of(id).is_none() {
        Guilds::learn(web).await;
    }
    Ok(Named::of(web, id))
}
