// Owns reactions: the emoji below a message, which are pressed to join in or to step back, the sheet they
// are chosen from, and who chose what.

import * as api from "./api.js";
import { guard, react } from "./actions.js";
import { el, icon } from "./dom.js";
import { close, openSheet } from "./popup.js";
import { findUser, nameOf, state } from "./state.js";

/** What the sheet offers; anything else can be typed or pasted. */
const OFFERED = ["👍", "👎", "❤️", "😄", "🎉", "😕", "👀", "🚀", "✅", "❌", "🙏", "🔥"];

/** The emoji of a message; null when it has none. */
export function reactions(message) {
  if (!message.reactions?.length) return null;
  return el("ul", { class: "reactions", "aria-label": "Reactions" },
    message.reactions.map(({ emoji, count, me }) => el("li", {}, el("button", {
      type: "button", class: "reaction", "aria-pressed": String(Boolean(me)),
      "aria-label": `${emoji.name}, ${count} ${count === 1 ? "reaction" : "reactions"}`,
      dataset: { part: `reaction-${key(emoji)}` },
      on: { click: () => react(message, key(emoji), me), pointerenter: (event) => nameThem(event.currentTarget, message, emoji) },
    }, el("span", {}, emoji.id ? `:${emoji.name}:` : emoji.name), el("b", {}, String(count))))),
    el("li", {}, el("button", {
      type: "button", class: "reaction add", "aria-label": "Add a reaction", "aria-haspopup": "dialog", "aria-expanded": "false",
      dataset: { part: "react" }, on: { click: (event) => openEmoji(event.currentTarget, message) },
    }, icon("M10 4v12M4 10h12"))));
}

/** Opens the sheet of emoji for a message at `anchor`. */
export function openEmoji(anchor, message) {
  const choose = (emoji) => {
    close(sheet);
    react(message, emoji, false);
  };
  const other = el("input", { type: "text", id: "other-emoji", autocomplete: "off", maxlength: 32, placeholder: "🌱" });
  const form = el("form", {
    class: "other-emoji",
    on: { submit: (event) => { event.preventDefault(); if (other.value.trim()) choose(other.value.trim()); } },
  }, el("label", { for: "other-emoji" }, "Another"), other, el("button", { type: "submit", class: "press primary" }, "React"));
  const sheet = openSheet(anchor, "React", [
    el("div", { class: "emoji-grid" }, OFFERED.map((emoji) => el("button", {
      type: "button", "aria-label": `React with ${emoji}`, on: { click: () => choose(emoji) },
    }, emoji))), form]);
  sheet.querySelector("button").focus();
}

/** Opens a sheet that lists who reacted, and with what. */
export async function openReactors(anchor, message) {
  await guard(async () => {
    const all = await api.fetchReactions(message.channel_id, message.id, state.me);
    const rows = all.map(({ emoji, users }) => el("p", { class: "reactors" },
      el("span", {}, emoji.id ? `:${emoji.name}:` : emoji.name), el("span", {}, names(users))));
    openSheet(anchor, "Who reacted", [el("p", { class: "popup-heading" }, "Who reacted"), rows,
      el("button", { type: "button", class: "press secondary", on: { click: (event) => close(event.target.closest(".popup")) } }, "Close")]);
  });
}

/** Names those behind one emoji on its tooltip, as soon as somebody points at it. */
async function nameThem(button, message, emoji) {
  if (button.title) return;
  const all = await api.fetchReactions(message.channel_id, message.id, state.me).catch(() => []);
  const found = all.find((one) => key(one.emoji) === key(emoji));
  if (found) button.title = names(found.users);
}

const names = (users) => users.map((id) => nameOf(findUser(id))).join(", ");

/** An emoji as the API takes it. */
const key = ({ id, name }) => (id ? `${name}:${id}` : name);
