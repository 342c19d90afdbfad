// Writing cogs in JavaScript: commands as functions, messages with defaults, the store.
//
// `cogbox build` puts this module beside every JavaScript cog, as "cogbox". What it leaves out is
// there as the contract has it, such as `import messages from "cogbox:discord/messages@0.1.0"`.

import clock from "cogbox:host/clock@0.1.0";
import logging from "cogbox:host/log@0.1.0";
import randomness from "cogbox:host/random@0.1.0";
import stored from "cogbox:host/store@0.1.0";

export const GUILD = { guild: true, botDm: false, privateChannel: false };
export const ANYWHERE = { guild: true, botDm: true, privateChannel: false };
// Discord's permissions are wider than the whole numbers here: BigInt holds them all.
export const ADMINISTRATOR = 1n << 3n;
export const MANAGE_GUILD = 1n << 5n;
export const MANAGE_MESSAGES = 1n << 13n;

/** A mistake of the member's: the sentence is shown to them alone. */
export class Tell extends Error {}

// What the cog offers, and what answers it.

const declared = new Map();
const handlers = new Map();
const answers = { pressed: new Map(), selected: new Map(), submitted: new Map() };

function declare(name, description, target, { contexts = ANYWHERE, needs, private: hidden = false, options = [], cooldown = null, concurrency = null, translated }) {
  const made = {
    name, description, target, options, subcommands: [], contexts, nsfw: false, cooldown, concurrency,
    needs: needs === undefined ? null : String(needs),
    deferAs: visibility(hidden), ...inLanguages(translated),
  };
  declared.set(name, made);
  return made;
}

/**
 * Offers a slash command. `run` is called with the context and an object of the options' values.
 *
 * `settings` may have `options`, `contexts`, `needs` (permissions without which members don't see
 * it), `private` (who sees "thinking" while a slow answer is on its way), `cooldown`
 * (`{ per: "user", uses: 1, seconds: 5 }`), `concurrency` (`{ per: "user", uses: 1 }`) and `translated`:
 * by locale a name and a description, `{ de: ["zitat", "Was gesagt wurde"] }`.
 */
export function command(name, description, run, settings = {}) {
  declare(name, description, "chat", settings);
  handlers.set(name, run);
}

/** Offers a slash command that consists of subcommands: `[name, description, run, options, translated]`. */
export function group(name, description, subcommands, settings = {}) {
  const made = declare(name, description, "chat", settings);
  for (const [sub, words, run, options = [], translated] of subcommands) {
    made.subcommands.push({ group: null, name: sub, description: words, options, ...inLanguages(translated) });
    handlers.set(`${name} ${sub}`, run);
  }
}

/** Offers an entry in the menu of messages; `run` gets the message as `target`. */
export function messageCommand(name, run, settings = {}) {
  declare(name, "", "message", settings);
  handlers.set(name, run);
}

/** Offers an entry in the menu of people; `run` gets the person as `target`. */
export function userCommand(name, run, settings = {}) {
  declare(name, "", "user", settings);
  handlers.set(name, run);
}

/**
 * Answers buttons whose id is `name`, or begins with it and a colon; what follows, between colons,
 * comes as further arguments.
 */
export function onPressed(name, run) {
  answers.pressed.set(name, run);
}

/** The same for menus; the chosen values come after the context. */
export function onSelected(name, run) {
  answers.selected.set(name, run);
}

/** The same for forms; an object of what was typed, by the inputs' ids, comes after the context. */
export function onSubmitted(name, run) {
  answers.submitted.set(name, run);
}

// Options of commands.

function option(name, description, kind, required, translated) {
  return { name, description, kind, required, autocomplete: false, ...inLanguages(translated) };
}

/** Makers of options; each takes a name, a description and what else it needs, such as `translated`. */
export const options = {
  text: (name, description, { required = true, translated, minLength = null, maxLength = null } = {}) =>
    option(name, description, { tag: "text", val: { minLength, maxLength } }, required, translated),
  integer: (name, description, { required = true, translated, min = null, max = null } = {}) =>
    option(name, description, { tag: "integer", val: { min, max } }, required, translated),
  number: (name, description, { required = true, translated, min = null, max = null } = {}) =>
    option(name, description, { tag: "number", val: { min, max } }, required, translated),
  /** One of up to 25 texts. */
  choice: (name, description, texts, { required = true, translated } = {}) => {
    const val = texts.map((text) => ({ name: text, names: [], value: { tag: "text", val: text } }));
    return option(name, description, { tag: "choice", val }, required, translated);
  },
  toggle: (name, description, { required = true, translated } = {}) => option(name, description, { tag: "toggle" }, required, translated),
  user: (name, description, { required = true, translated } = {}) => option(name, description, { tag: "user" }, required, translated),
  role: (name, description, { required = true, translated } = {}) => option(name, description, { tag: "role" }, required, translated),
  channel: (name, description, { required = true, translated, kinds = [] } = {}) =>
    option(name, description, { tag: "channel", val: kinds }, required, translated),
};

/** Names and descriptions in other languages, from pairs of them by locale. */
function inLanguages(translated = {}) {
  const texts = (at) => Object.entries(translated)
    .filter(([, pair]) => pair[at])
    .map(([locale, pair]) => ({ locale, text: pair[at] }));
  return { names: texts(0), descriptions: texts(1) };
}

/**
 * A cog's texts by locale, English first: `languages({ "en-US": { hi: "Hi" }, de: { hi: "Hallo" } })`.
 * What one language lacks is an error when the cog is built.
 */
export function languages(texts) {
  const [[first, measure], ...others] = Object.entries(texts);
  for (const [locale, its] of others) {
    const lacks = Object.keys(measure).filter((key) => !(key in its));
    const more = Object.keys(its).filter((key) => !(key in measure));
    if (lacks.length + more.length > 0) {
      throw new Error([
        ...lacks.map((key) => `${locale} lacks the text "${key}"`),
        ...more.map((key) => `${first} lacks the text "${key}", which ${locale} has`),
      ].join("; "));
    }
  }
  return texts;
}

// Where a language is not there, its neighbour is, as Discord itself does.
const NEIGHBOURS = { "en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES" };

// Messages.

/** A message from a text or its parts; nobody is pinged but `pingUsers`. */
export function message(parts) {
  const given = typeof parts === "string" ? { content: parts } : parts;
  const { content = "", embeds = [], rows = [], files = [], replyTo = null, pingUsers = [], silent = false } = given;
  const mentions = { everyone: false, allUsers: false, allRoles: false, users: pingUsers, roles: [], repliedUser: false };
  return { content, embeds, rows, files, replyTo, mentions, suppressEmbeds: false, silent };
}

/** A change to a message from a text or its parts; what is left out stays as it is. */
export function edit(parts) {
  const { content = null, embeds = null, rows = null } = typeof parts === "string" ? { content: parts } : parts;
  return { content, embeds, rows, files: null, mentions: null };
}

/** An embed; `fields` are pairs of a name and a value. */
export function embed({ title = null, description = null, url = null, color = null, fields = [], footer, imageUrl = null, thumbnailUrl = null }) {
  return {
    title, description, url, color, author: null, imageUrl, thumbnailUrl, timestamp: null,
    footer: footer ? { text: footer, iconUrl: null } : null,
    fields: fields.map(([name, value]) => ({ name, value, inline: false })),
  };
}

/** A button; `style` is "primary", "secondary", "success" or "danger". */
export function button(id, label, { style = "primary", disabled = false } = {}) {
  return { tag: "button", val: { id, label, emoji: null, style, disabled } };
}

export function link(url, label) {
  return { tag: "link", val: { url, label, emoji: null } };
}

/** A menu of texts, each of which is its own value. */
export function menu(id, texts, { placeholder = null, min = 1, max = 1 } = {}) {
  const val = texts.map((text) => ({ label: text, value: text, description: null, emoji: null, default: false }));
  return { tag: "select", val: { id, placeholder, min, max, disabled: false, source: { tag: "choices", val } } };
}

/** An input of a form. */
export function input(id, label, { long = false, required = true, minLength = 0, maxLength = 4000, value = null } = {}) {
  return { id, label, style: long ? "paragraph" : "short", required, minLength, maxLength, value, placeholder: null };
}

function visibility(hidden) {
  return hidden ? "invoker" : "everyone";
}

/** Whoever used a command, a button or a form, and every way to answer them. */
export class Context {
  constructor(interaction) {
    this.interaction = interaction;
  }
  get user() {
    return this.interaction.user();
  }
  /** `null` in direct messages. */
  get member() {
    return this.interaction.member();
  }
  /** The guild's id; `null` in direct messages. */
  get guild() {
    return this.interaction.guild();
  }
  get channel() {
    return this.interaction.channel();
  }
  /** Their language by Discord's name, such as "de" or "pt-BR". */
  get locale() {
    return this.interaction.locale();
  }
  /** The guild's language; `null` in direct messages. */
  get guildLocale() {
    return this.interaction.guildLocale();
  }
  /** Of texts by locale, those in their language, else in the guild's, else the first ones. */
  in(texts) {
    const known = [this.locale, this.guildLocale].flatMap((locale) => [locale, NEIGHBOURS[locale]]);
    return texts[known.find((locale) => locale in texts) ?? Object.keys(texts)[0]];
  }
  /** The message that the button sits on. */
  get message() {
    return this.interaction.message();
  }
  /** Whether they may do something here. */
  may(permission) {
    const all = BigInt(this.interaction.permissions() ?? "0");
    return (all & (permission | ADMINISTRATOR)) !== 0n;
  }
  /** Answers for everyone in the channel. */
  reply(parts) {
    this.interaction.reply(message(parts), "everyone");
  }
  /** Answers so that only the user sees it. */
  replyPrivately(parts) {
    this.interaction.reply(message(parts), "invoker");
  }
  /** Adds another message after the answer. */
  followup(parts) {
    return this.interaction.followup(message(parts), "everyone");
  }
  followupPrivately(parts) {
    return this.interaction.followup(message(parts), "invoker");
  }
  /** Rewrites the message that the button sits on. */
  update(parts) {
    this.interaction.update(edit(parts));
  }
  editReply(parts) {
    return this.interaction.editReply(edit(parts));
  }
  /** Opens a form with inputs; only as the first answer. */
  ask(id, title, inputs) {
    this.interaction.showModal({ id, title, inputs });
  }
}

// The host.

/** A part of the cog's own data in the host's store. Values are whatever JSON can keep. */
class Scope {
  constructor(scope) {
    this.scope = scope;
  }
  get(key) {
    const value = stored.get(this.scope, key);
    return value === null || value === undefined ? null : parse(value);
  }
  set(key, value) {
    stored.set(this.scope, key, bytes(value));
  }
  delete(key) {
    stored.delete(this.scope, key);
  }
  /** Adds to a number in one step, and returns the sum. */
  add(key, delta) {
    return stored.add(this.scope, key, delta);
  }
  /** Writes `next`, or deletes when it is null, only if the value is still `old`. */
  swap(key, old, next) {
    const given = (value) => (value === null ? null : bytes(value));
    return stored.swap(this.scope, key, given(old), given(next));
  }
  /** Pairs of key and value, in the order of the keys. */
  scan(prefix, { after = null, limit = 1000 } = {}) {
    return stored.scan(this.scope, prefix, after, limit).map(({ key, value }) => [key, parse(value)]);
  }
}

/** The data of one server. */
export function guildStore(guild) {
  return new Scope({ tag: "guild", val: guild });
}

/** The data of one member in one server; exported and deleted with them. */
export function memberStore(guild, user) {
  return new Scope({ tag: "member", val: { guild, user } });
}

/** What the members of a server have under keys that begin so: `{ user, key, value }`. */
export function* members(guild, prefix) {
  for (let after = null; ; ) {
    const page = stored.scanMembers(guild, prefix, after, 1000);
    if (page.length === 0) {
      return;
    }
    for (const { user, key, value } of page) {
      yield { user, key, value: parse(value) };
      after = [user, key];
    }
  }
}

// QuickJS has neither TextEncoder nor TextDecoder.
function bytes(value) {
  const text = unescape(encodeURIComponent(JSON.stringify(value)));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function parse(value) {
  let text = "";
  for (const byte of value) {
    text += String.fromCharCode(byte);
  }
  return JSON.parse(decodeURIComponent(escape(text)));
}

/** Seconds since 1970, with fractions. */
export function now() {
  return clock.now();
}

/** A random whole number from 0 up to but not including `limit`. */
export function below(limit) {
  const number = randomness.bytes(6).reduce((sum, byte) => sum * 256 + byte, 0);
  return number % limit;
}

/** Writes a line into the operator's log. */
export function info(text) {
  logging.write("info", text, []);
}

// What the component exports. The host calls these; a cog exports them again from its app.js.

export const commands = {
  declare: () => [...declared.values()],
  invoked({ path, arguments: given }, interaction) {
    const values = Object.fromEntries(given.map(({ name, value }) => [camel(name), value.val]));
    answer(handlers.get(path.join(" ")), new Context(interaction), [values]);
  },
};

export const components = {
  pressed: (id, interaction) => came("pressed", id, interaction, []),
  selected: (id, values, interaction) => came("selected", id, interaction, [values.map((value) => value.val)]),
  submitted: (id, inputs, interaction) => {
    const typed = Object.fromEntries(inputs.map(({ id, values }) => [id, values[0] ?? ""]));
    came("submitted", id, interaction, [typed]);
  },
};

function came(kind, id, interaction, first) {
  const [name, ...rest] = id.split(":");
  const run = answers[kind].get(name);
  if (!run) {
    throw `nothing answers "${id}" when it is ${kind}`;
  }
  answer(run, new Context(interaction), [...first, ...rest]);
}

function camel(name) {
  return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

function answer(run, context, values) {
  try {
    run(context, ...values);
  } catch (error) {
    if (error instanceof Tell) {
      context.replyPrivately(error.message);
      return;
    }
    // Of an error of the host's its sentence counts; of the cog's own, where it was.
    throw error?.kind ? `${error.kind}: ${error.message}` : `${error?.message ?? error}\n${error?.stack ?? ""}`.trim();
  }
}
