// Owns the command list as the picker and the composer see it: one entry per thing that can be run, so
// `role add` and `role remove` are two. Pure.

export const CHAT_INPUT = 1;
export const USER = 2;
export const MESSAGE = 3;
const SUB_COMMAND = 1;
const SUB_COMMAND_GROUP = 2;

/**
 * Flattens application commands into entries, sorted by name:
 * `{ command, name: "role add", trail: [{ name, type }], description, options }`.
 */
export function entries(commands) {
  return commands
    .filter((command) => (command.type ?? CHAT_INPUT) === CHAT_INPUT)
    .flatMap((command) => leaves(command, command, []))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function leaves(command, node, trail) {
  const options = node.options ?? [];
  const below = options.filter(({ type }) => type === SUB_COMMAND || type === SUB_COMMAND_GROUP);
  if (below.length) {
    return below.flatMap((option) => leaves(command, option, [...trail, { name: option.name, type: option.type }]));
  }
  const name = [command.name, ...trail.map((step) => step.name)].join(" ");
  return [{ command, name, trail, description: node.description ?? "", options }];
}

/** Entries that match what was typed after the slash: by beginning first, then by any part of the name. */
export function search(all, typed) {
  const wanted = typed.trim().toLowerCase().replace(/\s+/g, " ");
  const begins = all.filter(({ name }) => name.startsWith(wanted));
  const contains = all.filter(({ name }) => !name.startsWith(wanted) && name.includes(wanted));
  return [...begins, ...contains];
}

/** Splits `role add @ann` (no slash) into its entry and the rest; null when it names no entry. */
export function match(all, line) {
  const words = line.trimStart();
  const lower = words.toLowerCase();
  const found = all
    .filter(({ name }) => lower === name || (lower.startsWith(name) && /\s/.test(lower[name.length])))
    .sort((a, b) => b.name.length - a.name.length)[0];
  return found ? { entry: found, rest: words.slice(found.name.length).trim() } : null;
}

/** Nests converted option values under the entry's sub-command, as the API wants them. */
export function nest(entry, options) {
  return entry.trail.reduceRight((inside, { name, type }) => [{ name, type, options: inside }], options);
}

/** User and message commands, which live in menus instead of the picker. */
export function menuCommands(commands, type) {
  return commands.filter((command) => command.type === type).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A command line somebody could type: required options with sample values. */
export function example(entry) {
  const given = entry.options.filter(({ required }) => required).map((option) => `${option.name}:${sample(option)}`);
  return `/${[entry.name, ...given].join(" ")}`;
}

function sample(option) {
  if (option.choices?.length) return option.choices[0].name;
  switch (option.type) {
    case 4: case 10: return String(option.min_value ?? 1);
    case 5: return "true";
    case 6: case 9: return "@…";
    case 7: return "#…";
    case 8: return "@…";
    default: return "…";
  }
}
