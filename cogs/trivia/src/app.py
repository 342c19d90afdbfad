"""Quizzes: one game at a time in each server, with its state in the host's store.

Every call runs in a fresh instance, and two people may press at the same moment. So a change to
the game is written only when the game is still what it was, and tried again when it is not.
"""

import json
from pathlib import Path

import cogbox
import game as rules
from cogbox import Commands, Components, Tell
from texts import alone, everyone

# Read when the cog is built: there are no files when it runs. A game keeps to the deck of its first
# question, whatever becomes of the server's language.
FOLDER = Path(__file__).parent
DECKS = {
    "en-US": json.loads((FOLDER / "questions.json").read_text("utf-8")),
    "de": json.loads((FOLDER / "questions.de.json").read_text("utf-8")),
}
GAME = "game"
# A member's points lie under that member, and go when their data do.
POINTS = "points"
SHOWN = 10

trivia = cogbox.group("trivia", "Quizzes", contexts=cogbox.GUILD, translated={"de": ("quiz", "Quizfragen")})


@trivia.command(
    "Starts a game here",
    cogbox.integer("questions", "How many questions; 5 when left out", required=False, min=1, max=20,
                   translated={"de": ("fragen", "Wie viele Fragen; ohne Angabe 5")}),
    translated={"de": ("starten", "Beginnt hier ein Spiel")})
def start(ctx, questions=5):
    store = cogbox.guild_store(ctx.guild)
    language = cogbox.pick({name: name for name in DECKS}, ctx.guild_locale)
    new = rules.new(cogbox.below(10**9), ctx.user.id, questions, language)
    game = rules.ask(new, DECKS[language], cogbox.below)
    if not store.swap_json(GAME, None, game):
        raise Tell(alone(ctx, "on_already"))
    ctx.reply(shown(ctx, game), rows=buttons(ctx, game))


@trivia.command("Ends the game that is on", translated={"de": ("beenden", "Beendet das laufende Spiel")})
def stop(ctx):
    store = cogbox.guild_store(ctx.guild)
    game = store.json(GAME)
    if game is None:
        raise Tell(alone(ctx, "none_on"))
    if ctx.user.id != game["starter"] and not ctx.permissions & cogbox.MANAGE_MESSAGES:
        raise Tell(alone(ctx, "not_yours", starter=f"<@{game['starter']}>"))
    store.delete(GAME)
    ctx.reply(over(ctx, game))


@trivia.command("Shows who has the most points in this server",
                translated={"de": ("bestenliste", "Zeigt, wer auf diesem Server die meisten Punkte hat")})
def top(ctx):
    points = {entry.user: int(entry.value) for entry in cogbox.members(ctx.guild, POINTS)}
    if not points:
        raise Tell(alone(ctx, "no_points_yet"))
    best = table(ctx, rules.ranking(points)[:SHOWN])
    ctx.reply(embeds=[cogbox.embed(everyone(ctx, "title"), best)])


@cogbox.pressed("answer")
def answered(ctx, id, round, position):
    store, user, position = cogbox.guild_store(ctx.guild), ctx.user.id, int(position)
    while True:
        game = current(ctx, store, id, round)
        if game["won"]:
            raise Tell(alone(ctx, "too_late"))
        if user in game["tried"]:
            raise Tell(alone(ctx, "tried"))
        after = rules.tried(game, user, position)
        ended = after["won"] and rules.is_last(after)
        if store.swap_json(GAME, game, None if ended else after):
            break
    if not after["won"]:
        raise Tell(alone(ctx, "wrong"))
    cogbox.member_store(ctx.guild, user).add(POINTS, 1)
    answer = rules.answers(after, deck(after))[position]
    won = everyone(ctx, "first", winner=f"<@{user}>", answer=answer)
    finish(ctx, after, f"{shown(ctx, after)}\n{won}", ended)


@cogbox.pressed("skip")
def skipped(ctx, id, round):
    store = cogbox.guild_store(ctx.guild)
    game = current(ctx, store, id, round)
    if ctx.user.id != game["starter"]:
        raise Tell(alone(ctx, "skip_not_yours", starter=f"<@{game['starter']}>"))
    if game["won"]:
        raise Tell(alone(ctx, "too_late"))
    right = rules.answers(game, deck(game))[game["answers"].index(0)]
    ended = rules.is_last(game)
    if not store.swap_json(GAME, game, None if ended else {**game, "won": True}):
        raise Tell(alone(ctx, "too_late"))
    finish(ctx, game, f"{shown(ctx, game)}\n{everyone(ctx, 'skipped', answer=right)}", ended)


def finish(ctx, game, text, ended):
    """Shows how a question ended, and with it the game or the way to the next question."""
    if ended:
        ctx.update(f"{text}\n\n{over(ctx, game)}", rows=[])
    else:
        id = f"next:{game['id']}:{game['round']}"
        ctx.update(text, rows=[[cogbox.button(id, everyone(ctx, "next"))]])


@cogbox.pressed("next")
def next_question(ctx, id, round):
    store = cogbox.guild_store(ctx.guild)
    game = current(ctx, store, id, round)
    after = rules.ask(game, deck(game), cogbox.below)
    if not store.swap_json(GAME, game, after):
        raise Tell(alone(ctx, "too_late"))
    ctx.reply(shown(ctx, after), rows=buttons(ctx, after))


def current(ctx, store, id, round):
    """The game that a button belongs to, if it is still at that question."""
    game = store.json(GAME)
    if game is None or str(game["id"]) != id or str(game["round"]) != round:
        raise Tell(alone(ctx, "question_over"))
    return game


def deck(game):
    return DECKS[game["language"]]


def shown(ctx, game):
    question = rules.question(game, deck(game))["question"]
    answers = zip(rules.LETTERS, rules.answers(game, deck(game)))
    lines = "\n".join(f"{letter}) {answer}" for letter, answer in answers)
    head = everyone(ctx, "question", round=game["round"], questions=game["questions"], question=question)
    return f"{head}\n{lines}"


def buttons(ctx, game):
    name = f"{game['id']}:{game['round']}"
    answers = [cogbox.button(f"answer:{name}:{position}", letter)
               for position, letter in enumerate(rules.LETTERS[:len(game["answers"])])]
    return [[*answers, cogbox.button(f"skip:{name}", everyone(ctx, "skip"), cogbox.ButtonStyle.SECONDARY)]]


def over(ctx, game):
    places = table(ctx, rules.ranking(game["points"])[:SHOWN]) or everyone(ctx, "nobody")
    return f"{everyone(ctx, 'over')}\n{places}"


def table(ctx, places):
    return "\n".join(
        everyone(ctx, "point" if count == 1 else "points", place=place, user=f"<@{user}>", count=count)
        for place, user, count in places)
