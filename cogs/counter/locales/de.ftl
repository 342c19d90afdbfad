counted =
    { $total ->
        [0] Noch hat niemand gezählt.
       *[other] Dieser Server hat bis **{ $total }** gezählt.
    }
starts-again = Die Zählung beginnt wieder bei 0.

command-count = zählen
    .description = Zählt die Zahl dieses Servers um eins weiter, mit einem Knopf dafür.
command-count-show = zählstand
    .description = Zeigt die Zahl dieses Servers, ohne weiterzuzählen.
command-count-reset = zählung-zurücksetzen
    .description = Setzt die Zahl dieses Servers auf null.
