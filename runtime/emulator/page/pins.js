// Owns the list of what is pinned in the channel shown.

import * as api from "./api.js";
import { guard } from "./actions.js";
import { byId, el } from "./dom.js";
import { plain } from "./markdown.js";
import { jumpTo } from "./jump.js";
import { avatar } from "./people.js";
import { close, openSheet } from "./popup.js";
import { nameOf, state } from "./state.js";
import { clock } from "./time.js";

/** Wires the button in the top bar; call once. */
export function startPins() {
  byId("open-pins").addEventListener("click", (event) => openPins(event.currentTarget));
}

async function openPins(anchor) {
  await guard(async () => {
    const pins = await api.fetchPins(state.channel, state.me);
    const sheet = openSheet(anchor, "Pinned messages", [
      el("p", { class: "popup-heading" }, "Pinned messages"),
      pins.length ? null : el("p", { class: "nothing" }, "Nothing is pinned here."),
      pins.map((message) => el("button", {
        type: "button", class: "pinned", dataset: { pinned: message.id },
        on: { click: () => { close(sheet); jumpTo(message.id); } },
      }, avatar(message.author, "small"), el("span", {},
        el("span", { class: "pinned-head" }, el("b", {}, nameOf(message.author)), clock(message.timestamp)),
        el("span", { class: "pinned-words" }, summary(message))))),
      pins.length ? null : el("button", { type: "button", class: "press secondary", on: { click: () => close(sheet) } }, "Close"),
    ]);
  });
}

function summary(message) {
  const embed = message.embeds?.[0];
  return plain(message.content || embed?.title || embed?.description || message.attachments?.[0]?.filename || "").slice(0, 140) || "(no words)";
}
