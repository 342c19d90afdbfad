// Owns what can be pressed on a message: buttons and selects in their rows, and the parts of messages that
// are made of components altogether (sections, containers, text). Clicks go out through actions.js.

import { click } from "./actions.js";
import { el } from "./dom.js";
import { picture } from "./embed.js";
import { safe } from "./markdown.js";
import { close, openSheet } from "./popup.js";
import { surroundings } from "./state.js";
import { link, text } from "./text.js";
import { fitting } from "./values.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger" };
const SELECTS = [3, 5, 6, 7, 8];

/** Shows a list of components of `message`; what this page does not know is named, not dropped. */
export function components(message, list) {
  return list.map((component) => one(message, component));
}

function one(message, component) {
  if (SELECTS.includes(component.type)) return select(message, component);
  switch (component.type) {
    case 1: return el("div", { class: "row" }, components(message, component.components));
    case 2: return button(message, component);
    case 9: return el("div", { class: "section" },
      el("div", {}, components(message, component.components)),
      component.accessory && one(message, component.accessory));
    case 10: return el("div", { class: "said" }, text(component.content));
    case 11: return picture({ url: component.media.url, description: component.description }, "embed-thumbnail", "Thumbnail");
    case 12: return el("div", { class: "gallery" }, component.items.map((item) =>
      picture({ url: item.media.url, description: item.description }, "gallery-item", "Image")));
    case 13: return el("p", { class: "attachment" }, component.name ?? component.file.url);
    case 14: return el("hr", { class: component.divider === false ? "blank" : null });
    case 17: return container(message, component);
    default: return el("p", { class: "subtext" }, `(a component of type ${component.type}, which this page cannot show)`);
  }
}

function container(message, component) {
  const box = el("div", { class: "embed container" }, components(message, component.components));
  if (Number.isInteger(component.accent_color)) {
    box.style.setProperty("--bar", `#${component.accent_color.toString(16).padStart(6, "0")}`);
  }
  return box;
}

function button(message, component) {
  const label = [emoji(component.emoji), component.label].filter(Boolean).join(" ");
  if (component.style === 5) {
    const href = safe(component.url ?? "");
    if (href && !component.disabled) return link(href, [label, " ↗"], { class: "press link" });
    return el("span", { class: "press link", "aria-disabled": "true" }, label);
  }
  return el("button", {
    class: `press ${STYLES[component.style] ?? "secondary"}`,
    type: "button",
    disabled: Boolean(component.disabled) || !component.custom_id,
    dataset: { customId: component.custom_id },
    on: { click: () => click(message, component.custom_id) },
  }, label || "Button");
}

/** A select is a button that opens its choices, so that moving through them by keyboard sends nothing yet. */
function select(message, component) {
  const choices = choicesOf(component);
  const chosen = choices.filter((choice) => choice.default).map(({ label }) => label);
  const many = (component.max_values ?? 1) > 1;
  const label = chosen.join(", ") || component.placeholder || (many ? "Choose some" : "Choose one");
  const opener = el("button", {
    class: "press select", type: "button",
    disabled: Boolean(component.disabled),
    "aria-haspopup": "dialog", "aria-expanded": "false",
    dataset: { customId: component.custom_id },
    on: { click: () => openChoices(message, component, choices, opener) },
  }, el("span", {}, label));
  return opener;
}

function openChoices(message, component, choices, opener) {
  const least = component.min_values ?? 1;
  const most = component.max_values ?? 1;
  const single = most === 1 && least === 1;
  const preset = choices.findIndex((choice) => choice.default);
  const problem = el("p", { class: "problem", role: "alert" });
  const form = el("form", { class: "choices", on: { submit: send } },
    choices.length ? choices.map((choice, index) => el("label", { class: "choice" },
      el("input", {
        type: single ? "radio" : "checkbox", name: "choice", value: choice.value,
        checked: single ? index === Math.max(preset, 0) : Boolean(choice.default),
      }),
      el("span", {}, [emoji(choice.emoji), choice.label].filter(Boolean).join(" "),
        choice.description && el("small", {}, choice.description)))) : el("p", {}, "There is nothing to choose."),
    problem,
    el("button", { type: "submit", class: "press primary" }, "Choose"));
  const sheet = openSheet(opener, component.placeholder ?? "Choices", form);
  if (single) form.addEventListener("click", (event) => event.detail > 0 && event.target.matches("input") && send(event));

  function send(event) {
    event.preventDefault();
    const values = [...form.querySelectorAll("input:checked")].map(({ value }) => value);
    if (values.length < least || values.length > most) {
      problem.textContent = least === most ? `Choose ${least}.` : `Choose ${least} to ${most}.`;
      return;
    }
    close(sheet);
    click(message, component.custom_id, values);
  }
}

/** What a select offers: its own options, or the people, roles or channels here. */
export function choicesOf(component) {
  if (component.type === 3) return component.options ?? [];
  const { users, roles, channels } = surroundings();
  const preset = new Set((component.default_values ?? []).map(({ id }) => id));
  const found = { 5: users, 6: roles, 7: [...users, ...roles], 8: fitting(component, channels) }[component.type];
  return found.map(({ id, names }) => ({ value: id, label: names[0], default: preset.has(id) }));
}

function emoji(data) {
  if (!data) return "";
  return data.id ? `:${data.name}:` : data.name;
}
