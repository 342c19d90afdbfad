// Owns how a poll looks: its question, its answers, which are pressed to vote, and until when it runs.

import * as api from "./api.js";
import { guard } from "./actions.js";
import { el } from "./dom.js";
import { state } from "./state.js";
import { text } from "./text.js";
import { moment } from "./time.js";

/** The poll of a message. */
export function poll(message) {
  const { poll: data } = message;
  const counts = new Map((data.results?.answer_counts ?? []).map((one) => [one.id, one]));
  const all = [...counts.values()].reduce((sum, { count }) => sum + count, 0);
  const mine = [...counts.values()].filter((one) => one.me_voted).map(({ id }) => id);
  const closed = Boolean(data.results?.is_finalized);
  return el("div", { class: "embed poll" },
    el("p", { class: "embed-title" }, text(data.question?.text ?? "")),
    el("ul", {}, (data.answers ?? []).map(({ answer_id: id, poll_media: media }) => el("li", {}, el("button", {
      type: "button", class: "poll-answer", "aria-pressed": String(mine.includes(id)), disabled: closed,
      dataset: { part: `answer-${id}` }, on: { click: () => vote(message, chosen(mine, id, data.allow_multiselect)) },
    }, el("span", {}, [media?.emoji?.name, media?.text].filter(Boolean).join(" ")), el("b", {}, String(counts.get(id)?.count ?? 0)))))),
    el("p", { class: "embed-foot" }, `${all} ${all === 1 ? "vote" : "votes"}`, data.allow_multiselect ? " · several answers" : null,
      closed ? " · closed" : data.expiry ? [" · until ", moment(data.expiry)] : null));
}

/** What one has voted for after pressing an answer: a second press takes the vote back. */
function chosen(mine, id, several) {
  if (mine.includes(id)) return mine.filter((one) => one !== id);
  return several ? [...mine, id] : [id];
}

const vote = (message, answers) => guard(() => api.vote(message.channel_id, message.id, state.me, answers));
