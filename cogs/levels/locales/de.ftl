number = { $number }
level = Level { $level }
progress = { $points } von { $step } Punkten bis Level { $next }
place = Platz
place-of = { $place } von { $count }
points = Punkte
leaderboard = Bestenliste
line = `{ $place }.` { $user } · Level { $level } · { $points } Punkte
own-place = Du bist { $place }. von { $count }
nobody = Noch hat niemand Punkte. Sie kommen mit Nachrichten.
no-points = { $name } hat noch keine Punkte. Sie kommen mit Nachrichten, einmal in der Minute.
bots-earn-nothing = Bots bekommen keine Punkte.

reached = 🎉 { $whom } hat Level **{ $level }** erreicht!
reached-directly = 🎉 Du hast auf { $server } Level **{ $level }** erreicht!

title = Level
how-to-change = Punkte und Ansagen: `/cogs settings cog:levels`. Belohnungen: `/level belohnung`. Kanäle: `/level ohne-punkte`.
rewards = Belohnungen
without-points = Kanäle ohne Punkte
none = Keine
reward-line = Level { $level }: { $role }
role-not-given = { $role } kann niemand bekommen: Die Rolle gehört allen, einem Bot oder den Boostern.
role-too-high = Du kannst { $role } nicht zur Belohnung machen: Dafür brauchst du die Berechtigung „Rollen verwalten“ und eine höhere Rolle.
too-many-rewards = Ein Server hat bis zu { $most } Belohnungen. Beende erst eine mit `/level keine-belohnung`.
rewarded = Wer Level { $level } erreicht, bekommt { $role }. Wer schon dort ist, bekommt sie mit der nächsten Nachricht.
unrewarded = Level { $level } bringt { $role } nicht mehr. Wer sie hat, behält sie.
no-reward = Level { $level } hat keine Belohnung.
choose-channels = In welchen Kanälen gibt es keine Punkte?
ignored = In { $channels } gibt es keine Punkte.
all-channels = Punkte gibt es in allen Kanälen.
was-set = { $user } hat jetzt { $points } Punkte, das ist Level { $level }.
was-reset = { $user } fängt ohne Punkte neu an.
nothing-to-reset = { $user } hat keine Punkte.
reset-question =
    { $count ->
        [0] Niemand hat Punkte. Trotzdem neu anfangen?
        [one] Ein Mitglied hat Punkte. Sie gehen für immer verloren.
       *[other] { $count } Mitglieder haben Punkte. Sie gehen für immer verloren.
    }
reset-everybody = Alle zurücksetzen
all-reset = Alle fangen ohne Punkte neu an. Die Rollen bleiben, wie sie sind.
only-managers = Dafür brauchst du die Berechtigung „Server verwalten“.

command-rank = rang
    .description = Zeigt ein Level, den Platz auf dem Server und den Weg zum nächsten.
    .member-name = mitglied
    .member-description = Wessen; deines ohne Angabe.
command-leaderboard = bestenliste
    .description = Zeigt, wer die meisten Punkte hat.
command-levels = level
    .description = Punkte, Belohnungen und Kanäle dieses Servers.
command-show = anzeigen
    .description = Zeigt Belohnungen, Kanäle ohne Punkte und was schiefging.
command-reward = belohnung
    .description = Gibt allen eine Rolle, die ein Level erreichen.
    .level-description = Das Level.
    .role-name = rolle
    .role-description = Die Rolle.
command-unreward = keine-belohnung
    .description = Beendet eine Belohnung; wer die Rolle hat, behält sie.
    .level-description = Das Level.
command-ignore = ohne-punkte
    .description = Wählt Kanäle, in denen es keine Punkte gibt.
command-set = setzen
    .description = Setzt jemandes Punkte.
    .member-name = mitglied
    .member-description = Wessen.
    .points-name = punkte
    .points-description = Wie viele.
command-reset = zurücksetzen
    .description = Nimmt jemandem alle Punkte.
    .user-name = wer
    .user-description = Wessen.
command-reset-all = alle-zurücksetzen
    .description = Nimmt allen die Punkte, nach einer Frage.
