// Owns the two side panels where the window is too narrow for them: they slide over the messages, and a
// choice in them, Escape or a click beside them puts them away.

import { byId } from "./dom.js";

const DRAWERS = [["open-sidebar", "sidebar"], ["open-members", "members"]];

/** Wires both panels; call once. */
export function startDrawers() {
  for (const [button, panel] of DRAWERS) {
    byId(button).addEventListener("click", () => set(panel, !byId(panel).classList.contains("open")));
    byId(panel).addEventListener("click", (event) => event.target.closest(".place:not(.voice), .person") && closeAll());
  }
  byId("shade").addEventListener("click", closeAll);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const open = DRAWERS.find(([, panel]) => byId(panel).classList.contains("open"));
    if (!open) return;
    closeAll();
    byId(open[0]).focus();
  });
}

function set(panel, open) {
  closeAll();
  byId(panel).classList.toggle("open", open);
  byId("shade").hidden = !open;
  const [button] = DRAWERS.find(([, name]) => name === panel);
  byId(button).setAttribute("aria-expanded", String(open));
  if (open) byId(panel).querySelector("[aria-current], button, input")?.focus();
}

function closeAll() {
  for (const [button, panel] of DRAWERS) {
    byId(panel).classList.remove("open");
    byId(button).setAttribute("aria-expanded", "false");
  }
  byId("shade").hidden = true;
}
