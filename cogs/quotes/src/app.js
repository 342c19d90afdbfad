// Quotes: each server's own, numbered in the order in which they were added.
//
// A quote is about whoever said it, so it lies under that member, and goes when their data do.

import { GUILD, MANAGE_MESSAGES, Tell, below, button, embed, group, guildStore, memberStore, members, messageCommand, now, onPressed, options } from "cogbox";
import { texts } from "./texts.js";
export { commands, components } from "cogbox";

const PAGE = 5;
const LONGEST = 1000;
const digits = (number) => String(number).padStart(9, "0");
const key = (number) => `quote/${digits(number)}`;
const added = (number) => `added/${digits(number)}`;
const numberOf = (key) => Number(key.slice("quote/".length));

group("quote", "What members said", [
  ["add", "Keeps something that was said", add, [
    options.text("text", "What was said", { maxLength: LONGEST, translated: { de: ["text", "Was gesagt wurde"] } }),
    options.user("by", "Who said it; you, when left out", { required: false, translated: { de: ["von", "Wer es gesagt hat; ohne Angabe du"] } }),
  ], { de: ["hinzufügen", "Hebt etwas auf, das gesagt wurde"] }],
  ["random", "Shows any quote", random, [], { de: ["zufall", "Zeigt irgendein Zitat"] }],
  ["search", "Finds quotes; all of them, when no words are given", search, [
    options.text("words", "What they contain", { required: false, maxLength: 60, translated: { de: ["worte", "Was sie enthalten"] } }),
  ], { de: ["suchen", "Findet Zitate; ohne Worte alle"] }],
  ["remove", "Removes a quote: yours, or any, if you may manage messages", remove, [
    options.integer("number", "The quote's number", { min: 1, max: 999_999_999, translated: { de: ["nummer", "Die Nummer des Zitats"] } }),
  ], { de: ["entfernen", "Entfernt ein Zitat: deines, oder jedes, wenn du Nachrichten verwalten darfst"] }],
], { contexts: GUILD, translated: { de: ["zitat", "Was Mitglieder gesagt haben"] } });

messageCommand("Quote this", quoteThis, { contexts: GUILD, translated: { de: ["Zitieren"] } });
onPressed("page", turned);

function add(ctx, { text, by }) {
  if (text.trim() === "") {
    throw new Tell(ctx.in(texts).nothingToQuote);
  }
  keep(ctx, text.trim(), by?.user?.id ?? by?.id ?? ctx.user.id, null);
}

function quoteThis(ctx, { target }) {
  if (target.content.trim() === "") {
    throw new Tell(ctx.in(texts).noText);
  }
  keep(ctx, target.content.trim().slice(0, LONGEST), target.author.id, target.id);
}

/** Keeps a quote under a number of its own; a message is kept once. */
function keep(ctx, text, by, message) {
  const say = ctx.in(texts);
  const store = guildStore(ctx.guild);
  // What is noted of the message may be of a quote that went with somebody's data.
  const noted = message && store.get(`message/${message}`);
  if (noted && find(ctx.guild, noted)) {
    throw new Tell(say.keptAlready(noted));
  }
  const number = store.add("last", 1);
  if (message && !store.swap(`message/${message}`, noted, number)) {
    throw new Tell(say.justKept);
  }
  const quote = { text, at: Math.floor(now()), message };
  memberStore(ctx.guild, by).set(key(number), quote);
  // Who added it is about another member.
  memberStore(ctx.guild, ctx.user.id).set(added(number), true);
  ctx.reply({ content: say.kept(number), embeds: [card(say, { number, by, quote })] });
}

/** The quote of that number; nothing when there is none. */
function find(guild, number) {
  const [found] = every(guild, key(number));
  return found;
}

/** All quotes whose key begins so, in the order of their numbers. */
function every(guild, prefix = "quote/") {
  const found = [];
  for (const { user, key, value } of members(guild, prefix)) {
    found.push({ number: numberOf(key), by: user, quote: value });
  }
  return found.sort((one, other) => one.number - other.number);
}

function random(ctx) {
  const say = ctx.in(texts);
  const all = every(ctx.guild);
  if (all.length === 0) {
    throw new Tell(say.noneYet);
  }
  ctx.reply({ embeds: [card(say, all[below(all.length)])] });
}

function search(ctx, { words = "" }) {
  const say = ctx.in(texts);
  const shown = page(ctx, say, 0, words);
  if (!shown) {
    throw new Tell(words ? say.noneWith(words) : say.noneYet);
  }
  ctx.reply(shown);
}

function turned(ctx, number, ...words) {
  const say = ctx.in(texts);
  // The words may hold colons themselves.
  const shown = page(ctx, say, Number(number), words.join(":"));
  if (!shown) {
    throw new Tell(say.wereRemoved);
  }
  ctx.update(shown);
}

/** One page of the quotes that contain something; nothing when there are none. */
function page(ctx, say, number, words) {
  const typed = words.toLowerCase();
  const found = every(ctx.guild).filter(({ quote }) => quote.text.toLowerCase().includes(typed));
  if (found.length === 0) {
    return null;
  }
  const pages = Math.ceil(found.length / PAGE);
  // Quotes may have been removed since the buttons were made.
  const at = Math.min(number, pages - 1);
  const fields = found.slice(at * PAGE, (at + 1) * PAGE).map((one) => [say.number(one.number), line(one)]);
  const turn = (to, label) => button(`page:${to}:${words}`, label, { style: "secondary", disabled: to < 0 || to >= pages });
  return {
    embeds: [embed({ title: say.title(words), fields, footer: say.page(found.length, at + 1, pages) })],
    rows: pages > 1 ? [[turn(at - 1, say.previous), turn(at + 1, say.next)]] : [],
  };
}

function remove(ctx, { number }) {
  const say = ctx.in(texts);
  const found = find(ctx.guild, number);
  if (!found) {
    throw new Tell(say.noSuch(number));
  }
  const own = memberStore(ctx.guild, ctx.user.id);
  if (!own.get(added(number)) && !ctx.may(MANAGE_MESSAGES)) {
    throw new Tell(say.notYours);
  }
  memberStore(ctx.guild, found.by).delete(key(number));
  for (const { user, key } of members(ctx.guild, added(number))) {
    memberStore(ctx.guild, user).delete(key);
  }
  if (found.quote.message) {
    guildStore(ctx.guild).delete(`message/${found.quote.message}`);
  }
  ctx.reply(say.gone(number));
}

function card(say, { number, by, quote }) {
  return embed({ description: `${quoted(quote.text)}\n<@${by}>, <t:${quote.at}:d>`, footer: say.number(number) });
}

/** A quote among others: a field of an embed holds 1,024 characters. */
function line({ by, quote }) {
  const text = quote.text.length > 300 ? `${quote.text.slice(0, 299)}…` : quote.text;
  return `${quoted(text)}\n<@${by}>`;
}

function quoted(text) {
  return text.split("\n").map((line) => `> ${line}`).join("\n");
}
