// Owns the list of members at the right and the menu about one of them.

import { runOn } from "./actions.js";
import { menuCommands, USER } from "./commands.js";
import { byId, el } from "./dom.js";
import { avatar, botMark, isMe, membersHere, rolesOf } from "./people.js";
import { openMenu } from "./popup.js";
import { changed, currentGuild, isDirect, nameOf, state } from "./state.js";

/** Draws the members of the current guild, people first. */
export function drawMembers() {
  const owner = currentGuild()?.owner_id;
  const direct = isDirect();
  const here = membersHere().filter((user) => !direct || isMe(user) || user.id === state.bot?.user.id);
  byId("members").replaceChildren(
    el("h2", {}, direct ? "In this conversation" : "Members"),
    el("ul", {}, here.map((user) => el("li", {}, el("button", {
      type: "button", class: "member", "aria-haspopup": "menu", "aria-expanded": "false",
      dataset: { memberId: user.id, username: user.username },
      on: { click: (event) => openMemberMenu(event.currentTarget, user) },
    }, avatar(user),
    el("span", { class: "member-words" },
      el("span", { class: "member-name" }, nameOf(user), botMark(user)),
      el("small", {}, about(user, owner) || `@${user.username}`)))))));
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
