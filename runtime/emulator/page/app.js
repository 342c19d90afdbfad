// Owns the start of the page and its traffic: who acts where (kept in the address as #person/channel), what
// is fetched when, and which part is drawn again for which news.

import * as api from "./api.js";
import { chooseEntry, complain, drawComposer, refreshComposer, startComposer } from "./composer.js";
import { byId } from "./dom.js";
import { startDrawers } from "./drawers.js";
import { startFiles } from "./files.js";
import { onExample } from "./hint.js";
import { drawLab, startLab } from "./lab.js";
import { drawMembers } from "./members.js";
import { drawAllMessages, drawMessages, drawPlace, messageCame, startMessages } from "./messages.js";
import { startModal } from "./modal.js";
import { startPanel } from "./panel.js";
import { startPins } from "./pins.js";
import { startReplying } from "./replying.js";
import { drawSidebar } from "./sidebar.js";
import {
  changed, currentChannel, findChannel, findUser, forgetPerson, isDirect, isThread, LOADING, logOf, may, nameOf, on, places, state,
  TEXT_CHANNELS, updateInteraction, VIEW_CHANNEL,
} from "./state.js";
import { keepTime } from "./time.js";
import { drawThreads, startThreads } from "./threads.js";
import { startTimeline } from "./timeline.js";
import { drawTyping, noteTyping } from "./typing.js";
import { drawVoice, noteSpeaking, noteVoice, startVoice } from "./voice.js";

const LOST = "The local server is gone. This page comes back by itself when “cogbox dev” runs again.";

/** Wait before the server is asked again while the page starts, in milliseconds. */
const RETRY = 1000;

let unfollow = () => {};

start();

function start() {
  startComposer();
  startMessages();
  startModal();
  startPins();
  startThreads();
  startReplying();
  startFiles();
  startPanel();
  startTimeline();
  startLab();
  startDrawers();
  startVoice();
  keepTime();
  onExample((entry) => chooseEntry(entry));
  on("act-as", (id) => visit(id, isDirect() ? "direct" : state.channel));
  on("go", (channel) => visit(state.me, channel));
  on("refused", complain);
  on("world", () => guarded(heard.state));
  on("messages", ({ channel }) => channel === state.channel && drawMessages());
  on("interactions", () => drawMessages());
  addEventListener("hashchange", () => {
    const { user, channel } = readAddress();
    if (user !== state.me || channel !== (isDirect() ? "direct" : state.channel)) visit(user, channel);
  });
  boot();
}

/** Waits for the server to answer at all, then goes where the address says. */
async function boot() {
  try {
    await loadWorld();
  } catch (error) {
    failed(error);
    setTimeout(boot, RETRY);
    return;
  }
  setLink("open");
  const { user, channel } = readAddress();
  await visit(user, channel);
}

/** Follows the events of the person acted as; at each connection everything is fetched anew. */
function listen() {
  unfollow();
  unfollow = api.follow(state.me, {
    open: () => {
      setLink("open");
      guarded(refresh);
    },
    lost: () => setLink("lost"),
    event: (name, data) => guarded(() => heard[name](data)),
  });
}

/** What each event of the stream does. */
const heard = {
  message(message) {
    const log = logOf(message.channel_id);
    const before = log.get(message.id);
    log.upsert(message);
    state.typing.delete(message.author.id);
    drawTyping();
    if (!before) countInThread(message.channel_id);
    if (message.channel_id !== state.channel) {
      state.unread.add(message.channel_id);
      if (!findChannel(message.channel_id)) return learnDirect();
      drawSidebar();
    }
    changed("messages", { channel: message.channel_id });
    if (!before || (before.flags ?? 0) & LOADING) messageCame(message);
  },
  "message-delete"({ channel_id: channel, ids }) {
    logOf(channel).remove(ids);
    changed("messages", { channel });
  },
  interaction: (news) => updateInteraction(news.id, news),
  commands: loadCommands,
  bot({ connected }) {
    if (state.bot) state.bot.connected = connected;
    drawWorld();
  },
  state: async () => {
    await loadWorld();
    if (!canSee(state.channel)) return visit(state.me, firstPlace());
    drawWorld();
    drawAllMessages();
  },
  typing(news) {
    if (news.user_id !== state.me) noteTyping(news);
  },
  voice(place) {
    noteVoice(place);
    drawSidebar();
    drawVoice();
  },
  speaking: noteSpeaking,
};

/** The line that leads to a thread counts on, where it is in sight. */
function countInThread(id) {
  const thread = findChannel(id);
  if (!isThread(thread)) return;
  thread.message_count = (thread.message_count ?? 0) + 1;
  if (thread.parent_id === state.channel) drawAllMessages();
}

async function refresh() {
  await loadWorld();
  const { user, channel } = readAddress();
  if (state.me !== user || !canSee(state.channel)) {
    await visit(user, channel);
    return;
  }
  await Promise.all([loadMessages(), loadCommands()]);
  drawWorld();
  drawAllMessages();
  ready();
}

/** Takes up another person, another channel, or both. "direct" is the conversation with the bot. */
async function visit(user, channel) {
  const left = state.channel;
  const another = user !== state.me;
  try {
    if (another) forgetPerson();
    state.me = user;
    if (another) await loadWorld(); // what they may see and do
    if (state.me !== user) return;
    if (channel !== "direct" && !canSee(channel)) channel = firstPlace();
    if (channel === "direct") {
      if (!state.direct) {
        const direct = await api.openDirect(user);
        if (state.me !== user) return;
        state.direct = direct;
      }
      channel = state.direct.id;
    }
    state.channel = channel;
    state.unread.delete(channel);
    writeAddress();
    drawComposer(left);
    drawWorld();
    drawPlace();
    if (another) return listen(); // fetches once it is connected
    await Promise.all([loadMessages(), loadCommands()]);
    ready();
  } catch (error) {
    failed(error);
  }
}

async function loadWorld() {
  const { me } = state;
  const world = await api.fetchState(me);
  if (state.me === me) Object.assign(state, world);
}

async function loadMessages() {
  const { channel, me } = state;
  const log = logOf(channel);
  log.expectHistory();
  const history = await api.fetchMessages(channel, me);
  if (state.me !== me) return;
  log.fill(history);
  changed("messages", { channel });
}

async function loadCommands() {
  const { channel, me } = state;
  const commands = await api.fetchCommands(me, channel);
  if (state.me !== me || state.channel !== channel) return;
  state.commands = commands;
  refreshComposer();
  drawMessages();
}

/** A direct message came before that conversation was ever opened here. */
async function learnDirect() {
  state.direct = await api.openDirect(state.me);
  drawSidebar();
}

function drawWorld() {
  drawSidebar();
  drawVoice();
  drawMembers();
  drawLab();
  refreshComposer();
  drawTyping();
  const channel = currentChannel();
  const title = isDirect() ? `@${nameOf(state.bot?.user)}` : isThread(channel) ? channel.name : `#${channel?.name ?? ""}`;
  byId("channel-title").textContent = title;
  byId("channel-topic").textContent = isDirect() ? "Direct message" : channel?.topic ?? "";
  drawThreads();
  document.title = `${title} · Cogbox`;
}

/** Tells tests, and the style sheet, that the page is complete. */
function ready() {
  byId("app").dataset.ready = "true";
}

function setLink(link) {
  state.link = link;
  const banner = byId("banner");
  banner.hidden = link !== "lost";
  banner.textContent = link === "lost" ? LOST : "";
  refreshComposer();
}

async function guarded(act) {
  try {
    await act();
  } catch (error) {
    failed(error);
  }
}

/** A failed fetch with no answer is the banner's business; the stream notices it as well. */
function failed(error) {
  if (error instanceof api.ApiError && error.status === 0) setLink("lost");
  else if (error instanceof api.ApiError) complain(error.message);
  else throw error;
}

/** Whether there is such a channel, and the person acted as sees it. */
function canSee(id) {
  const channel = findChannel(id);
  return Boolean(channel) && may(channel, VIEW_CHANNEL);
}

/** Where one goes who cannot stay: the first channel they see, or the conversation with the bot. */
function firstPlace() {
  const channels = state.guilds.flatMap((guild) => guild.channels).filter(({ type }) => TEXT_CHANNELS.includes(type));
  return channels.find(({ id }) => canSee(id))?.id ?? "direct";
}

/** The person and channel that the address names, or the first ones there are. `#ann/general`, `#ann/@` */
function readAddress() {
  const [person, place] = location.hash.slice(1).split("/").map(decode);
  const user = state.users.find(({ id, username }) => username === person || id === person) ?? state.users[0];
  if (place === "@") return { user: user?.id ?? null, channel: "direct" };
  const channels = state.guilds.flatMap((guild) => guild.channels).filter(({ type }) => TEXT_CHANNELS.includes(type));
  const thread = state.guilds.flatMap((guild) => guild.threads ?? []).find(({ id }) => id === place);
  const channel = thread ?? channels.find(({ id }) => id === place) ?? channels.find(({ name }) => name === place) ?? channels[0];
  return { user: user?.id ?? null, channel: channel?.id ?? null };
}

function writeAddress() {
  const channels = state.guilds.flatMap(places);
  const { name } = findChannel(state.channel) ?? {};
  const alone = channels.filter((one) => one.name === name).length === 1 && !isThread(currentChannel());
  const place = isDirect() ? "@" : alone ? name : state.channel;
  const hash = `#${encodeURIComponent(findUser(state.me)?.username ?? "")}/${encodeURIComponent(place).replace("%40", "@")}`;
  if (location.hash === hash) return;
  if (location.hash) history.pushState(null, "", hash);
  else history.replaceState(null, "", hash);
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
