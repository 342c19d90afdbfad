// Owns what the page knows: the world as the server told it, who acts, where, and what is in flight.
// Other modules read `state`, change it through the functions here, and listen with `on`.

import { ChannelLog } from "./log.js";

export const TEXT_CHANNELS = [0, 5];
export const VOICE_CHANNELS = [2, 13];
export const THREADS = [10, 11, 12];
export const PRIVATE_THREAD = 12;
export const VIEW_CHANNEL = 1n << 10n;
export const SEND_MESSAGES = 1n << 11n;
export const MANAGE_MESSAGES = 1n << 13n;
export const CONNECT = 1n << 20n;
export const MANAGE_THREADS = 1n << 34n;
export const SEND_MESSAGES_IN_THREADS = 1n << 38n;
export const EPHEMERAL = 1 << 6;
export const LOADING = 1 << 7;

/** Interactions remembered at once; the oldest goes first. */
const FOLLOWED = 200;

export const state = {
  link: "connecting", // connecting | open | lost
  application: null,
  bot: null, // { user, connected }
  users: [],
  guilds: [],
  me: null, // id of the person acted as
  channel: null, // id of the channel shown
  direct: null, // the channel between that person and the bot, once known
  commands: [],
  interactions: new Map(), // id -> { id, channel_id, name, state, error, source }
  dismissed: new Set(), // ids of ephemeral messages and failures put away
  unread: new Set(), // channel ids
  typing: new Map(), // user id -> { channel, until }
};

const logs = new Map();
const listeners = new Map();

/**
 * Topics that follow `state`: link, commands, messages, interactions, panel (the sheet now shown),
 * sound (whether the page may sound).
 * Wishes of a person: `act-as` (user id), `go` (channel id or "direct"), `reply` (a message),
 * `world` (it was changed: fetch it again), `refused` (a sentence to show).
 */
export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

export function changed(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

/** The log of a channel as the current person sees it. */
export function logOf(channel) {
  if (!logs.has(channel)) logs.set(channel, new ChannelLog());
  return logs.get(channel);
}

/** Forgets what one person saw; called when another takes over. */
export function forgetPerson() {
  logs.clear();
  state.interactions.clear();
  state.dismissed.clear();
  state.unread.clear();
  state.typing.clear();
  state.direct = null;
  state.commands = [];
}

/** Merges news about an interaction: from the answer to our request, or from the event stream. */
export function updateInteraction(id, news) {
  const merged = { id, state: "sent", ...state.interactions.get(id), ...news };
  state.interactions.set(id, merged);
  if (state.interactions.size > FOLLOWED) state.interactions.delete(state.interactions.keys().next().value);
  changed("interactions", merged);
  return merged;
}

/** The guild that holds the channel shown, or the first one in a direct message. */
export function currentGuild() {
  return state.guilds.find((guild) => places(guild).some(({ id }) => id === state.channel)) ?? state.guilds[0] ?? null;
}

export function currentChannel() {
  if (state.direct && state.direct.id === state.channel) return state.direct;
  return findChannel(state.channel);
}

export const isDirect = () => currentChannel()?.type === 1;

export const isThread = (channel) => THREADS.includes(channel?.type);

/** Whether one can write in it at all: a channel of text, or a thread. */
export const isRead = (channel) => TEXT_CHANNELS.includes(channel?.type) || isThread(channel);

/** Channels and threads of a guild. */
export const places = (guild) => [...guild.channels, ...(guild.threads ?? [])];

/** Whether the person acted as has all these permission bits in a channel; in a direct message, they do. */
export function may(channel, bits) {
  return channel?.permissions === undefined || (BigInt(channel.permissions) & bits) === bits;
}

export const mayHere = (bits) => may(currentChannel(), bits);

/** Whether the person acted as may write in the place shown. */
export function mayWriteHere() {
  const place = currentChannel();
  if (!isThread(place)) return mayHere(SEND_MESSAGES);
  return mayHere(SEND_MESSAGES_IN_THREADS) && (!place.thread_metadata?.locked || mayHere(MANAGE_THREADS));
}

export function findChannel(id) {
  for (const guild of state.guilds) {
    const found = places(guild).find((channel) => channel.id === id);
    if (found) return found;
  }
  return state.direct?.id === id ? state.direct : null;
}

export function findUser(id) {
  if (state.bot?.user.id === id) return state.bot.user;
  return state.users.find((user) => user.id === id) ?? currentGuild()?.members?.find(({ user }) => user?.id === id)?.user ?? null;
}

export function findMember(id) {
  return currentGuild()?.members?.find(({ user }) => user?.id === id) ?? null;
}

export function findRole(id) {
  return currentGuild()?.roles?.find((role) => role.id === id) ?? null;
}

/** Nickname, display name or user name, whichever comes first. */
export function nameOf(user) {
  if (!user) return "unknown";
  return findMember(user.id)?.nick ?? user.global_name ?? user.username;
}

/** What typed names may refer to here: people and bots, roles, channels. See values.js. */
export function surroundings() {
  const guild = isDirect() ? null : currentGuild();
  const users = (guild ? guild.members.map(({ user }) => user) : [findUser(state.me), state.bot?.user]).filter(Boolean);
  return {
    users: users.map((user) => ({ id: user.id, names: [nameOf(user), user.username, user.global_name].filter(Boolean) })),
    roles: (guild?.roles ?? []).map(({ id, name }) => ({ id, names: [name] })),
    channels: (guild?.channels ?? []).map(({ id, name, type }) => ({ id, type, names: [name] })),
  };
}
