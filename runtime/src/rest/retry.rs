//! Which failed requests are sent again, and when. Pure.

use std::time::Duration;

use super::exchange::Failure;
use super::{RestError, RestErrorKind, Route};

/// How often a request is sent at most.
const TRIES: u32 = 4;
/// The wait before the second try; each later one is three times as long.
const PAUSE: Duration = Duration::from_millis(200);

/// How a request takes being sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Twice {
    /// The second has no effect of its own, or Discord sees that it is the same.
    Harmless,
    /// Discord refuses the second: code 40060 then says that the first arrived.
    Refused,
    /// It would do it twice.
    Doubles,
}

/// Returns how long to wait before a request is sent once more, or `None` to let it fail. `tries`
/// were made; `jitter` is between 0 and 1.
pub(super) fn again(route: &Route, failure: &Failure, tries: u32, jitter: f64) -> Option<Duration> {
    if tries >= TRIES {
        return None;
    }
    if let Some(wait) = failure.error.retry_after {
        return Some(wait);
    }
    let transient = failure.error.kind == RestErrorKind::Unavailable;
    let harmless = !failure.arrived || route.twice() != Twice::Doubles;
    (transient && harmless).then(|| {
        let pause = PAUSE * 3u32.pow(tries.saturating_sub(1));
        pause.mul_f64(0.5 + jitter.clamp(0.0, 1.0))
    })
}

/// Whether a failure after an earlier try means that the earlier one did it.
pub(super) fn was_done(route: &Route, failure: &Failure, tries: u32) -> bool {
    let deleted =
        route.method() == reqwest::Method::DELETE && failure.error.kind == RestErrorKind::NotFound;
    let answered =
        route.twice() == Twice::Refused && failure.error.code == Some(RestError::ANSWERED_ALREADY);
    tries > 1 && (deleted || answered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(kind: RestErrorKind, arrived: bool) -> Failure {
        let error = RestError {
            kind,
            ..RestError::unavailable("x")
        };
        Failure { error, arrived }
    }

    #[test]
    fn what_would_happen_twice_is_sent_again_only_when_it_never_arrived() {
        let broken = failure(RestErrorKind::Unavailable, true);
        let unsent = failure(RestErrorKind::Unavailable, false);
        let followup = Route::Followup(1.into(), "t".into());
        assert_eq!(again(&followup, &broken, 1, 0.5), None);
        assert!(again(&followup, &unsent, 1, 0.5).is_some());
        for route in [
            Route::Me(),
            Route::SendMessage(1.into()),
            Route::DeleteMessage(1.into(), 2.into()),
            Route::Callback(1.into(), "t".into()),
        ] {
            let waits = [1, 2, 3, 4].map(|tries| again(&route, &broken, tries, 0.5));
            let millis = [Some(200), Some(600), Some(1800), None];
            assert_eq!(waits, millis.map(|wait| wait.map(Duration::from_millis)));
        }
    }

    #[test]
    fn what_discord_refuses_is_not_asked_twice() {
        for kind in [
            RestErrorKind::Invalid,
            RestErrorKind::Forbidden,
            RestErrorKind::Unauthorized,
            RestErrorKind::NotFound,
        ] {
            assert_eq!(again(&Route::Me(), &failure(kind, true), 1, 0.5), None);
        }
    }

    #[test]
    fn what_is_gone_at_the_second_try_was_deleted_by_the_first() {
        let gone = failure(RestErrorKind::NotFound, true);
        let delete = Route::DeleteMessage(1.into(), 2.into());
        assert!(!was_done(&delete, &gone, 1));
        assert!(was_done(&delete, &gone, 2));
        assert!(!was_done(&Route::Me(), &gone, 2));
        let mut double = failure(RestErrorKind::Invalid, true);
        double.error.code = Some(40060);
        assert!(was_done(&Route::Callback(1.into(), "t".into()), &double, 2));
    }
}
