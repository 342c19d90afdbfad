// Owns which message the composer's next one replies to, and the line that says so.

import { byId, el, icon } from "./dom.js";
import { nameOf, on, state } from "./state.js";

let target = null;

/** Wires it; call once. */
export function startReplying() {
  on("reply", (message) => {
    target = message;
    draw();
    byId("composer-text").focus();
  });
}

/** The message replied to in the channel shown, or null. */
export const replyTarget = () => (target?.channel_id === state.channel ? target : null);

/** Ends it; returns whether there was anything to end. */
export function endReply() {
  const was = replyTarget() !== null;
  target = null;
  draw();
  return was;
}

/** Draws the line again, after the channel or the person has changed. */
export function drawReplying() {
  if (!replyTarget()) target = null;
  draw();
}

function draw() {
  const line = byId("replying");
  line.hidden = target === null;
  line.replaceChildren(...(target ? [
    el("span", {}, "Replying to ", el("b", {}, nameOf(target.author))),
    el("button", { type: "button", class: "icon-button", "aria-label": "Do not reply", on: { click: () => { endReply(); byId("composer-text").focus(); } } },
      icon("M6 6l8 8M14 6l-8 8"))] : []));
}
