// Owns the line that says who is typing.

import { byId } from "./dom.js";
import { findUser, nameOf, state } from "./state.js";

/** How long one typing notice holds, in milliseconds (Discord: ten seconds). */
const HOLDS = 10_000;

export function noteTyping({ channel_id: channel, user_id: user }) {
  state.typing.set(user, { channel, until: Date.now() + HOLDS });
  drawTyping();
  setTimeout(drawTyping, HOLDS + 50);
}

export function drawTyping() {
  const now = Date.now();
  for (const [user, { until }] of state.typing) if (until <= now) state.typing.delete(user);
  const names = [...state.typing].filter(([, { channel }]) => channel === state.channel).map(([user]) => nameOf(findUser(user)));
  const words = names.length ? `${names.join(", ")} ${names.length === 1 ? "is" : "are"} typing…` : "";
  if (byId("typing").textContent !== words) byId("typing").textContent = words;
}
