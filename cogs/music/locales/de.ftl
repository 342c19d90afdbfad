# Wo ich bin, und wo du bist
nowhere = Ich bin in keinem Sprachkanal. `/spielen` holt mich in deinen.
join-first = Geh erst in einen Sprachkanal, dann komme ich mit.
come-here = Ich bin in { $channel }. Komm dorthin, um die Musik zu steuern.
busy-elsewhere = Ich spiele schon in { $channel }. Komm dorthin, oder warte, bis es vorbei ist.
can-not-come = Ich kann nicht in { $channel } kommen: { $why }.
here-i-am = Ich bin in { $channel }.
left = Ich habe den Sprachkanal verlassen.

# Wer darf
only-djs = Nur { $role } steuern hier die Musik.
only-djs-add = Nur { $role } fügen hier Titel hinzu.
too-many =
    { $most ->
        [one] Von dir darf hier ein Titel warten, und der wartet schon.
       *[other] Von dir dürfen hier { $most } Titel warten, und die warten schon.
    }
refused = Das geht nicht: { $why }.

# Was läuft
nothing-plays = Es läuft nichts.
now-playing = Jetzt läuft
paused-state = Pause
unheard-state = Niemand hört mich: lasst mich auf dieser Bühne sprechen
panel-over = Die Wiedergabe ist vorbei. `/spielen` macht weiter.
asked-by = Gewünscht von
volume = Lautstärke
percent = { $percent } %
repeat = Wiederholen
repeat-off = nichts
repeat-track = den Titel
repeat-queue = die Warteschlange
waiting =
    { $count ->
        [0] Nichts wartet
        [one] Ein Titel wartet
       *[other] { $count } Titel warten
    }
pause = Pause
resume = Weiter
skip = Überspringen
stop = Stopp
quieter = Leiser
louder = Lauter
failed = **{ $title }** ließ sich nicht abspielen, also habe ich es übergangen.

# Hinzufügen
plays = ▶️ **{ $title }**
added = **{ $title }** ist auf Platz { $place }.
added-wait = **{ $title }** ist auf Platz { $place } und läuft in etwa { $wait }.
added-many = { $count } Titel hinzugefügt, ab **{ $title }**.
left-out =
    { $count ->
        [one] Ein weiterer fiel weg: Mehr dürfen von einer Person hier nicht warten.
       *[other] { $count } weitere fielen weg: Mehr dürfen von einer Person hier nicht warten.
    }
nothing-there = Darin ist nichts, was sich abspielen lässt.
not-found = Ich habe nichts für `{ $what }` im Medienordner gefunden und kann nicht im Web suchen: { $why }.

# Die Warteschlange
queue-title = Warteschlange
queue-foot = { waiting } · noch { $left }
queue-foot-endless = { waiting }
page = Seite { $page } von { $pages }
page-back = Zurück
page-on = Vor
endless = live
queue-empty = In der Warteschlange wartet nichts.
no-such-place =
    { $count ->
        [one] Diesen Platz gibt es nicht: Ein Titel wartet.
       *[other] Diesen Platz gibt es nicht: { $count } Titel warten.
    }
removed = **{ $title }** ist entfernt.
moved = **{ $title }** ist jetzt auf Platz { $place }.
cleared =
    { $count ->
        [one] Der eine Titel, der wartete, ist entfernt.
       *[other] Alle { $count } Titel, die warteten, sind entfernt.
    }
shuffled =
    { $count ->
        [one] Gemischt; bei einem Titel ändert das nichts.
       *[other] { $count } Titel gemischt.
    }

# Steuern
paused = ⏸️ **{ $title }** macht Pause.
resumed = ▶️ **{ $title }** läuft weiter.
brought-back =
    { $count ->
        [one] ▶️ **{ $title }** ist wieder da.
       *[other] ▶️ { $count } Titel sind wieder da, ab **{ $title }**.
    }
paused-already = Es ist schon Pause. `/weiter` macht weiter.
plays-already = Es läuft schon.
stopped = ⏹️ Gestoppt, und die Warteschlange ist leer.
skipped = ⏭️ **{ $title }** übersprungen. Jetzt: **{ $next }**
skipped-last = ⏭️ **{ $title }** übersprungen. Es folgt nichts.
track-over = Dieser Titel ist schon vorbei.
voted = { $who } möchte **{ $title }** überspringen: { $given } von { $needed } Stimmen.
deaf-vote = Dein Ton ist aus. Wer die Musik hört, stimmt über sie ab.
no-moment = Diese Stelle verstehe ich nicht. Schreib `1:30`, `90`, `+15` oder `-15`.
too-far = Der Titel ist nur { $length } lang.
sought = ⏩ Weiter bei { $to }.
volume-is = Die Lautstärke ist { percent }.
volume-set = 🔊 Die Lautstärke ist jetzt { percent }.
too-loud = Lauter als { $most } % geht es hier nicht.
loop-set = 🔁 Wiederholt wird: { $mode }

command-play = spielen
    .description = Spielt einen Titel in deinem Sprachkanal oder reiht ihn in die Warteschlange ein.
    .what-name = was
    .what-description = Der Name einer Datei, eine Adresse im Web oder Wörter, nach denen gesucht wird.
    .next-name = als-nächstes
    .next-description = Ob er als nächstes kommt, vor denen, die warten.
command-nowplaying = läuft
    .description = Zeigt mit Knöpfen, was läuft.
command-queue = warteschlange
    .description = Zeigt, was läuft und was wartet.
command-skip = überspringen
    .description = Überspringt, was läuft, oder stimmt dafür.
command-pause = pause
    .description = Hält an, was läuft.
command-resume = weiter
    .description = Macht weiter, wo Pause war oder ein Neustart von mir unterbrach.
command-stop = stopp
    .description = Beendet, was läuft, und leert die Warteschlange; ich bleibe im Kanal.
command-seek = spulen
    .description = Geht an eine andere Stelle dessen, was läuft.
    .to-name = zu
    .to-description = Etwa 1:30, 90, +15 oder -15.
command-volume = lautstärke
    .description = Stellt ein, wie laut ich bin, oder sagt es.
    .percent-name = prozent
    .percent-description = In Prozent.
command-loop = wiederholen
    .description = Spielt den Titel oder die Warteschlange immer wieder, oder nicht.
    .mode-name = was
    .mode-description = Was wiederholt wird.
choice-mode =
    .off = Nichts
    .track = Den Titel
    .queue = Die Warteschlange
command-shuffle = mischen
    .description = Bringt die Warteschlange in eine zufällige Reihenfolge.
command-remove = entfernen
    .description = Nimmt einen Titel aus der Warteschlange: einen eigenen, oder jeden, wenn du steuern darfst.
    .place-name = platz
    .place-description = Sein Platz in der Warteschlange.
command-move = verschieben
    .description = Bringt einen Titel an einen anderen Platz der Warteschlange.
    .place-name = platz
    .place-description = Sein Platz in der Warteschlange.
    .to-name = nach
    .to-description = Der Platz, den er bekommt; ohne Angabe der erste.
command-clear = leeren
    .description = Leert die Warteschlange; was läuft, läuft weiter.
command-join = beitreten
    .description = Ruft mich in deinen Sprachkanal.
command-leave = verlassen
    .description = Schickt mich aus dem Sprachkanal; die Warteschlange wird vergessen.
