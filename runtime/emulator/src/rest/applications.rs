//! `GET /applications/@me`, `GET /oauth2/applications/@me`.

use super::{Reply, request::Request};
use crate::hub::State;
use crate::rules::Refusal;
use crate::wire;

pub fn own(state: &mut State, _: &Request<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(wire::application::full(&state.world)))
}
