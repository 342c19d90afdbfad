// Owns the right side's three sheets (members, timeline, events) and which of them is shown. What stands in
// each is members.js, timeline.js and lab.js.

import { byId } from "./dom.js";
import { changed } from "./state.js";

const tabs = () => [...byId("panel-tabs").querySelectorAll("[role=tab]")];

/** Wires the tabs; call once. Arrows move between them, as in every list of tabs. */
export function startPanel() {
  for (const tab of tabs()) tab.addEventListener("click", () => show(tab));
  byId("panel-tabs").addEventListener("keydown", (event) => {
    const all = tabs();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowRight: all[(at + 1) % all.length], ArrowLeft: all[(at + all.length - 1) % all.length], Home: all[0], End: all.at(-1) }[event.key];
    if (!to || at < 0) return;
    event.preventDefault();
    show(to);
    to.focus();
  });
}

export const isShown = (sheet) => !byId(sheet).hidden;

function show(tab) {
  for (const one of tabs()) {
    const chosen = one === tab;
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
    byId(one.getAttribute("aria-controls")).hidden = !chosen;
  }
  changed("panel", tab.getAttribute("aria-controls"));
}
