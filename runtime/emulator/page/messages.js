// Owns the list of messages: what stands in it and in which order, what is drawn again, and where it is
// scrolled. How one message looks is message.js.

import { announce, byId, el } from "./dom.js";
import { byAge } from "./log.js";
import { plain } from "./markdown.js";
import { messageView, onlyYou, usedLine } from "./message.js";
import { findUser, LOADING, logOf, nameOf, state } from "./state.js";
import { dayName } from "./time.js";
import { drawHint } from "./hint.js";

/** Messages of one author within this many milliseconds share a head. */
const ONE_BREATH = 5 * 60_000;
/** Closer to the end than this many pixels counts as reading the newest. */
const NEAR_END = 80;

/** key -> { node, basis }: what is drawn, and what it was drawn from. */
const drawn = new Map();
let stuck = true;

/** Prepares scrolling; call once. */
export function startMessages() {
  const scroll = byId("scroll");
  const toNewest = byId("to-newest");
  scroll.addEventListener("scroll", () => {
    stuck = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END;
    if (stuck) toNewest.hidden = true;
  }, { passive: true });
  toNewest.addEventListener("click", scrollToEnd);
  const follow = new ResizeObserver(() => stuck && scrollToEnd());
  follow.observe(scroll);
  follow.observe(byId("messages"));
}

/** Draws another channel, or the same one for another person: from nothing, and at its end. */
export function drawPlace() {
  stuck = true;
  drawAllMessages();
}

/** Draws everything again where it is, because names or roles changed. */
export function drawAllMessages() {
  drawn.clear();
  drawMessages();
}

/** Draws the channel shown, keeping what has not changed. */
export function drawMessages() {
  const list = byId("messages");
  const rows = state.channel ? arrange() : [];
  const focus = remember(list);
  const nodes = rows.map(draw);
  const keys = new Set(rows.map(({ key }) => key));
  for (const key of drawn.keys()) if (!keys.has(key)) drawn.delete(key);
  settle(list, nodes);
  focus?.();
  markClicks(list);
  drawHint(rows.length === 0 && state.channel !== null && logOf(state.channel).loaded);
  if (stuck) scrollToEnd();
}

/** Tells that a message came: to those who listen, and to those who have scrolled away. */
export function messageCame(message) {
  if (message.channel_id !== state.channel) return;
  if (!stuck) byId("to-newest").hidden = false;
  if (message.author.id !== state.me && !(message.flags & LOADING)) {
    const title = message.embeds?.[0]?.title ?? message.embeds?.[0]?.description ?? "";
    announce(`${nameOf(message.author)}: ${plain(message.content || title).slice(0, 300)}`);
  }
}

export function scrollToEnd() {
  const scroll = byId("scroll");
  scroll.scrollTop = scroll.scrollHeight;
  stuck = true;
  byId("to-newest").hidden = true;
}

/** The rows of the channel: messages, and commands under way, by age, with a line where a day begins. */
function arrange() {
  const messages = logOf(state.channel).messages.filter(({ id }) => !state.dismissed.has(id));
  const pending = [...state.interactions.values()].filter((one) => one.channel_id === state.channel
    && one.source?.kind === "command" && ["sent", "failed"].includes(one.state)
    && !state.dismissed.has(one.id) && !shownElsewhere(one));
  const entries = [
    ...messages.map((message) => ({ id: message.id, message })),
    ...pending.map((one) => ({ id: one.id, pending: one })),
  ].sort((a, b) => byAge(a.id, b.id));
  const rows = [];
  let before = null;
  let lastDay = null;
  for (const entry of entries) {
    if (entry.pending) {
      rows.push({ key: `i${entry.id}`, basis: [entry.pending], make: () => pendingView(entry.pending) });
      before = null;
      continue;
    }
    const { message } = entry;
    const day = new Date(message.timestamp).toDateString();
    if (day !== lastDay) {
      const name = dayName(message.timestamp);
      rows.push({ key: `d${day}`, basis: [name], make: () => dayView(name) });
      lastDay = day;
    }
    const follows = Boolean(before) && before.author.id === message.author.id && message.type === 0
      && !message.interaction_metadata && !message.interaction && (before.flags ?? 0) === (message.flags ?? 0)
      && new Date(message.timestamp) - new Date(before.timestamp) < ONE_BREATH;
    rows.push({ key: `m${message.id}`, basis: [message, follows], make: () => messageView(message, follows) });
    before = message;
  }
  return rows;
}

function dayView(name) {
  return el("p", { class: "day", role: "separator", "aria-label": name }, el("span", {}, name));
}

/** A deferred answer that never came is told on its own message, not in a second row. */
function shownElsewhere({ message_id: id }) {
  return id !== undefined && id !== null && Boolean(logOf(state.channel).get(id));
}

function draw({ key, basis, make }) {
  const known = drawn.get(key);
  if (known && known.basis.length === basis.length && known.basis.every((part, index) => part === basis[index])) return known.node;
  const node = make();
  drawn.set(key, { node, basis });
  return node;
}

/** Makes the list's children exactly `nodes`, touching only what differs. */
function settle(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  let at = list.firstElementChild;
  for (const node of nodes) {
    if (node === at) at = at.nextElementSibling;
    else list.insertBefore(node, at);
  }
}

/** A command that was sent and has no answer yet, or will have none. */
function pendingView({ id, state: stage, error, source }) {
  const user = findUser(source.user);
  const failed = stage === "failed";
  return el("article", { class: failed ? "message pending failed" : "message pending", dataset: { interactionId: id, state: stage } },
    usedLine({ user, name: source.name }),
    el("span", { class: "margin" }),
    el("div", { class: "body" },
      failed ? el("p", { class: "problem", role: "alert" }, error ?? "The application did not respond")
        : el("p", { class: "thinking" }, "Sending…"),
      failed && onlyYou(id)));
}

/** Shows on each message which of its parts was pressed and waits, and which press failed. */
function markClicks(list) {
  for (const busy of list.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
  for (const place of list.querySelectorAll(".click-failures:not(:empty)")) place.replaceChildren();
  const complaint = (one) => el("p", { class: "problem", role: "alert" }, one.error ?? "The application did not respond");
  for (const one of state.interactions.values()) {
    const id = one.source?.kind === "click" ? one.source.message : one.message_id;
    const view = id && list.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
    if (!view) continue;
    if (one.state === "sent" && one.source?.kind === "click") {
      byCustomId(view, one.source.customId)?.setAttribute("aria-busy", "true");
    } else if (one.state === "failed") {
      view.querySelector(".thinking")?.remove();
      view.querySelector(".click-failures")?.replaceChildren(complaint(one));
    }
  }
}

/** Focus inside a message survives its being drawn again, if the same part is still there. */
function remember(list) {
  const active = document.activeElement;
  const view = list.contains(active) && active.closest("[data-message-id]");
  if (!view) return null;
  const { customId, part: name } = active.dataset;
  return () => {
    if (active.isConnected) return;
    const again = list.querySelector(`[data-message-id="${CSS.escape(view.dataset.messageId)}"]`);
    const part = !again ? null : customId ? byCustomId(again, customId)
      : name ? again.querySelector(`[data-part="${CSS.escape(name)}"]`) ?? again : null;
    (part && !part.disabled ? part : byId("composer-text")).focus({ preventScroll: true });
  };
}

function byCustomId(view, customId) {
  return view.querySelector(`[data-custom-id="${CSS.escape(customId)}"]`);
}
