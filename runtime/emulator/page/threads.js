// Owns threads: the sheet that lists and starts them, what can be done with the one shown, and the line
// below a message that leads to its own.

import * as api from "./api.js";
import { guard } from "./actions.js";
import { byId, el, icon } from "./dom.js";
import { close, openMenu, openSheet } from "./popup.js";
import { changed, currentChannel, currentGuild, findChannel, isDirect, isThread, may, PRIVATE_THREAD, state, VIEW_CHANNEL } from "./state.js";

/** Longest name of a thread, in characters. */
const LONGEST_NAME = 100;

/** Wires the button in the top bar; call once. */
export function startThreads() {
  byId("open-threads").addEventListener("click", ({ currentTarget: anchor }) => {
    if (isThread(currentChannel())) openThreadMenu(anchor);
    else openThreads(anchor);
  });
}

/** Draws the top bar's part in it: the button, and what the place shown is when it is a thread. */
export function drawThreads() {
  const place = currentChannel();
  const button = byId("open-threads");
  button.hidden = isDirect() || !place;
  button.setAttribute("aria-haspopup", isThread(place) ? "menu" : "dialog");
  button.setAttribute("aria-label", isThread(place) ? "This thread" : "Threads");
  if (!isThread(place)) return;
  const { archived, locked } = place.thread_metadata ?? {};
  const words = [place.type === PRIVATE_THREAD ? "Private thread" : "Thread", `in #${findChannel(place.parent_id)?.name ?? "unknown"}`,
    archived && "· archived", locked && "· locked"];
  byId("channel-topic").textContent = words.filter(Boolean).join(" ");
}

/** The line below a message that a thread was started from; null for others. */
export function threadLine({ id, thread }) {
  const known = findChannel(id) ?? thread;
  if (!isThread(known)) return null;
  const { message_count: count = 0, name } = known;
  return el("button", {
    type: "button", class: "thread-line", dataset: { part: "thread" }, on: { click: () => changed("go", known.id) },
  }, branch(), el("b", {}, name), el("span", {}, `${count} ${count === 1 ? "message" : "messages"}`));
}

/** Opens the sheet that starts a thread about a message. */
export function openThreadFrom(anchor, message) {
  const sheet = openSheet(anchor, "Start a thread", starter(message, () => close(sheet)));
  sheet.querySelector("input").focus();
}

/** Lists the threads of the channel shown, the archived ones too, and starts one about no message. */
function openThreads(anchor) {
  const threads = (currentGuild()?.threads ?? []).filter((thread) => thread.parent_id === state.channel && may(thread, VIEW_CHANNEL));
  const row = (thread) => el("button", {
    type: "button", class: "pinned", dataset: { thread: thread.id },
    on: { click: () => { close(sheet); changed("go", thread.id); } },
  }, branch(), el("span", {}, el("b", {}, thread.name), " ", thread.thread_metadata?.archived && el("small", {}, "archived")));
  const sheet = openSheet(anchor, "Threads", [
    el("p", { class: "popup-heading" }, "Threads"),
    threads.length ? threads.map(row) : el("p", { class: "nothing" }, "There are none yet."),
    starter(null, () => close(sheet)),
  ]);
}

/** The form that starts a thread, about `message` or, publicly or not, about none. */
function starter(message, done) {
  const name = el("input", { type: "text", id: "thread-name", autocomplete: "off", maxlength: LONGEST_NAME, required: true });
  const hidden = message ? null : el("input", { type: "checkbox", id: "thread-private" });
  const start = (event) => {
    event.preventDefault();
    const wish = { name: name.value.trim(), ...(message ? { message_id: message.id } : { private: hidden.checked }) };
    const channel = state.channel;
    done();
    guard(async () => {
      const thread = await api.startThread(channel, state.me, wish);
      changed("world");
      await findIt(thread.id);
      changed("go", thread.id);
    });
  };
  return el("form", { class: "thread-form", on: { submit: start } },
    el("label", { for: "thread-name" }, "Name of the thread"), name,
    hidden && el("label", { class: "choice", for: "thread-private" }, hidden, el("span", {}, "Private")),
    el("button", { type: "submit", class: "press primary" }, "Start a thread"));
}

/** Waits until the page has learnt of a thread; the news of it is on its way. */
async function findIt(id) {
  for (let tries = 0; tries < 50 && !findChannel(id); tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What can be done with the thread shown. */
function openThreadMenu(anchor) {
  const { id, joined, parent_id: parent, thread_metadata: is = {} } = currentChannel();
  const set = (change) => guard(() => api.setThread(id, state.me, change));
  openMenu(anchor, "This thread", [
    { label: `Back to #${findChannel(parent)?.name ?? "unknown"}`, run: () => changed("go", parent) },
    !is.archived && (joined ? { label: "Leave", run: () => set({ joined: false }) } : { label: "Join", run: () => set({ joined: true }) }),
    is.archived ? { label: "Open again", run: () => set({ archived: false }) } : { label: "Archive", run: () => set({ archived: true }) },
    is.locked ? { label: "Unlock", run: () => set({ locked: false }) } : { label: "Lock", run: () => set({ locked: true }) },
  ].filter(Boolean));
}

const branch = () => icon("M4 3v6a3 3 0 0 0 3 3h9M12 8l4 4-4 4");
