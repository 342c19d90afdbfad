only-in-servers = Das geht nur auf einem Server, nicht in Direktnachrichten.
not-a-member = Diese Person ist kein Mitglied dieses Servers.
