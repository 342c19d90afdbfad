//! What admins do on the dashboard. Each answers with the page that it was done on, or says why not.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serenity::model::id::GuildId;

use super::Web;
use super::access::Admitted;
use super::refusal::refuse;
use crate::actions::{Actions, Actor, By};
use crate::cog::Cog;
use crate::cog::shape::Refusal;
use crate::voice::player::{Player, PlayerError};

/// Something that is done to a cog.
#[derive(Deserialize, JsonSchema)]
pub struct ToCog {
    /// The operator's name for it.
    cog: String,
    /// What is done.
    what: Managed,
}

/// What can be done to a cog.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Managed {
    /// Its component is loaded anew.
    Reload,
    /// The version before is put back.
    Rollback,
    /// It is not called for a while.
    Quarantine,
    /// It is called again.
    Release,
}

/// Something that is done to what plays.
#[derive(Deserialize, JsonSchema)]
pub struct ToPlayer {
    /// The server's id.
    #[schemars(with = "String", regex(pattern = r"^[0-9]+$"))]
    guild: u64,
    /// What is done.
    what: Played,
}

/// What can be done to what plays.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Played {
    /// It waits.
    Pause,
    /// It goes on.
    Resume,
    /// The next track plays.
    Skip,
    /// Nothing plays any more.
    Stop,
    /// The bot leaves the voice channel.
    Leave,
}

/// Why something was not done.
struct NotDone(StatusCode, String);

impl NotDone {
    fn unknown(sentence: &str) -> Self {
        Self(StatusCode::NOT_FOUND, sentence.to_owned())
    }
}

/// Leads back to the overview, or says why not.
fn answered(uri: &Uri, done: Result<(), NotDone>) -> Response {
    match done {
        Ok(()) => Redirect::to("/").into_response(),
        Err(NotDone(status, sentence)) => refuse(uri.path(), status, &sentence),
    }
}

/// Returns what somebody does, who may.
pub fn actions<'a>(web: &'a Web, admitted: &Admitted) -> Actions<'a> {
    let actor = Actor {
        by: By::Dashboard,
        user: admitted.visitor.user,
        // Who needs no login has no name.
        name: admitted
            .visitor
            .name
            .clone()
            .unwrap_or_else(|| "operator".to_owned()),
    };
    Actions {
        services: &web.services,
        actor,
    }
}

fn cog(web: &Web, name: &str) -> Result<Arc<Cog>, NotDone> {
    let snapshot = web.registry.snapshot();
    let found = snapshot.cog(name).cloned();
    found.ok_or_else(|| NotDone::unknown("There is no such cog, or it is not loaded."))
}

/// What `rollback` may be asked.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Wanted {
    /// How the digest of the version begins that is wanted back: a second press must not undo the first.
    to: Option<String>,
}

/// Loads a cog's component anew, puts the version before back, stops calling it for a while, or
/// calls it again.
pub async fn manage(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    asked: Result<Path<ToCog>, PathRejection>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    uri: Uri,
) -> Response {
    let Ok(Query(wanted)) = wanted else {
        let sentence = "Name the digest of one version, as in ?to=0123456789ab.";
        return refuse(uri.path(), StatusCode::BAD_REQUEST, sentence);
    };
    let done = match asked {
        Ok(Path(asked)) => managed(&web, admitted, asked, wanted).await,
        Err(_) => Err(NotDone::unknown(
            "A cog is reloaded, rolled back, quarantined or released.",
        )),
    };
    answered(&uri, done)
}

async fn managed(
    web: &Web,
    admitted: Admitted,
    asked: ToCog,
    wanted: Wanted,
) -> Result<(), NotDone> {
    let name = asked.cog;
    match asked.what {
        Managed::Reload => exchange(web, admitted, name, false, wanted).await?,
        Managed::Rollback => exchange(web, admitted, name, true, wanted).await?,
        Managed::Quarantine => actions(web, &admitted).quarantine(&*cog(web, &name)?).await,
        // One that does not rest is called already.
        Managed::Release => drop(actions(web, &admitted).release(&*cog(web, &name)?).await),
    }
    Ok(())
}

async fn exchange(
    web: &Web,
    admitted: Admitted,
    name: String,
    back: bool,
    wanted: Wanted,
) -> Result<(), NotDone> {
    let keeper = web.keeper.as_ref();
    // One that was refused at the start has a name and no cog.
    let keeper = keeper.filter(|keeper| keeper.names().any(|known| known == name));
    let keeper = keeper.ok_or_else(|| NotDone::unknown("There is no such cog here."))?;
    // A large component takes longer to compile than a browser waits for; it goes on without.
    let (web, keeper) = (web.clone(), Arc::clone(keeper));
    let done = tokio::spawn(async move {
        let actions = actions(&web, &admitted);
        match back {
            true => {
                let back = actions.roll_back(&keeper, &name, wanted.to.as_deref());
                back.await.map(drop)
            }
            false => actions.reload(&keeper, &name).await.map(drop),
        }
    });
    match done.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(refusal)) => {
            let Refusal { what, fix } = refusal;
            let sentence = format!("It was not exchanged: {what}. Fix: {fix}.");
            Err(NotDone(StatusCode::CONFLICT, sentence))
        }
        Err(_) => Err(NotDone(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Cogbox failed at that. The log says how.".to_owned(),
        )),
    }
}

/// Has a player go on, wait, play what is next, stop or leave.
pub async fn play(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    asked: Result<Path<ToPlayer>, PathRejection>,
    uri: Uri,
) -> Response {
    let done = match asked {
        Ok(Path(asked)) => played(&web, asked).await,
        Err(_) => Err(NotDone::unknown(
            "A player can pause, resume, skip, stop and leave.",
        )),
    };
    let done = match done {
        Ok((guild, done)) => {
            actions(&web, &admitted)
                .note(Some(guild), "player", done)
                .await;
            Ok(())
        }
        Err(why) => Err(why),
    };
    answered(&uri, done)
}

async fn played(web: &Web, asked: ToPlayer) -> Result<(GuildId, String), NotDone> {
    let ToPlayer { guild, what } = asked;
    let nothing = || NotDone::unknown("The bot is in no voice channel there.");
    let calls = web.services.voice.get().ok_or_else(nothing)?;
    // 0 is no id.
    let guild = (guild != 0)
        .then(|| GuildId::new(guild))
        .ok_or_else(nothing)?;
    let player = calls.player(guild).await.ok_or_else(nothing)?;
    // Sound and connections live on the host's runtime, and a slow one goes on without a browser.
    let done = calls.run(async move { control(&player, what).await });
    let done = done.await.ok_or_else(nothing)?;
    let done = done.map_err(|error| {
        let sentence = format!("That was not done: {error}.");
        NotDone(StatusCode::CONFLICT, sentence)
    })?;
    Ok((guild, done))
}

/// Does it, and says so.
async fn control(player: &Player, what: Played) -> Result<String, PlayerError> {
    let done = match what {
        Played::Pause => {
            player.set_paused(true).await?;
            "paused".to_owned()
        }
        Played::Resume => {
            player.set_paused(false).await?;
            "resumed".to_owned()
        }
        Played::Skip => match player.skip(None).await? {
            Some(song) => format!("skipped to {}", song.what.title),
            None => "skipped the last track".to_owned(),
        },
        Played::Stop => {
            player.stop().await?;
            "stopped".to_owned()
        }
        Played::Leave => {
            player.leave().await?;
            "left the voice channel".to_owned()
        }
    };
    Ok(done)
}
