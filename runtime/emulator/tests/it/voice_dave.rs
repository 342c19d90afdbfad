//! Calls that are encrypted end to end: how a bot gets into the group, who comes and goes, and what
//! is heard. The bot's side is a member of the library that others use.

use std::num::NonZeroU16;

use davey::{DaveSession, ProposalsOperationType};
use serde_json::json;

use crate::voice_client::{AES, Got, Lab, Media, SILENCE, Voice};

/// A bot that speaks DAVE over a connection of version 8.
pub struct Speaker {
    pub voice: Voice,
    pub media: Media,
    dave: DaveSession,
    /// What came, in a line each.
    log: Vec<String>,
}

impl Speaker {
    pub async fn enter(lab: &Lab) -> Speaker {
        let (voice, media) = lab.speaking(8, AES).await;
        let user: u64 = lab.ticket.user.as_str().unwrap().parse().unwrap();
        let dave = DaveSession::new(NonZeroU16::MIN, user, lab.channel.id.0, None).unwrap();
        let log = Vec::new();
        Speaker {
            voice,
            media,
            dave,
            log,
        }
    }

    pub async fn sends_key_package(&mut self) {
        let package = self.dave.create_key_package().unwrap();
        self.voice.send_bytes(26, &package).await;
    }

    /// Takes in what comes, as clients do, up to a message with an opcode.
    pub async fn follows_to(&mut self, last: u64) {
        loop {
            let (op, body) = self.next().await;
            self.takes(op, &body).await;
            if op == last {
                return;
            }
        }
    }

    /// Returns the next opcode about the encryption, with its content.
    pub async fn next(&mut self) -> (u64, Vec<u8>) {
        loop {
            match self.voice.got().await {
                Got::Json(payload) => match payload["op"].as_u64().unwrap() {
                    // Who is there, as real servers tell it besides.
                    18 | 20 => {}
                    op => {
                        self.log.push(format!("{op} {}", payload["d"]));
                        return (op, payload["d"].to_string().into_bytes());
                    }
                },
                Got::Binary(bytes) => {
                    // The number, the opcode; the others have their content told by its id alone.
                    let (op, body) = (u64::from(bytes[2]), bytes[3..].to_vec());
                    let id = match op {
                        29 | 30 => format!(" {}", u16::from_be_bytes([body[0], body[1]])),
                        _ => String::new(),
                    };
                    self.log.push(format!("{op}{id}"));
                    return (op, body);
                }
                Got::Closed(code) => panic!("closed with {code:?} after {:?}", self.log),
            }
        }
    }

    async fn takes(&mut self, op: u64, body: &[u8]) {
        match op {
            25 => self.dave.set_external_sender(body).unwrap(),
            27 => {
                assert_eq!(body[0], 0, "proposals are added");
                let append = ProposalsOperationType::APPEND;
                let made = self.dave.process_proposals(append, &body[1..], None);
                let made = made.unwrap().expect("something is proposed");
                let welcome = made.welcome.unwrap_or_default();
                self.voice
                    .send_bytes(28, &[made.commit, welcome].concat())
                    .await;
            }
            29 => {
                self.dave.process_commit(&body[2..]).unwrap();
                self.is_ready_for(body).await;
            }
            30 => {
                self.dave.process_welcome(&body[2..]).unwrap();
                self.is_ready_for(body).await;
            }
            24 => {
                let (user, channel) = (self.dave.user_id(), self.dave.channel_id());
                let version = NonZeroU16::MIN;
                self.dave.reinit(version, user, channel, None).unwrap();
                self.sends_key_package().await;
            }
            _ => {}
        }
    }

    async fn is_ready_for(&mut self, body: &[u8]) {
        let id = u16::from_be_bytes([body[0], body[1]]);
        if id != 0 {
            self.voice.send(23, json!({"transition_id": id})).await;
        }
    }

    /// Plays a tone, encrypted as far as there is a group.
    pub async fn plays_tone(&mut self, hertz: f32, frames: usize) {
        for _ in 0..frames {
            let frame = self.media.tone(hertz);
            let sealed = match self.dave.is_ready() {
                true => self.dave.encrypt_opus(&frame).unwrap().into_owned(),
                false => frame,
            };
            self.media.plays(&sealed).await;
        }
    }

    fn users(&self) -> Vec<u64> {
        let mut users = self.dave.get_user_ids().unwrap();
        users.sort_unstable();
        users
    }
}

/// Takes the log so far, without who comes and goes.
fn log(speaker: &mut Speaker) -> Vec<String> {
    std::mem::take(&mut speaker.log)
}

#[tokio::test]
async fn g32_g46_a_bot_alone_is_told_the_external_sender_after_op_4_and_plays_in_the_clear() {
    let lab = Lab::start().await;
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.sends_key_package().await;
    assert_eq!(log(&mut bot), ["25"]);
    bot.plays_tone(440.0, 25).await;
    let heard = lab.guild.hears(|heard| heard.packets == 25).await;
    assert_eq!(heard.to_string(), "440 Hz at -9 dB for 0.5 s\n");
    assert_eq!((heard.sealed, lab.guild.heard().faults.len()), (0, 0));
}

#[tokio::test]
async fn g33_g34_g38_g39_who_comes_to_the_bot_is_added_by_its_commit() {
    let lab = Lab::start().await;
    let ann = lab.discord.person("ann");
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.sends_key_package().await;
    // What comes before is taken in before.
    bot.voice.so_far().await;
    ann.joins_voice(&lab.channel);
    bot.follows_to(29).await;
    let connected = format!("11 {}", json!({"user_ids": [ann.id]}));
    assert_eq!(log(&mut bot), ["25", connected.as_str(), "27", "29 0"]);
    assert!(bot.users().contains(&ann.id.0));
    lab.guild.encrypts_among(2).await;
    bot.plays_tone(440.0, 50).await;
    bot.media.plays(SILENCE).await;
    let heard = lab.guild.hears(|heard| heard.packets == 51).await;
    assert_eq!(heard.sealed, 50);
    assert_eq!(heard.to_string(), "440 Hz at -9 dB for 1.0 s\n");
}

#[tokio::test]
async fn g34_g47_a_bot_that_comes_to_people_is_welcomed() {
    let lab = Lab::start().await;
    let (ann, ben) = (lab.discord.person("ann"), lab.discord.person("ben"));
    ann.joins_voice(&lab.channel);
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.sends_key_package().await;
    bot.follows_to(30).await;
    // Ann was alone, so the group begins with the bot.
    let connected = format!("11 {}", json!({"user_ids": [ann.id]}));
    assert_eq!(log(&mut bot), [connected.as_str(), "25", "30 0"]);
    // Another one comes into a group that is there: the bot commits and says that it is ready.
    ben.joins_voice(&lab.channel);
    bot.follows_to(22).await;
    let connected = format!("11 {}", json!({"user_ids": [ben.id]}));
    let executed = format!("22 {}", json!({"transition_id": 1}));
    let expected = [connected.as_str(), "27", "29 1", executed.as_str()];
    assert_eq!(log(&mut bot), expected);
    assert_eq!(bot.users().len(), 3);
    bot.plays_tone(440.0, 25).await;
    let heard = lab.guild.hears(|heard| heard.packets == 25).await;
    assert_eq!((heard.sealed, heard.faults.len()), (25, 0));
}

#[tokio::test]
async fn g39_a_group_that_is_there_welcomes_the_bot_by_a_transition() {
    let lab = Lab::start().await;
    for name in ["ann", "ben", "cleo"] {
        lab.discord.person(name).joins_voice(&lab.channel);
    }
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.sends_key_package().await;
    bot.follows_to(22).await;
    let log = log(&mut bot);
    let executed = format!("22 {}", json!({"transition_id": 1}));
    assert_eq!(log[log.len() - 2..], ["30 1", executed.as_str()]);
    assert_eq!(bot.users().len(), 4);
    lab.guild.encrypts_among(4).await;
}

#[tokio::test]
async fn g43_who_leaves_is_removed_and_the_keys_change() {
    let lab = Lab::start().await;
    let (ann, ben) = (lab.discord.person("ann"), lab.discord.person("ben"));
    ann.joins_voice(&lab.channel);
    ben.joins_voice(&lab.channel);
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.sends_key_package().await;
    bot.follows_to(22).await;
    log(&mut bot);
    // Frames in the old key may still be under way.
    let late = bot.media.tone(440.0);
    let late = bot.dave.encrypt_opus(&late).unwrap().into_owned();
    ben.leaves_voice(&lab.guild);
    bot.follows_to(22).await;
    let gone = format!("13 {}", json!({"user_id": ben.id}));
    let executed = format!("22 {}", json!({"transition_id": 2}));
    let expected = [gone.as_str(), "27", "29 2", executed.as_str()];
    assert_eq!(log(&mut bot), expected);
    assert!(!bot.users().contains(&ben.id.0));
    bot.media.plays(&late).await;
    bot.plays_tone(440.0, 24).await;
    let heard = lab.guild.hears(|heard| heard.packets == 25).await;
    assert_eq!((heard.sealed, heard.faults.len()), (25, 0));
}

#[tokio::test]
async fn g41_g44_with_the_last_other_the_group_begins_anew() {
    let lab = Lab::start().await;
    let ann = lab.discord.person("ann");
    ann.joins_voice(&lab.channel);
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.sends_key_package().await;
    bot.follows_to(30).await;
    log(&mut bot);
    ann.leaves_voice(&lab.guild);
    bot.follows_to(21).await;
    let gone = format!("13 {}", json!({"user_id": ann.id}));
    let epoch = format!("24 {}", json!({"protocol_version": 1, "epoch": 1}));
    let transition = format!("21 {}", json!({"transition_id": 0, "protocol_version": 1}));
    assert_eq!(log(&mut bot), [gone, epoch, transition]);
    bot.plays_tone(440.0, 10).await;
    let heard = lab.guild.hears(|heard| heard.packets == 10).await;
    assert_eq!((heard.sealed, heard.faults.len()), (0, 0));
    // Who comes then is added to the new group.
    bot.voice.so_far().await;
    ann.joins_voice(&lab.channel);
    bot.follows_to(29).await;
    assert!(log(&mut bot).contains(&"29 0".to_owned()));
    bot.plays_tone(440.0, 10).await;
    let heard = lab.guild.hears(|heard| heard.packets == 20).await;
    assert_eq!((heard.sealed, heard.faults.len()), (10, 0));
}

#[tokio::test]
async fn g35_key_packages_are_judged() {
    let lab = Lab::start().await;
    let foreign = DaveSession::new(NonZeroU16::MIN, 42, lab.channel.id.0, None);
    let foreign = foreign.unwrap().create_key_package().unwrap();
    for package in [vec![], vec![1, 2, 3], foreign] {
        let mut bot = Speaker::enter(&lab).await;
        bot.follows_to(25).await;
        let mut altered = bot.dave.create_key_package().unwrap();
        *altered.last_mut().unwrap() ^= 1;
        for package in [&package, &altered] {
            bot.voice.send_bytes(26, package).await;
            assert_eq!(bot.voice.closed().await, Some(4020));
            bot = Speaker::enter(&lab).await;
            bot.follows_to(25).await;
        }
    }
}

#[tokio::test]
async fn g38_a_commit_that_is_wrong_does_not_count_and_a_later_good_one_does() {
    let lab = Lab::start().await;
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.sends_key_package().await;
    bot.voice.so_far().await;
    lab.discord.person("ann").joins_voice(&lab.channel);
    let proposals = loop {
        let (op, body) = bot.next().await;
        if op == 27 {
            break body;
        }
    };
    let append = ProposalsOperationType::APPEND;
    let made = bot.dave.process_proposals(append, &proposals[1..], None);
    let made = made.unwrap().unwrap();
    for (body, fault) in [
        (vec![1, 2, 3], "op 28 does not begin with an MLS message"),
        (
            made.commit.clone(),
            "a commit adds a member and op 28 has no welcome",
        ),
    ] {
        bot.voice.send_bytes(28, &body).await;
        lab.guild
            .hears(|heard| heard.faults.contains_key(fault))
            .await;
    }
    let good = [made.commit, made.welcome.unwrap()].concat();
    for _ in 0..2 {
        // The second one is dropped.
        bot.voice.send_bytes(28, &good).await;
    }
    bot.follows_to(29).await;
    log(&mut bot);
    let more = bot.voice.so_far().await;
    assert!(
        !more.iter().any(|got| matches!(got, Got::Binary(_))),
        "{more:?}"
    );
    lab.guild.encrypts_among(2).await;
}

#[tokio::test]
async fn g40_a_transition_is_executed_without_the_bot_after_2_seconds() {
    let lab = Lab::start().await;
    for name in ["ann", "ben"] {
        lab.discord.person(name).joins_voice(&lab.channel);
    }
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.voice.send(23, json!({"transition_id": 9})).await;
    let fault = "op 23 names a transition that waits for nobody";
    lab.guild
        .hears(|heard| heard.faults.contains_key(fault))
        .await;
    bot.sends_key_package().await;
    let begun = std::time::Instant::now();
    loop {
        let (op, _) = bot.next().await;
        if op == 22 {
            break;
        }
    }
    assert!(begun.elapsed().as_millis() >= 1_900);
    let fault = "the bot was not ready for a transition within 2 s";
    lab.guild
        .hears(|heard| heard.faults.contains_key(fault))
        .await;
}

#[tokio::test]
async fn g38_what_the_bot_does_not_commit_another_member_commits() {
    let lab = Lab::start().await;
    lab.discord.person("ann").joins_voice(&lab.channel);
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.sends_key_package().await;
    bot.follows_to(30).await;
    lab.discord.person("ben").joins_voice(&lab.channel);
    loop {
        let (op, body) = bot.next().await;
        match op {
            // It takes in what is proposed, and keeps its commit to itself.
            27 => {
                let append = ProposalsOperationType::APPEND;
                let made = bot.dave.process_proposals(append, &body[1..], None);
                made.unwrap();
            }
            29 => {
                bot.takes(29, &body).await;
                break;
            }
            _ => {}
        }
    }
    assert_eq!(bot.users().len(), 3);
    bot.plays_tone(440.0, 10).await;
    let heard = lab.guild.hears(|heard| heard.packets == 10).await;
    assert_eq!(heard.sealed, 10);
}

#[tokio::test]
async fn g45_a_bot_that_could_not_use_a_welcome_is_added_anew() {
    let lab = Lab::start().await;
    for name in ["ann", "ben"] {
        lab.discord.person(name).joins_voice(&lab.channel);
    }
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.sends_key_package().await;
    bot.follows_to(22).await;
    log(&mut bot);
    bot.voice.send(31, json!({"transition_id": 1})).await;
    bot.takes(24, &[]).await;
    bot.follows_to(22).await;
    let executed = format!("22 {}", json!({"transition_id": 2}));
    assert_eq!(log(&mut bot), ["30 2", executed.as_str()]);
    bot.plays_tone(440.0, 10).await;
    let heard = lab.guild.hears(|heard| heard.packets == 10).await;
    assert_eq!((heard.sealed, heard.faults.len()), (10, 0));
}

#[tokio::test]
async fn g30_g31_g46_frames_of_another_key_and_in_the_clear_are_reported() {
    let lab = Lab::start().await;
    lab.discord.person("ann").joins_voice(&lab.channel);
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.sends_key_package().await;
    bot.follows_to(30).await;
    let frame = bot.media.tone(440.0);
    let mut altered = bot.dave.encrypt_opus(&frame).unwrap().into_owned();
    altered[0] ^= 1;
    bot.media.plays(&altered).await;
    let fault = "a frame can't be decrypted by the others in the call";
    lab.guild
        .hears(|heard| heard.faults.get(fault) == Some(&1))
        .await;
    // What was under way in the clear is still taken, for two seconds.
    bot.media.plays(&frame).await;
    lab.guild.hears(|heard| heard.packets == 1).await;
    lab.discord.advance(std::time::Duration::from_secs(3));
    bot.media.plays(&frame).await;
    let fault = "a frame is not encrypted end to end, though others are in the call";
    lab.guild
        .hears(|heard| heard.faults.get(fault) == Some(&1))
        .await;
    bot.media.plays(SILENCE).await;
    let heard = lab.guild.hears(|heard| heard.silent == 1).await;
    assert_eq!(heard.packets, 2);
}

#[tokio::test]
async fn g11_g12_g36_g37_messages_have_the_form_of_their_version() {
    let lab = Lab::start().await;
    let mut bot = Speaker::enter(&lab).await;
    let sender = bot.voice.binary().await;
    // The first number, and the opcode.
    assert_eq!(sender[..3], [0, 1, 25]);
    bot.takes(25, &sender[3..]).await;
    bot.sends_key_package().await;
    bot.voice.so_far().await;
    lab.discord.person("ann").joins_voice(&lab.channel);
    let proposals = bot.voice.binary().await;
    assert_eq!(proposals[2..4], [27, 0]);
    bot.takes(27, &proposals[3..]).await;
    let group = bot.dave.group().unwrap();
    let senders = group.extensions().external_senders().unwrap();
    assert_eq!(senders.len(), 1);
    // Before version 8 there is no number.
    let (mut old, _) = lab.speaking(4, AES).await;
    assert_eq!(old.binary().await[0], 25);
}
