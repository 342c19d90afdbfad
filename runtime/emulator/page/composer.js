// Owns the composer: the text box, the keys in it, drafts, and the way from a typed line to a message sent
// or a command run. The list of commands is picker.js, the fields of a chosen one command-form.js.

import * as actions from "./actions.js";
import { entries } from "./commands.js";
import { showForm } from "./command-form.js";
import { byId, el } from "./dom.js";
import { forgetFiles, hasFiles, takeFiles } from "./files.js";
import { mention, readLine, writeLine } from "./line.js";
import { scrollToEnd } from "./messages.js";
import * as picker from "./picker.js";
import { drawReplying, endReply, replyTarget } from "./replying.js";
import { currentChannel, isDirect, mayWriteHere, nameOf, state, surroundings } from "./state.js";
import { convertAll } from "./values.js";

/** Longest message of a person (Discord: 2000 characters without a subscription). */
const LONGEST = 2000;
/** Lines kept for ArrowUp. */
const REMEMBERED = 50;

/** Windows in which the longer placeholder would be cut. */
const NARROW = matchMedia("(max-width: 480px)");

const drafts = new Map();
const history = [];
let recalled = -1;

/** Wires the composer; call once. */
export function startComposer() {
  const box = byId("composer-text");
  box.addEventListener("input", () => {
    recalled = -1;
    grow();
    complain("");
    pick();
  });
  box.addEventListener("keydown", onKey);
  box.addEventListener("blur", () => picker.hide());
  box.addEventListener("focus", pick);
  byId("text-form").addEventListener("submit", (event) => {
    event.preventDefault();
    enter();
  });
  picker.onChoose((entry) => chooseEntry(entry));
}

/** Shows the composer for the place now shown, with the draft that was left there. */
export function drawComposer(left) {
  const box = byId("composer-text");
  if (left) drafts.set(left, box.value);
  backToText(drafts.get(state.channel) ?? "", false);
  drawReplying();
  forgetFiles();
  refreshComposer();
}

/** Follows changes of names, commands and connection without touching what is being written. */
export function refreshComposer() {
  const place = isDirect() ? `@${nameOf(state.bot?.user)}` : `#${currentChannel()?.name ?? ""}`;
  byId("composer-label").textContent = `Message ${place} as ${nameOf(state.users.find(({ id }) => id === state.me))}`;
  byId("composer-text").placeholder = NARROW.matches ? `Message ${place}` : `Message ${place}, or / for commands`;
  const silent = !mayWriteHere();
  byId("composer-text").disabled = byId("attach").disabled = silent;
  if (silent) byId("composer-text").placeholder = "You may not write here.";
  byId("send").disabled = silent || state.link === "lost";
  if (document.activeElement === byId("composer-text")) pick();
}

/** Puts a command into the composer, ready for its options; the hint's examples come here. */
export function chooseEntry(entry, typed = new Map(), leftover = "") {
  picker.hide();
  complain(leftover ? `No option takes “${leftover}”.` : "");
  byId("text-form").hidden = true;
  const form = byId("command-form");
  form.hidden = false;
  keys("Enter runs it · Esc goes back");
  return showForm(form, entry, typed, {
    run: (options, filled) => runEntry(entry, options, writeLine(entry, filled)),
    leave: (filled) => backToText(writeLine(entry, filled)),
  });
}

/** Shows why something was refused; an empty sentence clears it. */
export function complain(sentence, ...more) {
  byId("composer-error").replaceChildren(...(sentence ? [el("span", {}, sentence), ...more] : []));
}

function onKey(event) {
  const box = event.currentTarget;
  if (event.isComposing) return;
  const open = picker.isOpen() && picker.markedEntry();
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (open && (picker.wasMoved() || !isWhole(box.value))) chooseMarked();
    else enter();
  } else if (open && event.key === "Tab" && !event.shiftKey) {
    event.preventDefault();
    chooseMarked();
  } else if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    if (recalled >= 0 && !picker.wasMoved()) return recall(event);
    event.preventDefault();
    picker.step(event.key === "ArrowDown" ? 1 : -1);
  } else if (picker.isOpen() && event.key === "Escape") {
    event.preventDefault();
    picker.hide();
  } else if (event.key === "Escape" && endReply()) {
    event.preventDefault();
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    recall(event);
  }
}

/** ArrowUp in an empty box brings back earlier lines, as in a shell. */
function recall(event) {
  const box = byId("composer-text");
  if (recalled < 0 && (box.value !== "" || event.key === "ArrowDown" || !history.length)) return;
  event.preventDefault();
  recalled = Math.max(-1, Math.min(history.length - 1, recalled + (event.key === "ArrowUp" ? 1 : -1)));
  box.value = recalled < 0 ? "" : history[recalled];
  box.setSelectionRange(box.value.length, box.value.length);
  grow();
  pick();
}

function chooseMarked() {
  const entry = picker.markedEntry();
  const read = readLine(byId("composer-text").value, all());
  if (read?.entry === entry) chooseEntry(entry, read.typed, read.leftover);
  else chooseEntry(entry);
}

/** Whether a line names a command outright, so that Enter means "run" and not "complete". */
function isWhole(line) {
  return Boolean(readLine(line.trim(), all())?.entry);
}

/** Sends what stands in the box: a message, or a command line. */
async function enter() {
  const line = byId("composer-text").value.trim();
  if (!line) return hasFiles() ? sendText("") : undefined;
  const read = readLine(line, all());
  if (!read) return sendText(line);
  if (read.unknown) {
    return complain(`No command called /${read.unknown} is offered here.`,
      el("button", { type: "button", class: "quiet", id: "send-as-text", on: { click: () => sendText(line) } }, "Send it as a message"));
  }
  const { options, problems } = convertAll(read.entry, read.typed, surroundings());
  if (problems.size || read.leftover) chooseEntry(read.entry, read.typed, read.leftover).check();
  else await runEntry(read.entry, options, line);
}

async function sendText(line) {
  const length = [...line].length;
  if (length > LONGEST) return complain(`A message has at most ${LONGEST} characters; this has ${length}.`);
  await attempt(line, async () => {
    const { ids: files, back } = await takeFiles();
    try {
      await actions.send(mention(line, surroundings()), { replyTo: replyTarget()?.id, files });
    } catch (error) {
      back();
      throw error;
    }
    endReply();
  });
}

async function runEntry(entry, options, line) {
  await attempt(line, () => actions.run(entry, options));
}

/** Clears the box at once, so that the next line can be typed, and brings the line back if it is refused. */
async function attempt(line, act) {
  const place = state.channel;
  const formerly = byId("command-form").hidden ? null : byId("command-form");
  if (!formerly) backToText("");
  complain("");
  try {
    await act();
    if (line && history[0] !== line) history.unshift(line);
    history.length = Math.min(history.length, REMEMBERED);
    if (formerly && place === state.channel) backToText("");
    scrollToEnd();
  } catch (error) {
    if (place !== state.channel) drafts.set(place, line);
    else if (!formerly && byId("composer-text").value === "") backToText(line);
    complain(error.message);
  }
}

function backToText(value, focus = true) {
  byId("command-form").hidden = true;
  byId("command-form").replaceChildren();
  byId("text-form").hidden = false;
  const box = byId("composer-text");
  box.value = value;
  recalled = -1;
  grow();
  complain("");
  keys("Enter sends · Shift+Enter breaks the line");
  if (focus) box.focus();
  if (document.activeElement === box) pick();
}

function pick() {
  const { value } = byId("composer-text");
  const offered = all();
  picker.showFor(value, offered, /\s/.test(value) ? readLine(value, offered)?.entry : null);
}

function all() {
  return entries(state.commands);
}

/** Rows for browsers without `field-sizing`; the others size the box by its content. */
function grow() {
  const box = byId("composer-text");
  box.rows = Math.min(8, box.value.split("\n").length);
}

function keys(words) {
  byId("keys").textContent = words;
}
