"""What the cog says, by language. A game is everyone's, so it speaks the server's language; what is
for one member alone is in theirs."""

import cogbox

TEXTS = cogbox.languages({
    "en-US": {
        "on_already": "A game is on already. Whoever started it can end it with `/trivia stop`.",
        "none_on": "No game is on. Start one with `/trivia start`.",
        "not_yours": "Only {starter} or someone who may manage messages can end it.",
        "over": "The game is over.",
        "no_points_yet": "Nobody has a point yet. Start a game with `/trivia start`.",
        "nobody": "Nobody has a point.",
        "too_late": "Someone was faster.",
        "tried": "You had your try. The next question is another chance.",
        "wrong": "That is wrong.",
        "first": "{winner} was first: **{answer}**",
        "next": "Next question",
        "skip": "Skip",
        "skip_not_yours": "Only {starter}, who started the game, can skip a question.",
        "skipped": "Skipped; it was **{answer}**.",
        "question_over": "That question is over.",
        "question": "**Question {round} of {questions}:** {question}",
        "point": "{place}. {user}: {count} point",
        "points": "{place}. {user}: {count} points",
        "title": "Trivia",
    },
    "de": {
        "on_already": "Es läuft schon ein Spiel. Wer es begonnen hat, kann es mit `/quiz beenden` beenden.",
        "none_on": "Es läuft kein Spiel. Beginne eines mit `/quiz starten`.",
        "not_yours": "Nur {starter} oder wer Nachrichten verwalten darf, kann es beenden.",
        "over": "Das Spiel ist vorbei.",
        "no_points_yet": "Noch hat niemand einen Punkt. Beginne ein Spiel mit `/quiz starten`.",
        "nobody": "Niemand hat einen Punkt.",
        "too_late": "Jemand war schneller.",
        "tried": "Du hattest deinen Versuch. Die nächste Frage ist eine neue Gelegenheit.",
        "wrong": "Das ist falsch.",
        "first": "{winner} war zuerst da: **{answer}**",
        "next": "Nächste Frage",
        "skip": "Überspringen",
        "skip_not_yours": "Nur {starter} hat das Spiel begonnen und kann eine Frage überspringen.",
        "skipped": "Übersprungen; es war **{answer}**.",
        "question_over": "Diese Frage ist vorbei.",
        "question": "**Frage {round} von {questions}:** {question}",
        "point": "{place}. {user}: {count} Punkt",
        "points": "{place}. {user}: {count} Punkte",
        "title": "Quiz",
    },
})


def everyone(ctx, key, **parts):
    """A text for all who read it."""
    locale = ctx.guild_locale if ctx.guild else ctx.locale
    return cogbox.pick(TEXTS, locale)[key].format(**parts)


def alone(ctx, key, **parts):
    """A text for whoever did something."""
    return ctx.texts(TEXTS)[key].format(**parts)
