"""Quizzes: one game at a time in each server, with its state in the host's store.

Every call runs in a fresh instance, and two people may press at the same moment. So a change to
the game is written only when the game is still what it was, and tried again when it is not.
"""

import json
from pathlib import Path

import cogbox
import game as rules
from cogbox import Commands, Components, Tell

# Read when the cog is built: there are no files when it runs.
DECK = json.loads((Path(__file__).parent / "questions.json").read_text())
GAME = "game"
POINTS = "points/"
SHOWN = 10

trivia = cogbox.group("trivia", "Quizzes", contexts=cogbox.GUILD)


@trivia.command("Starts a game here", cogbox.integer(
    "questions", "How many questions; 5 when left out", required=False, min=1, max=20))
def start(ctx, questions=5):
    store = cogbox.guild_store(ctx.guild)
    game = rules.ask(rules.new(cogbox.below(10**9), ctx.user.id, questions), DECK, cogbox.below)
    if not store.swap_json(GAME, None, game):
        raise Tell("A game is on already. Whoever started it can end it with `/trivia stop`.")
    ctx.reply(shown(game), rows=buttons(game))


@trivia.command("Ends the game that is on")
def stop(ctx):
    store = cogbox.guild_store(ctx.guild)
    game = store.json(GAME)
    if game is None:
        raise Tell("No game is on. Start one with `/trivia start`.")
    if ctx.user.id != game["starter"] and not ctx.permissions & cogbox.MANAGE_MESSAGES:
        raise Tell(f"Only <@{game['starter']}> or someone who may manage messages can end it.")
    store.delete(GAME)
    ctx.reply("The game is over.\n" + result(game))


@trivia.command("Shows who has the most points in this server")
def top(ctx):
    points = {}
    store, after = cogbox.guild_store(ctx.guild), None
    while page := store.scan(POINTS, after):
        points |= {key.removeprefix(POINTS): int(value) for key, value in page}
        after = page[-1][0]
    if not points:
        raise Tell("Nobody has a point yet. Start a game with `/trivia start`.")
    ctx.reply(embeds=[cogbox.embed("Trivia", table(rules.ranking(points)[:SHOWN]))])


@cogbox.pressed("answer")
def answered(ctx, id, round, position):
    store, user, position = cogbox.guild_store(ctx.guild), ctx.user.id, int(position)
    while True:
        game = current(store, id, round)
        if game["won"]:
            raise Tell("Someone was faster.")
        if user in game["tried"]:
            raise Tell("You had your try. The next question is another chance.")
        after = rules.tried(game, user, position)
        ended = after["won"] and rules.is_last(after)
        if store.swap_json(GAME, game, None if ended else after):
            break
    if not after["won"]:
        raise Tell("That is wrong.")
    store.add(POINTS + user, 1)
    text = f"{shown(after)}\n<@{user}> was first: **{rules.answers(after, DECK)[position]}**"
    if ended:
        ctx.update(f"{text}\n\nThe game is over.\n{result(after)}", rows=[])
    else:
        ctx.update(text, rows=[[cogbox.button(f"next:{id}:{round}", "Next question")]])


@cogbox.pressed("skip")
def skipped(ctx, id, round):
    store = cogbox.guild_store(ctx.guild)
    game = current(store, id, round)
    if ctx.user.id != game["starter"]:
        raise Tell(f"Only <@{game['starter']}>, who started the game, can skip a question.")
    if game["won"]:
        raise Tell("Someone was faster.")
    right = rules.answers(game, DECK)[game["answers"].index(0)]
    text = f"{shown(game)}\nSkipped; it was **{right}**."
    ended = rules.is_last(game)
    if not store.swap_json(GAME, game, None if ended else {**game, "won": True}):
        raise Tell("Someone was faster.")
    if ended:
        ctx.update(f"{text}\n\nThe game is over.\n{result(game)}", rows=[])
    else:
        ctx.update(text, rows=[[cogbox.button(f"next:{id}:{round}", "Next question")]])


@cogbox.pressed("next")
def next_question(ctx, id, round):
    store = cogbox.guild_store(ctx.guild)
    game = current(store, id, round)
    after = rules.ask(game, DECK, cogbox.below)
    if not store.swap_json(GAME, game, after):
        raise Tell("Someone was faster.")
    ctx.reply(shown(after), rows=buttons(after))


def current(store, id, round):
    """The game that a button belongs to, if it is still at that question."""
    game = store.json(GAME)
    if game is None or str(game["id"]) != id or str(game["round"]) != round:
        raise Tell("That question is over.")
    return game


def shown(game):
    question = rules.question(game, DECK)["question"]
    answers = zip(rules.LETTERS, rules.answers(game, DECK))
    lines = "\n".join(f"{letter}) {answer}" for letter, answer in answers)
    return f"**Question {game['round']} of {game['questions']}:** {question}\n{lines}"


def buttons(game):
    name = f"{game['id']}:{game['round']}"
    answers = [cogbox.button(f"answer:{name}:{position}", letter)
               for position, letter in enumerate(rules.LETTERS[:len(game["answers"])])]
    return [[*answers, cogbox.button(f"skip:{name}", "Skip", cogbox.ButtonStyle.SECONDARY)]]


def result(game):
    return table(rules.ranking(game["points"])[:SHOWN]) or "Nobody has a point."


def table(places):
    return "\n".join(
        f"{place}. <@{user}>: {count} {'point' if count == 1 else 'points'}"
        for place, user, count in places)
