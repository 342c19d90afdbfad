number = { $number }
milliseconds = { $number } ms
not-measured = noch nicht gemessen
unknown = unbekannt

pong = 🏓 Pong!
gateway = Gateway
rest = REST

uptime = ⏱️ Laufzeit
up-for = Läuft **{ $duration }**, seit { $start }.
servers = Server
shard = Shard
shard-of = { $shard } von { $shards }
version = Version

days =
    { $count ->
        [one] { $count } Tag
       *[other] { $count } Tage
    }
hours =
    { $count ->
        [one] { $count } Stunde
       *[other] { $count } Stunden
    }
minutes =
    { $count ->
        [one] { $count } Minute
       *[other] { $count } Minuten
    }
seconds =
    { $count ->
        [one] { $count } Sekunde
       *[other] { $count } Sekunden
    }
no-time = keine Sekunde

owner = Besitzer
members = Mitglieder
boosts = Boosts
created = Angelegt
language = Sprache

name = Name
account-made = Konto angelegt
kind = Art
bot = Bot
joined = Beigetreten
boosting = Boostet
timed-out-until = Im Timeout bis
roles = Rollen ({ $count })
no-roles = keine
more-roles = { $shown } und { $count } weitere
avatar-of = Profilbild von { $name }

command-ping =
    .description = Zeigt, wie schnell der Bot antwortet.
command-uptime = laufzeit
    .description = Zeigt, seit wann der Bot läuft.
command-serverinfo =
    .description = Zeigt diesen Server: Besitzer, Größe, Alter und Boosts.
command-userinfo = nutzerinfo
    .description = Zeigt jemanden: das Konto, und was er oder sie auf diesem Server ist.
    .user-name = nutzer
    .user-description = Wer gezeigt wird; ohne Angabe du selbst.
command-avatar = profilbild
    .description = Zeigt jemandes Profilbild in voller Größe.
    .user-name = nutzer
    .user-description = Wessen Profilbild gezeigt wird; ohne Angabe deines.
