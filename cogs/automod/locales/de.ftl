# Regeln
title-words = Wörter: { $name }
title-pattern = Muster: { $name }
title-invites = Einladungen
title-links = Links
title-repeats = Wiederholungen
title-flood = Flut
title-mentions = Erwähnungen
title-capitals = Großbuchstaben
title-emoji = Emojis
nothing = nichts
shown-words =
    { $count ->
        [one] ein Wort oder Ausdruck
       *[other] { $count } Wörter und Ausdrücke
    }
shown-allowed = willkommen: { $allowed }
shown-repeats = { $times }-mal dasselbe in { $seconds } Sekunden
shown-flood = { $messages } Nachrichten in { $seconds } Sekunden
shown-more-than = mehr als { $most }
shown-capitals = ab { $percent } % der Buchstaben
then-delete = löschen
then-notice = Hinweis
then-log = nur in den Logkanal
after-hits = { $what } beim { $hits }. Mal in einer Stunde

# Was im Kanal steht
notice-words = { $who } ⚠️ Das ist hier nicht willkommen.
notice-invites = { $who } ⚠️ Einladungen auf andere Server sind hier nicht willkommen.
notice-links = { $who } ⚠️ Solche Links sind hier nicht willkommen.
notice-repeats = { $who } ⚠️ Einmal genügt.
notice-flood = { $who } ⚠️ Bitte langsamer.
notice-mentions = { $who } ⚠️ Das sind zu viele Erwähnungen.
notice-capitals = { $who } ⚠️ Bitte nicht in Großbuchstaben.
notice-emoji = { $who } ⚠️ Das sind zu viele Emojis.

# Der Logkanal
log-title = Eine Nachricht verstieß gegen eine Regel
person = Person
channel = Kanal
done = Getan
message = Nachricht
nothing-done = nichts
deleted =
    { $count ->
        [one] Nachricht gelöscht
       *[other] { $count } Nachrichten gelöscht
    }
not-deleted = sie ließ sich nicht löschen: { $why }
person-id = ID { $id }
time-is-over = Die Zeit ist um.
ban-over = Der Bann von { $who } ist um.
ban-stays = Der Bann von { $who } ist um, aber ich kann ihn nicht aufheben: { $why }. Heb ihn von Hand auf.

# Überfälle
raid-seen = Ein Überfall: { $count } sind binnen Sekunden gekommen.
raid-by-hand = { $by } hat den Überfallmodus eingeschaltet.
raid-action = Wer kommt: { $what }.
raid-no-action = Mit denen, die kommen, geschieht nichts; siehe `/cogs settings`.
raid-does-nothing = Der Überfallmodus ist an, aber mit denen, die kommen, geschieht nichts: das wählst du in `/cogs settings`.
raid-ends = Er endet { $until }, später, wenn weitere kommen.
raid-end = Überfallmodus beenden
raid-ended = Der Überfallmodus ist vorbei.
raid-over = Der Überfall ist vorbei.
raid-over-by = { $by } hat den Überfallmodus beendet.
raid-count = Gekommen: { $joined }, behandelt: { $done }, verschont: { $spared }.
raid-reason = ein Überfall
raid-too-many = zu viele kamen auf einmal; der Rest ist an euch
raid-already = Der Überfallmodus ist schon an.
raid-under-way = 🚨 Der Überfallmodus ist an.
no-raid = Der Überfallmodus ist nicht an.

# Antworten auf Befehle
rules-title = Regeln
how-to-change = /automod folge ändert, was geschieht, /automod entfernen beendet eine Regel. Moderation und Bots sind ausgenommen.
no-rules = Noch gibt es keine Regeln. Leg eine an, etwa mit `/automod einladungen`.
saved = **{ $rule }** · { $what }
    → { $then }
action-set = **{ $rule }** → { $then }
removed = Die Regel **{ $rule }** ist weg.
exempt-question = Wo und für wen gilt keine Regel? Moderation und Bots sind ohnehin ausgenommen.
exempt-channels = Kanäle ohne Regeln
exempt-roles = Rollen ohne Regeln
exempted = Keine Regel gilt für { $all }.
no-exempt = Die Regeln gelten überall und für alle außer Moderation und Bots.
test-nothing = ✅ Keine Regel hat etwas dagegen.
test-note = Flut und Wiederholungen hängen davon ab, was vorher geschrieben wurde, und sind nicht geprüft.

# Formulare
words-title = Wörter: { $name }
words-label = Ein Wort oder Ausdruck pro Zeile
words-help = böse findet böse allein; *böse* auch, wovon es ein Teil ist; * sind beliebige Buchstaben
invites-label = Einladungen, die trotzdem willkommen sind
invites-help = Codes oder Links. Die eigenen sind es ohnehin, aber nicht der eigene Link mit Namen.
links-label = Hosts, die willkommen sind
links-help = example.org steht auch für alles darunter. Die von Discord sind ohnehin willkommen.

# Warum etwas nicht geht
too-much = Das ist mehr, als Platz ist. Entferne eine Regel oder Wörter.
too-many-rules = Ein Server hat höchstens { $most } Regeln. Entferne eine mit `/automod entfernen`.
too-many-patterns = Ein Server hat höchstens { $most } Muster. Entferne eines mit `/automod entfernen`.
no-name = Eine Regel braucht einen Namen.
name-taken = `{ $name }` heißt schon eine andere Regel. Wähle einen eigenen Namen.
other-kind = `{ $name }` ist eine Regel anderer Art. Wähle einen anderen Namen, oder entferne sie mit `/automod entfernen`.
bad-pattern = Das ist kein Muster: { $why }
pattern-fits-all = Dieses Muster findet sich in jeder Nachricht. Es muss mehr sagen.
word-fits-all = `{ $word }` findet sich in jeder Nachricht. Schreib mehr als `*`.
no-words = Darin steht kein Wort.
no-code = `{ $code }` ist keine Einladung. Schreib Codes oder Links, einen pro Zeile.
no-host = `{ $host }` ist kein Host. Schreib etwa `example.org`, einen pro Zeile.
no-such-rule = Eine Regel `{ $name }` gibt es nicht. Siehe `/automod zeigen`.
length-of-what = Die Dauer ist die einer Auszeit oder eines Banns. Wähle eines davon unter `strafe`.
only-managers = Du verwaltest diesen Server nicht mehr.
only-moderators = Das ist für die Moderation.

# Befehle
command-automod = automod
    .description = Regeln für Nachrichten.
command-show = zeigen
    .description = Zeigt die Regeln, wo keine gilt, und was schiefging.
command-words = wörter
    .description = Schreibt auf, welche Wörter nicht willkommen sind, mit einem Formular.
    .rule-name = regel
    .rule-description = Ein Name für die Liste, etwa Schimpfwörter; eine, die es gibt, wird geändert.
command-pattern = muster
    .description = Findet Texte mit einem regulären Ausdruck.
    .name-name = name
    .name-description = Ein Name für die Regel.
    .pattern-name = muster
    .pattern-description = Der Ausdruck, etwa gratis\s+nitro; groß oder klein ist gleich.
command-invites = einladungen
    .description = Hält Einladungen auf andere Server fern; ein Formular fragt, welche willkommen sind.
command-links = links
    .description = Hält Links fern; ein Formular fragt, welche Hosts willkommen sind.
command-repeats = wiederholungen
    .description = Bremst, wer immer wieder dasselbe schreibt.
    .times-name = mal
    .times-description = Wie oft.
    .seconds-name = sekunden
    .seconds-description = In wie vielen Sekunden.
command-flood = flut
    .description = Bremst, wer zu viele Nachrichten schreibt.
    .messages-name = nachrichten
    .messages-description = Wie viele.
    .seconds-name = sekunden
    .seconds-description = In wie vielen Sekunden.
command-mentions = erwähnungen
    .description = Bremst Nachrichten, die zu viele erwähnen.
    .most-name = höchstens
    .most-description = Wie viele Personen und Rollen willkommen sind.
command-capitals = großbuchstaben
    .description = Bremst Nachrichten in Großbuchstaben, ab zehn Buchstaben.
    .percent-name = prozent
    .percent-description = Ab welchem Teil der Buchstaben, in Prozent.
command-emoji = emojis
    .description = Bremst Nachrichten mit zu vielen Emojis.
    .most-name = höchstens
    .most-description = Wie viele willkommen sind.
command-action = folge
    .description = Sagt, was mit Nachrichten gegen eine Regel geschieht, und mit denen, die sie schreiben.
    .rule-name = regel
    .rule-description = Die Regel.
    .delete-name = löschen
    .delete-description = Ob die Nachricht gelöscht wird.
    .notice-name = hinweis
    .notice-description = Ob es im Kanal gesagt wird, für 15 Sekunden.
    .punish-name = strafe
    .punish-description = Was mit denen geschieht, die sie schrieben.
    .length-name = dauer
    .length-description = Wie lange, etwa 12h oder 7 Tage; ein Bann ohne Dauer gilt für immer.
    .after-name = nach
    .after-description = Wie viele Treffer in einer Stunde es dafür braucht.
choice-punish =
    .nobody = Keine
    .timeout = Auszeit
    .kick = Rauswurf
    .ban = Bann
command-remove = entfernen
    .description = Beendet eine Regel.
    .rule-name = regel
    .rule-description = Die Regel.
command-test = prüfen
    .description = Sagt, gegen welche Regeln ein Text verstößt, und was geschähe.
    .text-name = text
    .text-description = Der Text.
command-exempt = ausnahmen
    .description = Wählt Kanäle und Rollen, für die keine Regel gilt.
command-raid = überfall
    .description = Beginnt oder beendet den Überfallmodus von Hand.
    .what-name = was
    .what-description = Was zu tun ist.
choice-raiding =
    .start = Beginnen
    .end = Beenden
