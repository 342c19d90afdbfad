// Owns the sheet of events: making people up, letting them join and leave, roles and language of the
// person acted as, channels and what everyone may do in them, and what is made to go wrong for the bot.

import * as api from "./api.js";
import { guard } from "./actions.js";
import { announce, byId, el } from "./dom.js";
import { isShown } from "./panel.js";
import { changed, currentChannel, currentGuild, findMember, findUser, isDirect, nameOf, on, SEND_MESSAGES, state, VIEW_CHANNEL } from "./state.js";

const SHEET = "lab";
const VOICE_CHANNEL = 2;
const LOCALES = ["en-US", "en-GB", "de", "fr", "es-ES", "es-419", "pt-BR", "it", "nl", "pl", "tr", "ru", "uk", "cs", "sv-SE", "fi", "da",
  "no", "hu", "ro", "bg", "el", "hr", "lt", "vi", "th", "hi", "id", "ja", "ko", "zh-CN", "zh-TW"];

/** Name, what the bot meets, the fault as the server takes it. */
const FAULTS = [
  ["Reconnect", "The gateway asks the bot to come again (op 7).", () => ({ fault: "reconnect" })],
  ["Invalid session", "The bot has to identify anew (op 9).", () => ({ fault: "invalid_session", resumable: false })],
  ["Close 4000", "The gateway closes with an unknown error.", () => ({ fault: "close", code: 4000 })],
  ["Cut the line", "The connection ends without a word.", () => ({ fault: "drop" })],
  ["Fail one callback", "The bot's next answer meets a 500.",
    () => ({ fault: "answer", method: "POST", path: "/interactions/*/*/callback", status: 500, body: { message: "500: Internal Server Error", code: 0 } })],
  ["Fail one message", "The bot's next message meets a 403.",
    () => ({ fault: "answer", method: "POST", path: "/channels/*/messages", status: 403, body: { message: "Missing Permissions", code: 50013 } })],
];

/** Wires it; call once. */
export function startLab() {
  on("panel", (sheet) => sheet === SHEET && drawLab());
}

/** Draws the sheet again if it is shown and nobody is writing in it. */
export function drawLab() {
  const sheet = byId(SHEET);
  if (!isShown(SHEET) || sheet.querySelector("input[type=text]:focus")) return;
  const focused = sheet.contains(document.activeElement) ? document.activeElement.dataset.lab : null;
  sheet.replaceChildren(person(), people(), channels() ?? "", bot());
  if (focused) sheet.querySelector(`[data-lab="${CSS.escape(focused)}"]`)?.focus();
}

/** Does something for the server, says that it is done, and shows the world as it then is. */
function act(done, ask) {
  return guard(async () => {
    await ask();
    announce(done);
    changed("world");
  });
}

function part(heading, ...children) {
  return el("section", { class: "lab-part" }, el("h2", {}, heading), children);
}

function press(key, label, run, more = {}) {
  return el("button", { type: "button", class: "press secondary small", dataset: { lab: key }, on: { click: run }, ...more }, label);
}

/** Roles and language of the person acted as. */
function person() {
  const me = findUser(state.me);
  const guild = currentGuild();
  const has = findMember(state.me)?.roles ?? [];
  const roles = (guild?.roles ?? []).filter(({ id, managed }) => id !== guild.id && !managed);
  const languages = el("select", {
    id: "lab-locale", dataset: { lab: "locale" },
    on: { change: ({ target }) => act(`Language: ${target.value}`, () => api.setLocale(state.me, target.value)) },
  }, LOCALES.map((locale) => el("option", { value: locale, selected: locale === me?.locale }, locale)));
  return part(nameOf(me),
    el("div", { class: "lab-row" }, el("label", { for: "lab-locale" }, "Language"), languages),
    findMember(state.me) && roles.map((role) => el("label", { class: "choice" },
      el("input", {
        type: "checkbox", checked: has.includes(role.id), dataset: { lab: `role-${role.id}` },
        on: { change: ({ target }) => act(role.name, () => api.setRole(guild.id, state.me, role.id, !target.checked)) },
      }), el("span", {}, role.name))));
}

/** Who is in the guild and who is not, and somebody new. */
function people() {
  const guild = currentGuild();
  const name = el("input", { type: "text", id: "lab-name", autocomplete: "off", maxlength: 32, placeholder: "dora" });
  const row = (user) => {
    const inside = Boolean(findMember(user.id));
    const owns = guild?.owner_id === user.id;
    return el("div", { class: "lab-row" }, el("span", {}, nameOf(user)),
      press(`member-${user.id}`, inside ? "Leave" : "Join", () => act(`${nameOf(user)} ${inside ? "left" : "joined"}`,
        () => api.setMember(guild.id, user.id, !inside)), { disabled: owns, "aria-label": `${nameOf(user)}: ${inside ? "leave" : "join"}` }));
  };
  const add = (event) => {
    event.preventDefault();
    const wanted = name.value.trim().toLowerCase();
    name.value = "";
    name.blur();
    act(`${wanted} joined`, async () => {
      const { id } = await api.addPerson(wanted);
      await api.setMember(guild.id, id, true);
    });
  };
  return part(`People of ${guild?.name ?? "the guild"}`, guild && state.users.map(row),
    guild && el("form", { class: "lab-row", on: { submit: add } }, el("label", { class: "sr", for: "lab-name" }, "Somebody new"), name,
      el("button", { type: "submit", class: "press secondary small", dataset: { lab: "add" } }, "Add")));
}

/** What everyone may do in the channel shown, and a new channel. */
function channels() {
  const guild = currentGuild();
  const channel = currentChannel();
  if (!guild || !channel || isDirect()) return null;
  const everyone = channel.permission_overwrites?.find(({ id }) => id === guild.id);
  const [allow, deny] = [BigInt(everyone?.allow ?? 0), BigInt(everyone?.deny ?? 0)];
  const toggle = (key, label, bit) => el("label", { class: "choice" },
    el("input", {
      type: "checkbox", checked: (deny & bit) === 0n, dataset: { lab: key },
      on: {
        change: ({ target }) => act(label, () => api.setOverwrite(channel.id, {
          id: guild.id, type: 0, allow: String(allow & ~bit), deny: String(target.checked ? deny & ~bit : deny | bit),
        })),
      },
    }), el("span", {}, label));
  const name = el("input", { type: "text", id: "lab-channel", autocomplete: "off", maxlength: 100, placeholder: "garden" });
  const voice = el("input", { type: "checkbox", dataset: { lab: "voice" } });
  const add = (event) => {
    event.preventDefault();
    const wanted = name.value;
    name.value = "";
    name.blur();
    act(`#${wanted} was added`, async () => {
      const { id } = await api.addChannel(guild.id, wanted);
      if (voice.checked) await api.setKind(id, VOICE_CHANNEL);
    });
  };
  return part(`#${channel.name}`, toggle("view", "Everyone sees it", VIEW_CHANNEL), toggle("send", "Everyone writes in it", SEND_MESSAGES),
    el("form", { class: "lab-row", on: { submit: add } }, el("label", { class: "sr", for: "lab-channel" }, "Another channel"), name,
      el("button", { type: "submit", class: "press secondary small", dataset: { lab: "add-channel" } }, "Add")),
    el("label", { class: "choice" }, voice, el("span", {}, "The new channel is for voice")));
}

/** What is made to go wrong. */
function bot() {
  const guild = currentGuild();
  const out = guild?.available === false;
  return part("What the bot meets",
    FAULTS.map(([label, about, fault]) => el("div", { class: "lab-fault" },
      press(label, label, () => act(`Done: ${label}`, () => api.cause(fault()))), el("small", {}, about))),
    guild && el("div", { class: "lab-fault" },
      press("outage", out ? "End the outage" : "Outage", () => act(out ? "The outage is over" : "The outage begins",
        () => api.cause({ fault: "outage", on: !out, guild: guild.id }))),
      el("small", {}, out ? `${guild.name} is unavailable to the bot.` : `${guild.name} becomes unavailable to the bot.`)));
}
