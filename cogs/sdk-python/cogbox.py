"""Writing cogs in Python: commands as functions, messages with defaults, the store.

`cogbox build` puts this module beside every Python cog. What it leaves out is there as the
contract has it, under `wit_world.imports`.
"""

import json
import traceback

from componentize_py_types import Err
from wit_world.imports import clock, command_types, interactions, log as _log, model
from wit_world.imports import random as _random, store as _store
from wit_world.imports.command_types import Contexts, Target, Visibility
from wit_world.imports.model import ButtonStyle

GUILD = Contexts.GUILD
ANYWHERE = Contexts.GUILD | Contexts.BOT_DM
MANAGE_MESSAGES = 1 << 13
MANAGE_GUILD = 1 << 5
ADMINISTRATOR = 1 << 3


class Tell(Exception):
    """A mistake of the member's: the sentence is shown to them alone."""


# What the cog offers, and what answers it.

_commands = {}
_handlers = {}
_components = {"pressed": {}, "selected": {}, "submitted": {}}


def _declare(name, description, target, options=(), *, contexts=ANYWHERE, needs=None, private=False,
             cooldown=None, concurrency=None, translated=None):
    names, descriptions = _in_languages(translated)
    _commands[name] = command_types.Command(
        name=name, description=description, target=target, options=list(options), subcommands=[],
        needs=None if needs is None else str(needs), contexts=contexts, nsfw=False,
        cooldown=cooldown, concurrency=concurrency,
        defer_as=Visibility.INVOKER if private else Visibility.EVERYONE,
        names=names, descriptions=descriptions)
    return _commands[name]


def _in_languages(translated):
    """Names and descriptions in other languages, from pairs of them by locale."""
    def texts(at):
        return [command_types.Localized(locale, pair[at])
                for locale, pair in (translated or {}).items() if pair[at]]
    return texts(0), texts(1)


def command(description, *options, name=None, **how):
    """Makes a function a slash command. Its options come as arguments named like them.

    `how` may have `contexts`; `needs`, the permissions without which members don't see it;
    `private`, who sees "thinking" while a slow answer is on its way; `cooldown`, a
    `Cooldown(Bucket.USER, uses, seconds)`; `concurrency`, a `Concurrency(Bucket.USER, uses)`; and
    `translated`, names and descriptions by locale: `{"de": ("umfrage", "Beginnt eine Umfrage")}`.
    """
    def made(function):
        called = name or function.__name__.replace("_", "-")
        _declare(called, description, Target.CHAT, options, **how)
        _handlers[(called,)] = function
        return function
    return made


class group:
    """A slash command that consists of subcommands: `/trivia start`, `/trivia stop`."""

    def __init__(self, name, description, **how):
        self.name = name
        self.declared = _declare(name, description, Target.CHAT, **how)

    def command(self, description, *options, name=None, translated=None):
        """Makes a function a subcommand."""
        def made(function):
            called = name or function.__name__.replace("_", "-")
            names, descriptions = _in_languages(translated)
            self.declared.subcommands.append(command_types.Subcommand(
                group=None, name=called, description=description, options=list(options),
                names=names, descriptions=descriptions))
            _handlers[(self.name, called)] = function
            return function
        return made


def message_command(name, **how):
    """Makes a function an entry in the menu of messages; it gets the message as `target`."""
    return _menu(name, Target.MESSAGE, how)


def user_command(name, **how):
    """Makes a function an entry in the menu of people; it gets the person as `target`."""
    return _menu(name, Target.USER, how)


def _menu(name, target, how):
    def made(function):
        _declare(name, "", target, **how)
        _handlers[(name,)] = function
        return function
    return made


def pressed(id):
    """Makes a function answer buttons: `id` is what stands before the first colon of theirs,
    and what stands behind it, between colons, comes as arguments."""
    return _component("pressed", id)


def selected(id):
    """The same for menus; the chosen values come as `values`."""
    return _component("selected", id)


def submitted(id):
    """The same for forms; what was typed comes as `inputs`, a dictionary by the inputs' ids."""
    return _component("submitted", id)


def _component(kind, id):
    def made(function):
        _components[kind][id] = function
        return function
    return made


# Options of commands.

def _option(name, description, kind, required, translated):
    names, descriptions = _in_languages(translated)
    return command_types.CommandOption(
        name=name, description=description, kind=kind, required=required, autocomplete=False,
        names=names, descriptions=descriptions)


def text(name, description, required=True, min_length=None, max_length=None, translated=None):
    kind = command_types.OptionKind_Text(command_types.TextBounds(min_length, max_length))
    return _option(name, description, kind, required, translated)


def integer(name, description, required=True, min=None, max=None, translated=None):
    kind = command_types.OptionKind_Integer(command_types.IntegerBounds(min, max))
    return _option(name, description, kind, required, translated)


def number(name, description, required=True, min=None, max=None, translated=None):
    kind = command_types.OptionKind_Number(command_types.NumberBounds(min, max))
    return _option(name, description, kind, required, translated)


def choice(name, description, choices, required=True, translated=None):
    """One of up to 25 texts."""
    made = [command_types.Choice(text, [], command_types.ChoiceValue_Text(text)) for text in choices]
    return _option(name, description, command_types.OptionKind_Choice(made), required, translated)


def toggle(name, description, required=True, translated=None):
    return _option(name, description, command_types.OptionKind_Toggle(), required, translated)


def user(name, description, required=True, translated=None):
    return _option(name, description, command_types.OptionKind_User(), required, translated)


def role(name, description, required=True, translated=None):
    return _option(name, description, command_types.OptionKind_Role(), required, translated)


def channel(name, description, required=True, kinds=(), translated=None):
    return _option(name, description, command_types.OptionKind_Channel(list(kinds)), required, translated)


# Languages.

def languages(texts):
    """A cog's texts by locale, English first: `{"en-US": {"hi": "Hi"}, "de": {"hi": "Hallo"}}`.
    What one language lacks is an error when the cog is built."""
    first, *others = texts
    for locale in others:
        for key in sorted(texts[first].keys() ^ texts[locale].keys()):
            lacks = locale if key in texts[first] else first
            raise LookupError(f"{lacks} lacks the text {key!r}")
    return texts


# Where a language is not there, its neighbour is, as Discord itself does.
_NEIGHBOURS = {"en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES"}


def pick(texts, *locales):
    """Of texts by locale, those of the first locale that is there or next to one, else the first."""
    for locale in locales:
        for known in (locale, _NEIGHBOURS.get(locale)):
            if known in texts:
                return texts[known]
    return next(iter(texts.values()))


# Messages.

def message(content="", embeds=(), rows=(), files=(), reply_to=None, ping_users=(), silent=False):
    """A message; nobody is pinged but `ping_users`."""
    mentions = model.Mentions(False, False, False, list(ping_users), [], False)
    return model.OutgoingMessage(
        content=content, embeds=list(embeds), rows=[list(row) for row in rows], files=list(files),
        reply_to=reply_to, mentions=mentions, suppress_embeds=False, silent=silent)


def edit(content=None, embeds=None, rows=None):
    """A change to a message; what is `None` stays as it is."""
    return model.MessageEdit(
        content=content, embeds=None if embeds is None else list(embeds),
        rows=None if rows is None else [list(row) for row in rows], files=None, mentions=None)


def embed(title=None, description=None, color=None, fields=(), footer=None, image_url=None,
          thumbnail_url=None, url=None):
    """An embed; `fields` are pairs of a name and a value."""
    return model.Embed(
        title=title, description=description, url=url, color=color, author=None,
        footer=model.EmbedFooter(footer, None) if footer else None, image_url=image_url,
        thumbnail_url=thumbnail_url, timestamp=None,
        fields=[model.EmbedField(name, value, False) for name, value in fields])


def button(id, label, style=ButtonStyle.PRIMARY, disabled=False):
    return model.Component_Button(model.Button(id, label, None, style, disabled))


def link(url, label):
    return model.Component_Link(model.LinkButton(url, label, None))


def menu(id, choices, placeholder=None, min=1, max=1):
    """A menu of texts, each of which is its own value."""
    made = [model.SelectChoice(label, label, None, None, False) for label in choices]
    return model.Component_Select(model.SelectMenu(
        id, placeholder, min, max, False, model.SelectSource_Choices(made)))


def text_input(id, label, long=False, required=True, min_length=0, max_length=4000, value=None):
    style = interactions.InputStyle.PARAGRAPH if long else interactions.InputStyle.SHORT
    return interactions.TextInput(id, label, style, required, min_length, max_length, value, None)


class Context:
    """Whoever used a command, a button or a form, and every way to answer them."""

    def __init__(self, interaction):
        self.interaction = interaction

    @property
    def user(self):
        return self.interaction.user()

    @property
    def member(self):
        """`None` in direct messages."""
        return self.interaction.member()

    @property
    def guild(self):
        """The guild's id; `None` in direct messages."""
        return self.interaction.guild()

    @property
    def channel(self):
        return self.interaction.channel()

    @property
    def locale(self):
        """Their language by Discord's name, such as `de` or `pt-BR`."""
        return self.interaction.locale()

    @property
    def guild_locale(self):
        """The guild's language; `None` in direct messages."""
        return self.interaction.guild_locale()

    def texts(self, texts):
        """Of texts by locale, those in their language, else in the guild's, else the first."""
        return pick(texts, self.locale, self.guild_locale)

    @property
    def permissions(self):
        """What they may do here, as Discord's bits."""
        bits = int(self.interaction.permissions() or 0)
        return -1 if bits & ADMINISTRATOR else bits

    @property
    def message(self):
        """The message that the button sits on."""
        return self.interaction.message()

    def reply(self, content="", private=False, **parts):
        """Answers. `parts` are those of `message`."""
        self.interaction.reply(message(content, **parts), _visibility(private))

    def followup(self, content="", private=False, **parts):
        """Adds another message after the answer."""
        return self.interaction.followup(message(content, **parts), _visibility(private))

    def update(self, content=None, embeds=None, rows=None):
        """Rewrites the message that the button sits on."""
        self.interaction.update(edit(content, embeds, rows))

    def edit_reply(self, content=None, embeds=None, rows=None):
        return self.interaction.edit_reply(edit(content, embeds, rows))

    def defer(self, private=False):
        self.interaction.defer(_visibility(private))

    def ask(self, id, title, *inputs):
        """Opens a form with inputs; only as the first answer."""
        self.interaction.show_modal(interactions.Modal(id, title, list(inputs)))


def _visibility(private):
    return Visibility.INVOKER if private else Visibility.EVERYONE


# The host.

class Scope:
    """A part of the cog's own data in the host's store. Values are bytes; `json` and `set_json`
    keep anything that JSON can."""

    def __init__(self, scope):
        self.scope = scope

    def get(self, key):
        return _store.get(self.scope, key)

    def set(self, key, value):
        _store.set(self.scope, key, value)

    def delete(self, key):
        _store.delete(self.scope, key)

    def json(self, key, default=None):
        value = self.get(key)
        return default if value is None else json.loads(value)

    def set_json(self, key, value):
        self.set(key, _bytes(value))

    def swap_json(self, key, old, new):
        """Writes `new`, or deletes when it is `None`, only if the value is still `old`."""
        return _store.swap(self.scope, key, _bytes(old), _bytes(new))

    def add(self, key, delta):
        """Adds to a number in one step, and returns the sum."""
        return _store.add(self.scope, key, delta)

    def scan(self, prefix="", after=None, limit=1000):
        """Pairs of key and value, in the order of the keys."""
        found = _store.scan(self.scope, prefix, after, limit)
        return [(entry.key, entry.value) for entry in found]


def _bytes(value):
    return None if value is None else json.dumps(value, separators=(",", ":")).encode()


def guild_store(guild):
    """The data of one server."""
    return Scope(_store.Scope_Guild(guild))


def member_store(guild, user):
    """The data of one member in one server; exported and deleted with them."""
    return Scope(_store.Scope_Member(_store.MemberKey(guild, user)))


def members(guild, prefix):
    """What the members of a server have under keys that begin so, with `user`, `key`, `value`."""
    after = None
    while page := _store.scan_members(guild, prefix, after, 1000):
        yield from page
        after = (page[-1].user, page[-1].key)


def now():
    """Seconds since 1970, with fractions."""
    return clock.now()


def below(limit):
    """A random whole number from 0 up to but not including `limit`."""
    return int.from_bytes(_random.bytes(16), "big") % limit


def info(text):
    """Writes a line into the operator's log."""
    _log.write(_log.Level.INFO, text, [])


# What the component exports. The host calls these; a cog imports them into its `app.py`.

class Commands:
    def declare(self):
        return list(_commands.values())

    def invoked(self, invocation, interaction):
        path = tuple(part for part in invocation.path)
        arguments = {
            argument.name.replace("-", "_"): getattr(argument.value, "value", None)
            for argument in invocation.arguments
        }
        _answer(_handlers[path], Context(interaction), (), arguments)


class Components:
    def pressed(self, id, interaction):
        self._came("pressed", id, interaction, {})

    def selected(self, id, values, interaction):
        self._came("selected", id, interaction, {"values": [value.value for value in values]})

    def submitted(self, id, inputs, interaction):
        typed = {input.id: (input.values or [""])[0] for input in inputs}
        self._came("submitted", id, interaction, {"inputs": typed})

    def _came(self, kind, id, interaction, arguments):
        name, *rest = id.split(":")
        handler = _components[kind].get(name)
        if handler is None:
            raise Err(f"nothing answers `{id}` when it is {kind}")
        _answer(handler, Context(interaction), rest, arguments)


def _answer(handler, context, positional, named):
    try:
        handler(context, *positional, **named)
    except Tell as told:
        context.reply(str(told), private=True)
    except Exception as error:
        # Of an error of the host's its sentence counts; of the cog's own, where it was.
        lines = traceback.format_exception(error)
        if isinstance(error, Err) and hasattr(error.value, "message"):
            lines[-1] = f"{error.value.kind.name.lower()}: {error.value.message}"
        raise Err("".join(lines).strip()) from None
