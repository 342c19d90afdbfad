-- The database of a release, written by `make freeze`. Never change it after that.
CREATE TABLE actions (
        at     INTEGER NOT NULL,   -- milliseconds since 1970
        by     TEXT    NOT NULL,   -- discord or dashboard
        user   INTEGER NOT NULL,   -- 0: an account of another kind
        name   TEXT    NOT NULL,
        guild  INTEGER NOT NULL,   -- 0: the whole bot
        cog    TEXT    NOT NULL,
        what   TEXT    NOT NULL
    );
CREATE TABLE audit (
        at     INTEGER NOT NULL,  -- milliseconds since 1970
        what   TEXT    NOT NULL,
        count  INTEGER NOT NULL   -- rows
    );
CREATE TABLE command_creates (
        guild  INTEGER NOT NULL,  -- 0: the commands of every guild
        cog    TEXT    NOT NULL,
        at     INTEGER NOT NULL,  -- milliseconds since 1970
        count  INTEGER NOT NULL
    );
CREATE TABLE daily (
        cog    TEXT    NOT NULL,
        guild  INTEGER NOT NULL,  -- 0: over all guilds
        what   TEXT    NOT NULL,
        day    INTEGER NOT NULL,  -- days since 1970, UTC
        count  INTEGER NOT NULL,
        PRIMARY KEY (cog, guild, what, day)
    ) WITHOUT ROWID;
CREATE TABLE entries (
        cog    TEXT    NOT NULL,
        guild  INTEGER NOT NULL,  -- 0: of no guild
        user   INTEGER NOT NULL,  -- 0: of no user
        key    TEXT    NOT NULL,
        value  BLOB    NOT NULL,
        PRIMARY KEY (cog, guild, user, key)
    ) WITHOUT ROWID;
CREATE TABLE guild_cogs (
        guild     INTEGER NOT NULL,
        cog       TEXT    NOT NULL,
        enabled   INTEGER,           -- NULL: as the operator configured
        withheld  TEXT    NOT NULL,  -- names of interfaces with spaces between
        PRIMARY KEY (guild, cog)
    ) WITHOUT ROWID;
CREATE TABLE guild_commands (
        guild     INTEGER NOT NULL,
        cog       TEXT    NOT NULL,
        commands  TEXT    NOT NULL,  -- JSON
        PRIMARY KEY (guild, cog)
    ) WITHOUT ROWID;
CREATE TABLE guild_scopes (guild INTEGER PRIMARY KEY);
CREATE TABLE identifies (
        bot    TEXT    NOT NULL,  -- a digest of the token
        shard  INTEGER NOT NULL,
        at     INTEGER NOT NULL   -- milliseconds since 1970
    );
CREATE TABLE left_guilds (
        guild  INTEGER PRIMARY KEY,
        at     INTEGER NOT NULL   -- milliseconds since 1970
    );
CREATE TABLE minutes (
        minute  INTEGER NOT NULL,  -- since 1970
        cog     TEXT    NOT NULL,
        uses    INTEGER NOT NULL,
        failed  INTEGER NOT NULL,
        took    INTEGER NOT NULL,  -- milliseconds, of all uses together
        PRIMARY KEY (minute, cog)
    ) WITHOUT ROWID;
CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE settings (
        cog    TEXT    NOT NULL,
        guild  INTEGER NOT NULL,
        key    TEXT    NOT NULL,
        value  TEXT    NOT NULL,  -- JSON
        PRIMARY KEY (cog, guild, key)
    ) WITHOUT ROWID;
CREATE TABLE "timers" (
        cog      TEXT    NOT NULL,
        guild    INTEGER NOT NULL,  -- 0: of no guild
        user     INTEGER NOT NULL,  -- whose it is when it is of no guild; 0: nobody's
        name     TEXT    NOT NULL,
        due      INTEGER NOT NULL,  -- milliseconds since 1970
        every    INTEGER,           -- milliseconds between two firings
        cron     TEXT,
        zone     TEXT,              -- of the cron expression
        payload  BLOB    NOT NULL,
        PRIMARY KEY (cog, guild, user, name)
    ) WITHOUT ROWID;
CREATE TABLE usage (
        cog    TEXT    NOT NULL,
        guild  INTEGER NOT NULL,
        user   INTEGER NOT NULL,  -- 0 for all that lies under a guild
        bytes  INTEGER NOT NULL,
        PRIMARY KEY (cog, guild, user)
    ) WITHOUT ROWID;
CREATE TABLE volumes (
        guild    INTEGER PRIMARY KEY,
        percent  INTEGER NOT NULL
    );
CREATE TABLE web_links (
        digest  BLOB    PRIMARY KEY,
        ends    INTEGER NOT NULL
    ) WITHOUT ROWID;
CREATE TABLE web_sessions (
        digest  BLOB    PRIMARY KEY,
        made    INTEGER NOT NULL,  -- milliseconds since 1970
        ends    INTEGER NOT NULL,
        user    INTEGER NOT NULL,  -- 0: who has the dashboard's token
        name    TEXT    NOT NULL,
        guilds  TEXT    NOT NULL   -- ids with spaces between: those that the user manages
    ) WITHOUT ROWID;
CREATE INDEX actions_by_time ON actions (at);
CREATE INDEX command_creates_by_age ON command_creates (at);
CREATE INDEX entries_by_user ON entries (user, guild) WHERE user <> 0;
CREATE INDEX timers_by_due ON timers (due);
INSERT INTO actions VALUES (1000, 'by 1', 1002, 'name 1', 1004, 'cog 1', 'what 1');
INSERT INTO actions VALUES (2000, 'by 2', 2002, 'name 2', 2004, 'cog 2', 'what 2');
INSERT INTO audit VALUES (1000, 'what 1', 1002);
INSERT INTO audit VALUES (2000, 'what 2', 2002);
INSERT INTO command_creates VALUES (1000, 'cog 1', 1002, 1003);
INSERT INTO command_creates VALUES (2000, 'cog 2', 2002, 2003);
INSERT INTO daily VALUES ('cog 1', 1001, 'what 1', 1003, 1004);
INSERT INTO daily VALUES ('cog 2', 2001, 'what 2', 2003, 2004);
INSERT INTO entries VALUES ('cog 1', 1001, 1002, 'key 1', x'00ff01');
INSERT INTO entries VALUES ('cog 2', 2001, 2002, 'key 2', x'00ff02');
INSERT INTO guild_cogs VALUES (1000, 'cog 1', 1002, 'withheld 1');
INSERT INTO guild_cogs VALUES (2000, 'cog 2', 2002, 'withheld 2');
INSERT INTO guild_commands VALUES (1000, 'cog 1', 'commands 1');
INSERT INTO guild_commands VALUES (2000, 'cog 2', 'commands 2');
INSERT INTO guild_scopes VALUES (1000);
INSERT INTO guild_scopes VALUES (2000);
INSERT INTO identifies VALUES ('bot 1', 1001, 1002);
INSERT INTO identifies VALUES ('bot 2', 2001, 2002);
INSERT INTO left_guilds VALUES (1000, 1001);
INSERT INTO left_guilds VALUES (2000, 2001);
INSERT INTO minutes VALUES (1000, 'cog 1', 1002, 1003, 1004);
INSERT INTO minutes VALUES (2000, 'cog 2', 2002, 2003, 2004);
INSERT INTO secrets VALUES ('name 1', x'00ff01');
INSERT INTO secrets VALUES ('name 2', x'00ff02');
INSERT INTO settings VALUES ('cog 1', 1001, 'key 1', 'value 1');
INSERT INTO settings VALUES ('cog 2', 2001, 'key 2', 'value 2');
INSERT INTO timers VALUES ('cog 1', 1001, 1002, 'name 1', 1004, 1005, 'cron 1', 'zone 1', x'00ff01');
INSERT INTO timers VALUES ('cog 2', 2001, 2002, 'name 2', 2004, 2005, 'cron 2', 'zone 2', x'00ff02');
INSERT INTO usage VALUES ('cog 1', 1001, 1002, 1003);
INSERT INTO usage VALUES ('cog 2', 2001, 2002, 2003);
INSERT INTO volumes VALUES (1000, 1001);
INSERT INTO volumes VALUES (2000, 2001);
INSERT INTO web_links VALUES (x'00ff01', 1001);
INSERT INTO web_links VALUES (x'00ff02', 2001);
INSERT INTO web_sessions VALUES (x'00ff01', 1001, 1002, 1003, 'name 1', 'guilds 1');
INSERT INTO web_sessions VALUES (x'00ff02', 2001, 2002, 2003, 'name 2', 'guilds 2');
PRAGMA user_version = 12;
