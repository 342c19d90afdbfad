//! What the admins of a server change there. Each leads back to the page that it was done on, or says
//! why not; a form with something wrong in it comes back as it was sent.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::answers::Place;
use super::form;
use super::{Changed, InGuild};
use crate::settings::SetError;
use crate::store::StoreError;
use crate::web::Web;
use crate::web::access::Admitted;
use crate::web::actions::actions;
use crate::web::login::field;
use crate::web::pages::no_database;
use crate::web::refusal::refuse;

/// How long a form may be: 25 texts of 4,000 characters, most of which take three bytes, and each
/// byte three more when it is sent.
pub const FORM_MAX: usize = 2 << 20;

/// Switches a cog on or off, withholds a grant or gives it back, or sets what can be set.
pub async fn change(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    asked: Result<Path<InGuild>, PathRejection>,
    uri: Uri,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(Path(InGuild { guild, cog, what })) = asked else {
        let sentence = "A cog is enabled, disabled, withheld from, restored to, or its settings are \
                        set, in a server.";
        return refuse(uri.path(), StatusCode::NOT_FOUND, sentence);
    };
    let Ok(sent) = body else {
        let sentence = "This is too long for a form.";
        return refuse(uri.path(), StatusCode::PAYLOAD_TOO_LARGE, sentence);
    };
    let place = match Place::find(&web, guild, &cog, &uri).await {
        Ok(place) => place,
        Err(refused) => return *refused,
    };
    let change = Change {
        web: &web,
        admitted: &admitted,
        place: &place,
        uri: &uri,
        sent: &sent,
    };
    match what {
        Changed::Enable => change.switch(true).await,
        Changed::Disable => change.switch(false).await,
        Changed::Withhold => change.withhold(true).await,
        Changed::Restore => change.withhold(false).await,
        Changed::Settings => change.settings().await,
        Changed::Default => change.default().await,
    }
}

/// Something that is changed.
struct Change<'a> {
    web: &'a Web,
    admitted: &'a Admitted,
    place: &'a Place,
    uri: &'a Uri,
    sent: &'a [u8],
}

impl Change<'_> {
    async fn switch(&self, on: bool) -> Response {
        let Place { id, cog, .. } = self.place;
        let switched = actions(self.web, self.admitted).switch(*id, cog, on).await;
        match switched {
            Ok(_) if field(self.sent, "list").is_some() => {
                let to = format!("/guilds/{id}#cog-{}", cog.name());
                Redirect::to(&to).into_response()
            }
            Ok(_) => self.back(""),
            Err(error) => self.unkept(&error),
        }
    }

    async fn withhold(&self, withhold: bool) -> Response {
        let Place { id, cog, .. } = self.place;
        let grant = field(self.sent, "grant").unwrap_or_default();
        let Some(ask) = cog.shape.named_ask(&grant) else {
            let sentence = "This cog has no such grant.";
            return refuse(self.uri.path(), StatusCode::NOT_FOUND, sentence);
        };
        let actions = actions(self.web, self.admitted);
        match actions.withhold(*id, cog, ask, withhold).await {
            Ok(()) => self.back("#grants"),
            Err(error) => self.unkept(&error),
        }
    }

    async fn settings(&self) -> Response {
        let Place { id, cog, .. } = self.place;
        let actions = actions(self.web, self.admitted);
        let mut fields = match form::fields(&actions, *id, cog).await {
            Ok(fields) => fields,
            Err(error) => return no_database(self.uri, &error),
        };
        let choices = self.place.choices(self.web).await;
        let saved = form::save(&actions, *id, cog, &choices, &mut fields, self.sent).await;
        if fields.iter().all(|field| field.wrong.is_none()) {
            return self.saved(&saved.join(","));
        }
        let page = self
            .place
            .draw(self.web, self.admitted, &fields, &choices, &saved);
        (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
    }

    async fn default(&self) -> Response {
        let Place { id, cog, .. } = self.place;
        let key = field(self.sent, "key").unwrap_or_default();
        let set = actions(self.web, self.admitted)
            .set(*id, cog, &key, None)
            .await;
        match set {
            Ok(()) => self.saved(&key),
            Err(SetError::Store(error)) => self.unkept(&error),
            Err(error) => refuse(self.uri.path(), StatusCode::NOT_FOUND, &error.told()),
        }
    }

    /// Back to the settings, which say what was saved. Keys and commas need no escape.
    fn saved(&self, keys: &str) -> Response {
        self.back(&format!("?saved={keys}#settings"))
    }

    fn back(&self, more: &str) -> Response {
        let Place { id, cog, .. } = self.place;
        Redirect::to(&format!("/guilds/{id}/{}{more}", cog.name())).into_response()
    }

    fn unkept(&self, error: &StoreError) -> Response {
        no_database(self.uri, error)
    }
}
