// Owns the list of commands above the composer: what it shows for a typed line, and which one is marked.
// The composer keeps the focus and passes the keys on.

import { search } from "./commands.js";
import { announce, byId, el } from "./dom.js";
import { optionAtEnd } from "./line.js";

let shown = [];
let marked = 0;
let moved = false;
let choose = () => {};

/** Says what happens when a command is chosen by pointer; call once. */
export function onChoose(listener) {
  choose = listener;
}

export const isOpen = () => !byId("picker").hidden;
/** The marked entry, if the list is open. */
export const markedEntry = () => (isOpen() ? shown[marked] : undefined);
/** Whether the person moved the mark since the list opened. */
export const wasMoved = () => moved;

/** Opens, filters or closes the list for the text in the composer. */
export function showFor(line, all, known) {
  if (!line.startsWith("/") || line.includes("\n")) return hide();
  shown = known ? [known] : search(all, line.slice(1));
  if (!shown.length && (all.length || line.length > 1)) return hide();
  marked = 0;
  moved = false;
  const picker = byId("picker");
  picker.replaceChildren(...(shown.length
    ? shown.map((entry, index) => option(entry, index, known ? optionAtEnd(line, entry) : null))
    : [el("p", { class: "popup-heading" }, "No commands are offered here.")]));
  picker.hidden = false;
  picker.scrollTop = 0;
  mark(0);
  announce(`${shown.length} ${shown.length === 1 ? "command" : "commands"}`);
}

export function hide() {
  byId("picker").hidden = true;
  byId("composer-text").removeAttribute("aria-activedescendant");
  shown = [];
}

/** Moves the mark by `step`, around the ends. */
export function step(by) {
  moved = true;
  mark((marked + by + shown.length) % shown.length);
  announce(`/${shown[marked].name}, ${shown[marked].description}`);
}

function mark(index) {
  marked = index;
  for (const [at, node] of [...byId("picker").querySelectorAll("[role=option]")].entries()) {
    node.setAttribute("aria-selected", String(at === index));
    if (at !== index) continue;
    node.scrollIntoView({ block: "nearest" });
    byId("composer-text").setAttribute("aria-activedescendant", node.id);
  }
}

function option(entry, index, current) {
  return el("div", {
    role: "option", id: `command-${index}`, class: "command", dataset: { command: entry.name },
    on: {
      pointerdown: (event) => event.preventDefault(), // the composer keeps the focus
      click: () => choose(entry),
    },
  },
  el("span", { class: "command-name" }, `/${entry.name}`, entry.options.map((one) => parameter(one, one === current))),
  el("small", {}, current ? `${current.name}: ${current.description}` : entry.description));
}

function parameter({ name, required }, current) {
  const kinds = ["parameter", required && "required", current && "current"].filter(Boolean);
  return el("span", { class: kinds.join(" ") }, required ? name : `${name}?`);
}
