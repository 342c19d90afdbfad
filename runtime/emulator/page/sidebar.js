// Owns the left side: the guild's name, the bot's state, channels with their threads, the direct message, and
// who one acts as.

import { byId, el } from "./dom.js";
import { avatar, botMark } from "./people.js";
import { changed, currentGuild, may, nameOf, state, TEXT_CHANNELS, VIEW_CHANNEL, VOICE_CHANNELS } from "./state.js";
import { voiceChannel } from "./voice.js";

const CATEGORY = 4;
const ANNOUNCEMENT = 5;
/** Places that hold threads and nothing else. */
const FORUMS = [15, 16];

export function drawSidebar() {
  const guild = currentGuild();
  byId("guild-name").textContent = guild?.name ?? "Cogbox";
  const online = byId("bot-state");
  const words = state.bot ? `${state.bot.user.username} is ${state.bot.connected ? "online" : "offline"}` : "No bot yet";
  if (online.textContent !== words) online.textContent = words;
  online.dataset.connected = String(Boolean(state.bot?.connected));
  keepFocus(byId("channels"), () => byId("channels").replaceChildren(...state.guilds.flatMap(guildChannels), ...directMessage()));
  drawPeople();
}

const isVoice = ({ type }) => VOICE_CHANNELS.includes(type);

/** The channels of a guild that the person sees: those of no category first, then each category's, voice below text. */
function guildChannels(guild) {
  const inOrder = [...guild.channels].sort((a, b) => isVoice(a) - isVoice(b) || (a.position ?? 0) - (b.position ?? 0));
  const seen = inOrder.filter((channel) => [...TEXT_CHANNELS, ...FORUMS, ...VOICE_CHANNELS].includes(channel.type) && may(channel, VIEW_CHANNEL));
  const categories = inOrder.filter(({ type }) => type === CATEGORY);
  const under = (parent) => seen.filter(({ parent_id: id }) => (categories.some((one) => one.id === id) ? id : null) === parent);
  const groups = [[state.guilds.length > 1 ? guild.name : "Channels", under(null)], ...categories.map(({ id, name }) => [name, under(id)])];
  return groups.filter(([, channels]) => channels.length).flatMap(([heading, channels]) => [
    el("h2", {}, heading),
    el("ul", {}, channels.map((channel) => el("li", {}, isVoice(channel) ? voiceChannel(guild, channel) : [channelLine(channel), threadsOf(guild, channel)]))),
  ]);
}

/** One channel: a way there, or for a forum, in which only its posts are read, its name alone. */
function channelLine({ id, name, type }) {
  const sign = FORUMS.includes(type) ? "▤" : type === ANNOUNCEMENT ? "»" : "#";
  const shown = [el("span", { class: "hash", "aria-hidden": "true" }, sign), el("span", { class: "place-name" }, name)];
  return FORUMS.includes(type) ? el("p", { class: "place forum" }, shown) : place(id, { channelName: name }, shown);
}

/** The threads of a channel that are open, and the one that is shown though it is archived. */
function threadsOf(guild, { id, name }) {
  const shown = (guild.threads ?? []).filter((thread) => thread.parent_id === id && may(thread, VIEW_CHANNEL)
    && (!thread.thread_metadata?.archived || thread.id === state.channel));
  if (!shown.length) return null;
  return el("ul", { class: "threads", "aria-label": `Threads of ${name}` }, shown.map((thread) => el("li", {},
    place(thread.id, { channelName: thread.name }, el("span", { class: "place-name" }, thread.name)))));
}

function directMessage() {
  if (!state.bot) return [];
  const { user } = state.bot;
  const shown = [avatar(user, "small"), el("span", { class: "place-name" }, nameOf(user)), botMark(user)];
  return [
    el("h2", {}, "Direct message"),
    el("ul", {}, el("li", {}, place(state.direct?.id ?? "direct", { direct: "" }, shown))),
  ];
}

function place(id, data, children) {
  const unread = state.unread.has(id);
  return el("button", {
    type: "button", class: "place", "aria-current": id === state.channel ? "page" : null,
    dataset: { channelId: id, ...data, unread: unread ? "" : null },
    on: { click: () => changed("go", "direct" in data ? "direct" : id) },
  }, children, unread && el("span", { class: "sr" }, "(new messages)"));
}

function drawPeople() {
  const basis = JSON.stringify(state.users);
  const list = byId("people-list");
  if (list.dataset.basis !== basis) {
    list.dataset.basis = basis;
    list.replaceChildren(...state.users.map((user) => el("label", { class: "person" },
      el("input", {
        type: "radio", name: "as", value: user.id, class: "sr", dataset: { username: user.username },
        on: { change: () => changed("act-as", user.id) },
      }), avatar(user, "small"), el("span", {}, nameOf(user)))));
  }
  for (const input of list.querySelectorAll("input")) input.checked = input.value === state.me;
}

function keepFocus(within, draw) {
  const { channelId } = within.contains(document.activeElement) ? document.activeElement.dataset : {};
  draw();
  if (channelId) within.querySelector(`[data-channel-id="${CSS.escape(channelId)}"]`)?.focus();
}
