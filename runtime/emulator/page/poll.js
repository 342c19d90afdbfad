// Owns how a poll looks: its question, its answers, and until when it runs.

import { el } from "./dom.js";
import { text } from "./text.js";
import { moment } from "./time.js";

export function poll(data) {
  const counts = new Map((data.results?.answer_counts ?? []).map(({ id, count }) => [id, count]));
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return el("div", { class: "embed poll" },
    el("p", { class: "embed-title" }, text(data.question?.text ?? "")),
    el("ul", {}, (data.answers ?? []).map(({ answer_id: id, poll_media: media }) => el("li", { class: "poll-answer" },
      el("span", {}, [media?.emoji?.name, media?.text].filter(Boolean).join(" ")), el("b", {}, String(counts.get(id) ?? 0))))),
    el("p", { class: "embed-foot" }, `${all} ${all === 1 ? "vote" : "votes"}`, data.allow_multiselect ? " · several answers" : null,
      data.results?.is_finalized ? " · closed" : data.expiry ? [" · until ", moment(data.expiry)] : null));
}
