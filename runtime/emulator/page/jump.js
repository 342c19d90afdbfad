// Owns going to one message of the channel shown: it is scrolled to, marked for a moment, and has the focus.

import { byId } from "./dom.js";
import { changed } from "./state.js";

/** How long the mark stays, in milliseconds. */
const MARKED = 2000;

/** Goes to a message; says so when it is too old to be on the page. */
export function jumpTo(id) {
  const view = byId("messages").querySelector(`[data-message-id="${CSS.escape(id)}"]`);
  if (!view) return changed("refused", "That message is further back than this page reads.");
  view.scrollIntoView({ block: "center" });
  view.classList.add("marked");
  view.focus({ preventScroll: true });
  setTimeout(() => view.classList.remove("marked"), MARKED);
}
