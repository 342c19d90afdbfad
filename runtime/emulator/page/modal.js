// Owns modals: the dialog a command or button may open, its fields, and their submission.

import { submit } from "./actions.js";
import { choicesOf } from "./components.js";
import { byId, el } from "./dom.js";
import { fileField } from "./files.js";
import { on, state } from "./state.js";
import { text } from "./text.js";

const SELECTS = [3, 5, 6, 7, 8];
const FILES = 19;
const PARAGRAPH = 2;

/** The interaction whose modal is open, and the one that its submission started. */
let opener = null;
let sent = null;

/** Wires the dialog; call once. */
export function startModal() {
  byId("modal").addEventListener("close", () => {
    opener = sent = null;
    byId("modal").replaceChildren();
    byId("composer-text").focus();
  });
  on("interactions", follow);
}

/** Opens a modal as soon as it comes from an interaction of this page; closes it when its submit is answered. */
function follow(interaction) {
  if (interaction.modal && interaction.source && !interaction.modalShown) {
    interaction.modalShown = true;
    open(interaction.id, interaction.modal);
  } else if (sent && interaction.id === sent) {
    if (interaction.state === "failed") refuse(interaction.error ?? "The application did not respond");
    else if (interaction.state !== "sent") byId("modal").close();
  }
}

function open(id, modal) {
  opener = id;
  sent = null;
  const fields = modal.components.flatMap(flatten);
  const form = el("form", {
    method: "dialog", novalidate: true, dataset: { modal: modal.custom_id },
    on: { submit: (event) => send(event, fields) },
  },
    el("h2", { id: "modal-title" }, modal.title),
    fields.map(({ view }) => view),
    el("p", { class: "problem", id: "modal-problem", role: "alert" }),
    el("div", { class: "modal-buttons" },
      el("button", { type: "button", class: "press secondary", id: "modal-cancel", on: { click: () => byId("modal").close() } }, "Cancel"),
      el("button", { type: "submit", class: "press primary", id: "modal-submit" }, "Submit")));
  const dialog = byId("modal");
  dialog.replaceChildren(form);
  if (!dialog.open) dialog.showModal();
  form.querySelector("input, textarea")?.focus();
}

/** Fields of a component: an action row or a label holds one; words hold none. */
function flatten(component) {
  if (component.type === 1) return component.components.map((inner) => field(inner, inner.label, null));
  if (component.type === 18) return [field(component.component, component.label, component.description)];
  if (component.type === 10) return [{ view: el("div", { class: "said" }, text(component.content)) }];
  return [{ view: el("p", { class: "subtext" }, `(a component of type ${component.type}, which this page cannot show)`) }];
}

function field(component, label, description) {
  const id = `field-${component.custom_id}`;
  const required = component.required !== false && component.type !== 23;
  const problem = el("p", { class: "problem", id: `${id}-problem`, role: "alert" });
  const made = control(component, id);
  const heading = [label, required ? null : el("small", {}, " (optional)")];
  const shared = { class: "field-block", dataset: { field: component.custom_id } };
  const view = made.group
    ? el("fieldset", shared, el("legend", {}, heading), description && el("p", { class: "subtext" }, description), made.node, problem)
    : el("div", shared, el("label", { for: id }, heading), description && el("p", { class: "subtext" }, description), made.node, problem);
  return {
    view,
    customId: component.custom_id,
    read: made.read,
    problem: () => made.problem(required),
    tell: (words) => { problem.textContent = words ?? ""; },
  };
}

/** The control of a component: its node, how to read it, and what is wrong with its value. */
function control(component, id) {
  if (component.type === 4) return textInput(component, id);
  if (component.type === FILES) return filesInput(component, id);
  if (component.type === 23) {
    const node = el("input", { type: "checkbox", id, checked: Boolean(component.default) });
    return { node, read: () => node.checked, problem: () => null };
  }
  const choices = SELECTS.includes(component.type) ? choicesOf(component) : component.options ?? [];
  const most = component.type === 22 ? component.max_values ?? choices.length : component.max_values ?? 1;
  const least = component.min_values ?? 1;
  const single = most === 1;
  const node = el("div", { class: "choices" }, choices.map((choice) => el("label", { class: "choice" },
    el("input", { type: single ? "radio" : "checkbox", name: id, value: choice.value, checked: Boolean(choice.default) }),
    el("span", {}, choice.label, choice.description && el("small", {}, choice.description)))));
  const read = () => {
    const values = [...node.querySelectorAll("input:checked")].map(({ value }) => value);
    return component.type === 21 ? values[0] ?? "" : values;
  };
  return {
    node, group: true, read,
    problem: (required) => {
      const count = node.querySelectorAll("input:checked").length;
      if (count === 0 && !required) return null;
      return count < least || count > most ? (least === most ? `Choose ${least}.` : `Choose ${least} to ${most}.`) : null;
    },
  };
}

function filesInput(component, id) {
  const least = component.min_values ?? 1;
  const most = component.max_values ?? 1;
  const busy = (is) => { byId("modal-submit").disabled = is; };
  const { node, ids } = fileField({ id, "aria-describedby": `${id}-problem` }, { most, types: component.file_types }, busy);
  return {
    node, read: ids,
    problem: (required) => {
      const count = ids().length;
      if (count === 0 && !required) return null;
      return count < least || count > most ? (least === most ? `Pick ${least} ${least === 1 ? "file" : "files"}.` : `Pick ${least} to ${most} files.`) : null;
    },
  };
}

function textInput(component, id) {
  const shared = {
    id, name: component.custom_id, placeholder: component.placeholder,
    autocomplete: "off", "aria-describedby": `${id}-problem`,
  };
  const node = component.style === PARAGRAPH ? el("textarea", { ...shared, rows: 4 }) : el("input", { ...shared, type: "text" });
  node.value = component.value ?? "";
  return {
    node,
    read: () => node.value,
    problem: (required) => {
      const length = [...node.value].length;
      if (length === 0) return required ? "This is required." : null;
      if (length < (component.min_length ?? 0)) return `Needs at least ${component.min_length} characters; this has ${length}.`;
      const most = component.max_length ?? 4000;
      return length > most ? `Takes at most ${most} characters; this has ${length}.` : null;
    },
  };
}

async function send(event, fields) {
  event.preventDefault();
  const asked = fields.filter(({ customId }) => customId !== undefined);
  const wrong = asked.filter((one) => {
    const words = one.problem();
    one.tell(words);
    return words;
  });
  if (wrong.length) return wrong[0].view.querySelector("input, textarea").focus();
  const button = byId("modal-submit");
  button.disabled = true;
  byId("modal-problem").textContent = "";
  try {
    const id = await submit(opener, Object.fromEntries(asked.map((one) => [one.customId, one.read()])));
    if (!byId("modal").open) return;
    sent = id;
    follow(state.interactions.get(id));
  } catch (error) {
    refuse(error.message);
  }
}

function refuse(sentence) {
  byId("modal-problem").textContent = sentence;
  byId("modal-submit").disabled = false;
}
