chosen = Ich wähle **{ $choice }**.
too-few = Gib mir mindestens zwei Dinge mit einem Komma dazwischen, etwa `Tee, Kaffee`.
heads = Kopf
tails = Zahl

ball =
    { $number ->
        [1] Ja, und früher, als du denkst.
        [2] Alles deutet darauf hin.
        [3] Ich würde darauf wetten.
        [4] Ohne einen Zweifel in meinem flüssigen Herzen.
        [5] Die Sterne nicken.
        [6] Schüttle mich nach dem Essen noch einmal.
        [7] Das kommt darauf an, wer fragt.
        [8] Der Nebel hat sich noch nicht gelichtet.
        [9] Ich weiß es, aber das verdürbe den Spaß.
        [10] Frag deine andere Kugel.
        [11] Nicht in diesem Jahr.
        [12] Meine Quellen haben gelacht.
        [13] Ich würde nicht darauf bauen.
        [14] Nur in einem anderen Universum.
       *[15] Nein, und das wusstest du.
    }

-for-example = Schreib Würfel wie `2d6+1`, `d20` oder `4d6-2+1d4`.
unreadable = Ich verstehe `{ $part }` nicht. { -for-example }
incomplete = Da fehlt etwas. { -for-example }
too-much-added = Ich zähle höchstens { $most } dazu, und `{ $part }` ist mehr.
no-die-of = `{ $part }` wirft keinen einzigen Würfel.
wrong-sides = Ein Würfel hat 2 bis { $most } Seiten, und `{ $part }` will { $sides }.
uncountable = `{ $part }` ist mehr, als ich zählen kann.
too-many-parts = Das hat { $count } Teile; ich nehme höchstens { $most }.
no-die = Da ist kein Würfel dabei. { -for-example }
too-many-dice = Das sind { $count } Würfel; ich werfe höchstens { $most } auf einmal.

command-roll = würfeln
    .description = Würfelt, etwa 2d6+1.
    .dice-name = würfel
    .dice-description = Was gewürfelt wird, etwa 2d6+1, d20 oder 4d6-2+1d4; ohne Angabe, was der Server gewählt hat.
command-choose = wählen
    .description = Wählt eines von mehreren Dingen für dich.
    .options-name = auswahl
    .options-description = Woraus gewählt wird, mit Kommas dazwischen: Tee, Kaffee, Wasser.
command-eight-ball = kugel
    .description = Fragt die Kugel, die alles weiß.
    .question-name = frage
    .question-description = Eine Frage, auf die man mit Ja oder Nein antworten kann.
command-coin = münze
    .description = Wirft eine Münze.
