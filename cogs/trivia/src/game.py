"""The rules of a game, without Discord: a game is a dictionary that JSON can keep.

Whoever presses the right answer first has the point; everyone has one try at each question.
"""

LETTERS = "ABCD"


def new(id, starter, questions, language):
    return {"id": id, "starter": starter, "questions": questions, "language": language, "round": 0, "asked": [],
            "answers": [], "tried": [], "won": False, "points": {}}


def ask(game, deck, below):
    """Begins the next round with a question that was not asked yet, its answers shuffled."""
    left = [number for number in range(len(deck)) if number not in game["asked"]]
    number = left[below(len(left))]
    answers = list(range(len(deck[number]["wrong"]) + 1))
    for last in range(len(answers) - 1, 0, -1):
        other = below(last + 1)
        answers[last], answers[other] = answers[other], answers[last]
    return {**game, "round": game["round"] + 1, "asked": game["asked"] + [number],
            "answers": answers, "tried": [], "won": False}


def question(game, deck):
    return deck[game["asked"][-1]]


def answers(game, deck):
    """The answers as they are shown. The first of a question's is the right one."""
    texts = [question(game, deck)["right"], *question(game, deck)["wrong"]]
    return [texts[number] for number in game["answers"]]


def is_right(game, position):
    return game["answers"][position] == 0


def tried(game, user, position):
    """The game after someone's try: a point when it was right."""
    game = {**game, "tried": game["tried"] + [user]}
    if is_right(game, position):
        points = {**game["points"], user: game["points"].get(user, 0) + 1}
        game = {**game, "won": True, "points": points}
    return game


def is_last(game):
    return game["round"] >= game["questions"]


def ranking(points):
    """Places from the most points down; who has as many shares the place."""
    rows = sorted(points.items(), key=lambda row: (-row[1], row[0]))
    places = []
    for position, (user, count) in enumerate(rows):
        shares = position > 0 and rows[position - 1][1] == count
        places.append((places[-1][0] if shares else position + 1, user, count))
    return places
