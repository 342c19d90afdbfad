// Owns the list of names that the bot offers while an option is typed (autocomplete), below its field.
// The field keeps the focus; arrows mark a name, Enter or Tab takes it, Escape closes the list.

import { autocomplete } from "./actions.js";
import { announce, el } from "./dom.js";
import { on, state } from "./state.js";

/** Typing rests this long before the bot is asked, in milliseconds. */
const REST = 150;

const asked = new Map(); // interaction id -> what takes its news
on("interactions", (interaction) => asked.get(interaction.id)?.(interaction));

/**
 * Makes `input` ask for names as it is typed into. `request()` returns the entry and its options, with the
 * one that is typed marked. Returns `{ list, value }`: the list's element, and what is to be sent.
 */
export function suggest(input, request) {
  const list = el("div", { class: "suggestions", role: "listbox", id: `${input.id}-names`, "aria-label": "Suggestions", hidden: true });
  let choices = [];
  let chosen = null;
  let marked = -1;
  let timer;
  let newest = null;
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);

  input.addEventListener("input", ask);
  input.addEventListener("focus", ask);
  input.addEventListener("blur", hide);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden || !choices.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark((marked + step + choices.length + (marked < 0 && step < 0 ? 1 : 0)) % choices.length);
    else if ((event.key === "Enter" || event.key === "Tab") && marked >= 0) take(choices[marked]);
    else if (event.key === "Escape") hide();
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  });
  return { list, value: () => (chosen?.name === input.value ? String(chosen.value) : input.value) };

  function ask() {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (!input.isConnected || document.activeElement !== input) return;
      const { entry, options } = request();
      let id;
      try {
        id = await autocomplete(entry, options);
      } catch (error) {
        return say(error.message);
      }
      asked.delete(newest);
      newest = id;
      asked.set(id, (news) => hear(id, news));
      hear(id, state.interactions.get(id));
    }, REST);
  }

  function hear(id, news) {
    if (!news || !["answered", "failed"].includes(news.state)) return;
    asked.delete(id);
    state.interactions.delete(id);
    if (id !== newest || document.activeElement !== input) return;
    if (news.state === "failed") return say(news.error ?? "Loading options failed");
    choices = news.choices ?? [];
    if (!choices.length) return say("No options match your search.");
    list.replaceChildren(...choices.map((choice, index) => el("div", {
      role: "option", id: `${input.id}-name-${index}`, class: "suggestion", "aria-selected": "false",
      on: { pointerdown: (event) => event.preventDefault(), click: () => take(choice) },
    }, choice.name)));
    show();
    announce(`${choices.length} ${choices.length === 1 ? "suggestion" : "suggestions"}`);
  }

  function say(sentence) {
    choices = [];
    list.replaceChildren(el("div", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "nothing" }, sentence));
    show();
  }

  function show() {
    marked = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function hide() {
    clearTimeout(timer);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    marked = index;
    for (const [at, node] of [...list.children].entries()) node.setAttribute("aria-selected", String(at === index));
    list.children[index].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[index].id);
  }

  function take(choice) {
    chosen = choice;
    input.value = choice.name;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    hide();
  }
}
