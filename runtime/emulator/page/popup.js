// Owns the small sheet that opens at a button: menus and lists of choices. One is open at a time; Escape,
// a click elsewhere or a choice closes it (the browser's own popover does that), and focus returns.

import { el } from "./dom.js";

const GAP = 6;

/**
 * Opens a menu at `anchor`. Items are `{ label, hint?, run }` or a string, which is a heading.
 * Returns the sheet.
 */
export function openMenu(anchor, label, items) {
  const sheet = el("div", { class: "popup", role: "menu", "aria-label": label },
    items.map((item) => (typeof item === "string"
      ? el("p", { class: "popup-heading", role: "presentation" }, item)
      : el("button", {
        type: "button", role: "menuitem", tabindex: "-1", "data-item": item.label,
        on: { click: () => { close(sheet); item.run(); } },
      }, el("span", {}, item.label), item.hint && el("small", {}, item.hint)))));
  open(anchor, sheet);
  sheet.addEventListener("keydown", (event) => move(event, [...sheet.querySelectorAll("[role=menuitem]")]));
  sheet.querySelector("[role=menuitem]")?.focus();
  return sheet;
}

/** Opens a sheet with any content, such as a form. */
export function openSheet(anchor, label, content) {
  const sheet = el("div", { class: "popup", role: "dialog", "aria-label": label }, content);
  open(anchor, sheet);
  sheet.addEventListener("keydown", (event) => move(event, [...sheet.querySelectorAll("input, button")]));
  sheet.querySelector("input:checked, input, button")?.focus();
  return sheet;
}

export function close(sheet) {
  if (sheet.isConnected) sheet.hidePopover();
}

function open(anchor, sheet) {
  sheet.popover = "auto";
  anchor.closest("main, aside").append(sheet);
  anchor.setAttribute("aria-expanded", "true");
  sheet.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    anchor.setAttribute("aria-expanded", "false");
    const hadFocus = sheet.contains(document.activeElement) || document.activeElement === document.body;
    sheet.remove();
    if (hadFocus && anchor.isConnected) anchor.focus();
  });
  sheet.showPopover();
  place(anchor, sheet);
}

/** Below the anchor if there is room, else above; always inside the window. */
function place(anchor, sheet) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = sheet.getBoundingClientRect();
  const below = at.bottom + GAP;
  const top = below + height > innerHeight - GAP ? Math.max(GAP, at.top - GAP - height) : below;
  const left = Math.max(GAP, Math.min(at.left, innerWidth - GAP - width));
  sheet.style.setProperty("top", `${top}px`);
  sheet.style.setProperty("left", `${left}px`);
}

function move(event, stops) {
  if (event.target.type === "radio" && event.key.startsWith("Arrow")) return; // the browser moves and checks
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const to = { Home: stops[0], End: stops.at(-1) }[event.key]
    ?? (step && stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length]);
  if (!to) return;
  event.preventDefault();
  to.focus();
}
