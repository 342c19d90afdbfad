//! What a server's admins choose, and whom that lets do what.

use cogbox_sdk::markdown::mention_role;
use cogbox_sdk::prelude::*;
use cogbox_sdk::settings::Chosen;

const DJ: &str = "dj";
const OTHERS_PLAY: &str = "others-play";
const VOTE: &str = "vote";
const LOUDEST: &str = "loudest";
const LONGEST: &str = "longest";
const ANNOUNCE: &str = "announce";
const ANNOUNCE_CHANNEL: &str = "announce-channel";
const IDLE: &str = "idle";

/// Says nothing, a new message for each track, one message that changes.
const ANNOUNCES: [&str; 3] = ["off", "new message", "edit the last"];
/// The loudest that the host plays, and the longest queue that it keeps.
const HOST_LOUDEST: f64 = 200.0;
const HOST_LONGEST: f64 = 500.0;

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::role(DJ, "DJs").help("When set, only they control the music"),
        Setting::toggle(OTHERS_PLAY, "Others may add tracks")
            .help("Whether /play is for everybody when there are DJs")
            .default(true),
        Setting::toggle(VOTE, "Vote to skip")
            .help("More than half of those who listen skip a track; who asked for it, and DJs, at once")
            .default(false),
        Setting::number_in(1.0..=HOST_LOUDEST, LOUDEST, "Loudest, in percent").default(100.0),
        Setting::number_in(0.0..=HOST_LONGEST, LONGEST, "Tracks of one person")
            .help("How many may wait in the queue; 0 for any number")
            .default(0.0),
        Setting::choice(ANNOUNCE, "Announce tracks", ANNOUNCES)
            .help("What is said when a track begins")
            .default(ANNOUNCES[1]),
        Setting::channel(ANNOUNCE_CHANNEL, "Announce in")
            .help("When not set: where /play was used last"),
        Setting::number_in(0.0..=1_440.0, IDLE, "Leave after minutes")
            .help("How long I stay when nothing plays; 0 for as long as somebody is there")
            .default(10.0),
    ]
}

/// What is said when a track begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announce {
    Off,
    Anew,
    Edit,
}

/// What one server chose.
pub struct Rules(Chosen);

impl Rules {
    pub fn of(guild: &str) -> Self {
        Rules(settings::guild(guild))
    }

    /// Refuses to control the music to those who may not.
    pub fn require_control(&self, ctx: &Context) -> Answer {
        match self.0.role(DJ)? {
            Some(role) if !self.is_dj(ctx)? => tell!(ctx, only_djs, role = mention_role(&role)),
            _ => Ok(()),
        }
    }

    /// Refuses to add tracks to those who may not.
    pub fn require_adding(&self, ctx: &Context) -> Answer {
        match self.0.role(DJ)? {
            Some(role) if !self.0.is_on(OTHERS_PLAY)? && !self.is_dj(ctx)? => {
                tell!(ctx, only_djs_add, role = mention_role(&role))
            }
            _ => Ok(()),
        }
    }

    /// Whether somebody has the DJs' role, or manages the server.
    pub fn is_dj(&self, ctx: &Context) -> Answer<bool> {
        if ctx.permissions().allow(Permissions::MANAGE_GUILD) {
            return Ok(true);
        }
        let role = self.0.role(DJ)?;
        let member = ctx.member();
        Ok(role.is_some_and(|role| member.is_some_and(|member| member.roles.contains(&role))))
    }

    pub fn votes(&self) -> Answer<bool> {
        self.0.is_on(VOTE)
    }

    /// Returns the loudest that is allowed, in percent.
    pub fn loudest(&self) -> Answer<u8> {
        let loudest = self.0.number(LOUDEST)?.unwrap_or(100.0);
        Ok(loudest.clamp(1.0, HOST_LOUDEST) as u8)
    }

    /// Returns how many tracks of one person may wait; `None` for any number.
    pub fn longest(&self) -> Answer<Option<usize>> {
        let longest = self.0.number(LONGEST)?.unwrap_or_default() as usize;
        Ok(Some(longest).filter(|longest| *longest > 0))
    }

    pub fn announce(&self) -> Answer<Announce> {
        let chosen = self.0.text(ANNOUNCE)?.unwrap_or_default();
        Ok(match ANNOUNCES.iter().position(|one| *one == chosen) {
            Some(1) => Announce::Anew,
            Some(2) => Announce::Edit,
            _ => Announce::Off,
        })
    }

    pub fn announce_channel(&self) -> Answer<Option<String>> {
        self.0.channel(ANNOUNCE_CHANNEL)
    }

    /// Returns after how many seconds the bot leaves when nothing plays; `None` for never.
    pub fn idle_seconds(&self) -> Answer<Option<u32>> {
        let minutes = self.0.number(IDLE)?.unwrap_or_default();
        let seconds = (minutes * 60.0) as u32;
        Ok(Some(seconds).filter(|seconds| *seconds > 0))
    }
}
