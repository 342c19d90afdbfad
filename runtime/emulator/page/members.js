// Owns the list of members at the right, by role, and the menu about one of them.

import { runOn } from "./actions.js";
import { menuCommands, USER } from "./commands.js";
import { byId, el } from "./dom.js";
import { avatar, botMark, colourOf, isMe, membersHere, rolesOf } from "./people.js";
import { openMenu } from "./popup.js";
import { changed, currentGuild, isDirect, nameOf, state } from "./state.js";

/** Draws the members of the current guild under the roles that stand out, the highest first. */
export function drawMembers() {
  const here = membersHere().filter((user) => !isDirect() || isMe(user) || user.id === state.bot?.user.id);
  const focused = byId("members-list").contains(document.activeElement) ? document.activeElement.dataset.memberId : null;
  byId("members-list").replaceChildren(...groups(here).flatMap(([name, users]) => [
    el("h2", {}, `${name} · ${users.length}`),
    el("ul", {}, users.map((user) => el("li", {}, member(user)))),
  ]));
  if (focused) byId("members-list").querySelector(`[data-member-id="${focused}"]`)?.focus();
}

/** `[heading, users]`: one group for each hoisted role, then the others, then bots without such a role. */
function groups(here) {
  if (isDirect()) return [["In this conversation", here]];
  const all = new Map();
  const roles = (currentGuild()?.roles ?? []).filter(({ hoist }) => hoist).sort((a, b) => b.position - a.position);
  for (const { name, id } of roles) all.set(id, [name, []]);
  all.set("members", ["Members", []]).set("bots", ["Bots", []]);
  for (const user of here) {
    const role = rolesOf(user.id).find(({ hoist }) => hoist);
    all.get(role?.id ?? (user.bot ? "bots" : "members"))[1].push(user);
  }
  return [...all.values()].filter(([, users]) => users.length);
}

function member(user) {
  const name = el("span", {}, nameOf(user));
  const colour = colourOf(user.id);
  return el("button", {
    type: "button", class: "member", "aria-haspopup": "menu", "aria-expanded": "false",
    dataset: { memberId: user.id, username: user.username },
    on: { click: (event) => openMemberMenu(event.currentTarget, user) },
  }, avatar(user),
  el("span", { class: "member-words" },
    el("span", { class: "member-name" }, colour && dot(colour), name, botMark(user)),
    el("small", {}, about(user, currentGuild()?.owner_id) || `@${user.username}`)));
}

/** A role's colour may be any, so it is shown beside the name: as text, it could not always be read. */
function dot(colour) {
  const node = el("span", { class: "role-dot", "aria-hidden": "true" });
  node.style.setProperty("background", colour);
  return node;
}

/** What can be done with a person or bot: user commands, acting as them, their id. */
export function openMemberMenu(anchor, user) {
  const items = [rolesOf(user.id).length ? `${nameOf(user)} · ${rolesOf(user.id).map(({ name }) => name).join(", ")}` : nameOf(user)];
  for (const command of menuCommands(state.commands, USER)) {
    items.push({ label: command.name, run: () => runOn(command, user.id) });
  }
  if (!user.bot && !isMe(user) && state.users.some(({ id }) => id === user.id)) {
    items.push({ label: `Act as ${nameOf(user)}`, run: () => changed("act-as", user.id) });
  }
  items.push({ label: "Copy id", hint: user.id, run: () => navigator.clipboard?.writeText(user.id) });
  openMenu(anchor, nameOf(user), items);
}

function about(user, owner) {
  const roles = rolesOf(user.id).map(({ name }) => name);
  if (user.id === owner) roles.unshift("Owner");
  if (user.bot) return state.bot?.user.id === user.id && !state.bot.connected ? "Offline" : roles.join(", ") || "Online";
  if (isMe(user)) roles.unshift("You");
  return roles.join(", ");
}
