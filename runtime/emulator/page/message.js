// Owns one message: who, when, what, and what hangs below it. The list it stands in is messages.js.

import { runOn } from "./actions.js";
import { MESSAGE, menuCommands, USER } from "./commands.js";
import { components } from "./components.js";
import { el, icon } from "./dom.js";
import { attachment, embed } from "./embed.js";
import { plain } from "./markdown.js";
import { openMemberMenu } from "./members.js";
import { avatar, botMark, tint } from "./people.js";
import { openMenu } from "./popup.js";
import { changed, EPHEMERAL, LOADING, nameOf, state } from "./state.js";
import { text } from "./text.js";
import { clock } from "./time.js";

const SUPPRESS_EMBEDS = 1 << 2;
const REPLY = 19;

/** Words for messages that Discord writes itself, by message type. */
const SYSTEM = { 6: "pinned a message.", 7: "joined.", 18: "started a thread." };

/** An <article> for a message; `follows` leaves out the head when the same author goes on. */
export function messageView(message, follows) {
  const { author } = message;
  const flags = message.flags ?? 0;
  const ephemeral = Boolean(flags & EPHEMERAL);
  const loading = Boolean(flags & LOADING);
  const used = usedCommand(message);
  return el("article", {
    class: ["message", follows && "follows", ephemeral && "ephemeral", loading && "loading"].filter(Boolean).join(" "),
    "aria-label": `${nameOf(author)}, ${new Date(message.timestamp).toLocaleTimeString([], { timeStyle: "short" })}`,
    dataset: {
      messageId: message.id, authorId: author.id, ephemeral, loading, command: used?.name,
    },
  },
  used && usedLine(used),
  message.type === REPLY && !used && repliedTo(message),
  follows ? el("span", { class: "margin" }, clock(message.timestamp)) : el("button", {
    type: "button", class: "avatar-button", "aria-label": `About ${nameOf(author)}`, "aria-haspopup": "menu", "aria-expanded": "false",
    on: { click: (event) => openMemberMenu(event.currentTarget, author) },
  }, avatar(author)),
  el("div", { class: "body" },
    !follows && el("header", {},
      el("strong", { class: `author ink-${tint(author.id)}` }, nameOf(author)),
      botMark(author), clock(message.timestamp)),
    loading ? thinking(author) : words(message),
    (flags & SUPPRESS_EMBEDS ? [] : message.embeds ?? []).map(embed),
    (message.attachments ?? []).map(attachment),
    message.components?.length ? el("div", { class: "components" }, components(message, message.components)) : null,
    message.reactions?.length ? reactions(message.reactions) : null,
    el("div", { class: "click-failures" }),
    ephemeral && onlyYou(message.id)),
  menuButton(message));
}

/** The line above an answer: who used which command. Also heads the row of a command under way. */
export function usedLine({ user, name }) {
  return el("p", { class: "used" }, avatar(user, "tiny"), el("span", {}, el("b", {}, nameOf(user)), " used ", el("code", {}, name)));
}

/** "Only you can see this" with a way to put it away. */
export function onlyYou(id) {
  return el("p", { class: "only-you" }, "Only you can see this",
    el("button", {
      type: "button", class: "quiet", dataset: { dismiss: id }, on: { click: () => dismiss(id) },
    }, "Dismiss"));
}

function dismiss(id) {
  state.dismissed.add(id);
  changed("messages", { channel: state.channel });
}

/** Who used what for this answer, if it answers a command. Menu commands are named without a slash. */
function usedCommand({ interaction_metadata: metadata, interaction }) {
  const type = metadata?.type ?? interaction?.type;
  const user = metadata?.user ?? interaction?.user;
  const name = interaction?.name ?? metadata?.name;
  if (type !== 2 || !user || !name) return null;
  const fromMenu = metadata?.target_user || metadata?.target_message_id
    || state.commands.some((command) => command.type !== 1 && command.name === name);
  return { user, name: fromMenu ? name : `/${name}` };
}

function words(message) {
  if (SYSTEM[message.type]) return el("div", { class: "said system" }, el("p", {}, SYSTEM[message.type]));
  const edited = message.edited_timestamp
    && el("small", { class: "edited", title: new Date(message.edited_timestamp).toLocaleString() }, "edited");
  if (!message.content && !edited) return null;
  return el("div", { class: "said" }, text(message.content), edited);
}

function thinking(author) {
  return el("p", { class: "thinking", role: "status" },
    el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), `${nameOf(author)} is thinking…`);
}

function repliedTo({ referenced_message: target }) {
  if (!target) return el("p", { class: "replied" }, "Replies to a message that is gone");
  return el("p", { class: "replied" }, avatar(target.author, "tiny"), el("span", {},
    el("b", {}, nameOf(target.author)), " ", plain(target.content ?? "").slice(0, 120) || "(no words)"));
}

function reactions(all) {
  return el("ul", { class: "reactions", "aria-label": "Reactions" }, all.map(({ emoji, count }) =>
    el("li", {}, el("span", {}, emoji.id ? `:${emoji.name}:` : emoji.name), el("b", {}, String(count)))));
}

function menuButton(message) {
  return el("button", {
    type: "button", class: "icon-button message-menu",
    "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": "What to do with this message",
    on: { click: (event) => openMessageMenu(event.currentTarget, message) },
  }, icon("M4 10h.01M10 10h.01M16 10h.01"));
}

function openMessageMenu(anchor, message) {
  const onMessage = menuCommands(state.commands, MESSAGE);
  const onAuthor = menuCommands(state.commands, USER);
  const item = (command, target) => ({ label: command.name, run: () => runOn(command, target) });
  const items = [{ label: "Copy text", run: () => navigator.clipboard?.writeText(message.content ?? "") },
    { label: "Copy id", hint: message.id, run: () => navigator.clipboard?.writeText(message.id) }];
  if (onMessage.length) items.push("With this message", ...onMessage.map((command) => item(command, message.id)));
  if (onAuthor.length) {
    items.push(`With ${nameOf(message.author)}`, ...onAuthor.map((command) => item(command, message.author.id)));
  }
  openMenu(anchor, "Message", items);
}
