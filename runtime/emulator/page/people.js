// Owns how people look: avatars made of an initial and a colour from the id, names in messages and lists,
// and role colours. The eight colours themselves are in style.css (.tint-0 to .tint-7).

import { el } from "./dom.js";
import { currentGuild, findMember, nameOf, state } from "./state.js";

const TINTS = 8;

/** A colour number that the same id always gets. */
export function tint(id) {
  let sum = 0;
  for (const digit of id ?? "") sum = (sum * 31 + digit.charCodeAt(0)) % 65521;
  return sum % TINTS;
}

export function avatar(user, size = "") {
  const initial = [...nameOf(user)].find((letter) => /[\p{L}\p{N}]/u.test(letter)) ?? "?";
  return el("span", { class: `avatar tint-${tint(user?.id)} ${size}`, "aria-hidden": "true" }, initial.toUpperCase());
}

/** The word beside the name of a bot. */
export function botMark(user) {
  return user?.bot ? el("span", { class: "bot-mark" }, "bot") : null;
}

/** The roles of a member, highest first, without @everyone. */
export function rolesOf(userId) {
  const guild = currentGuild();
  const ids = findMember(userId)?.roles ?? [];
  return (guild?.roles ?? [])
    .filter((role) => ids.includes(role.id) && role.id !== guild.id)
    .sort((a, b) => b.position - a.position);
}

/** The colour of the highest role that has one, as CSS; null when there is none. */
export function colourOf(userId) {
  const role = rolesOf(userId).find(({ color }) => color);
  return role ? `#${role.color.toString(16).padStart(6, "0")}` : null;
}

/** People and bots of the current guild, bots last, each group by name. */
export function membersHere() {
  const users = (currentGuild()?.members ?? []).map(({ user }) => user).filter(Boolean);
  return users.sort((a, b) => Number(a.bot ?? false) - Number(b.bot ?? false) || nameOf(a).localeCompare(nameOf(b)));
}

export const isMe = (user) => user?.id === state.me;
