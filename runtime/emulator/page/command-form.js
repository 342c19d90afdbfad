// Owns the composer's second face: a chosen command with a field for each option. Required options stand
// first, optional ones are added by button; values are checked before anything is sent.

import { el, icon } from "./dom.js";
import { fileField } from "./files.js";
import { surroundings } from "./state.js";
import { suggest } from "./suggest.js";
import * as values from "./values.js";

const NAMES = { 6: "person", 7: "channel", 8: "role", 9: "person or role" };

/**
 * Fills `form` with the command and calls `on.run(options, typed)` with checked values, or `on.leave(typed)`
 * when the person steps back. `typed` maps option names to text and prefills fields.
 */
export function showForm(form, entry, typed, on) {
  const shown = new Map(); // option name -> { field, input, value }
  const inputs = el("div", { class: "options" });
  const more = el("div", { class: "more", role: "group", "aria-label": "Optional" });
  const about = el("p", { class: "about-option" }, entry.description);

  for (const option of entry.options) if (option.required || typed.get(option.name)) add(option);
  drawMore();
  form.replaceChildren(
    el("div", { class: "chosen" },
      el("code", { class: "chosen-name" }, `/${entry.name}`), inputs, more,
      el("div", { class: "ends" },
        el("button", { type: "button", class: "icon-button leave", "aria-label": "Back to writing", on: { click: () => on.leave(read()) } },
          icon("M5 5l10 10M15 5L5 15")),
        el("button", { type: "submit", class: "run" }, "Run"))),
    about);
  form.dataset.command = entry.name;
  form.onsubmit = (event) => {
    event.preventDefault();
    submit();
  };
  form.onkeydown = (event) => {
    const first = form.querySelector(".option input");
    const emptied = event.key === "Backspace" && event.target === first && first.value === "";
    if (event.key === "Escape" || emptied) {
      event.preventDefault();
      on.leave(read());
    } else if (event.key === "Enter" && event.target.matches("select")) {
      event.preventDefault();
      submit();
    }
  };
  (inputs.querySelector("input:placeholder-shown, select") ?? inputs.querySelector("input, select") ?? form.querySelector(".run")).focus();
  return { check };

  function submit() {
    const options = check();
    if (options) on.run(options, read());
  }

  /** Shows every problem at its field; returns the options if there is none. */
  function check() {
    const { options, problems } = values.convertAll(entry, read(), surroundings());
    for (const [name, { field, input }] of shown) tell(field, input, problems.get(name));
    for (const name of shown.keys()) {
      if (!problems.has(name)) continue;
      shown.get(name).input.focus();
      return null;
    }
    return options;
  }

  function read() {
    return new Map([...shown].map(([name, { value }]) => [name, value()]));
  }

  /** The command as it stands, with one option marked as the one being typed; the bot offers names for it. */
  function typedSoFar(option) {
    const { options } = values.convertAll(entry, read(), surroundings());
    const others = options.filter(({ name }) => name !== option.name);
    return { entry, options: [...others, { name: option.name, type: option.type, value: shown.get(option.name).input.value, focused: true }] };
  }

  function add(option) {
    const id = `option-${option.name}`;
    const file = option.type === values.ATTACHMENT ? fileFor(option, id) : null;
    const input = file?.node ?? inputFor(option, id, typed.get(option.name) ?? "");
    const names = option.autocomplete ? suggest(input, () => typedSoFar(option)) : null;
    const problem = el("span", { class: "problem", id: `${id}-problem`, role: "alert" });
    const field = el("div", { class: "option", dataset: { option: option.name } },
      el("label", { for: id }, option.name), input,
      !option.required && el("button", {
        type: "button", class: "icon-button", "aria-label": `Leave out ${option.name}`,
        on: { click: () => drop(option) },
      }, icon("M6 6l8 8M14 6l-8 8")),
      problem, names?.list);
    input.addEventListener("focus", () => { about.textContent = describe(option); });
    input.addEventListener("input", () => tell(field, input, null));
    shown.set(option.name, { field, input, value: names?.value ?? (() => (file ? file.ids()[0] ?? "" : input.value)) });
    inputs.append(field);
    return input;
  }

  /** A file is on its way as soon as it is picked; until it is there, nothing runs. */
  function fileFor(option, id) {
    const kept = typed.get(option.name);
    const busy = (is) => { form.querySelector(".run").disabled = is; };
    return fileField({ id, name: option.name, ...sharedFor(option, id) }, { types: option.file_types, ids: kept ? [kept] : [] }, busy);
  }

  function drop(option) {
    shown.get(option.name).field.remove();
    shown.delete(option.name);
    drawMore();
    (form.querySelector(".option input, .option select") ?? form.querySelector(".run")).focus();
  }

  function drawMore() {
    more.replaceChildren(...entry.options.filter(({ name }) => !shown.has(name)).map((option) => el("button", {
      type: "button", class: "add-option", title: option.description, dataset: { addOption: option.name },
      on: { click: () => { const input = add(option); drawMore(); input.focus(); } },
    }, `+ ${option.name}`)));
  }
}

function tell(field, input, problem) {
  field.querySelector(".problem").textContent = problem ?? "";
  input.setAttribute("aria-invalid", String(Boolean(problem)));
}

const sharedFor = ({ required }, id) => ({ "aria-describedby": `${id}-problem`, "aria-required": String(Boolean(required)) });

function inputFor(option, id, value) {
  const shared = { id, name: option.name, ...sharedFor(option, id) };
  const offered = offers(option);
  if (offered) {
    const { value: known } = value ? values.convert(option, value, surroundings()) : {};
    const chosen = (one) => known !== undefined && String(one.value) === String(known);
    return el("select", shared,
      el("option", { value: "" }, `choose${NAMES[option.type] ? ` a ${NAMES[option.type]}` : ""}…`),
      offered.map((one) => el("option", { value: one.value, selected: chosen(one) }, one.label)));
  }
  const input = el("input", {
    ...shared, type: "text", autocomplete: "off", enterkeyhint: "send",
    inputmode: { [values.INTEGER]: "numeric", [values.NUMBER]: "decimal" }[option.type],
    placeholder: { [values.INTEGER]: "whole number", [values.NUMBER]: "number" }[option.type] ?? "text",
  });
  input.value = value;
  return input;
}

/** What a closed option offers, or null for one that is typed. */
function offers(option) {
  if (option.choices?.length) return option.choices.map(({ name, value }) => ({ label: name, value }));
  const { users, roles, channels } = surroundings();
  const signed = (sign, name) => (name.startsWith(sign) ? name : `${sign}${name}`); // @everyone has its sign
  const named = (sign, all) => all.map(({ id, names }) => ({ value: id, label: signed(sign, names[0]) }));
  switch (option.type) {
    case values.BOOLEAN: return [{ label: "true", value: "true" }, { label: "false", value: "false" }];
    case values.USER: return named("@", users);
    case values.ROLE: return named("@", roles);
    case values.CHANNEL: return named("#", values.fitting(option, channels));
    case values.MENTIONABLE: return [...named("@", users), ...named("@", roles)];
    default: return null;
  }
}

function describe(option) {
  const bounds = [
    option.min_value !== undefined && `at least ${option.min_value}`,
    option.max_value !== undefined && `at most ${option.max_value}`,
    option.min_length && `at least ${option.min_length} long`,
    option.max_length !== undefined && `at most ${option.max_length} long`,
  ].filter(Boolean).join(", ");
  return `${option.name}: ${option.description}${bounds ? ` (${bounds})` : ""}${option.required ? "" : " · optional"}`;
}
