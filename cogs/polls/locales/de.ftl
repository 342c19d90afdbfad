# Eine machen
form-title = Eine neue Umfrage
form-question = Frage
form-answers = Antworten, eine in jeder Zeile
form-answers-hint = Zwei bis zehn
form-length = Wann sie endet
form-length-hint = 2 Stunden, 3 Tage
made = 📊 Die Umfrage läuft und endet { $ends }.
only-makers = Nur { $role } machen hier Umfragen.
too-many =
    { $most ->
        [one] Von dir darf hier eine Umfrage laufen, und die läuft.
       *[other] Von dir dürfen hier { $most } Umfragen laufen, und die laufen.
    }
no-length = „{ $length }“ ist keine Dauer. Schreib `30 Minuten`, `2 Stunden` oder `3 Tage`.
odd-length = Eine Umfrage dauert zwischen einer Minute und 60 Tagen.
no-question = Schreib eine Frage.
odd-count =
    { $count ->
        [0] Eine Umfrage braucht 2 bis 10 Antworten, und hier ist keine. Setz `|` dazwischen: `Pizza | Nudeln`.
        [one] Eine Umfrage braucht 2 bis 10 Antworten, und hier ist eine. Setz `|` dazwischen: `Pizza | Nudeln`.
       *[other] Eine Umfrage braucht 2 bis 10 Antworten, und hier sind { $count }.
    }
too-long = Antwort { $number } ist zu lang: Eine Antwort hat höchstens { $most } Zeichen.
twice = „{ $option }“ steht zweimal da.
can-not-write = In diesem Kanal darf ich nicht schreiben.
not-now = Discord lässt mich sie gerade nicht posten. Versuch es in einer Minute noch einmal.

# Abstimmen
voted = Du stimmst für { $answers }. Drück noch einmal, um das zurückzunehmen.
withdrawn = Deine Stimme ist zurückgenommen.
is-over = Diese Umfrage ist vorbei.
is-anonymous = Diese Umfrage ist anonym.

# Beenden
really = **{ $question }** jetzt beenden?
end-now = Jetzt beenden
ended = Die Umfrage endet.
not-yours = Das ist die Umfrage von { $author }. Beenden kann sie, wer sie gemacht hat oder moderiert.

# Die Umfrage
who = Wer
end = Beenden
runs = Endet { $ends } · von { $author }
over = Beendet · von { $author }
share = { $percent } % · { $count }
voters =
    { $count ->
        [0] Niemand hat abgestimmt
        [one] Eine Person hat abgestimmt
       *[other] { $count } Personen haben abgestimmt
    }
several = mehrere Antworten
anonymous = anonym
nobody = niemand
and-more = und { $count } weitere
nobody-voted = 📊 **{ $question }** ist beendet. Niemand hat abgestimmt.
won =
    { $all ->
        [one] 📊 **{ $question }** ist beendet: 🏆 { $winner }, mit der einen Stimme.
       *[other] 📊 **{ $question }** ist beendet: 🏆 { $winner }, mit { $votes } von { $all } Stimmen ({ $percent } %).
    }
tie =
    { $all ->
        [one] 📊 **{ $question }** endet unentschieden: { $winners }, alle mit der einen Stimme.
       *[other] 📊 **{ $question }** endet unentschieden: { $winners }, mit je { $votes } von { $all } Stimmen.
    }

command-poll = umfrage
    .description = Fragt alle; ohne Antworten öffnet sich ein Formular.
    .question-name = frage
    .question-description = Die Frage.
    .answers-name = antworten
    .answers-description = Die Antworten, mit | dazwischen: Pizza | Nudeln | Suppe. Ohne sie fragt ein Formular danach.
    .multiple-name = mehrere
    .multiple-description = Ob man mehrere wählen kann.
    .anonymous-name = anonym
    .anonymous-description = Ob niemand sieht, wer wofür gestimmt hat.
    .lasts-name = dauer
    .lasts-description = Wann sie endet, etwa 2 Stunden oder 3 Tage.
