// Owns typed lines: a slash command written out in full, and names in ordinary messages. Pure.

import { match } from "./commands.js";
import { STRING } from "./values.js";

/**
 * Reads `/roll dice:2d6` or `/roll 2d6`. Returns `{ entry, typed, leftover }`, where `typed` maps option
 * names to text and `leftover` is what no option takes; `{ unknown: "name" }` when no such command is
 * offered; null when the line is no command line.
 *
 * A value runs to the next `option:` of this command, so it may hold spaces and colons. Text before the
 * first `option:` fills options in order: words one by one, but a string takes all of it.
 */
export function readLine(line, all) {
  if (!/^\/\S/.test(line)) return null;
  const matched = match(all, line.slice(1));
  if (!matched) return { unknown: /^\/(\S+)/.exec(line)[1] };
  const { entry, rest } = matched;
  const typed = new Map();
  const marks = findMarks(rest, entry.options);
  const endOf = (index) => marks[index + 1]?.start ?? rest.length;
  const named = new Set(marks.map(({ name }) => name));
  const leftover = fillInOrder(rest.slice(0, endOf(-1)).trim(), entry.options, typed, named);
  marks.forEach(({ name, value }, index) => typed.set(name, rest.slice(value, endOf(index)).trim()));
  return { entry, typed, leftover };
}

/** Writes a command line that `readLine` reads back. */
export function writeLine(entry, typed) {
  const given = entry.options.filter(({ name }) => typed.get(name)).map(({ name }) => `${name}:${typed.get(name)}`);
  return `/${[entry.name, ...given].join(" ")}`;
}

/** The option whose value is being typed at the end of `line`, or null. */
export function optionAtEnd(line, entry) {
  const rest = line.slice(1 + entry.name.length);
  if (!/^\s/.test(rest)) return null;
  const marks = findMarks(rest.trimStart(), entry.options);
  if (marks.length) return entry.options.find(({ name }) => name === marks.at(-1).name);
  const words = rest.trim() ? rest.trimStart().split(/\s+/).length - 1 : 0;
  const firstString = entry.options.findIndex(({ type }) => type === STRING);
  return entry.options[firstString >= 0 ? Math.min(words, firstString) : words] ?? null;
}

/** Puts ids in place of `@name` and `#channel`, as a chat client does on sending; code is left alone. */
export function mention(content, around) {
  const parts = content.split(/(```[^]*?```|`[^`\n]*`)/);
  return parts.map((part, index) => (index % 2 ? part : mentionIn(part, around))).join("");
}

function mentionIn(text, { users, roles, channels }) {
  return text.replace(/(^|[\s(])([@#])([-\w.\p{L}\p{N}]*[-\w\p{L}\p{N}])/gu, (whole, before, sign, name) => {
    const called = ({ names }) => names.some((one) => one.toLowerCase() === name.toLowerCase());
    if (sign === "#") {
      const channel = channels.find(called);
      return channel ? `${before}<#${channel.id}>` : whole;
    }
    const user = users.find(called);
    if (user) return `${before}<@${user.id}>`;
    const role = roles.find(called);
    return role ? `${before}<@&${role.id}>` : whole;
  });
}

function findMarks(rest, options) {
  const marks = [];
  for (const word of rest.matchAll(/(?:^|\s)([^\s:]+):/g)) {
    const name = word[1].toLowerCase();
    if (!options.some((option) => option.name === name) || marks.some((mark) => mark.name === name)) continue;
    const start = word.index + word[0].length - word[1].length - 1;
    marks.push({ name, start, value: word.index + word[0].length });
  }
  return marks;
}

function fillInOrder(text, options, typed, named) {
  let rest = text;
  for (const option of options) {
    if (!rest) break;
    if (named.has(option.name)) continue;
    const word = option.type === STRING && !option.choices?.length ? rest : /^\S+/.exec(rest)[0];
    typed.set(option.name, word);
    rest = rest.slice(word.length).trim();
  }
  return rest;
}
