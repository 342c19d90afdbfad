# Zeiten, die sich nicht lesen lassen
no-time = Darin steht keine Zeit. Schreib `in 2 Stunden`, `morgen 9:00`, `Freitag 18:30`, `5.1.2027 14:00` oder `jeden Montag um 9`.
unknown-word = „{ $word }“ verstehe ich in dieser Zeit nicht. Schreib `in 2 Stunden`, `morgen 9:00`, `Freitag 18:30`, `5.1.2027 14:00` oder `jeden Montag um 9`.
unclear-number = Was ist „{ $number }“ in dieser Zeit? Schreib `{ $number } Minuten`, `{ $number } Stunden` oder `um 9:00`.
slashes = „{ $date }“ ist in anderen Ländern ein anderer Tag. Schreib `5.1.2027` oder `5. Januar`.
unclear = Diese Zeiten passen nicht zusammen. Nenne einen Tag und eine Uhrzeit, etwa `Freitag 18:30`; oder `jeden Montag und Donnerstag um 9`.
no-such-date = Diesen Tag gibt es nicht.
past = Das ist schon vorbei.
too-far = Das ist zu weit weg: Ich schaue fünf Jahre voraus.
example-length = in 1 Stunde
example-tomorrow = morgen 9:00
example-weekday = Freitag 18:30
example-date = 31. Dezember 20:00
example-daily = jeden Tag um 9:00
example-weekly = jeden Montag um 9:00

# Eine Erinnerung stellen
confirmed = ⏰ { $at } ({ $ago }), { $place }: { $what }
repeats = 🔁 { $rhythm }
direct = als Direktnachricht
this-message = Zu dieser Nachricht
zone-hint = Deine Zeitzone kenne ich nicht, also gilt { $zone }. `/zeitzone` ändert das.
no-channels = Auf diesem Server kommen Erinnerungen als Direktnachricht.
no-speaking = Du darfst hier nicht schreiben, also kommt sie als Direktnachricht.
too-often = Das ist zu oft: Dazwischen liegt hier mindestens { $least }.
too-many =
    { $most ->
        [one] Du darfst hier eine Erinnerung haben, und die hast du. `/erinnere liste` entfernt sie.
       *[other] Du darfst hier { $most } Erinnerungen haben, und die hast du. `/erinnere liste` entfernt welche.
    }
no-text = Schreib, woran ich dich erinnern soll.
remove = Entfernen
removed =
    { $count ->
        [one] Die Erinnerung ist entfernt.
       *[other] { $count } Erinnerungen sind entfernt.
    }
gone = Diese Erinnerung gibt es nicht mehr.
form-title = Erinnere mich daran
form-when = Wann
form-when-hint = in 2 Stunden, morgen 9:00, Freitag 18:30
form-what = Woran

# Eine Erinnerung
ten-minutes = 10 Min.
one-hour = 1 Std.
one-day = 1 Tag
done = Erledigt
end = Nicht mehr
show = Zeigen
closed = ⏰ { $who }, eine Erinnerung von dir ist fällig. Sie war für dich allein, aber ich kann dir nicht schreiben.
late = Ich war nicht rechtzeitig da: Fällig war das { $ago }.
not-yours = Das ist die Erinnerung von jemand anderem. `/erinnere mich` stellt dir eine eigene.
is-done = ✅ Erledigt
ended = 🔕 Das war das letzte Mal.
snoozed = 💤 Wieder { $at }
forgotten = Diese Erinnerung kenne ich nicht mehr.

# Die Liste
list-title = Deine Erinnerungen
none-wait = Hier wartet keine Erinnerung von dir. `/erinnere mich` stellt eine.
waiting =
    { $count ->
        [one] Eine Erinnerung
       *[other] { $count } Erinnerungen
    }
page = Seite { $page } von { $pages }
page-back = Zurück
page-on = Vor
remove-some = Entfernen …

# Zeitzonen
zone-is = Deine Zeitzone ist **{ $zone }**, dort ist es { $time }.
zone-of-server = Du hast keine Zeitzone gewählt, also gilt die des Servers: **{ $zone }**, dort ist es { $time }. `/zeitzone zone:` wählt deine.
zone-of-nobody = Du hast keine Zeitzone gewählt, also gilt **{ $zone }**, dort ist es { $time }. `/zeitzone zone:` wählt deine.
no-zone = Eine Zeitzone „{ $zone }“ kenne ich nicht. Tippe deine Stadt oder eine in der Nähe und nimm, was angeboten wird, etwa `Europe/Berlin`.

# Zeiten in Worten
moment = { $weekday }, { $day }.{ $month }.{ $year }, { $time }
from-then = { $rhythm }, zuerst { $first }
every-length = alle { $length }
every-days =
    { $count ->
        [one] jeden Tag um { $time }
       *[other] alle { $count } Tage um { $time }
    }
every-weeks =
    { $count ->
        [one] jede Woche { $days } um { $time }
       *[other] alle { $count } Wochen { $days } um { $time }
    }
every-months =
    { $count ->
        [one] jeden Monat am { $day }. um { $time }
       *[other] alle { $count } Monate am { $day }. um { $time }
    }
every-year = jedes Jahr am { $date } um { $time }
day-and-month = { $day }.{ $month }.
workdays = Montag bis Freitag
monday = Montag
tuesday = Dienstag
wednesday = Mittwoch
thursday = Donnerstag
friday = Freitag
saturday = Samstag
sunday = Sonntag

command-remind = erinnere
    .description = Erinnerungen: stell dir eine, oder sieh deine an.
command-me = mich
    .description = Erinnert dich an etwas.
    .when-name = wann
    .when-description = Etwa: in 2 Stunden, morgen 9:00, Freitag 18:30, 5.1.2027 14:00, jeden Montag um 9.
    .what-name = woran
    .what-description = Woran ich dich erinnern soll.
    .place-name = wo
    .place-description = Wo du erinnert wirst.
choice-where =
    .channel = In diesem Kanal
    .direct = Als Direktnachricht
command-remind-of-this = Erinnere mich daran
command-list = liste
    .description = Zeigt deine Erinnerungen hier und entfernt sie.
command-timezone = zeitzone
    .description = Nennt oder ändert deine Zeitzone, die auf allen Servern gilt.
    .zone-name = zone
    .zone-description = Etwa Europe/Berlin; tippe deine Stadt oder eine in der Nähe.
