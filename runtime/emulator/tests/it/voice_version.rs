//! Calls whose version of the encryption changes while they go on.

use cogbox_emulator::Fault;
use serde_json::json;

use crate::voice_client::Lab;
use crate::voice_dave::Speaker;

fn encryption(lab: &Lab, on: bool) {
    let guild = lab.guild.id;
    lab.discord.cause(Fault::VoiceEncryption { guild, on });
}

#[tokio::test]
async fn g42_a_call_goes_on_in_the_clear_and_is_encrypted_again() {
    let lab = Lab::start().await;
    let ann = lab.discord.person("ann");
    ann.joins_voice(&lab.channel);
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    bot.sends_key_package().await;
    bot.follows_to(30).await;
    bot.plays_tone(440.0, 10).await;
    let heard = lab.guild.hears(|heard| heard.packets == 10).await;
    assert_eq!(heard.sealed, 10);
    // Until the bot is ready and is told so, it encrypts.
    encryption(&lab, false);
    let asked = bot.voice.opcode(21).await["d"].take();
    assert_eq!(asked["protocol_version"], 0);
    assert_ne!(asked["transition_id"], 0);
    bot.plays_tone(440.0, 10).await;
    lab.guild.hears(|heard| heard.sealed == 20).await;
    let ready = json!({"transition_id": asked["transition_id"], "protocol_version": 0});
    bot.voice.send(23, ready).await;
    let executed = bot.voice.opcode(22).await["d"].take();
    assert_eq!(executed["transition_id"], asked["transition_id"]);
    bot.media.plays_tone(440.0, 10).await;
    let heard = lab.guild.hears(|heard| heard.packets == 30).await;
    assert_eq!((heard.sealed, heard.faults.len()), (20, 0), "{heard}");
    // What is encrypted long after that is heard by nobody.
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    bot.plays_tone(440.0, 1).await;
    let fault = "a frame is encrypted end to end, though the call is not any more";
    lab.guild
        .hears(|heard| heard.faults.contains_key(fault))
        .await;
    lab.guild.forget_heard();
    // In the clear people come and go without the bot, and once it is encrypted again they are in.
    let ben = lab.discord.person("ben");
    ben.joins_voice(&lab.channel);
    encryption(&lab, true);
    bot.follows_to(30).await;
    bot.follows_to(22).await;
    lab.guild.encrypts_among(3).await;
    bot.plays_tone(440.0, 10).await;
    let heard = lab.guild.hears(|heard| heard.packets == 10).await;
    assert_eq!((heard.sealed, heard.faults.len()), (10, 0), "{heard}");
}

#[tokio::test]
async fn g42_a_bot_without_a_group_is_lowered_at_once() {
    let lab = Lab::start().await;
    let mut bot = Speaker::enter(&lab).await;
    bot.follows_to(25).await;
    encryption(&lab, false);
    let asked = bot.voice.opcode(21).await["d"].take();
    assert_eq!(asked, json!({"transition_id": 0, "protocol_version": 0}));
    // A key package is for nothing then.
    bot.sends_key_package().await;
    let fault = "a key package came though the call is not encrypted";
    lab.guild
        .hears(|heard| heard.faults.contains_key(fault))
        .await;
    bot.media.plays_tone(440.0, 10).await;
    let heard = lab.guild.hears(|heard| heard.packets == 10).await;
    assert_eq!(heard.sealed, 0);
}
