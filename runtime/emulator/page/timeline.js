// Owns the timeline: the newest interactions of everybody, when the bot got each, what it asked for and
// when, and how it ended. The server keeps it; the page fetches it while the sheet is open.

import * as api from "./api.js";
import { el, byId } from "./dom.js";
import { isShown } from "./panel.js";
import { findChannel, findUser, nameOf, on } from "./state.js";
import { clock } from "./time.js";

const SHEET = "timeline";
/** News come in bursts; one fetch serves those of so many milliseconds. */
const GATHER = 120;

/** What a first answer says, by callback type. */
const CALLBACKS = { 4: "answered", 5: "deferred", 6: "taken notice", 7: "message changed", 8: "names offered", 9: "form opened" };
const ENDS = { answered: "answered", failed: "no answer", deferred: "thinking", sent: "waiting" };
const KINDS = { 2: "/", 3: "pressed ", 5: "submitted " };

/** Ids in paths, which only lengthen them. */
const ID = /\d{15,}/g;

const open = new Set(); // ids of the interactions whose steps are shown
let timer = null;

/** Wires it; call once. */
export function startTimeline() {
  on("panel", (sheet) => sheet === SHEET && draw());
  on("interactions", refresh);
  on("messages", refresh);
}

/** Fetches it again soon, if anybody looks at it. */
export function refresh() {
  if (!isShown(SHEET) || timer) return;
  timer = setTimeout(() => {
    timer = null;
    draw();
  }, GATHER);
}

async function draw() {
  const all = await api.fetchTimelines().catch(() => null);
  if (!all || !isShown(SHEET)) return;
  const focused = byId(SHEET).contains(document.activeElement) ? document.activeElement.closest("[data-timeline]")?.dataset.timeline : null;
  byId(SHEET).replaceChildren(...(all.length ? all.map(line)
    : [el("p", { class: "nothing" }, "Run a command, and see here what the bot did for it, and when.")]));
  if (focused) byId(SHEET).querySelector(`[data-timeline="${focused}"] summary`)?.focus();
}

function line(one) {
  const named = one.target ? one.name : `${KINDS[one.kind] ?? ""}${one.name}`;
  const details = el("details", { class: "timeline", dataset: { timeline: one.id, state: one.state }, open: open.has(one.id) },
    el("summary", {},
      el("span", { class: "timeline-name" }, el("code", {}, named),
        el("span", { class: `timeline-state ${one.state}` }, ENDS[one.state], one.ended !== null && ` ${span(one.ended)}`)),
      el("small", {}, nameOf(findUser(one.user_id)), " · ", place(one.channel_id), " · ", clock(one.sent))),
    steps(one));
  details.addEventListener("toggle", () => (details.open ? open.add(one.id) : open.delete(one.id)));
  return details;
}

function steps(one) {
  const longest = Math.max(one.ended ?? 0, ...one.steps.map(({ at }) => at), 1);
  const step = (at, words, more, kind) => {
    const bar = el("span", { class: "step-bar", "aria-hidden": "true" });
    bar.style.setProperty("--at", `${(at / longest) * 100}%`);
    return el("li", { class: kind }, el("span", { class: "step-at" }, span(at)), el("span", { class: "step-words" }, words, more && el("small", {}, more)), bar);
  };
  return el("ol", { class: "steps" },
    step(0, "sent to the bot", null, "sent"),
    one.steps.map((request) => step(request.at, CALLBACKS[request.callback] ?? (request.own ? "asked for" : "meanwhile"),
      `${request.method} ${request.path.replace(ID, "…")} → ${request.status}`, request.status < 400 ? (request.own ? "own" : "other") : "failed")),
    one.state === "failed" && step(one.ended, one.error ?? "no answer came", null, "failed"));
}

const place = (id) => {
  const channel = findChannel(id);
  return channel?.name ? `#${channel.name}` : "direct message";
};

function span(milliseconds) {
  return milliseconds < 1000 ? `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}
