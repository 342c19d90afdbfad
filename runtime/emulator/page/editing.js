// Owns changing and deleting what was written.

import * as api from "./api.js";
import { guard } from "./actions.js";
import { el } from "./dom.js";
import { close, openSheet } from "./popup.js";
import { state } from "./state.js";

/** Opens a sheet with the words of a message, to be changed. Enter saves, Shift+Enter breaks the line. */
export function openEditor(anchor, message) {
  const words = el("textarea", { id: "edited-words", rows: 3, maxlength: 2000 });
  words.value = message.content;
  const save = (event) => {
    event.preventDefault();
    close(sheet);
    guard(() => api.editMessage(message.channel_id, message.id, state.me, words.value));
  };
  words.addEventListener("keydown", (event) => {
    if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") event.stopPropagation();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) save(event);
  });
  const sheet = openSheet(anchor, "Edit the message", el("form", { class: "thread-form", on: { submit: save } },
    el("label", { for: "edited-words" }, "Edit the message"), words,
    el("button", { type: "submit", class: "press primary" }, "Save")));
  words.focus();
}

export const remove = (message) => guard(() => api.deleteMessage(message.channel_id, message.id, state.me));
