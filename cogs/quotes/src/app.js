// Quotes: each server's own, numbered in the order in which they were added.

import { GUILD, MANAGE_MESSAGES, Tell, below, button, embed, group, guildStore, messageCommand, now, onPressed, options } from "cogbox";
export { commands, components } from "cogbox";

const PAGE = 5;
const LONGEST = 1000;
// So that quotes lie in the store in the order of their numbers.
const key = (number) => `quote/${String(number).padStart(9, "0")}`;
const numberOf = (key) => Number(key.slice("quote/".length));

group("quote", "What members said", [
  ["add", "Keeps something that was said", add, [
    options.text("text", "What was said", { maxLength: LONGEST }),
    options.user("by", "Who said it; you, when left out", { required: false }),
  ]],
  ["random", "Shows any quote", random],
  ["search", "Finds quotes; all of them, when no words are given", search, [
    options.text("words", "What they contain", { required: false, maxLength: 60 }),
  ]],
  ["remove", "Removes a quote: yours, or any, if you may manage messages", remove, [
    options.integer("number", "The quote's number", { min: 1, max: 999_999_999 }),
  ]],
], { contexts: GUILD });

messageCommand("Quote this", quoteThis, { contexts: GUILD });
onPressed("page", turned);

function add(ctx, { text, by }) {
  if (text.trim() === "") {
    throw new Tell("There is nothing to quote in that.");
  }
  const number = keep(ctx, text.trim(), by?.user?.id ?? by?.id ?? ctx.user.id, null);
  ctx.reply({ content: `Kept as number ${number}.`, embeds: [card(number, guildStore(ctx.guild).get(key(number)))] });
}

function quoteThis(ctx, { target }) {
  if (target.content.trim() === "") {
    throw new Tell("There is no text in that message.");
  }
  const number = keep(ctx, target.content.trim().slice(0, LONGEST), target.author.id, target.id);
  ctx.reply({ content: `Kept as number ${number}.`, embeds: [card(number, guildStore(ctx.guild).get(key(number)))] });
}

/** Keeps a quote under a number of its own; a message is kept once. */
function keep(ctx, text, by, message) {
  const store = guildStore(ctx.guild);
  const kept = message && store.get(`message/${message}`);
  if (kept) {
    throw new Tell(`That message is quote number ${kept} already.`);
  }
  const number = store.add("last", 1);
  if (message && !store.swap(`message/${message}`, null, number)) {
    throw new Tell("Someone else just kept that message.");
  }
  store.set(key(number), { text, by, added: ctx.user.id, at: Math.floor(now()), message });
  return number;
}

function random(ctx) {
  const store = guildStore(ctx.guild);
  const last = store.get("last") ?? 0;
  // The first one from any number on. Numbers whose quotes were removed favour the next one.
  const from = last > 0 ? store.scan("quote/", { after: key(below(last)), limit: 1 }) : [];
  const [found] = from.length > 0 ? from : store.scan("quote/", { limit: 1 });
  if (!found) {
    throw new Tell("There are no quotes yet. Add one with `/quote add`.");
  }
  ctx.reply({ embeds: [card(numberOf(found[0]), found[1])] });
}

function search(ctx, { words = "" }) {
  const shown = page(ctx, 0, words);
  if (!shown) {
    throw new Tell(words ? `No quote contains “${words}”.` : "There are no quotes yet. Add one with `/quote add`.");
  }
  ctx.reply(shown);
}

function turned(ctx, number, ...words) {
  // The words may hold colons themselves.
  const shown = page(ctx, Number(number), words.join(":"));
  if (!shown) {
    throw new Tell("Those quotes were removed.");
  }
  ctx.update(shown);
}

/** One page of the quotes that contain something; nothing when there are none. */
function page(ctx, number, words) {
  const found = containing(guildStore(ctx.guild), words.toLowerCase());
  if (found.length === 0) {
    return null;
  }
  const pages = Math.ceil(found.length / PAGE);
  // Quotes may have been removed since the buttons were made.
  const at = Math.min(number, pages - 1);
  const fields = found.slice(at * PAGE, (at + 1) * PAGE).map(([number, quote]) => [`Number ${number}`, line(quote)]);
  const title = words ? `Quotes with “${words}”` : "Quotes";
  const turn = (to, label) => button(`page:${to}:${words}`, label, { style: "secondary", disabled: to < 0 || to >= pages });
  return {
    embeds: [embed({ title, fields, footer: `${found.length} in all, page ${at + 1} of ${pages}` })],
    rows: pages > 1 ? [[turn(at - 1, "Previous"), turn(at + 1, "Next")]] : [],
  };
}

function containing(store, words) {
  const found = [];
  for (let after = null; ; ) {
    const some = store.scan("quote/", { after, limit: 500 });
    if (some.length === 0) {
      return found;
    }
    for (const [key, quote] of some) {
      if (quote.text.toLowerCase().includes(words)) {
        found.push([numberOf(key), quote]);
      }
      after = key;
    }
  }
}

function remove(ctx, { number }) {
  const store = guildStore(ctx.guild);
  const quote = store.get(key(number));
  if (!quote) {
    throw new Tell(`There is no quote number ${number}.`);
  }
  if (quote.added !== ctx.user.id && !ctx.may(MANAGE_MESSAGES)) {
    throw new Tell("Someone else added that quote; only they and members who may manage messages can remove it.");
  }
  store.delete(key(number));
  if (quote.message) {
    store.delete(`message/${quote.message}`);
  }
  ctx.reply(`Quote number ${number} is gone.`);
}

function card(number, quote) {
  return embed({ description: `${quoted(quote.text)}\n<@${quote.by}>, <t:${quote.at}:d>`, footer: `Number ${number}` });
}

/** A quote among others: a field of an embed holds 1,024 characters. */
function line(quote) {
  const text = quote.text.length > 300 ? `${quote.text.slice(0, 299)}…` : quote.text;
  return `${quoted(text)}\n<@${quote.by}>`;
}

function quoted(text) {
  return text.split("\n").map((line) => `> ${line}`).join("\n");
}
