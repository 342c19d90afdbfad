// Owns option values: from what a person typed to what the API takes, with the same refusals a chat client
// makes before it sends anything. Pure.

export const STRING = 3, INTEGER = 4, BOOLEAN = 5, USER = 6, CHANNEL = 7, ROLE = 8, MENTIONABLE = 9, NUMBER = 10, ATTACHMENT = 11;

/** Largest magnitudes Discord takes (application command option types). */
const LARGEST_INTEGER = Number.MAX_SAFE_INTEGER;
const LARGEST_NUMBER = 2 ** 53;
const LONGEST_STRING = 6000;

/**
 * Converts every option of an entry. `typed` maps option names to text; empty text means "left out".
 * Returns `{ options, problems }`: options as the API takes them, problems as a Map from name to sentence.
 */
export function convertAll(entry, typed, around) {
  const options = [];
  const problems = new Map();
  for (const option of entry.options) {
    const text = typed.get(option.name) ?? "";
    if (text.trim() === "") {
      if (option.required) problems.set(option.name, missing(option));
      continue;
    }
    const { value, problem } = convert(option, text, around);
    if (problem) problems.set(option.name, problem);
    else options.push({ name: option.name, type: option.type, value });
  }
  return { options, problems };
}

/** Converts one value; returns `{ value }` or `{ problem }`, a sentence for the person. */
export function convert(option, text, around) {
  if (option.choices?.length) return choice(option, text);
  switch (option.type) {
    case STRING: return string(option, text);
    case INTEGER: case NUMBER: return number(option, text.trim());
    case BOOLEAN: return boolean(text.trim().toLowerCase());
    case USER: return reference(around.users, text, /^<@!?(\d+)>$/, "person");
    case ROLE: return reference(around.roles, text, /^<@&(\d+)>$/, "role");
    case CHANNEL: return reference(fitting(option, around.channels), text, /^<#(\d+)>$/, "channel");
    case MENTIONABLE: return reference([...around.users, ...around.roles], text, /^<@[!&]?(\d+)>$/, "person or role");
    case ATTACHMENT: return /^\d+$/.test(text.trim()) ? { value: text.trim() } : { problem: "Pick a file." };
    default: return { problem: `This page does not know options of type ${option.type}.` };
  }
}

/** The channels that an option with `channel_types` takes. */
export function fitting(option, channels) {
  return option.channel_types?.length ? channels.filter(({ type }) => option.channel_types.includes(type)) : channels;
}

function missing(option) {
  return option.type === ATTACHMENT ? "Pick a file." : `${option.name} is required.`;
}

function string(option, text) {
  const length = [...text].length;
  const most = option.max_length ?? LONGEST_STRING;
  const least = option.min_length ?? 0;
  if (length < least) return { problem: `Needs at least ${least} ${letters(least)}; this has ${length}.` };
  if (length > most) return { problem: `Takes at most ${most} ${letters(most)}; this has ${length}.` };
  return { value: text };
}

function letters(count) {
  return count === 1 ? "character" : "characters";
}

function number(option, text) {
  const whole = option.type === INTEGER;
  const value = Number(text);
  if (!(whole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i).test(text)) {
    return { problem: whole ? "Needs a whole number." : "Needs a number." };
  }
  const largest = whole ? LARGEST_INTEGER : LARGEST_NUMBER;
  const least = option.min_value ?? -largest;
  const most = option.max_value ?? largest;
  if (value < least) return { problem: `Must be at least ${least}.` };
  if (value > most) return { problem: `Must be at most ${most}.` };
  return { value };
}

function boolean(text) {
  if (["true", "yes", "on", "1"].includes(text)) return { value: true };
  if (["false", "no", "off", "0"].includes(text)) return { value: false };
  return { problem: "Needs true or false." };
}

function choice(option, text) {
  const wanted = text.trim().toLowerCase();
  const found = option.choices.find(({ value }) => String(value) === text.trim())
    ?? option.choices.find(({ name }) => name.toLowerCase() === wanted);
  if (found) return { value: found.value };
  return { problem: `Must be one of: ${option.choices.map(({ name }) => name).join(", ")}.` };
}

function reference(candidates, text, mention, kind) {
  const typed = text.trim();
  const id = mention.exec(typed)?.[1] ?? typed;
  const name = typed.replace(/^[@#]/, "").toLowerCase();
  const found = candidates.find((candidate) => candidate.id === id)
    ?? candidates.find(({ names }) => names.some((one) => one.toLowerCase().replace(/^@/, "") === name));
  return found ? { value: found.id } : { problem: `There is no ${kind} called “${typed}” here.` };
}
