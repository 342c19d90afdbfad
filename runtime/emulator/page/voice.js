// Owns voice channels: who is in them and who speaks, in the list at the left, and below it the controls of the
// person acted as while they are in one. The sound itself is listening.js.

import { guard } from "./actions.js";
import * as api from "./api.js";
import { announce, byId, el, icon } from "./dom.js";
import { isAwake, listenAs, setVolume, wake } from "./listening.js";
import { avatar } from "./people.js";
import { CONNECT, findChannel, findUser, may, nameOf, on, state } from "./state.js";

const MICROPHONE = "M10 3a2.5 2.5 0 0 1 2.5 2.5v4a2.5 2.5 0 0 1-5 0v-4A2.5 2.5 0 0 1 10 3M5 9.5a5 5 0 0 0 10 0M10 14.5V17";
const HEADPHONES = "M3.5 13v-3a6.5 6.5 0 0 1 13 0v3M3.5 12H6v4.5H4.5a1 1 0 0 1-1-1zM16.5 12H14v4.5h1.5a1 1 0 0 0 1-1z";
const SPEAKER = "M4 8v4h2.5L10 15V5L6.5 8zM13 7.5a3.5 3.5 0 0 1 0 5M15 5.3a6.6 6.6 0 0 1 0 9.4";
const STRUCK = "M4 3.5l12 13";

/** Wires the controls; call once. */
export function startVoice() {
  byId("voice-hear").addEventListener("click", wake);
  byId("voice-volume").addEventListener("input", ({ target }) => setVolume(target.value / 100));
  byId("voice-mute").addEventListener("click", () => change({ self_mute: !ownPlace()?.self_mute }));
  byId("voice-deafen").addEventListener("click", () => change({ self_deaf: !ownPlace()?.self_deaf }));
  byId("voice-leave").addEventListener("click", () => change({ joined: false }));
  on("sound", drawVoice);
}

/** A voice channel: the way in, and everyone in it. */
export function voiceChannel(guild, channel) {
  const { id, name, user_limit: limit } = channel;
  const byName = (a, b) => nameOf(findUser(a.user_id)).localeCompare(nameOf(findUser(b.user_id)));
  const inside = (guild.voice_states ?? []).filter(({ channel_id: place }) => place === id).sort(byName);
  const here = inside.some(({ user_id: user }) => user === state.me);
  return [
    el("button", {
      type: "button", class: "place voice", "aria-current": here ? "true" : null,
      "aria-disabled": may(channel, CONNECT) ? null : "true",
      dataset: { channelId: id, voiceName: name }, on: { click: () => join(channel, here) },
    }, icon(SPEAKER), el("span", { class: "place-name" }, name), el("span", { class: "sr" }, " (voice)"),
    limit ? el("span", { class: "seats" }, `${inside.length}/${limit}`) : null),
    inside.length ? el("ul", { class: "inside", "aria-label": `In ${name}` }, inside.map((place) => person(guild, place))) : null,
  ];
}

function person(guild, { user_id: id, ...place }) {
  const user = findUser(id);
  const muted = place.self_mute || place.mute;
  const deaf = place.self_deaf || place.deaf;
  return el("li", { dataset: { voiceUser: id, speaking: speaks(guild, id) ? "" : null } },
    avatar(user, "small"), el("span", { class: "place-name" }, nameOf(user)),
    place.suppress ? el("small", {}, "audience") : null,
    muted ? sign(MICROPHONE, "muted") : null, deaf ? sign(HEADPHONES, "deafened") : null);
}

const speaks = (guild, id) => Boolean(guild.speaking?.includes(id));

function sign(path, word) {
  return el("span", { class: "sign" }, icon(path + STRUCK), el("span", { class: "sr" }, word));
}

/** Takes in that somebody begins to speak, or has ended. Nothing is drawn anew for it. */
export function noteSpeaking({ channel_id: channel, user_id: user, speaking }) {
  const guild = state.guilds.find(({ channels }) => channels.some(({ id }) => id === channel));
  if (!guild) return;
  guild.speaking = [...(guild.speaking ?? []).filter((one) => one !== user), ...(speaking ? [user] : [])];
  for (const line of document.querySelectorAll(`[data-voice-user="${CSS.escape(user)}"]`)) {
    if (line.closest("li:has(> .voice)")?.querySelector(".voice").dataset.channelId === channel) line.toggleAttribute("data-speaking", speaking);
  }
  drawVoice();
}

/** Takes in where somebody is in voice now. */
export function noteVoice(place) {
  const guild = state.guilds.find(({ id }) => id === place.guild_id);
  if (!guild) return;
  const others = (guild.voice_states ?? []).filter(({ user_id: user }) => user !== place.user_id);
  guild.voice_states = place.channel_id ? [...others, place] : others;
}

/** Draws the controls, and listens as the person acted as where they hear anything. */
export function drawVoice() {
  const place = ownPlace();
  const channel = place && findChannel(place.channel_id);
  byId("voice").hidden = !channel;
  listenAs(channel && !place.self_deaf && !place.deaf ? state.me : null);
  if (!channel) return;
  byId("voice-place").textContent = channel.name;
  byId("voice-state").textContent = words(place);
  byId("voice-hear").hidden = isAwake() || place.self_deaf;
  byId("voice-loud").hidden = !byId("voice-hear").hidden;
  press("voice-mute", place.self_mute, MICROPHONE);
  press("voice-deafen", place.self_deaf, HEADPHONES);
}

function press(id, pressed, path) {
  const button = byId(id);
  if (button.getAttribute("aria-pressed") === String(pressed)) return;
  button.setAttribute("aria-pressed", String(pressed));
  button.replaceChildren(icon(pressed ? path + STRUCK : path));
}

/** What one hears, in a few words. */
function words(place) {
  const bot = state.bot?.user;
  const guild = guildOf(place);
  const together = guild.voice_states.some(({ user_id: user, channel_id: at }) => user === bot?.id && at === place.channel_id);
  if (place.self_deaf) return "You are deafened";
  if (place.deaf) return "A moderator deafened you";
  if (!together) return `${nameOf(bot)} is not here`;
  return speaks(guild, bot.id) ? `${nameOf(bot)} is speaking` : `${nameOf(bot)} is quiet`;
}

const guildOf = (place) => state.guilds.find(({ id }) => id === place.guild_id);

function ownPlace() {
  const places = state.guilds.flatMap((guild) => guild.voice_states ?? []);
  return places.find(({ user_id: user }) => user === state.me) ?? null;
}

/** Goes into a channel, from another one too. The click also lets the page sound. */
function join({ id, name }, here) {
  wake();
  if (here) return;
  guard(async () => {
    await api.setVoice(id, state.me, { joined: true });
    announce(`You are in ${name}`);
  });
}

/** Leaves, or switches something off. The focus goes where the person came from. */
function change(what) {
  const place = ownPlace();
  if (!place) return;
  if (what.joined === false) document.querySelector(`.voice[data-channel-id="${CSS.escape(place.channel_id)}"]`)?.focus();
  guard(() => api.setVoice(place.channel_id, state.me, what));
}
