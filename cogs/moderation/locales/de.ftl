# Was getan wird
kind-ban = Bann
kind-tempban = Bann auf Zeit
kind-softban = Softbann
kind-unban = Entbannung
kind-kick = Rauswurf
kind-timeout = Auszeit
kind-untimeout = Ende einer Auszeit
kind-voicekick = Raus aus dem Sprachkanal
done-ban = 🔨 **{ $who }** ist gebannt.
done-tempban = 🔨 **{ $who }** ist auf Zeit gebannt.
done-softban = 🧹 **{ $who }** ist draußen, samt Nachrichten, und darf wiederkommen.
done-unban = 🕊️ **{ $who }** ist nicht mehr gebannt.
done-kick = 👢 **{ $who }** ist draußen.
done-timeout = 🔇 **{ $who }** hat eine Auszeit.
done-untimeout = 🔊 **{ $who }** darf wieder schreiben und sprechen.
done-voicekick = 👋 **{ $who }** ist raus aus dem Sprachkanal.
told-ban = Du wurdest von **{ $server }** gebannt.
told-tempban = Du wurdest auf Zeit von **{ $server }** gebannt.
told-softban = Du wurdest von **{ $server }** entfernt, samt deinen letzten Nachrichten. Du darfst wiederkommen.
told-kick = Du wurdest aus **{ $server }** geworfen. Du darfst wiederkommen.
told-timeout = Du hast auf **{ $server }** eine Auszeit: dort kannst du weder schreiben noch sprechen.
told-untimeout = Deine Auszeit auf **{ $server }** ist vorbei.
this-server = diesem Server
ends = Das endet { $until }.
case-is = Fall { $number }.
not-told = Mitteilen konnte ich es nicht: keine Direktnachrichten erlaubt.
time-is-over = Die Zeit ist um.
ban-stays = Der Bann von { $who } ist um, aber ich kann ihn nicht aufheben: { $why }. Nimm `/entbannen`.

# Warum etwas nicht geht
no-length = Diese Dauer verstehe ich nicht. Schreib `30m`, `12h` oder `7 Tage`.
tempban-bounds = Ein Bann auf Zeit dauert von einer Minute bis fünf Jahre. Für immer ist es `/bannen`.
timeout-too-long = Eine Auszeit dauert höchstens 28 Tage. `/zeitbann` kann länger dauern.
banned-already = { $who } ist schon gebannt.
nobody-banned = Niemand ist hier als { $who } gebannt.
softban-stays = Der Bann besteht noch, weil er sich nicht aufheben ließ: { $why }. Nimm `/entbannen`.
not-timed-out = { $who } hat keine Auszeit.
not-in-voice = { $who } ist in keinem Sprachkanal.

# Viele auf einmal
massban-nobody = Darin finde ich keine IDs. Schreib sie nacheinander, etwa `123456789012345678 223456789012345678`.
massban-too-many = Das sind { $count }; höchstens { $most } auf einmal.
massban-late = { $who }: nicht mehr, Discord brauchte zu lange. Nimm den Befehl noch einmal für den Rest.
massban-done =
    { $count ->
        [0] Niemand wurde gebannt.
        [one] 🔨 Eine Person ist gebannt.
       *[other] 🔨 { $count } Personen sind gebannt.
    }
massban-cases =
    { $count ->
        [one] Fall { $first }.
       *[other] Fälle { $first } bis { $last }.
    }
massban-log =
    { $count ->
        [one] { $by } hat mit `/massenbann` eine Person gebannt: Fall { $first }.
       *[other] { $by } hat mit `/massenbann` { $count } Personen gebannt: Fälle { $first } bis { $last }.
    }

# Namen und langsamer Modus
renamed = **{ $who }** heißt hier jetzt **{ $name }**.
unnamed = **{ $who }** hat keinen Nicknamen mehr.
slowmode-on = 🐌 In { $channel } wartet jeder { $length } zwischen zwei Nachrichten.
slowmode-off = Der langsame Modus ist aus in { $channel }.
slowmode-too-long = Der langsame Modus geht bis 6 Stunden.

# Fälle
case-title = Fall { $number } · { $kind }
person = Person
moderator = Moderation
by-itself = von selbst
reason = Grund
until = Bis
no-reason = Noch keiner: `/grund { $number }`
person-id = ID { $id }
case-not-kept = Es ist getan, aber der Fall ließ sich nicht aufheben: { $why }
case-not-written = Der Fall ist aufgehoben, ließ sich aber nicht in { $channel } schreiben: { $why }. Siehe `/cogs settings`.
no-case = Einen Fall { $number } gibt es nicht.
cases-of-one =
    { $count ->
        [0] Keine Fälle
        [one] Ein Fall
       *[other] { $count } Fälle
    }
cases-of-all =
    { $count ->
        [0] Noch keine Fälle
        [one] Ein Fall auf diesem Server
       *[other] { $count } Fälle auf diesem Server
    }
no-more-moderator = Du darfst keine Fälle mehr sehen.
not-your-case = Den Fall anderer ändern nur die, die den Server verwalten.
reason-set = Fall { $number } hat seinen Grund.

# Befehle
command-ban = bannen
    .description = Bannt jemanden, auch wer schon weg ist.
    .who-name = wen
    .who-description = Wen. Für jemanden, der nicht hier ist, geht auch eine ID.
    .reason-name = grund
    .reason-description = Warum. Die Person liest es auch.
    .delete-name = löschen
    .delete-description = Welche ihrer Nachrichten gelöscht werden.
command-tempban = zeitbann
    .description = Bannt jemanden auf Zeit.
    .who-name = wen
    .who-description = Wen. Für jemanden, der nicht hier ist, geht auch eine ID.
    .length-name = dauer
    .length-description = Wie lange, etwa 12h oder 7 Tage.
    .reason-name = grund
    .reason-description = Warum. Die Person liest es auch.
    .delete-name = löschen
    .delete-description = Welche ihrer Nachrichten gelöscht werden.
command-softban = softbann
    .description = Bannt jemanden und hebt den Bann gleich auf, damit die Nachrichten weg sind.
    .who-name = wen
    .who-description = Wen.
    .reason-name = grund
    .reason-description = Warum. Die Person liest es auch.
    .delete-name = löschen
    .delete-description = Welche Nachrichten gelöscht werden; sonst die des letzten Tages.
command-unban = entbannen
    .description = Hebt einen Bann auf.
    .who-name = wen
    .who-description = Wen: ein Name von Gebannten, oder eine ID.
    .reason-name = grund
    .reason-description = Warum.
command-massban = massenbann
    .description = Bannt viele auf einmal, etwa bei einem Überfall.
    .who-name = wen
    .who-description = IDs oder Erwähnungen, höchstens 50.
    .reason-name = grund
    .reason-description = Warum.
    .delete-name = löschen
    .delete-description = Welche ihrer Nachrichten gelöscht werden.
choice-delete =
    .nothing = Nichts
    .hour = Die der letzten Stunde
    .day = Die des letzten Tages
    .three-days = Die der letzten drei Tage
    .week = Die der letzten Woche
command-kick = kicken
    .description = Wirft jemanden hinaus, wer will, kommt wieder.
    .who-name = wen
    .who-description = Wen.
    .reason-name = grund
    .reason-description = Warum. Die Person liest es auch.
command-timeout = auszeit
    .description = Gibt jemandem eine Auszeit: kein Schreiben, kein Sprechen.
    .who-name = wem
    .who-description = Wem.
    .length-name = dauer
    .length-description = Wie lange, etwa 10m oder 2 Tage; höchstens 28 Tage.
    .reason-name = grund
    .reason-description = Warum. Die Person liest es auch.
command-untimeout = auszeit-ende
    .description = Beendet eine Auszeit.
    .who-name = wessen
    .who-description = Wessen.
    .reason-name = grund
    .reason-description = Warum. Die Person liest es auch.
command-nick = nickname
    .description = Ändert, wie jemand hier heißt, oder nimmt den Nicknamen weg.
    .who-name = wessen
    .who-description = Wessen.
    .name-name = name
    .name-description = Der Nickname; ohne ihn gilt wieder der Name des Kontos.
    .reason-name = grund
    .reason-description = Warum.
command-voicekick = sprachkick
    .description = Holt jemanden aus dem Sprachkanal.
    .who-name = wen
    .who-description = Wen.
    .reason-name = grund
    .reason-description = Warum.
command-slowmode = langsam
    .description = Stellt ein, wie lange alle zwischen zwei Nachrichten warten.
    .length-name = dauer
    .length-description = Wie lange, etwa 10s oder 5 Minuten; aus beendet es. Höchstens 6 Stunden.
    .channel-name = kanal
    .channel-description = Wo; sonst hier.
    .reason-name = grund
    .reason-description = Warum.
command-case = fall
    .description = Zeigt einen Fall.
    .number-name = nummer
    .number-description = Seine Nummer.
command-cases = fälle
    .description = Zeigt Fälle, die neuesten zuerst.
    .who-name = wessen
    .who-description = Wessen; sonst die von allen.
command-cases-of = Fälle
command-reason = grund
    .description = Sagt, warum, oder etwas anderes als vorher.
    .number-name = nummer
    .number-description = Die Nummer des Falls.
    .text-name = text
    .text-description = Warum.
