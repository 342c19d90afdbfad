// Owns one message: who, when, what, and what hangs below it. The list it stands in is messages.js.

import { pin, runOn } from "./actions.js";
import { MESSAGE, menuCommands, USER } from "./commands.js";
import { components } from "./components.js";
import { el, icon } from "./dom.js";
import { openEditor, remove } from "./editing.js";
import { attachment, embed } from "./embed.js";
import { plain } from "./markdown.js";
import { openMemberMenu } from "./members.js";
import { jumpTo } from "./jump.js";
import { avatar, botMark, tint } from "./people.js";
import { poll } from "./poll.js";
import { openMenu } from "./popup.js";
import { openEmoji, openReactors, reactions } from "./reactions.js";
import { changed, currentChannel, EPHEMERAL, isDirect, isThread, LOADING, MANAGE_MESSAGES, mayHere, nameOf, state } from "./state.js";
import { text } from "./text.js";
import { openThreadFrom, threadLine } from "./threads.js";
import { clock } from "./time.js";

const SUPPRESS_EMBEDS = 1 << 2;
const REPLY = 19;
const THREAD_STARTED = 18;
const THREAD_STARTER = 21;

/** Words for messages that Discord writes itself, by message type. */
const SYSTEM = { 6: "pinned a message.", 7: "joined." };

/** An <article> for a message; `follows` leaves out the head when the same author goes on. */
export function messageView(message, follows) {
  const { author } = message;
  const flags = message.flags ?? 0;
  const ephemeral = Boolean(flags & EPHEMERAL);
  const loading = Boolean(flags & LOADING);
  const used = usedCommand(message);
  return el("article", {
    class: ["message", follows && "follows", ephemeral && "ephemeral", loading && "loading"].filter(Boolean).join(" "),
    tabindex: "-1",
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
    message.poll && poll(message),
    message.components?.length ? el("div", { class: "components" }, components(message, message.components)) : null,
    reactions(message),
    threadLine(message),
    el("div", { class: "click-failures" }),
    ephemeral && onlyYou(message.id)),
  tools(message, ephemeral || loading));
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
  if (message.type === THREAD_STARTED) return threadStarted(message);
  if (message.type === THREAD_STARTER) return started(message);
  const edited = message.edited_timestamp
    && el("small", { class: "edited", title: new Date(message.edited_timestamp).toLocaleString() }, "edited");
  if (!message.content && !edited) return null;
  return el("div", { class: "said" }, text(message.content), edited);
}

/** In a channel: a thread about no message was started. */
function threadStarted({ content, message_reference: to }) {
  return el("div", { class: "said system" }, el("p", {}, "started a thread: ", el("button", {
    type: "button", class: "jump", dataset: { part: "jump" }, on: { click: () => to && changed("go", to.channel_id) },
  }, el("b", {}, content))));
}

/** At the beginning of a thread: the message that it is about. */
function started({ referenced_message: about }) {
  if (!about) return el("div", { class: "said system" }, el("p", {}, "The message that this thread is about is gone."));
  return el("div", { class: "said" }, el("blockquote", {}, el("p", {}, el("b", {}, nameOf(about.author))), text(about.content)));
}

function thinking(author) {
  return el("p", { class: "thinking", role: "status" },
    el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), `${nameOf(author)} is thinking…`);
}

/** The line above a reply: what it answers, as a way there. */
function repliedTo({ referenced_message: target }) {
  if (!target) return el("p", { class: "replied" }, el("span", {}, "Replies to a message that is gone"));
  return el("p", { class: "replied" }, avatar(target.author, "tiny"), el("button", {
    type: "button", class: "jump", title: "Go there", dataset: { part: "jump" }, on: { click: () => jumpTo(target.id) },
  }, el("span", { class: "sr" }, "Replies to "), el("b", {}, nameOf(target.author)), " ", plain(target.content ?? "").slice(0, 120) || "(no words)"));
}

/** What can be done with a message, at its corner. Nobody reacts or replies to what only they see. */
function tools(message, alone) {
  const tool = (part, label, path, more, act) => el("button", {
    type: "button", class: "icon-button", "aria-label": label, dataset: { part }, ...more,
    on: { click: (event) => act(event.currentTarget) },
  }, icon(path));
  const opens = (what) => ({ "aria-haspopup": what, "aria-expanded": "false" });
  return el("div", { class: "tools", role: "group", "aria-label": "What to do with this message" },
    !alone && tool("react", "React", "M10 17a7 7 0 1 1 0-14 7 7 0 0 1 0 14M7.5 8h.01M12.5 8h.01M7 11.5c1.5 2.4 4.5 2.4 6 0", opens("dialog"),
      (anchor) => openEmoji(anchor, message)),
    !alone && tool("reply", "Reply", "M8 5L3 10l5 5M3.5 10H12c3 0 5 2 5 5", {}, () => changed("reply", message)),
    tool("menu", "More", "M4 10h.01M10 10h.01M16 10h.01", opens("menu"), (anchor) => openMessageMenu(anchor, message, alone)));
}

/** Whether people or bots wrote it, and not Discord itself. */
const isWritten = ({ type }) => !SYSTEM[type] && type !== THREAD_STARTED && type !== THREAD_STARTER;

const mayStartThread = (message) => isWritten(message) && !message.thread && !isDirect() && !isThread(currentChannel());

function openMessageMenu(anchor, message, alone) {
  const onMessage = menuCommands(state.commands, MESSAGE);
  const onAuthor = menuCommands(state.commands, USER);
  const item = (command, target) => ({ label: command.name, run: () => runOn(command, target) });
  const items = alone ? [] : [
    { label: "React", run: () => openEmoji(anchor, message) },
    { label: "Reply", run: () => changed("reply", message) },
    message.reactions?.length && { label: "Who reacted", run: () => openReactors(anchor, message) },
    mayStartThread(message) && { label: "Start a thread", run: () => openThreadFrom(anchor, message) },
    isWritten(message) && message.author.id === state.me && { label: "Edit", run: () => openEditor(anchor, message) },
    (message.author.id === state.me || (!isDirect() && mayHere(MANAGE_MESSAGES))) && { label: "Delete", run: () => remove(message) },
    isWritten(message) && { label: message.pinned ? "Take the pin out" : "Pin", run: () => pin(message, message.pinned) },
  ].filter(Boolean);
  items.push({ label: "Copy text", run: () => navigator.clipboard?.writeText(message.content ?? "") },
    { label: "Copy id", hint: message.id, run: () => navigator.clipboard?.writeText(message.id) });
  if (onMessage.length) items.push("With this message", ...onMessage.map((command) => item(command, message.id)));
  if (onAuthor.length) {
    items.push(`With ${nameOf(message.author)}`, ...onAuthor.map((command) => item(command, message.author.id)));
  }
  openMenu(anchor, "Message", items);
}
