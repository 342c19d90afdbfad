// Keeps the dashboard current: while it is seen, it fetches the page again and swaps <main>. What is
// open stays open, the focus stays where it was, and text that someone is selecting is left alone.

const EVERY = 5_000;
const PATIENCE = 4_000;

const stale = document.getElementById("stale");
let seen = new Date();

async function follow() {
  if (document.visibilityState === "visible" && !isSelecting()) {
    try {
      const answer = await fetch("/", { signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
      seen = new Date();
      tell("");
    } catch {
      tell(`Cogbox does not answer. What you see is from ${seen.toLocaleTimeString()}.`);
    }
  }
  setTimeout(follow, EVERY);
}

function swap(next) {
  const [before, after] = [document.querySelector("main"), next.querySelector("main")];
  if (!after) throw new Error("the page has no content");
  for (const details of before.querySelectorAll("details[open][id]")) {
    const same = after.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = true;
  }
  const focus = place(before, document.activeElement);
  const scrolls = [...before.querySelectorAll("pre")].map((pre) => [pre.parentElement.id, pre.scrollLeft, pre.scrollTop]);
  before.replaceChildren(...after.childNodes);
  document.title = next.title;
  for (const [id, left, top] of scrolls) {
    document.getElementById(id)?.querySelector("pre")?.scrollTo(left, top);
  }
  if (focus) before.querySelector(focus)?.focus({ preventScroll: true });
}

// Everything in <main> that takes the focus is a summary or a backtrace, inside a <details>.
function place(main, element) {
  const details = main.contains(element) && element.closest("details[id]");
  return details ? `#${CSS.escape(details.id)} > ${element.localName}` : "";
}

function isSelecting() {
  const selection = document.getSelection();
  return !selection.isCollapsed && document.querySelector("main").contains(selection.anchorNode);
}

function tell(words) {
  if (stale.textContent !== words) stale.textContent = words;
  stale.hidden = !words;
}

setTimeout(follow, EVERY);
