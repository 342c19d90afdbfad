// Owns the wire to the local Discord's control API (/_local/): one function per route, and the event
// stream with its reconnecting. Keeps nothing and shows nothing.

/** What a request came back with when it failed; `message` is a sentence for the person. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

const HISTORY = 50;
/** Waits between attempts to reach the event stream again, in milliseconds; the last one repeats. */
const RETRY_AFTER = [500, 1000, 2000, 4000];

export const fetchState = (as) => call("GET", as ? `/_local/state?as=${as}` : "/_local/state");
export const fetchMessages = (channel, as) => call("GET", `/_local/channels/${channel}/messages?as=${as}&limit=${HISTORY}`);
export const fetchCommands = (as, channel) => call("GET", `/_local/commands?as=${as}&channel=${channel}`);
export const addPerson = (name) => call("POST", "/_local/people", { name });
export const setLocale = (user, locale) => call("POST", `/_local/people/${user}`, { locale });
export const setMember = (guild, user, member) => call("POST", `/_local/guilds/${guild}/members/${user}`, { member });
export const setRole = (guild, user, role, remove) => call("POST", `/_local/guilds/${guild}/members/${user}`, { role, remove });
export const addChannel = (guild, name) => call("POST", `/_local/guilds/${guild}/channels`, { name });
export const setOverwrite = (channel, overwrite) => call("POST", `/_local/channels/${channel}/overwrites`, overwrite);
/** Comes into a voice channel or leaves it (`joined`), or switches off what one says (`self_mute`) or hears (`self_deaf`). */
export const setVoice = (channel, as, what) => call("POST", `/_local/channels/${channel}/voice`, { as, ...what });
export const setKind = (channel, type) => call("POST", `/_local/channels/${channel}`, { type });
export const cause = (fault) => call("POST", "/_local/faults", fault);
export const openDirect = (as) => call("POST", "/_local/dms", { as });
export const sendMessage = (channel, as, content, { replyTo, files }) =>
  call("POST", `/_local/channels/${channel}/messages`, { as, content, files, ...(replyTo && { reply_to: replyTo }) });
/** Hands a File over; it is named by the `id` of the answer when it is sent. */
export const upload = (as, file) => call("POST", `/_local/uploads?as=${as}&name=${encodeURIComponent(file.name)}`, file);
export const fetchReactions = (channel, message, as) => call("GET", `/_local/channels/${channel}/messages/${message}/reactions?as=${as}`);
export const react = (channel, message, as, emoji, remove) =>
  call("POST", `/_local/channels/${channel}/messages/${message}/react`, { as, emoji, remove });
export const pin = (channel, message, as, remove) => call("POST", `/_local/channels/${channel}/messages/${message}/pin`, { as, remove });
export const editMessage = (channel, message, as, content) =>
  call("POST", `/_local/channels/${channel}/messages/${message}/edit`, { as, content });
export const deleteMessage = (channel, message, as) => call("POST", `/_local/channels/${channel}/messages/${message}/delete`, { as });
/** Starts a thread, about the message with the id `message_id` if there is one. Returns the thread. */
export const startThread = (channel, as, thread) => call("POST", `/_local/channels/${channel}/threads`, { as, ...thread });
/** Changes a thread: `joined`, `archived`, `locked`. */
export const setThread = (thread, as, change) => call("POST", `/_local/channels/${thread}/thread`, { as, ...change });
/** Votes in a poll: `answers` are the ids of all answers that one is for. */
export const vote = (channel, message, as, answers) =>
  call("POST", `/_local/channels/${channel}/messages/${message}/vote`, { as, answers });
export const fetchPins = (channel, as) => call("GET", `/_local/channels/${channel}/pins?as=${as}`);
export const fetchTimelines = () => call("GET", "/_local/interactions");
export const runCommand = (channel, as, command, options, target) =>
  call("POST", `/_local/channels/${channel}/commands`, { as, command, options, ...(target && { target_id: target }) });
export const autocomplete = (channel, as, command, options) =>
  call("POST", `/_local/channels/${channel}/autocomplete`, { as, command, options });
export const clickComponent = (channel, as, message, customId, values) =>
  call("POST", `/_local/channels/${channel}/messages/${message}/click`, { as, custom_id: customId, ...(values && { values }) });
export const submitModal = (interaction, as, fields) => call("POST", `/_local/interactions/${interaction}/submit`, { as, fields });

const EVENTS = ["message", "message-delete", "interaction", "commands", "bot", "state", "typing", "voice", "speaking"];

/**
 * Follows what `as` can see. Calls `on.open()` at every (re)connection, `on.lost()` when the server is
 * gone, `on.event(name, data)` for each event. Tries again by itself until the returned function is called.
 */
export function follow(as, on) {
  let source, timer, failures = 0, closed = false;
  connect();
  return () => {
    closed = true;
    clearTimeout(timer);
    source.close();
  };

  function connect() {
    source = new EventSource(`/_local/events?as=${as}`);
    source.onopen = () => {
      failures = 0;
      on.open();
    };
    source.onerror = () => {
      source.close();
      if (closed) return;
      on.lost();
      timer = setTimeout(connect, RETRY_AFTER[Math.min(failures++, RETRY_AFTER.length - 1)]);
    };
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => on.event(name, JSON.parse(event.data || "{}")));
    }
  }
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: !body ? {} : { "content-type": body instanceof File ? body.type || "application/octet-stream" : "application/json" },
      body: body instanceof File ? body : body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw new ApiError("The local server does not answer. Start it again with “cogbox dev”; this page comes back by itself.", 0);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    throw new ApiError(answer?.message ?? `The local server refused this (HTTP ${response.status}).`, response.status);
  }
  return answer;
}
