// Keeps a page current: its pieces are sent as they change. Where that does not work, the page is
// fetched again every few seconds. What is open stays open, the focus stays where it was, and text
// that someone is selecting is left alone.

const PAGE = location.pathname + location.search;
const PAUSE = 5_000;
const PATIENCE = 4_000;
/** The server says every ten seconds at least that it is there. */
const SILENCE = 25_000;

const stale = document.getElementById("stale");
let seen = new Date();
let source, silence, pause;
/** Whether something came that could not be shown yet. */
let behind = false;

function listen() {
  stop();
  if (document.visibilityState === "hidden") return;
  source = new EventSource(`/live?page=${encodeURIComponent(PAGE)}`);
  on("pieces", (pieces) => show(JSON.parse(pieces)));
  on("whole", () => fetchWhole());
  on("alive", () => {});
  source.onerror = fallBack;
  watch();
}

function on(name, act) {
  source.addEventListener(name, (event) => {
    seen = new Date();
    tell("");
    watch();
    act(event.data);
  });
}

/** Waits for the next word. A connection that broke without a word would be waited for forever. */
function watch() {
  clearTimeout(silence);
  silence = setTimeout(fallBack, SILENCE);
}

function stop() {
  source?.close();
  clearTimeout(silence);
  clearTimeout(pause);
}

async function fallBack() {
  stop();
  await fetchWhole();
  pause = setTimeout(listen, PAUSE);
}

async function fetchWhole() {
  try {
    const answer = await fetch(PAGE, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.redirected) return location.reload(); // to the login
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [before, after] = [document.querySelector("main"), next.querySelector("main")];
    if (!after) throw new Error("the page has no content");
    seen = new Date();
    tell("");
    if (isBusy(before)) return void (behind = true);
    keeping(before, after, () => before.replaceChildren(...after.childNodes));
    document.title = next.title;
  } catch {
    tell(`Cogbox does not answer. What you see is from ${seen.toLocaleTimeString()}.`);
  }
}

function show(pieces) {
  for (const { id, html } of pieces) {
    const before = document.getElementById(id);
    if (!before) return fetchWhole();
    const after = parsed(html);
    if (before.isEqualNode(after)) continue;
    if (isBusy(before)) behind = true;
    else keeping(before, after, () => before.replaceWith(after));
  }
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

/** Swaps an element and keeps what whoever reads it did to it. */
function keeping(before, after, swap) {
  for (const details of before.querySelectorAll("details[open][id]")) {
    const same = after.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = true;
  }
  const focus = place(before, document.activeElement);
  const scrolls = [...before.querySelectorAll("details[id] > pre")].map((pre) => [pre.parentElement.id, pre.scrollLeft, pre.scrollTop]);
  swap();
  for (const [id, left, top] of scrolls) {
    document.getElementById(id)?.querySelector("pre")?.scrollTo(left, top);
  }
  if (focus) document.querySelector(focus)?.focus({ preventScroll: true });
}

/** What takes the focus has an id, or is the summary or the backtrace of a <details> that has one. */
function place(within, element) {
  if (!element || element === document.body || !within.contains(element)) return "";
  if (element.id) return `#${CSS.escape(element.id)}`;
  const details = element.closest("details[id]");
  return details ? `#${CSS.escape(details.id)} > ${element.localName}` : "";
}

/** Whether someone is in the middle of something here: selecting, typing, choosing. */
function isBusy(element) {
  const selection = document.getSelection();
  const selecting = !selection.isCollapsed && element.contains(selection.anchorNode);
  const field = document.activeElement?.closest("input, select, textarea");
  return selecting || (field && element.contains(field));
}

function catchUp() {
  if (!behind || isBusy(document.querySelector("main"))) return;
  behind = false;
  fetchWhole();
}

function tell(words) {
  if (stale.textContent !== words) stale.textContent = words;
  stale.hidden = !words;
}

document.addEventListener("visibilitychange", listen);
document.addEventListener("selectionchange", catchUp);
document.addEventListener("focusout", () => setTimeout(catchUp));
addEventListener("pagehide", stop);
listen();
