// Owns what an empty channel shows: a greeting and a few commands to try, taken from those offered here.

import { entries, example } from "./commands.js";
import { byId, el } from "./dom.js";
import { currentChannel, isDirect, nameOf, state } from "./state.js";

const SHOWN = 3;
let use = () => {};

/** Says what happens when an example is chosen; call once. */
export function onExample(listener) {
  use = listener;
}

export function drawHint(show) {
  const hint = byId("hint");
  hint.hidden = !show;
  if (hint.hidden) return;
  const offered = pick(entries(state.commands));
  const bot = nameOf(state.bot?.user);
  const place = isDirect() ? `you and ${bot}` : `#${currentChannel()?.name ?? ""}`;
  hint.replaceChildren(el("div", {},
    el("img", { src: "/page/icon.svg", alt: "", width: 56, height: 56 }),
    el("h2", {}, `This is where ${place} begins`),
    offered.length
      ? [el("p", {}, "Say something, or try a command. Type ", el("kbd", {}, "/"), " to see them all."),
        el("ul", {}, offered.map((entry) => el("li", {}, el("button", {
          type: "button", class: "example", dataset: { example: entry.name }, on: { click: () => use(entry) },
        }, el("code", {}, example(entry)), el("span", {}, entry.description)))))]
      : el("p", {}, state.bot?.connected
        ? `${bot} offers no commands here yet. They appear by themselves when a cog brings some.`
        : `${bot} is not connected. Its commands appear here when it is.`)));
}

/** The simplest commands, and one that takes something; never two of the same first word. */
function pick(all) {
  const seen = new Set();
  const simplest = [...all]
    .sort((a, b) => needed(a) - needed(b) || a.options.length - b.options.length)
    .filter(({ command }) => !seen.has(command.id) && seen.add(command.id));
  const first = simplest.slice(0, SHOWN - 1);
  const taking = simplest.find((entry) => needed(entry) > 0 && !first.includes(entry));
  return [...first, taking ?? simplest[SHOWN - 1]].filter(Boolean);
}

const needed = ({ options }) => options.filter(({ required }) => required).length;
