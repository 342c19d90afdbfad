# Folgen
followed =
    { $minutes ->
        [one] 📡 Ich schaue jede Minute nach **{ $feed }** und poste Neues in { $channel }.
       *[other] 📡 Ich schaue alle { $minutes } Minuten nach **{ $feed }** und poste Neues in { $channel }.
    }
newest-is = Das Neueste: { $title }
there-are =
    { $count ->
        [one] Bisher gibt es einen Beitrag.
       *[other] Bisher gibt es { $count } Beiträge.
    }
nothing-yet = Noch gibt es keine Beiträge.
there-already = **{ $feed }** wird schon in { $channel } gepostet.
too-many =
    { $most ->
        [one] Dieser Server darf einem Feed folgen und tut das. `/feeds remove` macht Platz, und `/cogs settings cog:feeds` erlaubt mehr.
       *[other] Dieser Server darf { $most } Feeds folgen und tut das. `/feeds remove` macht Platz, und `/cogs settings cog:feeds` erlaubt mehr.
    }
being-added = Gerade folgt jemand anders hier einer Seite. Versuch es gleich noch einmal.
no-address = „{ $url }“ ist keine Adresse. Schreib eine wie `https://example.org/feed`.
removed = **{ $feed }** wird nicht mehr verfolgt.
changed = Geändert: { $state }
nothing-to-change = Es gibt nichts zu ändern: Nenne einen Kanal, eine Rolle, Wörter oder einen Namen.
too-many-words = Höchstens { $most } Wörter.
runs-well = **{ $feed }** geht es gut: Es gibt nichts wieder aufzunehmen.
no-such = Hier gibt es keinen Feed „{ $feed }“. Wähl einen von denen, die beim Tippen angeboten werden.
none-there = Dieser Server folgt noch keinem Feed: `/feeds add`.
you-may-not-write = In { $channel } darfst du selbst nicht schreiben.
i-may-not-write = In { $channel } darf ich nicht schreiben. Ich brauche dort die Rechte „Kanal anzeigen“ und „Nachrichten senden“, für Karten auch „Links einbetten“.
you-may-not-ping = { $role } darfst du selbst nicht anpingen: Dazu braucht es das Recht „Alle erwähnen“ oder eine Rolle, die alle erwähnen dürfen.
refused = Ich kann nicht herausfinden, wer dort was darf: { $why }

# Listen und Proben
list-title = Feeds dieses Servers
pings = pingt { $role } an
as-card = als Karte
as-card-and-text = als Karte mit Text
as-text = als Text
narrowed = nur { $words }
posted-last = Gepostet { $when }
nothing-since = Nichts Neues seit { $when }
nothing-there = **{ $feed }** hat keine Beiträge.
not-wanted = Dieser würde nicht gepostet: Er hat keines der Wörter, auf die der Feed eingeschränkt ist.
without-title = Ohne Titel
and-more =
    { $count ->
        [one] … und noch einer von **{ $feed }**: { $site }
       *[other] … und noch { $count } von **{ $feed }**: { $site }
    }

# Der Text
text-title = Der Text zu jedem Beitrag
text-label = Text; leer für keinen
text-placeholder = { $title } { $link }
text-saved = Der Text ist gespeichert. `/feeds test` zeigt, wie **{ $feed }** jetzt aussieht.
text-off = **{ $feed }** kommt nur als Karte.
text-plain = **{ $feed }** kommt mit Titel und Link.
feed-gone = Diesem Feed folgt niemand mehr.
only-managers = Nur wer den Server verwalten darf, ändert Feeds.

# Störungen
busy = Ich frage das Web gerade zu viel. Versuch es in einer Minute noch einmal.
not-found = Unter dieser Adresse gibt es nichts (404).
gone = Die Seite sagt, das sei für immer weg (410).
closed = Die Seite lässt mich nicht lesen.
odd-status = Die Seite hat mit einem Fehler geantwortet ({ $status }).
silent = Die Seite antwortet nicht.
no-feed = Dort ist kein Feed und keine Seite, die einen nennt. Such auf der Seite nach RSS oder Atom.
denied = Dorthin kann ich nicht: { $why }
channel-gone = Den Kanal gibt es nicht mehr; wähl mit `/feeds edit` einen anderen.
channel-closed = In diesem Kanal darf ich nicht schreiben.
not-sent = Discord nimmt es nicht an: { $why }
in-trouble = ⚠️ { $why } ({ $since })
stands-still = ⛔ { $why } ({ $since }) Ich schaue nicht mehr nach; `/feeds resume` nimmt es wieder auf.
stopped = 📡 Ich schaue nicht mehr nach **{ $feed }**. { $why } (seit { $since }) Wer den Server verwaltet, kann es mit `/feeds resume` wieder aufnehmen.

command-feeds = feeds
    .description = Postet Neues von Webseiten.
command-add = folgen
    .description = Folgt einer Webseite.
    .url-name = adresse
    .url-description = Die Adresse ihres Feeds oder einer ihrer Seiten.
    .channel-name = kanal
    .channel-description = Wo Neues gepostet wird; ohne Angabe hier.
    .role-name = rolle
    .role-description = Eine Rolle, die jedes Mal angepingt wird.
command-list = liste
    .description = Zeigt, welchen Feeds dieser Server folgt und was sie plagt.
command-test = probe
    .description = Zeigt dir allein den neuesten Beitrag, wie er gepostet würde.
    .feed-description = Welcher Feed.
command-text = text
    .description = Ändert, was zu jedem Beitrag eines Feeds geschrieben wird.
    .feed-description = Welcher Feed.
command-edit = ändern
    .description = Ändert, wo und wie ein Feed gepostet wird.
    .feed-description = Welcher Feed.
    .channel-name = kanal
    .channel-description = Wo Neues gepostet wird.
    .role-name = rolle
    .role-description = Die Rolle, die angepingt wird; @everyone für keine.
    .card-name = karte
    .card-description = Ob Beiträge als Karte mit Zusammenfassung und Bild kommen.
    .only-name = nur
    .only-description = Nur Beiträge mit einem dieser Wörter, mit Kommas dazwischen; - für alle.
    .name-name = name
    .name-description = Wie er hier heißt.
command-resume = fortsetzen
    .description = Nimmt einen aufgegebenen Feed wieder auf.
    .feed-description = Welcher Feed.
command-remove = entfernen
    .description = Folgt einem Feed nicht mehr.
    .feed-description = Welcher Feed.
