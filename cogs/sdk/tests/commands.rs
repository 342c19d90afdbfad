//! What the attributes tell Discord: an author's functions on one side, the contract's
//! records on the other.

use cogbox_sdk::command::{
    Bucket, Choice as DeclaredChoice, ChoiceValue, Contexts, Cooldown, IntegerBounds, OptionKind,
    Target, TextBounds, Visibility,
};
use cogbox_sdk::component::ChannelKind;
use cogbox_sdk::prelude::*;

#[derive(Choice)]
#[allow(dead_code)]
enum Side {
    #[choice(name = "Heads up")]
    Heads,
    BothSides,
}

/// Bets on a coin,
/// or on two.
///
/// This paragraph is for developers.
#[command]
fn place_bet(
    _ctx: &Context,
    /// On which side.
    side: Side,
    #[option(description = "How much.", name = "money", min = 1, max = 50)] stake: i64,
    /// Why.
    #[option(min_length = 3, autocomplete)]
    reason: Option<String>,
    /// Where.
    #[option(channels(text, public_thread))]
    r#where: Option<Channel>,
) -> Answer {
    let _ = (side, stake, reason, r#where);
    Ok(())
}

/// Empties the bank.
#[command(
    name = "rob",
    defer_as(invoker),
    contexts(guild, private_channel),
    needs(MANAGE_GUILD, BAN_MEMBERS),
    cooldown(per = guild, uses = 3, seconds = 60),
    nsfw
)]
fn rob_the_bank(_ctx: &Context) -> Answer {
    Ok(())
}

/// Keeps accounts.
#[command(subcommands(list, Own))]
struct Account;

/// Lists them.
#[command]
fn list(_ctx: &Context) -> Answer {
    Ok(())
}

/// Your own one.
#[command(subcommands(close))]
struct Own;

/// Closes it.
#[command]
fn close(_ctx: &Context) -> Answer {
    Ok(())
}

#[user_command]
fn send_money(_ctx: &Context, _to: Person) -> Answer {
    Ok(())
}

#[message_command(name = "Frame it")]
fn frame(_ctx: &Context, _message: Message) -> Answer {
    Ok(())
}

#[test]
fn options_have_the_name_the_kind_and_the_bounds_that_were_written() {
    let commands = commands![place_bet].declare();
    let command = &commands[0];
    assert_eq!(command.name, "place-bet");
    assert_eq!(command.description, "Bets on a coin, or on two.");
    assert_eq!(command.contexts, Contexts::GUILD | Contexts::BOT_DM);
    let seen: Vec<(&str, &str, bool, bool)> = command
        .options
        .iter()
        .map(|it| (&*it.name, &*it.description, it.required, it.autocomplete))
        .collect();
    assert_eq!(
        seen,
        [
            ("side", "On which side.", true, false),
            ("money", "How much.", true, false),
            ("reason", "Why.", false, true),
            ("where", "Where.", false, false),
        ]
    );
    let choice = |name: &str, value: &str| DeclaredChoice {
        name: name.into(),
        names: vec![],
        value: ChoiceValue::Text(value.into()),
    };
    let kinds: Vec<&OptionKind> = command.options.iter().map(|it| &it.kind).collect();
    assert_eq!(
        kinds,
        [
            &OptionKind::Choice(vec![
                choice("Heads up", "heads"),
                choice("Both sides", "both-sides"),
            ]),
            &OptionKind::Integer(IntegerBounds {
                min: Some(1),
                max: Some(50),
            }),
            &OptionKind::Text(TextBounds {
                min_length: Some(3),
                max_length: None,
            }),
            &OptionKind::Channel(vec![ChannelKind::Text, ChannelKind::PublicThread]),
        ]
    );
}

#[test]
fn what_holds_for_the_whole_command_is_told() {
    let command = commands![rob_the_bank].declare().remove(0);
    assert_eq!(command.name, "rob");
    assert_eq!(command.needs.as_deref(), Some("36"));
    assert_eq!(
        command.contexts,
        Contexts::GUILD | Contexts::PRIVATE_CHANNEL
    );
    assert_eq!(command.defer_as, Visibility::Invoker);
    assert!(command.nsfw);
    assert_eq!(
        command.cooldown,
        Some(Cooldown {
            per: Bucket::Guild,
            uses: 3,
            seconds: 60,
        })
    );
}

#[test]
fn a_struct_in_a_struct_is_a_group() {
    let command = commands![Account].declare().remove(0);
    assert_eq!(command.name, "account");
    assert!(command.options.is_empty());
    let seen: Vec<(Option<&str>, &str)> = command
        .subcommands
        .iter()
        .map(|one| (one.group.as_deref(), one.name.as_str()))
        .collect();
    assert_eq!(seen, [(None, "list"), (Some("own"), "close")]);
}

#[test]
fn commands_in_menus_have_a_label_and_no_description() {
    let commands = commands![send_money, frame].declare();
    let seen: Vec<(Target, &str, &str)> = commands
        .iter()
        .map(|it| (it.target, it.name.as_str(), it.description.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (Target::User, "Send money", ""),
            (Target::Message, "Frame it", ""),
        ]
    );
}
